"""An agent without its readers and terminal, beside a ledger."""

from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from custody.core.event import Clock
from custody.core.keys import SigningKey
from custody.core.merkle import EMPTY_ROOT
from custody.core.statement import Statement
from scanner_agent import texts
from scanner_agent.drafting import Occasion, sign_session
from scanner_agent.exchange import Exchange
from scanner_agent.observer import Notice, Observer
from scanner_agent.outbox import Outbox
from scanner_agent.state import Line, Signer, State
from scanner_agent.storage import load_trust
from scanner_agent.trust import Trust
from tests.agent.scene import Scene
from tests.agent.simulated_ledger import SimulatedLedger
from tests.world import BOOT, START, item_id

_mono = count(1)


@dataclass
class Desk:
    """An agent without its readers and terminal."""

    scene: Scene
    url: str
    folder: Path
    notices: list[Notice] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.config = self.scene.config(self.folder, self.url)
        self.outbox = Outbox(self.config.outbox)
        self.trust: Trust = load_trust(self.config, self.outbox)
        self.exchange = Exchange(self.config, self.outbox, self.trust, self.scene.device, Observer(self.notices.append))

    @property
    def ledger(self) -> SimulatedLedger:
        return self.scene.ledger

    def record(self, count: int = 1, by: SigningKey | None = None) -> list[Statement]:
        """Signs and commits inspections of one item each, by Ann unless it is said otherwise."""
        signed = []
        for number in range(count):
            state = State(
                action="inspect",
                handlers={self.scene.ann.handler: Signer()},
                lines={item_id(number): Line("serial", "]Q1", "valid")},
            )
            seq, prev = self.outbox.next_link(self.scene.device.keyid)
            clock = Clock(boot=BOOT, mono=next(_mono), size=0, root=EMPTY_ROOT.hex())
            occasion = Occasion(self.config.origin, self.config.site, seq, prev, START, clock)
            signed += sign_session(state, occasion, self.scene.device, [by or self.scene.ann.key])
            self.outbox.commit(signed[-1:])
        return signed

    def told(self, words: texts.Words) -> bool:
        return any(notice.words == words for notice in self.notices)


def size_held(desk: Desk) -> int:
    held = desk.outbox.last_checkpoint()
    return held.checkpoint.size if held else 0
