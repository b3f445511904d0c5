"""Roster statements that nobody has signed yet: what a portal prepares, and an authority signs on its own machine.

A prepared statement says what its statement will say, without the head: log, issuer, seq, prev and time are the
authority's to give, from its own copy of the log. (FORMAT.md, "Draft file".)
"""

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args

import msgspec
from msgspec import Meta

from custody.core.canonical import Codec
from custody.core.errors import Malformed, Oversize
from custody.core.head import MAX_PAYLOAD, VERSION, Head, Origin, Record, raise_if_newer
from custody.core.roster import KINDS, Root, RosterStatement

MAX_STATEMENTS = 5000
MAX_BYTES = 5 * 2**20
"""Of a draft file: signed, it fits the 8 MiB of one request."""

_HEAD = frozenset(field.name for field in msgspec.structs.fields(Head))


def _headless(kind: type[RosterStatement]) -> type[Record]:
    """The struct of a kind of roster statement without its head."""
    fields = [
        (field.name, field.type) if field.required else (field.name, field.type, field.default)
        for field in msgspec.structs.fields(kind)
        if field.name not in _HEAD
    ]
    struct: type[Record] = msgspec.defstruct(  # type: ignore[assignment]  # of its bases
        f"Prepared{kind.__name__}",
        fields,
        bases=(Record,),
        frozen=True,
        kw_only=True,
        tag=kind.__struct_config__.tag,
        tag_field="kind",
    )
    return struct


_KINDS: dict[str, type[RosterStatement]] = {
    str(kind.__struct_config__.tag): kind for kind in get_args(RosterStatement) if kind is not Root
}
_STRUCTS = {tag: _headless(kind) for tag, kind in _KINDS.items()}

if TYPE_CHECKING:
    Prepared = Record
else:
    Prepared = Union[tuple(_STRUCTS.values())]  # noqa: UP007  # of what is only known now
"""A roster statement of any kind but `root`, without its head."""


class DraftFile(Record, frozen=True, kw_only=True):
    """`*.custody-draft.json`: statements in the order in which they are to be signed, all for one log."""

    v: Annotated[int, Meta(ge=1, le=VERSION)]
    log: Origin
    statements: Annotated[list[Prepared], Meta(min_length=1, max_length=MAX_STATEMENTS)]


_codec = Codec[Prepared](Prepared, MAX_PAYLOAD, "a prepared statement")
_file_codec = Codec[DraftFile](DraftFile, MAX_BYTES, "a draft file")


def encode(one: Prepared) -> bytes:
    """The one encoding of a prepared statement. Raises Oversize."""
    return _codec.encode(one)


def decode(data: bytes) -> Prepared:
    """Inverse of `encode`. Raises Malformed, Oversize."""
    return _codec.decode(data)


def digest(one: Prepared) -> str:
    """Hex SHA-256 of what a statement says, by which one that was prepared is known again once it is signed."""
    return hashlib.sha256(encode(one)).hexdigest()


def encode_file(file: DraftFile) -> bytes:
    """The one encoding of a draft file. Raises Oversize."""
    return _file_codec.encode(file)


def decode_file(data: bytes) -> DraftFile:
    """Inverse of `encode_file`. Raises Malformed, NewerFormat, Oversize."""
    try:
        return _file_codec.decode(data)
    except Oversize:
        raise
    except Malformed:
        raise_if_newer(data, "kind", KINDS)
        raise


def prepare(kind: str, members: Mapping[str, Any]) -> Prepared:
    """A statement of a `kind`; what its types allow is checked. Raises Malformed, naming the member."""
    try:
        return msgspec.convert({**msgspec.to_builtins(members), "kind": kind}, Prepared)
    except msgspec.ValidationError as error:
        raise Malformed("a statement does not fit its format", got=error) from None


def complete(one: Prepared, head: Mapping[str, Any]) -> RosterStatement:
    """The body of the statement, with the members of a head. What types cannot say is for the caller to check."""
    return _KINDS[kind_of(one)](**head, **msgspec.structs.asdict(one))


def without_head(body: RosterStatement) -> Prepared | None:
    """What a roster statement says, as it would have been prepared; None for a root statement."""
    struct = _STRUCTS.get(kind_of(body))
    return None if struct is None else struct(**{name: getattr(body, name) for name in struct.__struct_fields__})


def kind_of(one: Prepared | RosterStatement) -> str:
    """The `kind` member."""
    return str(one.__struct_config__.tag)
