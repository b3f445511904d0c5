"""A ledger's files without its processes: a test says when entries are received and in what chunks they are judged."""

from collections.abc import Iterable
from itertools import count
from pathlib import Path

from custody.audit.config import AuditorConfig
from custody.core.checkpoint import Checkpoint
from custody.core.note import Verifier, encode_vkey
from custody.core.statement import Statement
from custody.ledger import offline, tables
from custody.ledger.chains import Chains
from custody.ledger.clock import Clock
from custody.ledger.following import Following
from custody.ledger.guard import Guard
from custody.ledger.intake import Checked
from custody.ledger.round import Placed, Round
from custody.ledger.seen import look
from custody.ledger.state import load_state
from custody.ledger.store import Store
from custody.ledger.tree import Tree, stored_tile
from tests.audit.logs import publish
from tests.ledger.helpers import Rows, dump
from tests.world import LOG_KEY, World, begin_log


class Standing(Clock):
    """A clock that stands still."""

    def __init__(self, now: int) -> None:
        self._now = now

    def now(self) -> int:
        return self._now


class LedgerFiles:
    """The store of a log that begins with a world's entry 0, and the follower's tables."""

    def __init__(self, world: World, folder: Path) -> None:
        root = world.root_statement
        self.config = begin_log(world, folder, clock=Standing(root.body.time))
        self._copies = (folder / f"copy-{number}" for number in count())
        self._store = Store(self.config.data, readers=1)
        with self._store.reading() as reading:
            self._state = load_state(reading, world.origin)
        self._chains = Chains(8)
        self.tree = Tree.load(1, stored_tile(self._store))
        tables.renew_tables(self.config.data)
        self._following = self._opened()

    @property
    def followed(self) -> int:
        return self._following.followed

    def append(self, received: int, statements: Iterable[Statement]) -> None:
        """The next entries, as the sequencer places them. None may be refused."""
        envelopes = [one.envelope for one in statements]
        looked = look(envelopes, {keyid: key.public for keyid, key in self._state.keys.items()})
        with self._store.writing() as writing:
            step = Round(writing, self._state, self._chains, self.tree.size, received)
            placed = step.place([Checked(*one) for one in zip(envelopes, looked, strict=True)])
            assert all(isinstance(one, Placed) for one in placed), placed
            tree, rows = self.tree.grow(step.leaves())
            step.write(rows)
        self.tree = tree

    def follow(self, size: int) -> None:
        """Judges what is not judged yet of the first `size` entries, chunk by chunk."""
        while self._following.follow(size) < size:
            pass

    def restart(self) -> None:
        """The follower goes on in another process, as it were."""
        self._following.close()
        self._following = self._opened()

    def rebuilt(self) -> Rows:
        """The tables filled anew, as `custody rebuild` does it; nothing can be followed after that."""
        self._following.close()
        note = Checkpoint(self.config.origin, self.tree.size, self.tree.root).sign(LOG_KEY)
        Guard(self.config.guard, Verifier(encode_vkey(self.config.origin, LOG_KEY.public))).write(note)
        assert offline.rebuild(self.config, lambda *_: None) == self.tree.size
        return dump(self.config.data)

    def copy(self) -> AuditorConfig:
        """A copy of the log in a folder of tiles, and who audits it."""
        with self._store.reading() as reading:
            entries = reading.entries(0, self.tree.size)
        return publish(next(self._copies), entries, self.config.origin)

    def close(self) -> None:
        self._following.close()
        self._store.close()

    def _opened(self) -> Following:
        return Following.open(self.config.data, self.config.data, self.config.origin)
