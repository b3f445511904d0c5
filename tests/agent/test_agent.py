"""The whole agent, from a script or a scanner to receipts, and what it says when something is wrong."""

import errno
import io
import json
import os
import pty
import re
import socket
import sys
import termios
import threading
import tty
from collections.abc import Iterable, Iterator
from contextlib import closing, suppress
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path

import msgspec
import pytest

from custody.core import entry, statement
from custody.core.errors import BadKey, ConfigFault
from custody.core.event import Event, Paper, ReadingOf
from custody.core.proof import Receipt
from scanner_agent import exchange, exchange_texts, members, pictures, running, texts
from scanner_agent.config import AgentConfig
from scanner_agent.inputs import Chosen, Given
from scanner_agent.log_file import log_to
from scanner_agent.outbox import Outbox
from scanner_agent.running import run_agent
from scanner_agent.sources.picture_settings import ReplayConfig
from scanner_agent.sources.serial import SerialConfig
from scanner_agent.storage import open_alone
from tests.agent.scene import PIN, Scene, person, sync
from tests.agent.simulated_ledger import serve
from tests.agent.standing import standing
from tests.photos import jpeg_file
from tests.world import item_id, key_of, site_id


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def url(scene: Scene) -> Iterator[str]:
    with serve(scene.ledger) as url:
        yield url


@pytest.fixture
def config(scene: Scene, url: str, tmp_path: Path) -> AgentConfig:
    return scene.config(tmp_path, url)


def run(config: AgentConfig, *lines: str) -> tuple[int, str]:
    """(refused lines, what was said)"""
    out = io.StringIO()
    return run_agent(config, io.StringIO("".join(f"{line}\n" for line in lines)), out), out.getvalue()


def events(config: AgentConfig) -> list[Event]:
    """What the outbox holds, pending or receipted, oldest first."""
    outbox = Outbox(config.outbox)
    sent = [entry.decode(_entry_of(receipt))[0] for _, receipt in outbox.receipts()]
    waiting = [pending.envelope for pending in outbox.pending(100, 10**6)]
    outbox.close()
    bodies = [statement.parse(envelope).body for envelope in [*sent, *waiting]]
    return [body for body in bodies if isinstance(body, Event)]


def _entry_of(receipt: bytes) -> bytes:
    return Receipt.decode(receipt).extra or b""


def said(output: str, words: texts.Words) -> bool:
    return " / ".join(words) in output


