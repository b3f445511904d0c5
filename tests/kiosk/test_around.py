"""Battery, clock, readers and the outbox: what is found, and what the screen warns of."""

from contextlib import closing
from pathlib import Path

import pytest

from custody.core import entry
from custody.core.keys import fingerprint
from scanner_agent import database
from scanner_agent.clock import BEHIND_MS, clock_state, is_synchronised
from scanner_agent.database import sqlite
from scanner_agent.kiosk.alarms import alarms
from scanner_agent.kiosk.around import Around, Battery, battery, look
from scanner_agent.kiosk.board import Board
from scanner_agent.kiosk.gate import Gate
from scanner_agent.kiosk.lines import Lines
from scanner_agent.kiosk.view import Place, Told, view
from scanner_agent.kiosk.web import create_app, regions
from scanner_agent.outbox import Outbox
from scanner_agent.state import State
from tests.world import START, World


def supply(power: Path, name: str, **files: str) -> None:
    (power / name).mkdir(parents=True)
    for file, content in files.items():
        (power / name / file).write_text(f"{content}\n")


def test_the_battery_is_read_as_the_kernel_shows_it(tmp_path: Path) -> None:
    supply(tmp_path, "AC", type="Mains", online="0")
    supply(tmp_path, "BAT0", type="Battery", capacity="17", status="Discharging")
    assert battery(tmp_path) == Battery(17, charging=False)


@pytest.mark.parametrize(("status", "charging"), [("Charging", True), ("Full", True), ("Discharging", False)])
def test_a_battery_that_is_charged_is_told_from_one_that_is_used(tmp_path: Path, status: str, charging: bool) -> None:
    supply(tmp_path, "BAT0", type="Battery", capacity="50", status=status)
    assert battery(tmp_path) == Battery(50, charging)


def test_a_scanners_own_battery_and_one_that_does_not_say_are_passed_over(tmp_path: Path) -> None:
    supply(tmp_path, "hid-scanner", type="Battery", scope="Device", capacity="3", status="Discharging")
    supply(tmp_path, "BAT0", type="Battery", status="Unknown")
    assert battery(tmp_path) is None
    assert battery(tmp_path / "none") is None


@pytest.mark.parametrize(
    ("now", "synchronised", "state"),
    [
        (START, True, "sound"),
        (START, False, "loose"),
        (START - BEHIND_MS, True, "sound"),
        (START - BEHIND_MS - 1, True, "behind"),
        (START - BEHIND_MS - 1, False, "behind"),
    ],
)
def test_a_clock_is_behind_when_the_ledger_has_shown_a_later_time(now: int, synchronised: bool, state: str) -> None:
    assert clock_state(now, START, synchronised=synchronised) == state


def test_the_kernel_says_whether_its_clock_is_synchronised() -> None:
    assert is_synchronised() in (True, False)


@pytest.mark.parametrize(
    ("around", "levels"),
    [
        (Around(), []),
        (Around(readers=(("serial:meja", True), ("replay:x", None))), []),
        (Around(readers=(("serial:meja", False),)), ["look"]),
        (Around(battery=Battery(20, charging=False)), ["look"]),
        (Around(battery=Battery(21, charging=False)), []),
        (Around(battery=Battery(3, charging=True)), []),
        (Around(battery=Battery(3, charging=False)), ["wrong"]),
        (Around(clock="loose"), ["look"]),
        (Around(clock="behind"), ["wrong"]),
        (Around(incidents=("refused",)), ["look"]),
        (Around(incidents=("refused",), halted=True), ["wrong", "look"]),
        (Around(incidents=("refused", "split-view")), ["wrong", "look"]),
        (Around(readers=(("serial:meja", False),), clock="behind"), ["wrong", "look"]),
    ],
)
def test_the_screen_warns_of_it_the_worst_first(around: Around, levels: list[str]) -> None:
    for language in ("id", "en"):
        assert [alarm.level for alarm in alarms(around, language)] == levels  # type: ignore[arg-type]


def test_a_reader_that_is_gone_is_named() -> None:
    [alarm] = alarms(Around(readers=(("serial:meja", False),)), "id")
    assert alarm.words == "Pembaca tidak tersambung: meja"


def test_a_clock_is_behind_what_was_seen_in_an_exchange_that_did_not_end(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    database.create(path)
    with closing(Outbox(path)) as outbox:
        outbox.keep_roster([(0, entry.encode(World().roster[0].envelope, START))])
        assert look(outbox, "d", {}, START - BEHIND_MS, tmp_path).clock != "behind"
        assert look(outbox, "d", {}, START - BEHIND_MS - 1, tmp_path).clock == "behind"


def test_the_last_exchange_is_remembered_over_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    database.create(path)
    outbox = Outbox(path)
    assert look(outbox, "d", {}, START, tmp_path).synced is None
    outbox.note_sync(START, START + 500)
    outbox.note_sync(START + 1000, 0)
    outbox.close()
    outbox = Outbox(path)
    assert outbox.synced() == (START + 1000, START + 500)
    assert look(outbox, "d", {}, START + 1000 + 3 * 3_600_000, tmp_path).synced == 180
    assert look(outbox, "d", {"serial:meja": True}, START - BEHIND_MS, tmp_path).clock == "behind"
    outbox.close()


def test_a_photograph_and_a_carried_statement_that_wait_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    database.create(path)
    outbox = Outbox(path)
    assert look(outbox, "d", {}, START, tmp_path).beside == 0
    with closing(sqlite.connect(path)) as db, db:
        db.execute("INSERT INTO statement (issuer, seq, id, envelope) VALUES ('i', 1, 's', x'00')")
        db.execute("INSERT INTO private VALUES ('h', 'photo', x'00')")
        db.execute("INSERT INTO photograph VALUES ('h', 's')")
        db.execute("INSERT INTO carried (id, issuer, seq, envelope, time) VALUES ('c', 'j', 1, x'00', 1)")
    around = look(outbox, "d", {}, START, tmp_path)
    assert (around.counts.pending, around.beside) == (1, 2)
    outbox.close()


@pytest.mark.parametrize(("readers", "more"), [(2, ""), (3, "(+1)"), (5, "(+3)")])
def test_of_many_alarms_two_stand_on_the_screen_and_how_many_more_there_are(
    tmp_path: Path, readers: int, more: str
) -> None:
    gone = tuple((f"serial:meja-{number}", False) for number in range(readers))
    shown = view(State(), Told(), Around(readers=gone), Place("a"))
    gate = Gate(0, tmp_path / "start.html")
    app = create_app(Board(shown), Lines(), gate, lambda _: None, list)
    with app.test_request_context():
        text = regions(shown)["alarms"]
    gate.close()
    assert text.count("meja-") == 2
    assert ("(+" in text, more in text) == (bool(more), True)


def test_a_device_that_is_not_enrolled_shows_its_fingerprint_and_one_that_is_does_not(tmp_path: Path) -> None:
    path = tmp_path / "outbox.sqlite"
    database.create(path)
    with closing(Outbox(path)) as outbox:
        keyid = "ab" * 32
        [alarm] = alarms(look(outbox, keyid, {}, START, tmp_path, enrolled=False), "en")[:1]
        assert fingerprint(keyid) in alarm.words
        assert not any(
            fingerprint(keyid) in one.words for one in alarms(look(outbox, keyid, {}, START, tmp_path), "en")
        )
