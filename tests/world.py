"""A small election for tests and benchmarks: keys from seeds, a signed roster, and events chained per device.

Everything is deterministic: the same calls give the same bytes.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from custody.core import roster, statement
from custody.core.canonical import b64encode
from custody.core.event import Clock, Event
from custody.core.ids import check_digit
from custody.core.keys import SigningKey
from custody.core.merkle import EMPTY_ROOT
from custody.core.planning import Plan, Planned, Policy, Way
from custody.core.statement import Statement
from custody.files import save_key
from custody.ledger.clock import Clock as WallClock
from custody.ledger.config import LedgerConfig, Limits
from custody.ledger.ledger import Ledger

ORIGIN = "ledger.test/drill"
START = 1_767_225_600_000
"""The first statement's time: 2026-01-01T00:00:00Z; each next one is a second later."""
BOOT = "0" * 32
NO_CHECKPOINT = (0, EMPTY_ROOT.hex())


def key_of(*names: object) -> SigningKey:
    """The key of a name, the same in every run."""
    return SigningKey.from_seed(sha256("/".join(map(str, names)).encode()).digest())


def site_id(number: int) -> str:
    digits = f"952{number:09}"
    return f"414/{digits}{check_digit(digits)}"


def item_id(number: int) -> str:
    return f"8004/952{number:09}"


def handler_id(number: int) -> str:
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    return "h-" + "".join(letters[number >> 5 * place & 31] for place in reversed(range(16)))


LOG_KEY = key_of("log")


class Chain:
    """The statements of one issuer so far: only seq and id of the last."""

    def __init__(self, key: SigningKey) -> None:
        self.key = key
        self.seq = 0
        self.head: str | None = None

    def next(self) -> tuple[int, str | None]:
        return self.seq + 1, self.head


class World:
    """One root key, one authority for a small tree of sites, devices and handlers. `roster` holds entry 0 first.

    `begins`: from when the handlers' badges are valid, Unix ms.
    """

    def __init__(
        self, devices: int = 2, handlers: int = 4, origin: str = ORIGIN, seed: str = "world", begins: int = START
    ) -> None:
        self.origin = origin
        self.time = START
        self.begins = begins
        self.root = Chain(key_of(seed, "root"))
        self.authority = Chain(key_of(seed, "authority"))
        self.devices = [Chain(key_of(seed, "device", number)) for number in range(devices)]
        self.handlers = [key_of(seed, "handler", number) for number in range(handlers)]
        self.handler_ids = [handler_id(number) for number in range(handlers)]
        self.sites = [site_id(number) for number in range(3)]
        self.roster = list(self._enrol())

    @property
    def root_statement(self) -> Statement:
        return self.roster[0]

    def sign(
        self,
        type_: type[Event] | type[roster.RosterStatement],
        chain: Chain,
        cosigners: Sequence[SigningKey] = (),
        *,
        at: tuple[int, str | None] | None = None,
        **members: Any,
    ) -> Statement:
        """A statement of `chain`'s issuer. `at` (seq, prev): elsewhere than at the end, which stays."""
        seq, prev = at or chain.next()
        keys = {key.keyid: key for key in (chain.key, *cosigners)}
        head: dict[str, Any] = {
            "v": 1,
            "log": self.origin,
            "issuer": chain.key.keyid,
            "seq": seq,
            "prev": prev,
            "time": self.time,
            "signers": sorted(keys),
        }
        signed = statement.sign(type_(**head | members), keys.values())
        self.time += 1000
        if at is None:
            chain.seq, chain.head = seq, signed.id
        return signed

    def event(
        self,
        action: str,
        *,
        device: int = 0,
        items: Sequence[str] = (item_id(0),),
        by: Iterable[int] = (),
        at: tuple[int, str | None] | None = None,
        checkpoint: tuple[int, str] = NO_CHECKPOINT,
        **members: Any,
    ) -> Statement:
        """An event at a device, which the handlers `by` sign too. `checkpoint` is the (size, root) that it names."""
        size, root = checkpoint
        return self.sign(
            Event,
            self.devices[device],
            [self.handlers[number] for number in by],
            at=at,
            clock=Clock(boot=BOOT, mono=self.time - START, size=size, root=root),
            action=action,
            items=list(items),
            **{"site": self.sites[1]} | members,
        )

    def handover(self, *, device: int = 0, releaser: int = 0, receiver: int = 1, **members: Any) -> Statement:
        """Three signatures: the device's and both handlers'."""
        return self.event(
            "handover",
            device=device,
            by=(releaser, receiver),
            releaser=self.handler_ids[releaser],
            receiver=self.handler_ids[receiver],
            **members,
        )

    def handovers(self, count: int, *, devices: int | None = None, first_item: int = 0) -> list[Statement]:
        """`count` handovers of one item each, on the first `devices` devices (None: on all) in turn."""
        devices = devices or len(self.devices)
        return [self.handover(device=number % devices, items=[item_id(first_item + number)]) for number in range(count)]

    def enrol_device(self, key: SigningKey, site: int = 1) -> Statement:
        """The authority's statement that enrols one more device; adds its chain to `devices`."""
        self.devices.append(Chain(key))
        return self._device(key, self.sites[site])

    def revoke(self, keyid: str, reason: str = "lost", **members: Any) -> Statement:
        return self.sign(roster.Revoke, self.authority, key=keyid, reason=reason, **members)

    def plan(self, ways: Sequence[Way], items: Sequence[Planned]) -> Statement:
        return self.sign(Plan, self.authority, ways=list(ways), items=list(items))

    def policy(self, **members: Any) -> Statement:
        return self.sign(Policy, self.authority, **{"begins": 0} | members)

    def possession(self, key: SigningKey, role: str, subject: str | None = None) -> dict[str, str]:
        """The members `key` and `proof` of an enrolment."""
        proof = key.sign(roster.possession(self.origin, role, subject))
        return {"key": b64encode(key.public), "proof": b64encode(proof)}

    def _enrol(self) -> Iterable[Statement]:
        yield self.sign(roster.Root, self.root, keys=[b64encode(self.root.key.public)], threshold=1)
        yield self.sign(roster.Authority, self.root, **self.possession(self.authority.key, "authority"))
        parent = None
        for number, (site, category) in enumerate(
            zip(self.sites, ("office", "warehouse", "polling-station"), strict=True)
        ):
            above = {"parent": parent} if parent else {}
            yield self.sign(roster.Site, self.authority, site=site, category=category, name=f"Site {number}", **above)
            parent = parent or site
        for chain in self.devices:
            yield self._device(chain.key, self.sites[1])
        for handler, key in zip(self.handler_ids, self.handlers, strict=True):
            yield self.sign(
                roster.Handler,
                self.authority,
                **self.possession(key, "handler", handler),
                handler=handler,
                badge=1,
                role="staff",
                site=self.sites[0],
                begins=self.begins,
            )

    def _device(self, key: SigningKey, site: str) -> Statement:
        return self.sign(roster.Device, self.authority, **self.possession(key, "device"), site=site)


def begin_log(world: World, folder: Path, *, clock: WallClock | None = None, **limits: Any) -> LedgerConfig:
    """A ledger's settings and files in `folder`, holding entry 0 only."""
    config = LedgerConfig(
        origin=world.origin,
        data=folder / "data",
        guard=folder / "guard" / "checkpoint",
        key=folder / "log-key.pem",
        limits=Limits(**limits),
        threads=4,
    )
    save_key(config.key, LOG_KEY)
    Ledger.initialise(config, world.root_statement.envelope, LOG_KEY, clock=clock)
    return config
