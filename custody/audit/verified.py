"""What a verification leaves for the next one, in the auditor's own file. FORMAT.md, "Verified state".

It holds what judging later entries asks of the earlier ones, as it stood after the last full bundle, and the signed
checkpoint. What else an earlier entry may be asked for is read again, under the root that the log's key has signed.
"""

from array import array
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
from msgspec import Meta, Struct

from custody.audit.result import Result
from custody.core.admission import State
from custody.core.checkpoint import Checkpoint, open_checkpoint
from custody.core.errors import CutShort, Malformed, NewerFormat, Oversize, StorageFault, WrongLog
from custody.core.merkle import Frontier
from custody.core.roster import Root, Site
from custody.core.tiles import WIDTH
from custody.core.trusted import EnrolledKey, RosterChain
from custody.files import write_durably

if TYPE_CHECKING:
    from custody.audit.config import AuditorConfig

MAX_BYTES = 2 << 30
_FORMAT = b"custody-verified/v"
_MAGIC = _FORMAT + b"1\n"
_REMEDY = "It proves nothing now: verify again with --from-start, which writes it anew."

Id = Annotated[bytes, Meta(min_length=32, max_length=32)]
Index = Annotated[int, Meta(ge=0, lt=2**62)]


class IssuerLinks(Struct, frozen=True, array_like=True):
    """An issuer's chain: entry indexes by seq (eight bytes each, little-endian), the head, and what stands apart."""

    order: bytes
    head: Id | None
    strays: dict[int, list[Index]]


class Roster(Struct, frozen=True, array_like=True):
    """What admission knows; of an enrolment only what admission asks."""

    keys: dict[str, EnrolledKey]
    root: Root | None
    sites: dict[str, Site]
    awaited: set[str]
    handlers: dict[str, str]
    planned: dict[str, tuple[str, ...]]
    chains: dict[str, RosterChain]

    @classmethod
    def of(cls, state: State) -> "Roster":
        keys = {keyid: replace(known, enrolment=None) for keyid, known in state.keys.items()}
        return cls(keys, state.root, state.sites, state.awaited, state.handlers, state.planned, state.chains)

    def state(self, origin: str) -> State:
        """As `of` took it, without the enrolments."""
        state = State(origin)
        for name in self.__struct_fields__:
            setattr(state, name, getattr(self, name))
        return state


class Judged(Struct, frozen=True, array_like=True):
    """What the replay knows after `result.judged` entries; `waiting`: entries by the keyid that nobody knows yet."""

    result: Result
    roster: Roster
    links: dict[str, IssuerLinks]
    waiting: dict[str, bytes]


class Verified(Struct, frozen=True, array_like=True):
    """`note`: the checkpoint under which the log was found to hold; `edge`: the tree's after the entries `judged`."""

    vkey: str
    entry0: str
    note: bytes
    edge: list[Id]
    judged: Judged

    @property
    def start(self) -> int:
        """How many entries are not judged again."""
        return self.judged.result.judged


def write(path: Path, config: "AuditorConfig", note: bytes, edge: list[bytes], judged: bytes) -> None:
    """The members of a `Verified`, `judged` as `pack` gave it; durably, for its owner alone. Raises OSError."""
    data = msgspec.msgpack.encode((config.vkey, config.entry0, note, edge, msgspec.Raw(judged)))
    write_durably(path, _MAGIC + sha256(data).digest() + len(data).to_bytes(8, "big") + data, 0o600)


pack = msgspec.msgpack.Encoder().encode
"""The bytes of a `Judged`, before what it is made of changes."""


def read(path: Path, config: "AuditorConfig") -> tuple[Verified, Checkpoint] | None:
    """The state in a file, for this log, and its checkpoint; None if there is none.

    Raises CutShort, Malformed, NewerFormat, Oversize, StorageFault for bytes that were changed, WrongLog, BadSignature.
    """
    try:
        with path.open("rb") as file:
            whole = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    found = _decode(path, whole)
    if (found.vkey, found.entry0) != (config.vkey, config.entry0):
        raise WrongLog(
            f"{path} is of another log",
            expected=f"{config.vkey}, entry 0 {config.entry0}",
            got=f"{found.vkey}, entry 0 {found.entry0}",
            remedy="Name another file as `state` in the auditor's settings.",
        )
    checkpoint = open_checkpoint(found.note, config.verifier)
    _check(path, found, checkpoint)
    return found, checkpoint


def _decode(path: Path, whole: bytes) -> Verified:
    if len(whole) > MAX_BYTES:
        raise Oversize(f"{path} is too large", expected=f"at most {MAX_BYTES} bytes", remedy=_REMEDY)
    begins, rest = whole[: len(_MAGIC)], whole[len(_MAGIC) :]
    if begins != _MAGIC:
        if _MAGIC.startswith(begins):
            raise CutShort(f"{path} is cut short", expected=_MAGIC, got=f"{len(whole)} bytes", remedy=_REMEDY)
        if begins.startswith(_FORMAT):
            raise NewerFormat(
                f"{path} is of a newer format", expected=_MAGIC, got=begins, remedy="Update this software."
            )
        raise Malformed(f"{path} is no state of a verification", expected=_MAGIC, got=begins, remedy=_REMEDY)
    digest, length, data = rest[:32], int.from_bytes(rest[32:40], "big"), rest[40:]
    if len(rest) < 40 or len(data) < length:
        raise CutShort(f"{path} is cut short", expected=f"{length} bytes", got=len(data), remedy=_REMEDY)
    if len(data) > length or sha256(data).digest() != digest:
        raise StorageFault(f"{path} was changed", expected=digest.hex(), got=sha256(data).hexdigest(), remedy=_REMEDY)
    try:
        return msgspec.msgpack.decode(data, type=Verified)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Malformed(
            f"{path} does not parse", expected="a verification's state", got=error, remedy=_REMEDY
        ) from None


def _check(path: Path, found: Verified, checkpoint: Checkpoint) -> None:
    """What the types do not say."""
    start, result = found.start, found.judged.result
    lists = [links.order for links in found.judged.links.values()] + list(found.judged.waiting.values())
    if (
        start != checkpoint.size // WIDTH * WIDTH
        or result.verdict != "holds"
        or any(len(data) % 8 for data in lists)
        or any(max(indexes(data), default=-1) >= start for data in lists)
    ):
        raise Malformed(f"{path} contradicts itself", expected=f"what {start} entries leave", remedy=_REMEDY)
    Frontier(start, found.edge)


def indexes(data: bytes) -> "array[int]":
    """Entry indexes, eight bytes each."""
    found = array("Q")
    found.frombytes(data)
    return found
