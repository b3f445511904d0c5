"""Logs filled without HTTP: by the ledger's own sequencer and follower, from statements that need no checks."""

import gc
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor
from itertools import islice
from pathlib import Path

from benchmarks.country import Country
from custody.core.errors import CustodyError
from custody.core.note import Verifier, encode_vkey
from custody.core.statement import Statement
from custody.files import save_key
from custody.ledger.clock import Clock, Received
from custody.ledger.config import LedgerConfig
from custody.ledger.follower import GC_THRESHOLDS
from custody.ledger.following import Following
from custody.ledger.guard import Guard
from custody.ledger.intake import Checked
from custody.ledger.ledger import Ledger
from custody.ledger.seen import Seen
from custody.ledger.sequencer import ROUND, Sequencer, Signer
from custody.ledger.store import Store
from custody.ledger.tables import renew_tables
from tests.world import ORIGIN, key_of

AHEAD = 8
"""So many villages' events are signed before they are asked for."""


def fill(pool: Executor, folder: Path, country: Country) -> LedgerConfig:
    """The whole life of a country, in a new log in `folder`; its tables are empty. `pool` signs."""
    key = key_of("log")
    config = LedgerConfig(
        origin=ORIGIN,
        data=folder / "data",
        guard=folder / "guard" / "checkpoint",
        key=folder / "log.pem",
        private=folder / "private",
        threads=4,
    )
    save_key(config.key, key)
    Ledger.initialise(config, country.root().envelope, key)
    store = Store(config.data, readers=2)
    sequencer = Sequencer(
        store,
        Guard(config.guard, Verifier(encode_vkey(ORIGIN, key.public))),
        Signer(ORIGIN, key),
        Received(Clock(), None, config.limits.max_jump_ms),
        max_queue=2 * ROUND,
        hook=lambda _step: None,
    )
    sequencer.start()
    _append(sequencer, (Checked(one.envelope, _seen(one)) for one in country.roster()))
    _append(sequencer, signed(pool, country))
    sequencer.stop()
    store.close()
    renew_tables(config.data)
    return config


def follow(config: LedgerConfig) -> tuple[int, float]:
    """Fills the tables from the log; (how many entries there are, the processor time that it took, s)."""
    store = Store(config.data, readers=1)
    with store.reading() as reading:
        size = reading.size()
    store.close()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    start = time.process_time()
    following = Following.open(config.data, config.data, config.origin)
    while following.follow(size) < size:
        pass
    following.close()
    return size, time.process_time() - start


def signed(pool: Executor, country: Country) -> Iterator[Checked]:
    """A country's events, signed on all cores, a few villages ahead."""
    numbers = iter(range(country.villages))
    ahead = deque(pool.submit(country.events, number) for number in islice(numbers, AHEAD))
    while ahead:
        yield from ahead.popleft().result()
        ahead += [pool.submit(country.events, number) for number in islice(numbers, 1)]


def _append(sequencer: Sequencer, statements: Iterable[Checked]) -> None:
    for batch in _batches(statements):
        placed, _ = sequencer.submit(batch)
        for one in placed:
            if isinstance(one, CustodyError):
                raise one


def _batches(statements: Iterable[Checked]) -> Iterator[list[Checked]]:
    coming = iter(statements)
    while batch := list(islice(coming, ROUND)):
        yield batch


def _seen(one: Statement) -> Seen:
    return Seen.of(one, [])
