"""What a watch tells again because it was well in between, and what it does not keep again."""

from pathlib import Path

import pytest

from custody.audit.journal import AGAIN_MS, Journal
from custody.core.canonical import b64encode
from custody.core.note import Verifier
from tests.audit.logs import entries_of, spoilt
from tests.cli.watched import Watched
from tests.tile_folder import write_file
from tests.world import item_id, key_of


@pytest.fixture
def log(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def alerts(log: Watched) -> list[str]:
    return [told["CUSTODY_ALERT"] for told in log.told()]


def with_line(note: bytes, number: int) -> bytes:
    return note + f"\N{EM DASH} stranger-{number} {b64encode(bytes(68))}\n".encode()


def test_a_bad_checkpoint_is_told_again_after_a_good_one(log: Watched) -> None:
    good = (log.folder / "checkpoint").read_bytes()
    log.look()
    for _ in range(2):
        log.serve_checkpoint(log.entries, key_of("thief"))
        assert [log.look()[0] for _ in range(2)] == [1, 0]
        write_file(log.folder, "checkpoint", good)
        assert log.look()[0] == 0
    assert alerts(log) == ["bad-checkpoint", "bad-checkpoint"]
    assert [line["kind"] for line in log.lines()] == ["watch", "checkpoint", *(["alert", "well"] * 2)]


def test_a_rollback_is_told_again_after_the_log_had_come_back(log: Watched) -> None:
    early = (log.folder / "checkpoint").read_bytes()
    log.grow(log.entries)
    log.look()
    for _ in range(2):
        write_file(log.folder, "checkpoint", early)
        assert [log.look()[0] for _ in range(2)] == [1, 0]
        log.grow(log.entries)
        assert log.look()[0] == 0
    assert alerts(log) == ["rollback", "rollback"]


def test_a_fault_is_told_again_after_the_log_was_whole(log: Watched) -> None:
    sound = [*log.statements[:-1]]
    faulty = [*sound, spoilt(log.statements[-1], log.statements[-1].body.issuer)]
    tile = log.folder / f"tile/0/000.p/{len(faulty)}"
    log.grow(entries_of(log.statements))
    assert log.look()[0] == 0
    whole = tile.read_bytes()
    for _ in range(2):
        tile.write_bytes(whole[::-1])
        assert [log.look()[0] for _ in range(2)] == [1, 0]
        tile.write_bytes(whole)
        assert log.look()[0] == 0
    assert alerts(log) == ["faulty", "faulty"]


def test_a_finding_that_was_closed_and_is_open_again_is_told_again(log: Watched) -> None:
    """It is missing, it was seen, and then it was not."""
    world, item = log.world, item_id(1)
    missing = world.event("discrepancy", kind="missing", items=[item])
    seen = world.event("inspect", items=[item])
    wrong = world.event("correct", refs=[seen.id], items=[item])
    said = list(log.statements)
    for one in (missing, seen, wrong):
        said.append(one)
        log.grow(entries_of(said))
        log.look()
    told = [one["CUSTODY_FINDINGS"].partition(" ")[0] for one in log.told() if one["CUSTODY_ALERT"] == "finding"]
    assert (len(told), len(set(told))) == (2, 1)


def test_one_tree_under_ever_new_lines_of_strangers_is_kept_once_an_hour(tmp_path: Path, log: Watched) -> None:
    note = (log.folder / "checkpoint").read_bytes()
    journal = Journal(tmp_path / "journal", Verifier(log.vkey))
    for minute in range(0, 180, 10):
        journal.see(with_line(note, minute), "goes-on", minute * 60_000)
    journal.see(with_line(note, 999), "rollback", 180 * 60_000)
    journal.close()

    assert AGAIN_MS == 3_600_000
    again = Journal(tmp_path / "journal", Verifier(log.vkey))
    again.close()
    assert again.since == 0
    assert (tmp_path / "journal").read_bytes().count(b"\n") == 1 + 3 + 1
