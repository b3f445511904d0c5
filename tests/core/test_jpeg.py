"""JPEG files are walked from their first byte to their last: what passes is one whole picture and nothing else."""

from contextlib import suppress

import cv2
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from custody.core import jpeg, photograph
from custody.core.errors import Malformed, Oversize
from tests.photos import jpeg_file, picture, salted

GOOD = jpeg_file(64, 48)
FRAME = GOOD.index(b"\xff\xc0")
SCAN = GOOD.index(b"\xff\xda")
HUFFMAN = GOOD.index(b"\xff\xc4")


def sized(width: int, height: int) -> bytes:
    """A file whose frame says that it is so large."""
    return GOOD[: FRAME + 5] + height.to_bytes(2) + width.to_bytes(2) + GOOD[FRAME + 9 :]


@pytest.mark.parametrize(
    "data",
    [
        GOOD,
        jpeg_file(640, 480, progressive=True),
        cv2.imencode(".jpg", picture()[:, :, 0])[1].tobytes(),
        cv2.imencode(".jpg", np.zeros((1, 1, 3), np.uint8))[1].tobytes(),
        cv2.imencode(".jpg", picture(), [cv2.IMWRITE_JPEG_RST_INTERVAL, 2])[1].tobytes(),
    ],
    ids=["baseline", "progressive", "grey", "one pixel", "with restarts"],
)
def test_a_whole_picture_passes_with_its_size(data: bytes) -> None:
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    size = jpeg.check(data)
    assert (size.height, size.width) == decoded.shape[:2]
    assert jpeg.read_size(data) == size


FAULTS = {
    "nothing": b"",
    "a PNG file": cv2.imencode(".png", picture())[1].tobytes(),
    "HTML": b"<script>alert(1)</script>",
    "only the first bytes of a JPEG file": b"\xff\xd8\xff\xe0 and then <script>",
    "a picture with a tail": GOOD + b"<script>",
    "two pictures": GOOD + GOOD,
    "no end": GOOD[:-2],
    "half a picture": GOOD[: (SCAN + len(GOOD)) // 2],
    "no frame": GOOD[:FRAME] + GOOD[FRAME + 2 + int.from_bytes(GOOD[FRAME + 2 : FRAME + 4]) :],
    "no tables": GOOD[:2] + GOOD[FRAME:HUFFMAN] + GOOD[SCAN:],
    "no coded data": GOOD[: SCAN + 2 + int.from_bytes(GOOD[SCAN + 2 : SCAN + 4])] + b"\xff\xd9",
    "no picture at all": b"\xff\xd8\xff\xd9",
    "two frames": GOOD[:SCAN] + GOOD[FRAME:],
    "an arithmetic frame": GOOD[: FRAME + 1] + b"\xc9" + GOOD[FRAME + 2 :],
    "a segment longer than the file": GOOD[:2] + b"\xff\xe0\xff\xff" + GOOD[4:],
    "no width": sized(0, 48),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_file_is_refused_that_is(name: str) -> None:
    with pytest.raises(Malformed):
        jpeg.check(FAULTS[name])


def test_a_small_file_with_more_pixels_than_memory_is_refused_before_it_is_decoded() -> None:
    for look in (jpeg.check, jpeg.read_size):
        with pytest.raises(Oversize, match="65535 × 65535"):
            look(sized(65535, 65535))
    assert jpeg.read_size(sized(8000, 8000)).width == 8000


@given(st.data())
@example(None)
def test_no_byte_that_is_changed_or_cut_makes_it_fail_otherwise(data: st.DataObject | None) -> None:
    spoiled = bytearray(GOOD)
    if data is not None:
        for at in data.draw(st.lists(st.integers(0, len(GOOD) - 1), max_size=6)):
            spoiled[at] = data.draw(st.integers(0, 255))
        spoiled = spoiled[: data.draw(st.integers(0, len(GOOD)))]
    for look in (jpeg.check, jpeg.read_size):
        with suppress(Malformed):
            look(bytes(spoiled))


@given(st.binary(max_size=200))
def test_bytes_of_any_kind_behind_the_first_two_are_a_picture_or_malformed(tail: bytes) -> None:
    with pytest.raises(Malformed):
        jpeg.check(b"\xff\xd8" + tail)


def test_a_photograph_is_what_its_hash_and_its_format_say() -> None:
    hash_, whole = salted(GOOD)
    photograph.check(hash_, whole)
    with pytest.raises(Malformed, match="does not hash"):
        photograph.check(hash_, whole[:-1] + b"\x00")
    with pytest.raises(Malformed, match="no JPEG"):
        photograph.check(*salted(b"a plate"))
    with pytest.raises(Malformed, match="no JPEG"):
        photograph.check(*salted(b"", salt=b""))
    with pytest.raises(Oversize, match="too large"):
        photograph.check(*salted(GOOD + bytes(photograph.MAX_PHOTOGRAPH)))
    for text in ("", hash_.upper(), hash_[:-1], f"{hash_}\n", "../../etc/passwd"):
        with pytest.raises(Malformed):
            photograph.check_hash(text)
