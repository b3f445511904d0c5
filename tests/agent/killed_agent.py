"""Runs an agent in a process of its own that is killed at the nth time it reaches a step."""

import io
import multiprocessing
import os
import signal
import sys
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from scanner_agent.config import load
from scanner_agent.running import run_agent

# Forked from a server that has imported everything: as real a process, without the second that importing takes.
_processes = multiprocessing.get_context("forkserver")
_processes.set_forkserver_preload(["tests.agent.killed_agent"])


@dataclass(frozen=True)
class Ended:
    """`code` as of `subprocess`: negative for a signal."""

    code: int | None
    output: str


def run_until(folder: Path, step: tuple[str, int], lines: list[str]) -> Ended:
    """Runs the agent in `folder` on a script, up to the nth of `step`, or to its end."""
    out = folder / "output.txt"
    process = _processes.Process(target=_main, args=(folder / "agent.toml", step, lines, out))
    process.start()
    process.join(60)
    if process.is_alive():
        process.kill()
        process.join()
        raise AssertionError(f"the agent did not end: {out.read_text()}")
    return Ended(process.exitcode, out.read_text())


def _main(config: Path, step: tuple[str, int], lines: list[str], out: Path) -> None:
    reached = count(1)

    def hook(name: str) -> None:
        if name == step[0] and next(reached) == step[1]:
            os.kill(os.getpid(), signal.SIGKILL)

    with out.open("w") as file:
        sys.exit(run_agent(load(config), io.StringIO("".join(f"{line}\n" for line in lines)), file, hook))
