"""What a code must be for it to count: rows of what happened before it, in ms."""

import pytest

from scanner_agent import sheet_texts
from scanner_agent.command_codes import Do, Order
from scanner_agent.deliberate import ASKED_MS, LOOK_MS, SETTLED_MS, Deliberate
from scanner_agent.inputs import Chosen, Undo
from scanner_agent.sources.source import Read
from scanner_agent.texts import Words

CONFIRM, CANCEL, HELP = Do("confirm"), Do("cancel"), Do("help")


def read(kind: str, *, alone: bool = True) -> Read:
    return Read(f"{kind}:x", "]Q1", "custody-command/…", 0, alone)


HAND, CAMERA, CROWD = read("serial"), read("camera"), read("camera", alone=False)

Shown = tuple[Order, Read, int]
"""An order, how it was read, and when."""
ITEM_AT = "item"

ROWS: dict[str, tuple[list[Shown | tuple[str, int]], Words | None]] = {
    "a confirm by hand": ([(CONFIRM, HAND, 0)], None),
    "a confirm by hand right after an item": ([(ITEM_AT, 0), (CONFIRM, HAND, 1)], None),
    "a confirm before a camera": ([(CONFIRM, CAMERA, 0)], None),
    "a confirm before a camera right after an item": (
        [(ITEM_AT, 0), (CONFIRM, CAMERA, SETTLED_MS - 1)],
        sheet_texts.CODE_TOO_SOON,
    ),
    "a confirm before a camera a while after an item": ([(ITEM_AT, 0), (CONFIRM, CAMERA, SETTLED_MS)], None),
    "a confirm too soon, and shown again": (
        [(ITEM_AT, 0), (CONFIRM, CAMERA, 1), (CONFIRM, CAMERA, SETTLED_MS)],
        None,
    ),
    "an action before a camera right after an item": ([(ITEM_AT, 0), (Chosen("store"), CAMERA, 1)], None),
    "any code among others": ([(HELP, CROWD, 0)], sheet_texts.CODE_NOT_ALONE),
    "an action among others": ([(Chosen("store"), CROWD, 0)], sheet_texts.CODE_NOT_ALONE),
    "an undo among others": ([(Undo(), CROWD, 0)], sheet_texts.CODE_NOT_ALONE),
    "a confirm among others": ([(CONFIRM, CROWD, 0)], sheet_texts.CODE_NOT_ALONE),
    "a confirm among others and then alone": ([(CONFIRM, CROWD, 0), (CONFIRM, CAMERA, 1)], None),
    "a confirm twice at once": ([(CONFIRM, HAND, 0), (CONFIRM, HAND, LOOK_MS - 1)], sheet_texts.CODE_SAME_AGAIN),
    "a confirm twice with time to look": ([(CONFIRM, HAND, 0), (CONFIRM, HAND, LOOK_MS)], None),
    "a confirm again and again": (
        [(CONFIRM, HAND, 0), (CONFIRM, HAND, LOOK_MS - 1), (CONFIRM, HAND, LOOK_MS + 1)],
        sheet_texts.CODE_SAME_AGAIN,
    ),
    "a confirm by two readers at once": ([(CONFIRM, HAND, 0), (CONFIRM, CAMERA, 1)], sheet_texts.CODE_SAME_AGAIN),
    "a confirm after a cancel that was not meant": ([(CANCEL, HAND, 0), (CONFIRM, HAND, 1)], None),
    "a cancel once": ([(CANCEL, HAND, 0)], sheet_texts.CANCEL_ASKED),
    "a cancel twice at once": ([(CANCEL, HAND, 0), (CANCEL, HAND, 1)], sheet_texts.CODE_SAME_AGAIN),
    "a cancel twice": ([(CANCEL, HAND, 0), (CANCEL, HAND, LOOK_MS)], None),
    "a cancel twice, long apart": ([(CANCEL, HAND, 0), (CANCEL, HAND, ASKED_MS + 1)], sheet_texts.CANCEL_ASKED),
    "a cancel twice, an item between": (
        [(CANCEL, HAND, 0), (ITEM_AT, 1), (CANCEL, HAND, LOOK_MS)],
        sheet_texts.CANCEL_ASKED,
    ),
    "an undo twice at once": ([(Undo(), HAND, 0), (Undo(), HAND, 1)], None),
}


@pytest.mark.parametrize(("shown", "words"), ROWS.values(), ids=ROWS.keys())
def test_a_code_counts_when_it_is_meant(shown: list[Shown | tuple[str, int]], words: Words | None) -> None:
    deliberate, said = Deliberate(), None
    for one in shown:
        if len(one) == 2:
            deliberate.note_read(one[1])
        else:
            order, how, at = one
            said = deliberate.objection(order, how, at, begun=True)
    assert (said.words if said else None) == words


def test_a_session_that_has_not_begun_is_discarded_at_once() -> None:
    assert Deliberate().objection(CANCEL, HAND, 0, begun=False) is None
