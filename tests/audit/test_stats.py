"""Figures held against plain loops over the same log; archives laid together; files by strangers."""

import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from custody.audit.stats.chart import chart
from custody.audit.stats.database import Laid
from custody.audit.stats.questions import QUESTIONS, Asking
from custody.audit.stats.reading import MAX_LINE, FolderTables
from custody.core.errors import (
    ConfigFault,
    CustodyError,
    CutShort,
    Malformed,
    NewerFormat,
    Oversize,
    StorageFault,
    WrongLog,
)
from custody.core.findings import Language
from tests.audit import busy
from tests.audit.busy import Busy, write_tables
from tests.audit.exported import Told
from tests.rules.story import DAY, HOUR, MINUTE, SECOND, STATION, VILLAGE, WAREHOUSE
from tests.world import item_id


class Written:
    """The busy log's tables: of all, of two sites, and of all as it was earlier."""

    def __init__(self, folder: Path) -> None:
        self.story = Busy()
        self.last = self.story.book.entries[-1][0]
        middle = self.story.book.entries[len(self.story.book.entries) * 2 // 3][0]
        self.all = write_tables(self.story, folder, "all")
        self.earlier = write_tables(self.story, folder, "earlier", until=middle)
        self.station = write_tables(self.story, folder, "station", site=self.story.sites[STATION])
        self.village = write_tables(self.story, folder, "village", site=self.story.sites[VILLAGE], until=middle)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Written:
    return Written(tmp_path_factory.mktemp("busy"))


def lay(*folders: Path) -> Laid:
    return Laid([FolderTables(folder) for folder in folders])


def answers(*folders: Path, by: Any = "site") -> dict[str, list[tuple[Any, ...]]]:
    with closing(lay(*folders)) as laid:
        asking = Asking(laid, by)
        return {name: asking.answer(name).rows for name in QUESTIONS}


@pytest.fixture
def copy(written: Written, tmp_path: Path) -> Path:
    return shutil.copytree(written.all, tmp_path / "copy")


# The figures


def test_legs_take_what_plain_loops_over_the_log_say(written: Written) -> None:
    expected = set(busy.ways(busy.legs(written.story.logged())))

    found = answers(written.all)["legs"]

    assert set(found) == expected
    assert len(found) > 6
    assert [row[4] for row in found] == sorted((row[4] for row in found), reverse=True)


def test_releases_stand_as_long_as_plain_loops_over_the_log_say(written: Written) -> None:
    expected = set()
    for (start, end), took in busy.releases(written.story.logged()).items():
        ended = [one for one in took if one is not None]
        expected.add(
            (
                start,
                end,
                len(ended),
                busy.nearest(ended, 50),
                busy.nearest(ended, 90),
                max(ended, default=None),
                took.count(None),
            )
        )

    found = answers(written.all)["releases"]

    assert {row[:7] for row in found} == expected
    assert any(row[6] for row in found)
    assert all((row[6] > 0) == (row[7] is not None) for row in found)


def test_routes_are_late_as_plain_loops_over_the_plan_say(written: Written) -> None:
    story, rows = written.story, []
    for item in busy.ITEMS[:6]:
        track = story.book.memory.tracks[item]
        assert track.plan is not None
        for number, way in enumerate(track.plan.ways):
            start = track.plan.ways[number - 1].to if number else track.item.first
            rows.append((start, way.to, way.due, track.item.gone[number] if number < track.item.way else None))
    expected = set()
    for start, end in {(row[0], row[1]) for row in rows}:
        mine = [(due, gone) for one, two, due, gone in rows if (one, two) == (start, end)]
        late = [gone - due for due, gone in mine if gone is not None and gone > due]
        overdue = sum(gone is None and due <= written.last for due, gone in mine)
        in_time = sum(gone is not None and gone <= due for due, gone in mine)
        share = (len(late) + overdue) * 1000 // len(mine)
        figures = busy.nearest(late, 50), busy.nearest(late, 90), max(late, default=None)
        expected.add((start, end, len(mine), in_time, len(late), overdue, share, *figures))

    found = answers(written.all)["routes"]

    assert set(found) == expected
    assert sum(row[4] for row in found) > 0
    assert sum(row[5] for row in found) > 0


def test_seals_fail_where_plain_loops_over_log_and_findings_say(written: Written) -> None:
    story = written.story
    expected = set()
    for (start, end), said in busy.seals(story, story.logged(), written.last).items():
        codes = Counter({code: count for code, count in said.items() if code != "read"})
        differing, lacking = codes["seal-differs"] + codes["seal-changed"], codes["unsealed"] + codes["too-few-seals"]
        kinds = codes["seal-broken"], codes["seal-missing"], differing, codes["opened-sealed"], lacking
        expected.add((start, end, said["read"], codes.total(), *kinds))

    found = answers(written.all)["seals"]

    assert set(found) == expected
    assert sum(row[4] for row in found) > 0


def test_sites_are_put_together_by_category_and_by_office(written: Written) -> None:
    by_category, by_office = (answers(written.all, by=by)["legs"] for by in ("category", "office"))
    total = sum(row[2] for row in answers(written.all)["legs"])

    assert {row[0] for row in by_category} == {"office", "warehouse", "polling-station", "village"}
    assert [row[:3] for row in by_office] == [(written.story.sites[0], written.story.sites[0], total)]


@pytest.mark.parametrize("percent", [50, 90])
def test_percentiles_are_by_nearest_rank_whatever_the_count(written: Written, percent: int) -> None:
    with closing(lay(written.all)) as laid:
        Asking(laid)
        for count in range(1, 25):
            values = [7 * one % 25 for one in range(count)]
            [[got]] = laid.ask("select nearest(list_sort(?), ?)", [values, percent])
            assert got == busy.nearest(values, percent)


def test_a_release_ends_when_who_may_takes_it_or_it_is_put_back_and_not_before(tmp_path: Path) -> None:
    story = Told()
    one, two = story.join("carrier"), story.join("carrier")
    named = {"receiver": story.id(1), "carrier": story.id(one)}
    items = [item_id(number) for number in range(5)]
    story.begin(*items)

    def took(number: int, *steps: Callable[[str], object]) -> None:
        for step in steps:
            story.wait(MINUTE - SECOND)
            step(items[number])

    def put(item: str) -> None:
        story.say("store", items=[item])

    def release(item: str) -> None:
        story.release(0, STATION, items=[item], **named)

    def load(item: str) -> None:
        story.accept(one, items=[item], site=WAREHOUSE, device=0)

    def relay(item: str) -> None:
        story.handover(one, two, items=[item], site=VILLAGE)

    def arrive(item: str) -> None:
        story.say("store", one, items=[item], site=STATION)

    def take(item: str) -> None:
        story.handover(two, 1, items=[item], site=STATION)

    took(0, release, load, relay, take)  # three minutes
    took(1, release, put)  # one
    took(2, release, arrive, take)  # two
    took(3, release, release, take)  # one, and one
    took(4, release, arrive)  # stands

    [row] = answers(write_tables(story, tmp_path, "tables"))["releases"]

    assert row[2:7] == (5, MINUTE, 3 * MINUTE, 3 * MINUTE, 1)


@pytest.mark.parametrize("language", ["id", "en"])
def test_charts_have_a_bar_for_each_of_the_first_rows_and_are_the_same_again(
    written: Written, language: Language
) -> None:
    with closing(lay(written.all)) as laid:
        asking = Asking(laid)
        for name, question in QUESTIONS.items():
            answer = asking.answer(name)
            drawn = [chart(name, answer, language, 5, [("ragu", "doubt")]) for _ in range(2)]
            said = [text.strip() for text in ElementTree.fromstring(drawn[0]).itertext() if text.strip()]
            assert drawn[0] == drawn[1]
            assert sum(" → " in text for text in said) == min(5, len(answer.rows))
            assert {question.en if language == "en" else question.id, "doubt" if language == "en" else "ragu"} <= {
                *said
            }


# Archives laid together


def test_what_several_archives_tell_counts_once(written: Written) -> None:
    alone = answers(written.all)

    assert answers(written.all, written.all) == alone
    assert answers(written.station, written.earlier, written.all, written.village) == alone


def test_archives_of_two_offices_tell_together_of_the_legs_that_lead_to_them(written: Written) -> None:
    """When an item came elsewhere is not in them."""
    story = written.story
    station, village = story.sites[STATION], story.sites[VILLAGE]
    laid = write_tables(story, written.all.parent, "now", site=village), written.station
    events = [one for one in story.logged() if not {station, village}.isdisjoint(one.event.sites())]

    expected = {row for row in busy.ways(busy.legs(events)) if row[1] in (station, village)}
    assert set(answers(*laid)["legs"]) == expected


def test_a_release_for_a_site_of_which_no_archive_tells_does_not_count(written: Written) -> None:
    """How long it stood nobody could say: it was accepted, if it was, there."""
    station = written.story.sites[STATION]
    others = [
        write_tables(written.story, written.all.parent, f"part {number}", site=site)
        for number, site in enumerate(written.story.sites)
        if site != station
    ]
    expected = answers(written.all)["releases"]

    assert station in {row[0] for row in expected}
    assert {row[1] for row in answers(written.station)["releases"]} == {station}
    assert answers(written.station, *others)["releases"] == expected


def test_releases_that_an_older_archive_of_all_saw_end_count_beside_a_newer_part(written: Written) -> None:
    def ended(*folders: Path) -> dict[tuple[str, str], int]:
        return {row[:2]: row[2] for row in answers(*folders)["releases"]}

    older, both = ended(written.earlier), ended(written.earlier, written.station)

    assert any(older.values())
    assert all(both[ends] >= count for ends, count in older.items())


def test_what_a_newer_archive_does_not_find_any_more_is_not_taken_from_an_older_one(written: Written) -> None:
    def broken(*folders: Path) -> int:
        return sum(row[4] for row in answers(*folders)["seals"])

    gone = shutil.copytree(written.earlier, written.earlier.parent / "gone")
    lines = (gone / "findings.csv").read_bytes().splitlines(keepends=True)
    made_up = [line.replace(b"f-", b"f-made-up-") for line in lines if b",seal-broken," in line]
    assert made_up
    (gone / "findings.csv").write_bytes(b"".join([*lines, *made_up]))

    assert broken(gone) > broken(written.earlier)
    assert broken(gone, written.all) == broken(written.all)


def test_what_a_newer_archive_of_the_same_site_does_not_find_is_gone_and_of_others_is_not(written: Written) -> None:
    older = shutil.copytree(written.earlier, written.earlier.parent / "older")
    head = (older / "findings.csv").read_bytes().splitlines(keepends=True)[0]
    sites = written.story.sites
    cells = [f"f-{site},seal-broken,critical,,,{site},,,,0,,,,,\r\n".encode() for site in (sites[STATION], sites[1])]
    (older / "findings.csv").write_bytes(head + b"".join(cells))
    station = shutil.copytree(written.station, written.station.parent / "station-alone")
    (station / "findings.csv").write_bytes(head)

    assert [row[1] for row in answers(older, station)["seals"] if row[4]] == [sites[1]]


def test_the_archive_of_the_larger_log_knows_of_later_corrections_and_plans(tmp_path: Path) -> None:
    story = Told()
    story.plan(story.now + HOUR)
    story.begin()
    wrong = story.accept(1, story.release(0, STATION))
    older = write_tables(story, tmp_path, "older")
    story.say("correct", 1, refs=[wrong.id], site=STATION)
    story.plan(story.now + DAY, to=VILLAGE)
    newer = write_tables(story, tmp_path, "newer")

    assert len(answers(older)["legs"]) == 1
    for folders in ([older, newer], [newer, older]):
        assert answers(*folders) == answers(newer)
    assert answers(newer)["legs"] == []
    assert [row[1:3] for row in answers(newer)["routes"]] == [(story.sites[VILLAGE], 1)]


def test_archives_of_two_logs_are_not_laid_together(written: Written, copy: Path) -> None:
    (copy / "log.csv").write_text((copy / "log.csv").read_text().replace("ledger.test", "other.test"))

    with pytest.raises(WrongLog, match="are of two logs"):
        lay(written.all, copy)


def test_archives_of_two_histories_of_one_log_are_not_laid_together(written: Written, copy: Path) -> None:
    lines = (copy / "log.csv").read_text().split(",")
    (copy / "log.csv").write_text(",".join("ab" * 32 if len(cell) == 64 else cell for cell in lines))

    with pytest.raises(WrongLog, match="two histories"):
        lay(written.all, copy)


# Files by strangers


def test_neither_a_folder_nor_a_cell_is_run(tmp_path: Path) -> None:
    story = Told()
    item = "plain/x/';drop*table(events)--"
    story.begin(item)
    story.accept(1, story.release(0, STATION, items=[item]), items=[item])
    folder = write_tables(story, tmp_path, "'); drop table events; --*.csv")

    [leg] = answers(folder)["legs"]

    assert leg[:3] == (story.sites[1], story.sites[2], 1)


@pytest.mark.parametrize(
    "sql",
    [
        "from read_csv('/etc/passwd')",
        "copy (select 1) to '/tmp/stats-of-a-stranger.csv'",
        "attach '/tmp/stats-of-a-stranger.db'",
        "from glob('/etc/*')",
        "load httpfs",
        "set memory_limit = '100GB'",
        "set enable_external_access = true",
    ],
)
def test_the_database_reaches_nothing_outside(written: Written, sql: str) -> None:
    import duckdb

    with closing(lay(written.all)) as laid, pytest.raises(duckdb.Error, match=r"disabled|locked"):
        laid.ask(sql)


def test_more_than_fits_into_memory_is_refused_with_a_remedy(written: Written) -> None:
    with closing(lay(written.all)) as laid, pytest.raises(Oversize, match="Lay fewer archives"):
        laid.ask("create table large as select range, repeat('x', 200) || range from range(20_000_000)")


def test_an_instant_far_from_the_others_is_taken_like_them(written: Written, copy: Path) -> None:
    head, line = (written.all / "events.csv").read_bytes().splitlines(keepends=True)[:2]
    early = re.sub(rb"20[0-9]{2}-[^,]*", b"1970-01-01T00:00:00.000+00:00", line)
    (copy / "events.csv").write_bytes(b"".join([head, early * 7, line, early * 9000]))

    with closing(lay(copy)) as laid:
        [[least, most]] = laid.ask("select min(happened), max(happened) from events")

    assert (least, most > 2**40) == (0, True)


def edited(name: str, old: str, new: str) -> Any:
    def edit(folder: Path) -> None:
        text = (folder / name).read_bytes().decode()
        assert old in text
        (folder / name).write_bytes(text.replace(old, new, 1).encode())

    return edit


def cut(folder: Path) -> None:
    (folder / "events.csv").write_bytes((folder / "events.csv").read_bytes()[:-20])


def endless(folder: Path) -> None:
    (folder / "sites.csv").write_bytes((folder / "sites.csv").read_bytes() + b"x" * 2 * MAX_LINE)


def unquoted(folder: Path) -> None:
    (folder / "sites.csv").write_bytes((folder / "sites.csv").read_bytes() + b'"' + b"x\r\n" * MAX_LINE)


def binary(folder: Path) -> None:
    (folder / "sites.csv").write_bytes((folder / "sites.csv").read_bytes() + b"\xff\r\n")


FAULTS = [
    ("cut short", cut, CutShort, "events.csv is cut short"),
    ("without an end of line", endless, Malformed, "sites.csv"),
    ("without an end of a cell", unquoted, Malformed, "sites.csv"),
    ("not in UTF-8", binary, Malformed, "sites.csv"),
    ("with other columns", edited("events.csv", "entry,statement", "statement,entry"), Malformed, "other columns"),
    ("with a cell more", edited("log.csv", "\r\n1,", "\r\n1,1,"), Malformed, "other cells"),
    ("with a count that is none", edited("log.csv", "\r\n1,", "\r\n１,"), Malformed, "line 2 of log.csv"),
    ("without an instant", edited("deliveries.csv", "+07:00", ""), Malformed, "line 2 of deliveries.csv"),
    ("of a newer version", edited("log.csv", "\r\n1,", "\r\n2,"), NewerFormat, "another version"),
    ("without a file", lambda folder: (folder / "deliveries.csv").unlink(), StorageFault, "deliveries.csv"),
]


@pytest.mark.parametrize(("damage", "kind", "said"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_a_file_that_is_damaged_is_named(copy: Path, damage: Any, kind: type[CustodyError], said: str) -> None:
    damage(copy)

    with pytest.raises(kind, match=said) as caught:
        lay(copy)
    assert type(caught.value) is kind


def test_without_duckdb_the_error_names_what_installs_it(written: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "duckdb", None)

    with pytest.raises(ConfigFault, match=r"make venv, or .*pip install '\.\[stats\]'"):
        lay(written.all)
