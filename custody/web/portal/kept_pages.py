"""Pages as they were made last, for all who may see the same: what thousands look at is not made anew for each."""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

from msgspec import Struct

MOST = 32
LARGEST = 100_000
"""Bytes of one that is kept."""
RECENT_S = 5.0
"""For who has a page already, one that was begun within so many seconds is as good as the newest."""

Key = tuple[object, ...]


class Made(Struct, frozen=True):
    """A page (`short`: squeezed), its tag, the `state` of which it is the page, (how many entries, the instant) as of
    which it speaks, and at which `time` of the clock, before the tables were looked at, it was begun.
    """

    tag: str
    short: bytes
    state: object
    as_of: tuple[int, int]
    time: float


class KeptPages:
    """Thread-safe; of one app. `clock`: seconds, and never goes back."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self.clock = clock
        self._pages: OrderedDict[Key, Made] = OrderedDict()
        self._lock = Lock()

    def find(self, key: Key, good: object, *, recent: bool) -> Made | None:
        """The page whose tag or state this is; or any, if a `recent` one will do."""
        with self._lock:
            made = self._pages.get(key)
            if made is None or not (good in (made.tag, made.state) or (recent and self._is_recent(made))):
                return None
            self._pages.move_to_end(key)
            return made

    def keep(self, key: Key, made: Made) -> None:
        """In place of the one before it, unless that is recent and speaks as of later: this one took long to make."""
        if len(made.short) > LARGEST:
            return
        with self._lock:
            before = self._pages.get(key)
            if before is not None and before.as_of > made.as_of and self._is_recent(before):
                return
            self._pages[key] = made
            self._pages.move_to_end(key)
            if len(self._pages) > MOST:
                self._pages.popitem(last=False)

    def _is_recent(self, made: Made) -> bool:
        return self.clock() - made.time < RECENT_S
