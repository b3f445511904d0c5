"""A device asks to be enrolled by a code: what is taken, and each fault that is refused by its name."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from custody.core.enrolment import asked_codec
from custody.core.keys import SigningKey, fingerprint
from custody.core.roster import EnrolmentRequest, request
from custody.preparations import PREPARATIONS, open_preparations
from custody.web import enrolments
from custody.web.admin.codes import Codes
from tests.web.portal.opened import Opened, opened
from tests.world import World, key_of


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    with opened(tmp_path_factory.mktemp("log"), World()) as portal:
        yield portal


@pytest.fixture(autouse=True)
def rested(portal: Opened) -> None:
    """Each test comes through a door at which nobody has been yet."""
    enrolments.configure(portal.app)


def show_code(portal: Opened, site: int = 1) -> str:
    with portal.app.app_context():
        codes: Codes = enrolments.codes()
        return codes.show(portal.world.sites[site], "a-1")


def asking(portal: Opened, code: str, key: SigningKey, site: int = 1, **changed: Any) -> bytes:
    asked: EnrolmentRequest = msgspec.structs.replace(request(key, portal.world.origin, "device"), **changed)
    return msgspec.json.encode(
        {"v": 1, "code": code, "site": portal.world.sites[site], "request": asked}, order="sorted"
    )


def ask(portal: Opened, body: bytes) -> tuple[int, dict[str, Any]]:
    answer = portal.app.test_client().post("/api/v1/enrolments", data=body, content_type="application/json")
    found: dict[str, Any] = answer.get_json(force=True)
    return answer.status_code, found


def waiting(portal: Opened) -> list[str]:
    with open_preparations(portal.ledger.config.private / PREPARATIONS) as store:
        return [one.keyid for one in store.waiting()]


def test_a_request_by_a_good_code_waits_for_people_and_enrols_nothing(portal: Opened) -> None:
    key, code = key_of("new"), show_code(portal)
    body = asking(portal, code, key)
    assert asked_codec.decode(body).site == portal.world.sites[1]
    for _ in range(2):  # an answer can be lost
        assert ask(portal, body) == (
            200,
            {"fingerprint": fingerprint(key.keyid), "site": portal.world.sites[1]},
        )
    assert waiting(portal) == [key.keyid]
    assert portal.ledger.device(key.keyid) is None


def test_each_fault_of_a_code_or_request_is_refused_by_its_name(portal: Opened) -> None:
    before = waiting(portal)
    key, used = key_of("faulty"), show_code(portal)
    ask(portal, asking(portal, used, key_of("first")))
    good = show_code(portal)
    other = request(key_of("other"), portal.world.origin, "device")
    faults = {
        (403, "unknown-code"): asking(portal, good[::-1], key),
        (409, "used-code"): asking(portal, used, key),
        (409, "no-effect"): asking(portal, good, portal.world.devices[0].key),
        (422, "wrong-log"): asking(portal, good, key, log="drill.example"),
        (403, "wrong-role"): asking(portal, good, key, role="authority"),
        (422, "bad-signature"): asking(portal, good, key, proof=other.proof),
        (400, "malformed"): asking(portal, good, key, 2),
        (413, "oversize"): b"{" * 5000,
    }
    for (status, kind), body in faults.items():
        code, problem = ask(portal, body)
        assert (code, problem["type"]) == (status, f"urn:custody:error:{kind}"), problem
    assert set(waiting(portal)) - set(before) == {key_of("first").keyid}
    assert ask(portal, asking(portal, good, key))[0] == 200


def test_who_tries_again_and_again_is_told_to_come_later(portal: Opened) -> None:
    body = asking(portal, "a" * 26, key_of("guess"))
    answers = {ask(portal, body)[0] for _ in range(enrolments.PEER_BURST)}
    assert answers == {403}
    assert ask(portal, body)[0] == 429
