"""A passkey's keeper in software: answers a service's options as a browser and its authenticator do, or as told."""

import hashlib
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from msgspec import Struct

PRESENT, VERIFIED, BACKUP_ELIGIBLE, BACKED_UP, WITH_KEY = 0x01, 0x04, 0x08, 0x10, 0x40


class Es256:
    """COSE algorithm -7."""

    def __init__(self) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())

    def cose(self) -> dict[int, Any]:
        point = self._key.public_key().public_numbers()
        return {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32), -3: point.y.to_bytes(32)}

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data, ec.ECDSA(hashes.SHA256()))


class Ed25519:
    """COSE algorithm -8."""

    def __init__(self) -> None:
        self._key = ed25519.Ed25519PrivateKey.generate()

    def cose(self) -> dict[int, Any]:
        return {1: 1, 3: -8, -1: 6, -2: self._key.public_key().public_bytes_raw()}

    def sign(self, data: bytes) -> bytes:
        return self._key.sign(data)


class Authenticator(Struct, kw_only=True):
    """One passkey. What it says can be changed field by field; `step` is what its count goes on by at each use."""

    key: Es256 | Ed25519
    origin: str
    rp_id: str | None = None
    """Instead of what the options name."""
    id: bytes = b""
    user: bytes = b""
    count: int = 0
    step: int = 1
    flags: int = PRESENT | VERIFIED

    def register(self, options: str) -> dict[str, Any]:
        """What `navigator.credentials.create` gives."""
        asked = json.loads(options)
        self.id, self.user = secrets.token_bytes(32), decode(asked["user"]["id"])
        key = cbor2.dumps(self.key.cose())
        data = self._data(asked["rp"]["id"], WITH_KEY) + bytes(16) + len(self.id).to_bytes(2) + self.id + key
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = self._client("webauthn.create", asked["challenge"])
        return self._answer({"clientDataJSON": encode(client), "attestationObject": encode(attestation)})

    def sign_in(self, options: str) -> dict[str, Any]:
        """What `navigator.credentials.get` gives."""
        asked = json.loads(options)
        self.count += self.step
        data, client = self._data(asked["rpId"], 0), self._client("webauthn.get", asked["challenge"])
        return self._answer(
            {
                "clientDataJSON": encode(client),
                "authenticatorData": encode(data),
                "signature": encode(self.key.sign(data + hashlib.sha256(client).digest())),
                "userHandle": encode(self.user),
            }
        )

    def _data(self, asked: str, also: int) -> bytes:
        party = hashlib.sha256((self.rp_id or asked).encode()).digest()
        return party + bytes([self.flags | also]) + self.count.to_bytes(4)

    def _client(self, type_: str, challenge: str) -> bytes:
        return json.dumps({"type": type_, "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        return {"id": encode(self.id), "rawId": encode(self.id), "type": "public-key", "response": response}


def encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
