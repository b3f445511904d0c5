"""What a ledger refuses, for good or for now, and answers that are none."""

import gzip
import json
from pathlib import Path

import msgspec
import pytest

from custody.core.canonical import b64decode, b64encode, encode
from custody.core.errors import TokenNeeded, Unavailable
from custody.core.proof import check_receipt
from scanner_agent import exchange_texts
from scanner_agent.exchange import Exchange
from scanner_agent.observer import Observer
from tests.agent.exchange.desk import Desk
from tests.agent.scene import Scene
from tests.agent.simulated_ledger import serve
from tests.world import key_of

STRANGER = key_of("a badge that is not enrolled yet")
PROBLEM = {"type": "urn:custody:error:bad-signature", "title": "no", "detail": "it does not verify", "retry": False}


def test_a_refusal_for_good_goes_to_quarantine_and_the_others_on(desk: Desk) -> None:
    _, second, _ = desk.record(3)
    desk.ledger.refusals[second.id] = PROBLEM
    desk.exchange.run_pass()
    assert (desk.outbox.counts().receipted, desk.outbox.counts().quarantined) == (2, 1)
    [incident] = desk.outbox.incidents()
    assert (incident.kind, incident.statement, incident.issuer) == ("refused", second.id, desk.scene.device.keyid)
    assert json.loads(incident.evidence)["type"] == PROBLEM["type"]
    assert desk.told(exchange_texts.QUARANTINED)


def test_what_is_logged_with_a_spoiled_signature_goes_to_quarantine_with_its_receipt_and_the_others_on(
    desk: Desk,
) -> None:
    _, second, _ = desk.record(3, by=STRANGER)
    outer = msgspec.json.decode(second.envelope)
    for signature in outer["signatures"]:
        if signature["keyid"] == STRANGER.keyid:
            signature["sig"] = b64encode(STRANGER.sign(b"something else"))
    desk.ledger.append(encode(outer))
    desk.exchange.run_pass()
    assert (desk.outbox.counts().receipted, desk.outbox.counts().quarantined, desk.ledger.posts) == (2, 1, [3])
    [incident] = desk.outbox.incidents()
    assert (incident.kind, incident.statement, incident.issuer) == ("refused", second.id, desk.scene.device.keyid)
    assert "the log holds this statement with other signatures" in incident.detail
    evidence = json.loads(incident.evidence)
    index, _, _ = check_receipt(b64decode(evidence["receipt"]), desk.config.verifier)
    assert (index, evidence["altered"]) == (desk.ledger.statements[second.id], [STRANGER.keyid])
    assert desk.told(exchange_texts.ALTERED)


def test_a_refusal_for_now_stays_pending_and_is_sent_again(desk: Desk) -> None:
    _, second = desk.record(2)
    desk.ledger.refusals[second.id] = PROBLEM | {"retry": True}
    with pytest.raises(Unavailable, match="it does not verify"):
        desk.exchange.run_pass()
    assert [one.id for one in desk.outbox.pending(9, 9999)] == [second.id]
    desk.ledger.refusals.clear()
    desk.exchange.run_pass()
    assert desk.outbox.counts().receipted == 2


def test_a_device_that_is_not_enrolled_yet_waits(tmp_path: Path) -> None:
    scene = Scene(enrolled=False)
    with serve(scene.ledger) as url:
        desk = Desk(scene, url, tmp_path)
        [signed] = desk.record()
        with pytest.raises(Unavailable, match="not enrolled"):
            desk.exchange.run_pass()
        assert (desk.outbox.counts().pending, desk.outbox.incidents()) == (1, [])
        scene.ledger.append(scene.world.enrol_device(scene.device).envelope)
        desk.exchange.run_pass()
        assert desk.outbox.counts().receipted == 1
        assert desk.trust.check(signed)
        desk.exchange.close()


@pytest.mark.parametrize(
    ("status", "body"),
    [(503, b'{"detail":"later"}'), (413, b"too large"), (400, b"<html>"), (200, b"<html>"), (200, b'{"answers":[]}')],
)
def test_whatever_else_is_answered_nothing_is_given_up(desk: Desk, status: int, body: bytes) -> None:
    desk.record(2)
    desk.ledger.faults["/api/v1/statements"] = lambda: (status, body)
    with pytest.raises(Unavailable):
        desk.exchange.run_pass()
    assert (desk.outbox.counts().pending, desk.outbox.incidents()) == (2, [])


