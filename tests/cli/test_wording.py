"""What an authority reads before it signs, and an auditor afterwards."""

from io import StringIO
from pathlib import Path
from typing import Any, get_args

import pytest
from rich.console import Console
from rich.table import Table

import custody.core
from custody.cli import entry_sheet
from custody.cli.wording import overview, sheet, summary
from custody.core import roster
from custody.core.event import ACTIONS, Event
from custody.core.head import Head
from custody.core.planning import Plan, Planned, Policy, Sealed, Way
from custody.core.roster import EnrolmentRole, Revoke, RosterStatement
from custody.core.roster_words import KINDS, NO_EFFECT
from custody.readable import instant
from tests.core.statements import BELOW, TOP, head, key
from tests.core.test_admission import NATIONAL, World
from tests.vectors.generate_statements import statements

BODIES = {name: made.body for name, made in statements().items() if not isinstance(made.body, Event)}


def printed(table: Table) -> str:
    """The table as text, wide enough that nothing is folded."""
    out = StringIO()
    Console(file=out, width=240).print(table)
    return out.getvalue()


def body(type_: Any, **members: Any) -> RosterStatement:
    made: RosterStatement = type_(**head(key("authority"), 1, None), **members)
    return made


@pytest.mark.parametrize(
    ("milliseconds", "shown"),
    [(1_864_573_200_000, "2029-02-01 00:00:00 WIB (UTC+7)"), (2**53 - 1, "9007199254740991 ms")],
)
def test_every_time_that_the_format_allows_can_be_shown(milliseconds: int, shown: str) -> None:
    assert instant(milliseconds) == shown


def test_every_kind_action_member_and_role_has_words() -> None:
    assert set(KINDS) == roster.KINDS
    assert set(entry_sheet._ACTIONS) == set(ACTIONS)
    assert set(entry_sheet._MEMBERS) == set(Event.__struct_fields__) - set(Head.__struct_fields__) - {"action"}
    assert set(entry_sheet._ROLES) == {"root", *get_args(EnrolmentRole)}


def test_every_reason_for_no_effect_that_has_words_stands_in_the_format() -> None:
    format_ = Path(custody.core.__path__[0], "FORMAT.md").read_text(encoding="utf-8")
    assert [reason for reason in NO_EFFECT if f"`{reason}`" not in format_] == []


@pytest.mark.parametrize("name", BODIES)
def test_a_sheet_shows_every_member_of_a_statement_that_decides_anything(name: str) -> None:
    shown = printed(sheet(BODIES[name], World().state))
    for member in set(BODIES[name].__struct_fields__) - {"v", "prev", "issuer", "proof", "key", "keys", "previous"}:
        value = getattr(BODIES[name], member)
        if isinstance(value, str) and member not in ("enrolled",):
            assert value in shown, member
    assert summary(BODIES[name])


def test_a_policys_sheet_shows_each_rule_and_that_the_rest_is_the_default() -> None:
    shown = printed(sheet(BODIES["policy"], World().state))
    for text in ("open: ≥ 2", "open: staff, supervisor", "24 jam / h", "2 menit / min", "72 jam / h", "ballot-box: 2",
                 "warehouse → polling-station: 2 ×, 1 jam / h – 2 jam / h", "90", "bawaan"):  # fmt: skip
        assert text in shown, text
    many = [Sealed(kind=f"k{number}", least=1) for number in range(40)]
    shown = printed(sheet(body(Policy, begins=0, sealed=many, roles=[]), World().state))
    assert all(f"k{number}:" in shown for number in range(40))
    assert "Peran yang berhak / Roles that may" in shown
    assert "Tanda tangan petugas" not in shown


def test_a_plans_sheet_shows_ways_and_items_the_middle_left_out_and_counted() -> None:
    ways = [Way(to=BELOW, due=number, via=[TOP]) for number in range(20)]
    items = [Planned(item=f"8004/BOX{number}", kind="ballot-box", ways=[number % 20]) for number in range(100)]
    shown = printed(sheet(body(Plan, ways=ways, items=items), World().state))
    assert "ballot-box: 100" in shown
    assert "… 88 lagi / more …" in shown
    assert f"{TOP} → {BELOW}  Kota Yogyakarta" in shown
    assert "8004/BOX0 " in shown
    assert "8004/BOX99 " in shown
    assert "8004/BOX50 " not in shown


def test_a_revocation_says_how_many_keys_fall_with_the_authority() -> None:
    world = World()
    shown = printed(sheet(body(Revoke, key=NATIONAL.keyid, reason="lost", enrolled="revoke"), world.state))
    assert "IKUT DICABUT" in shown
    falls = next(line for line in shown.splitlines() if "Keys that fall with it" in line)
    assert falls.split("│")[2].strip() == "1"
    kept = printed(sheet(body(Revoke, key=NATIONAL.keyid, reason="lost"), world.state))
    assert "Keys that fall" not in kept


def test_an_overview_has_a_line_for_each_statement_and_leaves_out_the_middle_of_many() -> None:
    shown = printed(overview(list(BODIES.values())))
    assert f"… {len(BODIES) - 12} lagi / more …" in shown
    assert BODIES["resolve"].finding in shown  # type: ignore[union-attr]
    assert "lagi" not in printed(overview(list(BODIES.values())[:13]))
