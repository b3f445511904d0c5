"""Statements: one encoding, exactly the signatures that signers names, an id that signatures cannot vary."""

import base64
import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core import entry, statement
from custody.core.errors import BadSignature, CustodyError, Malformed, NewerFormat, Oversize
from custody.core.statement import EVENT_TYPE, pae, parse, sign, verify_signature
from custody.core.tiles import MAX_ENTRY_BYTES
from tests.core.statements import event, key
from tests.world import World

DEVICE, HANDLER, OTHER = key("device"), key("handler"), key("other")
GOOD = sign(event(DEVICE, 1, None, HANDLER), [DEVICE, HANDLER])


def altered(change: Any) -> bytes:
    """GOOD with its decoded envelope changed by `change`, encoded canonically again."""
    outer = json.loads(GOOD.envelope)
    change(outer)
    return json.dumps(outer, sort_keys=True, separators=(",", ":")).encode()


def with_payload(change: Any, payload_type: str = EVENT_TYPE) -> bytes:
    """An envelope around GOOD's payload changed by `change`, signed anew by the same keys."""
    payload = json.loads(base64.b64decode(json.loads(GOOD.envelope)["payload"]))
    change(payload)
    data = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    keys = {k.keyid: k for k in (DEVICE, HANDLER, OTHER)}
    signers = payload.get("signers", [])
    signatures = [
        {"keyid": k, "sig": base64.b64encode(keys[k].sign(pae(payload_type, data))).decode()} for k in signers
    ]
    outer = {"payload": base64.b64encode(data).decode(), "payloadType": payload_type, "signatures": signatures}
    return json.dumps(outer, sort_keys=True, separators=(",", ":")).encode()


def fully_checked(envelope: bytes) -> None:
    """Parses and verifies both signatures."""
    parsed = parse(envelope)
    for signer in (DEVICE, HANDLER):
        verify_signature(parsed, signer.keyid, signer.public)


def test_a_signed_statement_parses_to_what_was_signed() -> None:
    parsed = parse(GOOD.envelope)
    assert parsed == GOOD
    fully_checked(GOOD.envelope)
    assert parse(altered(lambda outer: None)) == GOOD
    assert parse(with_payload(lambda payload: None)) == GOOD


def test_the_pre_authentication_encoding_is_dsses_example() -> None:
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_the_id_is_the_sha256_of_what_is_signed() -> None:
    payload = base64.b64decode(json.loads(GOOD.envelope)["payload"])
    signed = b"DSSEv1 34 application/vnd.custody.event+json " + str(len(payload)).encode() + b" " + payload
    assert GOOD.id == hashlib.sha256(signed).hexdigest()


def test_another_signature_set_is_refused_and_could_not_make_a_second_id() -> None:
    stripped = altered(lambda outer: outer["signatures"].pop())
    swapped = altered(lambda outer: outer["signatures"].reverse())
    doubled = altered(lambda outer: outer["signatures"].append(outer["signatures"][0]))
    extra = altered(
        lambda outer: outer["signatures"].append(
            {"keyid": OTHER.keyid, "sig": base64.b64encode(OTHER.sign(GOOD.message)).decode()}
        )
    )
    for envelope in (stripped, swapped, doubled, extra):
        with pytest.raises(BadSignature):
            parse(envelope)


def test_signatures_of_two_signers_exchanged_do_not_verify() -> None:
    def exchange(outer: dict[str, Any]) -> None:
        first, second = outer["signatures"]
        first["sig"], second["sig"] = second["sig"], first["sig"]

    parsed = parse(altered(exchange))
    assert parsed.id == GOOD.id
    with pytest.raises(BadSignature):
        verify_signature(parsed, DEVICE.keyid, DEVICE.public)


def test_a_signature_moved_to_another_payload_does_not_verify() -> None:
    other = sign(event(DEVICE, 2, GOOD.id, HANDLER), [DEVICE, HANDLER])
    outer = json.loads(other.envelope)
    outer["signatures"] = json.loads(GOOD.envelope)["signatures"]
    parsed = parse(json.dumps(outer, sort_keys=True, separators=(",", ":")).encode())
    with pytest.raises(BadSignature):
        verify_signature(parsed, DEVICE.keyid, DEVICE.public)


@pytest.mark.parametrize(
    "spoil", [lambda t: t + "\n", lambda t: t[:-1], lambda t: t + "=", lambda t: f"{t[:8]} {t[8:]}"]
)
def test_base64_in_another_encoding_is_malformed(spoil: Callable[[str], str]) -> None:
    with pytest.raises(Malformed):
        parse(altered(lambda outer: outer.update(payload=spoil(outer["payload"]))))
    with pytest.raises(Malformed):
        parse(altered(lambda outer: outer["signatures"][0].update(sig=spoil(outer["signatures"][0]["sig"]))))


def test_unused_bits_of_base64_that_are_not_zero_are_malformed() -> None:
    def spoil(outer: dict[str, Any]) -> None:
        sig = outer["signatures"][0]["sig"]
        assert sig.endswith(("A==", "Q==", "g==", "w=="))
        outer["signatures"][0]["sig"] = sig[:-3] + chr(ord(sig[-3]) + 1) + "=="

    with pytest.raises(Malformed):
        parse(altered(spoil))


