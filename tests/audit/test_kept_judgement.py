"""What the desk has judged is not judged again, and what it says is the same; what is of no use counts for nothing."""

import fcntl
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, settings

from custody.audit import kept_judgement
from custody.audit.archive.write import Order, write_archive
from custody.audit.bundle import Bundles
from custody.audit.desk import judge
from custody.audit.frames import framed
from custody.audit.report.making import encode, make
from custody.audit.report.scope import Scope
from custody.audit.source import FolderSource
from custody.audit.verify import replay
from custody.core.history import Logged
from custody.core.rules import Rules
from tests.audit.kept_worlds import Kept
from tests.audit.logs import LOG_KEY, flip, publish, spoilt
from tests.audit.reported import B1, Days
from tests.audit.verified_log import EVENTS, Log
from tests.tile_folder import write_log
from tests.world import World, key_of

Kept.TestCase.settings = settings(
    max_examples=2, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
TestKept = Kept.TestCase
NEW = 20


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The entries of the events that the rules judge."""
    seen: list[int] = []
    event = Rules.event

    def judge(rules: Rules, logged: Logged) -> None:
        seen.append(logged.index)
        event(rules, logged)

    monkeypatch.setattr(Rules, "event", judge)
    return seen


def kept(log: Log) -> Path:
    return log.folder.with_name("auditor.judged")


def grown(log: Log) -> list[int]:
    """Serves some more, and a statement of the roster before it; the entries of the events that came."""
    size = len(log.statements) + 1
    device = log.world.enrol_device(key_of("a device that comes later"))
    log.serve([*log.statements, device, *log.world.handovers(NEW)])
    return [*range(size, size + NEW)]


def test_a_second_report_judges_what_came_since_and_says_the_same(tmp_path: Path, judged: list[int]) -> None:
    log = Log(tmp_path)
    first = log.report()
    assert len(judged) == EVENTS
    judged.clear()

    assert log.report() == first
    assert judged == []

    came = grown(log)
    second = log.report()
    assert judged == came
    judged.clear()
    assert log.report(from_start=True) == second
    assert len(judged) == EVENTS + NEW


def test_a_report_goes_on_from_a_replay_which_goes_on_from_nothing(tmp_path: Path, judged: list[int]) -> None:
    log = Log(tmp_path)
    for _ in range(2):
        judged.clear()
        with FolderSource(log.folder) as source:
            assert replay(source, log.config, workers=0)[0].verdict == "holds"
        assert len(judged) == EVENTS
    judged.clear()

    report = log.report()

    assert judged == []
    assert report == log.report(from_start=True)


def test_a_report_goes_on_from_what_was_judged_for_nothing_else(tmp_path: Path, judged: list[int]) -> None:
    log = Log(tmp_path)
    for anew in (EVENTS, 0):
        judged.clear()
        with FolderSource(log.folder) as source:
            assert judge(source, log.config, workers=0)[1] == len(log.statements)
        assert len(judged) == anew

    report = log.report()

    assert judged == []
    assert report == log.report(from_start=True)


def test_of_what_was_judged_nothing_is_parsed_but_its_last_bundle(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Log(tmp_path)
    log.report()
    grown(log)
    parsed: list[bytes] = []
    parse = Bundles._parse

    def count(self: Bundles, index: int, data: bytes, *rest: Any) -> Any:
        parsed.append(data)
        return parse(self, index, data, *rest)

    monkeypatch.setattr(Bundles, "_parse", count)
    log.report()

    assert len(parsed) == (len(log.statements) + 1 + NEW) % 256


@pytest.mark.parametrize("workers", [0, 2])
def test_one_report_goes_on_from_another_of_whatever_it_is_about(tmp_path: Path, workers: int) -> None:
    log = Log(tmp_path)
    log.report(workers=workers)
    site = log.world.sites[1]
    grown(log)

    assert log.report(site=site, workers=workers) == log.report(site=site, from_start=True)


def archive(folder: Path, config: Any, name: str, *, from_start: bool) -> dict[Path, bytes]:
    target = folder.with_name(name)
    with FolderSource(folder) as source:
        written = write_archive(source, config, Order(target), workers=0, from_start=from_start)
    assert written.result.verdict == "holds"
    return {path.relative_to(target): path.read_bytes() for path in target.rglob("*") if path.is_file()}


def test_archive_and_reports_of_a_story_go_on_from_each_other(tmp_path: Path, judged: list[int]) -> None:
    story = Days()
    half = len(story.entries()) // 2
    story.look(B1, photos=["ab" * 32])
    wrong = story.look(B1, condition="damaged")
    story.say("correct", story.chair, device=2, site=1, items=[B1], refs=[wrong.id])
    entries = story.entries()
    folder = tmp_path / "log"
    config = publish(folder, entries[:half], story.world.origin)
    config = msgspec.structs.replace(config, state=tmp_path / "auditor.state")
    archive(folder, config, "early", from_start=False)
    write_log(folder, entries, story.world.origin, LOG_KEY)
    judged.clear()

    with FolderSource(folder) as source:
        report = encode(make(source, config, Scope(), workers=0))
    assert judged
    assert min(judged) >= half
    judged.clear()
    found = archive(folder, config, "late", from_start=False)
    assert judged == []
    assert found == archive(folder, config, "anew", from_start=True)
    with FolderSource(folder) as source:
        assert report == encode(make(source, config, Scope(), workers=0, from_start=True))
        for scope in (Scope(item=B1), Scope(site=story.sites[1])):
            assert encode(make(source, config, scope, workers=0)) == encode(
                make(source, config, scope, workers=0, from_start=True)
            )


@pytest.mark.parametrize("place", [0, 20, 1000, -1])
def test_a_file_that_was_changed_counts_for_nothing_and_is_written_anew(
    tmp_path: Path, judged: list[int], place: int
) -> None:
    log = Log(tmp_path)
    first = log.report()
    whole = kept(log).read_bytes()
    flip(kept(log), place)
    judged.clear()

    assert log.report() == first
    assert len(judged) == EVENTS
    assert len(kept(log).read_bytes()) == len(whole)
    judged.clear()
    assert log.report() == first
    assert judged == []


def test_a_file_that_was_cut_short_counts_for_nothing(tmp_path: Path, judged: list[int]) -> None:
    log = Log(tmp_path)
    first = log.report()
    whole = kept(log).read_bytes()
    for length in (0, 10, 60, len(whole) // 2, len(whole) - 1):
        kept(log).write_bytes(whole[:length])
        judged.clear()
        assert log.report() == first
        assert len(judged) == EVENTS


GARBLED = framed(b"\xff" * 7)
ENDLESS = (1 << 62).to_bytes(8, "big")
TOO_LITTLE = framed(bytes(8))


def test_what_is_whole_and_does_not_parse_counts_for_nothing(tmp_path: Path, judged: list[int]) -> None:
    log = Log(tmp_path)
    first = log.report()
    whole = kept(log).read_bytes()
    begins = len(b"custody-judged\n") + 32
    ends = [begins]
    while ends[-1] < len(whole) - 32:
        ends.append(ends[-1] + 8 + int.from_bytes(whole[ends[-1] :][:8], "big"))

    for number, frame in (
        *((0, GARBLED), (1, GARBLED), (0, ENDLESS), (4, ENDLESS)),
        *((1, TOO_LITTLE), (2, TOO_LITTLE), (4, TOO_LITTLE)),
    ):
        broken = whole[: ends[number]] + frame + whole[ends[number + 1] : -32]
        kept(log).write_bytes(broken + sha256(broken).digest())
        judged.clear()
        assert log.report() == first
        assert len(judged) == EVENTS
        assert kept(log).read_bytes() == whole


def test_what_another_version_has_judged_counts_for_nothing(
    tmp_path: Path, judged: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = Log(tmp_path)
    first = log.report()
    judged.clear()
    monkeypatch.setattr(kept_judgement, "_software", lambda: bytes(32))

    assert log.report() == first
    assert len(judged) == EVENTS


def test_what_was_judged_of_another_log_counts_for_nothing(tmp_path: Path, judged: list[int]) -> None:
    logs = []
    for seed in ("one", "other"):
        (tmp_path / seed).mkdir()
        logs.append(Log(tmp_path / seed, world=World(seed=seed)))
        logs[-1].report()
    one, other = logs
    first = other.report()
    kept(other).write_bytes(kept(one).read_bytes())
    judged.clear()

    assert other.report() == first
    assert len(judged) == EVENTS


def test_an_entry_that_was_judged_and_has_changed_is_found_as_if_nothing_had_been_judged(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.report()
    flip(log.folder / "tile/entries/000", 1000)

    found = log.report()

    assert found[0] == "faulty"
    kept(log).unlink()
    assert log.report() == found


def test_a_faulty_entry_that_came_since_is_found_and_not_kept(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.report()
    before = kept(log).read_bytes()
    new = log.world.handover()
    log.serve([*log.statements, spoilt(new, new.body.issuer)])

    assert log.report()[0] == "faulty"
    assert kept(log).read_bytes() == before


def test_of_another_history_than_was_judged_there_is_proof(tmp_path: Path) -> None:
    """Though what was verified before, by the auditor's state, is in both."""
    log = Log(tmp_path)
    one, other = log.world.handovers(2)
    log.serve([*log.statements, one, other])
    assert log.report()[0] == "holds"
    log.serve([*log.statements, other, one])

    assert log.report()[0] == "faulty"
    assert list(tmp_path.glob("two-checkpoints-*.txt"))
    kept(log).unlink()
    assert log.report()[0] == "holds"


def test_an_older_copy_is_judged_by_itself_and_what_was_kept_stays(tmp_path: Path, judged: list[int]) -> None:
    log = Log(tmp_path)
    log.report()
    before = kept(log).read_bytes()
    log.serve(log.statements[:-1])
    judged.clear()

    assert log.report()[0] == "holds"
    assert len(judged) == EVENTS - 1
    assert kept(log).read_bytes() == before


def test_as_of_an_earlier_instant_the_log_is_judged_as_it_stood_then(tmp_path: Path, judged: list[int]) -> None:
    log = Log(tmp_path)
    log.report()
    with FolderSource(log.folder) as source:
        last = make(source, log.config, Scope(), workers=0).cover.last_received
    for until, anew in ((last - 10_000, EVENTS - 10), (last, 0), (last + 10_000, 0)):
        judged.clear()
        report = log.report(until=until)
        assert len(judged) == anew
        assert report == log.report(until=until, from_start=True)


def test_where_nothing_can_be_kept_the_report_is_made_all_the_same(tmp_path: Path) -> None:
    log = Log(tmp_path)
    kept(log).mkdir()

    assert log.report()[0] == "holds"
    assert list(tmp_path.glob(".auditor.judged*")) == []


def test_what_cannot_be_read_counts_for_nothing(tmp_path: Path) -> None:
    log = Log(tmp_path)
    kept(log).symlink_to("/proc/self/mem")  # which opens, and has nothing at its beginning

    assert log.report()[0] == "holds"


def test_what_is_kept_is_for_its_owner_alone_and_written_over_what_a_killed_command_left(tmp_path: Path) -> None:
    log = Log(tmp_path)
    unfinished = tmp_path / ".auditor.judged.new"
    unfinished.write_bytes(bytes(1 << 22))

    log.report()

    assert not unfinished.exists()
    assert kept(log).stat().st_mode & 0o777 == 0o600
    assert kept(log).stat().st_size < 1 << 22


def test_while_another_command_keeps_what_it_has_judged_none_writes_beside_it(tmp_path: Path) -> None:
    log = Log(tmp_path)
    with (tmp_path / ".auditor.judged.new").open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        assert log.report()[0] == "holds"
    assert not kept(log).exists()


@pytest.mark.parametrize(
    ("state", "beside"), [("a.state", "a.judged"), ("a", "a.judged"), ("a.judged", "a.judged.judged")]
)
def test_whatever_the_state_is_called_it_stays(tmp_path: Path, state: str, beside: str) -> None:
    log = Log(tmp_path)
    log.config = msgspec.structs.replace(log.config, state=log.config.state.rename(tmp_path / state))
    before = (tmp_path / state).read_bytes()

    log.report()

    assert (tmp_path / state).read_bytes() == before
    assert (tmp_path / beside).exists()


def test_what_is_damaged_in_the_logs_tiles_is_found_as_if_nothing_had_been_judged(tmp_path: Path) -> None:
    """Though they do not show then that the log goes on from what was judged: its entries do."""
    log = Log(tmp_path)
    log.report()
    grown(log)
    flip(log.folder / "tile/1/000.p/1", 5)

    def found() -> Any:
        with FolderSource(log.folder) as source:
            result, judging = replay(source, log.config, workers=0)
        return result.faults, judging and judging.size

    judged = found()

    kept(log).unlink()
    assert judged == found()
    assert [fault.index for fault in judged[0]] == [0]


def test_another_history_that_its_tiles_do_not_show_is_one_all_the_same(tmp_path: Path) -> None:
    log = Log(tmp_path)
    one, other = log.world.handovers(2)
    log.serve([*log.statements, one])
    log.report()
    log.serve([*log.statements, other, one])
    flip(log.folder / "tile/1/000.p/1", 5)

    with FolderSource(log.folder) as source:
        result, _ = replay(source, log.config, workers=0)

    assert result.faults[-1].kind == "bad-history"
