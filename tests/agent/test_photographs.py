"""Photographs at the agent: how they are taken, and what is kept of a picture."""

import json
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from msgspec.structs import replace

from custody.core import jpeg, photograph, statement
from custody.core.command import encode
from custody.core.errors import ConfigFault, CustodyError, Malformed, Oversize
from custody.core.event import Event
from custody.simulation import camera as mjpeg
from scanner_agent import photographing, pictures, sheet_texts, texts
from scanner_agent.badge_in_picture import codes_in
from scanner_agent.config import load
from scanner_agent.outbox import Outbox
from scanner_agent.running import run_agent
from scanner_agent.sources.picture_settings import CameraConfig
from scanner_agent.sources.source import BadgeInView
from tests.agent.pictures import on_table, qr, worn
from tests.agent.scene import PIN, Scene, sync
from tests.agent.typed_lines import Keyboard, Screen, run
from tests.photos import jpeg_file, picture
from tests.world import item_id


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
