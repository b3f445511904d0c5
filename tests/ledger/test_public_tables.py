"""What the public sees while a policy keeps the newest from it: the tables as they were, and nothing of the rest."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.core.errors import Unavailable
from custody.core.planning import Planned, Way
from custody.ledger import public_tables, tables
from custody.ledger.config import LedgerConfig
from custody.ledger.following import Following
from custody.ledger.ledger import Ledger
from custody.ledger.public_tables import FOLDER
from tests.ledger.helpers import SetClock, accept, dump, followed, until
from tests.world import World, begin_log, item_id

HOUR = 3_600_000
BOX = item_id(7)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def config(world: World, tmp_path: Path, clock: SetClock) -> LedgerConfig:
    return begin_log(world, tmp_path, clock=clock)


@pytest.fixture
def ledger(world: World, config: LedgerConfig, clock: SetClock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ledger]:
    monkeypatch.setattr(public_tables, "TICK_S", 0.02)
    opened = Ledger.open(config, clock=clock)
    accept(opened, *world.roster[1:])
    clock.passes(1000)
    yield opened
    opened.close()


def is_ready(ledger: Ledger) -> bool:
    """Whether the public's tables are as far as the log is public."""
    try:
        with ledger.looking_as_public() as looking:
            return looking.followed == ledger.disclosed.size()
    except Unavailable:
        return False


def delayed(ledger: Ledger, world: World, hours: int = 1, **members: object) -> int:
    """Logs a policy with a delay; its index."""
    [answer] = accept(ledger, world.policy(public_delay_ms=hours * HOUR, **members))
    return answer.index


def seen(ledger: Ledger, item: str = BOX) -> str | None:
    """Where the public sees an item."""
    until(lambda: is_ready(ledger))
    with ledger.looking_as_public() as looking:
        state = looking.item(item)
        return state and state.site


def test_without_a_delay_the_public_sees_what_there_is_and_no_second_tables_are_kept(
    ledger: Ledger, world: World
) -> None:
    accept(ledger, world.event("commission", items=[BOX], by=[0], kind="box"))
    followed(ledger)
    assert seen(ledger) == world.sites[1]
    assert ledger.disclosed.until() is None
    assert ledger.disclosed.size() == ledger.status().size
    assert not (ledger.config.data / FOLDER).exists()


def test_where_an_item_is_shows_once_the_delay_has_passed_and_not_a_millisecond_before(
    ledger: Ledger, world: World, clock: SetClock
) -> None:
    delayed(ledger, world)
    clock.passes(5)
    [answer] = accept(ledger, world.event("commission", items=[BOX], by=[0], kind="box"))
    followed(ledger)
    assert seen(ledger) is None
    assert not ledger.disclosed.shows(answer.index, answer.index + 1)
    assert ledger.disclosed.opens(answer.index) == (answer.received + HOUR, HOUR)
    with ledger.looking() as looking:
        assert looking.item(BOX) is not None
    clock.passes(HOUR - 1)
    assert seen(ledger) is None
    clock.passes(1)
    assert ledger.disclosed.shows(answer.index, answer.index + 1)
    assert seen(ledger) == world.sites[1]


def test_roster_statements_are_public_at_once(ledger: Ledger, world: World, clock: SetClock) -> None:
    policy = delayed(ledger, world)
    [event, plan] = accept(
        ledger,
        world.event("commission", items=[BOX], by=[0], kind="box"),
        world.plan([Way(to=world.sites[2], due=clock.now() + HOUR)], [Planned(item=BOX, kind="box", ways=[0])]),
    )
    shows = ledger.disclosed.shows
    assert [shows(one, one + 1) for one in (policy, event.index, plan.index)] == [True, False, True]
    assert shows(0, event.index)
    assert not shows(0, event.index + 1)
    assert not shows(event.index, plan.index + 1)


