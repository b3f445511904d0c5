"""Label sheets and single labels as PDF at exact physical size.

Print at 100 %, never "fit to page": a scaled sheet no longer meets its labels.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct

from custody.core.errors import ConfigFault
from custody.core.words import KINDS, Pair
from custody.printing.formats import LabelFormat, named
from custody.typesetting import QUIET_ZONE, Code, qr_code, typeset, typeset_apart

# Below this a hand-held camera or a worn print head loses modules.
MIN_MODULE_MM = 0.4
# A wide label's code takes at most this share of its width, so that the words keep a column.
WIDE_SHARE = 0.56
TALL_SHARE = 0.68

# An asset type (GRAI with its check digit) or all namespaces, and then the part that differs from label to label.
_HEAD_AND_TAIL = re.compile(r"(8003/\d{14}|.*/)?(.+)")


class LabelSpec(Struct, frozen=True, kw_only=True):
    """`text` is for scanners; `id`, `kind` (Bahasa Indonesia, English; either may be empty) and `place` for people."""

    text: str
    id: str
    kind: tuple[str, str]
    place: str = ""


def words(kind: str) -> Pair:
    """What a kind of `KINDS` is called on a label; nothing for ""."""
    return KINDS[kind] if kind else ("", "")


def label_sheet(labels: Sequence[LabelSpec], format_name: str, *, skip: int = 0, apart: bool = False) -> bytes:
    """A PDF of `labels` in one of `FORMATS`, along the rows; the first `skip` places of a part-used sheet stay empty.

    `apart`: in a process of its own (custody.typesetting). Raises ConfigFault when the format is unknown, or too small
    for a code that scanners read or for the words.
    """
    paper = named(format_name)
    if not labels or not 0 <= skip < paper.per_page:
        raise ConfigFault(
            "there is nothing to print there",
            expected=f"labels, and 0 to {paper.per_page - 1} places skipped",
            got=f"{len(labels)} labels, {skip} skipped",
        )
    sheets: list[list[dict[str, Any]]] = []
    for at, label in enumerate(labels, start=skip):
        sheet, place = divmod(at, paper.per_page)
        if sheet == len(sheets):
            sheets.append([])
        sheets[sheet].append(_drawn(label, paper, place, format_name))
    form = {"page": paper.page, "label": paper.label, "padding": paper.padding, "wide": paper.is_wide}
    set_page = typeset_apart if apart else typeset
    return set_page(Path(__file__).with_name("sheets.typ"), {"form": form, "sheets": sheets})


def _drawn(label: LabelSpec, paper: LabelFormat, place: int, format_name: str) -> dict[str, Any]:
    code = qr_code(label.text)
    module = _module_size(code, paper, format_name)
    return {
        "corner": paper.corner(place),
        "code": code.svg,
        "side": code.modules * module,
        "quiet": QUIET_ZONE * module,
        "id": _head_and_tail(label.id),
        "kind": label.kind,
        "place": label.place,
    }


def _head_and_tail(id_text: str) -> tuple[str, str]:
    match = _HEAD_AND_TAIL.fullmatch(id_text)
    return (match[1] or "", match[2]) if match else ("", id_text)


def _module_size(code: Code, paper: LabelFormat, format_name: str) -> float:
    """Side of one module in mm, as large as the label lets it be. Raises ConfigFault below `MIN_MODULE_MM`."""
    width, height = paper.label
    longest = width * WIDE_SHARE if paper.is_wide else height * TALL_SHARE
    size = min(longest, min(width, height) - 2 * paper.padding) / code.modules
    if paper.dpi is not None:
        dot = 25.4 / paper.dpi
        size = int(size / dot) * dot
    if size < MIN_MODULE_MM:
        raise ConfigFault(
            f"labels of {width} × {height} mm are too small for this code",
            expected=f"QR modules of at least {MIN_MODULE_MM} mm",
            got=f"{size:.2f} mm for {code.modules} modules a side",
            remedy=f"Take a larger format than {format_name}, or a shorter host name.",
        )
    return size
