"""What is sent and what comes back: receipts and the roster count once they are proved."""

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from custody.core import badge
from custody.core.checkpoint import Checkpoint
from custody.core.errors import BadProof, BadSignature, CustodyError, WrongLog
from custody.core.label import parse
from custody.core.proof import Receipt, check_receipt
from scanner_agent.exchange import Exchange
from scanner_agent.observer import Observer
from scanner_agent.storage import load_trust
from scanner_agent.uploader import MAX_BATCH
from tests.agent.exchange.desk import Desk, size_held
from tests.world import START, key_of


def test_every_statement_gets_a_receipt_that_anyone_can_check(desk: Desk) -> None:
    signed = desk.record(3)
    desk.exchange.run_pass()
    receipts = list(desk.outbox.receipts())
    assert desk.outbox.counts().pending == 0
    for statement, (index, receipt) in zip(signed, receipts, strict=True):
        at, entry, _ = check_receipt(receipt, desk.config.verifier)
        assert (at, desk.ledger.statements[statement.id]) == (index, index)
        assert statement.envelope in entry
    assert size_held(desk) == len(desk.ledger.entries)


def test_many_statements_go_in_batches(desk: Desk) -> None:
    desk.record(MAX_BATCH + 1)
    desk.exchange.run_pass()
    assert desk.ledger.posts == [MAX_BATCH, 1]
    assert desk.outbox.counts().receipted == MAX_BATCH + 1


def test_what_the_ledger_has_already_is_receipted_and_not_doubled(desk: Desk) -> None:
    [signed] = desk.record()
    desk.ledger.append(signed.envelope)
    before = len(desk.ledger.entries)
    desk.exchange.run_pass()
    assert (len(desk.ledger.entries), desk.outbox.counts().receipted) == (before, 1)


def test_the_roster_comes_with_its_proofs_and_lets_labels_and_badges_be_judged(desk: Desk) -> None:
    assert desk.trust.judge(parse(desk.scene.label(1))) == "unknown-issuer"
    desk.exchange.run_pass()
    ann, budi = desk.scene.ann, desk.scene.budi
    for trust in (desk.trust, load_trust(desk.config, desk.outbox)):
        assert trust.judge(parse(desk.scene.label(1))) == "valid"
        assert trust.badge_warning(ann.handler, ann.key.keyid, START + 100_000) is None
        assert trust.badge_warning(ann.handler, ann.key.keyid, 0) == "signer-not-valid"
        assert trust.badge_warning(ann.handler, budi.key.keyid, START + 100_000) == "signer-unknown"
    assert [index for index, _ in desk.outbox.roster()] == desk.ledger.roster


def test_news_of_the_roster_change_the_judgement(desk: Desk) -> None:
    desk.exchange.run_pass()
    ann = desk.scene.ann
    desk.ledger.append(desk.scene.world.revoke(ann.key.keyid).envelope)
    desk.exchange.run_pass()
    assert desk.trust.badge_warning(ann.handler, ann.key.keyid, START + 100_000) == "signer-revoked"


def test_before_the_first_contact_no_badge_is_judged(desk: Desk) -> None:
    assert desk.trust.badge_warning(badge.handler_id(bytes(10)), "0" * 64, 1) is None


def test_a_log_that_begins_otherwise_is_not_ours(tmp_path: Path, desk: Desk) -> None:
    [signed] = desk.record()
    other = msgspec.structs.replace(desk.config, log=msgspec.structs.replace(desk.config.log, entry0="0" * 64))
    exchange = Exchange(other, desk.outbox, desk.trust, desk.scene.device, Observer())
    with pytest.raises(WrongLog, match="begins with another entry"):
        exchange.run_pass()
    assert [one.id for one in desk.outbox.pending(9, 9999)] == [signed.id]
    assert desk.ledger.posts == []


def foreign(desk: Desk, _: bytes) -> bytes:
    return desk.ledger.receipt(0)


def another_key(desk: Desk, receipt: bytes) -> bytes:
    parts = Receipt.decode(receipt)
    checkpoint = desk.ledger.checkpoint().decode().split("\n")
    note = Checkpoint.parse("\n".join([*checkpoint[:3], ""])).sign(key_of("thief"))
    return Receipt(parts.index, parts.proof, note, parts.extra).encode()


def no_entry(_: Desk, receipt: bytes) -> bytes:
    parts = Receipt.decode(receipt)
    return Receipt(parts.index, parts.proof, parts.checkpoint).encode()


def altered_proof(_: Desk, receipt: bytes) -> bytes:
    parts = Receipt.decode(receipt)
    return Receipt(parts.index, (bytes(32), *parts.proof[1:]), parts.checkpoint, parts.extra).encode()


FALSE_RECEIPTS = [
    (foreign, BadProof, "another statement"),
    (another_key, BadSignature, "not signed by a key we trust"),
    (no_entry, BadProof, "does not carry its entry"),
    (altered_proof, BadProof, "another root"),
]


@pytest.mark.parametrize(("tamper", "error", "match"), FALSE_RECEIPTS, ids=lambda value: getattr(value, "__name__", ""))
def test_a_false_receipt_does_not_count(
    desk: Desk, tamper: Callable[[Desk, bytes], bytes], error: type[CustodyError], match: str
) -> None:
    desk.record()
    desk.ledger.tamper = lambda receipt: tamper(desk, receipt)
    with pytest.raises(error, match=match):
        desk.exchange.run_pass()
    assert desk.outbox.counts().pending == 1
    desk.ledger.tamper = lambda receipt: receipt
    desk.exchange.run_pass()
    assert desk.outbox.counts().receipted == 1