def test_the_publics_tables_are_those_of_the_public_part_of_the_log_byte_for_byte(
    ledger: Ledger, world: World, clock: SetClock, tmp_path: Path
) -> None:
    delayed(ledger, world)
    for _ in range(4):
        clock.passes(HOUR // 3)
        accept(ledger, *world.handovers(3))
    until(lambda: is_ready(ledger))
    size = ledger.disclosed.size()
    assert 0 < size < ledger.status().size
    tables.renew_tables(tmp_path)
    filling = Following.open(ledger.config.data, tmp_path, ledger.config.origin)
    while filling.follow(size) < size:
        pass
    filling.close()
    assert dump(ledger.config.data / FOLDER) == dump(tmp_path)


def test_what_the_public_has_not_heard_of_yet_is_not_late_by_that(
    ledger: Ledger, world: World, clock: SetClock
) -> None:
    due = clock.now() + HOUR // 2
    accept(ledger, world.plan([Way(to=world.sites[2], due=due)], [Planned(item=BOX, kind="box", ways=[0])]))
    clock.passes(5)
    delayed(ledger, world)
    clock.passes(HOUR // 2 - 1)
    accept(ledger, world.event("inspect", items=[BOX], by=[0], site=world.sites[2]))
    clock.passes(2)
    until(lambda: is_ready(ledger))
    with ledger.looking_as_public() as looking:
        assert looking.now < due < clock.now()
        assert looking.item(BOX).plan.status == "on-time"


def test_a_policy_that_ends_the_delay_shows_everything_and_the_next_one_keeps_back_what_comes_then(
    ledger: Ledger, world: World, clock: SetClock
) -> None:
    public = ledger.config.data / FOLDER
    delayed(ledger, world)
    accept(ledger, world.event("commission", items=[BOX], by=[0], kind="box"))
    assert seen(ledger) is None
    assert public.exists()
    clock.passes(5)
    delayed(ledger, world, hours=0)
    followed(ledger)
    assert seen(ledger) == world.sites[1]
    until(lambda: not public.exists())
    clock.passes(5)
    delayed(ledger, world)
    accept(ledger, world.event("store", items=[BOX], by=[0], site=world.sites[2]))
    assert seen(ledger) == world.sites[1]
    clock.passes(HOUR)
    assert seen(ledger) == world.sites[2]


def test_until_the_publics_tables_are_there_the_public_gets_no_others(
    ledger: Ledger, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(public_tables.Follower, "wake", lambda _: None)
    monkeypatch.setattr(public_tables.Follower, "start", lambda _: None)
    delayed(ledger, world)
    followed(ledger)
    with pytest.raises(Unavailable, match="still being put together"), ledger.looking_as_public():
        pass


def test_the_publics_tables_go_on_after_a_restart(
    ledger: Ledger, world: World, clock: SetClock, config: LedgerConfig
) -> None:
    delayed(ledger, world)
    accept(ledger, world.event("commission", items=[BOX], by=[0], kind="box"))
    assert seen(ledger) is None
    ledger.close()
    clock.passes(HOUR)
    again = Ledger.open(config, clock=clock)
    try:
        assert seen(again) == world.sites[1]
    finally:
        again.close()


def test_the_public_sees_a_devices_chain_as_far_as_the_log_is_public(
    ledger: Ledger, world: World, clock: SetClock
) -> None:
    delayed(ledger, world)
    clock.passes(5)
    keyid = world.devices[0].key.keyid
    first, second = world.handover(), world.handover()
    accept(ledger, first)
    clock.passes(HOUR)
    accept(ledger, second)
    below = ledger.disclosed.size()
    known = ledger.device(keyid, below)
    assert (known.seq, known.head) == (1, first.id)
    assert (ledger.device(keyid).seq, ledger.device(keyid).head) == (2, second.id)
    assert ledger.device(world.devices[1].key.keyid, below).head is None


def test_how_far_the_log_is_public_is_found_whatever_was_asked_before(
    ledger: Ledger, world: World, clock: SetClock
) -> None:
    received = [0] * delayed(ledger, world) + [clock.now()]
    for step in range(40):
        clock.passes(HOUR // 16 * (step % 3))
        received += [clock.now()] * len(accept(ledger, *world.handovers(step % 7)) if step % 7 else ())
        if step % 5 == 0:
            assert ledger.disclosed.size() == sum(one <= clock.now() - HOUR for one in received)
