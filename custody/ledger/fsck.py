"""Checks all that a log's database holds against itself, the guard and the tree. It changes nothing.

Signatures are the auditor's to verify; here every stored byte is held against the hashes that the log has signed.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise

from msgspec import Struct
from sqlalchemy import Connection

from custody.core import entry, statement
from custody.core.admission import State, admit
from custody.core.checkpoint import Checkpoint
from custody.core.errors import CustodyError
from custody.core.event import Event
from custody.core.merkle import leaf_hash
from custody.core.note import Verifier, encode_vkey
from custody.core.statement import Statement
from custody.core.tiles import WIDTH
from custody.files import load_key
from custody.ledger import engine, schema
from custody.ledger.chains import Chains
from custody.ledger.config import LedgerConfig
from custody.ledger.guard import Guard
from custody.ledger.seen import Seen
from custody.ledger.store import FILE, EntryRow, HashRow, Reading
from custody.ledger.tree import Tree
from custody.ledger.upgrade import expected_definitions, is_behind

CHUNK = 512

Progress = Callable[[int, int], None]
"""(entries checked, entries in all)."""


class Fault(Struct, frozen=True):
    """One thing that is wrong: what kind of record, which one, what it should be and what it is."""

    what: str
    where: str
    expected: str
    got: str

    def __str__(self) -> str:
        return f"{self.what} {self.where}: expected {self.expected}; got {self.got}"


def _no_progress(_done: int, _total: int) -> None:
    pass


def check(config: LedgerConfig, progress: Progress = _no_progress) -> Iterator[Fault]:
    """Every fault, as it is found; none if all is sound. Raises BadKey, ConfigFault if the log's key does not load."""
    verifier = Verifier(encode_vkey(config.origin, load_key(config.key).public))
    signed = None
    try:
        signed, _ = Guard(config.guard, verifier).read()
    except CustodyError as error:
        yield Fault("guard", config.guard.name, "the last signed checkpoint", str(error))
    path = config.data / FILE
    if not path.is_file():
        yield Fault("database", FILE, "a file", "none")
        return
    reader = engine.open_reader(path, connections=1)
    try:
        with reader.connect() as connection:
            yield from _structure(connection)
            yield from _contents(Reading(connection), config.origin, signed, progress)
    except (*engine.DAMAGE, CustodyError, TypeError, ValueError) as error:
        yield Fault("database", FILE, "rows that can be read to the last", str(error).partition("\n")[0])
    finally:
        reader.dispose()


def _structure(connection: Connection) -> Iterator[Fault]:
    for line in engine.structure_faults(connection):
        yield Fault("database", FILE, "a sound structure", line)
    if is_behind(connection):
        yield Fault("database", "revision", "the newest", "an older one")
    expected, got = expected_definitions(), engine.definitions(connection)
    for name in sorted(expected.keys() | got.keys()):
        if expected.get(name) != got.get(name):
            yield Fault("definition", name, expected.get(name, "none"), got.get(name, "none"))


def _contents(reading: Reading, origin: str, signed: Checkpoint | None, progress: Progress) -> Iterator[Fault]:
    # One row's index may say anything: no more entries are looked for than there are rows, or were signed.
    last, size = reading.size(), max(reading.count(schema.entries), signed.size if signed else 0)
    if last > size:
        yield Fault("table", schema.entries.name, f"no entry after {size - 1}", f"entry {last - 1}")
    size = min(last, size)
    walk = _Walk(reading, origin)
    bounds = {*range(0, size, CHUNK), size}
    if signed is not None and signed.size > size:
        yield Fault("database", FILE, f"{signed.size} entries, as the guard says", f"{size} entries")
    elif signed is not None:
        bounds.add(signed.size)
    for start, end in pairwise(sorted(bounds)):
        yield from walk.entries(start, end)
        progress(end, size)
        if signed is not None and end == signed.size and walk.tree.root != signed.root:
            yield Fault("root", f"of {end} entries", f"{signed.root.hex()}, as signed", walk.tree.root.hex())
    yield from walk.end(size)


