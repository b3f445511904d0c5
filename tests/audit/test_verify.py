"""One fault a log, and its twin without: each is found, at its entry, as what it is."""

import multiprocessing
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest

from custody.audit.result import Doubt
from custody.audit.source import FolderSource
from custody.audit.verify import verify
from custody.core import entry
from custody.core.checkpoint import Checkpoint
from custody.core.errors import Unavailable
from custody.core.roster import Authority, Device, Handler
from custody.core.statement import Statement
from tests.audit.logs import (
    LOG_KEY,
    altered,
    entries_of,
    faults,
    flip,
    judge,
    judge_folder,
    publish,
    rewritten,
    root_of,
)
from tests.tile_folder import write_file
from tests.world import Chain, World, handler_id, key_of


@pytest.fixture
def world() -> World:
    return World()


def test_a_sound_log_holds_and_the_result_counts_what_was_proved(tmp_path: Path, world: World) -> None:
    statements = [*world.roster, *world.handovers(300)]

    result = judge(tmp_path / "log", world, statements)

    assert (result.verdict, result.faults) == ("holds", [])
    assert (result.size, result.judged, result.root) == (*[len(statements)] * 2, root_of(statements)[1])
    assert (result.events, result.roster_statements, result.issuers) == (300, len(world.roster), 4)
    assert result.signatures == 300 * 3 + len(world.roster)
    assert (result.unknown_signatures, result.gaps, result.forks) == (0, [], [])


def test_a_byte_flipped_in_an_entry_is_named_by_the_entrys_index(tmp_path: Path, world: World) -> None:
    entries = entries_of([*world.roster, *world.handovers(3)])
    config = publish(tmp_path / "log", entries, world.origin)
    assert judge_folder(config).verdict == "holds"
    path = tmp_path / "log" / f"tile/entries/000.p/{len(entries)}"
    flip(path, path.read_bytes().index(entries[-2]) + 300)

    result = judge_folder(config)

    assert result.verdict == "faulty"
    assert (len(entries) - 2, "storage-fault") in faults(result)
    assert result.faults[-1].message == "the entries lead to another root than the signed one"


def test_a_byte_flipped_in_a_tile_is_named_with_the_hash_that_the_entry_has(tmp_path: Path, world: World) -> None:
    entries = entries_of([*world.roster, *world.handovers(3)])
    config = publish(tmp_path / "log", entries, world.origin)
    flip(tmp_path / "log" / f"tile/0/000.p/{len(entries)}", 32 * 5 + 7)

    result = judge_folder(config)

    assert faults(result) == [(5, "storage-fault")]
    (fault,) = result.faults
    assert "hash 5" in fault.message
    assert fault.expected != fault.got


def test_a_checkpoint_over_another_root_is_found_though_the_logs_key_signed_it(tmp_path: Path, world: World) -> None:
    entries = entries_of(world.roster)
    config = publish(tmp_path / "log", entries, world.origin)
    write_file(tmp_path / "log", "checkpoint", Checkpoint(world.origin, len(entries), bytes(32)).sign(LOG_KEY))

    result = judge_folder(config)

    assert faults(result) == [(None, "storage-fault")]
    assert (result.faults[0].expected, result.faults[0].got) == (bytes(32).hex(), root_of(world.roster)[1])


def test_another_entry_0_than_the_configured_one_is_another_log(tmp_path: Path, world: World) -> None:
    config = publish(tmp_path / "log", entries_of(world.roster), world.origin)

    result = judge_folder(msgspec.structs.replace(config, entry0="0" * 64))

    assert faults(result) == [(0, "wrong-log")]
    assert result.faults[0].got == config.entry0


def test_a_history_sealed_again_with_another_key_is_refused_at_once(tmp_path: Path, world: World) -> None:
    config = publish(tmp_path / "log", entries_of(world.roster), world.origin, key=key_of("thief"))

    result = judge_folder(config)

    assert faults(result) == [(None, "bad-signature")]
    assert result.size == result.judged == 0


