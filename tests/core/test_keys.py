"""Keys and signatures: what RFC 8032 allows, and on every odd input the same answer from libsodium and OpenSSL."""

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from custody.core import keys
from custody.core.errors import BadKey, BadSignature
from custody.core.keys import SigningKey

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493

# RFC 8032, section 7.1: secret key, public key, message, signature.
RFC8032 = [
    (
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("secret", "public", "message", "signature"), RFC8032)
def test_the_known_answers_of_rfc_8032_hold(secret: str, public: str, message: str, signature: str) -> None:
    key = SigningKey.from_seed(bytes.fromhex(secret))
    assert key.public.hex() == public
    assert key.sign(bytes.fromhex(message)).hex() == signature
    keys.verify(key.public, bytes.fromhex(message), bytes.fromhex(signature))


def test_a_keyid_is_the_sha256_of_the_raw_public_key() -> None:
    # sha256sum of the 32 bytes, computed apart.
    public = bytes.fromhex(RFC8032[0][1])
    assert keys.keyid(public) == "21fe31dfa154a261626bf854046fd2271b7bed4b6abe45aa58877ef47f9721b9"
    assert keys.fingerprint(keys.keyid(public)).startswith("21fe 31df a154 a261")


def _encodings_of_small_order() -> list[bytes]:
    """All 32-byte strings that decode to a point of small order, derived from the curve rather than from the code."""
    d = -121665 * pow(121666, -1, P) % P

    def add(a: tuple[int, int], b: tuple[int, int]) -> tuple[int, int]:
        (x1, y1), (x2, y2) = a, b
        t = d * x1 * x2 * y1 * y2 % P
        return (x1 * y2 + x2 * y1) * pow(1 + t, -1, P) % P, (y1 * y2 + x1 * x2) * pow(1 - t, -1, P) % P

    def times(n: int, a: tuple[int, int]) -> tuple[int, int]:
        total = (0, 1)
        while n:
            if n & 1:
                total = add(total, a)
            a, n = add(a, a), n >> 1
        return total

    found: set[tuple[int, int]] = set()
    y = 2
    while len(found) < 8:
        x2 = (y * y - 1) * pow(d * y * y + 1, -1, P) % P
        x = pow(x2, (P + 3) // 8, P)
        if x * x % P != x2:
            x = x * pow(2, (P - 1) // 4, P) % P
        if x * x % P == x2:
            torsion = times(L, (x, y))
            for n in range(8):
                found.add(times(n, torsion))
        y += 1
    canonical = [(y | (x & 1) << 255).to_bytes(32, "little") for x, y in found]
    # y + p where it fits in 255 bits, and x = 0 with its sign bit set.
    beyond = [(y + P | s << 255).to_bytes(32, "little") for _, y in found if y + P < 2**255 for s in (0, 1)]
    negative_zero = [(y | 1 << 255).to_bytes(32, "little") for x, y in found if x == 0]
    return canonical + beyond + negative_zero


SMALL = _encodings_of_small_order()
NOT_CANONICAL = [(P + n | s << 255).to_bytes(32, "little") for n in range(19) for s in (0, 1)]
GOOD = SigningKey.from_seed(bytes(32))


@pytest.mark.parametrize("point", SMALL + NOT_CANONICAL, ids=lambda point: point.hex())
def test_no_key_of_small_order_or_in_another_encoding_is_taken(point: bytes) -> None:
    with pytest.raises(BadKey):
        keys.check_public(point)
    with pytest.raises(BadKey):
        keys.verify(point, b"message", GOOD.sign(b"message"))


@pytest.mark.parametrize("point", SMALL + NOT_CANONICAL, ids=lambda point: point.hex())
def test_no_signature_whose_r_is_of_small_order_or_in_another_encoding_is_taken(point: bytes) -> None:
    with pytest.raises(BadSignature):
        keys.check_signature(point + GOOD.sign(b"message")[32:])


@given(st.binary(min_size=32, max_size=32).map(SigningKey.from_seed))
def test_every_honest_key_and_signature_is_taken(key: SigningKey) -> None:
    keys.check_public(key.public)
    keys.verify(key.public, b"message", key.sign(b"message"))


def test_a_signature_with_the_order_added_to_s_is_refused() -> None:
    signature = GOOD.sign(b"message")
    larger = int.from_bytes(signature[32:], "little") + L
    assert not keys.is_valid(GOOD.public, b"message", signature[:32] + larger.to_bytes(32, "little"))
    assert keys.is_valid(GOOD.public, b"message", signature)


@given(st.integers(0, 511))
def test_no_signature_with_one_bit_flipped_is_taken(bit: int) -> None:
    signature = bytearray(GOOD.sign(b"message"))
    signature[bit // 8] ^= 1 << bit % 8
    assert not keys.is_valid(GOOD.public, b"message", bytes(signature))


def _openssl_says(public: bytes, message: bytes, signature: bytes) -> bool:
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _edge_signatures() -> list[tuple[bytes, bytes]]:
    """(public key, signature) that split libraries: odd A, odd R, S at its bounds, and mixed-order A and R."""
    honest = GOOD.sign(b"message")
    scalars = [0, 1, L - 1, L, L + 1, 2**252, 2**255 - 1, int.from_bytes(honest[32:], "little")]
    points = [*SMALL, *NOT_CANONICAL, GOOD.public, honest[:32]]
    return [(a, r + s.to_bytes(32, "little")) for a in points for r in points for s in scalars]


def test_libsodium_and_openssl_agree_on_every_edge_case_that_the_core_lets_through() -> None:
    let_through = 0
    for public, signature in _edge_signatures():
        try:
            keys.check_public(public)
            keys.check_signature(signature)
        except (BadKey, BadSignature):
            assert not keys.is_valid(public, b"message", signature)
            continue
        let_through += 1
        assert keys.is_valid(public, b"message", signature) == _openssl_says(public, b"message", signature)
    assert let_through > 0


def test_openssl_alone_would_take_a_key_that_the_core_refuses() -> None:
    """Why the core checks: with A and R the identity and S = 0, OpenSSL takes the signature on any message."""
    identity = (1).to_bytes(32, "little")
    assert _openssl_says(identity, b"anything", identity + bytes(32))
    assert not keys.is_valid(identity, b"anything", identity + bytes(32))


@pytest.mark.parametrize("length", [0, 31, 33, 63, 65])
def test_a_wrong_length_is_named(length: int) -> None:
    with pytest.raises(BadKey, match="32 bytes"):
        keys.check_public(bytes(length))
    with pytest.raises(BadSignature, match="64 bytes"):
        keys.check_signature(bytes(length))


def test_a_private_key_of_an_unknown_kind_and_an_empty_passphrase_are_refused() -> None:
    pem = "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n"
    for body in ("MC4CAQAwBQYDK2V5BCIEI" + "A" * 43, "MC4CAQAwBQYDK2VxBCIEI" + "A" * 43):
        with pytest.raises(BadKey):
            SigningKey.from_pem(pem.format(body).encode())
    with pytest.raises(BadKey):
        GOOD.to_pem(b"")


def test_a_private_key_comes_back_from_its_file_only_with_its_passphrase() -> None:
    plain, closed = GOOD.to_pem(), GOOD.to_pem(b"correct")
    assert SigningKey.from_pem(plain).public == GOOD.public
    assert SigningKey.from_pem(closed, b"correct").public == GOOD.public
    for data, passphrase in [(closed, b"wrong"), (closed, None), (b"no key", None)]:
        with pytest.raises(BadKey):
            SigningKey.from_pem(data, passphrase)