class Screen(io.StringIO):
    """Output in which words can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = threading.Condition()

    def write(self, text: str) -> int:
        with self._changed:
            written = super().write(text)
            self._changed.notify_all()
        return written

    def wait_for(self, words: texts.Words) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: words[0] in self.getvalue(), 30), self.getvalue()


class Keyboard(io.StringIO):
    """Lines that are typed as they are made."""

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__()
        self._lines = lines

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        yield from self._lines


def test_a_handover_ends_in_a_receipt(scene: Scene, config: AgentConfig) -> None:
    run(config)
    roster = len(scene.ledger.entries)
    refused, output = run(
        config,
        scene.ann.badge, PIN, "action handover", f"to {site_id(2)}", scene.label(1), f"scan {scene.label(2)}",
        scene.budi.badge, f"pin {PIN}", "confirm", "wait receipts", "status",
    )  # fmt: skip
    assert refused == 0, output
    assert said(output, texts.SIGNED)
    assert "0 menunggu / pending, 1 berbukti / receipted" in output
    [event] = events(config)
    assert (event.releaser, event.receiver, event.to) == (scene.ann.handler, scene.budi.handler, site_id(2))
    assert (event.items, event.site) == ([item_id(1), item_id(2)], config.site)
    assert event.read is not None
    assert (event.read.source, event.read.label, event.warnings) == ("manual", "valid", [])
    assert event.clock.size == roster
    assert len(event.signers) == 3


def test_without_a_network_everything_is_signed_and_waits(scene: Scene, tmp_path: Path) -> None:
    config = scene.config(tmp_path)
    refused, output = run(config, scene.ann.badge, PIN, "action store", scene.label(1), "confirm")
    assert refused == 0, output
    assert said(output, texts.NO_ROSTER)
    [event] = events(config)
    assert (event.clock.size, event.warnings) == (0, ["label-bad"])


def test_a_session_later_the_chain_goes_on(scene: Scene, config: AgentConfig) -> None:
    for number in range(2):
        run(config, scene.ann.badge, PIN, "action store", scene.label(number), "confirm", "wait receipts")
    first, second = events(config)
    assert (first.seq, second.seq) == (1, 2)
    assert second.clock.size > first.clock.size


def test_keys_do_not_outlive_their_session(scene: Scene, config: AgentConfig) -> None:
    first = [scene.ann.badge, PIN, "action store", scene.label(1), "confirm"]
    refused, output = run(config, *first, "action store", scene.label(2), "confirm", scene.budi.badge, PIN, "confirm")
    assert refused == 1
    assert said(output, texts.NOT_YET)
    assert [event.receiver for event in events(config)] == [scene.ann.handler, scene.budi.handler]
    assert scene.ann.key.keyid not in events(config)[1].signers


def test_a_forged_label_is_warned_of_and_recorded(scene: Scene, config: AgentConfig) -> None:
    run(config)
    forged = scene.label(1)[:-8] + "AAAAAAAA"
    refused, output = run(config, scene.ann.badge, PIN, "action store", forged, scene.label(2), "confirm")
    assert (refused, said(output, texts.VERDICTS["forged"])) == (0, True)
    [event] = events(config)
    assert event.read is not None
    assert event.read.others == [ReadingOf(source="manual", label="valid", items=[1])]
    assert (event.read.label, event.warnings) == ("forged", ["label-bad"])


def test_notes_vehicles_and_papers_are_hashed_with_random_bytes_and_kept(
    scene: Scene, config: AgentConfig, tmp_path: Path
) -> None:
    photograph = tmp_path / "tanda terima.jpg"
    photograph.write_bytes(jpeg_file())
    lines = [
        scene.ann.badge,
        PIN,
        "action handover",
        f"paper {photograph}",
        "vehicle AB 1234 CD, Pak Anu",
        "note basah",
    ]
    refused, output = run(config, *lines, scene.label(1), "confirm")
    assert refused == 0, output
    [event] = events(config)
    assert isinstance(event.receiver, Paper)
    outbox = Outbox(config.outbox)
    for hash_, content in [
        (event.receiver.paper, pictures.take_file(photograph)),
        (event.vehicle, b"AB 1234 CD, Pak Anu"),
        (event.note, b"basah"),
    ]:
        salted = outbox.private(hash_ or "")
        assert salted is not None
        assert (salted[16:], sha256(salted).hexdigest()) == (content, hash_)
    outbox.close()


@pytest.mark.parametrize(
    "line", ["paper nowhere.jpg", "paper {text}", "paper {large}", "note", "note {long}", "vehicle"]
)
def test_what_is_no_note_and_no_photograph_is_refused(config: AgentConfig, tmp_path: Path, line: str) -> None:
    text, large = tmp_path / "a.txt", tmp_path / "b.jpg"
    text.write_text("text")
    large.write_bytes(jpeg_file() + bytes(32 * 1024 * 1024))
    refused, output = run(config, "action accept", line.format(text=text, large=large, long="x" * 2001))
    assert (refused, "Traceback" in output) == (1, False)


def test_ids_that_were_typed_need_a_reason_which_is_kept_beside_the_note(scene: Scene, config: AgentConfig) -> None:
    lines = [scene.ann.badge, PIN, "action store", scene.label(1), item_id(2), "note basah", "confirm"]
    refused, output = run(config, *lines)
    assert (refused, said(output, texts.FIELDS["reason"]), events(config)) == (1, True, [])
    refused, output = run(config, scene.ann.badge, PIN, "reason label robek", "confirm")
    assert refused == 0, output
    [event] = events(config)
    assert event.read is not None
    assert [(one.label, one.items) for one in event.read.others] == [("unsigned", [1])]
    outbox = Outbox(config.outbox)
    salted = outbox.private(event.note or "")
    outbox.close()
    assert salted is not None
    assert salted[16:].decode().splitlines() == ["basah", "Alasan mengetik / Reason for typing: label robek"]


def test_a_correction_names_the_last_statement_by_the_word_last(scene: Scene, config: AgentConfig) -> None:
    refused, output = run(config, scene.ann.badge, PIN, "action correct", "ref last")
    assert (refused, said(output, texts.NO_STATEMENT)) == (1, True)
    run(config, "action accept", scene.ann.badge, PIN, scene.label(1), "confirm")
    refused, output = run(
        config, scene.ann.badge, PIN, "action correct", "ref last", "condition wet", scene.label(1), "confirm"
    )
    assert refused == 0, output
    outbox = Outbox(config.outbox)
    wrong = outbox.id_at(scene.device.keyid, 1)
    outbox.close()
    assert [event.refs for event in events(config)] == [[], [wrong]]


def test_a_badge_of_nobody_on_the_roster_is_warned_of_and_recorded(scene: Scene, config: AgentConfig) -> None:
    run(config)
    stranger = person(9, scene.world.origin)
    _, output = run(config, stranger.badge, PIN, "action store", scene.label(1), "confirm")
    assert said(output, texts.BADGES["signer-unknown"])
    assert events(config)[0].warnings == ["signer-unknown"]


def test_what_the_ledger_would_refuse_for_good_does_not_become_a_link_of_the_chain(
    scene: Scene, config: AgentConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(members.FIELDS, "quantity", int)
    lines = [scene.ann.badge, PIN, "action commission", "kind box", f"quantity {2**60}", scene.label(1), "confirm"]
    refused, output = run(config, *lines)
    assert (refused, said(output, texts.WOULD_BE_REFUSED), events(config)) == (1, True, [])


def test_a_session_that_no_statements_can_hold_is_told_as_too_much(scene: Scene, config: AgentConfig) -> None:
    refs = [f"ref {number:064x}" for number in range(650)]
    refused, output = run(config, scene.ann.badge, PIN, "action store", scene.label(1), *refs, "confirm")
    assert (refused, said(output, texts.TOO_LONG), events(config)) == (1, True, [])


def test_a_session_that_the_disk_does_not_take_is_not_stored_and_still_there(scene: Scene, tmp_path: Path) -> None:
    with standing(scene, scene.config(tmp_path)) as at:
        at.agent.give(Chosen("store"))
        at.scan(scene.ann.badge)
        at.keys(PIN)
        at.scan(scene.label(1))
        at.agent.outbox._db.execute("PRAGMA query_only = ON")
        assert not at.agent.confirm()
        assert (at.heard(texts.NOT_STORED), at.events(), at.agent.state.items) == (True, [], [item_id(1)])
        at.agent.outbox._db.execute("PRAGMA query_only = OFF")
        at.clock.ms += 10_000
        assert at.agent.confirm()
        assert len(at.events()) == 1


def test_a_wrong_pin_is_told_and_opens_nothing(scene: Scene, config: AgentConfig) -> None:
    refused, output = run(config, scene.ann.badge, "999990", "action store", scene.label(1), "confirm")
    assert refused == 2
    assert "PIN salah, ke-1. Tunggu 1 detik" in output
    assert "Wrong PIN, number 1. Wait 1 s" in output
    assert events(config) == []


def test_wrong_pins_count_over_a_restart_and_so_does_the_pause(scene: Scene, config: AgentConfig) -> None:
    run(config, scene.ann.badge, "999990")
    with closing(Outbox(config.outbox)) as outbox:
        assert outbox.wrong_pins() == {scene.ann.handler: 1}
        outbox.keep_wrong_pins(scene.ann.handler, 6)  # five more, without the pauses between them
    refused, output = run(config, scene.ann.badge, PIN, scene.budi.badge, PIN)
    assert (refused, bool(re.search("Wait 3[0-2] s more", output))) == (1, True), output


def test_a_pin_is_never_shown(scene: Scene, config: AgentConfig) -> None:
    _, output = run(config, scene.ann.badge, PIN, f"pin {PIN}", f"pim {PIN}")
    assert PIN not in output


def test_the_language_of_screens_is_switched_to_and_fro(scene: Scene, config: AgentConfig) -> None:
    _, output = run(config, "language", "language")
    english, indonesian = (" / ".join(texts.LANGUAGES[language]) for language in ("en", "id"))
    assert english in output.partition(indonesian)[0]
    assert indonesian in output


def test_help_says_again_what_is_wanted(scene: Scene, config: AgentConfig) -> None:
    _, output = run(config, "help")
    assert output.count(" / ".join(texts.BADGE)) == 2


@pytest.mark.parametrize("line", ["steal it", "wait", "wait items many", "hello", "to nowhere", "pin 123"])
def test_a_line_that_is_no_command_is_refused(config: AgentConfig, line: str) -> None:
    assert run(config, line)[0] == 1


@pytest.mark.parametrize("line", ["", "help", "status", "quit"])
def test_a_line_that_only_asks_is_answered(config: AgentConfig, line: str) -> None:
    assert run(config, line)[0] == 0


def test_a_cancelled_session_leaves_nothing_behind(scene: Scene, config: AgentConfig) -> None:
    run(config, "action store", scene.label(1), "cancel")
    refused, output = run(config, scene.ann.badge, PIN, "action store", scene.label(2), "confirm")
    assert (refused, said(output, texts.RESTORED)) == (0, False)
    assert [event.items for event in events(config)] == [[item_id(2)]]


def test_a_session_that_was_not_confirmed_is_there_after_a_restart(scene: Scene, config: AgentConfig) -> None:
    run(config, scene.ann.badge, PIN, "action store", scene.label(1), scene.label(2), "undo")
    refused, output = run(config, scene.ann.badge, PIN, scene.label(3), "confirm")
    assert (refused, said(output, texts.RESTORED)) == (0, True)
    assert [event.items for event in events(config)] == [[item_id(1), item_id(3)]]


def test_idle_for_long_the_keys_are_dropped_and_the_reads_stay(scene: Scene, config: AgentConfig) -> None:
    hasty = msgspec.structs.replace(config, idle_lock_seconds=1.0)
    screen = Screen()

    def lines() -> Iterator[str]:
        yield from [scene.ann.badge, PIN, "action store", scene.label(1)]
        screen.wait_for(texts.LOCKED)
        yield "confirm"

    assert run_agent(hasty, Keyboard(lines()), screen) == 1
    assert events(config) == []
    assert run(config, scene.ann.badge, PIN, "confirm")[0] == 0


def test_what_goes_wrong_in_the_background_is_told_and_logged(scene: Scene, tmp_path: Path) -> None:
    screen = Screen()

    def lines() -> Iterator[str]:
        screen.wait_for(exchange_texts.NOT_SENT)
        yield "help"

    with log_to(tmp_path / "agent.log"):
        assert run_agent(scene.config(tmp_path), Keyboard(lines()), screen) == 0
    [line] = (tmp_path / "agent.log").read_text().splitlines()
    assert json.loads(line)["kind"] == "unavailable"


def test_a_terminal_that_goes_ends_the_agent(config: AgentConfig) -> None:
    def lines() -> Iterator[str]:
        yield "help"
        raise OSError(errno.EIO, "hung up")

    assert run_agent(config, Keyboard(lines()), io.StringIO()) == 0


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


def test_a_serial_scanner_and_the_terminal_fill_one_session(scene: Scene, config: AgentConfig) -> None:
    """Badge by scanner, PIN at the terminal, items by scanner."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    scanning = msgspec.structs.replace(config, source=[SerialConfig(device=os.ttyname(theirs), name="desk")])

    screen = Screen()

    def lines() -> Iterator[str]:
        screen.wait_for(texts.READER_LIVE)
        os.write(ours, f"]Q1{scene.ann.badge}\r".encode())
        screen.wait_for(texts.BADGE_READ)
        yield from [PIN, "action store"]
        for number in (1, 2, 2):
            os.write(ours, f"]Q1{scene.label(number)}\r".encode())
        yield from ["wait items 2", "confirm"]

    refused = run_agent(scanning, Keyboard(lines()), screen)
    os.close(ours)
    os.close(theirs)
    assert refused == 0, screen.getvalue()
    [event] = events(config)
    assert event.items == [item_id(1), item_id(2)]
    assert event.read is not None
    assert (event.read.source, event.read.symbology) == ("serial", "]Q1")


