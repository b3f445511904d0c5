"""A place's scanner agent, driven in process: the real one, whose key, outbox and uploads are as in the field."""

import io
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import cv2

from custody.core.keys import SigningKey
from custody.core.policy import DEFAULT
from custody.files import save_key
from custody.simulation import photographs
from custody.simulation.crew import Crew, Member
from custody.simulation.programs import Unexpected
from custody.simulation.simulated_time import SimulatedClock, Time
from scanner_agent import database
from scanner_agent.agent import Agent
from scanner_agent.config import AgentConfig, LogConfig
from scanner_agent.exchange import Exchange
from scanner_agent.inputs import Chosen, Given
from scanner_agent.observer import Observer
from scanner_agent.session import Session
from scanner_agent.sources.source import Read
from scanner_agent.storage import load_trust, open_alone
from scanner_agent.terminal import Terminal

Reading = str | Given
"""A code that the scanner reads, or what is typed after it."""


class Post:
    """One device at one site. Close it."""

    def __init__(self, folder: Path, site: str, log: LogConfig, time: Time, crew: Crew) -> None:
        self.site = site
        self.key = SigningKey.generate()
        self._time = time
        self._config = AgentConfig(site=site, log=log, key=folder / "device.pem", outbox=folder / "outbox.sqlite")
        save_key(self._config.key, self.key)
        database.create(self._config.outbox)
        self._picture = folder / "segel.jpg"
        self._picture.write_bytes(_seal())
        self._screen = io.StringIO()
        self._stack = ExitStack()
        self._outbox, device = self._stack.enter_context(open_alone(self._config))
        trust = load_trust(self._config, self._outbox)
        self._exchange = Exchange(self._config, self._outbox, trust, device, Observer())
        self._stack.callback(self._exchange.close)
        self._agent = Agent(
            self._config,
            device,
            outbox=self._outbox,
            trust=trust,
            terminal=Terminal(self._screen, io.StringIO()),
            observer=Observer(),
            wake=lambda: None,
            clock=SimulatedClock(time),
            session=Session(self._config.origin, unlock=crew.unlock),
        )

    def record(
        self,
        action: str,
        by: Sequence[Member],
        reads: Iterable[Reading],
        *,
        refs: Iterable[str] = (),
        **fields: str | int,
    ) -> str:
        """A session, from the action to the confirmation: the id of its last statement. Raises Unexpected.

        Where the default policy always asks for a photograph, one is taken. Who is shown a caution confirms again: the
        truth is recorded.
        """
        self._must(self._agent.give(Chosen(action)))
        for name, value in fields.items():
            self._must(self._agent.give(Given(name, str(value))))
        for ref in refs:
            self._must(self._agent.refer(ref))
        if DEFAULT.photographs.get(action) == "always":
            self._must(self._agent.give_private("photo", str(self._picture)))
        for member in by:
            self._must(self._agent.read(self._seen(member.badge)) and self._agent.pin(member.pin))
        for read in reads:
            self._must(self._agent.give(read) if isinstance(read, Given) else self._agent.read(self._seen(read)))
        before = self._outbox.last_id(self.key.keyid)
        self._must(self._agent.confirm(typed=True))
        if self._outbox.last_id(self.key.keyid) == before:
            self._must(self._agent.confirm(typed=True))
        signed = self._outbox.last_id(self.key.keyid)
        self._must(signed != before)
        self._time.pass_minutes(2)
        return signed or ""

    def sync(self) -> None:
        """Sends what is signed, checks the receipts, and brings the roster up to date."""
        self._exchange.run_pass()

    def close(self) -> None:
        self._stack.close()

    def _seen(self, text: str) -> Read:
        return Read("serial:genggam", "]Q1", text, self._time.ms)

    def _must(self, taken: bool) -> None:
        if not taken:
            last = "".join(self._screen.getvalue().splitlines(keepends=True)[-6:])
            raise Unexpected(f"the agent of {self.site} does not take it:\n{last}")


@cache
def _seal() -> bytes:
    """What a device's camera sees of a seal, as a JPEG file."""
    return cv2.imencode(".jpg", photographs.photograph(photographs.blank(), 1))[1].tobytes()
