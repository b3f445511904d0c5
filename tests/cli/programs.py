"""The real `custody`, run as people run it: with arguments, or at a terminal."""

import os
import pty
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

CUSTODY = str(Path(sys.executable).with_name("custody"))
PLAIN = {**os.environ, "TERM": "dumb", "COLUMNS": "120"}
QUICKLY_S = 60


class Ended(NamedTuple):
    code: int
    output: str


def custody(*arguments: object) -> Ended:
    """What the program says, standard error included, and its exit code."""
    done = subprocess.run(
        [CUSTODY, *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=PLAIN,
        timeout=QUICKLY_S,
        check=False,
    )
    assert "Traceback" not in done.stdout, done.stdout
    return Ended(done.returncode, done.stdout)


def succeed(*arguments: object) -> str:
    """The output of a command that must succeed."""
    ended = custody(*arguments)
    assert ended.code == 0, ended.output
    return ended.output


def refused(*arguments: object) -> str:
    """The output of a command that must fail."""
    ended = custody(*arguments)
    assert ended.code not in (0, None), ended.output
    return ended.output


def at_a_terminal(arguments: Iterable[object], answers: Iterable[tuple[str, str]]) -> Ended:
    """Runs the program on a terminal of its own; types each answer once its prompt has come."""
    child, terminal = pty.fork()
    if child == 0:
        os.execve(CUSTODY, [CUSTODY, *map(str, arguments)], PLAIN)
    shown = b""
    read_up_to = 0
    try:
        for prompt, answer in answers:
            while prompt.encode() not in shown[read_up_to:]:
                shown += os.read(terminal, 4096)
            read_up_to = len(shown)
            os.write(terminal, answer.encode() + b"\n")
        while chunk := os.read(terminal, 4096):
            shown += chunk
    except OSError:  # Linux says EIO when the program has closed the terminal
        pass
    finally:
        os.close(terminal)
        _, status = os.waitpid(child, 0)
    return Ended(os.waitstatus_to_exitcode(status), shown.decode(errors="replace"))
