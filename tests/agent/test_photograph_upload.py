"""How a photograph gets to the ledger after its statement."""

import json
import signal
from contextlib import closing
from pathlib import Path

import pytest

from custody.core import entry, photograph, statement
from custody.core.event import Event
from custody.core.proof import check_receipt
from custody.photographs import Photographs
from scanner_agent import exchange_texts, pictures
from scanner_agent.ledger_client import LedgerClient
from scanner_agent.observer import Notice, Observer
from scanner_agent.outbox import Outbox
from scanner_agent.photograph_upload import FIRST_DELAY_S, MOST_FAULTS, PhotographUpload
from tests.agent.killed_agent import run_until
from tests.agent.scene import PIN, Scene
from tests.agent.typed_lines import inspection, run, uploads
from tests.web.serving import Serving, make_log
from tests.world import World

ORIGIN = World().origin


def test_a_photograph_and_a_paper_are_sent_after_the_statement_that_names_them_and_kept(
    scene: Scene, url: str, tmp_path: Path, photo: Path
) -> None:
    config = scene.config(tmp_path, url)
    lines = [scene.ann.badge, PIN, "action handover", f"paper {photo}", f"photo {photo}", "note basah", scene.label(1)]
    refused, output = run(config, *lines, "confirm", "wait receipts", "wait photographs")
    assert refused == 0, output
    assert " / ".join(exchange_texts.PHOTOGRAPH_SENT) in output

    [event] = events(scene)
    assert sorted(scene.ledger.photographs) == sorted(event.photographs)
    assert len(event.photographs) == 2
    asked = scene.ledger.asked
    assert asked.index("/api/v1/statements") < min(asked.index(f"/api/v1/blobs/{one}") for one in event.photographs)
    outbox = Outbox(config.outbox)
    for hash_, salted in scene.ledger.photographs.items():
        photograph.check(hash_, salted)
        assert outbox.private(hash_) == salted
    outbox.close()
    assert uploads(config) == (0, 2, 0)
    run(config, "quit")
    assert sum("/blobs/" in path for path in scene.ledger.asked) == 2


def test_one_of_a_statement_that_the_ledger_refuses_does_not_wait_to_be_sent(
    scene: Scene, tmp_path: Path, photo: Path
) -> None:
    config = scene.config(tmp_path)
    run(config, *inspection(scene), f"photo {photo}", "confirm")
    assert uploads(config) == (1, 0, 0)
    with closing(Outbox(config.outbox)) as outbox:
        [waiting] = outbox.pending(9, 10**6)
        outbox.quarantine(waiting.id, scene.device.keyid, 1, "refused", "{}")
    assert uploads(config) == (0, 0, 0)
    with closing(Outbox(config.outbox)) as outbox:
        outbox.review(1, 2, resend=True)
    assert uploads(config) == (1, 0, 0)


def events(scene: Scene) -> list[Event]:
    parsed = [statement.parse(entry.decode(data)[0]) for data in scene.ledger.entries]
    return [one.body for one in parsed if isinstance(one.body, Event)]


def test_one_of_a_session_that_was_cancelled_or_is_open_is_not_sent(
    scene: Scene, url: str, tmp_path: Path, photo: Path
) -> None:
    config = scene.config(tmp_path, url)
    run(config, f"photo {photo}", "cancel", *inspection(scene), "confirm", "wait receipts", f"photo {photo}")
    assert uploads(config) == (0, 0, 0)
    assert scene.ledger.photographs == {}


def test_one_whose_statement_has_no_receipt_yet_waits(scene: Scene, url: str, tmp_path: Path, photo: Path) -> None:
    scene.ledger.refusals["*"] = {"detail": "later", "retry": True}
    config = scene.config(tmp_path, url)
    run(config, *inspection(scene, f"photo {photo}"), "confirm")
    assert uploads(config) == (1, 0, 0)
    scene.ledger.refusals.clear()
    run(config, "wait receipts", "wait photographs")
    assert uploads(config) == (0, 1, 0)


def test_one_that_the_ledger_refuses_for_good_is_told_kept_and_not_sent_again(
    scene: Scene, url: str, tmp_path: Path, photo: Path
) -> None:
    problem = {"type": "urn:custody:error:erased", "detail": "it was erased", "retry": False}
    scene.ledger.faults["/api/v1/blobs"] = lambda: (410, json.dumps(problem).encode())
    config = scene.config(tmp_path, url)
    refused, output = run(config, *inspection(scene, f"photo {photo}"), "confirm", "wait receipts", "wait photographs")
    assert refused == 0
    assert " / ".join(exchange_texts.PHOTOGRAPH_REFUSED) in output
    assert "it was erased" in output
    assert uploads(config) == (0, 0, 1)
    run(config, "quit")
    assert sum("/blobs/" in path for path in scene.ledger.asked) == 1
    [event] = events(scene)
    outbox = Outbox(config.outbox)
    assert outbox.private(event.photos[0])
    assert outbox.refused_photographs() == [(event.photos[0], "it was erased")]
    outbox.close()


