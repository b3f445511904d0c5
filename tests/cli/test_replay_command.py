"""`custody audit replay` as an auditor runs it: from a folder of tiles, and from a ledger that is running."""

import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
import pytest

from custody.core import entry
from custody.core.merkle import Frontier, leaf_hash
from custody.core.planning import Plan, Planned, Way
from custody.core.statement import Statement
from custody.core.tiles import bundle_decode
from custody.simulation.log_copy import copy_log
from tests.audit.logs import LOG_KEY, entries_of, flip, publish, rewritten, root_of
from tests.cli.programs import custody, succeed
from tests.web.serving import Serving, make_log
from tests.world import START, World, item_id

HOUR = 3_600_000
DUE = START + 100 * HOUR
BOX = item_id(0)
MEMBERS = {"id", "code", "severity", "subject", "items", "since", "open", "root", "parent", "evidence", "closed_by",
           "resolved", "void", "text"}  # fmt: skip


def story(world: World, seen: tuple[int, str]) -> list[Statement]:
    """A planned box of which a release is never accepted, and is then missing where it was to go."""
    way = Way(to=world.sites[2], due=DUE)
    plan = world.sign(Plan, world.authority, ways=[way], items=[Planned(item=BOX, kind="bag", ways=[0])])
    begin = world.event("commission", by=(0,), kind="bag", checkpoint=seen)
    release = world.event("release", by=(0,), to=world.sites[2], releaser=world.handler_ids[0], checkpoint=seen)
    missing = world.event("discrepancy", by=(1,), kind="missing", site=world.sites[2], checkpoint=seen)
    return [plan, begin, release, missing]


class Published:
    """The story in a folder of tiles, and the auditor's settings beside it."""

    def __init__(self, folder: Path) -> None:
        self.world = World()
        self.log = [*self.world.roster, *story(self.world, root_of(self.world.roster))]
        self.entries = entries_of(self.log)
        self.folder = folder / "log"
        self.settings = folder / "log.toml"
        publish(self.folder, self.entries, self.world.origin)


@pytest.fixture
def log(tmp_path: Path) -> Published:
    return Published(tmp_path)


def replayed(*arguments: object) -> Any:
    return msgspec.json.decode(succeed("audit", "replay", "--json", *arguments))


def received_at(data: bytes) -> int:
    return entry.decode(data)[1]


def by_code(report: Any) -> dict[str, Any]:
    return {one["code"]: one for one in report["findings"]}


def test_the_json_has_the_log_the_state_and_each_finding_with_its_consequences(log: Published) -> None:
    at = len(log.world.roster)

    report = replayed("--config", log.settings, "--as-of", DUE + 1)

    assert list(report) == [
        *("verdict", "origin", "size", "root", "as_of", "as_of_size", "state", "findings", "fault_count", "faults")
    ]
    assert (report["origin"], report["size"], report["root"]) == (log.world.origin, *root_of(log.log))
    assert (report["verdict"], report["as_of"], report["faults"]) == ("holds", DUE + 1, [])
    assert report["state"] == {"items": {"uncertain": 1}, "deliveries": {"late": 1}, "sites": {}}
    found = by_code(report)
    missing, late = found["discrepancy-missing"], found["late"]
    assert set(missing) == MEMBERS
    assert (missing["severity"], missing["root"], missing["parent"], missing["open"]) == ("critical", True, None, True)
    assert (missing["evidence"], missing["items"], missing["subject"]) == ([at + 3], [BOX], log.log[at + 3].id)
    assert (late["root"], late["parent"], late["since"]) == (False, missing["id"], DUE)
    assert set(late["text"]) == {"id", "en"}
    assert "2026-01-05 11:00:00 WIB" in late["text"]["en"]


def test_as_of_decides_what_depends_on_the_clock_and_nothing_else(log: Published) -> None:
    before, after = (replayed("--config", log.settings, "--as-of", when) for when in (DUE - 1, DUE))

    assert set(by_code(after)) - set(by_code(before)) == {"late", "at-risk"}
    assert (before["state"]["deliveries"], after["state"]["deliveries"]) == ({"on-time": 1}, {"late": 1})
    assert {**before, "as_of": 0, "state": 0, "findings": 0} == {**after, "as_of": 0, "state": 0, "findings": 0}


def test_as_of_judges_only_what_the_log_had_received_by_then(log: Published) -> None:
    last = received_at(log.entries[-1])
    before, after = (replayed("--config", log.settings, "--as-of", when) for when in (last - 1, last))

    assert (before["as_of_size"], after["as_of_size"]) == (len(log.log) - 1, len(log.log))
    assert (before["size"], before["verdict"]) == (len(log.log), "holds")
    assert (before["state"]["items"], after["state"]["items"]) == ({"in-transit": 1}, {"uncertain": 1})
    assert set(by_code(after)) - set(by_code(before)) == {"discrepancy-missing"}


def test_as_of_judges_by_the_roster_of_then(tmp_path: Path) -> None:
    world = World()
    begin = world.event("commission", by=(0,), kind="bag", checkpoint=root_of(world.roster))
    revoked = world.revoke(world.handlers[0].keyid, "compromised", since=START)
    entries = entries_of([*world.roster, begin, revoked])
    publish(tmp_path / "log", entries, world.origin)

    before, after = (
        replayed("--config", tmp_path / "log.toml", "--as-of", received_at(entries[at])) for at in (-2, -1)
    )

    assert "signer-compromised" not in by_code(before)
    assert "signer-compromised" in by_code(after)


