"""Ed25519 keys and signatures (RFC 8032, cofactorless); every input on which libraries differ is refused first.

FORMAT.md, "Keys". Verification is libsodium's, which releases the interpreter lock; keys and signing are
`cryptography`'s.
"""

import hashlib

from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from nacl.bindings import crypto_sign_open
from nacl.exceptions import BadSignatureError

from custody.core.errors import BadKey, BadSignature

_P = 2**255 - 19
# y-coordinates of the eight points whose order divides 8; those of order 8 are _Y8 and its negative.
_Y8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL_Y = (0, 1, _P - 1, _Y8, _P - _Y8)
_SMALL_ORDER = frozenset((y | sign << 255).to_bytes(32, "little") for y in _SMALL_Y for sign in (0, 1))


def keyid(public: bytes) -> str:
    """Lower-case hex SHA-256 of the 32 raw public-key bytes."""
    return hashlib.sha256(public).hexdigest()


def fingerprint(key: str) -> str:
    """The first 128 bits of a keyid in groups of four, for two people to compare by voice."""
    return " ".join(key[at : at + 4] for at in range(0, 32, 4))


def check_public(public: bytes) -> None:
    """Raises BadKey unless `public` is the canonical encoding of a point that is not of small order."""
    if len(public) != 32:
        raise BadKey("a public key has the wrong length", expected="32 bytes", got=len(public))
    if _unusable(public):
        raise BadKey("a public key is of small order or not canonical", expected="a point with y < p", got=public.hex())


def check_signature(signature: bytes) -> None:
    """Raises BadSignature for a signature that no key may have made: wrong length, small-order or non-canonical R."""
    if len(signature) != 64:
        raise BadSignature("a signature has the wrong length", expected="64 bytes", got=len(signature))
    if _unusable(signature[:32]):
        raise BadSignature(
            "a signature's R is of small order or not canonical",
            expected="a point with y < p",
            got=signature[:32].hex(),
        )


def verify(public: bytes, message: bytes, signature: bytes) -> None:
    """Raises BadKey or BadSignature unless `signature` (64 bytes) is `public`'s over `message`."""
    check_public(public)
    check_signature(signature)
    if not verifies(public, message, signature):
        raise BadSignature(
            "a signature does not verify",
            expected=f"a signature by {keyid(public)[:16]}…",
            got=signature.hex()[:16],
        )


def verifies(public: bytes, message: bytes, signature: bytes) -> bool:
    """`verify` as a question, for a key that `check_public` has passed and a signature that `check_signature` has."""
    try:
        crypto_sign_open(signature + message, public)
    except BadSignatureError:
        return False
    return True


def is_valid(public: bytes, message: bytes, signature: bytes) -> bool:
    """`verify` as a question."""
    try:
        verify(public, message, signature)
    except (BadKey, BadSignature):
        return False
    return True


class SigningKey:
    """A private Ed25519 key."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public = key.public_key().public_bytes_raw()
        self.keyid = keyid(self.public)

    @classmethod
    def generate(cls) -> "SigningKey":
        return cls(Ed25519PrivateKey.generate())

    @classmethod
    def from_seed(cls, seed: bytes) -> "SigningKey":
        """From the 32-byte seed of RFC 8032."""
        return cls(Ed25519PrivateKey.from_private_bytes(seed))

    def sign(self, message: bytes) -> bytes:
        """64 bytes, deterministic."""
        return self._key.sign(message)

    def to_pem(self, passphrase: bytes | None = None) -> bytes:
        """PKCS #8 (RFC 5958), encrypted if a passphrase is given. Raises BadKey for an empty one."""
        if passphrase == b"":
            raise BadKey("a passphrase is empty", expected="a passphrase, or none at all")
        protection = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
        return self._key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection)

    @classmethod
    def from_pem(cls, data: bytes, passphrase: bytes | None = None) -> "SigningKey":
        """Inverse of `to_pem`. Raises BadKey for another kind of key, a missing or a wrong passphrase."""
        try:
            key = serialization.load_pem_private_key(data, passphrase)
        except (TypeError, ValueError, UnsupportedAlgorithm, InternalError) as error:
            raise BadKey(
                "a private key does not load", expected="a PKCS #8 Ed25519 key and its passphrase", got=error
            ) from None
        if not isinstance(key, Ed25519PrivateKey):
            raise BadKey("a private key is of the wrong kind", expected="Ed25519", got=type(key).__name__)
        return cls(key)


def _unusable(point: bytes) -> bool:
    if point in _SMALL_ORDER:
        return True
    # Only an encoding that ends in 7f or ff can have y >= p; the rest need no big integer.
    return point[31] | 0x80 == 0xFF and int.from_bytes(point, "little") & (2**255 - 1) >= _P
