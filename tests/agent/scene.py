"""One election in small for the agent's tests: a ledger with its roster, badges, a label issuer, a device's folder."""

from contextlib import closing
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path

from custody.core import badge, label
from custody.core.keys import SigningKey
from custody.core.roster import Advisor, Handler, LabelIssuer
from custody.core.snapshot import Advised, Snapshot, sign
from custody.files import save_key
from scanner_agent import database, texts
from scanner_agent.config import AgentConfig, load
from scanner_agent.exchange import Exchange
from scanner_agent.observer import Observer
from scanner_agent.storage import load_trust, open_alone
from tests.agent.simulated_ledger import SimulatedLedger
from tests.world import START, World, item_id, key_of

PIN = "271828"
HOST = "example.id"
WHEN = 1_795_859_100_000
"""28 November 2026, 16.45 WIB."""


@dataclass(frozen=True)
class Person:
    """A handler id, the text of the badge that PIN opens, and the key that it gives."""

    handler: str
    badge: str
    key: SigningKey


@cache
def person(number: int, origin: str) -> Person:
    handler = badge.handler_id(bytes(9) + bytes([number]))
    issued, key = badge.issue(handler, bytes(15) + bytes([number]), PIN, origin)
    return Person(handler, badge.encode(issued), key)


@dataclass
class Scene:
    """`enrolled=False`: the device is not in the roster (yet)."""

    enrolled: bool = True
    world: World = field(default_factory=lambda: World(devices=0, handlers=0))
    device: SigningKey = field(default_factory=lambda: key_of("agent", "device"))
    labels: SigningKey = field(default_factory=lambda: key_of("agent", "labels"))
    advisor: SigningKey = field(default_factory=lambda: key_of("agent", "advisor"))

    def __post_init__(self) -> None:
        self.ann, self.budi = person(1, self.world.origin), person(2, self.world.origin)
        self.ledger = SimulatedLedger(self.world.origin, key_of("agent", "log"))
        self.roster = list(self.world.roster)
        if self.enrolled:
            self.roster.append(self.world.enrol_device(self.device))
        issuer = self.world.possession(self.labels, "label-issuer")
        self.roster.append(
            self.world.sign(
                LabelIssuer, self.world.authority, **issuer, site=self.world.sites[0], hosts=[HOST], ranges=["8004/952"]
            )
        )
        for owner in (self.ann, self.budi):
            self.roster.append(
                self.world.sign(
                    Handler,
                    self.world.authority,
                    **self.world.possession(owner.key, "handler", owner.handler),
                    handler=owner.handler,
                    badge=1,
                    role="staff",
                    site=self.world.sites[1],
                    begins=START,
                )
            )
        for statement in self.roster:
            self.ledger.append(statement.envelope)

    def advise(self, *items: Advised, key: SigningKey | None = None, site: int = 1) -> None:
        """The ledger's snapshot of a site, signed by an advisor that is enrolled the first time."""
        if self.advisor.keyid not in self.ledger.state.keys:
            enrolment = self.world.sign(Advisor, self.world.authority, **self.world.possession(self.advisor, "advisor"))
            self.ledger.append(enrolment.envelope)
        here = self.world.sites[site]
        size = len(self.ledger.entries)
        snapshot = Snapshot(v=1, log=self.world.origin, site=here, size=size, time=START, items=list(items))
        self.ledger.snapshots[self.world.sites[1]] = sign(snapshot, key or self.advisor)

    def label(self, number: int, key: SigningKey | None = None) -> str:
        return label.sign(item_id(number), HOST, key or self.labels)

    def config(self, folder: Path, url: str = "http://127.0.0.1:1") -> AgentConfig:
        """A device's folder with the settings for the simulated ledger; nothing listens at the default URL."""
        return self.settle(folder, url, self.ledger.vkey, self.ledger.entries[0])

    def settle(
        self, folder: Path, url: str, vkey: str, entry0: bytes, *, token_file: Path | None = None
    ) -> AgentConfig:
        """The settings in a device's folder, which is made the first time."""
        path = folder / "agent.toml"
        digest = sha256(entry0).hexdigest()
        path.write_text(f'site = "{self.world.sites[1]}"\n[log]\nurl = "{url}"\nvkey = "{vkey}"\nentry0 = "{digest}"\n')
        if token_file is not None:
            with path.open("a") as file:
                file.write(f'token_file = "{token_file}"\n')
        config = load(path)
        if not config.key.exists():
            save_key(config.key, self.device)
            database.create(config.outbox)
        return config


def sync(config: AgentConfig) -> list[texts.Words]:
    """What was told in one whole pass."""
    told: list[texts.Words] = []
    with open_alone(config) as (outbox, device):
        observer = Observer(lambda notice: told.append(notice.words))
        with closing(Exchange(config, outbox, load_trust(config, outbox), device, observer)) as exchange:
            exchange.run_pass()
    return told