def test_a_request_that_fails_as_a_whole_is_tried_with_half_until_the_sound_part_is_through(desk: Desk) -> None:
    signed = desk.record(8)
    sound = desk.ledger.answer

    def fails_on_the_last(method: str, path: str, query: dict[str, str], body: bytes) -> tuple[int, bytes]:
        if method == "POST" and signed[-1].envelope in gzip.decompress(body):
            return 500, b""
        return sound(method, path, query, body)

    desk.ledger.answer = fails_on_the_last
    for _ in range(20):
        with pytest.raises(Unavailable):
            desk.exchange.run_pass()
    assert [one.id for one in desk.outbox.pending(9, 10**6)] == [signed[-1].id]


GARBAGE = {
    "a number beyond SQLite's": b'{"seq":99999999999999999999,"head":"%s"}' % (b"0" * 64),
    "no UTF-8": b'{"seq":1,"head":"\xff"}',
    "nested without end": b'{"x":' + b"[" * 100_000,
    "no id": b'{"seq":1,"head":"../../healthz"}',
}


@pytest.mark.parametrize("body", GARBAGE.values(), ids=GARBAGE)
@pytest.mark.parametrize("status", [200, 500])
def test_garbage_about_this_device_is_no_more_than_an_unavailable_ledger(desk: Desk, body: bytes, status: int) -> None:
    desk.ledger.faults["/api/v1/devices"] = lambda: (status, body)
    with pytest.raises(Unavailable):
        desk.exchange.meet()
    assert desk.outbox.incidents() == []


def test_a_roster_whose_pages_have_no_end_is_left(desk: Desk) -> None:
    def no_end() -> tuple[int, bytes]:
        return 200, b'{"receipts":[],"next":%d}' % (1000 + len(desk.ledger.asked))

    desk.ledger.faults["/api/v1/roster"] = no_end
    with pytest.raises(Unavailable, match="out of order"):
        desk.exchange.run_pass()


def test_a_compressed_answer_is_not_unpacked(desk: Desk) -> None:
    desk.ledger.headers["Content-Encoding"] = "gzip, gzip"
    packed = gzip.compress(gzip.compress(bytes(1_000_000)))
    desk.ledger.faults["/drill/checkpoint"] = lambda: (200, packed)
    with pytest.raises(Unavailable, match="compressed"):
        desk.exchange.run_pass()


def test_what_a_ledger_says_of_a_refusal_does_not_steer_the_terminal(desk: Desk) -> None:
    [signed] = desk.record()
    desk.ledger.refusals[signed.id] = PROBLEM | {"detail": "\x1b[2J\a" + "x" * 100_000}
    desk.exchange.run_pass()
    [incident] = desk.outbox.incidents()
    assert "\x1b" not in incident.detail
    assert len(incident.detail) < 2000
    assert all("\x1b" not in notice.detail for notice in desk.notices)


def test_where_nothing_listens_the_ledger_is_unavailable(desk: Desk) -> None:
    nowhere = msgspec.structs.replace(
        desk.config, log=msgspec.structs.replace(desk.config.log, url="http://127.0.0.1:1")
    )
    with pytest.raises(Unavailable, match="does not answer"):
        Exchange(nowhere, desk.outbox, desk.trust, desk.scene.device, Observer()).run_pass()


def test_a_ledger_that_asks_for_a_token_keeps_the_roster_back_and_nothing_that_is_to_be_sent(desk: Desk) -> None:
    desk.exchange.run_pass()
    problem = {"type": "urn:custody:error:token-needed", "title": "Token needed", "detail": "ask", "retry": True}
    desk.ledger.faults["/api/v1/roster"] = lambda: (401, json.dumps(problem).encode())
    desk.ledger.asked.clear()
    desk.record()
    with pytest.raises(TokenNeeded, match="token_file"):
        desk.exchange.run_pass()
    assert desk.outbox.counts().pending == 0
    assert any(path.startswith("/api/v1/snapshot") for path in desk.ledger.asked), "the pass went on"
