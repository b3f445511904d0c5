"""The sequencer: one thread that appends what waits in rounds, and signs only what it has read back from the disk.

A round is: one transaction → commit → read back and hash again → the tree still begins with what the guard says →
sign → guard → publish → answer. Once any of it fails nothing in memory is trusted: the next round begins by loading
everything from the store, and by settling what was committed without being signed.
"""

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

import structlog

from custody.core import merkle, tiles
from custody.core.admission import State
from custody.core.checkpoint import Checkpoint
from custody.core.errors import CustodyError, StorageFault, Unavailable
from custody.core.keys import SigningKey
from custody.ledger.chains import Chains
from custody.ledger.clock import Received
from custody.ledger.glance import glance
from custody.ledger.guard import Guard
from custody.ledger.intake import Checked
from custody.ledger.round import Placed, Round
from custody.ledger.state import load_state
from custody.ledger.store import Store
from custody.ledger.tree import Tree, stored_tile

ROUND = 2000
"""About how many statements are appended in one transaction."""
HEADS = 20_000
"""Chain heads that are kept in memory."""
ENOUGH = 400
"""So many statements begin a round at once."""
GATHER_S = 0.03
"""How long fewer wait for others that are being looked at: they share what a round costs however many there are."""
IDLE_S = 1.0
"""How often the clock is looked at, and a failed store is tried again, when nothing waits."""

Hook = Callable[[str], None]

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Published:
    """A checkpoint that the world may see, with its tree."""

    checkpoint: Checkpoint
    note: bytes
    tree: Tree


@dataclass(frozen=True, slots=True)
class Signer:
    """The log's name and its key."""

    origin: str
    key: SigningKey


@dataclass(slots=True)
class _Job:
    batch: list[Checked]
    done: threading.Event = field(default_factory=threading.Event)
    placed: list[Placed | CustodyError] = field(default_factory=list)
    published: Published | None = None
    error: CustodyError | None = None


