"""Short stories of items for tests of the rules: who says what, statement by statement, to a log in memory."""

from collections.abc import Sequence
from typing import Any

from custody.core import roster
from custody.core.event import Clock, Event, Seal
from custody.core.head import HandlerRole, SiteCategory
from custody.core.keys import SigningKey
from custody.core.planning import Planned, Way
from custody.core.statement import Statement
from tests.rules.scene import FAKE_ROOT, Book
from tests.world import BOOT, START, World, handler_id, item_id, key_of, site_id

OFFICE, WAREHOUSE, STATION, VILLAGE = range(4)
"""Places in `Story.sites`: the office stands above the others."""
BOX, OTHER, CRATE = item_id(0), item_id(1), item_id(2)
A, B, C = "seal/a/1", "seal/a/2", "seal/a/3"
PHOTOGRAPH = "7" * 64
SECOND, MINUTE, HOUR, DAY = 1000, 60_000, 3_600_000, 86_400_000


class Story:
    """A world whose statements go into the book as they are made. Handlers 0 to 3 are staff of the office."""

    def __init__(self) -> None:
        self.world = World(devices=3, handlers=4)
        self.book = Book(self.world)
        for statement in self.world.roster:
            self.hear(statement)
        self.sites = [*self.world.sites, site_id(VILLAGE)]
        self.found_site(VILLAGE)

    # Time

    @property
    def now(self) -> int:
        """The device time of the next statement, Unix ms."""
        return self.world.time

    def wait(self, ms: int) -> None:
        self.world.time += ms

    # Statements

    def hear(self, statement: Statement, received: int | None = None) -> Statement:
        """The log receives a statement: at its own time, or later."""
        last = self.book.entries[-1][0] if self.book.entries else START
        self.book.add(statement, max(last, statement.body.time) if received is None else received)
        return statement

    def make(
        self,
        action: str,
        *by: int,
        site: int = WAREHOUSE,
        device: int = 0,
        at: tuple[int, str | None] | None = None,
        boot: str = BOOT,
        mono: int | None = None,
        seen: tuple[int, str] = (1, FAKE_ROOT),
        items: Sequence[str] = (BOX,),
        **members: Any,
    ) -> Statement:
        """An event that handlers `by` sign; the log has not heard of it. `seen`: the checkpoint that it names.

        Seals are photographed, unless it is said otherwise.
        """
        size, root = seen
        if "seals" in members:
            members = {"photos": [PHOTOGRAPH]} | members
        return self.world.sign(
            Event,
            self.world.devices[device],
            [self.world.handlers[number] for number in by],
            at=at,
            clock=Clock(boot=boot, mono=self.now - START if mono is None else mono, size=size, root=root),
            action=action,
            items=list(items),
            site=self.sites[site],
            **members,
        )

    def say(self, action: str, *by: int, received: int | None = None, **members: Any) -> Statement:
        """An event, of handler 0 unless others are named, which the log receives."""
        return self.hear(self.make(action, *(by or (0,)), **members), received)

    def begin(self, *items: str, kind: str = "bag", **members: Any) -> Statement:
        """Items (one BOX) begin at the warehouse; what is a bag needs no seal."""
        return self.say("commission", items=items or (BOX,), kind=kind, **members)

    def handover(self, giver: int, taker: int, **members: Any) -> Statement:
        return self.say("handover", giver, taker, releaser=self.id(giver), receiver=self.id(taker), **members)

    def release(self, giver: int, to: int, **members: Any) -> Statement:
        return self.say("release", giver, releaser=self.id(giver), to=self.sites[to], **members)

    def accept(self, taker: int, *refs: Statement, site: int = STATION, **members: Any) -> Statement:
        named = {"refs": [one.id for one in refs]} if refs else {}
        return self.say("accept", taker, receiver=self.id(taker), site=site, **{"device": 1} | named | members)

    def decide(self, kind: type[roster.RosterStatement], **members: Any) -> Statement:
        """The authority signs a roster statement."""
        return self.hear(self.world.sign(kind, self.world.authority, **members))

    def found_site(self, number: int, category: SiteCategory = "village") -> Statement:
        site = site_id(number)
        return self.decide(roster.Site, site=site, category=category, name="A place", parent=self.sites[OFFICE])

    def plan(self, due: int, *via: int, to: int = STATION, back: int | None = None, **members: Any) -> Statement:
        """BOX, a bag, is to be at a site by an instant, perhaps `back` in the warehouse by another."""
        ways = [Way(to=self.sites[to], due=due, via=[self.sites[one] for one in via])]
        if back is not None:
            ways.append(Way(to=self.sites[WAREHOUSE], due=back))
        items = [Planned(**{"item": BOX, "kind": "bag", "ways": list(range(len(ways)))} | members)]
        return self.hear(self.world.plan(ways, items))

    def policy(self, **members: Any) -> Statement:
        return self.hear(self.world.policy(**members))

    def revoke(self, number: int, reason: str, **members: Any) -> Statement:
        """A handler's key is revoked."""
        return self.hear(self.world.revoke(self.key(number).keyid, reason, **members))

    # People

    def id(self, number: int) -> str:
        return handler_id(number)

    def key(self, number: int) -> SigningKey:
        return self.world.handlers[number]

    def stranger(self) -> int:
        """One more handler, whom nobody has enrolled yet."""
        number = len(self.world.handlers)
        self.world.handlers.append(key_of("story", number))
        self.world.handler_ids.append(handler_id(number))
        return number

    def enrol(self, number: int, role: HandlerRole, site: int = OFFICE, **members: Any) -> Statement:
        subject = handler_id(number)
        return self.decide(
            roster.Handler,
            **self.world.possession(self.key(number), "handler", subject),
            **{"handler": subject, "badge": 1, "role": role, "site": self.sites[site], "begins": START} | members,
        )

    def join(self, role: HandlerRole, site: int = OFFICE, **members: Any) -> int:
        """One more handler, with this role."""
        number = self.stranger()
        self.enrol(number, role, site, **members)
        return number

    # What the log makes of it

    def up_to(self, statement: Statement) -> tuple[int, str]:
        """The checkpoint under which a statement is the last entry."""
        return self.index(statement) + 1, FAKE_ROOT

    def index(self, statement: Statement) -> int:
        return next(index for index, (_, one) in enumerate(self.book.entries) if one.id == statement.id)


def seals(*numbers: str, **members: Any) -> list[Seal]:
    """Numbered seals on the first item."""
    return [Seal(item=0, id=number, **members) for number in numbers]