def test_what_two_readers_send_at_once_is_never_mixed(scene: Scene, config: AgentConfig) -> None:
    """Byte by byte in turns; both read the last label, which is one item all the same."""
    lines = [pty.openpty() for _ in range(2)]
    for _, theirs in lines:
        tty.setraw(theirs)
    sources = [SerialConfig(device=os.ttyname(theirs), name=f"desk {at}") for at, (_, theirs) in enumerate(lines)]
    scanning = msgspec.structs.replace(config, source=list(sources))
    texts_of = [
        b"".join(f"{scene.label(number)}\r".encode() for number in numbers) for numbers in ((1, 3, 5), (2, 4, 5))
    ]
    screen = Screen()

    def typed() -> Iterator[str]:
        yield from [scene.ann.badge, PIN, "action store"]
        for source in sources:
            screen.wait_for((f"serial:{source.name}", ""))
        for pair in zip_longest(*texts_of):
            for (ours, _), byte in zip(lines, pair, strict=True):
                if byte is not None:
                    os.write(ours, bytes([byte]))
        yield "wait items 5"
        screen.wait_for(texts.AGAIN)
        yield "confirm"

    sync(config)  # else labels may be read before their issuer is known
    refused = run_agent(scanning, Keyboard(typed()), screen)
    for line in lines:
        for end in line:
            os.close(end)
    assert refused == 0, screen.getvalue()
    [event] = events(config)
    assert sorted(event.items) == [item_id(number) for number in (1, 2, 3, 4, 5)]
    assert event.read is not None
    assert (event.read.label, event.read.others) == ("valid", [])


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


