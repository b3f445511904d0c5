"""What can be done with a ledger's tables from its folder, without opening the log."""

from collections.abc import Callable

from custody.core.note import Verifier, encode_vkey
from custody.files import load_key
from custody.ledger import lookup_counts
from custody.ledger.clock import Clock
from custody.ledger.config import LedgerConfig
from custody.ledger.following import Following
from custody.ledger.guard import Guard
from custody.ledger.lock import FolderLock
from custody.ledger.lookups import Lookups
from custody.ledger.public_tables import drop_public_tables
from custody.ledger.tables import renew_tables
from custody.ledger.views import Overview

Progress = Callable[[int, int], None]
"""(entries judged, entries in all)."""


def rebuild(config: LedgerConfig, progress: Progress) -> int:
    """Drops the tables and fills them again from what the log has signed; returns how many entries that is.

    Raises BadKey, ConfigFault (also while a ledger runs on the log), StorageFault.
    """
    lock = FolderLock(config.data)
    try:
        size = _signed_size(config)
        renew_tables(config.data)
        drop_public_tables(config)
        following = Following.open(config.data, config.data, config.origin)
        try:
            while following.followed < size:
                progress(following.follow(size), size)
        finally:
            following.close()
    finally:
        lock.release()
    return size


def overview(config: LedgerConfig) -> Overview:
    """All in figures, whether a ledger runs or not. Raises BadKey, ConfigFault, Unavailable."""
    lookups = Lookups(config.data, 1)
    try:
        with lookups.at(Clock().now()) as looking:
            return lookup_counts.overview(looking, _signed_size(config))
    finally:
        lookups.renewed()


def _signed_size(config: LedgerConfig) -> int:
    verifier = Verifier(encode_vkey(config.origin, load_key(config.key).public))
    return Guard(config.guard, verifier).read()[0].size
