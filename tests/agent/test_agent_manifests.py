"""The whole agent and long lists: a session in parts, and what the document of a statement says to expect."""

import msgspec

from scanner_agent import texts
from scanner_agent.config import AgentConfig
from scanner_agent.outbox import Outbox
from scanner_agent.sources.picture_settings import ReplayConfig
from tests.agent.scene import PIN, Scene
from tests.agent.typed_lines import events, run, said
from tests.world import item_id


def test_a_session_of_hundreds_of_items_is_split_and_receipted(scene: Scene, config: AgentConfig) -> None:
    items = [f"plain/kpu/{'K' * 34}{number:06}" for number in range(900)]
    lines = config.outbox.with_name("labels.txt")
    lines.write_text("".join(f"{item}\n" for item in items))
    replaying = msgspec.structs.replace(config, source=[ReplayConfig(path=str(lines))])
    refused, output = run(
        replaying, scene.ann.badge, PIN, "action store", f"wait items {len(items)}", "confirm", "wait receipts"
    )
    assert refused == 0, output
    parts = events(config)
    assert [item for event in parts for item in event.items] == items
    assert [event.part.i for event in parts if event.part] == list(range(1, len(parts) + 1))
    assert {event.part.n for event in parts if event.part} == {len(parts)}
    assert len(parts) > 1


def test_a_document_of_a_statement_held_here_says_what_to_expect(scene: Scene, config: AgentConfig) -> None:
    run(config, scene.ann.badge, PIN, "action store", scene.label(1), scene.label(2), "confirm", "wait receipts")
    outbox = Outbox(config.outbox)
    document = outbox.last_id(scene.device.keyid)
    outbox.close()
    assert document is not None
    session = [f"scan {document}", scene.ann.badge, PIN, "action inspect", scene.label(2)]
    refused, output = run(config, *session, "confirm")
    assert refused == 0
    assert all(words in output for words in ("1 dari 2", "1 of 2", texts.LOOK[0], item_id(1)))
    assert "2 of 2" in run(config, scene.label(1), "cancel")[1]


def test_a_document_of_another_device_is_only_referred_to(scene: Scene, config: AgentConfig) -> None:
    _, output = run(config, "action accept", f"scan {'0' * 64}", scene.label(1))
    assert said(output, texts.SET) or "0" * 64 in output
    assert " of " not in output.partition("0" * 64)[2]


def test_of_a_statement_in_parts_any_one_says_what_to_expect_of_all(scene: Scene, config: AgentConfig) -> None:
    items = [f"plain/kpu/{'K' * 34}{number:06}" for number in range(900)]
    lines = config.outbox.with_name("labels.txt")
    lines.write_text("".join(f"{item}\n" for item in items))
    replaying = msgspec.structs.replace(config, source=[ReplayConfig(path=str(lines))])
    run(replaying, scene.ann.badge, PIN, "action store", "wait items 900", "confirm", "wait receipts")
    outbox = Outbox(config.outbox)
    document = outbox.last_id(scene.device.keyid)
    outbox.close()
    _, output = run(config, f"scan {document}", f"scan {items[0]}")
    assert "1 of 900" in output


def test_a_document_that_is_to_be_corrected_is_referred_to_alone(scene: Scene, config: AgentConfig) -> None:
    run(config, scene.ann.badge, PIN, "action store", scene.label(1), scene.label(2), "confirm", "wait receipts")
    outbox = Outbox(config.outbox)
    document = outbox.last_id(scene.device.keyid)
    outbox.close()
    session = [scene.ann.badge, PIN, "action correct", f"scan {document}", "condition wet", scene.label(2), "confirm"]
    refused, output = run(config, *session)
    assert refused == 0, output
    assert sorted([event.refs for event in events(config)]) == [[], [document]]
