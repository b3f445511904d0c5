"""The ledger: the one face that the web interface and the commands use."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import Self

from custody.core import merkle, tiles
from custody.core.admission import State
from custody.core.errors import BadProof, CustodyError, Oversize
from custody.core.keys import SigningKey
from custody.core.note import Verifier, encode_vkey
from custody.core.proof import encode_receipts
from custody.core.roster import Handler, KeyRole
from custody.core.trusted import EnrolledKey
from custody.core.zones import ZONES
from custody.files import load_key
from custody.ledger import create
from custody.ledger.arrivals import Arrivals
from custody.ledger.chain_view import device_view, event_view, raw_id
from custody.ledger.clock import Clock, Received
from custody.ledger.config import LedgerConfig
from custody.ledger.disclosed import Disclosed
from custody.ledger.follower import Follower
from custody.ledger.guard import Guard
from custody.ledger.intake import Checked, Intake
from custody.ledger.lock import FolderLock
from custody.ledger.lookups import Looking, Lookups
from custody.ledger.public_tables import PublicTables
from custody.ledger.quota import Quota
from custody.ledger.round import Placed
from custody.ledger.sequencer import Hook, Published, Sequencer, Signer
from custody.ledger.store import Store
from custody.ledger.verifiers import Verifiers
from custody.ledger.views import Accepted, BadgeView, DeviceView, EventView, Status


def _no_hook(_step: str) -> None:
    pass


class Ledger:
    """An open log. Thread-safe; one process at a time."""

    @classmethod
    def initialise(
        cls, config: LedgerConfig, root_statement: bytes, key: SigningKey, *, clock: Clock | None = None
    ) -> None:
        """Creates the log: entry 0 (a root statement's envelope), first checkpoint, guard.

        Raises ConfigFault if there is something already; what refuses the statement.
        """
        create.initialise(config, root_statement, key, clock or Clock())

    @classmethod
    def open(cls, config: LedgerConfig, *, clock: Clock | None = None, hook: Hook = _no_hook) -> Self:
        """Checks guard and storage, replays the state, starts the threads. Raises BadKey, ConfigFault, StorageFault."""
        ledger = cls(config, load_key(config.key), clock or Clock(), hook)
        try:
            ledger._sequencer.start()
            ledger._follower.start()
            ledger._public_tables.start()
        except BaseException:
            ledger.close()
            raise
        return ledger

    def __init__(self, config: LedgerConfig, key: SigningKey, clock: Clock, hook: Hook) -> None:
        """Use `open`."""
        self.config = config
        self.vkey = encode_vkey(config.origin, key.public)
        self._lock = FolderLock(config.data)
        try:
            # One for each request, one for the sequencer, and one for who tends the tables of the public.
            self._store = Store(config.data, readers=config.threads + 2)
        except BaseException:
            self._lock.release()
            raise
        self._sequencer = Sequencer(
            self._store,
            Guard(config.guard, Verifier(self.vkey)),
            Signer(config.origin, key),
            Received(clock, config.clock_confirmed, config.limits.max_jump_ms),
            max_queue=config.limits.max_queue,
            hook=hook,
        )
        self._clock = clock
        self._lookups = Lookups(config.data, config.threads)
        size = self._published_size
        self._follower = Follower(config.data, config.data, config.origin, size, self._lookups.renewed)
        self.disclosed = Disclosed(self._store, size, clock)
        self.arrivals = Arrivals(self._store, size, ZONES["WIB"] * 3_600_000)
        self._public_tables = PublicTables(config, self.disclosed)
        self._verifiers = Verifiers()
        quota = Quota(config.limits.rate, config.limits.burst, clock.monotonic)
        self._intake = Intake(lambda: self._sequencer.state, quota, self._verifiers)

    def submit(self, envelopes: Sequence[bytes], receipts: bool = True) -> list[Accepted | CustodyError]:
        """One answer for each envelope, in order. Returns once what is accepted is durable, signed and published.

        Raises Oversize for too many envelopes, Unavailable (the whole request may be sent again).
        """
        if not 1 <= len(envelopes) <= self.config.limits.max_batch:
            raise Oversize(
                "a batch has the wrong size", expected=f"1 to {self.config.limits.max_batch}", got=len(envelopes)
            )
        with self._sequencer.coming():
            taken = self._intake.take(envelopes)
        batch = [one for one in taken if isinstance(one, Checked)]
        if not batch:
            return [one for one in taken if isinstance(one, CustodyError)]
        placed, published = self._sequencer.submit(batch)
        self._intake.count([one for one, place in zip(batch, placed, strict=True) if not _is_duplicate(place)])
        self._follower.wake()
        answers = iter(_answers(placed, published, receipts))
        return [one if isinstance(one, CustodyError) else next(answers) for one in taken]

    @property
    def _published(self) -> Published:
        return self._sequencer.published

    def _published_size(self) -> int:
        return self._published.tree.size

    def checkpoint(self) -> bytes:
        """The last published checkpoint: a signed note."""
        return self._published.note

    def tile(self, level: int, n: int, width: int) -> bytes | None:
        """width·32 bytes; None unless a published checkpoint has that tile."""
        tree = self._published.tree
        return tree.tile(level, n, width) if tree.has(level, n, width) else None

    def entries(self, n: int, width: int) -> bytes | None:
        """An entry bundle; None unless a published checkpoint has it."""
        if not self._published.tree.has(0, n, width):
            return None
        start = n * tiles.WIDTH
        with self._store.reading() as reading:
            return tiles.bundle_encode(reading.entries(start, start + width))

    def entry(self, index: int) -> bytes | None:
        """The exact bytes of an entry."""
        if not 0 <= index < self._published.tree.size:
            return None
        with self._store.reading() as reading:
            return reading.entries(index, index + 1)[0]

    def span(self, start: int, end: int) -> list[bytes]:
        """The exact bytes of the entries from `start` to below `end`, which there are."""
        with self._store.reading() as reading:
            return reading.entries(start, end)

    def receipt(self, index: int, with_entry: bool = True) -> bytes | None:
        """A `.tlog-proof` under the current checkpoint, whose extra line is the exact entry."""
        entry = self.entry(index)
        published = self._published
        return None if entry is None else _receipts(published, [(index, entry if with_entry else None)])[0]

    def consistency(self, old: int, new: int) -> list[bytes]:
        """The proof that the tree of `new` begins with the tree of `old`. Raises BadProof for sizes out of range."""
        tree = self._published.tree
        if new > tree.size:
            raise BadProof("the log is not that large", expected=f"at most {tree.size}", got=new)
        return merkle.consistency_proof(old, new, tree.node)

    def statement(self, statement_id: str) -> int | None:
        """The index of a statement (id in hex). Raises Malformed."""
        with self._store.reading() as reading:
            index = reading.index(raw_id(statement_id))
        return index if index is not None and index < self._published.tree.size else None

    def device(self, keyid: str, below: int | None = None) -> DeviceView | None:
        """An enrolled key of any role, and its chain in the entries below an index (None: in all). Raises Malformed."""
        with self._store.reading() as reading:
            return device_view(reading, self._sequencer.state, keyid, below)

    def looking(self) -> AbstractContextManager[Looking]:
        """What the follower's tables say now, in one state of them. Raises Unavailable."""
        return self._lookups.at(self._clock.now())

    @contextmanager
    def looking_as_public(self) -> Iterator[Looking]:
        """The same as the public may see it: what is kept from it is not in these tables. Raises Unavailable."""
        until = self.disclosed.until()
        with self.looking() if until is None else self._public_tables.at(until) as looking:
            yield looking

    def as_of(self, *, public: bool) -> tuple[int, int]:
        """(how many entries the tables hold, the instant as of which they speak), for the public or for who sees now.

        Cheap: the tables are not asked, and may be ahead by then. Raises Unavailable.
        """
        until = self.disclosed.until() if public else None
        if until is None:
            return self._follower.followed, self._clock.now()
        return self._public_tables.followed(), until

    def events(self, indexes: Sequence[int]) -> list[EventView]:
        """The events at these indexes, in short."""
        with self._store.reading() as reading:
            return [event_view(row) for index in indexes for row in reading.rows(index, index + 1)]

    def handler(self, handler: str) -> BadgeView | None:
        """A handler's present badge."""
        state = self._sequencer.state
        keyid = state.handlers.get(handler)
        known = state.keys[keyid] if keyid is not None else None
        if keyid is None or known is None or not isinstance(known.enrolment, Handler):
            return None
        return BadgeView(
            handler=handler,
            keyid=keyid,
            version=known.enrolment.badge,
            role=known.enrolment.role,
            site=known.enrolment.site,
            begins=known.enrolment.begins,
            ends=known.enrolment.ends,
            revoked=known.revoked.reason if known.revoked else None,
        )

    def trusted(self) -> State:
        """What the roster says now, by itself: keys, sites, badges."""
        return self._sequencer.state.copy()

    def enrolled(self, keyid: str) -> EnrolledKey | None:
        """An enrolled key of any role, as it stands now."""
        return self._sequencer.state.keys.get(keyid)

    def enrolled_as(self, *roles: KeyRole) -> list[tuple[str, EnrolledKey]]:
        """(keyid, key) of the keys in these roles."""
        # In one step of the interpreter: the sequencer may be enrolling keys.
        keys = list(self._sequencer.state.keys.items())
        return [(key, known) for key, known in keys if known.role in roles]

    def roster(self, after: int = -1, limit: int = 1000) -> list[int]:
        """Indexes of roster statements above `after`, ascending."""
        size = self._published.tree.size
        with self._store.reading() as reading:
            return [index for index, _ in reading.roster(after, limit) if index < size]

    def last_roster(self) -> int:
        """The index of the last roster statement."""
        with self._store.reading() as reading:
            return reading.last_roster(self._published.tree.size)

    def roster_entries(self, after: int = -1, limit: int = 1000) -> list[tuple[int, str | None, bytes]]:
        """(index, effect, entry) of roster statements above `after`, ascending; `effect` is why one has none."""
        size = self._published.tree.size
        with self._store.reading() as reading:
            return [found for found in reading.roster_entries(after, limit) if found[0] < size]

    def status(self) -> Status:
        """Cheap: no disk."""
        published = self._published
        return Status(
            size=published.tree.size,
            root=published.tree.root.hex(),
            received=self._sequencer.received,
            followed=self._follower.followed,
            queued=self._sequencer.queued,
            alive=self._sequencer.alive,
            fault=self._sequencer.fault,
        )

    def close(self) -> None:
        """Stops the threads once what waits is done. Idempotent."""
        self._sequencer.stop()
        self._follower.stop()
        self._public_tables.stop()
        self._lookups.renewed()
        self._verifiers.close()
        self._store.close()
        self._lock.release()


def _is_duplicate(place: Placed | CustodyError) -> bool:
    return isinstance(place, Placed) and place.duplicate


def _answers(
    placed: Sequence[Placed | CustodyError], published: Published, with_receipts: bool
) -> list[Accepted | CustodyError]:
    proved = [(one.index, one.entry) for one in placed if isinstance(one, Placed)] if with_receipts else []
    proofs = iter(_receipts(published, proved))
    return [
        one
        if isinstance(one, CustodyError)
        else Accepted(
            id=one.id,
            index=one.index,
            received=one.received,
            duplicate=one.duplicate,
            link=one.link,
            missing=one.missing,
            effect=one.effect,
            receipt=next(proofs, None),
        )
        for one in placed
    ]


def _receipts(published: Published, entries: Sequence[tuple[int, bytes | None]]) -> list[bytes]:
    return encode_receipts(entries, published.tree.size, published.tree.node, published.note)