def test_labels_of_a_key_that_nobody_enrolled_are_of_an_unknown_issuer(scene: Scene, config: AgentConfig) -> None:
    run(config)
    _, output = run(config, scene.label(1, key_of("printer at home")))
    assert said(output, texts.VERDICTS["unknown-issuer"])


def test_a_pin_typed_at_a_real_terminal_is_not_echoed(scene: Scene, config: AgentConfig) -> None:
    child, terminal = pty.fork()
    if child == 0:
        program = Path(sys.executable).with_name("scanner-agent")
        os.execv(program, [str(program), "run", "--config", str(config.outbox.with_name("agent.toml"))])
    shown = b""
    echoes = []
    for mark, words, answer in [
        ("»", texts.BADGE, scene.ann.badge),
        ("»", texts.PIN, PIN),
        ("»", texts.ACTION, "help"),
        ("  ", texts.HELP, "quit"),
    ]:
        line = re.compile(re.escape(f"{mark} {' / '.join(words)}".encode()) + rb".*\n")
        while not line.search(shown):  # whole: else what is typed now is shown in the midst of it
            shown += os.read(terminal, 4096)
        echoes.append(bool(termios.tcgetattr(terminal)[3] & termios.ECHO))
        os.write(terminal, answer.encode() + b"\n")
    with suppress(OSError):  # Linux says EIO when the program has closed the terminal
        while chunk := os.read(terminal, 4096):
            shown += chunk
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert PIN.encode() not in shown
    # Not what is shown of `help`: a terminal shows what is typed also between two letters that a program writes.
    assert echoes == [True, False, True, True]


@pytest.mark.parametrize("way", ["scan", "to"])
def test_who_names_this_site_as_the_destination_is_told(scene: Scene, tmp_path: Path, way: str) -> None:
    here, there = scene.world.sites[1:3]
    with standing(scene, scene.config(tmp_path)) as at:
        for site, told in ((here, True), (there, False)):
            assert at.scan(site) if way == "scan" else at.agent.give(Given("to", site))
            assert at.heard(texts.OWN_SITE) == told
            at.scan(scene.label(1))
            at.said()
