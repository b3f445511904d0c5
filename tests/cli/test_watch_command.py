"""`custody audit watch` as an auditor runs it: on a folder that changes between runs, and on a ledger that runs."""

import signal
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest

from custody.core.tiles import bundle_decode, entries_path
from tests.audit.logs import entries_of, rewritten, spoilt
from tests.cli.programs import CUSTODY, PLAIN, custody
from tests.cli.watched import TELL, Watched
from tests.tile_folder import write_file
from tests.web.serving import Serving, make_log
from tests.world import World, item_id, key_of


@pytest.fixture
def log(tmp_path: Path) -> Watched:
    return Watched(tmp_path)


def other_end(log: Watched) -> list[bytes]:
    """Another history of the same log: its last two entries have changed places."""
    order = [*log.statements[:-2], log.statements[-1], log.statements[-2]]
    return entries_of(order)


def test_a_log_that_goes_on_is_followed_in_silence_and_each_checkpoint_is_kept(log: Watched) -> None:
    assert log.look()[0] == 0
    log.grow(log.entries)
    code, said = log.look()

    assert (code, log.told(), log.verdicts()) == (0, [], ["goes-on", "goes-on"])
    assert f"{len(log.entries)} entri" in said
    assert "the log holds" in said
    assert log.lines()[-1]["note"].encode() == (log.folder / "checkpoint").read_bytes()
    assert log.journal.stat().st_mode & 0o777 == 0o600


def test_a_checkpoint_that_is_seen_again_is_kept_once(log: Watched) -> None:
    for _ in range(2):
        assert log.look("--steps", 2, "--interval", "0s")[0] == 0
    assert log.verdicts() == ["goes-on"]


def test_two_histories_are_told_once_with_a_file_that_proves_them_to_anyone(log: Watched) -> None:
    log.grow(log.entries)
    assert log.look()[0] == 0
    log.grow([*other_end(log), *entries_of(log.world.handovers(1))])

    assert log.look()[0] == 1
    assert log.look()[0] == 0

    (told,) = log.told()
    assert (told["CUSTODY_ALERT"], told["CUSTODY_LOG"]) == ("fork", log.world.origin)
    assert (told["CUSTODY_HELD_SIZE"], told["CUSTODY_SIZE"]) == (str(len(log.entries)), str(len(log.entries) + 1))
    assert "TWO HISTORIES" in told["CUSTODY_MESSAGE_EN"]
    assert "DUA RIWAYAT" in told["CUSTODY_MESSAGE_ID"]
    check = custody("audit", "compare", "--check", told["CUSTODY_FILE"], "--vkey", log.vkey)
    assert (check.code, "TWO HISTORIES" in check.output) == (1, True)
    assert log.verdicts() == ["goes-on", "fork"]


def test_one_size_with_another_root_is_two_histories_though_no_tile_is_served(log: Watched) -> None:
    log.grow(log.entries)
    assert log.look()[0] == 0
    log.serve_checkpoint(other_end(log))

    assert log.look()[0] == 1
    assert [told["CUSTODY_ALERT"] for told in log.told()] == ["fork"]


def test_a_rollback_is_told_and_what_was_seen_before_stays_what_is_held(log: Watched) -> None:
    early = (log.folder / "checkpoint").read_bytes()
    log.grow(log.entries)
    assert log.look()[0] == 0
    write_file(log.folder, "checkpoint", early)

    assert log.look()[0] == 1
    log.grow(log.entries)
    assert log.look()[0] == 0

    assert [(told["CUSTODY_ALERT"], told["CUSTODY_HELD_SIZE"]) for told in log.told()] == [
        ("rollback", str(len(log.entries)))
    ]
    assert log.verdicts() == ["goes-on", "rollback", "goes-on"]


def test_a_checkpoint_without_tiles_that_show_that_it_goes_on_is_told(log: Watched) -> None:
    assert log.look()[0] == 0
    log.serve_checkpoint(log.entries)

    assert log.look()[0] == 1
    assert [told["CUSTODY_ALERT"] for told in log.told()] == ["no-proof"]
    log.grow(log.entries)
    assert log.look()[0] == 0
    assert log.verdicts() == ["goes-on", "no-proof", "goes-on"]


def test_a_checkpoint_that_another_key_signed_is_told_and_not_kept(log: Watched) -> None:
    assert log.look()[0] == 0
    log.serve_checkpoint(log.entries, key_of("thief"))

    assert log.look()[0] == 1
    assert [told["CUSTODY_ALERT"] for told in log.told()] == ["bad-checkpoint"]
    assert log.verdicts() == ["goes-on"]


def test_a_log_without_a_new_checkpoint_for_too_long_is_told_once_until_there_is_one(log: Watched) -> None:
    assert log.look("--stale", "7d")[0] == 0
    assert [log.look("--stale", "0s", "--steps", 2, "--interval", "1s")[0] for _ in range(2)] == [1, 0]
    assert [told["CUSTODY_ALERT"] for told in log.told()] == ["stale"]


@pytest.mark.parametrize("known", [True, False])
def test_a_new_critical_finding_is_told_with_its_text_and_an_old_one_is_not(log: Watched, known: bool) -> None:
    missing = log.world.event("discrepancy", kind="missing")
    with_finding = entries_of([*log.statements, missing])
    log.grow(with_finding if known else log.entries)
    log.look()
    before = [told["CUSTODY_ALERT"] for told in log.told()]
    assert ("finding" in before) == known

    log.grow(entries_of([*log.statements, missing, *log.world.handovers(1, first_item=7)]))
    log.look()

    new = [told for told in log.told()[len(before) :] if told["CUSTODY_ALERT"] == "finding"]
    assert len(new) == (not known)
    if new:
        assert "discrepancy-missing" in (log.path / f"told.{len(before)}").read_text()
        assert "NEW CRITICAL FINDINGS" in new[0]["CUSTODY_MESSAGE_EN"]


