"""Opens what an agent keeps on disk: its key, its outbox, and the roster in it."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from custody.core.errors import ConfigFault
from custody.core.keys import SigningKey
from custody.files import load_key
from scanner_agent.config import AgentConfig
from scanner_agent.outbox import Outbox
from scanner_agent.trust import Trust


def load_trust(config: AgentConfig, outbox: Outbox) -> Trust:
    """What the outbox holds of the roster. Raises ConfigFault if it is another log's."""
    entries = list(outbox.roster())
    if entries and sha256(entries[0][1]).hexdigest() != config.log.entry0:
        raise ConfigFault(
            f"the outbox {config.outbox} belongs to another log",
            expected=f"entry 0 {config.log.entry0}",
            got=sha256(entries[0][1]).hexdigest(),
            remedy="Use a new folder for each log: scanner-agent init.",
        )
    return Trust(config.origin, entries, config.site)


@contextmanager
def open_alone(config: AgentConfig) -> Iterator[tuple[Outbox, SigningKey]]:
    """The outbox and the device's key, for this process alone. Raises BadKey, ConfigFault, StorageFault."""
    device = load_key(config.key)
    with _lock(config.outbox.with_name(f"{config.outbox.name}.lock")):
        outbox = Outbox(config.outbox, oldest=1)
        try:
            yield outbox, device
        finally:
            outbox.close()


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    # Beside the outbox: closing any descriptor of the database file itself would drop SQLite's own locks.
    try:
        file = path.open("wb")
    except OSError as error:
        raise ConfigFault(f"{path} cannot be written", got=error.strerror) from None
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigFault(
                "another scanner-agent uses this outbox",
                got=path,
                remedy="End it first; a running one sends by itself.",
            ) from None
        yield
