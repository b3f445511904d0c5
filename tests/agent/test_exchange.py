"""Between agent and ledger: receipts are checked before they count, split views stop everything but recording."""

import gzip
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import msgspec
import pytest

from custody.core import badge
from custody.core.canonical import b64decode, b64encode, encode
from custody.core.checkpoint import Checkpoint
from custody.core.errors import BadProof, BadSignature, CustodyError, SplitView, TokenNeeded, Unavailable, WrongLog
from custody.core.event import Clock
from custody.core.keys import SigningKey
from custody.core.label import parse
from custody.core.merkle import EMPTY_ROOT
from custody.core.proof import Receipt, check_receipt
from custody.core.statement import Statement
from scanner_agent import exchange_texts, texts
from scanner_agent.drafting import Occasion, sign_session
from scanner_agent.exchange import Exchange
from scanner_agent.log_file import log_to
from scanner_agent.observer import Notice, Observer
from scanner_agent.outbox import Outbox
from scanner_agent.state import Line, Signer, State
from scanner_agent.storage import load_trust
from scanner_agent.trust import Trust
from scanner_agent.uploader import MAX_BATCH
from tests.agent.scene import Scene
from tests.agent.simulated_ledger import SimulatedLedger, serve
from tests.world import BOOT, START, item_id, key_of

_mono = count(1)
STRANGER = key_of("a badge that is not enrolled yet")


@dataclass
class Desk:
    """An agent without its readers and terminal."""

    scene: Scene
    url: str
    folder: Path
    notices: list[Notice] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.config = self.scene.config(self.folder, self.url)
        self.outbox = Outbox(self.config.outbox)
        self.trust: Trust = load_trust(self.config, self.outbox)
        self.exchange = Exchange(self.config, self.outbox, self.trust, self.scene.device, Observer(self.notices.append))

    @property
    def ledger(self) -> SimulatedLedger:
        return self.scene.ledger

    def record(self, count: int = 1, by: SigningKey | None = None) -> list[Statement]:
        """Signs and commits inspections of one item each, by Ann unless it is said otherwise."""
        signed = []
        for number in range(count):
            state = State(
                action="inspect",
                handlers={self.scene.ann.handler: Signer()},
                lines={item_id(number): Line("serial", "]Q1", "valid")},
            )
            seq, prev = self.outbox.next_link(self.scene.device.keyid)
            clock = Clock(boot=BOOT, mono=next(_mono), size=0, root=EMPTY_ROOT.hex())
            occasion = Occasion(self.config.origin, self.config.site, seq, prev, START, clock)
            signed += sign_session(state, occasion, self.scene.device, [by or self.scene.ann.key])
            self.outbox.commit(signed[-1:])
        return signed

    def told(self, words: texts.Words) -> bool:
        return any(notice.words == words for notice in self.notices)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    scene = Scene()
    with serve(scene.ledger) as url:
        made = Desk(scene, url, tmp_path)
        yield made
        made.exchange.close()
        made.outbox.close()


def size_held(desk: Desk) -> int:
    held = desk.outbox.last_checkpoint()
    return held.checkpoint.size if held else 0


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


def test_a_ledger_that_rewrites_its_history_is_caught_and_both_views_are_kept(desk: Desk) -> None:
    desk.exchange.run_pass()
    held = desk.outbox.last_checkpoint()
    desk.ledger.rewrite(3)
    desk.record()
    with pytest.raises(SplitView, match="cannot both be true"):
        desk.exchange.run_pass()
    [incident] = desk.outbox.incidents()
    evidence = json.loads(incident.evidence)
    assert incident.kind == "split-view"
    assert held
    assert evidence["held"].encode() == held.note
    assert evidence["offered"].encode() == desk.ledger.checkpoint()
    assert desk.outbox.last_checkpoint() == held


def test_a_longer_false_history_is_caught_by_its_consistency_proof(desk: Desk) -> None:
    desk.exchange.run_pass()
    desk.ledger.rewrite(3)
    desk.ledger.append(desk.scene.world.revoke(desk.scene.budi.key.keyid).envelope)
    with pytest.raises(SplitView):
        desk.exchange.run_pass()
    assert json.loads(desk.outbox.incidents()[0].evidence)["proof"]


def test_a_split_view_in_a_receipt_is_caught_too(desk: Desk) -> None:
    desk.exchange.run_pass()
    desk.record()

    def rewritten(_: bytes) -> bytes:
        desk.ledger.rewrite(3)
        return desk.ledger.receipt(len(desk.ledger.entries) - 1)

    desk.ledger.tamper = rewritten
    with pytest.raises(SplitView):
        desk.exchange.run_pass()
    assert desk.outbox.counts().pending == 1


