"""The last release signed here, as QR codes for another agent's scanner."""

import os
from typing import TextIO

import segno

from custody.core import carried, statement
from custody.core.carried import LEAST_ROOM, MAX_PIECE
from custody.core.event import Event
from custody.core.statement import Statement
from scanner_agent.outbox import Outbox

_LOOKED_AT = 200
"""Statements back from the last."""
_ROOMS = {25: 1451, 22: 1172, 20: 970, 18: 816, 15: 600, 13: 483, 10: 311, 8: 221, 6: LEAST_ROOM}
"""Alphanumeric characters in a QR code by version, with error correction M (ISO/IEC 18004)."""
_BORDER = 2
_OTHER_ROWS = 4


def last_release(outbox: Outbox, issuer: str) -> list[Statement]:
    """All parts of the last release among the newest statements of this chain; none where there is none."""
    last = outbox.next_link(issuer)[0] - 1
    for seq in range(last, max(0, last - _LOOKED_AT), -1):
        (envelope,) = outbox.envelopes(issuer, seq, seq)
        event = statement.parse(envelope).body
        if isinstance(event, Event) and event.action == "release":
            first = seq - event.part.n + 1 if event.part else seq
            return [statement.parse(envelope) for envelope in outbox.envelopes(issuer, first, seq)]
    return []


def pieces(release: list[Statement], room: int = MAX_PIECE) -> list[str]:
    """The texts of the QR codes of all parts of a release."""
    return [text for part in release for text in carried.pieces(part, room)]


def code(text: str) -> segno.QRCode:
    """The QR code of a piece: read well from a screen, where nothing wears off."""
    return segno.make_qr(text, error="m", boost_error=False)


def room_of(out: TextIO) -> int:
    """Characters of a code that is seen whole on this terminal; the most where it is none."""
    try:
        columns, rows = os.get_terminal_size(out.fileno())
    except OSError:
        return MAX_PIECE
    modules = min(columns, 2 * (rows - _OTHER_ROWS)) - 2 * _BORDER
    return next((room for version, room in _ROOMS.items() if 17 + 4 * version <= modules), LEAST_ROOM)


def draw(text: str, out: TextIO) -> None:
    """The QR code of a piece, in half blocks."""
    code(text).terminal(out, border=_BORDER, compact=True)
