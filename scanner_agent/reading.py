"""What a scanned text means: an item, a seal, a site, a statement or a piece of one, a badge. Pure."""

import re
from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from custody.core import badge, carried, label
from custody.core.badge import Badge
from custody.core.carried import Piece
from custody.core.errors import CustodyError
from custody.core.event import LabelVerdict, Source

What = Literal["item", "seal", "site", "statement"]
Judge = Callable[[label.Label], LabelVerdict]


class Found(Struct, frozen=True, tag_field="input", tag="label"):
    """An item's, seal's or site's label, or a statement's id from a document, and how it was read.

    `alone`: of an item, that no other was in view. `reason`: the hash of the note that says why it was typed.
    """

    what: What
    id: str
    source: Source
    symbology: str | None
    verdict: LabelVerdict
    alone: bool = True
    reason: str | None = None


_WHAT: dict[str, What] = {"seal": "seal", "414": "site"}
_STATEMENT = re.compile(r"[0-9a-f]{64}\Z")


def label_of(text: str) -> What | None:
    """Whose label a text is, or "statement"; None for anything else."""
    if _STATEMENT.match(text):
        return "statement"
    id_ = id_of(text)
    return None if id_ is None else _what(id_)


def id_of(text: str) -> str | None:
    """The id on a label; None for anything else."""
    try:
        return label.parse(text).id
    except CustodyError:
        return None


def interpret(
    text: str, source: Source, symbology: str | None, judge: Judge, *, alone: bool = True
) -> Found | Badge | Piece:
    """`alone`: of an item, that no other was in view.

    Raises Malformed, NewerFormat or Oversize for a text that is none of these.
    """
    if badge.is_badge(text):
        return badge.parse(text)
    if carried.is_piece(text):
        return carried.parse(text)
    if _STATEMENT.match(text):
        return Found("statement", text, source, symbology, "unsigned")
    parsed = label.parse(text)
    return Found(_what(parsed.id), parsed.id, source, symbology, judge(parsed), alone)


def _what(id_: str) -> What:
    return _WHAT.get(id_.partition("/")[0], "item")