def test_an_empty_log_proves_nothing(tmp_path: Path, world: World) -> None:
    config = publish(tmp_path / "log", entries_of(world.roster), world.origin)
    write_file(tmp_path / "log", "checkpoint", Checkpoint(world.origin, 0, bytes(32)).sign(LOG_KEY))

    assert faults(judge_folder(config)) == [(None, "wrong-log")]


def _spoilt(signature: dict[str, str]) -> dict[str, str]:
    return signature | {"sig": signature["sig"][:-8] + "AAAAAA=="}


@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_bad_signature_is_found_whoever_seems_to_have_made_it(tmp_path: Path, world: World, position: int) -> None:
    good = world.handover()

    def spoil(envelope: dict[str, Any]) -> None:
        envelope["signatures"][position] = _spoilt(envelope["signatures"][position])

    assert judge(tmp_path / "good", world, [*world.roster, good]).verdict == "holds"
    result = judge(tmp_path / "bad", world, [*world.roster, altered(good, spoil)])
    assert faults(result) == [(len(world.roster), "bad-signature")]


def test_a_bad_signature_of_an_authority_is_found_and_its_statement_has_no_effect(tmp_path: Path, world: World) -> None:
    enrolment = world.enrol_device(key_of("new"))

    def spoil(envelope: dict[str, Any]) -> None:
        envelope["signatures"][0] = _spoilt(envelope["signatures"][0])

    result = judge(
        tmp_path / "log", world, [*world.roster, altered(enrolment, spoil), world.event("inspect", device=2)]
    )

    at = len(world.roster)
    assert faults(result) == [(at, "bad-signature"), (at + 1, "unknown-issuer")]


def test_a_stripped_signature_and_swapped_ones_are_found(tmp_path: Path, world: World) -> None:
    good = world.handover()

    def strip(envelope: dict[str, Any]) -> None:
        envelope["signatures"].pop()

    def swap(envelope: dict[str, Any]) -> None:
        one, other, _ = envelope["signatures"]
        one["sig"], other["sig"] = other["sig"], one["sig"]

    for name, change in (("stripped", strip), ("swapped", swap)):
        result = judge(tmp_path / name, world, [*world.roster, altered(good, change)])
        assert faults(result) == [(len(world.roster), "bad-signature")]


def test_a_statement_for_another_log_is_found_among_those_for_this_one(tmp_path: Path, world: World) -> None:
    elsewhere = World(origin="ledger.test/old")

    result = judge(tmp_path / "log", world, [*world.roster, elsewhere.handover()])

    assert faults(result) == [(len(world.roster), "wrong-log")]


def test_an_issuer_is_unknown_before_its_enrolment_and_known_after(tmp_path: Path, world: World) -> None:
    enrolment = world.enrol_device(key_of("late"))
    first, second = world.event("inspect", device=2), world.event("inspect", device=2)

    assert judge(tmp_path / "after", world, [*world.roster, enrolment, first, second]).verdict == "holds"
    result = judge(tmp_path / "before", world, [*world.roster, first, enrolment, second])
    assert faults(result) == [(len(world.roster), "unknown-issuer")]


def test_a_key_of_another_role_issues_no_event(tmp_path: Path, world: World) -> None:
    world.devices.append(world.authority)

    result = judge(tmp_path / "log", world, [*world.roster, world.event("inspect", device=2)])

    assert faults(result) == [(len(world.roster), "wrong-role")]


def test_a_roster_statement_whose_predecessor_is_left_out_is_found(tmp_path: Path, world: World) -> None:
    left_out, kept = world.enrol_device(key_of("a")), world.enrol_device(key_of("b"))

    assert judge(tmp_path / "whole", world, [*world.roster, left_out, kept]).verdict == "holds"
    assert faults(judge(tmp_path / "log", world, [*world.roster, kept])) == [(len(world.roster), "roster-gap")]


