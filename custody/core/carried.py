"""Statements carried from device to device as QR codes, without a network (FORMAT.md, "Carried statement").

A statement is shown in one or more **pieces**, read in any order. Each tells whether it was read whole, and together
they give the exact envelope; who signed that is for the reader to judge, as of any other statement.
"""

import re
import zlib
from collections.abc import Collection

from msgspec import Struct

from custody.core import base45, statement
from custody.core.errors import Malformed, NewerFormat, Oversize
from custody.core.head import UPDATE
from custody.core.statement import MAX_ENVELOPE, Statement

VERSION = 1
MAX_PIECE = 1451
"""Characters of a piece: what a QR code of version 25 with error correction M holds."""
LEAST_ROOM = 154
"""The same of version 6: with less, the longest statement would not do with MAX_PIECES."""
MAX_PIECES = 999
MAX_STREAM = MAX_ENVELOPE + 1024
"""Bytes of a compressed envelope, one that does not compress included."""
MAX_STATEMENTS = 16
"""Of which pieces are held at a time."""

_START = "CUSTODY-PIECE/"
_AROUND = len(f"{_START}{VERSION}/{'0' * 16}/{MAX_PIECES}/{MAX_PIECES}//{'0' * 8}")
_PIECE = re.compile(
    _START + rf"{VERSION}/([0-9A-F]{{16}})/([1-9][0-9]{{0,2}})/([1-9][0-9]{{0,2}})/"
    r"([0-9A-Z $%*+\-./:]+)/([0-9A-F]{8})\Z"
)
_VERSION = re.compile(rf"{_START}([1-9][0-9]{{0,8}})/")


class Piece(Struct, frozen=True):
    """Number `number` (from 1) of `count` of a compressed envelope; `statement`: 16 hex digits its id begins with."""

    statement: str
    number: int
    count: int
    data: bytes


def pieces(carried: Statement, room: int = MAX_PIECE) -> list[str]:
    """The texts of its QR codes, about equally long, each of at most `room` (LEAST_ROOM to MAX_PIECE) characters."""
    return cut(carried.id, zlib.compress(carried.envelope, 9), room)


def cut(statement_id: str, stream: bytes, room: int) -> list[str]:
    """The same of any zlib stream of the envelope: which one it is makes no difference."""
    most = (room - _AROUND) // 3 * 2
    count = -(-len(stream) // most)
    size = -(-len(stream) // count)
    size += size % 2  # so that no piece but the last ends in half a group
    starts = range(0, len(stream), size)
    return [
        _text(Piece(statement_id[:16], number, len(starts), stream[start : start + size]))
        for number, start in enumerate(starts, start=1)
    ]


def is_piece(text: str) -> bool:
    """Whether a scanned text means to be a piece of a statement."""
    return text.startswith(_START)


def parse(text: str) -> Piece:
    """Raises Malformed, NewerFormat, Oversize."""
    if len(text) > MAX_PIECE:
        raise Oversize("a piece of a statement is too long", expected=f"at most {MAX_PIECE} characters", got=len(text))
    match = _PIECE.match(text)
    if match is None:
        version = _VERSION.match(text)
        if version and int(version[1]) > VERSION:
            raise NewerFormat("a piece has a newer version", expected=VERSION, got=version[1], remedy=UPDATE)
        raise Malformed("a piece of a statement does not parse", expected=f"{_START}{VERSION}/…", got=text)
    if _check(text[:-9]) != match[5]:
        raise Malformed(
            "a piece of a statement was not read whole", expected=_check(text[:-9]), got=match[5], remedy="Read again."
        )
    number, count = int(match[2]), int(match[3])
    if number > count:
        raise Malformed("a piece has a number beyond the last", expected=f"at most {count}", got=number)
    return Piece(match[1].lower(), number, count, base45.decode(match[4]))


def join(together: Collection[Piece]) -> Statement:
    """The statement that all pieces of one set give, in whatever order. Raises what `statement.parse` does."""
    stream = b"".join(piece.data for piece in sorted(together, key=lambda piece: piece.number))
    whole = statement.parse(_inflate(stream))
    named = {piece.statement for piece in together}
    if named != {whole.id[:16]}:
        raise Malformed("the pieces give another statement than they name", expected=sorted(named), got=whole.id)
    return whole


class Gathering:
    """The pieces read so far, of several statements at a time; what is held is bounded, whatever is read."""

    def __init__(self) -> None:
        self._begun: dict[tuple[str, int], dict[int, Piece]] = {}

    def add(self, piece: Piece) -> Statement | None:
        """The statement that is whole with this piece; None while others are missing.

        Raises what `join` does. Either way the pieces are forgotten then.
        """
        held = self._begun.pop((piece.statement, piece.count), {})
        if held.get(piece.number, piece) != piece:
            held = {}  # two sets under one name: the one that is shown now counts
        held[piece.number] = piece
        _check_stream(sum(len(one.data) for one in held.values()))
        if len(held) == piece.count:
            return join(held.values())
        self._begun[piece.statement, piece.count] = held
        if len(self._begun) > MAX_STATEMENTS:
            del self._begun[next(iter(self._begun))]
        return None

    def missing(self, piece: Piece) -> list[int]:
        """The numbers that are still to be read of a piece's set."""
        held = self._begun.get((piece.statement, piece.count), {})
        return [number for number in range(1, piece.count + 1) if number not in held]


def _text(piece: Piece) -> str:
    data = base45.encode(piece.data)
    text = f"{_START}{VERSION}/{piece.statement.upper()}/{piece.number}/{piece.count}/{data}"
    return f"{text}/{_check(text)}"


def _check(text: str) -> str:
    """CRC-32, as in zlib."""
    return f"{zlib.crc32(text.encode()):08X}"


def _inflate(stream: bytes) -> bytes:
    """Never more than an envelope's bytes, however much the stream would give."""
    _check_stream(len(stream))
    inflater = zlib.decompressobj()
    try:
        envelope = inflater.decompress(stream, MAX_ENVELOPE + 1)
    except zlib.error as error:
        raise Malformed(
            "the pieces give no whole", expected="a zlib stream", got=error, remedy="Read all again."
        ) from None
    if len(envelope) > MAX_ENVELOPE:
        raise Oversize("the pieces give too much", expected=f"at most {MAX_ENVELOPE} bytes", got="more")
    if not inflater.eof or inflater.unused_data:
        got = "bytes after its end" if inflater.eof else "a part of one"
        raise Malformed("the pieces give no whole", expected="one zlib stream", got=got, remedy="Read all again.")
    return envelope


def _check_stream(size: int) -> None:
    if size > MAX_STREAM:
        raise Oversize("the pieces give too much", expected=f"at most {MAX_STREAM} bytes", got=size)
