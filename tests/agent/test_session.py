"""Keys of a session: opened by badge and PIN, held until its end; wrong PINs are said, counted and delayed."""

import gc
import weakref
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from custody.core import badge
from custody.core.errors import WrongPin
from scanner_agent import database, texts
from scanner_agent.outbox import Outbox
from scanner_agent.session import MOST_DELAY_S, PinRefused, Session
from tests.world import ORIGIN

PIN = "271828"
ISSUED, KEY = badge.issue(badge.handler_id(bytes(10)), bytes(16), PIN, ORIGIN)
OTHER, OTHER_KEY = badge.issue(badge.handler_id(bytes(9) + b"\1"), bytes(16), PIN, ORIGIN)


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def session(clock: Clock) -> Session:
    return Session(ORIGIN, clock)


def try_pin(session: Session, pin: str) -> str:
    session.show(ISSUED)
    """What is said, in English."""
    with pytest.raises(PinRefused) as refused:
        session.unlock(pin)
    return refused.value.words[1]


def test_badge_and_pin_open_the_key(session: Session) -> None:
    session.show(ISSUED)
    assert session.unlock(PIN)[0] == ISSUED.handler
    assert [key.keyid for key in session.keys] == [KEY.keyid]


def test_a_badge_that_was_put_aside_opens_nothing(session: Session) -> None:
    session.show(ISSUED)
    session.pad.press("1")
    session.put_aside()
    assert len(session.pad) == 0
    with pytest.raises(WrongPin, match="no badge was shown"):
        session.unlock(PIN)


def test_two_badges_open_two_keys(session: Session) -> None:
    for shown in (ISSUED, OTHER):
        session.show(shown)
        session.unlock(PIN)
    assert [key.keyid for key in session.keys] == [KEY.keyid, OTHER_KEY.keyid]


def test_a_pin_without_a_badge_opens_nothing(session: Session) -> None:
    with pytest.raises(WrongPin, match="no badge was shown"):
        session.unlock(PIN)


def test_a_pin_opens_its_badge_once_only(session: Session) -> None:
    session.show(ISSUED)
    session.unlock(PIN)
    with pytest.raises(WrongPin, match="no badge was shown"):
        session.unlock(PIN)


def test_wrong_pins_are_counted_and_each_doubles_the_pause(session: Session, clock: Clock) -> None:
    assert "Wrong PIN, number 1. Wait 1 s" in try_pin(session, "999990")
    clock.now = 1.0
    assert "Wrong PIN, number 2. Wait 2 s" in try_pin(session, "999990")
    clock.now = 3.0
    assert "Wrong PIN, number 3. Wait 4 s" in try_pin(session, "999990")
    assert not session.keys


def test_in_the_pause_not_even_the_right_pin_is_tried(session: Session, clock: Clock) -> None:
    try_pin(session, "999990")
    clock.now = 0.9
    assert "Wait 1 s more" in try_pin(session, PIN)
    clock.now = 1.0
    session.show(ISSUED)
    assert session.unlock(PIN)[1].keyid == KEY.keyid


def test_showing_the_badge_again_neither_ends_the_pause_nor_the_count(session: Session, clock: Clock) -> None:
    try_pin(session, "999990")
    for _ in range(3):
        session.show(ISSUED)
    assert "Wait 1 s more" in try_pin(session, PIN)
    clock.now = 1.0
    session.show(OTHER)
    session.show(ISSUED)
    assert "number 2" in try_pin(session, "999990")


def test_ending_the_session_does_not_end_the_pause(session: Session) -> None:
    try_pin(session, "999990")
    session.end()
    assert "Wait 1 s more" in try_pin(session, PIN)


def test_the_pause_of_one_handler_is_not_anothers(session: Session) -> None:
    try_pin(session, "999990")
    session.show(OTHER)
    assert session.unlock(PIN)[1].keyid == OTHER_KEY.keyid


def test_the_pause_has_a_limit(session: Session, clock: Clock) -> None:
    for _ in range(7):
        try_pin(session, "999990")
        clock.now += MOST_DELAY_S
    assert f"Wait {MOST_DELAY_S:.0f} s" in try_pin(session, "999990")


def test_a_right_pin_ends_the_count(session: Session, clock: Clock) -> None:
    try_pin(session, "999990")
    clock.now = 1.0
    session.show(ISSUED)
    session.unlock(PIN)
    assert "number 1" in try_pin(session, "999990")


def test_the_count_and_the_pause_outlive_the_agent(tmp_path: Path, clock: Clock) -> None:
    with kept(tmp_path) as tries:
        session = Session(ORIGIN, clock, tries=tries)
        try_pin(session, "999990")
        clock.now = 1.0
        try_pin(session, "999990")
    with kept(tmp_path) as tries:
        session = Session(ORIGIN, clock, tries=tries)
        assert "Wait 2 s more" in try_pin(session, PIN)
        clock.now += 2.0
        assert "number 3" in try_pin(session, "999990")


def test_a_right_pin_ends_the_count_for_good(tmp_path: Path, clock: Clock) -> None:
    with kept(tmp_path) as tries:
        session = Session(ORIGIN, clock, tries=tries)
        try_pin(session, "999990")
        clock.now = 1.0
        session.unlock(PIN)
    with kept(tmp_path) as tries:
        session = Session(ORIGIN, clock, tries=tries)
        session.show(ISSUED)
        assert session.unlock(PIN)[0] == ISSUED.handler


def test_no_badge_is_opened_while_wrong_pins_cannot_be_kept(tmp_path: Path, clock: Clock) -> None:
    with kept(tmp_path) as tries:
        session = Session(ORIGIN, clock, tries=tries)
        try_pin(session, "999990")
        clock.now = 1.0
        tries._db.execute("PRAGMA query_only = ON")
        assert try_pin(session, PIN) == texts.NOT_STORED[1]
        assert not session.keys


@contextmanager
def kept(folder: Path) -> Iterator[Outbox]:
    path = folder / "outbox.sqlite"
    if not path.exists():
        database.create(path)
    with closing(Outbox(path)) as outbox:
        yield outbox


@pytest.mark.parametrize("pin", ["", "abcdef", "²²²²²²"])
def test_what_is_no_pin_is_not_counted(session: Session, pin: str) -> None:
    assert "6 to 12 digits" in try_pin(session, pin)
    session.show(ISSUED)
    assert session.unlock(PIN)


def test_the_end_of_a_session_lets_go_of_badge_and_keys(session: Session) -> None:
    session.show(ISSUED)
    key = weakref.ref(session.unlock(PIN)[1])
    session.show(OTHER)
    session.end()
    gc.collect()
    assert (session.keys, key()) == ([], None)
    with pytest.raises(WrongPin, match="no badge was shown"):
        session.unlock(PIN)
