"""What can be judged of one entry bundle alone: hashes, form, signatures. Made to run in a process of its own.

A keyid is the hash of its key, so any key found for a keyid serves to verify; whether it was enrolled at that entry is
for the replay to say.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

import msgspec

from custody.audit.result import Fault
from custody.audit.source import FolderSource, Source, read_tile
from custody.audit.tree import inner_rows
from custody.core import entry, statement
from custody.core.canonical import b64decode
from custody.core.errors import BadSignature, CustodyError, Malformed
from custody.core.event import Event
from custody.core.keys import keyid, verifies
from custody.core.merkle import HASH_BYTES, leaf_hash
from custody.core.roster import Enrolment, check_possession, public_keys
from custody.core.statement import Statement
from custody.core.tiles import WIDTH, Tile, bundle_decode

KEY_BYTES = 32


class Seen(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What the replay needs of a statement that parses.

    `unverified`: signers whose signatures did not verify, or whose keys were not at hand. `unpublished`: those whose
    keys the replay had not enrolled by then, whether a statement had offered them or not. `envelope`: only where the
    replay has to look again, at roster statements and unverified signatures.
    """

    id: bytes
    prev: bytes | None
    log: str
    issuer: str
    seq: int
    signers: int
    unverified: list[str]
    unpublished: list[str]
    envelope: bytes | None
    possession: bool
    named: tuple[int, str] | None
    """Size and root of the checkpoint that an event names; None for roster statements."""
    event: Event | None
    """The event, for those who judge more than whether it was rightly logged."""


class Report(msgspec.Struct, frozen=True, array_like=True):
    """One bundle: its `inner_rows`; for each entry when it was received and what was seen, None if it does not parse.

    `faults` then says by index why not; of an entry that is left out there is none.
    """

    rows: list[bytes]
    received: list[int | None]
    seen: list[Seen | None]
    faults: dict[int, Fault]

    def after(self, count: int) -> "Report":
        """The same without what it says of the first `count` entries."""
        if count == 0:
            return self
        return Report(self.rows, self.received[count:], self.seen[count:], self.faults)


class Vouched(msgspec.Struct, frozen=True, array_like=True):
    """An earlier verification has judged the entries below `end`: they parse, and their signatures all hold, but for
    events' signatures by keys that were `unknown` (keyids), of which nothing is known.

    `roots`: of each of their bundles, in order, the hash of its subtree, by which it is known again; or of none.
    """

    end: int
    unknown: frozenset[str]
    roots: bytes = b""

    def knows(self, bundle: Tile, rows: Sequence[bytes]) -> bool:
        """Whether a bundle, of which these are the `inner_rows`, is the one that was judged."""
        begins = bundle.n * HASH_BYTES
        return rows[-1] == self.roots[begins : begins + HASH_BYTES]


class Terms(NamedTuple):
    """How bundles are judged: with which file of keys, and whether what is `Seen` includes the events.

    `vouched`: a file with what is `Vouched` for, if anything is (MessagePack). `judged`: of bundles that end by there
    the hashes are all that is asked for.
    """

    key_file: Path
    events: bool
    vouched: Path | None = None
    judged: int = 0


decode_report = msgspec.msgpack.Decoder(Report).decode
_decode_vouched = msgspec.msgpack.Decoder(Vouched).decode


