"""A wrong clock keeps out of the log: `received` never decreases, and never leaps without an operator's word."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from msgspec.structs import replace

from custody.core.errors import Unavailable
from custody.ledger.config import DAY_MS
from custody.ledger.ledger import Ledger
from tests.ledger.helpers import SetClock, accept
from tests.world import World, begin_log


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def ledger(world: World, tmp_path: Path, clock: SetClock):
    opened = Ledger.open(begin_log(world, tmp_path, clock=clock), clock=clock)
    accept(opened, *world.roster)
    yield opened
    opened.close()


def test_nothing_is_taken_while_the_clock_is_behind_the_log(world: World, ledger: Ledger, clock: SetClock) -> None:
    handover = world.handover()
    clock.wall -= 1
    with pytest.raises(Unavailable, match="behind"):
        accept(ledger, handover)
    clock.wall += 1
    [answer] = accept(ledger, handover)
    assert answer.received == clock.wall


def test_nothing_is_taken_once_the_clock_has_jumped_ahead(world: World, ledger: Ledger, clock: SetClock) -> None:
    handover = world.handover()
    clock.wall += DAY_MS + 1
    with pytest.raises(Unavailable, match="jumped ahead") as caught:
        accept(ledger, handover)
    assert "clock_confirmed" in caught.value.remedy
    clock.wall -= 1
    accept(ledger, handover)


def test_a_log_that_rests_for_weeks_while_the_ledger_runs_goes_on(
    world: World, ledger: Ledger, clock: SetClock
) -> None:
    clock.passes(30 * DAY_MS)
    accept(ledger, world.handover())


def test_a_drift_that_adds_up_to_more_than_a_day_is_no_jump(world: World, ledger: Ledger, clock: SetClock) -> None:
    for _ in range(30):
        clock.passes(DAY_MS)
        clock.wall += 3_600_000
        accept(ledger, world.handover())


def test_after_a_long_stop_an_operator_confirms_the_clock(world: World, ledger: Ledger, clock: SetClock) -> None:
    handover = world.handover()
    ledger.close()
    clock.passes(3 * DAY_MS)
    reopened = Ledger.open(ledger.config, clock=clock)
    with pytest.raises(Unavailable, match="jumped ahead"):
        accept(reopened, handover)
    reopened.close()
    confirmed = replace(ledger.config, clock_confirmed=datetime.fromtimestamp(clock.wall / 1000, UTC))
    again = Ledger.open(confirmed, clock=clock)
    accept(again, handover)
    again.close()


def test_a_wrong_clock_does_not_hide_what_is_published(world: World, ledger: Ledger, clock: SetClock) -> None:
    clock.wall -= 1
    with pytest.raises(Unavailable):
        accept(ledger, world.handover())
    assert ledger.receipt(3)
    assert ledger.status().fault
    clock.wall += 1
    accept(ledger, world.handover())
    assert ledger.status().fault is None
