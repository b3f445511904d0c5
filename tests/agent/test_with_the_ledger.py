"""The agent and the real ledger: what one writes, the other takes."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.core.proof import check_receipt
from scanner_agent.config import AgentConfig
from scanner_agent.outbox import Outbox
from scanner_agent.running import run_agent
from tests.agent.scene import PIN, Scene
from tests.web.serving import Serving, make_log
from tests.world import item_id


@pytest.fixture(scope="module")
def scene() -> Scene:
    return Scene()


@pytest.fixture(scope="module")
def ledger(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with Serving(make_log(tmp_path_factory.mktemp("log"), scene.world)) as serving:
        serving.accepted(scene.roster[1:])
        yield serving


@pytest.fixture
def config(scene: Scene, ledger: Serving, tmp_path: Path) -> AgentConfig:
    return scene.settle(tmp_path, ledger.url, ledger.vkey, ledger.get("/api/v1/log/entries/0").content)


def run(config: AgentConfig, *lines: str) -> str:
    out = io.StringIO()
    assert run_agent(config, io.StringIO("".join(f"{line}\n" for line in lines)), out) == 0, out.getvalue()
    return out.getvalue()


def test_a_handover_goes_into_the_log_and_its_receipt_comes_back(
    scene: Scene, ledger: Serving, config: AgentConfig
) -> None:
    run(config)
    handover = [scene.ann.badge, PIN, "action handover", scene.label(1), scene.label(2), scene.budi.badge, PIN]
    run(config, *handover, "confirm", "wait receipts")
    run(config, scene.budi.badge, PIN, "action store", scene.label(1), "confirm", "wait receipts")

    outbox = Outbox(config.outbox)
    receipts = list(outbox.receipts())
    assert [check_receipt(receipt, ledger.verifier)[0] for _, receipt in receipts] == [index for index, _ in receipts]
    assert [index for index, _ in outbox.roster()] == list(range(len(scene.roster)))
    outbox.close()
    device = ledger.get_json(f"/api/v1/devices/{scene.device.keyid}")
    assert (device["seq"], device["missing"], device["forks"]) == (2, [], [])
    ledger.wait_until_followed()
    events = ledger.get_json(f"/api/v1/items/{item_id(1)}")["events"]
    assert [event["action"] for event in events] == ["handover", "store"]


def test_an_outbox_from_before_the_ledgers_head_is_noticed(scene: Scene, ledger: Serving, config: AgentConfig) -> None:
    """This device has sent statements; a fresh folder with its key knows none of them."""
    out = io.StringIO()
    session = [scene.ann.badge, PIN, "action store", scene.label(3), "confirm"]
    assert run_agent(config, io.StringIO("".join(f"{line}\n" for line in session)), out) == 1
    outbox = Outbox(config.outbox)
    assert [incident.kind for incident in outbox.incidents()] == ["chain-behind"]
    outbox.close()