class _Walk:
    """Goes through the log once more, with nothing but the entries, and compares with what is stored beside them."""

    def __init__(self, reading: Reading, origin: str) -> None:
        self._reading = reading
        self._state = State(origin)
        self._chains = Chains(capacity=sys.maxsize)
        self._roster = dict(reading.roster(after=-sys.maxsize))
        self._received = 0
        self.tree = Tree(0, {}, reading.tile)

    def entries(self, start: int, end: int) -> Iterator[Fault]:
        """Faults of the entries from `start` to below `end`, and of the hashes that they complete."""
        rows = {row.entry_index: row for row in self._reading.rows(start, end)}
        stored = {row.number: row.hash for row in self._reading.hash_rows(0, start, end)}
        leaves = []
        for index in range(start, end):
            row = rows.get(index)
            computed = leaf_hash(row.entry) if row and isinstance(row.entry, bytes) else b""
            leaf = stored.get(index, b"")
            if row is None:
                yield Fault("entry", str(index), "an entry", "none")
            else:
                yield from self._entry(row)
            if leaf != computed:
                yield Fault("leaf hash", str(index), f"{computed.hex()}, as the entry hashes", _shown(leaf))
            leaves.append(leaf if _is_hash(leaf) else computed or bytes(32))
        self._chains.take_changed()
        self.tree, hash_rows = self.tree.grow(leaves)
        yield from self._hashes(row for row in hash_rows if row.level)

    def end(self, size: int) -> Iterator[Fault]:
        """Faults that show only once all entries have been seen."""
        for index in self._roster:
            yield Fault("roster row", str(index), "none", "a row")
        for table, wanted in ((schema.entries, size), (schema.hashes, _count_hashes(size))):
            if (got := self._reading.count(table)) != wanted:
                yield Fault("table", table.name, f"{wanted} rows", f"{got} rows")
        expected, stored = self._chains.heads(), dict(self._reading.all_heads())
        for issuer in expected.keys() | stored.keys():
            if expected.get(issuer) != stored.get(issuer):
                yield Fault("chain head", _shown(issuer), _shown(expected.get(issuer)), _shown(stored.get(issuer)))

    def _entry(self, row: EntryRow) -> Iterator[Fault]:
        where = str(row.entry_index)
        try:
            envelope, received = entry.decode(row.entry)
            one = statement.parse(envelope)
        except (CustodyError, TypeError) as error:
            yield Fault("entry", where, "an entry in its one encoding", str(error))
            return
        if received < self._received:
            yield Fault("entry", where, f"received at {self._received} or later", str(received))
        self._received = max(self._received, received)
        wanted = (bytes.fromhex(one.id), bytes.fromhex(one.body.issuer), one.body.seq)
        for name, expected, got in zip(("id", "issuer", "seq"), wanted, row[1:4], strict=True):
            if expected != got:
                yield Fault(f"{name} of entry", where, _shown(expected), _shown(got))
        yield from self._consequences(row.entry_index, one)

    def _consequences(self, index: int, one: Statement) -> Iterator[Fault]:
        try:
            effect = admit(self._state, one, index, one.signatures.keys()).effect
            self._chains.load(self._chains.unknown([one.body.issuer]), {})
            self._chains.add(
                index, Seen.of(one, []), lambda issuer, first, last: self._reading.at(issuer, first, last, index)
            )
        except CustodyError as error:
            yield Fault("entry", str(index), "a statement that is admitted there", str(error))
            return
        if not isinstance(one.body, Event):
            got = self._roster.pop(index, "no row")
            if got != effect:
                yield Fault("roster row", str(index), str(effect), str(got))

    def _hashes(self, expected: Iterable[HashRow]) -> Iterator[Fault]:
        for row in expected:
            stored = self._reading.hash_rows(row.level, row.number, row.number + 1)
            got = stored[0].hash if stored else b""
            if got != row.hash:
                n, at = divmod(row.number, WIDTH)
                yield Fault("tile hash", f"{row.level}/{n} at {at}", row.hash.hex(), _shown(got))


def _count_hashes(size: int) -> int:
    return sum(size >> 8 * level for level in range(8))


def _is_hash(value: object) -> bool:
    return isinstance(value, bytes) and len(value) == 32


def _shown(value: object) -> str:
    if value is None or value == b"":
        return "none"
    return value.hex() if _is_hash(value) and isinstance(value, bytes) else repr(value)