class Sequencer:
    """`hook` is called after each step: before-commit, after-commit, after-readback, after-sign, after-guard.

    `state` is the log's state so far, which only the sequencer's thread changes.
    """

    state: State
    published: Published

    def __init__(self, store: Store, guard: Guard, signer: Signer, received: Received, *, max_queue: int, hook: Hook):
        self._store = store
        self._guard = guard
        self._signer = signer
        self._received = received
        self._max_queue = max_queue
        self._hook = hook
        self._queue: deque[_Job] = deque()
        self._changed = threading.Condition()
        self._stopping = False
        # False from the moment a round begins to change anything until all of it has held.
        self._sound = False
        self._thread = threading.Thread(target=self._run, name="sequencer", daemon=True)
        self._coming = 0
        self.queued = 0
        self.fault: str | None = None

    def start(self) -> None:
        """Loads and settles what is stored, then begins. Raises ConfigFault, StorageFault, Unavailable."""
        self._load()
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    @property
    def received(self) -> int:
        """When the last entry was received."""
        return self._received.last

    @contextmanager
    def coming(self) -> Iterator[None]:
        """Within it, a batch is being looked at: a round may wait for it a little."""
        with self._changed:
            self._coming += 1
        try:
            yield
        finally:
            with self._changed:
                self._coming -= 1
                self._changed.notify()

    def submit(self, batch: list[Checked]) -> tuple[list[Placed | CustodyError], Published]:
        """Returns once the round is over. Raises Unavailable: what became of the batch is then not known."""
        job = _Job(batch)
        with self._changed:
            if self._stopping or self.queued + len(batch) > self._max_queue:
                raise Unavailable("the ledger is busy", got=f"{self.queued} statements wait", remedy="Send it again.")
            self._queue.append(job)
            self.queued += len(batch)
            self._changed.notify()
        job.done.wait()
        if job.published is None:
            raise job.error or Unavailable("the ledger stopped", remedy="Send the statements again.")
        return job.placed, job.published

    def stop(self) -> None:
        """Finishes what waits, then ends. Idempotent."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        while (jobs := self._take()) is not None:
            try:
                self._round(jobs)
                self.fault = None
            except Exception as error:
                self._fail(jobs, error)
            for job in jobs:
                job.done.set()

    def _take(self) -> list[_Job] | None:
        """What waits, up to a round; nothing after a while without work; None at the end."""
        jobs: list[_Job] = []
        with self._changed:
            self._changed.wait_for(lambda: self._queue or self._stopping, timeout=IDLE_S)
            if self._queue:
                self._changed.wait_for(self._is_gathered, timeout=GATHER_S)
            elif self._stopping:
                return None
            room = ROUND
            while self._queue and (not jobs or len(self._queue[0].batch) <= room):
                jobs.append(self._queue.popleft())
                room -= len(jobs[-1].batch)
                self.queued -= len(jobs[-1].batch)
        return jobs

    def _is_gathered(self) -> bool:
        return self._stopping or self._coming == 0 or self.queued >= ENOUGH

    def _round(self, jobs: Sequence[_Job]) -> None:
        if not self._sound:
            self._load()
        received = self._received.next()
        if not jobs:
            return
        self._sound = False
        placed = self._append([checked for job in jobs for checked in job.batch], received)
        self._sound = True
        for job in jobs:
            job.placed, placed = placed[: len(job.batch)], placed[len(job.batch) :]
            job.published = self.published

    def _append(self, batch: list[Checked], received: int) -> list[Placed | CustodyError]:
        base = self.published.tree
        with self._store.writing() as writing:
            self._check_alone(writing.size())
            step = Round(writing, self.state, self._chains, base.size, received)
            placed = step.place(batch)
            leaves = step.leaves()
            if leaves:
                tree, hash_rows = base.grow(leaves)
                step.write(hash_rows)
            self._hook("before-commit")
        self._hook("after-commit")
        if leaves:
            self._received.last = received
            self._settle(tree, leaves)
        self._chains.trim()
        return placed

    def _load(self) -> None:
        """Everything from the store, settled. Raises StorageFault if it is not what the guard says."""
        checkpoint, note = self._guard.read()
        with self._store.reading() as reading:
            size = reading.size()
            _check_reaches(checkpoint, size)
            self.state = load_state(reading, self._signer.origin)
            self._received.resume(glance(reading.entries(size - 1, size)[0])[1])
            leaves = [merkle.leaf_hash(entry) for entry in reading.entries(checkpoint.size, size)]
        base = Tree.load(checkpoint.size, stored_tile(self._store))
        _check_root(checkpoint, base.root)
        self._chains = Chains(HEADS)
        self.published = Published(checkpoint, note, base)
        if leaves:
            tree, _ = base.grow(leaves)
            self._settle(tree, leaves)
        self._sound = True

    def _settle(self, tree: Tree, leaves: Sequence[bytes]) -> None:
        """Reads back what is committed above the published checkpoint, then signs, guards and publishes it."""
        old = self.published.checkpoint
        self._read_back(old.size, tree, leaves)
        _check_root(old, merkle.root(old.size, tree.node))
        self._hook("after-readback")
        new = Checkpoint(self._signer.origin, tree.size, tree.root)
        with self._guard.turn(old):
            note = new.sign(self._signer.key)
            self._hook("after-sign")
            self._guard.write(note)
        self._hook("after-guard")
        self.published = Published(new, note, tree)

    def _read_back(self, old_size: int, tree: Tree, leaves: Sequence[bytes]) -> None:
        with self._store.reading() as reading:
            entries = reading.entries(old_size, tree.size)
            for index, (entry, leaf) in enumerate(zip(entries, leaves, strict=True), old_size):
                if merkle.leaf_hash(entry) != leaf:
                    raise StorageFault(f"entry {index} is not stored as it was written", remedy="Run custody fsck.")
            for tile in tiles.tiles_changed(old_size, tree.size):
                if reading.tile(*tile) != tree.tile(*tile):
                    raise StorageFault(
                        f"{tiles.tile_path(*tile)} is not stored as it hashes", remedy="Run custody fsck."
                    )

    def _check_alone(self, size: int) -> None:
        if size != self.published.tree.size:
            raise StorageFault(
                "the database is not as this ledger left it",
                expected=f"{self.published.tree.size} entries",
                got=size,
                remedy="Only one ledger may run on a log: stop the other.",
            )

    def _fail(self, jobs: Sequence[_Job], error: Exception) -> None:
        if self.fault != str(error):
            _log.error("nothing can be appended", error=str(error), exc_info=not isinstance(error, CustodyError))
        self.fault = str(error)
        for job in jobs:
            job.error = (
                error
                if isinstance(error, Unavailable)
                else Unavailable(
                    "the ledger could not append",
                    got=error,
                    remedy="Keep the statements and send them again; the operator must look at the ledger.",
                )
            )


def _check_reaches(checkpoint: Checkpoint, size: int) -> None:
    if size < checkpoint.size:
        raise StorageFault(
            "the database is older than what this log has signed",
            expected=f"at least {checkpoint.size} entries, as the guard says",
            got=f"{size} entries",
            remedy="Restore a newer copy. Going on from this one would sign a second history.",
        )


def _check_root(checkpoint: Checkpoint, root: bytes) -> None:
    if root != checkpoint.root:
        raise StorageFault(
            f"the stored tree of {checkpoint.size} entries is not the one that this log has signed",
            expected=checkpoint.root.hex(),
            got=root.hex(),
            remedy="Run custody fsck; restore a sound copy.",
        )
