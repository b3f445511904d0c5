"""A witness as c2sp.org/tlog-cosignature describes it, without the code that is under test."""

from base64 import b64encode
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

WITNESSES = {
    f"witness.example/{name}": Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest()) for name in "ab"
}


def key_id_of(name: str, key: Ed25519PrivateKey) -> bytes:
    return sha256(name.encode() + b"\n\x04" + key.public_key().public_bytes_raw()).digest()[:4]


def vkey_of(name: str, key: Ed25519PrivateKey) -> str:
    public = b64encode(b"\x04" + key.public_key().public_bytes_raw()).decode()
    return f"{name}+{key_id_of(name, key).hex()}+{public}"


def cosigned(note: bytes, name: str, key: Ed25519PrivateKey, seconds: int, message: bytes | None = None) -> bytes:
    """The note with one more line; `message`: what is signed in front of its text, by default what should be."""
    text = note.rpartition(b"\n\n")[0] + b"\n"
    said = b"cosignature/v1\ntime %d\n" % seconds if message is None else message
    signature = key_id_of(name, key) + seconds.to_bytes(8, "big") + key.sign(said + text)
    return note + "— ".encode() + name.encode() + b" " + b64encode(signature) + b"\n"