class Bundles:
    """Judges bundles with the keys in a file that the replay appends to, and those that it meets itself."""

    def __init__(self, terms: Terms) -> None:
        self._key_file, self._events, self._judged = terms.key_file, terms.events, terms.judged
        self._vouched = _decode_vouched(terms.vouched.read_bytes()) if terms.vouched else Vouched(0, frozenset())
        self._read = 0
        self._keys: dict[str, bytes] = {}
        self._published: set[str] = set()
        """Of `_keys` those in the file: what a statement offers may never be enrolled."""

    def read(self, source: Source, bundle: Tile) -> Report:
        """The report on a bundle of a source. Raises Malformed if it is no bundle; what `read_tile` raises."""
        self._read_keys()
        first, entries = bundle.n * WIDTH, bundle_decode(read_tile(source, *bundle), bundle.width)
        hashes = list(map(leaf_hash, entries))
        if source.part:
            hashes = _with_those_left_out(hashes, entries, read_tile(source, 0, bundle.n, bundle.width))
        report = Report(inner_rows(b"".join(hashes)), [], [], {})
        if first + len(entries) <= self._judged:
            return report
        again = self._vouched.knows(bundle, report.rows)
        statements = [self._parse(index, one, report, source.part, again) for index, one in enumerate(entries, first)]
        # Signatures apart from parsing: libsodium's tables stay in the processor's cache.
        report.seen.extend(self._look(index, found) if found else None for index, found in enumerate(statements, first))
        return report

    def _parse(self, index: int, data: bytes, report: Report, part: bool, again: bool) -> Statement | None:
        received, found = None, None
        if again and data:
            envelope, received = entry.decode_again(data)
            found = statement.parse_again(envelope)
        elif data or not part:
            try:
                envelope, received = entry.decode(data)
                found = statement.parse(envelope)
            except CustodyError as error:
                report.faults[index] = Fault.of(error, index)
        report.received.append(received)
        return found

    def _look(self, index: int, found: Statement) -> Seen:
        body = found.body
        if not isinstance(body, Event):
            self._add(*map(b64decode, public_keys(body)))
        vouched = isinstance(body, Event) and index < self._vouched.end
        asked = [key for key in found.signatures if not (vouched and key not in self._vouched.unknown)]
        unverified = [key for key in asked if not self._holds(found, key, found.signatures[key])]
        return Seen(
            id=bytes.fromhex(found.id),
            prev=bytes.fromhex(body.prev) if body.prev else None,
            log=body.log,
            issuer=body.issuer,
            seq=body.seq,
            signers=len(body.signers),
            unverified=unverified,
            unpublished=[key for key in asked if key not in self._published],
            envelope=found.envelope if unverified or not isinstance(body, Event) else None,
            possession=isinstance(body, Enrolment) and _possession_holds(body),
            named=(body.clock.size, body.clock.root) if isinstance(body, Event) else None,
            event=body if self._events and isinstance(body, Event) else None,
        )

    def _holds(self, found: Statement, key: str, signature: bytes) -> bool:
        public = self._keys.get(key)
        # Parsing has checked the form of both: of the signature, and of the key in the statement that brought it.
        return public is not None and verifies(public, found.message, signature)

    def _read_keys(self) -> None:
        with self._key_file.open("rb") as file:
            file.seek(self._read)
            new = file.read()
        new = new[: len(new) // KEY_BYTES * KEY_BYTES]
        self._read += len(new)
        self._published |= self._add(*(new[at : at + KEY_BYTES] for at in range(0, len(new), KEY_BYTES)))

    def _add(self, *keys: bytes) -> set[str]:
        added = {keyid(public): public for public in keys}
        self._keys |= added
        return {*added}


@cache
def _worker(terms: Terms) -> Bundles:
    return Bundles(terms)


def judge_in(terms: Terms, folder: FolderSource, bundle: Tile) -> bytes:
    """`Bundles.read` of a folder, with what this process has learnt so far; encoded for `decode_report`."""
    return msgspec.msgpack.encode(_worker(terms).read(folder, bundle))


def _with_those_left_out(hashes: list[bytes], entries: list[bytes], tile: bytes) -> list[bytes]:
    """The hashes of a part's entries, and those that the tile has of entries that are left out."""
    if len(tile) != HASH_BYTES * len(entries):
        raise Malformed("a tile has the wrong length", expected=f"{HASH_BYTES * len(entries)} bytes", got=len(tile))
    return [
        hashes[place] if one else tile[HASH_BYTES * place : HASH_BYTES * (place + 1)]
        for place, one in enumerate(entries)
    ]


def _possession_holds(body: Enrolment) -> bool:
    try:
        check_possession(body)
    except BadSignature:
        return False
    return True
