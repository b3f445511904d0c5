"""What an agent's advice is made of, in a test: an outbox, what is known in it, plans, and sessions."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from custody.core import entry, roster
from custody.core.event import Clock
from custody.core.merkle import EMPTY_ROOT
from custody.core.planning import Plan, Planned, Way
from custody.core.snapshot import Advised, Released, Snapshot
from scanner_agent import texts
from scanner_agent.advising import Advising, keep_snapshot
from scanner_agent.drafting import Occasion, sign_session
from scanner_agent.inputs import Caution
from scanner_agent.outbox import Outbox
from scanner_agent.state import Line, Signer, State
from scanner_agent.trust import Trust
from tests.world import BOOT, ORIGIN, START, World, handler_id, item_id, key_of, site_id

OFFICE, HERE, THERE, ELSEWHERE = (site_id(number) for number in range(4))
ANN, BUDI, CITRA, STRANGER = (handler_id(number) for number in range(4))
DRIVER = handler_id(4)
KEYS = {handler_id(number): key_of("world", "handler", number) for number in range(5)}
BOX, BAG = item_id(1), item_id(2)
DEVICE = key_of("world", "device", 0)
READ = Line("serial", "]Q1", "valid")
RELEASE, ADVISOR = "a" * 64, "d" * 64
CLOCK = Clock(boot=BOOT, mono=1, size=0, root=EMPTY_ROOT.hex())


def trust(*plans: Plan | Any) -> Trust:
    """A roster with four sites, of which the last is in another region, and what is planned."""
    world = World(devices=1, handlers=3)
    statements = [
        *world.roster,
        world.sign(roster.Site, world.authority, site=ELSEWHERE, category="village", name="Elsewhere"),
        world.sign(
            roster.Handler,
            world.authority,
            **world.possession(KEYS[DRIVER], "handler", DRIVER),
            handler=DRIVER,
            badge=1,
            role="carrier",
            site=OFFICE,
            begins=START,
        ),
    ]
    for ways, items in plans:
        statements.append(world.sign(Plan, world.authority, ways=list(ways), items=list(items)))
    entries = [(index, entry.encode(one.envelope, START)) for index, one in enumerate(statements)]
    return Trust(ORIGIN, entries, HERE)


OUT_AND_BACK = (
    (Way(to=THERE, due=START, via=[OFFICE]), Way(to=HERE, due=START)),
    (Planned(item=BOX, kind="box", seals=["seal/kpu/1"], ways=[0, 1]),),
)


@dataclass
class Desk:
    """An outbox, what is known in it, and the seq and id of the statement before the next."""

    outbox: Outbox
    seq: int = 1
    prev: str | None = None
    plans: Iterable[Any] = ()

    @cached_property
    def advising(self) -> Advising:
        return Advising(self.outbox, trust(*self.plans), DEVICE.keyid, fail)

    def brings(self, *items: Advised, size: int = 7) -> "Desk":
        """A snapshot comes."""
        made = Snapshot(v=1, log=ORIGIN, site=HERE, size=size, time=START, items=list(items))
        keep_snapshot(self.outbox, made, ADVISOR)
        return self

    def records(self, *states: State) -> None:
        """These sessions are signed."""
        for state in states:
            [signed] = sign_session(state, occasion(self.seq, self.prev), DEVICE, [])
            self.outbox.commit([signed])
            self.seq, self.prev = self.seq + 1, signed.id
            self.advising.catch_up()

    def fill(self, state: State) -> State:
        return self.advising.advice.fill(state)

    def cautions(self, state: State) -> list[Caution]:
        signers = [KEYS[handler].keyid for handler in state.handlers]
        return list(self.advising.cautions(state, occasion(self.seq, self.prev), [DEVICE.keyid, *signers]))

    def codes(self, state: State) -> list[str]:
        return [caution.code for caution in self.cautions(state)]


def fail(words: texts.Words, detail: str) -> None:
    raise AssertionError((words, detail))


def occasion(seq: int = 1, prev: str | None = None) -> Occasion:
    return Occasion(ORIGIN, HERE, seq, prev, START + seq, CLOCK)


def session(
    action: str,
    *handlers: str,
    seals: Iterable[str] = (),
    lost: Iterable[str] = (),
    refs: tuple[str, ...] = (),
    **fields: str,
) -> State:
    lines = {BOX: READ} | {seal: Line("serial", "]Q1", "valid", BOX) for seal in seals}
    lines |= {seal: Line("manual", None, None, BOX, state="missing") for seal in lost}
    state = State(action=action, handlers=dict.fromkeys(handlers or (ANN,), Signer()), lines=lines, fields=fields)
    for ref in refs:
        state = state.referring_to(ref)
    return state


AT_HOME = Advised(item=BOX, custodian=HERE, site=HERE, seals=["seal/kpu/1"])
WITH_BUDI = Advised(item=BOX, custodian=BUDI, site=HERE)
FOR_BUDI = Advised(item=BOX, site=OFFICE, to=HERE, release=Released(id=RELEASE, to=HERE, receiver=BUDI))
PLAN = (OUT_AND_BACK,)
