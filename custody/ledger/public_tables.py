"""The tables as the public may see them: the same tables, filled by the same follower from the same log, that stay
behind by the policies' delay. They are there only while there is one; without it the public reads the ledger's own.
"""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from custody.core.errors import Unavailable
from custody.ledger.config import LedgerConfig
from custody.ledger.disclosed import Disclosed
from custody.ledger.follower import Follower
from custody.ledger.lookups import Looking, Lookups

FOLDER = "public"
"""Of their database, in that of the log's."""
TICK_S = 1.0
"""How often it is looked whether more has become public."""

_log = structlog.get_logger(__name__)


class PublicTables:
    """Thread-safe. Until they have come as far as the log is public, they do not answer."""

    def __init__(self, config: LedgerConfig, disclosed: Disclosed) -> None:
        self._config = config
        self._folder = config.data / FOLDER
        self._disclosed = disclosed
        self._lookups = Lookups(self._folder, config.threads)
        self._follower: Follower | None = None
        self._size = 0
        self._ready = False
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="public-tables", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Idempotent."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()
        self._end()

    @contextmanager
    def at(self, until: int) -> Iterator[Looking]:
        """The tables of what was received up to an instant, as they spoke at it.

        Not as of now: what has not been heard of for an hour, because an hour is kept back, is not late by that.
        Raises Unavailable while they are not ready.
        """
        self.followed()
        with self._lookups.at(until) as looking:
            yield looking

    def followed(self) -> int:
        """How many entries they hold. Cheap. Raises Unavailable while they are not ready."""
        follower = self._follower
        if not self._ready or follower is None:
            raise Unavailable(
                "what the public may see is still being put together",
                remedy="Try again in a moment; who has a token or an account need not wait.",
            )
        return follower.followed

    def _run(self) -> None:
        fault: str | None = None
        while not self._stopping.is_set():
            try:
                self._tend()
                fault = None
            except Exception as error:  # whatever it is, it is tried again
                if str(error) != fault:
                    _log.error("the public's tables have to wait", reason=str(error))
                fault = str(error)
            self._stopping.wait(TICK_S)

    def _tend(self) -> None:
        """Begins or ends with the delay; lets the follower have what has become public."""
        if self._disclosed.until() is None:
            if self._follower is not None or self._folder.exists():
                self._end()
                drop_public_tables(self._config)
            return
        self._size = self._disclosed.size()
        if self._follower is None:
            self._follower = self._begin()
        self._follower.wake()
        self._ready = self._ready or self._follower.followed >= self._size

    def _begin(self) -> Follower:
        self._folder.mkdir(exist_ok=True)
        config = self._config
        follower = Follower(config.data, self._folder, config.origin, lambda: self._size, self._renewed)
        follower.start()
        return follower

    def _renewed(self) -> None:
        self._ready = False
        self._lookups.renewed()

    def _end(self) -> None:
        follower, self._follower = self._follower, None
        if follower is not None:
            follower.stop()
        self._renewed()


def drop_public_tables(config: LedgerConfig) -> None:
    """Deletes them; they are filled again if they are wanted."""
    shutil.rmtree(config.data / FOLDER, ignore_errors=True)
