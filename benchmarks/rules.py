"""The rules: events folded a second against one core's verifications, and the memory that many items take.

Events of one item each, as a log has them after parsing: an item begins and changes hands twice. They are made from
their index, so that none has to be kept.
"""

import gc
import resource
import time
from collections.abc import Iterable

from benchmarks.bench import Bench
from benchmarks.figures import Figure, Outcome, outcomes
from custody.core.admission import State, admit
from custody.core.event import Clock, Event
from custody.core.history import Logged
from custody.core.memory import InMemory, as_logged
from custody.core.rules import Rules
from tests.world import BOOT, START, World, item_id

WANTED = 1.0
MEMORY_GB = 2.0
EVENTS = 3
"""Of each item."""
DEVICES = 8
CORE = "libsodium on one core"
ROOT = "0" * 64
"""Of the tree that every event names: that of the roster."""


class MadeLog:
    """A log whose events follow from their index: every item's first, then every item's second, …"""

    def __init__(self, items: int) -> None:
        self.items = items
        self.world = World(devices=DEVICES, handlers=2)
        self.state = State(self.world.origin)
        self.size = len(self.world.roster)
        for index, statement in enumerate(self.world.roster):
            admit(self.state, statement, index, statement.signatures.keys())

    def event(self, index: int) -> Logged:
        number = index - self.size
        turn, item = divmod(number, self.items)
        world, device = self.world, number % DEVICES
        chain, handlers = world.devices[device].key.keyid, world.handler_ids
        releaser = turn % 2
        parties = {"releaser": handlers[releaser], "receiver": handlers[1 - releaser]} if turn else {"kind": "bag"}
        when = START + 100_000 + number
        event = Event(
            v=1,
            log=world.origin,
            issuer=chain,
            seq=number // DEVICES + 1,
            prev=_id(number - DEVICES) if number >= DEVICES else None,
            time=when,
            signers=[chain, *(key.keyid for key in world.handlers[: 2 if turn else 1])],
            clock=Clock(boot=BOOT, mono=number, size=self.size, root=ROOT),
            site=world.sites[1],
            action="handover" if turn else "commission",
            items=[item_id(item)],
            **parties,
        )
        return as_logged(self, index, when + 500, _id(number), event)

    def events(self, end: int) -> Iterable[Logged]:
        return map(self.event, range(self.size, end))

    def received(self, index: int) -> int:
        return START + index

    def root(self, size: int) -> str:  # noqa: ARG002
        return ROOT

    def find(self, statement_id: str) -> int | None:
        return self.size + int(statement_id, 16)

    def signature_holds(self, index: int, key: str) -> bool:
        raise NotImplementedError(f"no key is enrolled late here: {key} at {index}")


def run(bench: Bench) -> list[Outcome]:
    """Each measurement in a process of its own."""
    return outcomes([[_fold(bench), _memory(bench)] for _ in range(bench.size.repeats)])


def _fold(bench: Bench) -> Figure:
    cost = bench.pool.submit(seconds_an_event, bench.size.statements // EVENTS).result()
    limit = 1 / bench.ceiling().cost
    bench.say(f"rules: {1 / cost:,.0f} events/s, {cost * 1e6:.0f} µs each; {limit:,.0f} verifications/s on a core")
    return Figure("rules, events folded", 1 / cost, limit, "1/s", CORE, "at least", WANTED)


def _memory(bench: Bench) -> Figure:
    taken = bench.pool.submit(bytes_of_items, bench.size.entries).result()
    note = f"{taken / bench.size.entries:,.0f} bytes an item of {EVENTS} events, with the interpreter"
    bench.say(f"rules: {bench.size.entries:,} items, {taken / 1e9:.2f} GB; {note}")
    return Figure(
        f"rules, memory of {bench.size.entries:,} items",
        taken / 1e9,
        MEMORY_GB,
        "GB",
        "as asked for",
        "at most",
        1.0,
        note,
    )


def seconds_an_event(items: int) -> float:
    """Processor time of folding one event, of EVENTS of each item."""
    log = MadeLog(items)
    rules = Rules(log.state, log, InMemory())
    events = [log.event(log.size + number) for number in range(EVENTS * items)]
    gc.collect()
    gc.freeze()
    start = time.process_time()
    for logged in events:
        rules.event(logged)
    return (time.process_time() - start) / len(events)


def bytes_of_items(items: int) -> int:
    """What this process came to at most, after EVENTS of each item."""
    log = MadeLog(items)
    memory = InMemory()
    rules = Rules(log.state, log, memory)
    for logged in log.events(log.size + EVENTS * items):
        rules.event(logged)
    assert len(memory.tracks) == items  # what was measured is what was asked for
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _id(number: int) -> str:
    return f"{number:064x}"
