"""What a watch has seen and told: one file of lines that is only ever added to. FORMAT.md, "Watch journal"."""

import fcntl
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import IO, Annotated, Literal

from msgspec import Meta

from custody.core.canonical import Codec
from custody.core.checkpoint import Checkpoint, open_checkpoint
from custody.core.errors import ConfigFault, Malformed, NewerFormat, WrongLog
from custody.core.head import Milliseconds, Origin, Record
from custody.core.note import MAX_NOTE_BYTES, Verifier
from custody.files import sync_folder

Verdict = Literal["goes-on", "rollback", "fork", "no-proof"]
VERSION = 1
MAX_LINE = 2 * MAX_NOTE_BYTES + 1024


class Begun(Record, frozen=True, kw_only=True, tag="watch", tag_field="kind"):
    """The first line: of which log this is."""

    v: Annotated[int, Meta(ge=1)]
    log: Origin


class Seen(Record, frozen=True, kw_only=True, tag="checkpoint", tag_field="kind"):
    """A checkpoint's signed note, when it was first seen, and how it stands to the one held before."""

    note: str
    seen: Milliseconds
    verdict: Verdict


class Told(Record, frozen=True, kw_only=True, tag="alert", tag_field="kind"):
    """An alert that was given, and is not given again."""

    key: Annotated[str, Meta(min_length=1, max_length=200)]
    told: Milliseconds


class Well(Record, frozen=True, kw_only=True, tag="well", tag_field="kind"):
    """What an alert was given for is so no more: once it is again, that is told again."""

    key: Annotated[str, Meta(min_length=1, max_length=200)]
    well: Milliseconds


Line = Begun | Seen | Told | Well
AGAIN_MS = 3_600_000
"""One tree's notes are kept so often at most: its signatures by others can be new at each look."""
_codec = Codec[Line](Line, MAX_LINE, "a line of a watch's journal")


class Journal:
    """The file, held by one process. `held`: the last checkpoint that went on from those before; `since`: first seen.

    `last` is the last line of a checkpoint, whatever its verdict, and `_tree` what was signed there.
    """

    def __init__(self, path: Path, verifier: Verifier) -> None:
        """Raises ConfigFault if another process has it; Malformed, NewerFormat, WrongLog, OSError."""
        self._path = path
        self._verifier = verifier
        self.held: tuple[Checkpoint, bytes] | None = None
        self.since: int | None = None
        self.last: Seen | None = None
        self._tree: Checkpoint | None = None
        self._told: set[str] = set()
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b", buffering=0)
        try:
            self._lock()
            self._load()
        except BaseException:
            self._file.close()
            raise

    def see(self, note: bytes, verdict: Verdict, now: int) -> None:
        """Keeps a checkpoint that the log's key signed, durably.

        What the last line has is not added again: the same note never, the same tree not for `AGAIN_MS`.
        """
        seen, last = Seen(note=note.decode(), seen=now, verdict=verdict), self.last
        if last is not None and last.verdict == verdict:
            tree = open_checkpoint(note, self._verifier)
            if seen.note == last.note or (tree == self._tree and now - last.seen < AGAIN_MS):
                return
        self._add([seen])
        self._take(seen)

    def has_told(self, key: str) -> bool:
        return key in self._told

    def told_of(self, kind: str) -> set[str]:
        """The keys of this kind of alert that stand as told."""
        return {key for key in self._told if key.startswith(f"{kind}:")}

    def well(self, keys: Iterable[str], now: int) -> None:
        """Keeps, durably, that these are so no more."""
        gone = [Well(key=key, well=now) for key in sorted(keys) if key in self._told]
        if gone:
            self._add(gone)
        for one in gone:
            self._take(one)

    def tell(self, keys: Iterable[str], now: int) -> None:
        """Keeps, durably, that alerts were given."""
        new = [Told(key=key, told=now) for key in keys if key not in self._told]
        self._add(new)
        for told in new:
            self._take(told)

    def close(self) -> None:
        self._file.close()

    def _lock(self) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigFault(
                f"{self._path} is in use", expected="one watch of a log", remedy="Stop the other watch first."
            ) from None

    def _load(self) -> None:
        with self._path.open("rb") as file:
            whole = self._read(file)
        # A power cut may leave the beginning of a line: nothing was done on the strength of it.
        self._file.truncate(whole)
        if whole == 0:
            self._add([Begun(v=VERSION, log=self._verifier.name)])
            sync_folder(self._path.parent)

    def _read(self, file: IO[bytes]) -> int:
        """How many bytes the whole lines have."""
        number = whole = 0
        while (line := file.readline(MAX_LINE + 2)).endswith(b"\n"):
            number += 1
            try:
                self._check(number, _codec.decode(line[:-1]))
            except Malformed as error:
                raise Malformed(
                    f"line {number} of {self._path} is none of a watch's journal",
                    got=error,
                    remedy="It was changed: keep it as evidence, and name another file with --journal.",
                ) from None
            whole += len(line)
        if len(line) > MAX_LINE:
            raise Malformed(f"line {number + 1} of {self._path} is too long", expected=f"at most {MAX_LINE} bytes")
        return whole

    def _check(self, number: int, line: Line) -> None:
        if isinstance(line, Begun) != (number == 1):
            raise Malformed("a line is out of its place", expected="what log it is, first and once", got=number)
        if not isinstance(line, Begun):
            self._take(line)
        elif line.v > VERSION:
            raise NewerFormat(f"{self._path} is of a newer format", expected=f"v {VERSION}", got=line.v)
        elif line.log != self._verifier.name:
            raise WrongLog(
                f"{self._path} is another log's",
                expected=self._verifier.name,
                got=line.log,
                remedy="Name another file with --journal.",
            )

    def _take(self, line: Seen | Told | Well) -> None:
        match line:
            case Told():
                self._told.add(line.key)
            case Well():
                self._told.discard(line.key)
            case Seen():
                self._see(line)

    def _see(self, line: Seen) -> None:
        self.last = line
        self._tree = checkpoint = open_checkpoint(line.note.encode(), self._verifier)
        if line.verdict == "goes-on":
            # The same tree with other cosignatures is no news.
            if self.held is None or self.held[0] != checkpoint:
                self.since = line.seen
            self.held = checkpoint, line.note.encode()

    def _add(self, lines: Sequence[Line]) -> None:
        """Raises OSError; nothing of the lines is there then."""
        data = b"".join(_codec.encode(line) + b"\n" for line in lines)
        end = os.fstat(self._file.fileno()).st_size
        try:
            while data:
                data = data[self._file.write(data) :]  # a disk that is full takes a part first
            os.fsync(self._file.fileno())
        except OSError as error:
            self._file.truncate(end)
            raise OSError(error.errno, error.strerror, str(self._path)) from None
