"""What is prepared stays until the log has it, however it got there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.core import prepared
from custody.core.prepared import Prepared, prepare
from custody.core.roster import request
from custody.preparations import PREPARATIONS, Preparations, Waiting, open_preparations
from tests.core.statements import LOG, key


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Preparations]:
    with open_preparations(tmp_path / PREPARATIONS) as opened:
        yield opened


def a_site(number: int) -> Prepared:
    return prepare("site", {"site": f"414/9521234567899/254/{number}", "category": "office", "name": "KPU"})


def logged(number: int, index: int, effect: str | None = None) -> tuple[str, int, str | None]:
    return prepared.digest(a_site(number)), index, effect


def test_what_the_log_has_is_prepared_no_longer_and_says_where_it_is(store: Preparations) -> None:
    store.add([a_site(1), a_site(2), a_site(3)], "a-1", now=5, after=10)
    assert store.unseen() == 10
    store.note([logged(2, 12), logged(3, 13, "site-known"), logged(4, 14)], size=15)
    assert [one.said for one in store.open()] == [a_site(1)]
    assert [(one.entry, one.effect) for one in store.closed(9)] == [(13, "site-known"), (12, None)]
    assert store.unseen() == 15


def test_what_the_log_had_before_it_was_prepared_does_not_count(store: Preparations) -> None:
    store.add([a_site(1)], None, now=5, after=10)
    store.note([logged(1, 9)], size=10)
    assert len(store.open()) == 1


def test_what_is_withdrawn_is_not_signed_and_what_is_logged_is_not_withdrawn(store: Preparations) -> None:
    store.add([a_site(1), a_site(2)], None, now=5, after=0)
    first, second = store.open()
    assert store.withdraw(first.id, now=6) == first
    assert store.withdraw(first.id, now=7) is None
    store.note([logged(1, 1), logged(2, 2)], size=3)
    assert store.withdraw(second.id, now=8) is None
    assert {(one.withdrawn, one.entry) for one in store.closed(9)} == {(6, None), (None, 2)}


def test_a_device_that_asks_again_stands_there_once_and_is_set_aside_once(store: Preparations) -> None:
    device = key("device")
    asked = request(device, LOG, "device")
    for time in (1, 2):
        store.ask(Waiting(device.keyid, asked, "414/9521234567899", "a-1", time))
    [waiting] = store.waiting()
    assert (waiting.request, waiting.time) == (asked, 2)
    assert store.set_aside(device.keyid, now=3)
    assert not store.set_aside(device.keyid, now=4)
    assert store.waiting() == []
    store.ask(waiting)
    assert store.waiting() == [waiting]