def test_after_a_split_view_nothing_is_sent_until_someone_has_looked(desk: Desk) -> None:
    desk.exchange.run_pass()
    true = desk.ledger.entries[3]
    desk.ledger.rewrite(3)
    desk.record()
    with pytest.raises(SplitView):
        desk.exchange.run_pass()
    desk.ledger.entries[3] = true
    with pytest.raises(SplitView):
        desk.exchange.run_pass()
    assert desk.ledger.posts == []
    [incident] = desk.outbox.incidents()
    desk.outbox.review(incident.id, 1, resend=False)
    desk.exchange.run_pass()
    assert desk.outbox.counts().receipted == 1


def test_a_proof_garbled_once_on_the_way_is_no_split_view(desk: Desk) -> None:
    desk.exchange.run_pass()
    desk.ledger.append(desk.scene.world.revoke(desk.scene.budi.key.keyid).envelope)
    size = len(desk.ledger.entries)

    def garbled() -> tuple[int, bytes]:
        del desk.ledger.faults["/api/v1/log/consistency"]
        return 200, b'{"proof":[]}'

    desk.ledger.faults["/api/v1/log/consistency"] = garbled
    desk.exchange.run_pass()
    assert desk.outbox.incidents() == []
    assert size_held(desk) == size


def test_an_older_checkpoint_of_the_same_history_is_no_split_view(desk: Desk) -> None:
    desk.exchange.run_pass()
    held = desk.outbox.last_checkpoint()
    desk.ledger.faults["/drill/checkpoint"] = lambda: (200, desk.ledger.checkpoint(5))
    desk.exchange.run_pass()
    assert desk.outbox.last_checkpoint() == held


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


def test_a_checkpoint_for_which_the_ledger_gives_no_proof_is_kept_in_the_log(desk: Desk, tmp_path: Path) -> None:
    desk.exchange.run_pass()
    held = desk.outbox.last_checkpoint()
    desk.ledger.rewrite(3)
    desk.ledger.append(desk.scene.world.revoke(desk.scene.budi.key.keyid).envelope)
    desk.ledger.faults["/api/v1/log/consistency"] = lambda: (503, b"{}")
    with log_to(tmp_path / "agent.log"), pytest.raises(Unavailable):
        desk.exchange.run_pass()
    [line] = map(json.loads, (tmp_path / "agent.log").read_text().splitlines())
    assert (line["held"], line["offered"]) == (held.note.decode(), desk.ledger.checkpoint().decode())
    assert desk.outbox.last_checkpoint() == held


def test_where_nothing_listens_the_ledger_is_unavailable(desk: Desk) -> None:
    nowhere = msgspec.structs.replace(
        desk.config, log=msgspec.structs.replace(desk.config.log, url="http://127.0.0.1:1")
    )
    with pytest.raises(Unavailable, match="does not answer"):
        Exchange(nowhere, desk.outbox, desk.trust, desk.scene.device, Observer()).run_pass()


def behind(desk: Desk, tmp_path: Path) -> Desk:
    """The same device with the outbox as it was before it signed two statements and sent them."""
    saved = desk.config.outbox.read_bytes()
    desk.record(2)
    desk.exchange.run_pass()
    desk.outbox.close()
    desk.config.outbox.write_bytes(saved)
    Path(f"{desk.config.outbox}-journal").unlink(missing_ok=True)
    return Desk(desk.scene, desk.url, tmp_path)


def test_an_outbox_put_back_from_a_backup_is_noticed_with_proof(desk: Desk, tmp_path: Path) -> None:
    restored = behind(desk, tmp_path)
    restored.exchange.meet()
    [incident] = restored.outbox.incidents()
    assert (incident.kind, incident.issuer) == ("chain-behind", desk.scene.device.keyid)
    assert "make a new one" in incident.detail
    assert "payload" in json.loads(json.loads(incident.evidence)["logged"])
    assert restored.told(exchange_texts.CHAIN_BEHIND)


def test_a_fork_that_was_signed_offline_is_noticed_at_the_next_contact_and_sent_as_evidence(
    desk: Desk, tmp_path: Path
) -> None:
    restored = behind(desk, tmp_path)
    fork = restored.record(3)
    restored.exchange.run_pass()
    assert [incident.kind for incident in restored.outbox.incidents()] == ["chain-behind"]
    assert fork[0].id in desk.ledger.statements


def test_a_chain_that_is_ahead_of_the_ledger_is_the_normal_case(desk: Desk) -> None:
    desk.record(2)
    desk.exchange.run_pass()
    desk.record(2)
    desk.exchange.meet()
    assert desk.outbox.incidents() == []


def test_a_ledger_that_only_claims_to_hold_more_stops_nobody(desk: Desk) -> None:
    """Without a receipt of a statement that this device signed, it is a claim."""
    other = desk.scene.world.revoke(desk.scene.budi.key.keyid)
    desk.ledger.append(other.envelope)
    desk.ledger.chains[desk.scene.device.keyid] = [(9, other.id)]
    with pytest.raises(CustodyError):
        desk.exchange.meet()
    assert desk.outbox.incidents() == []


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
