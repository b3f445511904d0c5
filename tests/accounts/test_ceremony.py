"""Passkeys: made and used as W3C Web Authentication has it, and refused for each thing that is not so."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from custody.accounts import ceremony
from custody.accounts.accounts import Account
from custody.accounts.ceremony import RelyingParty
from custody.accounts.passkeys import Passkey
from custody.core.errors import BadSignature
from tests.accounts.authenticator import BACKED_UP, BACKUP_ELIGIBLE, PRESENT, Authenticator, Ed25519, Es256, encode
from tests.accounts.conftest import NOON

ORIGIN = "https://logistik.example"
PARTY = RelyingParty("logistik.example", ORIGIN, "Logistik")
SITI = Account("a-siti", "siti", "id", ("supervisor",), None, NOON, None)
BUDI = Account("a-budi", "budi", "id", ("auditor",), None, NOON, None)
CHALLENGE = b"c" * 32


def authenticator(key: Es256 | Ed25519 | None = None, **said: Any) -> Authenticator:
    return Authenticator(key=key or Es256(), origin=ORIGIN, **said)


def register(one: Authenticator, account: Account = SITI, challenge: bytes = CHALLENGE) -> Passkey:
    options = ceremony.registration(PARTY, account, [], CHALLENGE)
    return ceremony.registered(PARTY, account, challenge, json.dumps(one.register(options)).encode(), "Kunci")


def sign_in(one: Authenticator, passkey: Passkey, challenge: bytes = CHALLENGE) -> tuple[int, bool]:
    answer = json.dumps(one.sign_in(ceremony.sign_in(PARTY, CHALLENGE))).encode()
    assert ceremony.claim(answer).id == one.id
    return ceremony.signed_in(PARTY, passkey, challenge, answer)


@pytest.mark.parametrize("key", [Es256, Ed25519])
def test_a_passkey_signs_in_with_each_algorithm(key: Callable[[], Es256 | Ed25519]) -> None:
    one = authenticator(key())
    passkey = register(one)
    assert (passkey.account, passkey.label, passkey.sign_count, passkey.backed_up) == (SITI.id, "Kunci", 0, False)
    assert sign_in(one, passkey) == (1, False)


def test_a_passkey_that_is_kept_elsewhere_too_is_told_from_one_that_is_not() -> None:
    one = authenticator()
    one.flags |= BACKUP_ELIGIBLE | BACKED_UP
    passkey = register(one)
    assert passkey.backed_up
    assert sign_in(one, passkey) == (1, True)


def test_a_passkey_without_a_count_signs_in_again_and_again() -> None:
    one = authenticator(step=0)
    passkey = register(one)
    assert sign_in(one, passkey) == sign_in(one, passkey) == (0, False)


def test_the_browser_is_asked_to_verify_the_user_and_to_make_no_second_passkey() -> None:
    there = register(authenticator())
    made = json.loads(ceremony.registration(PARTY, SITI, [there], CHALLENGE))
    assert made["authenticatorSelection"]["userVerification"] == "required"
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert [one["id"] for one in made["excludeCredentials"]] == [encode(there.id)]
    asked = json.loads(ceremony.sign_in(PARTY, CHALLENGE))
    assert (asked["userVerification"], asked["allowCredentials"]) == ("required", [])


WRONG: list[tuple[str, dict[str, Any], str]] = [
    ("of another origin", {"origin": "https://logistik.example.net"}, "origin"),
    ("of the origin without TLS", {"origin": "http://logistik.example"}, "origin"),
    ("for another domain", {"rp_id": "example"}, "RP ID"),
    ("of a user who is not verified", {"flags": PRESENT}, "not verified"),
    ("of a user who is not present", {"flags": 0}, "not present"),
]


@pytest.mark.parametrize(("change", "found"), [row[1:] for row in WRONG], ids=[row[0] for row in WRONG])
def test_an_answer_is_refused_that_is(change: dict[str, Any], found: str) -> None:
    one = authenticator()
    passkey = register(one)
    honest = {name: getattr(one, name) for name in change}
    for name, value in change.items():
        setattr(one, name, value)
    with pytest.raises(BadSignature, match=found):
        register(one)
    one.id, one.count = passkey.id, 0
    with pytest.raises(BadSignature, match=found):
        sign_in(one, passkey)
    for name, value in honest.items():
        setattr(one, name, value)
    assert sign_in(one, passkey)


def test_an_answer_to_another_challenge_is_refused() -> None:
    one = authenticator()
    with pytest.raises(BadSignature, match="challenge"):
        register(one, challenge=b"d" * 32)
    passkey = register(one)
    with pytest.raises(BadSignature, match="challenge"):
        sign_in(one, passkey, challenge=b"d" * 32)


@pytest.mark.parametrize("count", [4, 5])
def test_a_count_that_does_not_grow_is_refused(count: int) -> None:
    one = authenticator(count=5)
    passkey = register(one)
    one.count, one.step = count, 0
    with pytest.raises(BadSignature, match="sign count"):
        sign_in(one, passkey)
    one.count = 6
    assert sign_in(one, passkey)[0] == 6


def test_the_passkey_of_another_account_is_refused() -> None:
    siti, budi = authenticator(), authenticator()
    of_siti, of_budi = register(siti), register(budi, BUDI)
    siti.id = budi.id
    with pytest.raises(BadSignature, match="signature"):
        sign_in(siti, of_budi)
    siti.id, siti.user = of_siti.id, budi.user
    with pytest.raises(BadSignature, match="another account"):
        sign_in(siti, of_siti)
    siti.user = SITI.id.encode()
    assert sign_in(siti, of_siti)


HOSTILE = [
    b"",
    b"null",
    b"[]",
    b"\xff",
    b"[" * 30_000,
    b'{"id": 1, "rawId": "", "type": "public-key", "response": {}}',
    b'{"id": "", "rawId": "", "type": "public-key", "response": '
    b'{"clientDataJSON": "", "attestationObject": "", "authenticatorData": "", "signature": "", "userHandle": "/w"}}',
]


@pytest.mark.parametrize("answer", HOSTILE)
def test_what_is_no_answer_at_all_is_refused_as_one_that_does_not_hold(answer: bytes) -> None:
    passkey = register(authenticator())
    with pytest.raises(BadSignature):
        ceremony.claim(answer)
    with pytest.raises(BadSignature):
        ceremony.registered(PARTY, SITI, CHALLENGE, answer, "Kunci")
    with pytest.raises(BadSignature):
        ceremony.signed_in(PARTY, passkey, CHALLENGE, answer)
