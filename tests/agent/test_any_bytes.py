"""Whatever bytes come from a reader of any kind, the agent stays up and reads the next label."""

import struct
from contextlib import suppress
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from custody.core.errors import CustodyError
from custody.simulation.camera import encoded
from scanner_agent.config import AgentConfig
from scanner_agent.decode import Decoded, Decoder
from scanner_agent.reading import interpret
from scanner_agent.sources.evdev import EV_KEY, Event, pack
from scanner_agent.sources.picture_settings import ReplayConfig
from scanner_agent.sources.replay import Replay
from scanner_agent.sources.source import Read, Refused
from scanner_agent.sources.ssi import packet
from tests.agent.desk import LINES, READERS, at
from tests.agent.pictures import on_table, qr
from tests.agent.simulated_scanners import dechdr
from tests.agent.test_hidpos import honeywell

few = settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
noise = st.lists(
    st.one_of(
        st.binary(max_size=200),
        st.sampled_from(
            [b"\r", b"\x16\xfe\xff\xff\xff\x7f\r", dechdr(b"\xff\xfe"), packet(0xF3, b"\x1c\xff", source=0)]
        ),
        st.text(max_size=60).map(lambda text: text.encode() + b"\r"),
    ),
    max_size=8,
)
reports = st.lists(st.one_of(st.binary(min_size=1, max_size=80), st.binary(max_size=56).map(honeywell)), max_size=12)
keys = st.lists(
    st.one_of(
        st.builds(  # any key, pressed and released as keyboards do
            lambda code: b"".join(pack(Event(1.0, EV_KEY, code, value)) for value in (1, 0)), st.integers(0, 0x2FF)
        ),
        st.builds(lambda *of: struct.pack("llHHi", *of), *(st.integers(0, 2**bits - 1) for bits in (40, 31, 3, 16, 2))),
    ),
    max_size=12,
)


@cache
def picture() -> bytes:
    return encoded(on_table(qr("plain/kpu/RUSAK"), height=480, width=640))


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """A camera's JPEG of which bytes are others, or that is cut."""
    data = bytearray(picture()[: draw(st.integers(1, len(picture())))])
    for place, byte in draw(st.lists(st.tuples(st.integers(0, 2**16), st.integers(0, 255)), max_size=30)):
        data[place % len(data)] = byte
    return bytes(data)


frames = st.lists(st.one_of(st.binary(min_size=1, max_size=400), damaged()), max_size=4)
SENT = dict.fromkeys(LINES, noise) | {"hidpos": reports, "keyboard": keys, "camera": frames}


@pytest.mark.parametrize("kind", READERS)
def test_any_bytes_leave_the_agent_up(kind: str, known: AgentConfig, tmp_path: Path) -> None:
    with at(kind, known, tmp_path) as desk:

        @given(SENT[kind])
        @few
        def any_bytes(chunks: list[bytes]) -> None:
            for chunk in chunks:
                desk.reader.send(chunk)
            desk.is_up()

        any_bytes()


def judged(text: str) -> None:
    """What a read means: something, or a refusal."""
    with suppress(CustodyError):
        interpret(text, "camera", "]Q1", lambda _: "valid")


@given(st.one_of(st.binary(min_size=1, max_size=300), st.text(min_size=1, max_size=100).map(str.encode)))
@settings(deadline=None, max_examples=60)
def test_a_qr_code_of_any_bytes_is_a_text_or_a_refusal(data: bytes) -> None:
    decoder = Decoder()
    decoder.zbar = None
    found = decoder.decode(on_table(qr(data, 4), height=900, width=900))
    for code in found:
        assert isinstance(code, Decoded | CustodyError)
        if isinstance(code, Decoded):
            judged(code.text)


@given(st.binary(max_size=400))
@settings(deadline=None)
def test_a_replay_of_any_bytes_gives_reads_and_refusals(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.txt"
    path.write_bytes(data)
    for output in Replay(ReplayConfig(path=str(path))).reads():
        assert isinstance(output, Read | Refused)
        if isinstance(output, Read):
            judged(output.text)


PNG = cv2.imencode(".png", np.zeros((20, 20), np.uint8))[1].tobytes()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GIF89a",
        PNG[:40],
        cv2.imencode(".png", np.zeros((6500, 6500), np.uint8))[1].tobytes(),
        PNG[:16] + struct.pack(">II", 2**31 - 1, 2**31 - 1) + PNG[24:],
        picture()[:300],
        bytes(33 * 1024 * 1024),
    ],
    ids=["nothing", "GIF", "cut PNG", "giant PNG", "more than OpenCV takes", "cut JPEG", "large file"],
)
def test_a_replay_of_what_is_no_picture_refuses_it_and_goes_on(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.png").write_bytes(data)
    (tmp_path / "b.png").write_bytes(cv2.imencode(".png", on_table(qr("B")))[1].tobytes())
    refused, read = Replay(ReplayConfig(path=str(tmp_path))).reads()
    assert isinstance(refused, Refused)
    assert "a file is no picture" in str(refused.error)
    assert "a.png" in str(refused.error)
    assert isinstance(read, Read)
    assert read.text == "B"
