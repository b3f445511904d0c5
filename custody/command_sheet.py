"""The command sheet: an agent's command codes on A4, to be printed and laid beside the scanner."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from custody.core.command import GROUPS, PIN_GROUP, Cards, encode
from custody.core.keys import fingerprint
from custody.core.words import Pair
from custody.typesetting import qr_code, typeset, typeset_apart


def command_sheet(device: str, site: str, *, digits: bool, apart: bool = False) -> bytes:
    """PDF bytes for the device with this keyid; `digits`: with the codes of a PIN's keys. The same for the same.

    `apart`: set in a process of its own (custody.typesetting).
    """
    groups = [*GROUPS, PIN_GROUP] if digits else GROUPS
    set_page = typeset_apart if apart else typeset
    return set_page(
        Path(__file__).with_name("command_sheet.typ"),
        {"device": fingerprint(device), "site": site, "groups": list(_drawn(device, groups))},
    )


def _drawn(device: str, groups: Iterable[tuple[Pair, Cards]]) -> Iterable[dict[str, Any]]:
    for title, cards in groups:
        drawn = [
            {"word": word, "code": qr_code(encode(device, word)).svg, "words": words} for word, words in cards.items()
        ]
        single = all(len(words[0]) == 1 for words in cards.values())
        yield {"title": title, "cards": drawn, "columns": 5 if single else 3}
