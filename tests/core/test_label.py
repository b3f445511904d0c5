"""Labels: a genuine one is told from every kind of false one, offline."""

import base64
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core import label
from custody.core.admission import EnrolledKey
from custody.core.errors import Malformed
from custody.core.roster import LabelIssuer, Revoke
from tests.core.statements import ITEM, LOG, TOP, enrolment, head, key

ISSUER, STRANGER = key("label issuer"), key("stranger")
AUTHORITY = key("authority").keyid
HOST = "id.example"


def issuers(**changes: object) -> list[tuple[str, EnrolledKey]]:
    """A roster with one label issuer."""
    members = {"site": TOP, "hosts": [HOST], "ranges": ["8003/0952123"], **enrolment(ISSUER, "label-issuer")} | changes
    body = LabelIssuer(**head(key("authority"), 1, None), **members)
    return [(ISSUER.keyid, EnrolledKey(ISSUER.public, "label-issuer", TOP, 5, AUTHORITY, body))]


GOOD = label.sign(ITEM, HOST, ISSUER)


def test_a_genuine_label_is_valid_and_names_its_item() -> None:
    parsed = label.parse(GOOD)
    assert (parsed.id, parsed.host) == (ITEM, HOST)
    assert label.judge(parsed, issuers()) == "valid"


def test_each_false_label_gets_its_verdict() -> None:
    forged = label.sign(ITEM, HOST, STRANGER).replace(STRANGER.keyid[:8], ISSUER.keyid[:8])
    cases = {
        "unsigned": label.parse(GOOD.partition("?")[0]),
        "forged": label.parse(forged),
        "unknown-issuer": label.parse(label.sign(ITEM, HOST, STRANGER)),
        "foreign-host": label.parse(label.sign(ITEM, "elsewhere.example", ISSUER)),
        "out-of-range": label.parse(label.sign("8003/09629999000016A1", HOST, ISSUER)),
    }
    for verdict, parsed in cases.items():
        assert label.judge(parsed, issuers()) == verdict


def test_a_signature_for_one_item_is_no_signature_for_another() -> None:
    other = GOOD.replace("A1?", "A2?")
    assert other != GOOD
    assert label.judge(label.parse(other), issuers()) == "forged"


@pytest.mark.parametrize("query", ["", "?v=2", "?v=1&utm=x", "?v=1&v=1", "?", "?v=1&k=00000000&s=A"])
def test_a_signed_label_has_the_one_query_of_its_version(query: str) -> None:
    uri = GOOD.partition("?")[0] + query
    signature = base64.urlsafe_b64encode(ISSUER.sign(b"custody-label/v1\n" + uri.encode())).decode().rstrip("=")
    with pytest.raises(Malformed, match="another query"):
        label.parse(f"{uri}&k={ISSUER.keyid[:8]}&s={signature}")


@pytest.mark.parametrize(
    ("verdict", "members"),
    [
        ("valid", {"reason": "retired"}),
        ("unknown-issuer", {"reason": "lost"}),
        ("unknown-issuer", {"reason": "compromised", "since": 9}),
    ],
)
def test_labels_of_a_retired_key_stay_good_and_those_of_one_that_others_may_hold_show_nothing(
    verdict: str, members: dict[str, Any]
) -> None:
    """A label bears no time: a thief's cannot be told from those that were printed before."""
    [(keyid, known)] = issuers()
    known.revoked = Revoke(**head(key("authority"), 2, "0" * 64), key=keyid, **members)
    assert label.judge(label.parse(GOOD), [(keyid, known)]) == verdict


def test_two_issuers_whose_keyids_begin_alike_are_both_tried() -> None:
    body = issuers()[0][1]
    twin = EnrolledKey(STRANGER.public, "label-issuer", TOP, 4, AUTHORITY, body.enrolment)
    assert label.judge(label.parse(GOOD), [(ISSUER.keyid[:8] + "0" * 56, twin), *issuers()]) == "valid"


def test_what_exists_already_is_an_unsigned_label() -> None:
    assert label.parse("plain/kpu/KOTAK-7") == label.Label("plain/kpu/KOTAK-7", None, "plain/kpu/KOTAK-7")


@given(st.integers(0, len(GOOD) - 1), st.characters(min_codepoint=0x20, max_codepoint=0x7E))
def test_no_character_of_a_label_can_change_and_stay_valid(at: int, character: str) -> None:
    changed = GOOD[:at] + character + GOOD[at + 1 :]
    try:
        verdict = label.judge(label.parse(changed), issuers())
    except Malformed:
        return
    assert verdict != "valid" or changed == GOOD


@pytest.mark.parametrize(
    "text", ["", "hello", "https://", GOOD + "é", GOOD + "\n", "x" * 401, "HTTPS" + GOOD[5:], GOOD[:-1], GOOD + "A"]
)
def test_what_is_no_label_is_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        label.parse(text)


def test_the_log_of_an_issuer_does_not_matter_to_its_labels() -> None:
    """Labels outlive drills: printed once, used in any log that enrols their issuer."""
    assert LOG not in GOOD
