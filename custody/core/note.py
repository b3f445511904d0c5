"""Signed notes (c2sp.org/signed-note): a text and Ed25519 signatures of named keys. FORMAT.md, "Signed note"."""

import re
from collections.abc import Iterable
from hashlib import sha256
from typing import ClassVar

import msgspec

from custody.core import keys
from custody.core.canonical import b64decode, b64encode
from custody.core.errors import BadKey, BadSignature, Malformed, Oversize

MAX_SIGNATURES = 64
MAX_NOTE_BYTES = 256 * 1024
"""Room for 64 post-quantum signatures of usual size (ML-DSA-44), and a limit to what a stranger makes us parse."""

_ED25519 = b"\x01"
_MARK = "\N{EM DASH} "
_FORBIDDEN = re.compile("[\x00-\x09\x0b-\x1f\ud800-\udfff]")


class Signature(msgspec.Struct, frozen=True):
    """One signature line: the key's name, its key id (4 bytes), and the signature's bytes after that."""

    name: str
    key_id: bytes
    signature: bytes


class Verifier:
    """A named Ed25519 public key, configured as a vkey: `name+<key id, 8 hex>+<base64 of 01 and the key>`."""

    kind: ClassVar[bytes] = _ED25519

    def __init__(self, vkey: str) -> None:
        """Raises BadKey unless `vkey` is the one spelling of a usable key."""
        try:
            name, _, encoded = vkey.split("+", 2)
            check_name(name)
            kind, public = b64decode(encoded)[:1], b64decode(encoded)[1:]
        except (ValueError, Malformed) as error:
            raise BadKey("a vkey does not parse", expected="name+key id+key", got=error) from None
        if kind != self.kind:
            raise BadKey("a vkey is of another kind", expected=self.kind.hex(), got=kind.hex())
        keys.check_public(public)
        if (right := encode_vkey(name, public, kind)) != vkey:
            raise BadKey("a vkey's key id is another key's", expected=right, got=vkey)
        self.name = name
        self.public = public
        self.key_id = key_id(name, public, kind)
        self.vkey = vkey

    def verify(self, text: bytes, signature: bytes) -> None:
        """Raises BadSignature."""
        keys.verify(self.public, text, signature)


def key_id(name: str, public: bytes, kind: bytes = _ED25519) -> bytes:
    """The 4 bytes that tell the keys of one name apart."""
    return sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def encode_vkey(name: str, public: bytes, kind: bytes = _ED25519) -> str:
    """The vkey of a 32-byte public key. Raises Malformed for a name that no key may have."""
    check_name(name)
    return f"{name}+{key_id(name, public, kind).hex()}+{b64encode(kind + public)}"


def check_name(name: str) -> None:
    """Raises Malformed unless `name` may be a key's: not empty, no white space, control character or plus sign."""
    if not name or "+" in name or any(c.isspace() for c in name) or _FORBIDDEN.search(name):
        raise Malformed("a key name is not allowed", expected="a text without spaces and '+'", got=repr(name))


def sign_note(text: str, name: str, key: keys.SigningKey) -> bytes:
    """`text`, which ends in a line feed, signed under `name`. Raises Malformed."""
    check_name(name)
    _check_text(text)
    signature = key_id(name, key.public) + key.sign(text.encode())
    return f"{text}\n{_MARK}{name} {b64encode(signature)}\n".encode()


def open_note(data: bytes, verifiers: Iterable[Verifier]) -> tuple[str, list[Signature]]:
    """A note's text and its signatures by `verifiers`, in the note's order; those of other keys are passed over.

    Raises Malformed and Oversize for bytes that are no note; BadSignature if any signature under a verifier's
    name and key id fails, or if there is none.
    """
    text, signatures = split_note(data)
    known = {(verifier.name, verifier.key_id): verifier for verifier in verifiers}
    verified = []
    for signature in signatures:
        verifier = known.get((signature.name, signature.key_id))
        if verifier and signature not in verified:
            verifier.verify(text.encode(), signature.signature)
            verified.append(signature)
    if not verified:
        raise BadSignature(
            "a note is not signed by a key we trust",
            expected=[verifier.vkey for verifier in known.values()],
            got=[f"{signature.name}+{signature.key_id.hex()}" for signature in signatures],
        )
    return text, verified


def split_note(data: bytes) -> tuple[str, list[Signature]]:
    """A note's text and signatures, nothing verified. Raises Malformed, Oversize."""
    if len(data) > MAX_NOTE_BYTES:
        raise Oversize("a note is too large", expected=f"at most {MAX_NOTE_BYTES} bytes", got=len(data))
    try:
        whole = data.decode()
    except UnicodeDecodeError as error:
        raise Malformed("a note is not UTF-8", got=error) from None
    head, blank, tail = whole.rpartition("\n\n")
    if not blank or not tail.endswith("\n"):
        raise Malformed("a note has no signatures", expected="a blank line, then signature lines", got=repr(tail))
    text, lines = head + "\n", tail[:-1].split("\n")
    _check_text(text)
    if len(lines) > MAX_SIGNATURES:
        raise Oversize("a note has too many signatures", expected=f"at most {MAX_SIGNATURES}", got=len(lines))
    return text, [_parse_line(line) for line in lines]


def _parse_line(line: str) -> Signature:
    if not line.startswith(_MARK):
        raise Malformed("a signature line does not parse", expected="— name base64", got=repr(line))
    name, _, encoded = line.removeprefix(_MARK).partition(" ")
    check_name(name)
    decoded = b64decode(encoded)
    if len(decoded) < 5:
        raise Malformed("a signature is too short", expected="a key id and a signature", got=decoded.hex())
    return Signature(name, decoded[:4], decoded[4:])


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _FORBIDDEN.search(text):
        raise Malformed(
            "a note's text is not allowed",
            expected="lines that end in a line feed, without control characters",
            got=repr(text[-80:]),
        )
