"""An outbox that knows less of its own chain than the ledger does."""

import json
from pathlib import Path

import pytest

from custody.core.errors import CustodyError
from scanner_agent import exchange_texts
from tests.agent.exchange.desk import Desk


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
