"""A log judged as it grows says what a whole replay says, and reads what is new alone."""

import random
from collections.abc import Iterator
from multiprocessing import active_children
from multiprocessing.connection import Connection
from pathlib import Path
from shutil import rmtree
from typing import Any

import msgspec
import pytest

from custody.audit import beside, desk
from custody.audit.config import AuditorConfig
from custody.audit.following import Following
from custody.audit.judging import Judging
from custody.audit.report.reporting import Reporting
from custody.audit.result import Result
from custody.audit.source import FolderSource
from custody.audit.verify import replay
from custody.core.errors import Unavailable
from custody.core.history import Logged
from custody.core.rules import Rules
from tests.audit.busy import Busy
from tests.audit.logs import LOG_KEY, flip, publish
from tests.rules.scene import FAKE_ROOT
from tests.rules.story import BOX, DAY, HOUR, STATION
from tests.tile_folder import write_log


class Recorded(FolderSource):
    """Notes what is read; what is in `gone` cannot be had now."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.seen: list[str] = []
        self.gone = "-"

    def read(self, path: str, limit: int) -> bytes:
        if path.startswith(self.gone):
            raise Unavailable("not now")
        self.seen.append(path)
        return super().read(path, limit)


class Growing:
    """A log of many bundles that is served at one size after the other."""

    def __init__(self, folder: Path, entries: list[bytes], origin: str) -> None:
        self.entries = list(entries)
        self.folder = folder / "log"
        self._origin = origin
        self.config: AuditorConfig = publish(self.folder, entries[:1], origin)
        self.source = Recorded(self.folder)

    def grow(self, size: int) -> bytes:
        """The checkpoint."""
        return write_log(self.folder, self.entries[:size], self._origin, LOG_KEY)[-1]

    def whole(self) -> tuple[Result, Judging | None]:
        return replay(FolderSource(self.folder), self.config, workers=0)


@pytest.fixture(scope="module")
def entries() -> tuple[list[bytes], str]:
    """With late arrivals, keys enrolled after they sign, a spoilt signature, a revocation, a plan, corrections."""
    story = Busy()
    stranger = story.stranger()
    spoilt = story.say("inspect", stranger)
    story.say("inspect", stranger)
    late = story.make("inspect", 0, device=2)
    story.hear(story.make("inspect", 0, device=2))
    for _ in range(130):
        story.say("inspect")
    story.enrol(stranger, "staff")
    story.spoil(spoilt, stranger)
    story.plan(story.now + HOUR)
    story.hear(late, received=story.now)
    story.wait(DAY)
    wrong = story.release(0, STATION)
    story.say("correct", refs=[wrong.id])
    story.revoke(1, "compromised", since=story.now - DAY)
    for _ in range(200):
        story.say("inspect", items=[BOX])
    return story.entries(), story.world.origin


@pytest.fixture
def log(tmp_path: Path, entries: tuple[list[bytes], str]) -> Growing:
    return Growing(tmp_path, *entries)


@pytest.fixture
def following(log: Growing) -> Iterator[Following]:
    with Following(log.source, log.config, workers=0) as found:
        yield found


def told(result: Result, judging: Judging | None) -> Any:
    assert judging is not None
    now = judging.last + DAY
    return result.verdict, judging.size, judging.findings(now), judging.counts(now), judging.at_rest()


def counted(result: Result) -> dict[str, Any]:
    names = set(result.__struct_fields__) - {"other_files"}  # narrower tiles are of an earlier size
    return {name: getattr(result, name) for name in names}


def sizes(least: int, most: int) -> list[int]:
    return sorted({least, *random.Random(5).sample(range(least, most), 2), 255, 257, 512, most})


def test_at_every_size_it_says_what_a_whole_replay_says(log: Growing, following: Following) -> None:
    assert len(log.entries) > 520
    for size in sizes(20, len(log.entries)):
        found = following.judge(log.grow(size))
        whole = log.whole()
        assert counted(found[0]) == counted(whole[0])
        assert told(*found) == told(*whole)
    assert len(whole[1].findings(2**53)) > 20  # type: ignore[union-attr]


def test_reports_go_on_from_what_a_watch_has_judged(
    tmp_path: Path, log: Growing, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = msgspec.structs.replace(log.config, state=tmp_path / "auditor.state")
    judged_by_reports: list[int] = []
    judge = Rules.event

    def report(*, from_start: bool) -> Any:
        judged_by_reports.clear()
        with desk.judged(log.source, config, Reporting, workers=0, from_start=from_start) as (result, found):
            assert result.verdict == "holds"
            assert found is not None
            return msgspec.msgpack.encode(found.gathered)

    def count(rules: Rules, logged: Logged) -> None:
        judged_by_reports.append(logged.index)
        judge(rules, logged)

    monkeypatch.setattr(Rules, "event", count)
    with Following(log.source, config, workers=0) as following:
        for size, judged_anew in ((300, 0), (310, 10), (320, 0), (len(log.entries), 0)):
            following.judge(log.grow(size))
            told = report(from_start=False)
            assert len(judged_by_reports) == judged_anew
            assert told == report(from_start=True)


def test_a_watch_does_not_write_over_what_was_judged_of_another_history(tmp_path: Path, log: Growing) -> None:
    config = msgspec.structs.replace(log.config, state=tmp_path / "auditor.state")
    log.grow(300)
    assert desk.judge(log.source, config, workers=0)[1] == 300
    kept = (tmp_path / "auditor.judged").read_bytes()
    del log.entries[297]
    rmtree(log.folder)

    with Following(log.source, config, workers=0) as following:
        result, _ = following.judge(log.grow(500))

    assert (result.faults, result.size) == ([], 500)
    assert (tmp_path / "auditor.judged").read_bytes() == kept


def test_what_was_judged_is_not_read_again(log: Growing, following: Following) -> None:
    following.judge(log.grow(520))
    log.source.seen.clear()
    following.judge(log.grow(523))

    assert following.size == 523
    assert {path for path in log.source.seen if path.startswith("tile/") and ".p/" not in path} == set()
    assert [path for path in log.source.seen if "entries" in path] == ["tile/entries/002.p/11"]


def test_an_entry_that_is_not_what_it_was_is_a_fault_and_then_all_is_read_again(
    log: Growing, following: Following
) -> None:
    following.judge(log.grow(300))
    honest = list(log.entries)
    log.entries[290], log.entries[291] = log.entries[291], log.entries[290]
    result, _ = following.judge(log.grow(310))
    assert [(fault.kind, fault.message) for fault in result.faults] == [
        ("storage-fault", "entry 290 is not what it was")
    ]
    assert following.size == 0

    log.entries[:] = honest
    result, judging = following.judge(log.grow(310))
    assert (result.verdict, following.size) == ("holds", 310)
    assert told(result, judging) == told(*log.whole())


def test_entries_that_lead_to_another_root_than_the_signed_one_are_a_fault(log: Growing, following: Following) -> None:
    following.judge(log.grow(300))
    forged = log.grow(310)
    log.entries[305], log.entries[306] = log.entries[306], log.entries[305]
    log.grow(310)

    result, judging = following.judge(forged)

    assert (result.verdict, judging, following.size) == ("faulty", None, 0)


def test_a_log_that_cannot_be_read_to_its_end_goes_on_from_there_later(log: Growing, following: Following) -> None:
    note = log.grow(len(log.entries))
    log.source.gone = "tile/entries/002"
    with pytest.raises(Unavailable):
        following.judge(note)
    assert following.size == 512
    log.source.gone = "-"
    log.source.seen.clear()

    found = following.judge(note)

    assert "tile/entries/000" not in log.source.seen
    assert told(*found) == told(*log.whole())


def test_what_is_wrong_with_an_entry_stays_and_the_rest_is_not_read_again_for_it(tmp_path: Path) -> None:
    story = Busy()
    story.say("inspect", seen=(3, FAKE_ROOT))
    bad = len(story.entries())
    for _ in range(3):
        story.say("inspect")
    log = Growing(tmp_path, story.entries(), story.world.origin)
    with Following(log.source, log.config, workers=0) as following:
        for size in (bad, bad + 3):
            result, judging = following.judge(log.grow(size))
            assert [(fault.index, fault.kind) for fault in result.faults] == [(bad - 1, "split-view")]
            assert following.size == size
            assert told(result, judging) == told(*log.whole())


def test_a_tile_that_is_wrong_for_a_time_is_a_fault_for_that_time(log: Growing, following: Following) -> None:
    note = log.grow(300)
    tile = log.folder / "tile/0/001.p/44"
    right = tile.read_bytes()
    flip(tile, 40)
    assert following.judge(note)[0].verdict == "faulty"
    tile.write_bytes(right)

    assert following.judge(note)[0].verdict == "holds"


@pytest.mark.parametrize("dies", [True, False])
def test_where_the_process_of_the_items_died_at_the_end_all_is_judged_anew(
    log: Growing, monkeypatch: pytest.MonkeyPatch, dies: bool
) -> None:
    """Of so few entries it is only found out once the items should come home."""
    started = []

    def start(*work: Any) -> Connection:
        before = set(active_children())
        connection = begin(*work)
        started.extend(set(active_children()) - before)
        if dies and len(started) == 1:
            started[0].kill()
            started[0].join()
        return connection

    begin = beside.beside
    monkeypatch.setattr(beside, "beside", start)
    with Following(log.source, log.config, workers=2) as following:
        note = log.grow(200)
        if dies:
            with pytest.raises(Unavailable):
                following.judge(note)
            assert following.size == 0
        assert told(*following.judge(note)) == told(*log.whole())
        assert told(*following.judge(log.grow(210))) == told(*log.whole())
    assert len(started) == 1 + dies
