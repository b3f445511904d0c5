"""Quotas: a token bucket for each key, or each sender of photographs, so that no one of them floods the ledger."""

import threading
from collections import OrderedDict
from collections.abc import Callable

REMEMBERED = 100_000
"""Buckets that are kept; the least recently used is forgotten, which fills it."""


class Quota:
    """Thread-safe. Statements are counted once their issuer's signature holds: nobody can use up another's quota."""

    def __init__(self, rate: float, burst: int, now_ms: Callable[[], int]) -> None:
        """`rate` statements a second for long, `burst` at once; `now_ms` is monotonic."""
        self._rate, self._burst, self._now = rate / 1000, burst, now_ms
        self._buckets: OrderedDict[str, tuple[float, int]] = OrderedDict()
        self._lock = threading.Lock()

    def left(self, key: str) -> int:
        """How many statements of this key may be taken now."""
        with self._lock:
            return int(self._level(key))

    def take(self, key: str, count: int) -> None:
        """`count` statements of this key have been taken; those that came together may overdraw."""
        with self._lock:
            self._buckets[key] = (self._level(key) - count, self._now())
            self._buckets.move_to_end(key)
            if len(self._buckets) > REMEMBERED:
                self._buckets.popitem(last=False)

    def _level(self, key: str) -> float:
        now = self._now()
        level, at = self._buckets.get(key, (float(self._burst), now))
        return min(float(self._burst), level + (now - at) * self._rate)
