"""What keeps guessers off, in bounded memory: challenges that are good once, and waits that grow with each failure."""

import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable

REMEMBERED = 10_000
"""Challenges, and failing passkeys; the oldest are forgotten first."""
FREE = 5
"""Failures before the first wait."""
FIRST_WAIT_MS = 30_000
LONGEST_WAIT_MS = 15 * 60_000
FORGIVEN_MS = 60 * 60_000
"""After so long without a failure all are forgotten."""


class Challenges:
    """Random bytes for a browser's answer to name: each good once, for a time, for one purpose. Thread-safe."""

    def __init__(self, good_ms: int, now_ms: Callable[[], int]) -> None:
        self._good, self._now = good_ms, now_ms
        self._open: OrderedDict[bytes, tuple[str, int]] = OrderedDict()
        self._lock = threading.Lock()

    def make(self, purpose: str) -> bytes:
        """A new challenge, 32 bytes."""
        challenge = secrets.token_bytes(32)
        with self._lock:
            self._open[challenge] = (purpose, self._now() + self._good)
            if len(self._open) > REMEMBERED:
                self._open.popitem(last=False)
        return challenge

    def take(self, challenge: bytes, purpose: str) -> bool:
        """Whether it was made for this, is not too old and was not taken before."""
        with self._lock:
            made_for, until = self._open.pop(challenge, ("", 0))
        return made_for == purpose and self._now() < until


class Backoff:
    """How long a passkey waits after answers that were refused, whether there is such a passkey or not. Thread-safe.

    Of the passkey only: who has its account made a new one (`custody account recover`) waits for nothing.
    """

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now = now_ms
        self._failures: OrderedDict[bytes, tuple[int, int]] = OrderedDict()
        self._lock = threading.Lock()

    def wait_ms(self, key: bytes) -> int:
        """How long it waits from now on."""
        with self._lock:
            count, at = self._failures.get(key, (0, 0))
            return max(0, at + _wait(count) - self._now())

    def fail(self, key: bytes) -> int:
        """One more failure; the wait that it brings, or 0."""
        with self._lock:
            now = self._now()
            count, at = self._failures.pop(key, (0, now))
            count = 1 if now - at >= FORGIVEN_MS else count + 1
            self._failures[key] = (count, now)
            if len(self._failures) > REMEMBERED:
                self._failures.popitem(last=False)
            return _wait(count)

    def forgive(self, key: bytes) -> None:
        """It was used as it should be."""
        with self._lock:
            self._failures.pop(key, None)


def _wait(failures: int) -> int:
    doublings = failures - FREE
    # Bounded before it is computed: failures are counted without end.
    return min(LONGEST_WAIT_MS, FIRST_WAIT_MS << min(doublings, 10)) if doublings >= 0 else 0
