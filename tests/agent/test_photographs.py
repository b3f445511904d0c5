"""Photographs at the agent: what is kept of a picture, and how it gets to the ledger after its statement."""

import io
import json
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from custody.core import entry, jpeg, photograph, statement
from custody.core.command import encode
from custody.core.errors import ConfigFault, CustodyError, Malformed, Oversize
from custody.core.event import Event
from custody.core.proof import check_receipt
from custody.photographs import Photographs
from custody.simulation import camera as mjpeg
from scanner_agent import exchange_texts, photographing, pictures, schema, sheet_texts, texts
from scanner_agent.badge_in_picture import codes_in
from scanner_agent.cli import cli
from scanner_agent.config import AgentConfig, load
from scanner_agent.ledger_client import LedgerClient
from scanner_agent.observer import Notice, Observer
from scanner_agent.outbox import Outbox
from scanner_agent.photograph_upload import FIRST_DELAY_S, MOST_FAULTS, PhotographUpload
from scanner_agent.running import run_agent
from scanner_agent.sources.picture_settings import CameraConfig
from scanner_agent.sources.source import BadgeInView
from tests.agent.killed_agent import run_until
from tests.agent.pictures import on_table, qr, worn
from tests.agent.scene import PIN, Scene, sync
from tests.agent.simulated_ledger import serve
from tests.agent.typed_lines import Keyboard, Screen
from tests.photos import jpeg_file, picture
from tests.web.serving import Serving, make_log
from tests.world import World, item_id

ORIGIN = World().origin


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def url(scene: Scene) -> Iterator[str]:
    with serve(scene.ledger) as url:
        yield url


def run(config: AgentConfig, *lines: str) -> tuple[int, str]:
    out = io.StringIO()
    return run_agent(config, io.StringIO("".join(f"{line}\n" for line in lines)), out), out.getvalue()


def inspection(scene: Scene, *more: str) -> list[str]:
    return [scene.ann.badge, PIN, "action inspect", scene.label(1), *more]


def with_exif(data: bytes, orientation: int) -> bytes:
    """The same file as a phone would write it: how it was held, where it was taken, a thumbnail behind it."""
    tags = b"\x12\x01\x03\x00\x01\x00\x00\x00" + orientation.to_bytes(2, "little") + b"\x00\x00"
    content = b"Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00" + tags + b"\x00\x00\x00\x00 GPS 7.797 S 110.370 E"
    return data[:2] + b"\xff\xe1" + (len(content) + 2).to_bytes(2) + content + data[2:] + b"a second picture"


def red_corner(data: bytes) -> str:
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION)
    corners = {"upper left": (5, 5), "upper right": (5, -6), "lower right": (-6, -6), "lower left": (-6, 5)}
    [found] = [name for name, at in corners.items() if decoded[at][2] > 200 and decoded[at][1] < 60]
    return found


# What is kept of a picture


@pytest.mark.parametrize(
    ("orientation", "corner"), [(1, "upper left"), (6, "upper right"), (3, "lower right"), (8, "lower left")]
)
@pytest.mark.parametrize("size", [(400, 300), (5200, 3000)], ids=["a small one", "one read at half its size"])
def test_a_photograph_is_kept_upright_and_without_what_the_camera_wrote_about_it(
    orientation: int, corner: str, size: tuple[int, int]
) -> None:
    kept = pictures.take(with_exif(jpeg_file(*size), orientation))
    jpeg.check(kept)
    assert red_corner(kept) == corner
    for said in (b"Exif", b"GPS", b"second picture"):
        assert said not in kept


@pytest.mark.parametrize("size", [(3000, 4000), (924, 1232)], ids=["far too large", "a little too large"])
def test_a_picture_of_noise_is_made_small_enough_and_stays_whole(size: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (*size, 3), dtype=np.uint8)
    kept = pictures.compress(noise)
    assert len(kept) <= 1_000_000 < 1024 * 1024 - photograph.SALT
    was = jpeg.check(kept)
    assert abs(was.width / was.height - 4 / 3) < 0.01


def test_a_picture_that_fits_keeps_its_size() -> None:
    size = jpeg.check(pictures.take(jpeg_file(1280, 960)))
    assert (size.width, size.height) == (1280, 960)


