"""Many devices whose statements are signed on all cores, each device's chain in order, in NDJSON bodies of a batch.

A body is one device's, as when it sends what it could not send before.
"""

import time
from collections.abc import Iterator
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed
from functools import cache

from msgspec import Struct

from benchmarks.bench import BATCH
from benchmarks.load import Address, Connection
from custody.core.planning import Signatures
from custody.core.statement import Statement
from tests.world import World, item_id

HANDLERS = 4
ITEMS_EACH = 1_000_000
"""Item numbers of a device begin at its number times this."""


class Chain(Struct, frozen=True):
    """One device's chain so far."""

    device: int
    seq: int = 0
    head: str | None = None


class Task(Struct, frozen=True):
    """`batches` batches of a device of a world with `devices` of them; `signatures` is 1, 2 or 3.

    `start`: the time of the device's first statement, Unix ms; each next one is a millisecond later.
    """

    chain: Chain
    devices: int
    start: int
    batches: int
    signatures: int


class Fleet:
    """`devices` devices of one world, and the roster that enrols them: the log must have it before they sign."""

    def __init__(self, pool: Executor, devices: int) -> None:
        self._pool = pool
        self._start: int | None = None
        self._chains = [Chain(device) for device in range(devices)]
        self.root, *self.roster = _roster(devices)

    def sign(self, statements: int, lanes: int, *, signatures: int) -> list[list[bytes]]:
        """The bodies of about so many statements, dealt to `lanes` connections: a device's all go to one."""
        signed = list(self._pool.map(_sign, self._tasks(statements, signatures)))
        for _, chain in signed:
            self._chains[chain.device] = chain
        dealt: list[list[bytes]] = [[] for _ in range(lanes)]
        for lane, bodies in enumerate(dealt):
            mine = [bodies for bodies, _ in signed[lane::lanes]]
            bodies += [body for at_once in zip(*mine, strict=True) for body in at_once]
        return dealt

    def stream(self, statements: int, address: Address, *, signatures: int) -> Iterator[int]:
        """Signs and posts about so many statements, a few devices at a time; yields how many have been answered."""
        tasks = self._tasks(statements, signatures)
        futures = [self._pool.submit(_stream, task, address) for task in tasks]
        for done, future in enumerate(as_completed(futures), 1):
            chain = future.result()
            self._chains[chain.device] = chain
            yield done * tasks[0].batches * BATCH

    def _tasks(self, statements: int, signatures: int) -> list[Task]:
        batches = max(1, statements // BATCH)
        sending = sorted(self._chains, key=lambda chain: chain.seq)[:batches]
        # From the first to be signed on, when the log has the policy: that has no say about what happened before.
        start = self._start = self._start or time.time_ns() // 1_000_000
        return [Task(chain, len(self._chains), start, batches // len(sending), signatures) for chain in sending]


def body(envelopes: list[bytes]) -> bytes:
    """NDJSON."""
    return b"\n".join(envelopes) + b"\n"


def _sign(task: Task) -> tuple[list[bytes], Chain]:
    bodies = list(_bodies(task))
    return bodies, _chain(task)


def _stream(task: Task, address: Address) -> Chain:
    # The next batch is signed while the one before is on its way.
    with Connection(address) as connection, ThreadPoolExecutor(1) as sender:
        sent = None
        for one in _bodies(task):
            if sent is not None:
                sent.result()
            sent = sender.submit(connection.post, one)
        if sent is not None:
            sent.result()
    return _chain(task)


def _bodies(task: Task) -> Iterator[bytes]:
    world, first = _world(task.devices), task.chain.device * ITEMS_EACH + task.chain.seq
    chain = world.devices[task.chain.device]
    chain.seq, chain.head = task.chain.seq, task.chain.head
    for at in range(first, first + task.batches * BATCH, BATCH):
        batch = [_statement(world, task, number) for number in range(at, at + BATCH)]
        yield body([statement.envelope for statement in batch])


def _statement(world: World, task: Task, number: int) -> Statement:
    """Nothing is wrong with any: an item begins, and with three signatures changes hands next."""
    device, giver, taker = task.chain.device, number // 2 % HANDLERS, (number // 2 + 1) % HANDLERS
    world.time = task.start + world.devices[device].seq
    if task.signatures == 3 and number % 2:
        return world.handover(device=device, releaser=giver, receiver=taker, items=[item_id(number - 1)])
    signers = (giver, taker)[: task.signatures - 1]
    attesters = [world.handler_ids[taker]] if task.signatures == 3 else []
    return world.event(
        "commission", device=device, items=[item_id(number)], kind="supplies-bag", by=signers, attesters=attesters
    )


def _chain(task: Task) -> Chain:
    chain = _world(task.devices).devices[task.chain.device]
    return Chain(task.chain.device, chain.seq, chain.head)


@cache
def _roster(devices: int) -> list[bytes]:
    world = _world(devices)
    policy = world.policy(signatures=[Signatures(action="handover", count=2)])  # a first event is signed by no handler
    return [statement.envelope for statement in (*world.roster, policy)]


@cache
def _world(devices: int) -> World:
    return World(devices=devices, handlers=HANDLERS, begins=0)
