"""The whole agent at its terminal: PINs, commands, what is kept of a session, and what is said meanwhile."""

import errno
import io
import json
import os
import pty
import re
import sys
import termios
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import msgspec
import pytest

from scanner_agent import exchange_texts, texts
from scanner_agent.config import AgentConfig
from scanner_agent.log_file import log_to
from scanner_agent.outbox import Outbox
from scanner_agent.running import run_agent
from tests.agent.scene import PIN, Scene
from tests.agent.typed_lines import Keyboard, Screen, events, run, said
from tests.world import item_id


def test_a_wrong_pin_is_told_and_opens_nothing(scene: Scene, config: AgentConfig) -> None:
    refused, output = run(config, scene.ann.badge, "999990", "action store", scene.label(1), "confirm")
    assert refused == 2
    assert "PIN salah, ke-1. Tunggu 1 detik" in output
    assert "Wrong PIN, number 1. Wait 1 s" in output
    assert events(config) == []


def test_wrong_pins_count_over_a_restart_and_so_does_the_pause(scene: Scene, config: AgentConfig) -> None:
    run(config, scene.ann.badge, "999990")
    with closing(Outbox(config.outbox)) as outbox:
        assert outbox.wrong_pins() == {scene.ann.handler: 1}
        outbox.keep_wrong_pins(scene.ann.handler, 6)  # five more, without the pauses between them
    refused, output = run(config, scene.ann.badge, PIN, scene.budi.badge, PIN)
    assert (refused, bool(re.search("Wait 3[0-2] s more", output))) == (1, True), output


def test_a_pin_is_never_shown(scene: Scene, config: AgentConfig) -> None:
    _, output = run(config, scene.ann.badge, PIN, f"pin {PIN}", f"pim {PIN}")
    assert PIN not in output


def test_the_language_of_screens_is_switched_to_and_fro(scene: Scene, config: AgentConfig) -> None:
    _, output = run(config, "language", "language")
    english, indonesian = (" / ".join(texts.LANGUAGES[language]) for language in ("en", "id"))
    assert english in output.partition(indonesian)[0]
    assert indonesian in output


def test_help_says_again_what_is_wanted(scene: Scene, config: AgentConfig) -> None:
    _, output = run(config, "help")
    assert output.count(" / ".join(texts.BADGE)) == 2


@pytest.mark.parametrize("line", ["steal it", "wait", "wait items many", "hello", "to nowhere", "pin 123"])
def test_a_line_that_is_no_command_is_refused(config: AgentConfig, line: str) -> None:
    assert run(config, line)[0] == 1


@pytest.mark.parametrize("line", ["", "help", "status", "quit"])
def test_a_line_that_only_asks_is_answered(config: AgentConfig, line: str) -> None:
    assert run(config, line)[0] == 0


def test_a_cancelled_session_leaves_nothing_behind(scene: Scene, config: AgentConfig) -> None:
    run(config, "action store", scene.label(1), "cancel")
    refused, output = run(config, scene.ann.badge, PIN, "action store", scene.label(2), "confirm")
    assert (refused, said(output, texts.RESTORED)) == (0, False)
    assert [event.items for event in events(config)] == [[item_id(2)]]


def test_a_session_that_was_not_confirmed_is_there_after_a_restart(scene: Scene, config: AgentConfig) -> None:
    run(config, scene.ann.badge, PIN, "action store", scene.label(1), scene.label(2), "undo")
    refused, output = run(config, scene.ann.badge, PIN, scene.label(3), "confirm")
    assert (refused, said(output, texts.RESTORED)) == (0, True)
    assert [event.items for event in events(config)] == [[item_id(1), item_id(3)]]


def test_idle_for_long_the_keys_are_dropped_and_the_reads_stay(scene: Scene, config: AgentConfig) -> None:
    hasty = msgspec.structs.replace(config, idle_lock_seconds=1.0)
    screen = Screen()

    def lines() -> Iterator[str]:
        yield from [scene.ann.badge, PIN, "action store", scene.label(1)]
        screen.wait_for(texts.LOCKED)
        yield "confirm"

    assert run_agent(hasty, Keyboard(lines()), screen) == 1
    assert events(config) == []
    assert run(config, scene.ann.badge, PIN, "confirm")[0] == 0


def test_what_goes_wrong_in_the_background_is_told_and_logged(scene: Scene, tmp_path: Path) -> None:
    screen = Screen()

    def lines() -> Iterator[str]:
        screen.wait_for(exchange_texts.NOT_SENT)
        yield "help"

    with log_to(tmp_path / "agent.log"):
        assert run_agent(scene.config(tmp_path), Keyboard(lines()), screen) == 0
    [line] = (tmp_path / "agent.log").read_text().splitlines()
    assert json.loads(line)["kind"] == "unavailable"


def test_a_terminal_that_goes_ends_the_agent(config: AgentConfig) -> None:
    def lines() -> Iterator[str]:
        yield "help"
        raise OSError(errno.EIO, "hung up")

    assert run_agent(config, Keyboard(lines()), io.StringIO()) == 0


def test_a_pin_typed_at_a_real_terminal_is_not_echoed(scene: Scene, config: AgentConfig) -> None:
    child, terminal = pty.fork()
    if child == 0:
        program = Path(sys.executable).with_name("scanner-agent")
        os.execv(program, [str(program), "run", "--config", str(config.outbox.with_name("agent.toml"))])
    shown = b""
    echoes = []
    for mark, words, answer in [
        ("»", texts.BADGE, scene.ann.badge),
        ("»", texts.PIN, PIN),
        ("»", texts.ACTION, "help"),
        ("  ", texts.HELP, "quit"),
    ]:
        line = re.compile(re.escape(f"{mark} {' / '.join(words)}".encode()) + rb".*\n")
        while not line.search(shown):  # whole: else what is typed now is shown in the midst of it
            shown += os.read(terminal, 4096)
        echoes.append(bool(termios.tcgetattr(terminal)[3] & termios.ECHO))
        os.write(terminal, answer.encode() + b"\n")
    with suppress(OSError):  # Linux says EIO when the program has closed the terminal
        while chunk := os.read(terminal, 4096):
            shown += chunk
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert PIN.encode() not in shown
    # Not what is shown of `help`: a terminal shows what is typed also between two letters that a program writes.
    assert echoes == [True, False, True, True]