def test_an_enrolment_without_possession_of_its_key_is_found(tmp_path: Path, world: World) -> None:
    enrolled, stranger = key_of("new"), key_of("stranger")
    members = world.possession(enrolled, "device") | {"proof": world.possession(stranger, "device")["proof"]}
    bad = world.sign(Device, world.authority, **members, site=world.sites[1])

    assert faults(judge(tmp_path / "log", world, [*world.roster, bad])) == [(len(world.roster), "bad-signature")]


class Latecomer:
    """A world in which the second handler's badge is enrolled after its first handover."""

    def __init__(self) -> None:
        self.world = World(handlers=2)
        *self.roster, self.enrolment = self.world.roster
        self.handover = self.world.handover()
        self.index = len(self.roster)

    def spoilt(self) -> bytes:
        late = self.world.handlers[1].keyid

        def spoil(envelope: dict[str, Any]) -> None:
            envelope["signatures"] = [_spoilt(one) if one["keyid"] == late else one for one in envelope["signatures"]]

        return altered(self.handover, spoil)


def test_a_signature_by_a_key_enrolled_later_is_judged_then_and_a_spoiled_one_is_no_fault_of_the_log(
    tmp_path: Path,
) -> None:
    late = Latecomer()

    good = judge(tmp_path / "good", late.world, [*late.roster, late.handover, late.enrolment])
    assert (good.verdict, good.unknown_signatures, good.spoiled_signatures) == ("holds", 0, 0)
    assert good.signatures == len(late.roster) + 3 + 1
    bad = judge(tmp_path / "bad", late.world, [*late.roster, late.spoilt(), late.enrolment])
    assert (bad.verdict, bad.unknown_signatures, bad.spoiled_signatures) == ("holds", 0, 1)
    assert bad.signatures == good.signatures - 1


def test_a_log_that_answers_otherwise_when_asked_again_is_caught(tmp_path: Path) -> None:
    """It would show a good signature in place of the spoiled one that it committed to, once that can be judged."""
    late = Latecomer()
    bad = entries_of([*late.roster, late.spoilt(), late.enrolment])
    good = entries_of([*late.roster, late.handover, late.enrolment])
    config = publish(tmp_path / "log", bad, late.world.origin)
    publish(tmp_path / "other", good, late.world.origin)

    class Fickle(FolderSource):
        asked = 0

        def read(self, path: str, limit: int) -> bytes:
            self.asked += "entries" in path
            return super().read(path, limit) if self.asked < 2 else FolderSource(tmp_path / "other").read(path, limit)

    result = verify(Fickle(tmp_path / "log"), config)

    assert (late.index, "storage-fault") in faults(result)
    assert "between two readings" in result.faults[0].message


@pytest.mark.parametrize("lost_after", range(5))
def test_a_log_that_stops_answering_is_unavailable_and_not_at_fault(tmp_path: Path, lost_after: int) -> None:
    late = Latecomer()
    config = publish(tmp_path / "log", entries_of([*late.roster, late.handover, late.enrolment]), late.world.origin)

    class Failing(FolderSource):
        reads = 0

        def read(self, path: str, limit: int) -> bytes:
            self.reads += 1
            if self.reads > lost_after:
                raise Unavailable("the log cannot be reached")
            return super().read(path, limit)

    if lost_after < 4:  # checkpoint, bundle, bundle again, tile
        with pytest.raises(Unavailable):
            verify(Failing(tmp_path / "log"), config)
    else:
        assert verify(Failing(tmp_path / "log"), config).verdict == "holds"


def test_a_signature_by_a_key_never_enrolled_is_counted_as_not_judged(tmp_path: Path) -> None:
    late = Latecomer()

    for number, handover in enumerate((late.handover, late.spoilt())):
        result = judge(tmp_path / str(number), late.world, [*late.roster, handover])
        assert (result.verdict, result.unknown_signatures) == ("holds", 1)


