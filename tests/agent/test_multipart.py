"""A camera's stream, cut into its pictures: whatever comes, little is held."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core.errors import Malformed, Oversize
from scanner_agent.sources.multipart import MOST_BYTES, MOST_HEAD, Parts


def part(body: bytes, *, length: bool = True, end: bytes = b"\r\n", boundary: bytes = b"--frame") -> bytes:
    head = b"Content-Length: %d%b" % (len(body), end) if length else b""
    return boundary + end + b"Content-Type: image/jpeg" + end + head + end + body + end


def held(parts: Parts) -> int:
    return len(parts._held)


@pytest.mark.parametrize(
    ("name", "stream"),
    [
        ("frame", part(b"one") + part(b"two")),
        ("--frame", part(b"one") + part(b"two")),
        ("frame", part(b"one", end=b"\n") + part(b"two", end=b"\n")),
        ("frame", part(b"one", length=False) + part(b"two", length=False) + b"--frame"),
        ("frame", part(b"one", length=False, end=b"\n") + part(b"two", length=False, end=b"\n") + b"--frame"),
        ("frame", part(b"one") + b"\r\n" + part(b"two")),
        ("frame", b"\r\n" + part(b"one", boundary=b"----frame") + part(b"two", boundary=b"----frame")),
        ("", part(b"one") + part(b"two")),
    ],
    ids=["usual", "dashes in the name", "LF", "no length", "no length, LF", "space between", "more dashes", "no name"],
)
def test_what_cameras_send_is_cut_into_pictures(name: str, stream: bytes) -> None:
    assert Parts(name.encode()).feed(stream) == [b"one", b"two"]


def test_a_picture_may_hold_what_looks_like_a_boundary_where_its_length_is_told() -> None:
    assert Parts(b"frame").feed(part(b"a\r\n--frame\r\n\r\nb")) == [b"a\r\n--frame\r\n\r\nb"]


FAULTS = [b"\r\n--frame\r\n\r\n", b"\r\n--frame\r\nContent-Length: 99999999\r\n\r\n", b"x" * 9000]
chunks = st.lists(
    st.one_of(st.binary(max_size=60), st.binary(max_size=60).map(part), st.sampled_from(FAULTS)), max_size=10
)


@given(chunks, st.lists(st.integers(min_value=0), max_size=6))
def test_how_a_stream_is_split_into_chunks_does_not_change_what_comes_out(chunks: list[bytes], cuts: list[int]) -> None:
    stream = b"".join(chunks)
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]

    def fed(pieces: list[bytes]) -> list[bytes | str]:
        parts, found = Parts(b"frame"), list[bytes | str]()
        try:
            for piece in (*pieces, b""):
                found += parts.feed(piece)
        except Malformed as error:
            found.append(str(error))
        return found

    assert fed([stream[a:b] for a, b in pairwise(edges)]) == fed([stream])


@pytest.mark.parametrize(
    ("begin", "most", "error"),
    [
        (b"--frame\r\n\r\n", MOST_BYTES, Oversize),
        (b"--frame\r\nContent-Length: 2000000000\r\n\r\n", 0, Oversize),
        (b"--frame\r\nX-", MOST_HEAD, Malformed),
        (b"", MOST_HEAD, Malformed),
    ],
    ids=["a picture without an end", "a length of gigabytes", "a head without an end", "no boundary"],
)
def test_what_never_ends_is_refused_before_it_fills_the_memory(begin: bytes, most: int, error: type[Malformed]) -> None:
    parts, block = Parts(b"frame"), b"x" * 65_536

    def feed_for_ever() -> None:
        parts.feed(part(b"one") + begin)
        for _ in range(1000):
            assert held(parts) <= most + len(block) + len(begin)
            parts.feed(block)

    with pytest.raises(error):
        feed_for_ever()
