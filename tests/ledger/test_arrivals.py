"""By day, what a plain look at every entry says; and what has been looked at is not looked at again."""

from collections import Counter
from pathlib import Path

import pytest

from custody.core import entry
from custody.ledger import arrivals
from custody.ledger.arrivals import DAY_MS, Day
from custody.ledger.ledger import Ledger
from tests.ledger.helpers import SetClock, accept
from tests.world import START, World, begin_log

HOUR = 3_600_000
WIB = 7 * HOUR


def by_loop(ledger: Ledger) -> list[tuple[int, int]]:
    found = Counter[int]()
    for index in range(ledger.status().size):
        data = ledger.entry(index)
        assert data is not None
        found[(entry.decode(data)[1] + WIB) // DAY_MS * DAY_MS - WIB] += 1
    return sorted(found.items())


def test_entries_are_counted_by_the_day_on_which_they_came_in_jakarta(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, clock, looked = World(), SetClock(), list[int]()
    received_at = arrivals.received_at
    monkeypatch.setattr(
        arrivals, "received_at", lambda reading, index: looked.append(index) or received_at(reading, index)
    )
    ledger = Ledger.open(begin_log(world, tmp_path, clock=clock), clock=clock)
    try:
        accept(ledger, *world.roster[1:])
        assert ledger.arrivals.days(30) == [Day(START - WIB, 0, len(world.roster))]
        # To the last millisecond of the day; the next one; a day without any; one entry alone.
        for ms, count in ((17 * HOUR - 1, 3), (1, 5), (20 * HOUR, 40), (20 * HOUR, 1)):
            clock.passes(ms)
            accept(ledger, *world.handovers(count))
            assert [(day.begins, day.count) for day in ledger.arrivals.days(30)] == by_loop(ledger)
        days = ledger.arrivals.days(30)
        assert [day.first for day in days] == [0, *(day.first + day.count for day in days[:-1])]
        assert ledger.arrivals.days(2) == days[-2:]
        looked.clear()
        ledger.arrivals.days(30)
        accept(ledger, *world.handovers(1))
        ledger.arrivals.days(30)
        assert len(looked) == 1
    finally:
        ledger.close()