def test_a_key_that_a_statement_without_effect_offers_is_no_enrolled_one(tmp_path: Path) -> None:
    """Whichever process has met it there, and wherever a verification goes on."""
    late = Latecomer()
    below = Chain(key_of("authority of another site"))
    members = late.world.possession(below.key, "authority")
    authority = late.world.sign(Authority, late.world.authority, at=(late.enrolment.body.seq, late.enrolment.body.prev),
                                site=late.world.sites[2], **members)  # fmt: skip
    proof = late.world.possession(late.world.handlers[1], "handler", handler_id(9))
    offered = late.world.sign(Handler, below, handler=handler_id(9), badge=1, role="staff", site=late.world.sites[1],
                              begins=0, **proof)  # fmt: skip
    statements = [*late.roster, authority, offered, late.handover]

    result = judge(tmp_path / "log", late.world, statements)

    assert (result.verdict, result.unknown_signatures) == ("holds", 1)
    assert result.signatures == len(statements) - 1 + 2


def test_received_may_stand_still_and_may_not_go_back(tmp_path: Path, world: World) -> None:
    def log(name: str, *received: int) -> list[tuple[int | None, str]]:
        statements = [*world.roster, *events]
        times = [1000] * len(world.roster) + list(received)
        entries = [entry.encode(one.envelope, at) for one, at in zip(statements, times, strict=True)]
        return faults(judge_folder(publish(tmp_path / name, entries, world.origin)))

    events = world.handovers(3)
    last = len(world.roster) + 2
    assert log("good", 1000, 1000, 1001) == []
    assert log("bad", 1000, 1002, 1001) == [(last, "bad-history")]


def test_a_statement_logged_twice_is_found_and_its_first_entry_named(tmp_path: Path, world: World) -> None:
    events = world.handovers(4)
    statements = [*world.roster, *events]

    assert judge(tmp_path / "good", world, statements).verdict == "holds"
    for number, again in enumerate((events[0], events[-1], world.roster[3])):
        result = judge(tmp_path / f"bad-{number}", world, [*statements, again])
        assert faults(result) == [(len(statements), "bad-history")]
        assert f"entry {statements.index(again)}" in (result.faults[0].expected or "")


def test_a_gap_is_listed_until_it_is_filled_and_is_no_fault(tmp_path: Path, world: World) -> None:
    events = world.handovers(5, devices=1)
    device = world.devices[0].key.keyid

    gap = judge(tmp_path / "gap", world, [*world.roster, events[0], events[4], events[2]])
    assert gap.verdict == "holds"
    assert [(one.issuer, one.first, one.last) for one in gap.gaps] == [(device, 2, 2), (device, 4, 4)]
    filled = judge(tmp_path / "filled", world, [*world.roster, events[0], events[4], *events[1:4]])
    assert (filled.verdict, filled.gaps, filled.forks) == ("holds", [], [])


def test_a_fork_is_listed_and_is_no_fault(tmp_path: Path, world: World) -> None:
    first, second = world.handovers(2, devices=1)
    beside = world.handover(at=(2, first.id), items=["8004/952999999999"])
    stranger = world.handover(at=(3, "0" * 64))

    result = judge(tmp_path / "log", world, [*world.roster, first, second, beside, stranger])

    at = len(world.roster)
    assert result.verdict == "holds"
    assert [(fork.index, fork.seq) for fork in result.forks] == [(at + 2, 2), (at + 3, 3)]
    assert judge(tmp_path / "twin", world, [*world.roster, first, second]).forks == []


def test_a_roster_fork_is_listed_and_has_no_effect(tmp_path: Path, world: World) -> None:
    at = world.authority.next()
    enrolment = world.enrol_device(key_of("new"))
    beside = world.sign(type(enrolment.body), world.authority, at=at, **world.possession(key_of("b"), "device"),
                        site=world.sites[1])  # fmt: skip

    result = judge(tmp_path / "log", world, [*world.roster, enrolment, beside])

    assert result.verdict == "holds"
    assert [fork.index for fork in result.forks] == [len(world.roster) + 1]


