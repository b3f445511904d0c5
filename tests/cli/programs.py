"""The real `custody`, run as people run it: with arguments, or at a terminal."""

import multiprocessing
import os
import pty
import select
import signal
import sys
from collections.abc import Iterable
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import NamedTuple

from custody.cli import main as program

CUSTODY = str(Path(sys.executable).with_name("custody"))
PLAIN = {**os.environ, "TERM": "dumb", "COLUMNS": "120"}
QUICKLY_S = 30

# A program's time goes into its imports; a server that has them forks a process of its own for each run.
_forks = multiprocessing.get_context("forkserver")
_forks.set_forkserver_preload(
    [
        "__main__",
        __name__,
        *(f"custody.cli.{one}" for one in ("authority", "badge", "init", "label", "roster", "submission")),
    ]
)


class Ended(NamedTuple):
    code: int
    output: str


class Silent(Exception):
    """The program neither says nor ends anything."""


def custody(*arguments: object) -> Ended:
    """What the program says, standard error included, and its exit code."""
    with NamedTemporaryFile("r") as output:
        process = _forks.Process(target=_run, args=(list(map(str, arguments)), output.name))
        process.start()
        process.join(QUICKLY_S)
        if process.exitcode is None:
            process.kill()
            raise AssertionError(f"still running after {QUICKLY_S} s: {arguments}")
        said = output.read()
    assert "Traceback" not in said, said
    return Ended(process.exitcode, said)


def _run(arguments: list[str], output: str) -> None:
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(os.open(output, os.O_WRONLY), 1)
    os.dup2(1, 2)
    os.environ |= PLAIN
    sys.argv = ["custody", *arguments]
    program.main()


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
                shown += _read_soon(terminal)
            read_up_to = len(shown)
            os.write(terminal, answer.encode() + b"\n")
        while chunk := _read_soon(terminal):
            shown += chunk
    except OSError:  # Linux says EIO when the program has closed the terminal
        pass
    except Silent:
        os.kill(child, signal.SIGKILL)
    finally:
        os.close(terminal)
        _, status = os.waitpid(child, 0)
    return Ended(os.waitstatus_to_exitcode(status), shown.decode(errors="replace"))


def _read_soon(terminal: int) -> bytes:
    if not select.select([terminal], [], [], QUICKLY_S)[0]:
        raise Silent
    return os.read(terminal, 4096)
