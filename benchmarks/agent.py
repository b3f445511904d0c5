"""The agent: from a read to a durable draft, and from the confirmation to a durable event, against the disk's fsync.

Fsyncs and steps of the agent take turns, in one folder. The handlers' keys are unlocked; nothing is being sent.
"""

import io
import os
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Outcome, outcomes, percentile
from scanner_agent.agent import Agent
from scanner_agent.inputs import Chosen, Confirm
from scanner_agent.observer import Observer
from scanner_agent.sources.source import Read, now
from scanner_agent.storage import load_trust, open_alone
from scanner_agent.terminal import Terminal
from tests.agent.scene import PIN, Scene

READS = 4
"""Items in a session."""
PAGE = bytes(4096)
SLACK_S = 0.010
TIMES = 2


class NotTaken(Exception):
    """The agent refused what it must take."""


class Clocked:
    """Seconds of each step by name, with one fsync before each."""

    def __init__(self, folder: Path) -> None:
        self._file = os.open(folder / "page", os.O_WRONLY | os.O_CREAT, 0o600)
        self.seconds: dict[str, list[float]] = {}

    def step(self, name: str, do: Callable[[], bool]) -> None:
        self.fsync()
        self._time(name, do)

    def fsync(self) -> None:
        self._time("fsync", self._fsync)

    def p99(self, name: str) -> float:
        return percentile(self.seconds[name], 99)

    def figure(self, bench: Bench, what: str, name: str, slack: float = 0.0) -> Figure:
        """A step's p99 against the limit, which gives it `slack` seconds more; `what` is measured, for the table."""
        taken = self.seconds[name]
        limit = TIMES * self.p99("fsync") + SLACK_S + slack
        note = (
            f"median {percentile(taken, 50) * 1e3:.2f} ms of {len(taken)}; "
            f"fsync median {percentile(self.seconds['fsync'], 50) * 1e3:.2f} ms, p99 {self.p99('fsync') * 1e3:.2f} ms"
        )
        bench.say(f"{what}, {name}: p99 {self.p99(name) * 1e3:.2f} ms; {note}")
        return Figure(
            f"{what}, {name} (p99)",
            self.p99(name) * 1e3,
            limit * 1e3,
            "ms",
            f"{TIMES} × fsync p99 + {(SLACK_S + slack) * 1e3:.0f} ms",
            "at most",
            1.0,
            note,
        )

    def close(self) -> None:
        os.close(self._file)

    def _fsync(self) -> bool:
        os.pwrite(self._file, PAGE, len(PAGE) * len(self.seconds["fsync"]))
        os.fsync(self._file)
        return True

    def _time(self, name: str, do: Callable[[], bool]) -> None:
        taken = self.seconds.setdefault(name, [])
        start = time.perf_counter()
        done = do()
        taken.append(time.perf_counter() - start)
        if not done:
            raise NotTaken(name)


def run(bench: Bench) -> list[Outcome]:
    """Each run on a new outbox."""
    scene = Scene()
    return outcomes([_measure(bench, scene, bench.folder / f"agent-{run}") for run in range(bench.size.repeats)])


def _measure(bench: Bench, scene: Scene, folder: Path) -> list[Figure]:
    folder.mkdir()
    config = scene.config(folder)
    clocked = Clocked(folder)
    with open_alone(config) as (outbox, device):
        outbox.keep_roster(list(enumerate(scene.ledger.entries)))
        agent = Agent(
            config,
            device,
            outbox=outbox,
            trust=load_trust(config, outbox),
            terminal=Terminal(io.StringIO(), io.StringIO()),
            observer=Observer(),
            wake=lambda: None,
        )
        for session in range(bench.size.sessions):
            _session(agent, scene, session, clocked)
    clocked.close()
    return [clocked.figure(bench, "agent", name) for name in ("read to durable draft", "confirm to durable event")]


def _session(agent: Agent, scene: Scene, session: int, clocked: Clocked) -> None:
    """One handover; the labels are signed, as the reader gives them."""
    agent.give(Chosen("handover"))
    for person in (scene.ann, scene.budi):
        agent.read(Read("manual:bench", None, person.badge, now()))
        if not agent.pin(PIN):
            raise NotTaken("the PIN")
    for number in range(session * READS, (session + 1) * READS):
        read = Read("serial:bench", "]Q1", scene.label(number), now())
        clocked.step("read to durable draft", partial(agent.read, read))
    clocked.step("confirm to durable event", partial(agent.give, Confirm()))
