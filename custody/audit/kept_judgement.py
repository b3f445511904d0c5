"""What the desk has judged, kept in a file of its own: the next report or archive judges what has come since.

It follows from the log and from this software, so that to lose it costs time and nothing else: a file that is not
whole, of another log, or that another version wrote, counts for nothing. FORMAT.md, "Kept judgement".
"""

import fcntl
import os
import platform
import sys
from array import array
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cache
from hashlib import sha256
from importlib.resources import files
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import msgspec
from msgspec import Struct
from msgspec.structs import fields, replace

from custody.audit.beside import take_home
from custody.audit.config import AuditorConfig
from custody.audit.event_file import Packed
from custody.audit.frames import END, frame, framed, frames
from custody.audit.judging import Judging
from custody.audit.recalled import Recalled, told
from custody.audit.recording import Recording
from custody.audit.replay import Recorder
from custody.audit.verification import Verification
from custody.audit.verified import Judged, Roster
from custody.core import effect
from custody.core.draft import Draft, Resolution
from custody.core.errors import CutShort, StorageFault
from custody.core.issuers import Issuer
from custody.core.item import Track
from custody.core.memory import InMemory, Noted
from custody.core.trusted import State

_MAGIC = b"custody-judged\n"
_DIGEST_BYTES = 32
_READ = 1 << 20
_TOGETHER = 256
"""So many tracks are written at a time."""


class Head(Struct, frozen=True, array_like=True):
    """`judged`: what the replay knows after the entries of the signed checkpoint `note`; of the roster only its chains.

    `last`: when the last of them was received, Unix ms.
    """

    vkey: str
    entry0: str
    note: bytes
    last: int
    judged: Judged


class _Remembered(Struct):
    """The members of `InMemory`, but for its tracks."""

    issuers: dict[str, Issuer]
    noted: dict[int, Noted]
    awaited: dict[str, int]
    strangers: dict[str, int]
    spoiled: dict[str, int]
    resolutions: dict[str, list[Resolution]]
    seals: dict[str, list[str]]
    reused: dict[str, list[Draft]]


_encode = msgspec.msgpack.Encoder().encode
_decode_head = msgspec.msgpack.Decoder(Head).decode
_decode_tracks = msgspec.msgpack.Decoder(list[Track]).decode


class KeptJudgement:
    """One that was found whole. To be restored once."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.head: Head = _decode_head(frame(self._file))

    @property
    def judged(self) -> Judged:
        """What the replay knows, but of the roster."""
        return self.head.judged

    @property
    def size(self) -> int:
        """How many entries are judged."""
        return self.judged.result.judged

    def is_of(self, config: AuditorConfig) -> bool:
        """Whether it is of the auditor's log."""
        return (self.head.vkey, self.head.entry0) == (config.vkey, config.entry0)

    def restore(self, state: State, judging: Recording) -> None:
        """Both were just made; `state` is admission's, and takes what took effect in its turn.

        Raises StorageFault, and leaves both unfit for use, for what does not parse though it is whole.
        """
        try:
            self._restore(state, judging)
        except (msgspec.MsgspecError, CutShort, ValueError, LookupError) as error:
            raise StorageFault("what was judged before does not parse", got=error) from None

    def _restore(self, state: State, judging: Recording) -> None:
        assert isinstance(judging, Judging)  # noqa: S101  # nothing else is kept
        judging.log.restore(Packed(*(frame(self._file) for _ in Packed._fields)), frames(self._file))
        for one in told(frames(self._file)):
            judging.recalled.add(one)
            if one.body is not None:
                effect.apply(state, one.body, one.index)
            _recall(judging, one)
        state.chains = self.judged.roster.chains
        for member in fields(_Remembered):
            setattr(judging.memory, member.name, msgspec.msgpack.decode(frame(self._file), type=member.type))
        for key in frames(self._file):
            judging.memory.signed[key.decode()] = array("Q", frame(self._file))
        plans = judging.recalled.plans()
        for tracks in map(_decode_tracks, frames(self._file)):
            take_home(judging.memory, tracks, plans)
        judging.size, judging.last = self.size, self.head.last


