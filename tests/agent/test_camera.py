"""Cameras through a real MJPEG stream over HTTP, and video files."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle, repeat
from pathlib import Path

import cv2
import numpy as np
import pytest

from custody.core.errors import ConfigFault, Malformed, Unavailable
from custody.simulation import camera as mjpeg
from scanner_agent.decode import Decoder, Grey, Seen
from scanner_agent.sources.camera import Camera
from scanner_agent.sources.capture import Lost, Newest
from scanner_agent.sources.frame import Frame
from scanner_agent.sources.picture_settings import CameraConfig
from scanner_agent.sources.source import Read, Status
from tests.agent.collect import listening
from tests.agent.pictures import LINK, Picture, code128, on_table, qr, worn
from tests.world import item_id

CONFIRM = "custody-command/1/ab12cd34/confirm"
EMPTY = on_table(height=480, width=640)


def showing(*texts: str) -> Picture:
    return on_table(*(qr(text, 3) for text in texts), height=480, width=640)


@pytest.fixture
def stream() -> Iterator[mjpeg.Camera]:
    with mjpeg.Camera(EMPTY) as stream:
        yield stream


def camera(stream: mjpeg.Camera, window: float = 60.0, **settings: object) -> Camera:
    return Camera(CameraConfig(device=stream.url, name="gudang", timeout=1.0, window=window, **settings))


def test_every_label_in_view_is_read_once(stream: mjpeg.Camera) -> None:
    with listening(camera(stream)) as heard:
        heard.live()
        stream.show(showing("A", "B", "C"))
        reads = [heard.read() for _ in range(3)]
        assert {read.text for read in reads} == {"A", "B", "C"}
        assert {(read.source, read.kind, read.symbology) for read in reads} == {("camera:gudang", "camera", "]Q1")}
        assert heard.silent(1.0)
        stream.show(showing("A", "D"))
        assert heard.read().text == "D"


def test_a_code_says_whether_it_was_alone_in_the_frame(stream: mjpeg.Camera) -> None:
    with listening(camera(stream)) as heard:
        heard.live()
        stream.show(showing("A", "B"))
        assert [heard.read().alone for _ in range(2)] == [False, False]
        stream.show(showing("C"))
        assert heard.read().alone


def test_a_command_code_is_read_once_more_when_it_is_alone_and_then_not_again(stream: mjpeg.Camera) -> None:
    """So that a box that passes before a sheet neither obeys it twice nor has it refused."""
    with listening(camera(stream)) as heard:
        heard.live()
        for shown, wanted in [
            ((CONFIRM, "A"), [(CONFIRM, False), ("A", False)]),
            ((CONFIRM,), [(CONFIRM, True)]),
            ((CONFIRM, "B"), [("B", False)]),
            ((CONFIRM,), []),
            (("C",), [("C", True)]),
        ]:
            stream.show(showing(*shown))
            reads = [heard.read() for _ in wanted]
            assert sorted((read.text, read.alone) for read in reads) == sorted(wanted)
            assert heard.silent(0.5)


SEAL, OTHER_SEAL = "seal/kpu/A1", "seal/kpu/B2"


def test_an_items_label_comes_before_its_seal_wherever_they_stand_in_the_frame(stream: mjpeg.Camera) -> None:
    box = item_id(1)
    with listening(camera(stream)) as heard:
        heard.live()
        stream.show(above_another(SEAL, box))
        first, second = heard.read(), heard.read()
        assert (first.text, first.alone, second.text) == (box, True, SEAL)
        assert heard.silent(1.0)
        stream.show(showing(OTHER_SEAL))
        assert heard.read().text == OTHER_SEAL


def test_a_seal_waits_for_a_label_beside_it_that_is_harder_to_read(stream: mjpeg.Camera) -> None:
    frame = on_table(qr(SEAL, 5), height=480, width=640)
    label = worn(LINK, module=2.0, blur=1.0, noise=2, seed=0)
    frame[200 : 200 + label.shape[0], 380 : 380 + label.shape[1]] = label
    with listening(camera(stream)) as heard:
        heard.live()
        stream.show(frame)
        assert [heard.read().text, heard.read().text] == [LINK, SEAL]


def test_an_item_that_was_read_among_others_is_read_again_when_it_is_the_only_one(stream: mjpeg.Camera) -> None:
    one, two = item_id(1), item_id(2)
    with listening(camera(stream)) as heard:
        heard.live()
        stream.show(showing(one, two))
        assert {heard.read().text for _ in range(2)} == {one, two}
        stream.show(showing(one))
        again = heard.read()
        assert (again.text, again.alone) == (one, True)
        assert heard.silent(1.0)


def test_a_seal_that_was_refused_comes_again_once_something_else_was_taken(stream: mjpeg.Camera) -> None:
    source = camera(stream)
    with listening(source) as heard:
        heard.live()
        stream.show(showing(SEAL))
        source.judged(heard.read().text, taken=False)
        assert heard.silent(1.0)
        source.judged("its item", taken=True)
        assert heard.read().text == SEAL
        source.judged(SEAL, taken=True)
        source.judged("another", taken=True)
        assert heard.silent(1.0)


def above_another(upper: str, lower: str) -> Picture:
    frame = on_table(height=480, width=640)
    below = qr(lower, 4)
    frame[300 : 300 + below.shape[0], 60 : 60 + below.shape[1]] = below
    code = qr(upper, 4)
    frame[20 : 20 + code.shape[0], 250 : 250 + code.shape[1]] = code
    return frame


def sticker_beside(label: Picture) -> Picture:
    """A large command code beside a label that is small, turned and out of focus."""
    frame = on_table(qr(CONFIRM, 5), height=480, width=640)
    rows, columns = label.shape
    frame[200 : 200 + rows, 380 : 380 + columns] = label
    return frame


@pytest.mark.parametrize(
    ("module", "blur", "texts"),
    [(2.0, 1.0, {CONFIRM, LINK}), (2.5, 1.5, {CONFIRM, LINK}), (1.8, 1.0, {CONFIRM})],
    ids=["read by a close step", "seen by a close step only", "seen and never read"],
)
def test_a_command_code_is_not_alone_beside_a_label_that_is_harder_to_read(
    stream: mjpeg.Camera, module: float, blur: float, texts: set[str]
) -> None:
    with listening(camera(stream)) as heard:
        heard.live()
        stream.show(sticker_beside(worn(LINK, module=module, blur=blur, noise=2, seed=0)))
        reads = [heard.read() for _ in texts]
        assert {read.text for read in reads} == texts
        assert not any(read.alone for read in reads if read.text == CONFIRM)
        assert heard.silent(2.0)
        stream.show(showing(CONFIRM))
        assert heard.read().alone


@contextmanager
def somebody_walks_past(stream: mjpeg.Camera, scene: Picture) -> Iterator[None]:
    """While it lasts, a dark shape moves along the lower edge of a scene."""
    gone = threading.Event()

    def walk() -> None:
        for step in cycle(range(12)):
            frame = scene.copy()
            frame[400:480, 40 * step : 40 * step + 60] = 60
            stream.show(frame)
            if gone.wait(0.05):
                return

    walker = threading.Thread(target=walk)
    walker.start()
    try:
        yield
    finally:
        gone.set()
        walker.join()


@pytest.mark.parametrize(
    ("label", "alone"),
    [(None, True), (worn(LINK, module=1.8, blur=1.0, noise=2, seed=0), False)],
    ids=["by itself", "beside a label that is never read"],
)
def test_a_command_code_counts_or_is_named_also_where_the_scene_never_rests(
    stream: mjpeg.Camera, label: Picture | None, alone: bool
) -> None:
    code = on_table(qr(CONFIRM, 5), height=480, width=640)
    with listening(camera(stream)) as heard:
        heard.live()
        with somebody_walks_past(stream, code if label is None else sticker_beside(label)):
            read = heard.read()
            assert (read.text, read.alone) == (CONFIRM, alone)
            assert heard.silent(2.0)


def test_a_label_is_read_anew_once_it_was_out_of_view_for_the_window(stream: mjpeg.Camera) -> None:
    stream.show(showing("A"))
    with listening(camera(stream, window=0.6)) as heard:
        assert heard.read().text == "A"
        assert heard.silent(3.0), "longer than a still scene goes unlooked at"
        stream.show(EMPTY)
        time.sleep(1.0)
        stream.show(showing("A"))
        assert heard.read().text == "A"


def test_on_a_machine_that_is_busy_elsewhere_a_label_that_stayed_in_view_is_no_second_read(
    stream: mjpeg.Camera,
) -> None:
    """Nobody takes what the camera gives for longer than the window."""
    stream.show(showing("A"))
    source = camera(stream, window=0.6)
    reads = source.reads()
    assert [isinstance(next(reads), Status), next(reads).text] == [True, "A"]  # type: ignore[union-attr]
    later = stream.frames + 30
    while stream.frames < later:
        time.sleep(0.01)
    stream.show(showing("A", "B"))
    assert next(reads).text == "B"  # type: ignore[union-attr]
    source.close()
    reads.close()  # type: ignore[attr-defined]


def test_a_camera_that_goes_dark_is_told_once_and_reads_again_when_it_is_back(stream: mjpeg.Camera) -> None:
    with listening(camera(stream)) as heard:
        heard.live()
        stream.turn_off()
        lost = heard.lost()
        assert isinstance(lost.error, Unavailable)
        assert lost.error.retry
        assert heard.silent(1.0)
        stream.show(showing("A"))
        stream.turn_on()
        heard.live()
        assert heard.read().text == "A"


def test_a_camera_that_freezes_is_told_and_reads_again_when_it_moves(stream: mjpeg.Camera) -> None:
    with listening(camera(stream)) as heard:
        heard.live()
        stream.frozen = True
        heard.lost()
        stream.show(showing("A"))
        stream.frozen = False
        heard.live()
        assert heard.read().text == "A"


def test_a_camera_may_come_after_the_agent_starts(stream: mjpeg.Camera) -> None:
    stream.turn_off()
    with listening(camera(stream)) as heard:
        assert "does not open" in str(heard.lost().error)
        stream.show(showing("A"))
        stream.turn_on()
        assert heard.read().text == "A"


class Counting(Decoder):
    """A decoder that counts its looks."""

    looks = 0

    def look(self, picture: Grey, step: int | None = None) -> Seen:
        Counting.looks += 1
        return super().look(picture, step)


def test_a_still_scene_is_decoded_seldom_and_a_label_brought_in_is_read_at_once(
    stream: mjpeg.Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scanner_agent.sources.camera.Decoder", Counting)
    with listening(camera(stream)) as heard:
        heard.live()
        assert heard.silent(2.0)
        Counting.looks, frames = 0, stream.frames
        assert heard.silent(3.0)
        assert Counting.looks <= 3
        assert stream.frames - frames > 20
        stream.show(showing("A"))
        assert heard.read().text == "A"


def test_a_label_that_a_look_in_passing_misses_is_read_once_it_lies_still(stream: mjpeg.Camera) -> None:
    label = worn(LINK, module=2, blur=1, noise=2, seed=0)
    decoder = Decoder()
    assert decoder.look(on_table(label, height=480, width=640)).codes == []
    with listening(camera(stream)) as heard:
        heard.live()
        stream.show(on_table(label, height=480, width=640))
        assert heard.read().text == LINK


def test_a_1d_code_that_lies_still_is_read(stream: mjpeg.Camera) -> None:
    with listening(camera(stream, formats=("code128",))) as heard:
        heard.live()
        stream.show(on_table(code128("952-1"), height=480, width=640))
        assert heard.read().text == "952-1"
        assert heard.silent(1.0)


def test_frames_that_cannot_be_decoded_are_passed_over(stream: mjpeg.Camera) -> None:
    with listening(camera(stream)) as heard:
        heard.live()
        stream.send(stream.jpeg[: len(stream.jpeg) // 2])
        assert heard.silent(0.5)
        stream.show(showing("A"))
        assert heard.read().text == "A"


def test_a_camera_of_whose_pictures_none_can_be_decoded_is_told_and_reads_when_they_can(stream: mjpeg.Camera) -> None:
    with listening(camera(stream)) as heard:
        heard.live()
        stream.send(b"nonsense")
        assert "no picture" in str(heard.lost().error)
        assert heard.silent(1.0)
        stream.show(showing("A"))
        heard.live()
        assert heard.read().text == "A"


@pytest.mark.parametrize(("steady", "resets"), [(60.0, 0), (0.0, 3)])
def test_a_camera_that_is_lost_as_soon_as_it_is_there_is_tried_less_and_less_often(
    stream: mjpeg.Camera, monkeypatch: pytest.MonkeyPatch, steady: float, resets: int
) -> None:
    begun: list[Iterator[float]] = []

    def at_once() -> Iterator[float]:
        begun.append(repeat(0.01))
        return begun[-1]

    monkeypatch.setattr("scanner_agent.sources.capture.backoff", at_once)
    monkeypatch.setattr("scanner_agent.sources.capture._STEADY_SECONDS", steady)
    with listening(camera(stream)) as heard:
        for _ in range(3):
            heard.live()
            stream.turn_off()
            heard.lost()
            stream.turn_on()
    assert len(begun) == 1 if resets == 0 else len(begun) > resets


def test_a_slow_consumer_sees_what_is_before_the_camera_now() -> None:
    """Shades count the frames: one that is behind would show an older shade."""
    shade = np.full((240, 320), 0, np.uint8)
    with mjpeg.Camera(shade, fps=20) as stream:
        newest = Newest(stream.url, 320, 240, 2000)
        seen = []
        for step in range(10):
            stream.show(shade + step * 20)
            time.sleep(0.4)
            frame = newest.take(2)
            assert isinstance(frame, Frame)
            seen.append(round(float(frame.picture.mean()) / 20))
            assert time.monotonic() - frame.at < 0.2
        newest.close()
    assert seen == list(range(10))


def test_the_news_of_a_loss_is_not_lost_behind_a_frame(stream: mjpeg.Camera) -> None:
    newest = Newest(stream.url, 640, 480, 1000)
    assert isinstance(newest.take(5), Frame)
    stream.turn_off()
    time.sleep(1)
    assert isinstance(newest.take(5), Lost)
    newest.close()


def test_a_1d_code_counts_when_a_second_frame_shows_it(tmp_path: Path) -> None:
    once, twice = on_table(code128("952-1")), on_table(code128("952-2"))
    empty = on_table()
    video = write_video(tmp_path, [once, empty, twice, twice, empty])
    reads = list(Camera(CameraConfig(device=str(video), formats=("code128",))).reads())
    assert [read.text for read in reads if isinstance(read, Read)] == ["952-2"]


def test_two_copies_in_one_frame_do_not_confirm_a_1d_code(tmp_path: Path) -> None:
    frame = on_table(code128("952-1"), code128("952-1"))
    video = write_video(tmp_path, [frame, on_table(), on_table()])
    assert list(Camera(CameraConfig(device=str(video), formats=("code128",))).reads()) == []


def test_a_code_that_holds_no_text_is_refused_once(tmp_path: Path) -> None:
    frame = on_table(qr(b"\xff\xfe\x00abc"))
    outputs = list(Camera(CameraConfig(device=str(write_video(tmp_path, [frame] * 4)))).reads())
    assert len(outputs) == 1
    assert isinstance(outputs[0].error, Malformed)


def test_a_video_file_is_read_to_its_end_frame_by_frame(tmp_path: Path) -> None:
    frames = [on_table(qr(f"label {n}")) for n in range(12)]
    video = write_video(tmp_path, frames)
    outputs = list(Camera(CameraConfig(device=str(video))).reads())
    assert [output.text for output in outputs if isinstance(output, Read)] == [f"label {n}" for n in range(12)]


def test_an_image_sequence_is_read_in_order(tmp_path: Path) -> None:
    for n in range(3):
        cv2.imwrite(str(tmp_path / f"shot{n:03d}.png"), on_table(qr(f"label {n}")))
    outputs = list(Camera(CameraConfig(device=str(tmp_path / "shot%03d.png"))).reads())
    assert [output.text for output in outputs if isinstance(output, Read)] == ["label 0", "label 1", "label 2"]


@pytest.mark.parametrize("content", [None, b"no video"])
def test_a_file_that_is_no_video_is_a_fault_of_the_settings(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "video.avi"
    if content:
        path.write_bytes(content)
    with pytest.raises(ConfigFault):
        Camera(CameraConfig(device=str(path)))


def test_a_name_on_screens_and_records_holds_no_password() -> None:
    source = Camera(CameraConfig(device="http://user:secret@127.0.0.1:9/stream?token=secret"))
    assert source.name == "camera:127.0.0.1"


def write_video(folder: Path, frames: list[Picture]) -> Path:
    path = folder / "video.avi"
    height, width = frames[0].shape
    video = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 10, (width, height))
    for frame in frames:
        video.write(cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
    video.release()
    return path