def test_as_of_is_iso_with_a_zone_or_milliseconds_and_now_without_it(log: Published) -> None:
    assert replayed("--config", log.settings, "--as-of", "2026-01-05T11:00:00+07:00")["as_of"] == DUE
    assert replayed("--config", log.settings)["as_of"] > DUE
    ended = custody("audit", "replay", "--config", log.settings, "--as-of", "2026-01-05")
    assert (ended.code, "no time with its zone" in ended.output) == (2, True)


def test_a_running_ledger_and_a_copy_of_its_tiles_give_the_same_answer(tmp_path: Path) -> None:
    world = World()
    with Serving(make_log(tmp_path, world)) as ledger:
        url = ledger.url + ledger.prefix
        ledger.accepted(world.roster[1:])
        copy_log(url, ledger.vkey, tmp_path / "first")
        ledger.accepted(story(world, _root(tmp_path / "first", len(world.roster))))
        copy_log(url, ledger.vkey, tmp_path / "tiles")
        entry0 = sha256(_entries(tmp_path / "tiles")[0]).hexdigest()
        (tmp_path / "auditor.toml").write_text(f'vkey = "{ledger.vkey}"\nentry0 = "{entry0}"\nurl = "{url}"\n')
        options = ("--config", tmp_path / "auditor.toml", "--as-of", time.time_ns() // 1_000_000)
        live = replayed(*options)
    copied = replayed(*options, "--folder", tmp_path / "tiles")

    assert live == copied
    assert {"discrepancy-missing", "late"} <= set(by_code(live))
    assert "split-view" not in by_code(live)


def _entries(folder: Path) -> list[bytes]:
    (bundle,) = (folder / "tile/entries/000.p").iterdir()
    return bundle_decode(bundle.read_bytes(), int(bundle.name))


def _root(folder: Path, size: int) -> tuple[int, str]:
    tree = Frontier()
    tree.extend(map(leaf_hash, _entries(folder)))
    assert tree.size == size
    return size, tree.root().hex()


def test_a_log_published_in_pieces_gives_the_same_answer_as_at_once(log: Published, tmp_path: Path) -> None:
    sizes = [1, 4, *range(len(log.world.roster), len(log.entries) + 1)]
    publish(tmp_path / "pieces", log.entries, log.world.origin, sizes=sizes)

    whole, pieces = (replayed("--config", tmp_path / f"{one}.toml", "--as-of", DUE) for one in ("log", "pieces"))

    assert whole == pieces


def test_of_a_log_that_does_not_hold_only_the_faults_are_said_and_the_exit_code_is_1(log: Published) -> None:
    bundle = log.folder / f"tile/entries/000.p/{len(log.entries)}"
    flip(bundle, bundle.read_bytes().index(log.entries[-2]) + 300)

    ended = custody("audit", "replay", "--json", "--config", log.settings)
    report = msgspec.json.decode(ended.output)

    assert (ended.code, report["verdict"], report["state"], report["findings"]) == (1, "faulty", None, [])
    assert len(log.entries) - 2 in [fault["index"] for fault in report["faults"]]
    said = custody("audit", "replay", "--config", log.settings).output
    assert "State and findings are not judged" in said


def test_people_read_the_causes_with_their_consequences_beneath_and_then_what_was_proved(log: Published) -> None:
    said = succeed("audit", "replay", "--config", log.settings, "--as-of", DUE + 1)

    parts = ["LOG UTUH / THE LOG HOLDS", "tidak pasti / uncertain", "discrepancy-missing", "└ late",
             "Terbukti / Proved", "Tidak terbukti / Not proved",
             "what people and devices have signed is true"]  # fmt: skip
    places = [said.find(part) for part in parts]
    assert -1 not in places
    assert places == sorted(places)
    assert BOX in said


def test_kinds_of_sites_have_their_names_in_both_languages(tmp_path: Path) -> None:
    world = World()
    publish(tmp_path / "log", entries_of([*world.roster, world.event("commission", kind="bag")]), world.origin)

    said = succeed("audit", "replay", "--config", tmp_path / "log.toml")

    assert ("Gudang / Warehouse" in said, "│ warehouse" in said) == (True, False)


def test_findings_are_told_in_both_languages_or_in_the_one_that_was_asked_for(log: Published) -> None:
    both, indonesian, english = (
        " ".join(succeed("audit", "replay", "--config", log.settings, "--as-of", DUE + 1, *language).split())
        for language in ((), ("--language", "id"), ("--language", "en"))
    )

    for word, there in (("Hubungi", (True, True, False)), ("Call the", (True, False, True))):
        assert (word in both, word in indonesian, word in english) == there


def test_a_newer_format_exits_with_3_and_what_could_be_judged_is(tmp_path: Path) -> None:
    log = Published(tmp_path)
    newer = entries_of([*log.log, rewritten(log.world, log.world.handover(), v=2)])
    publish(tmp_path / "newer", newer, log.world.origin, key=LOG_KEY)

    ended = custody("audit", "replay", "--json", "--config", tmp_path / "newer.toml", "--as-of", DUE)

    report = msgspec.json.decode(ended.output)
    assert (ended.code, report["verdict"]) == (3, "newer-format")
    assert "discrepancy-missing" in by_code(report)
