"""What a scanned text means: an item, a seal, a site or a badge. Pure."""

from collections.abc import Callable
from typing import Literal

from msgspec import Struct

from custody.core import badge, label
from custody.core.badge import Badge
from custody.core.event import LabelVerdict, Source

What = Literal["item", "seal", "site"]
Judge = Callable[[label.Label], LabelVerdict]


class Found(Struct, frozen=True, tag_field="input", tag="label"):
    """An item's, seal's or site's label, and how it was read."""

    what: What
    id: str
    source: Source
    symbology: str | None
    verdict: LabelVerdict


_WHAT: dict[str, What] = {"seal": "seal", "414": "site"}


def interpret(text: str, source: Source, symbology: str | None, judge: Judge) -> Found | Badge:
    """Raises Malformed or NewerFormat for a text that is neither a label nor a badge."""
    if badge.is_badge(text):
        return badge.parse(text)
    parsed = label.parse(text)
    what = _WHAT.get(parsed.id.partition("/")[0], "item")
    return Found(what, parsed.id, source, symbology, judge(parsed))
