"""The limit of everything here: Ed25519 verifications that libsodium does on all cores at once, and nothing else."""

import os
import time
from concurrent.futures import Executor

from msgspec import Struct
from nacl.bindings import crypto_sign_open

from custody.core.keys import SigningKey

LIMIT_NAME = "libsodium on all cores"
MESSAGE_BYTES = 700
"""About what the signatures of a handover of one item cover."""


class Ceiling(Struct, frozen=True):
    """Verifications a second over all cores, and the processor time of one in seconds."""

    rate: float
    cost: float

    @classmethod
    def mean(cls, before: "Ceiling", after: "Ceiling") -> "Ceiling":
        return cls((before.rate + after.rate) / 2, (before.cost + after.cost) / 2)


def measure(pool: Executor, cores: int, seconds: float) -> Ceiling:
    """With one process of the pool on each core."""
    list(pool.map(_verify_for, [0.05] * cores))  # so that every process has started, and its clock is up
    found = list(pool.map(_verify_for, [seconds] * cores))
    return Ceiling(sum(one.rate for one in found), sum(one.cost for one in found) / cores)


def _verify_for(seconds: float) -> Ceiling:
    key = SigningKey.from_seed(os.urandom(32))
    signed = [key.sign(message) + message for message in (os.urandom(MESSAGE_BYTES) for _ in range(64))]
    count, start, cpu = 0, time.perf_counter(), time.process_time()
    elapsed = 0.0
    while elapsed < seconds:
        for one in signed:
            crypto_sign_open(one, key.public)
        count += len(signed)
        elapsed = time.perf_counter() - start
    return Ceiling(count / elapsed, (time.process_time() - cpu) / count)
