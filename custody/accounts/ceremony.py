"""What a browser and this service say to each other to make a passkey, and to sign in with one (W3C Web
Authentication, by py_webauthn). The user is always verified: by a PIN, a finger, a face.
"""

import json
from collections.abc import Sequence
from typing import Any

import webauthn
from msgspec import Struct
from webauthn.helpers import parse_authentication_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from custody.accounts.accounts import Account
from custody.accounts.passkeys import Passkey
from custody.core.errors import BadSignature, CustodyError

GOOD_MS = 5 * 60 * 1000
"""How long a challenge may wait for its answer."""
MAX_ANSWER = 64 * 1024
"""Bytes of an answer; a passkey's are some hundreds."""


class RelyingParty(Struct, frozen=True):
    """Whom passkeys are for: a domain, and the one origin of the pages that ask for them."""

    id: str
    origin: str
    name: str


class Claim(Struct, frozen=True):
    """Whose passkey an answer says that it is, before anything of it is verified."""

    id: bytes
    account: str


def registration(party: RelyingParty, account: Account, there: Sequence[Passkey], challenge: bytes) -> str:
    """The options (JSON) with which a browser makes a passkey for an account, but none where one is `there`."""
    options = webauthn.generate_registration_options(
        rp_id=party.id,
        rp_name=party.name,
        user_name=account.handle,
        user_id=account.id.encode(),
        challenge=challenge,
        timeout=GOOD_MS,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=passkey.id) for passkey in there],
    )
    return webauthn.options_to_json(options)


def sign_in(party: RelyingParty, challenge: bytes) -> str:
    """The options (JSON) with which a browser asks for any passkey for this service: nobody types who they are."""
    options = webauthn.generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=GOOD_MS,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def registered(party: RelyingParty, account: Account, challenge: bytes, answer: bytes, label: str) -> Passkey:
    """The passkey that a browser has made for a challenge. Raises BadSignature."""
    try:
        made = webauthn.verify_registration_response(
            credential=_parse(answer),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except Exception as error:  # whatever the parsers beneath raise on what a stranger sends
        raise _refused(error) from error
    return Passkey(
        made.credential_id,
        account.id,
        made.credential_public_key,
        made.sign_count,
        label,
        made.credential_backed_up,
        created=0,
    )


def claim(answer: bytes) -> Claim:
    """Whose an answer claims to be. Raises BadSignature."""
    try:
        credential = parse_authentication_credential_json(_parse(answer))
        return Claim(credential.raw_id, (credential.response.user_handle or b"").decode())
    except Exception as error:  # as above
        raise _refused(error) from error


def signed_in(party: RelyingParty, passkey: Passkey, challenge: bytes, answer: bytes) -> tuple[int, bool]:
    """The passkey's sign count from now on, and whether it is backed up: the answer is its signature on the challenge.

    Raises BadSignature, also for a sign count that does not grow: then there is a copy of what cannot be copied.
    """
    try:
        verified = webauthn.verify_authentication_response(
            credential=_parse(answer),
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
            require_user_verification=True,
        )
    except Exception as error:  # as above
        raise _refused(error) from error
    if claim(answer).account != passkey.account:
        raise _refused("the passkey of another account")
    return verified.new_sign_count, verified.credential_backed_up


def _parse(answer: bytes) -> dict[str, Any]:
    parsed: dict[str, Any] = json.loads(answer)
    return parsed


def _refused(why: object) -> CustodyError:
    return BadSignature("the passkey's answer does not hold", got=why, remedy="Try again from the page's beginning.")