def test_a_file_that_shows_a_badge_is_no_photograph_and_one_of_a_label_is(tmp_path: Path, scene: Scene) -> None:
    path = tmp_path / "photo.jpg"
    for text, shown in ((scene.ann.badge, True), (scene.label(1), False)):
        page = np.full((3000, 4000), 200, np.uint8)
        page[1000:1720, 1000:2280] = on_table(worn(text, module=4, blur=1, noise=2, seed=0))
        path.write_bytes(cv2.imencode(".jpg", page)[1].tobytes())
        if shown:
            with pytest.raises(BadgeInView):
                pictures.take_file(path)
        else:
            jpeg.check(pictures.take_file(path))


WHOLE = jpeg_file(400, 300)
FRAME = WHOLE.index(b"\xff\xc0")


@pytest.mark.parametrize(
    ("data", "error", "says"),
    [
        (b"", Malformed, "no JPEG"),
        (b"\xff\xd8\xff and so on", Malformed, "broken"),
        (cv2.imencode(".png", picture())[1].tobytes(), Malformed, "no JPEG"),
        (WHOLE[: FRAME + 30], Malformed, "cannot be decoded"),
        (WHOLE[: FRAME + 5] + b"\xff\xff\xff\xff" + WHOLE[FRAME + 9 :], Oversize, "65535"),
        (jpeg_file(400, 150), Malformed, "too small"),
        (bytes(pictures.MAX_FILE + 1), Oversize, "too large"),
    ],
    ids=["nothing", "not JPEG", "PNG", "its head only", "a bomb", "a strip", "a very long file"],
)
def test_a_hopeless_picture_is_refused_with_a_clear_word(
    tmp_path: Path, data: bytes, error: type[CustodyError], says: str
) -> None:
    path = tmp_path / "foto.jpg"
    path.write_bytes(data)
    with pytest.raises(error, match=says):
        pictures.take_file(path)
    path.write_bytes(WHOLE)
    assert pictures.take_file(path)


def test_a_photograph_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigFault, match="cannot be read"):
        pictures.take_file(tmp_path / "foto.jpg")


def test_the_camera_that_reads_labels_takes_the_photograph_as_well(scene: Scene, url: str, tmp_path: Path) -> None:
    config = scene.config(tmp_path, url)
    assert run(config, "photo camera")[0] == 1
    with mjpeg.Camera(on_table(qr(scene.label(1)), height=480, width=640)) as stream:
        settings = tmp_path / "agent.toml"
        settings.write_text(f'{settings.read_text()}[[source]]\nkind = "camera"\ndevice = "{stream.url}"\n')
        refused, output = run(load(settings), "wait items 1", "photo camera")
    assert refused == 0, output
    outbox = Outbox(config.outbox)
    [taken] = [kept for kept in map(json.loads, outbox.draft()) if kept["input"] == "field"]
    salted = outbox.private(taken["value"])
    assert salted is not None
    size = jpeg.check(salted[16:])
    assert (size.width, size.height) == (640, 480)
    outbox.close()