@contextmanager
def opened(path: Path, config: AuditorConfig) -> Iterator[KeptJudgement | None]:
    """What was kept of this log; None if nothing of use is there."""
    with ExitStack() as open_:
        kept = None
        with suppress(OSError, msgspec.MsgspecError, CutShort):
            file = open_.enter_context(path.open("rb"))
            kept = KeptJudgement(file) if _is_whole(file) else None
        yield kept if kept is not None and kept.is_of(config) else None


def keep(path: Path, verification: Verification[Recorder]) -> None:
    """Writes what was judged of a log that holds in place of what was kept. Where it cannot, what was kept stays.

    Nothing of a log as it stood at an earlier instant.
    """
    judging = verification.recorder
    if not isinstance(judging, Judging) or judging.size < verification.result.size:
        return
    config, note = verification.config, verification.result.note.encode()
    judged = verification.judged_now()
    roster = replace(Roster.of(State("")), chains=judged.roster.chains)  # its statements are told again
    head = Head(config.vkey, config.entry0, note, judging.last, replace(judged, roster=roster))
    with suppress(OSError):
        _write(path, _written(head, judging))


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    unfinished = path.with_name(f".{path.name}.new")
    with _alone(unfinished) as file:
        digest = sha256()
        for data in pieces:
            digest.update(data)
            file.write(data)
        file.write(digest.digest())
        file.flush()
        unfinished.replace(path)  # not synced: what a power cut leaves of it is not whole


@contextmanager
def _alone(path: Path) -> Iterator[BinaryIO]:
    """The file at `path`, new or what a killed command has left there, emptied: for its owner alone, and to be moved.

    A block that raises leaves nothing. Raises OSError while another command has it.
    """
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if not os.path.samestat(os.fstat(file.fileno()), path.stat()):
            raise FileNotFoundError(path)  # the other has moved it by now
        os.fchmod(file.fileno(), 0o600)
        file.truncate(0)
        try:
            yield file
        except BaseException:
            path.unlink(missing_ok=True)
            raise


def _written(head: Head, judging: Judging) -> Iterator[bytes]:
    """In frames. What is noted of statements is in one, and so is what the replay knows."""
    memory = judging.memory
    yield _MAGIC + _software()
    yield framed(_encode(head))
    yield from map(framed, judging.log.packed())
    for part in (judging.log.pieces(), judging.recalled.pieces()):
        yield from map(framed, part)
        yield framed(END)
    for member in fields(_Remembered):
        yield framed(_encode(getattr(memory, member.name)))
    for key, entries in memory.signed.items():
        yield framed(key.encode()) + framed(entries.tobytes())
    yield framed(END)
    yield from map(framed, _tracks(memory))
    yield framed(END)


def _tracks(memory: InMemory) -> Iterator[bytes]:
    """Without their plans, which the roster's statements have."""
    tracks: Iterable[Track] = iter(memory.tracks.values())
    while some := [replace(track, plans=[]) for track in islice(tracks, _TOGETHER)]:
        yield _encode(some)


def _recall(judging: Judging, one: Recalled) -> None:
    judging.recall(one.index, one.received, one.body, judging.log.event(one.index) if one.is_event else None)


def _is_whole(file: BinaryIO) -> bool:
    """Whether this software wrote it, and all of it is there; then it stands at its first frame."""
    begins = _MAGIC + _software()
    if file.read(len(begins)) != begins:
        return False
    digest = sha256(begins)
    held = b""
    while data := file.read(_READ):
        held += data
        digest.update(held[:-_DIGEST_BYTES])
        held = held[-_DIGEST_BYTES:]
    file.seek(len(begins))
    return held == digest.digest()


@cache
def _software() -> bytes:
    """A hash of all that a judgement follows from beside the log: this package's source, and what runs it."""
    digest = sha256(f"{platform.python_version()} {msgspec.__version__} {sys.byteorder}".encode())
    for folder in ("core", "audit"):
        for file in sorted(files("custody").joinpath(folder).iterdir(), key=lambda one: one.name):
            if file.name.endswith(".py"):
                digest.update(file.read_bytes())
    return digest.digest()
