"""The limit of everything here: Ed25519 verifications that libsodium does on all cores at once, and nothing else."""

import os
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from nacl.bindings import crypto_sign_open

from custody.core.keys import SigningKey

MESSAGE_BYTES = 700
"""About what the signatures of a handover of one item cover."""


def _verify_for(seconds: float) -> float:
    key = SigningKey.from_seed(os.urandom(32))
    signed = [key.sign(message) + message for message in (os.urandom(MESSAGE_BYTES) for _ in range(64))]
    count, start = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - start) < seconds:
        for one in signed:
            crypto_sign_open(one, key.public)
        count += len(signed)
    return count / elapsed


def verifications_per_second(seconds: float = 2.0) -> float:
    """Over all cores, one process each."""
    cores = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(cores, mp_context=get_context("spawn")) as pool:
        list(pool.map(_verify_for, [0.1] * cores))  # the processes have started before they are measured
        return sum(pool.map(_verify_for, [seconds] * cores))
