"""The newest view, and what a screen that was slow hears of those before."""

import queue
import threading

import pytest

from custody.core.errors import Malformed, Unavailable
from scanner_agent.kiosk.around import Around
from scanner_agent.kiosk.board import SILENT_S, Board
from scanner_agent.kiosk.lines import MOST_WAITING, Lines
from scanner_agent.kiosk.view import Place, Told, View, view
from scanner_agent.state import State


def named(name: str) -> View:
    return view(State(), Told(), Around(), Place(name))


def test_who_connects_gets_the_present_view_and_no_old_tone() -> None:
    board = Board(named("a"))
    board.publish(named("b"), "wrong")
    assert (board.newest.view, board.newest.tone) == (named("b"), None)


def test_who_was_slow_gets_the_newest_view_and_the_gravest_tone() -> None:
    board = Board(named("a"))
    had = board.newest.serial
    for name, tone in (("b", "good"), ("c", "warned"), ("d", "good")):
        board.publish(named(name), tone)  # type: ignore[arg-type]
    shown = board.after(had, 0)
    assert shown
    assert (shown.view, shown.tone) == (named("d"), "warned")
    board.publish(named("e"), None)
    later = board.after(shown.serial, 0)
    assert later
    assert (later.view, later.tone) == (named("e"), None)


def test_the_same_again_is_no_news_unless_it_sounds() -> None:
    board = Board(named("a"))
    had = board.newest.serial
    board.publish(named("a"), None)
    assert board.after(had, 0) is None
    board.publish(named("a"), "good")
    again = board.after(had, 0)
    assert again
    assert again.tone == "good"


def test_closing_wakes_who_waits() -> None:
    board = Board(named("a"))
    given: queue.Queue[object] = queue.Queue()
    waiting = threading.Thread(target=lambda: given.put(board.after(board.newest.serial, 60)))
    waiting.start()
    board.close()
    assert given.get(timeout=10) is None
    waiting.join(10)


def test_an_agent_that_hangs_gives_no_sign_of_life_and_one_that_starts_does() -> None:
    at = [100.0]
    board = Board(named("a"), lambda: at[0])
    assert board.alive
    at[0] += 60
    assert board.alive, "it is starting"
    board.beat()
    at[0] += SILENT_S - 1
    assert board.alive
    at[0] += 1
    assert not board.alive
    board.beat()
    assert board.alive


@pytest.mark.parametrize(
    "line", ["pin 271828", "action handover", "confirm", "to 414/9520000000004", "note kotak basah"]
)
def test_a_touch_is_a_line(line: str) -> None:
    lines = Lines()
    lines.open()
    lines.put(line)
    lines.close()
    assert list(lines) == [line]


@pytest.mark.parametrize(
    "line",
    [
        "quit",
        "wait items 5",
        "photo /etc/passwd",
        "paper /etc/passwd",
        "",
        "nonsense",
        "pin 1\nquit",
        "note " + "x" * 3000,
    ],
)
def test_what_ends_the_agent_names_a_file_or_is_no_command_is_refused(line: str) -> None:
    with pytest.raises(Malformed) as refused:
        Lines().put(line)
    assert "271828" not in str(refused.value)


def test_a_flood_of_touches_is_refused_and_does_not_pile_up() -> None:
    lines = Lines()
    lines.open()
    for _ in range(MOST_WAITING):
        lines.put("undo")
    with pytest.raises(Unavailable):
        lines.put("undo")
    lines.close()
    assert len(list(lines)) == MOST_WAITING - 1


def test_a_touch_before_there_is_a_session_on_the_screen_or_after_it_is_refused_and_never_runs() -> None:
    lines = Lines()
    with pytest.raises(Unavailable):
        lines.put("confirm")
    lines.open()
    lines.put("undo")
    lines.close()
    with pytest.raises(Unavailable):
        lines.put("confirm")
    assert list(lines) == ["undo"]
