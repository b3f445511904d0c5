"""What keeps the whole agent from starting, signing or sending, and what does not."""

import io
import socket
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import msgspec
import pytest

from custody.core.errors import BadKey, ConfigFault
from scanner_agent import exchange, exchange_texts, running, texts
from scanner_agent.config import AgentConfig
from scanner_agent.outbox import Outbox
from scanner_agent.running import run_agent
from scanner_agent.storage import open_alone
from tests.agent.scene import PIN, Scene
from tests.agent.typed_lines import Keyboard, events, run, said


def test_a_refusal_for_good_stops_signing_until_someone_has_looked(scene: Scene, config: AgentConfig) -> None:
    session = [scene.ann.badge, PIN, "action store", scene.label(1), "confirm"]
    scene.ledger.refusals["*"] = {"detail": "no", "retry": False}
    _, output = run(config, *session, "wait receipts")
    assert said(output, exchange_texts.QUARANTINED)
    refused, output = run(config, *session)
    assert (refused, said(output, texts.HALTED)) == (1, True)
    assert output.index(texts.HALTED[0]) < output.index(texts.UNLOCKED[0]), "said before anything is read"
    scene.ledger.refusals.clear()
    outbox = Outbox(config.outbox)
    outbox.review(outbox.incidents()[0].id, 1, resend=False)
    outbox.close()
    refused, output = run(config, scene.ann.badge, PIN, "confirm", "wait receipts")
    assert (refused, said(output, texts.HALTED)) == (0, False), output
    assert [event.seq for event in events(config)] == [2]


def test_after_a_split_view_recording_goes_on_and_sending_does_not(scene: Scene, config: AgentConfig) -> None:
    run(config)
    scene.ledger.rewrite(3)
    refused, output = run(config, scene.ann.badge, PIN, "action store", scene.label(1), "confirm", "status")
    assert (refused, said(output, exchange_texts.SPLIT_VIEW)) == (0, True)
    assert "1 menunggu / pending" in output
    assert scene.ledger.posts == []


def test_an_outbox_that_is_behind_the_ledger_signs_nothing(scene: Scene, config: AgentConfig) -> None:
    saved = config.outbox.read_bytes()
    session = [scene.ann.badge, PIN, "action store", scene.label(1), "confirm"]
    run(config, *session, "wait receipts")
    config.outbox.write_bytes(saved)
    refused, output = run(config, *session)
    assert (refused, said(output, texts.HALTED), said(output, exchange_texts.CHAIN_BEHIND)) == (1, True, True)
    assert events(config) == []


def test_the_ledger_is_asked_how_far_the_chain_is_before_the_first_line_is_taken(
    scene: Scene, config: AgentConfig
) -> None:
    def lines() -> Iterator[str]:
        assert f"/api/v1/devices/{scene.device.keyid}" in scene.ledger.asked
        yield "action store"

    run_agent(config, Keyboard(lines()), io.StringIO())
    outbox = Outbox(config.outbox)
    assert len(outbox.draft()) == 1
    outbox.close()


class Dripping:
    """A server whose answers arrive, a byte at a time, and never end."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._answer)
        self._thread.start()

    def _answer(self) -> None:
        client, _ = self._listener.accept()
        with client, suppress(OSError):
            client.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not self._closed.wait(0.05):
                client.sendall(b"x")

    def close(self) -> None:
        self._closed.set()
        self._thread.join()
        self._listener.close()


def test_a_ledger_whose_answer_has_no_end_holds_up_neither_the_first_scan_nor_the_end(
    scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "MEET_S", 0.3)
    monkeypatch.setattr(exchange, "CLOSE_S", 0.3)
    ended = threading.Event()
    with closing(Dripping()) as dripping:
        config = scene.config(tmp_path, dripping.url)
        threading.Thread(target=lambda: (run(config, "action store"), ended.set()), daemon=True).start()
        assert ended.wait(20)
    outbox = Outbox(config.outbox)
    assert len(outbox.draft()) == 1
    outbox.close()


def test_a_second_agent_on_one_outbox_is_refused(config: AgentConfig) -> None:
    with open_alone(config), pytest.raises(ConfigFault, match="another scanner-agent"):
        run(config)


def test_a_key_that_others_can_read_is_refused_with_the_command_that_mends_it(config: AgentConfig) -> None:
    config.key.chmod(0o644)
    with pytest.raises(ConfigFault, match="chmod 600"):
        run(config)


def test_an_outbox_of_another_log_is_refused(config: AgentConfig) -> None:
    run(config)
    other = msgspec.structs.replace(config, log=msgspec.structs.replace(config.log, entry0="0" * 64))
    with pytest.raises(ConfigFault, match="another log"):
        run(other)


def test_a_damaged_key_is_told(config: AgentConfig) -> None:
    config.key.write_bytes(b"nonsense")
    with pytest.raises(BadKey, match="does not load"):
        run(config)
