"""`compare`: whether two views of a log are one history, from the tiles of the larger."""

from codecs import BOM_UTF8
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Self

from custody.audit.archive.source import is_zip
from custody.audit.source import Source, open_source, read_checkpoint, read_tile
from custody.core.checkpoint import Checkpoint, open_checkpoint
from custody.core.errors import ConfigFault, CustodyError, Oversize, Unavailable
from custody.core.merkle import prefix_proof
from custody.core.note import MAX_NOTE_BYTES, Verifier
from custody.core.proof import MAX_RECEIPT_BYTES, RECEIPT_BEGINS, Receipt
from custody.core.split_view import Pair, Relation, needs_proof
from custody.core.tiles import node_reader
from custody.files import write_durably


@dataclass(frozen=True)
class View:
    """What somebody was shown of a log: a signed checkpoint and, where there is more than that, the tiles under it."""

    note: bytes
    source: Source | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self.source is not None:
            self.source.close()


@dataclass(frozen=True)
class Comparison:
    """Two checkpoints that the log's key signed, the smaller first; `doubt`: why nothing could be shown of them."""

    pair: Pair
    smaller: Checkpoint
    larger: Checkpoint
    relation: Relation
    doubt: CustodyError | None = None


def compare(one: View, other: View, verifier: Verifier) -> Comparison:
    """What can be shown of two views. Raises what `open_checkpoint` raises if the log's key has not signed both."""
    opened = [(open_checkpoint(view.note, verifier), view) for view in (one, other)]
    (smaller, low), (larger, high) = sorted(opened, key=lambda pair: pair[0].size)
    pair = Pair(low.note, high.note)
    try:
        if needs_proof(smaller, larger):
            pair = Pair(low.note, high.note, tuple(_proof(smaller.size, larger.size, high.source)))
        return Comparison(pair, smaller, larger, pair.relation(verifier))
    except CustodyError as error:
        # What the tiles say is worth nothing then; the checkpoints are signed all the same.
        return Comparison(Pair(low.note, high.note), smaller, larger, Relation.UNPROVED, error)


def open_view(location: str) -> View:
    """The view at a URL, in a folder of tiles, an archive, or a file: a checkpoint, or a receipt, which holds one.

    Raises StorageFault, Oversize, Unavailable; Malformed for a receipt that is none; what `open_archive` raises.
    """
    path = Path(location)
    if not location.startswith(("http://", "https://")) and path.is_file() and not is_zip(path):
        return View(_note_in(path))
    source = open_source(location)
    try:
        return View(read_checkpoint(source), source)
    except BaseException:
        source.close()
        raise


def _note_in(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MAX_RECEIPT_BYTES + 1)
    if data.startswith(RECEIPT_BEGINS):
        return Receipt.decode(data).checkpoint
    if len(data) > MAX_NOTE_BYTES:
        raise Oversize(f"{path} is too large", expected=f"at most {MAX_NOTE_BYTES} bytes", got=len(data))
    return as_signed(data)


def as_signed(kept: bytes) -> bytes:
    """A note, or two of them in a file, that a person has kept or sent: with the line ends that these have.

    Nothing else changes: in neither are a byte order mark, a carriage return or an empty line at its end.
    """
    return kept.removeprefix(BOM_UTF8).replace(b"\r\n", b"\n").rstrip(b"\r\n") + b"\n"


def _proof(old: int, new: int, source: Source | None) -> list[bytes]:
    if source is None:
        raise Unavailable(
            "the larger view has no tiles",
            expected=f"the tiles of {new} entries, to show which root the first {old} have",
            got="a checkpoint alone",
        )
    return prefix_proof(old, new, node_reader(new, partial(read_tile, source)))


def keep(pair: Pair, folder: Path) -> Path:
    """Writes a pair into a folder, under a name that follows from its bytes; the file's path.

    Raises ConfigFault where it cannot be written: what the pair shows is no less so.
    """
    data = pair.encode()
    path = folder / f"two-checkpoints-{sha256(data).hexdigest()[:16]}.txt"
    try:
        write_durably(path, data)
    except OSError as error:
        raise ConfigFault(
            f"the file of both checkpoints, {path}, could not be written: {error.strerror}",
            remedy="Make room there, or take another folder, and do this again while the log still shows it.",
        ) from None
    return path