def test_the_only_camera_is_asked_by_its_own_code_and_reads_nothing_meanwhile(
    scene: Scene, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(photographing, "AIM_MS", 500)
    config = scene.config(tmp_path, url)
    sync(config)
    screen = Screen()
    with mjpeg.Camera(on_table(qr(scene.label(1)), height=480, width=640)) as stream:

        def lines() -> Iterator[str]:
            yield from [scene.ann.badge, PIN, "action inspect", "wait items 1"]
            stream.show(on_table(qr(encode(scene.device.keyid, "photo")), height=480, width=640))
            screen.wait_for(sheet_texts.AIM)
            stream.show(on_table(qr(scene.label(2)), height=480, width=640))
            screen.wait_for(texts.SET)
            stream.show(on_table(qr(scene.label(3)), height=480, width=640))
            yield from ["wait items 2", "confirm"]

        source = CameraConfig(device=stream.url, name="above")
        assert run_agent(replace(config, source=[source]), Keyboard(lines()), screen) == 0, screen.getvalue()
    outbox = Outbox(config.outbox)
    body = statement.parse(outbox.envelopes(scene.device.keyid, 1, 1)[0]).body
    assert isinstance(body, Event)
    assert body.items == [item_id(1), item_id(3)]
    [photo] = body.photos
    taken = (outbox.private(photo) or b"")[photograph.SALT :]
    outbox.close()
    shown = cv2.imdecode(np.frombuffer(taken, np.uint8), cv2.IMREAD_GRAYSCALE)
    assert codes_in(np.asarray(shown, np.uint8)) == {scene.label(2)}


def test_no_photograph_is_taken_while_a_badge_is_before_the_camera(scene: Scene, url: str, tmp_path: Path) -> None:
    """Its secret would be uploaded, and whoever has that tries the PINs at leisure."""
    scene.config(tmp_path, url)
    picture = on_table(qr(scene.label(1)), qr(scene.ann.badge, 3), height=480, width=640)
    with mjpeg.Camera(picture) as stream:
        settings = tmp_path / "agent.toml"
        settings.write_text(f'{settings.read_text()}[[source]]\nkind = "camera"\ndevice = "{stream.url}"\n')
        refused, output = run(load(settings), "wait items 1", "photo camera")
    assert refused == 1
    assert "Ada kartu pengenal di foto itu" in output
    assert "A badge is in that photograph" in output


# Its way to the ledger


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    path = tmp_path / "foto.jpg"
    path.write_bytes(jpeg_file(400, 300))
    return path


def state_of(config: AgentConfig) -> tuple[int, int, int]:
    """(waiting, sent, refused)"""
    outbox = Outbox(config.outbox)
    found = outbox.photographs()
    outbox.close()
    return found.waiting, found.sent, found.refused


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
    assert state_of(config) == (0, 2, 0)
    run(config, "quit")
    assert sum("/blobs/" in path for path in scene.ledger.asked) == 2


def test_one_of_a_statement_that_the_ledger_refuses_does_not_wait_to_be_sent(
    scene: Scene, tmp_path: Path, photo: Path
) -> None:
    config = scene.config(tmp_path)
    run(config, *inspection(scene), f"photo {photo}", "confirm")
    assert state_of(config) == (1, 0, 0)
    with closing(Outbox(config.outbox)) as outbox:
        [waiting] = outbox.pending(9, 10**6)
        outbox.quarantine(waiting.id, scene.device.keyid, 1, "refused", "{}")
    assert state_of(config) == (0, 0, 0)
    with closing(Outbox(config.outbox)) as outbox:
        outbox.review(1, 2, resend=True)
    assert state_of(config) == (1, 0, 0)


def kept_kinds(config: AgentConfig) -> list[str]:
    with closing(sqlite3.connect(config.outbox)) as db:
        return [kind for (kind,) in db.execute("SELECT kind FROM private ORDER BY kind")]


def test_what_was_private_to_a_session_goes_with_it_unless_a_statement_names_it(
    scene: Scene, tmp_path: Path, photo: Path
) -> None:
    config = scene.config(tmp_path)
    run(config, *inspection(scene), f"photo {photo}", "note rahasia pertama", "confirm")
    assert kept_kinds(config) == ["note", "photo"]
    [named] = [hash_ for hash_, _ in signed_photographs(config)]
    run(config, f"photo {photo}", "note rahasia kedua", f"scan {named}", f"ref {named}")
    assert kept_kinds(config) == ["note", "note", "photo", "photo"], "a session that is open keeps what it has"
    run(config, "cancel")
    assert kept_kinds(config) == ["note", "photo"], "and what others have named stays"
    with closing(Outbox(config.outbox)) as outbox:
        assert outbox.private(named)
    assert b"rahasia kedua" not in config.outbox.read_bytes()
    journal = config.outbox.with_name(config.outbox.name + "-journal")
    assert not journal.exists() or b"rahasia kedua" not in journal.read_bytes()
    run(config, *inspection(scene), "note rahasia ketiga", "undo", "note rahasia keempat", "confirm")
    assert kept_kinds(config) == ["note", "note", "photo"]
    assert b"ketiga" not in config.outbox.read_bytes()
    assert b"keempat" in config.outbox.read_bytes()


def signed_photographs(config: AgentConfig) -> list[tuple[str, str]]:
    """(hash, statement)"""
    with closing(sqlite3.connect(config.outbox)) as db:
        return list(db.execute("SELECT hash, statement FROM photograph"))


def events(scene: Scene) -> list[Event]:
    parsed = [statement.parse(entry.decode(data)[0]) for data in scene.ledger.entries]
    return [one.body for one in parsed if isinstance(one.body, Event)]


def test_one_of_a_session_that_was_cancelled_or_is_open_is_not_sent(
    scene: Scene, url: str, tmp_path: Path, photo: Path
) -> None:
    config = scene.config(tmp_path, url)
    run(config, f"photo {photo}", "cancel", *inspection(scene), "confirm", "wait receipts", f"photo {photo}")
    assert state_of(config) == (0, 0, 0)
    assert scene.ledger.photographs == {}


def test_one_whose_statement_has_no_receipt_yet_waits(scene: Scene, url: str, tmp_path: Path, photo: Path) -> None:
    scene.ledger.refusals["*"] = {"detail": "later", "retry": True}
    config = scene.config(tmp_path, url)
    run(config, *inspection(scene, f"photo {photo}"), "confirm")
    assert state_of(config) == (1, 0, 0)
    scene.ledger.refusals.clear()
    run(config, "wait receipts", "wait photographs")
    assert state_of(config) == (0, 1, 0)


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
    assert state_of(config) == (0, 0, 1)
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
    assert state_of(config) == (1, 0, 0)
    for _ in range(2):
        run(config, "wait photographs")
    assert state_of(config) == (0, 1, 0)
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
    assert state_of(config) == (1, 2, 0)
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


def test_an_outbox_of_the_version_before_sends_the_photographs_that_its_statements_name(
    scene: Scene, tmp_path: Path, photo: Path
) -> None:
    config = scene.config(tmp_path)
    run(config, *inspection(scene, f"photo {photo}", f"photo {photo}"), "confirm")
    old = tmp_path / "old.sqlite"
    with sqlite3.connect(old) as db:
        at = schema.STEPS.index(next(step for step in schema.STEPS if "photograph" in step))
        db.executescript("".join(schema.STEPS[:at]) + f"PRAGMA user_version = {at};")
        db.execute(f"ATTACH '{config.outbox}' AS whole")
        for table in ("statement", "private", "draft", "session_end"):
            db.execute(f"INSERT INTO {table} SELECT * FROM whole.{table}")
    outbox = Outbox(old, oldest=1)
    assert str(outbox.photographs()).startswith("2 menunggu")
    outbox.close()


def test_what_became_of_a_photograph_is_never_changed_or_deleted(tmp_path: Path, scene: Scene, photo: Path) -> None:
    config = scene.config(tmp_path)
    run(config, *inspection(scene, f"photo {photo}"), "confirm")
    outbox = Outbox(config.outbox)
    outbox.end_photograph("0" * 64, "refused", 1, "why")
    outbox.close()
    with sqlite3.connect(config.outbox) as db:
        for change in ("DELETE FROM photograph", "UPDATE upload SET outcome = 'sent'", "DELETE FROM upload"):
            with pytest.raises(sqlite3.IntegrityError, match=r"nothing is (changed|deleted)"):
                db.execute(change)


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


def test_what_is_erased_leaves_no_byte_behind_and_the_chain_goes_on(scene: Scene, tmp_path: Path, photo: Path) -> None:
    config = scene.config(tmp_path)
    run(config, *inspection(scene, f"photo {photo}", "note Pak Anu basah"), "confirm")
    with closing(Outbox(config.outbox)) as outbox:
        [pending] = outbox.pending(9, 10**6)
        event = statement.parse(pending.envelope).body
        assert isinstance(event, Event)
        contents = {hash_: outbox.private(hash_) or b"" for hash_ in (event.photos[0], event.note or "")}
    files = sorted(tmp_path.glob("outbox.sqlite*"))
    for hash_, content in contents.items():
        assert any(content[-12:] in file.read_bytes() for file in files)
        erase = ["erase", hash_, "--config", str(tmp_path / "agent.toml")]
        assert CliRunner().invoke(cli, erase, input="n\n").exit_code == 1
        assert any(content[-12:] in file.read_bytes() for file in files)
        result = CliRunner().invoke(cli, [*erase, "--yes"])
        assert result.exit_code == 0, result.output
        assert not any(content[-12:] in file.read_bytes() for file in files)
        assert CliRunner().invoke(cli, [*erase, "--yes"]).exit_code == 1
    assert state_of(config) == (0, 0, 0)
    assert run(config, *inspection(scene), "confirm")[0] == 0
    with closing(Outbox(config.outbox)) as outbox:
        assert outbox.counts().pending == 2
