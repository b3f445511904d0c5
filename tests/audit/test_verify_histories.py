"""One statement out of place in a log's history, and its twin in its place."""

from collections.abc import Sequence
from pathlib import Path

from custody.core import entry
from custody.core.statement import Statement
from tests.audit.logs import faults, judge, judge_folder, publish, root_of
from tests.world import World, key_of


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
