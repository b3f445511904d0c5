"""A ledger that shows another history than before: nothing is sent until someone has looked."""

import json
from pathlib import Path

import pytest

from custody.core.errors import SplitView, Unavailable
from scanner_agent.log_file import log_to
from tests.agent.exchange.desk import Desk, size_held


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