def _naming(world: World, checkpoint: tuple[int, str]) -> Sequence[Statement]:
    return [*world.roster, world.handover(checkpoint=checkpoint)]


def test_a_named_checkpoint_is_a_root_of_this_log_or_a_split_view(tmp_path: Path, world: World) -> None:
    size = len(world.roster)
    for named in range(1, size + 1):
        good = judge(tmp_path / f"good-{named}", World(), _naming(World(), root_of(world.roster[:named])))
        assert (good.verdict, good.named_checkpoints) == ("holds", 1)

    for name, named_root in (("root", "0" * 64), ("size", root_of(world.roster[:2])[1])):
        bad = judge(tmp_path / name, World(), _naming(World(), (3, named_root)))
        assert faults(bad) == [(size, "split-view")]
        assert (bad.faults[0].expected, bad.faults[0].got) == (root_of(world.roster[:3])[1], named_root)
    for name, claimed in (("next", size + 1), ("later", 2**40)):
        bad = judge(tmp_path / name, World(), _naming(World(), (claimed, "0" * 64)))
        assert faults(bad) == [(size, "split-view")]
        assert bad.faults[0].expected == f"size <= {size}"
    assert faults(judge(tmp_path / "none", World(), _naming(World(), (0, "0" * 64)))) == [(size, "split-view")]


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


def test_an_entry_in_another_encoding_is_malformed(tmp_path: Path, world: World) -> None:
    entries = entries_of([*world.roster, world.handover()])
    loose = entries[-1].replace(b',"received"', b', "received"')
    config = publish(tmp_path / "log", [*entries[:-1], loose], world.origin)

    assert faults(judge_folder(config)) == [(len(entries) - 1, "malformed")]


@pytest.mark.parametrize(("cut", "kind"), [(None, "storage-fault"), (-1, "malformed")])
def test_verification_stops_where_a_bundle_is_missing_or_cut_short(
    tmp_path: Path, world: World, cut: int | None, kind: str
) -> None:
    config = publish(tmp_path / "log", entries_of([*world.roster, *world.handovers(300)]), world.origin)
    last = next((tmp_path / "log/tile/entries").glob("001.p/*"))
    data = last.read_bytes()
    last.unlink() if cut is None else last.write_bytes(data[:cut])

    result = judge_folder(config)

    assert faults(result) == [(256, kind)]
    assert result.judged == 256


def test_a_missing_tile_is_a_fault_and_a_narrower_one_that_stays_must_fit(tmp_path: Path, world: World) -> None:
    entries = entries_of([*world.roster, *world.handovers(260)])
    folder = tmp_path / "log"
    config = publish(folder, entries, world.origin, sizes=[5, 200, len(entries)])
    (folder / "tile/README").write_text("not a tile")
    (folder / "tile/0/x001").mkdir()
    (folder / "tile/0/x001/000").write_bytes(bytes(8192))
    sound = judge_folder(config)
    assert (sound.verdict, sound.other_files) == ("holds", 2)

    for path in ("tile/0/000.p/5", "tile/entries/000.p/200"):
        flip(folder / path, 100)
        assert judge_folder(config).verdict == "faulty"
        flip(folder / path, 100)
    (folder / "tile/1/000.p/1").unlink()
    assert [(fault.kind, fault.expected) for fault in judge_folder(config).faults] == [
        ("storage-fault", "tile/1/000.p/1")
    ]


def test_processes_and_one_thread_come_to_the_same_result(tmp_path: Path, world: World) -> None:
    """Keys enrolled late, a bad signature, a gap and a newer format, spread over bundles."""
    late = world.enrol_device(key_of("late"))
    events = world.handovers(900, devices=3)
    newer = rewritten(world, world.handover(), v=2)

    def spoil(envelope: dict[str, Any]) -> None:
        envelope["signatures"][0] = _spoilt(envelope["signatures"][0])

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
