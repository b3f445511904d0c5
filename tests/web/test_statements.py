"""Posting statements: what is answered, in which order, and that it can be checked offline."""

import re
from base64 import b64decode

import msgspec
import pytest

from custody.core import entry
from custody.core.proof import check_receipt
from custody.core.statement import Statement
from tests.web.serving import NDJSON, Serving, lines, zipped
from tests.world import World, key_of


def forged(statement: Statement) -> bytes:
    """The envelope with a bit of a signature flipped."""
    outer = msgspec.json.decode(statement.envelope)
    signature = outer["signatures"][0]["sig"]
    outer["signatures"][0]["sig"] = ("B" if signature[40] == "A" else "A").join((signature[:40], signature[41:]))
    return msgspec.json.encode(outer)


def test_a_batch_is_answered_in_its_order(ledger: Serving, world: World) -> None:
    batch = world.handovers(100)
    answers = ledger.accepted(batch)
    assert [answer["id"] for answer in answers] == [statement.id for statement in batch]
    indexes = [answer["index"] for answer in answers]
    assert indexes == list(range(indexes[0], indexes[0] + 100))
    assert {answer["link"] for answer in answers} == {"ok"}
    assert [answer["received"] for answer in answers] == sorted(answer["received"] for answer in answers)


def test_each_receipt_proves_its_statement_with_nothing_but_the_vkey(ledger: Serving, world: World) -> None:
    batch = world.handovers(3)
    for statement, answer in zip(batch, ledger.accepted(batch), strict=True):
        index, data, checkpoint = check_receipt(b64decode(answer["receipt"]), ledger.verifier)
        assert (index, entry.decode(data)) == (answer["index"], (statement.envelope, answer["received"]))
        assert checkpoint.size > index


def test_the_authentic_part_of_a_batch_is_accepted_when_another_part_is_refused(ledger: Serving, world: World) -> None:
    first, second, third = world.handovers(3, devices=1)
    elsewhere = World(origin="ledger.test/other").handovers(1)[0]
    body = b"\n".join([first.envelope, forged(second), b'{"no":"envelope"}', elsewhere.envelope, third.envelope])
    answers = ledger.post(body).json()["answers"]
    assert [answer["status"] for answer in answers] == ["accepted", "refused", "refused", "refused", "accepted"]
    kinds = [answer["problem"]["type"] for answer in answers[1:4]]
    assert kinds == [f"urn:custody:error:{kind}" for kind in ("bad-signature", "malformed", "wrong-log")]
    assert answers[4]["index"] == answers[0]["index"] + 1
    assert (answers[4]["link"], answers[4]["missing"]) == ("gap", [[second.body.seq, second.body.seq]])
    assert ledger.accepted([second])[0]["missing"] == []


def test_a_refusal_says_what_was_expected_what_came_and_whether_to_retry(ledger: Serving) -> None:
    stranger = World(seed="stranger").handovers(1)
    problem = ledger.submit(stranger)[0]["problem"]
    assert problem["type"] == "urn:custody:error:unknown-issuer"
    assert (problem["status"], problem["retry"]) == (403, True)
    assert problem["got"] == stranger[0].body.issuer
    assert "device" in problem["expected"]
    assert problem["remedy"]


def test_a_statement_sent_again_gets_its_first_index_and_is_not_appended(ledger: Serving, world: World) -> None:
    batch = world.handovers(5)
    first = ledger.accepted(batch)
    size = ledger.get_json("/readyz")["size"]
    again = ledger.accepted([*reversed(batch), batch[0]])
    assert [answer["index"] for answer in again] == [answer["index"] for answer in [*reversed(first), first[0]]]
    assert [answer["received"] for answer in again][:5] == [answer["received"] for answer in reversed(first)]
    assert {answer["duplicate"] for answer in again} == {True}
    assert {answer["duplicate"] for answer in first} == {False}
    assert ledger.get_json("/readyz")["size"] == size
    check_receipt(b64decode(again[0]["receipt"]), ledger.verifier)


def test_the_metrics_count_statements_by_what_became_of_them(ledger: Serving, world: World) -> None:
    def count() -> dict[str, float]:
        found = re.findall(r'custody_statements_total{outcome="([a-z-]+)"} (\S+)', ledger.get("/metrics").text)
        return {outcome: float(value) for outcome, value in found}

    before, batch = count(), world.handovers(2)
    ledger.post(lines([*batch, batch[0]]) + forged(world.handovers(1)[0]))
    after = count()
    more = {outcome: after[outcome] - before.get(outcome, 0) for outcome in after}
    assert {outcome: value for outcome, value in more.items() if value} == {
        "accepted": 2, "duplicate": 1, "bad-signature": 1
    }  # fmt: skip


def test_a_statement_twice_in_one_batch_is_appended_once(ledger: Serving, world: World) -> None:
    [statement] = world.handovers(1)
    first, second = ledger.accepted([statement, statement])
    assert (first["index"], first["duplicate"]) == (second["index"], False)
    assert second["duplicate"]


def test_with_receipts_later_an_answer_says_where_its_receipt_is(ledger: Serving, world: World) -> None:
    [statement] = world.handovers(1)
    [answer] = ledger.accepted([statement], "?receipts=later")
    assert "receipt" not in answer
    logged = ledger.get_json(answer["location"])
    assert {name: logged[name] for name in ("id", "index", "received")} == {
        name: answer[name] for name in ("id", "index", "received")
    }
    assert check_receipt(b64decode(logged["receipt"]), ledger.verifier)[0] == answer["index"]
    as_proof = ledger.get(f"{answer['location']}?format=proof")
    assert as_proof.headers["content-type"] == "text/plain; charset=utf-8"
    assert check_receipt(as_proof.content, ledger.verifier)[0] == answer["index"]


def test_a_gzip_body_is_taken_as_its_plain_twin(ledger: Serving, world: World) -> None:
    batch = world.handovers(3)
    response = ledger.post(zipped(lines(batch)), **{"Content-Encoding": "gzip"})
    assert [answer["id"] for answer in response.json()["answers"]] == [statement.id for statement in batch]
    assert {answer["duplicate"] for answer in ledger.accepted(batch)} == {True}


def test_a_body_in_chunks_without_its_length_is_asked_for_it(ledger: Serving, world: World) -> None:
    batch = world.handovers(3)
    body = lines(batch)
    chunks = (body[at : at + 700] for at in range(0, len(body), 700))
    response = ledger.client.post("/api/v1/statements", content=chunks, headers=NDJSON)
    assert response.status_code == 411
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("end", [b"", b"\n"])
def test_the_last_line_may_lack_its_line_feed(ledger: Serving, world: World, end: bytes) -> None:
    [statement] = world.handovers(1)
    assert ledger.post(statement.envelope + end).json()["answers"][0]["status"] == "accepted"


def test_a_roster_statement_without_effect_says_why(ledger: Serving, world: World) -> None:
    again = world.enrol_device(world.devices[0].key)
    world.devices.pop()
    [answer] = ledger.accepted([again])
    assert answer["effect"] == "key-known"


def test_a_device_can_write_once_it_is_enrolled_even_in_the_same_batch(ledger: Serving, world: World) -> None:
    enrolment = world.enrol_device(key_of("new"))
    event = world.event("inspect", device=len(world.devices) - 1)
    answers = ledger.accepted([enrolment, event])
    assert answers[1]["link"] == "ok"
