"""Reading what a client sends, strictly and within bounds: NDJSON bodies and query strings."""

import zlib
from typing import Any, TypeVar
from urllib.parse import parse_qsl

import msgspec
from flask import Request
from werkzeug.exceptions import UnsupportedMediaType

from custody.core.errors import CutShort, Malformed, Oversize

T = TypeVar("T")

NDJSON = "application/x-ndjson"
_GZIP_ONLY = 16 + zlib.MAX_WBITS


def read_lines(request: Request, max_bytes: int, max_lines: int) -> list[bytes]:
    """The lines of an NDJSON body, without their line feeds. At most `max_bytes` before and after unzipping.

    Raises CutShort, Malformed, Oversize, UnsupportedMediaType.
    """
    data, coding = _read(request, max_bytes), _coding(request)
    _check_type(request, NDJSON)
    if coding not in ("identity", "gzip"):
        raise UnsupportedMediaType(f"expected no Content-Encoding, or gzip; got {coding}")
    return _split(_unzip(data, max_bytes) if coding == "gzip" else data, max_lines)


def read_bytes(request: Request, media_type: str, max_bytes: int) -> bytes:
    """A body as it is. Raises CutShort, Malformed, Oversize, UnsupportedMediaType."""
    data = _read(request, max_bytes)
    _check_type(request, media_type)
    if (coding := _coding(request)) != "identity":
        raise UnsupportedMediaType(f"expected no Content-Encoding, got {coding}")
    return data


def read_query(request: Request, type_: type[T]) -> T:
    """The query string as `type_`, whose fields are strings. Raises Malformed for others, and for one given twice."""
    text = request.query_string.decode("ascii", "replace")
    try:
        pairs = parse_qsl(text, keep_blank_values=True, strict_parsing=bool(text), errors="strict", max_num_fields=16)
    except ValueError as error:
        raise Malformed("the query string does not parse", expected="name=value&…", got=error) from None
    values = dict(pairs)
    if len(values) != len(pairs):
        raise Malformed("a parameter is given twice", expected="each once", got=text)
    try:
        return msgspec.convert(values, type_)
    except msgspec.ValidationError as error:
        raise Malformed("the query string is not what this resource takes", got=error) from None


def _check_type(request: Request, media_type: str) -> None:
    if request.mimetype != media_type:
        raise UnsupportedMediaType(f"expected {media_type}, got {request.mimetype or 'no content type'}")


def _coding(request: Request) -> str:
    return request.headers.get("Content-Encoding", "identity").strip().lower()


def _read(request: Request, max_bytes: int) -> bytes:
    """The body, whole. Werkzeug's own stream would cut it off at its end without a word."""
    announced = request.content_length or 0
    if announced > max_bytes:
        raise _too_large(announced, max_bytes)
    data: bytes = request.environ["wsgi.input"].read(announced)
    if len(data) < announced:
        raise CutShort(
            "the body is shorter than its Content-Length", expected=announced, got=len(data), remedy="Send it again."
        )
    return data


def _unzip(data: bytes, max_bytes: int) -> bytes:
    unzipper = zlib.decompressobj(_GZIP_ONLY)
    try:
        text = unzipper.decompress(data, max_bytes + 1)
    except zlib.error as error:
        raise Malformed("the body is not gzip", expected="RFC 1952", got=error) from None
    if len(text) > max_bytes:
        raise _too_large(f"more than {max_bytes} unzipped", max_bytes)
    if not unzipper.eof:
        raise CutShort("the gzip body is cut short", got=f"{len(data)} bytes", remedy="Send it again.")
    if unzipper.unused_data:
        raise Malformed("something follows the gzip body", expected="one gzip member", got=unzipper.unused_data[:16])
    return text


def _split(text: bytes, most: int) -> list[bytes]:
    if not text:
        raise Malformed("the body is empty", expected="one statement a line")
    # Millions of short lines fit into the bytes that are allowed: counting them costs no object each.
    if (count := text.count(b"\n") + (not text.endswith(b"\n"))) > most:
        raise Oversize("a batch has too many lines", expected=f"1 to {most}", got=count, remedy="Send less at once.")
    lines = text.removesuffix(b"\n").split(b"\n")
    for number, line in enumerate(lines, 1):
        if not line or line.endswith(b"\r"):
            fault = "is blank" if not line.strip() else "ends in CR LF"
            raise Malformed(
                f"line {number} {fault}", expected="one statement a line, each ending in LF", got=line[-16:]
            )
    return lines


def _too_large(got: Any, max_bytes: int) -> Oversize:
    return Oversize(
        "the body is too large", expected=f"at most {max_bytes} bytes", got=got, remedy="Send less at once."
    )