def test_a_finding_that_was_told_is_not_counted_among_the_new_ones(log: Watched) -> None:
    missing = [log.world.event("discrepancy", kind="missing", items=[item_id(number)]) for number in (7, 8)]
    log.grow(entries_of([*log.statements, missing[0]]))
    log.look()
    before = int(log.told()[-1]["CUSTODY_COUNT"])
    log.grow(entries_of([*log.statements, *missing]))
    log.look()

    assert (before, int(log.told()[-1]["CUSTODY_COUNT"])) == (1, 1)


def test_a_log_that_grew_by_what_its_keys_have_not_signed_does_not_hold(log: Watched) -> None:
    assert log.look()[0] == 0
    log.grow(entries_of([*log.statements[:-1], spoilt(log.statements[-1], log.statements[-1].body.issuer)]))

    assert log.look()[0] == 1
    (told,) = log.told()
    assert (told["CUSTODY_ALERT"], told["CUSTODY_ENTRY"]) == ("faulty", str(len(log.entries) - 1))


def test_a_newer_format_is_no_alert_and_exits_with_3(log: Watched) -> None:
    log.grow(entries_of([*log.statements, rewritten(log.world, log.world.handover(), v=2)]))

    code, said = log.look()

    assert (code, log.told()) == (3, [])
    assert "newer format" in said


def test_an_alert_whose_command_fails_is_given_again(log: Watched) -> None:
    assert log.look()[0] == 0
    log.serve_checkpoint(log.entries, key_of("thief"))
    log.command.write_text("#!/bin/sh\nexit 7\n")
    code, said = log.look("--steps", 2, "--interval", "0s")
    assert (code, said.count("exit 7"), said.count("ALERT bad-checkpoint")) == (1, 2, 2)
    log.command.write_text(TELL)

    assert log.look()[0] == 1
    assert len(log.told()) == 1


def test_the_log_is_judged_once_it_has_grown_and_not_more_often_than_is_said(log: Watched) -> None:
    judged = [
        log.look("--steps", 3, "--interval", "0s", "--judge-every", every)[1].count("the whole log was read")
        for every in ("0s", "1h")
    ]
    assert judged == [1, 1]


def test_a_log_that_is_not_there_exits_with_4_and_is_no_alert(log: Watched) -> None:
    with Serving(make_log(log.path, World())) as server:
        url = server.url + "/elsewhere"
        server.stop()
    ended = custody("audit", "watch", url, "--config", log.settings, "--once")

    assert (ended.code, "cannot be looked at now" in ended.output) == (4, True)


def test_a_journal_whose_last_line_a_power_cut_broke_off_goes_on_after_the_one_before(log: Watched) -> None:
    assert log.look()[0] == 0
    whole = log.journal.read_bytes()
    log.journal.write_bytes(whole + b'{"kind":"checkpoint","no')

    assert log.look()[0] == 0
    assert log.journal.read_bytes() == whole


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [
        (b'"goes-on"', b'"goes-in"', 1, "line 2"),
        (b'"log":"', b'"log":"x', 1, "another log's"),
        (b'"v":1', b'"v":2', 3, "newer format"),
        (b'"kind":"watch"', b'"kind":"witch"', 1, "line 1"),
    ],
)
def test_a_journal_that_is_not_this_watchs_is_named_and_left_as_it_is(
    log: Watched, old: bytes, new: bytes, code: int, said: str
) -> None:
    assert log.look()[0] == 0
    changed = log.journal.read_bytes().replace(old, new, 1)
    log.journal.write_bytes(changed)

    ended, output = log.look()

    assert (ended, said in output) == (code, True)
    assert log.journal.read_bytes() == changed


def test_a_running_ledger_is_followed_until_the_watch_is_asked_to_end(tmp_path: Path) -> None:
    world = World()
    settings = make_log(tmp_path, world)
    with Serving(settings) as server:
        server.accepted(world.roster[1:])
        write_settings(tmp_path, server, world)
        command = [CUSTODY, "audit", "watch", "--config", tmp_path / "a.toml", "--interval", "1s", "--judge-every"]
        with subprocess.Popen([*command, "0s", "--workers", "0"], env=PLAIN, stdout=subprocess.PIPE, text=True) as run:
            assert run.stdout is not None
            seen = [run.stdout.readline(), run.stdout.readline()]
            server.accepted(world.handovers(2))
            seen += [run.stdout.readline(), run.stdout.readline()]
            run.send_signal(signal.SIGTERM)
            code = run.wait(60)
    assert code == 0
    assert f"{len(world.roster)} entri" in seen[0]
    assert f"{len(world.roster) + 2} entri" in seen[2]
    assert "the whole log was read" in seen[1]
    assert "2 entri baru dinilai / new entries judged" in seen[3]
    assert "the log holds" in seen[3]


def write_settings(folder: Path, server: Serving, world: World) -> None:
    """An auditor's, who knows entry 0."""
    size = len(world.roster)
    first = bundle_decode(server.get(f"{server.prefix}/{entries_path(0, size)}").content, size)[0]
    (folder / "a.toml").write_text(
        f'vkey = "{server.vkey}"\nentry0 = "{sha256(first).hexdigest()}"\nurl = "{server.url}{server.prefix}"\n'
    )
