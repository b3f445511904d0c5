"""An agent in this process, without readers or a background: what it is given, and what it says."""

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from custody.core import statement
from custody.core.event import Event
from scanner_agent.agent import Agent
from scanner_agent.config import AgentConfig
from scanner_agent.observer import Observer
from scanner_agent.session import Session
from scanner_agent.sources.readers import no_still
from scanner_agent.sources.source import Key, Output, Read, Source
from scanner_agent.storage import load_trust, open_alone
from scanner_agent.terminal import Terminal
from scanner_agent.texts import Words
from tests.agent.scene import Scene
from tests.world import START


class Clock:
    """Of the device and of its session; it goes on when a test says so."""

    boot = "0" * 32

    def __init__(self, start: int) -> None:
        self.start = start
        self.ms = 0

    def now(self) -> int:
        return self.start + self.ms

    def since_boot(self) -> int:
        return self.ms

    def seconds(self) -> float:
        return self.ms / 1000


class Beeper(Source):
    """A reader that says what it was told: True for good, `again` for what it had given before."""

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(kind, name)
        self.answers: list[bool | Literal["again"]] = []
        self.taken: bool | None = None

    def reads(self) -> Iterator[Output]:
        yield from ()

    def answer(self, *, good: bool) -> bool:
        self.answers.append(good)
        return True

    def answer_again(self) -> bool:
        self.answers.append("again")
        return True

    def was_taken(self, text: str) -> bool | None:
        return self.taken


class Standing:
    """An agent, its clock, and its screen."""

    def __init__(self, agent: Agent, clock: Clock, screen: io.StringIO) -> None:
        self.agent = agent
        self.clock = clock
        self._screen = screen

    def scan(self, text: str, *, source: str = "serial:desk", alone: bool = True, reader: Source | None = None) -> bool:
        return self.agent.read(Read(source, "]Q1", text, self.clock.now(), alone), reader)

    def keys(self, keys: str, last: Key | None = "enter") -> bool:
        """Digits, each pressed, and a last key; whether that was taken."""
        taken = [self.agent.press(key) for key in (*keys, *([last] if last else []))]  # type: ignore[arg-type]
        return taken[-1]

    def said(self) -> str:
        """What was said since this was last asked."""
        text = self._screen.getvalue()
        self._screen.seek(0)
        self._screen.truncate()
        return text

    def heard(self, words: Words) -> bool:
        """Whether this was said since what was said was last asked for."""
        return " / ".join(words) in self.said()

    def events(self) -> list[Event]:
        """What was signed and waits."""
        bodies = [statement.parse(one.envelope).body for one in self.agent.outbox.pending(1000, 10**8)]
        return [body for body in bodies if isinstance(body, Event)]


@contextmanager
def standing(
    scene: Scene, config: AgentConfig, still: Callable[[], bytes] = no_still, observer: Observer | None = None
) -> Iterator[Standing]:
    """Once the roster is synced; `still`: what its camera sees."""
    clock, screen = Clock(START), io.StringIO()
    with open_alone(config) as (outbox, device):
        outbox.keep_roster(list(enumerate(scene.ledger.entries)))
        agent = Agent(
            config,
            device,
            outbox=outbox,
            trust=load_trust(config, outbox),
            terminal=Terminal(screen, io.StringIO()),
            observer=observer or Observer(),
            wake=lambda: None,
            clock=clock,
            session=Session(config.origin, clock.seconds),
            still=still,
        )
        yield Standing(agent, clock, screen)
