"""Whatever comes down a line, each framing gives reads or refusals, holds little, and recovers at a silence."""

from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core.errors import Malformed, Oversize
from scanner_agent.framing import MAX_READ, Frame, Framing, Lines, Reply
from scanner_agent.sources.dechdr import Dechdr
from scanner_agent.sources.ssi import Ssi, packet
from tests.agent.simulated_scanners import dechdr

FRAMINGS: dict[str, Callable[[], Framing]] = {
    "lines": Lines,
    "lines with prefix and suffix": lambda: Lines(b"\r", prefix=b"\x02", suffix=b"\x03"),
    "ssi": Ssi,
    "dechdr": lambda: Dechdr(Lines()),
}
each_framing = pytest.mark.parametrize("make", FRAMINGS.values(), ids=FRAMINGS.keys())

pieces = st.lists(
    st.one_of(
        st.binary(max_size=40),
        st.sampled_from([b"\r", b"A\r", b"\x02A\x03\r", b"\x16\xfe", b"\x16", dechdr(b"label"), dechdr(b"x" * 7000)]),
        st.builds(
            packet,
            st.sampled_from([0xF3, 0xF6, 0xD0, 0xD1]),
            st.binary(max_size=251),
            source=st.sampled_from([0, 4]),
            status=st.integers(0, 255),
        ),
        st.just(b"\x09\xf3\x00\x00\x1c1234\xfe\x1e"),
        st.integers(1, 3).map(lambda size: b"x" * 5000 * size),
    ),
    max_size=12,
)


def told(frames: list[Frame]) -> list[object]:
    """Errors as their sentences, so that they can be compared."""
    return [str(frame) if isinstance(frame, Malformed) else frame for frame in frames]


def held(framing: Framing) -> int:
    """Bytes that a framing keeps, in itself and in the framing it is made of."""
    return sum(
        held(value) if isinstance(value, Framing) else sum(map(len, value)) if hasattr(value, "popleft") else len(value)
        for value in vars(framing).values()
        if isinstance(value, Framing) or hasattr(value, "__len__")
    )


@each_framing
@given(pieces=pieces)
def test_any_bytes_end_in_reads_refusals_or_replies_and_little_is_held(
    make: Callable[[], Framing], pieces: list[bytes]
) -> None:
    framing = make()
    for piece in pieces:
        framing.say([b"\x05\xe6\x04\x00\x00\xff\x11"])
        for frame in framing.feed(piece):
            assert isinstance(frame, (bytes, Malformed, Reply))
            assert not isinstance(frame, bytes) or len(frame) <= MAX_READ + 3
        assert held(framing) < 2 * MAX_READ + 1000
    for _ in range(1000):
        framing.flush()
    assert not framing.pending
    assert held(framing) < 500


@each_framing
@given(pieces=pieces, cuts=st.lists(st.integers(min_value=0), max_size=6))
def test_how_a_stream_is_split_into_chunks_does_not_change_what_comes_out(
    make: Callable[[], Framing], pieces: list[bytes], cuts: list[int]
) -> None:
    stream = b"".join(pieces)
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    split, whole = make(), make()
    found = [frame for a, b in pairwise(edges) for frame in split.feed(stream[a:b])]
    assert told(found) == told(list(whole.feed(stream)))
    assert told(list(split.flush())) == told(list(whole.flush()))


@each_framing
def test_a_reader_that_sends_for_ever_is_refused_and_fills_no_memory(make: Callable[[], Framing]) -> None:
    framing = make()
    refused = 0
    for _ in range(1000):
        refused += sum(isinstance(frame, Oversize) for frame in framing.feed(b"x" * 10_000))
        assert held(framing) < 500
    assert refused == 1


@given(st.binary(max_size=300), st.sampled_from([b"label", b"\x1dA\x1e"]))
def test_after_any_garbage_and_silence_a_zebra_read_is_whole(garbage: bytes, text: bytes) -> None:
    framing = Ssi()
    framing.feed(garbage)
    for _ in range(100):
        framing.flush()
    frames = framing.feed(packet(0xF3, b"\x1c" + text, source=0))
    assert frames == [Reply(bytes.fromhex("04 D0 04 00 FF 28")), b"]Q1" + text]


def test_the_packet_of_the_reference_is_read() -> None:
    frames = Ssi().feed(bytes.fromhex("09 F3 00 00 1C 31 32 33 34 FE 1E"))
    assert frames == [Reply(bytes.fromhex("04 D0 04 00 FF 28")), b"]Q11234"]


def test_an_aim_identifier_that_a_zebra_sends_itself_is_not_put_before_the_text_twice() -> None:
    assert Ssi().feed(packet(0xF3, b"\x1c]Q3text", source=0))[1:] == [b"]Q3text"]


def test_a_message_that_a_zebra_does_not_acknowledge_is_repeated_twice_and_then_left() -> None:
    framing = Ssi()
    first, second = packet(0xE6, b"\x00"), packet(0xE7, b"\x01")
    assert framing.say([first, second]) == first
    assert framing.say([first]) == b"", "one at a time"
    sent = [frame for _ in range(200) for frame in framing.flush()]
    again = [Reply(packet(one[1], one[4:-2], status=1)) for one in (first, second)]
    assert sent == [again[0]] * 2 + [Reply(second)] + [again[1]] * 2 + [Reply(first)] + [again[0]] * 2
    assert not framing.pending


def test_a_zebra_that_did_not_understand_hears_it_again_at_once() -> None:
    framing = Ssi()
    framing.say([packet(0xE6, b"\x00")])
    assert framing.feed(packet(0xD1, b"\x01", source=0)) == [Reply(packet(0xE6, b"\x00", status=1))]
    assert framing.feed(packet(0xD0, source=0)) == []
    assert not framing.pending
