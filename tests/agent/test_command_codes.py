"""Command codes: what each stands for, and what none of them is."""

from contextlib import suppress
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core import badge, choices, label
from custody.core.command import GROUPS, PIN_GROUP, encode, is_command
from custody.core.errors import CustodyError, Malformed, NewerFormat
from custody.core.event import ACTIONS, Discrepancy
from custody.core.ids import check
from scanner_agent.command_codes import (
    Do,
    Noted,
    Order,
    Photograph,
    Press,
    parse,
)
from scanner_agent.inputs import Chosen, Given, Letter, Spell, Undo, Vehicle
from scanner_agent.members import SealState, misfit, takes
from scanner_agent.reading import interpret
from tests.world import key_of

DEVICE = key_of("agent", "device").keyid
WORDS = [word for _, cards in (*GROUPS, PIN_GROUP) for word in cards]

MEANINGS: dict[str, Order] = {
    "confirm": Do("confirm"),
    "cancel": Do("cancel"),
    "language": Do("language"),
    "help": Do("help"),
    "undo": Undo(),
    "vehicle-seals": Vehicle(),
    "report-missing": Do("report-missing"),
    "ref=last": Do("ref=last"),
    "handover": Chosen("handover"),
    "kind=ballot-box": Given("kind", "ballot-box"),
    "kind=missing": Given("kind", "missing"),
    "purpose=psu": Given("purpose", "psu"),
    "state=broken": Given("state", "broken"),
    "seals=2": Given("seals", "2"),
    "spell=quantity": Spell("quantity"),
    "letter=7": Letter("7"),
    "letter=k": Letter("k"),
    "letter=clear": Letter("clear"),
    "done": Do("done"),
    "reason=label-damaged": Noted("reason", "label rusak / label damaged"),
    "condition=wet": Given("condition", "wet"),
    "photo": Photograph("photo"),
    "archive": Photograph("archive"),
    "pin=7": Press("7"),
    "pin=enter": Press("enter"),
}


@pytest.mark.parametrize(("word", "order"), MEANINGS.items())
def test_a_code_stands_for_one_command_of_one_device(word: str, order: Order) -> None:
    code = parse(encode(DEVICE, word))
    assert (code.device, code.order) == (DEVICE[:8], order)


def test_every_action_and_every_key_of_a_pin_has_a_code() -> None:
    orders = [parse(encode(DEVICE, word)).order for word in WORDS]
    assert {order.action for order in orders if isinstance(order, Chosen)} == set(ACTIONS)
    assert {order.key for order in orders if isinstance(order, Press)} == {*"0123456789", "clear", "enter"}
    assert len(set(WORDS)) == len(WORDS)


def test_every_value_that_a_code_gives_fits() -> None:
    for order in (parse(encode(DEVICE, word)).order for word in WORDS):
        if isinstance(order, Given):
            assert misfit(None, order.field, order.value) is None
    assert all(takes("open", "purpose") and misfit("open", "purpose", value) is None for value in choices.PURPOSES)
    assert set(choices.DISCREPANCIES) == set(get_args(Discrepancy))
    assert set(choices.SEAL_STATES) == set(get_args(SealState))


@pytest.mark.parametrize("word", WORDS)
def test_no_code_is_a_label_a_seal_a_site_a_statement_or_a_badge(word: str) -> None:
    text = encode(DEVICE, word)
    assert not badge.is_badge(text)
    for reads in (label.parse, check, lambda text: interpret(text, "serial", None, lambda label: "valid")):
        with pytest.raises(Malformed):
            reads(text)


@pytest.mark.parametrize(
    "text",
    [
        "custody-command/1/ab12cd34/steal",
        "custody-command/1/ab12cd34/",
        "custody-command/1/ab12cd34/confirm/",
        "custody-command/1/ab12cd34/confirm\n",
        "custody-command/1/AB12CD34/confirm",
        "custody-command/1/ab12cd3/confirm",
        "custody-command/1/confirm",
        "custody-command/01/ab12cd34/confirm",
        "custody-command/",
    ],
)
def test_a_code_that_is_cut_or_unknown_is_malformed(text: str) -> None:
    with pytest.raises(Malformed, match="command code"):
        parse(text)


def test_a_sheet_of_a_newer_version_is_named_so() -> None:
    with pytest.raises(NewerFormat):
        parse("custody-command/2/ab12cd34/confirm/now")


@given(st.text())
def test_whatever_follows_is_a_code_or_refused(rest: str) -> None:
    text = f"custody-command/{rest}"
    assert is_command(text)
    with suppress(CustodyError):
        assert any(text == encode(parse(text).device, word) for word in WORDS)