def test_a_power_cut_before_it_is_marked_sends_it_once_more_and_no_oftener(
    scene: Scene, url: str, tmp_path: Path, photo: Path
) -> None:
    config = scene.config(tmp_path, url)
    lines = [*inspection(scene, f"photo {photo}"), "confirm", "wait receipts", "wait photographs"]
    ended = run_until(tmp_path, ("photograph-sent", 1), lines)
    assert ended.code == -signal.SIGKILL
    assert uploads(config) == (1, 0, 0)
    for _ in range(2):
        run(config, "wait photographs")
    assert uploads(config) == (0, 1, 0)
    assert sum("/blobs/" in path for path in scene.ledger.asked) == 2


NOT_OURS = [
    (403, b"<html>Log in to the network</html>"),
    (403, json.dumps({"title": "Forbidden", "retry": False}).encode()),
    (404, b"{}"),
    (409, json.dumps({"type": "urn:custody:error:unnamed", "detail": "not yet", "retry": True}).encode()),
    (400, json.dumps({"type": "urn:custody:error:cut-short", "detail": "not whole", "retry": True}).encode()),
    (503, b""),
]


@pytest.mark.parametrize(
    "answer", NOT_OURS, ids=["a portal", "a proxy", "an older ledger", "not yet", "cut short", "busy"]
)
def test_what_is_no_refusal_of_the_ledgers_own_is_tried_again_ever_later(
    scene: Scene, url: str, tmp_path: Path, photo: Path, answer: tuple[int, bytes]
) -> None:
    config = scene.config(tmp_path, url)
    scene.ledger.faults["/api/v1/blobs"] = lambda: answer
    run(config, *inspection(scene, f"photo {photo}"), "confirm", "wait receipts")
    outbox, at, notices = Outbox(config.outbox), 0.0, list[Notice]()
    client = LedgerClient(url, ORIGIN)
    upload = PhotographUpload(outbox, client, Observer(notices.append), lambda: at)
    scene.ledger.asked.clear()
    for seconds, asked in ((0, 1), (FIRST_DELAY_S - 0.1, 1), (FIRST_DELAY_S, 2), (2 * FIRST_DELAY_S, 2), (300, 3)):
        at = seconds
        assert upload.send_one() is False
        assert len(scene.ledger.asked) == asked
    assert [notice.words for notice in notices] == [exchange_texts.PHOTOGRAPH_WAITS]
    scene.ledger.faults.clear()
    at = 10_000
    assert upload.send_one() is True
    assert (outbox.photographs().sent, notices[-1].words) == (1, exchange_texts.PHOTOGRAPH_SENT)
    client.close()
    outbox.close()


def test_one_that_a_proxy_finds_too_large_holds_up_no_other(
    scene: Scene, url: str, tmp_path: Path, photo: Path
) -> None:
    config = scene.config(tmp_path, url)
    scene.ledger.faults["/api/v1/blobs"] = lambda: (413, b"<html>413 Request Entity Too Large</html>")
    run(config, *inspection(scene, *[f"photo {photo}"] * 3), "confirm", "wait receipts")
    with closing(Outbox(config.outbox)) as outbox, closing(LedgerClient(url, ORIGIN)) as client:
        oldest, _ = outbox.next_photograph() or ("", b"")
        scene.ledger.faults = {f"/api/v1/blobs/{oldest}": scene.ledger.faults["/api/v1/blobs"]}
        upload = PhotographUpload(outbox, client, Observer(), lambda: 0.0)
        assert [upload.send_one() for _ in range(3)] == [True, True, False]
        assert upload.due_in(60) == FIRST_DELAY_S
    assert uploads(config) == (1, 2, 0)
    assert oldest not in scene.ledger.photographs


def test_after_several_in_a_row_the_rest_of_the_exchange_goes_on(
    scene: Scene, url: str, tmp_path: Path, photo: Path
) -> None:
    config = scene.config(tmp_path, url)
    scene.ledger.faults["/api/v1/blobs"] = lambda: (413, b"")
    run(config, *inspection(scene, *[f"photo {photo}"] * (MOST_FAULTS + 2)), "confirm", "wait receipts")
    scene.ledger.asked.clear()
    with closing(Outbox(config.outbox)) as outbox, closing(LedgerClient(url, ORIGIN)) as client:
        upload = PhotographUpload(outbox, client, Observer(), lambda: 0.0)
        for asked in (MOST_FAULTS, MOST_FAULTS + 2, MOST_FAULTS + 2):
            assert upload.send_one() is False
            assert len(scene.ledger.asked) == asked


def test_the_real_ledger_takes_what_the_agent_sends(tmp_path: Path, photo: Path) -> None:
    scene = Scene()
    with Serving(make_log(tmp_path, scene.world)) as serving:
        serving.accepted(scene.roster[1:])
        (tmp_path / "agent").mkdir()
        entry0 = serving.get("/api/v1/log/entries/0").content
        config = scene.settle(tmp_path / "agent", serving.url, serving.vkey, entry0)
        lines = inspection(scene, f"photo {photo}")
        refused, output = run(config, *lines, "confirm", "wait receipts", "wait photographs")
    assert refused == 0, output
    store = Photographs(tmp_path / "private/photographs")
    outbox = Outbox(config.outbox)
    [(_, receipt)] = outbox.receipts()
    outbox.close()
    envelope = entry.decode(check_receipt(receipt, serving.verifier)[1])[0]
    [hash_] = statement.parse(envelope).photographs
    assert store.get(hash_) == pictures.take_file(photo)