def test_a_payload_type_exchanged_is_another_message() -> None:
    envelope = altered(lambda outer: outer.update(payloadType=statement.ROSTER_TYPE))
    with pytest.raises((Malformed, NewerFormat)):
        parse(envelope)
    assert pae(EVENT_TYPE, b"x") != pae(statement.ROSTER_TYPE, b"x")


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda p: p.update(v=2), NewerFormat),
        (lambda p: p.update(v=2, surprise=1), NewerFormat),
        (lambda p: p.update(action="teleport"), NewerFormat),
        (lambda p: p.update(v=0), Malformed),
        (lambda p: p.update(surprise=1), Malformed),
        (lambda p: p.pop("clock"), Malformed),
        (lambda p: p.update(seq=0), Malformed),
        (lambda p: p.update(seq=2), Malformed),
        (lambda p: p.update(prev="0" * 64), Malformed),
        (lambda p: p.update(issuer=OTHER.keyid), Malformed),
        (lambda p: p["signers"].reverse(), Malformed),
        (lambda p: p.update(time=2**53), Malformed),
        (lambda p: p.update(time=-1), Malformed),
        (lambda p: p.update(time=1.0), Malformed),
        (lambda p: p.update(log="https://ledger.example"), Malformed),
        (lambda p: p.update(issuer=p["issuer"].upper()), Malformed),
        (lambda p: p.update(issuer=p["issuer"] + "\n"), Malformed),
        (lambda p: p.update(note=None), Malformed),
    ],
)
def test_one_fault_in_a_payload_is_refused_by_its_kind(change: Any, error: type[CustodyError]) -> None:
    envelope = with_payload(change)
    with pytest.raises(error) as caught:
        parse(envelope)
    assert caught.value.kind == error.kind


def test_an_unknown_payload_type_is_a_newer_format() -> None:
    with pytest.raises(NewerFormat):
        parse(with_payload(lambda payload: None, "application/vnd.custody.other+json"))


@pytest.mark.parametrize(
    "change",
    [
        lambda outer: outer.update(extra=1),
        lambda outer: outer.pop("payloadType"),
        lambda outer: outer.update(payload=outer["payload"] + "="),
        lambda outer: outer.update(payload=outer["payload"] + "\n"),
        lambda outer: outer["signatures"][0].update(sig=outer["signatures"][0]["sig"][:-4] + "x==="),
        lambda outer: outer["signatures"].clear(),
        lambda outer: outer.update(signatures=outer["signatures"] * 9),
    ],
)
def test_an_envelope_in_another_form_is_malformed(change: Any) -> None:
    with pytest.raises(Malformed):
        parse(altered(change))


def test_an_envelope_or_payload_over_its_size_is_oversize() -> None:
    items = [f"8004/{n:030}" for n in range(1400)]
    with pytest.raises(Oversize):
        sign(event(DEVICE, items=items), [DEVICE])
    with pytest.raises(Oversize):
        parse(b" " * 65_001)
    fitting = [f"8004/{n:030}" for n in range(1050)]
    largest = sign(event(DEVICE, items=fitting), [DEVICE])
    assert len(entry.encode(largest.envelope, 2**53 - 1)) <= MAX_ENTRY_BYTES


def test_sixteen_signers_of_a_full_payload_fit_an_entry_and_seventeen_are_refused() -> None:
    many = [key(f"signer {n}") for n in range(17)]
    items = [f"8004/{n:030}" for n in range(1020)]
    full = sign(event(DEVICE, 1, None, *many[:15], items=items), [DEVICE, *many[:15]])
    assert len(entry.encode(full.envelope, 2**53 - 1)) <= MAX_ENTRY_BYTES
    with pytest.raises(Malformed):
        parse(sign(event(DEVICE, 1, None, *many[:16]), [DEVICE, *many[:16]]).envelope)


def test_signing_with_a_key_missing_or_too_many_is_refused() -> None:
    for signers in ([DEVICE], [DEVICE, HANDLER, OTHER], []):
        with pytest.raises(BadSignature):
            sign(event(DEVICE, 1, None, HANDLER), signers)


@given(st.data())
def test_no_byte_of_an_envelope_can_change_unseen(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD.envelope) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda b: b != GOOD.envelope[at]))
    changed = GOOD.envelope[:at] + bytes([byte]) + GOOD.envelope[at + 1 :]
    with pytest.raises(CustodyError):
        fully_checked(changed)


def test_an_entry_holds_the_exact_envelope() -> None:
    data = entry.encode(GOOD.envelope, 1_700_000_000_000)
    assert data == b'{"envelope":' + GOOD.envelope + b',"received":1700000000000}'
    assert entry.decode(data) == (GOOD.envelope, 1_700_000_000_000)


def test_what_was_parsed_before_parses_to_the_same_again() -> None:
    world = World()
    for one in [*world.roster, world.handover()]:
        data = entry.encode(one.envelope, 1_700_000_000_000)
        envelope, received = entry.decode_again(data)
        assert (envelope, received) == entry.decode(data)
        assert statement.parse_again(envelope) == parse(envelope)


@pytest.mark.parametrize("received", [b"1.0", b"-1", b"01", b"null", b"9007199254740992", b'"1"'])
def test_an_entry_with_another_received_is_malformed(received: bytes) -> None:
    with pytest.raises(Malformed):
        entry.decode(b'{"envelope":' + GOOD.envelope + b',"received":' + received + b"}")


def test_an_entry_whose_envelope_has_spaces_does_not_parse_to_a_statement() -> None:
    spaced = GOOD.envelope.replace(b",", b", ", 1)
    with pytest.raises(Malformed):
        parse(entry.decode(b'{"envelope":' + spaced + b',"received":1}')[0])
