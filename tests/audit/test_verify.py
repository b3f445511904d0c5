"""A whole log, in one thread or in processes: what holds, what is newer, and what is told meanwhile."""

import multiprocessing
from pathlib import Path
from typing import Any

import pytest

from custody.audit.result import Doubt
from custody.core.errors import Unavailable
from tests.audit.logs import (
    altered,
    entries_of,
    faults,
    judge,
    judge_folder,
    publish,
    rewritten,
    root_of,
    spoilt_signature,
)
from tests.world import World, key_of


def test_a_sound_log_holds_and_the_result_counts_what_was_proved(tmp_path: Path, world: World) -> None:
    statements = [*world.roster, *world.handovers(300)]

    result = judge(tmp_path / "log", world, statements)

    assert (result.verdict, result.faults) == ("holds", [])
    assert (result.size, result.judged, result.root) == (*[len(statements)] * 2, root_of(statements)[1])
    assert (result.events, result.roster_statements, result.issuers) == (300, len(world.roster), 4)
    assert result.signatures == 300 * 3 + len(world.roster)
    assert (result.unknown_signatures, result.gaps, result.forks) == (0, [], [])


def test_an_unknown_action_is_a_newer_format_and_what_may_follow_from_it_is_no_fault(
    tmp_path: Path, world: World
) -> None:
    size = len(world.roster)
    newer = rewritten(world, world.handover(), action="teleport")
    stranger = World(seed="stranger").handover()

    result = judge(tmp_path / "newer", world, [*world.roster, newer, stranger])
    assert (result.verdict, result.newer_entries, result.first_newer) == ("newer-format", 1, size)
    assert result.doubts == [Doubt("unknown-issuer", size + 1)]
    before = judge(tmp_path / "before", world, [*world.roster, stranger, newer])
    assert (before.verdict, faults(before)) == ("faulty", [(size, "unknown-issuer")])


def test_a_fault_beside_a_newer_format_is_a_fault(tmp_path: Path, world: World) -> None:
    newer = rewritten(world, world.handover(), v=2)
    elsewhere = World(origin="ledger.test/old")

    result = judge(tmp_path / "log", world, [*world.roster, newer, elsewhere.handover()])

    assert (result.verdict, result.newer_entries) == ("faulty", 1)


def test_processes_and_one_thread_come_to_the_same_result(tmp_path: Path, world: World) -> None:
    """Keys enrolled late, a bad signature, a gap and a newer format, spread over bundles."""
    late = world.enrol_device(key_of("late"))
    events = world.handovers(900, devices=3)
    newer = rewritten(world, world.handover(), v=2)

    def spoil(envelope: dict[str, Any]) -> None:
        envelope["signatures"][0] = spoilt_signature(envelope["signatures"][0])

    statements = [*world.roster, late, *events[:500], altered(events[500], spoil), newer, *events[600:]]
    config = publish(tmp_path / "log", entries_of(statements), world.origin)

    results = [judge_folder(config, workers=workers) for workers in (0, 2)]

    assert results[0] == results[1]
    assert faults(results[0]) == [(len(world.roster) + 501, "bad-signature")]
    assert (len(results[0].gaps), results[0].newer_entries) == (3, 1)


def test_a_process_that_dies_ends_the_verification_without_a_verdict(tmp_path: Path, world: World) -> None:
    config = publish(tmp_path / "log", entries_of([*world.roster, *world.handovers(2000)]), world.origin)

    def kill(judged: int, size: int) -> None:
        for process in multiprocessing.active_children():
            process.kill()

    with pytest.raises(Unavailable, match="process"):
        judge_folder(config, workers=2, progress=kill)


def test_progress_is_told_up_to_the_last_entry(tmp_path: Path, world: World) -> None:
    config = publish(tmp_path / "log", entries_of([*world.roster, *world.handovers(300)]), world.origin)
    told: list[tuple[int, int]] = []

    judge_folder(config, progress=lambda judged, size: told.append((judged, size)))

    size = len(world.roster) + 300
    assert told == [(256, size), (size, size)]
