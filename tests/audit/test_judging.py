"""The rules of custody beside a verification: they say what they would of the same log in memory."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest

from custody.core import statement
from custody.core.findings import finding_id
from custody.core.judgement import Finding
from custody.core.planning import Policy
from custody.core.roster import Resolve
from custody.core.statement import Statement
from tests.audit.logs import RECEIVED, entries_of, flip, judged, publish, rewritten, root_of, spoilt
from tests.rules.scene import TrueBook, codes
from tests.world import START, World, item_id, site_id

NOW = RECEIVED + 40 * 86_400_000
STATED_LATER = site_id(999)
Log = Sequence[Statement | bytes]


def in_memory(world: World, log: Log) -> list[Finding]:
    """What the rules say of the same log in memory."""
    book = TrueBook(world)
    for index, one in enumerate(log):
        book.add(statement.parse(one) if isinstance(one, bytes) else one, RECEIVED + 1000 * index)
    return book.findings(NOW)


def found(folder: Path, world: World, log: Log, workers: int = 0) -> list[Finding]:
    result, judging = judged(publish(folder, entries_of(log), world.origin), workers)
    assert (result.verdict, result.faults) == ("holds", [])
    assert judging is not None
    return judging.findings(NOW)


class Wrongs:
    """A log in which much is wrong, so that every question that the rules ask is asked."""

    def __init__(self) -> None:
        self.world = world = World(devices=3, handlers=4)
        *self.roster, self.enrolment = world.roster
        self.seen = root_of(self.roster)
        self.late_badge = world.handlers[3].keyid
        self.log: list[Statement | bytes] = [*self.roster, *self._events(), *self._after()]

    def _events(self) -> Iterator[Statement | bytes]:
        world, seen = self.world, self.seen
        first, second, third = (world.handover(items=[item_id(n)], checkpoint=seen) for n in range(3))
        release = world.event("release", device=1, by=(1,), items=[item_id(0), item_id(2)],
                              releaser=world.handler_ids[1], to=world.sites[2], checkpoint=seen)  # fmt: skip
        accept = world.event("accept", device=2, by=(2,), items=[item_id(0)], receiver=world.handler_ids[2],
                             site=world.sites[2], refs=[release.id], checkpoint=seen)  # fmt: skip
        again = world.event("accept", device=2, by=(2,), items=[item_id(0)], receiver=world.handler_ids[2],
                            site=world.sites[0], refs=[release.id, "0" * 64], checkpoint=seen)  # fmt: skip
        self.resolved = finding_id("unknown-item", second.id)
        yield from (first, third, accept, release, second, again)
        unjudged = world.handover(releaser=0, receiver=3, items=[item_id(3)], checkpoint=seen)
        yield spoilt(unjudged, self.late_badge)
        yield world.handover(device=1, items=[item_id(4)], checkpoint=seen)
        yield world.event("inspect", device=1, by=(0,), items=[item_id(5)], checkpoint=seen, site=STATED_LATER)

    def _after(self) -> Iterator[Statement]:
        world = self.world
        yield self.enrolment
        yield world.sign(Policy, world.authority, begins=START, skew_ms=1, two_devices=True)
        yield world.sign(type(world.roster[2].body), world.authority, site=STATED_LATER, category="office", name="Late")
        last = world.devices[0].head
        yield world.revoke(world.devices[0].key.keyid, "retired", final=last)
        yield world.handover(items=[item_id(6)], checkpoint=self.seen)
        world.time = NOW
        yield world.sign(Resolve, world.authority, finding=self.resolved, reason="explained")


@pytest.mark.parametrize("workers", [0, 2])
def test_what_is_found_in_a_folder_is_what_a_log_in_memory_says(tmp_path: Path, workers: int) -> None:
    wrongs = Wrongs()
    expected = in_memory(wrongs.world, wrongs.log)

    assert found(tmp_path / "log", wrongs.world, wrongs.log, workers) == expected
    assert {"signature-bad", "signer-revoked"} <= set(codes(expected)), codes(expected)
    assert [one.id for one in expected if one.resolved == "explained"] == [wrongs.resolved]


def test_no_split_of_the_log_into_bundles_changes_what_is_found(tmp_path: Path) -> None:
    """A statement that another names may be in the same bundle, and after it."""
    wrongs = Wrongs()
    padding = [wrongs.world.handover(device=1, items=[item_id(100)], checkpoint=wrongs.seen) for _ in range(250)]
    for before in (0, 225, 233, 250):
        log = [*wrongs.roster, *padding[:before], *wrongs.log[len(wrongs.roster) :], *padding[before:]]
        assert found(tmp_path / str(before), wrongs.world, log) == in_memory(wrongs.world, log)


def test_a_signature_spoiled_before_its_key_was_enrolled_is_a_finding_and_its_twin_is_none(tmp_path: Path) -> None:
    world = World(handlers=2)
    *roster, enrolment = world.roster
    handover = world.handover(checkpoint=root_of(roster))
    key = world.handlers[1].keyid

    for name, one, expected in (("good", handover, 0), ("bad", spoilt(handover, key), 1)):
        wrong = codes(found(tmp_path / name, world, [*roster, one, enrolment]))
        assert wrong.count("signature-bad") == expected


def test_an_event_whose_signature_is_at_fault_is_not_judged(tmp_path: Path) -> None:
    world = World()
    seen = root_of(world.roster)
    wrong = world.event("inspect", by=(0,), items=[item_id(7)], checkpoint=seen)
    for name, one in (("good", wrong), ("bad", spoilt(wrong, wrong.body.issuer))):
        config = publish(tmp_path / name, entries_of([*world.roster, one]), world.origin)
        result, judging = judged(config)
        assert judging is not None
        assert (name, result.fault_count, item_id(7) in judging.memory.tracks) in {("good", 0, True), ("bad", 1, False)}


def test_nothing_is_said_of_entries_that_the_logs_key_has_not_signed(tmp_path: Path) -> None:
    world = World()
    log = [*world.roster, *world.handovers(3)]
    config = publish(tmp_path / "log", entries_of(log), world.origin)
    assert judged(config)[1] is not None
    assert judged(msgspec.structs.replace(config, entry0="0" * 64))[1] is None

    bundle = tmp_path / f"log/tile/entries/000.p/{len(log)}"
    flip(bundle, bundle.read_bytes().index(b'"received":') + len('"received":1'))
    assert judged(config)[1] is None
    bundle.unlink()
    assert judged(config)[1] is None


def test_a_statement_of_a_newer_format_is_passed_over_and_what_follows_is_judged(tmp_path: Path) -> None:
    world = World()
    seen = root_of(world.roster)
    newer = rewritten(world, world.handover(device=1), v=2)
    log: Log = [*world.roster, newer, world.handover(checkpoint=seen)]
    result, judging = judged(publish(tmp_path / "log", entries_of(log), world.origin))

    assert judging is not None
    assert (result.verdict, judging.memory.tracks[item_id(0)].history) == ("newer-format", [len(world.roster) + 1])


def test_items_are_counted_by_status_and_by_the_kind_of_site_at_which_they_rest(tmp_path: Path) -> None:
    world = World()
    seen = root_of(world.roster)
    box, crate, *rest = map(item_id, range(4))
    statements = [
        *world.roster,
        world.event("commission", by=(0,), kind="bag", items=[box, crate, *rest], checkpoint=seen),
        world.event("pack", by=(0,), items=[box], container=crate, checkpoint=seen),
        world.event(
            "release", by=(0,), items=rest[:1], to=world.sites[2], releaser=world.handler_ids[0], checkpoint=seen
        ),
        world.event("retire", by=(0,), items=rest[1:], checkpoint=seen),
    ]
    _, judging = judged(publish(tmp_path / "log", entries_of(statements), world.origin))

    assert judging is not None
    assert judging.counts(world.time).items == {"contained": 1, "held": 1, "in-transit": 1, "retired": 1}
    assert judging.at_rest() == {"warehouse": 2}
