from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.core.errors import Malformed, Oversize
from scanner_agent.framing import Lines, parse

streams = st.lists(st.sampled_from([b"A", b"\xff", b"]Q1", b"\x1d", b"\r", b"\n", b"\t", b"0123456789"])).map(b"".join)


def frames(stream: bytes, cuts: list[int], limit: int = 16) -> list[bytes | str]:
    """What `stream` gives when it comes in pieces; errors as their sentences, so that they can be compared."""
    lines = Lines(limit=limit)
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    found = [frame for a, b in pairwise(edges) for frame in lines.feed(stream[a:b])]
    return [frame if isinstance(frame, bytes) else str(frame) for frame in found + lines.flush()]


@given(streams, st.lists(st.integers(min_value=0)))
def test_how_a_stream_is_split_into_chunks_does_not_change_its_frames(stream: bytes, cuts: list[int]) -> None:
    assert frames(stream, cuts) == frames(stream, [])


@given(st.lists(st.binary(min_size=1, max_size=16).filter(lambda read: not set(read) & set(b"\r\n\t"))))
def test_every_read_within_the_limit_comes_out_whole_and_in_order(reads: list[bytes]) -> None:
    assert frames(b"".join(read + b"\r\n" for read in reads), []) == reads


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\t", b"\r\n"])
def test_each_end_character_ends_one_read(end: bytes) -> None:
    assert Lines().feed(b"ABC" + end) == [b"ABC"]


def test_an_end_character_that_is_not_configured_belongs_to_the_read() -> None:
    assert Lines(ends=b"\r").feed(b"A\tB\nC\r") == [b"A\tB\nC"]


def test_group_separators_survive() -> None:
    assert Lines().feed(b"01\x1d21\x1e\r") == [b"01\x1d21\x1e"]


def test_a_read_of_exactly_the_limit_is_read_and_one_byte_more_is_refused() -> None:
    lines = Lines(limit=8)
    assert lines.feed(b"12345678\r") == [b"12345678"]
    (refused,) = lines.feed(b"123456789\r")
    assert isinstance(refused, Oversize)


def test_nothing_of_an_over_long_read_is_used_and_the_next_read_is_whole() -> None:
    lines = Lines(limit=8)
    first = lines.feed(b"X" * 9)
    rest = lines.feed(b"TAIL\rNEXT\r")
    assert [type(frame) for frame in first] == [Oversize]
    assert rest == [b"NEXT"]


def test_a_reader_that_sends_for_ever_is_refused_once_and_fills_no_memory() -> None:
    lines = Lines()
    found = [frame for _ in range(1000) for frame in lines.feed(b"x" * 10_000)]
    assert len(found) == 1
    assert len(lines._held) == 0


def test_a_read_that_was_cut_off_is_refused_and_does_not_begin_the_next() -> None:
    lines = Lines()
    assert lines.feed(b"https://custody.exam") == []
    assert lines.pending
    (cut,) = lines.flush()
    assert isinstance(cut, Malformed)
    assert "CR" in str(cut)
    assert lines.feed(b"NEXT\r") == [b"NEXT"]
    assert lines.flush() == []


@pytest.mark.parametrize(
    ("frame", "read"),
    [
        (b"]Q1https://custody.example/", ("]Q1", "https://custody.example/")),
        (b"https://custody.example/", (None, "https://custody.example/")),
        (b"]d2\x1d01", ("]d2", "\x1d01")),
        (b"]", (None, "]")),
        (b"]?1A", (None, "]?1A")),
        ("kotak №7".encode(), (None, "kotak №7")),
    ],
)
def test_an_aim_identifier_is_taken_where_it_was_sent(frame: bytes, read: tuple[str | None, str]) -> None:
    assert parse(frame) == read


@pytest.mark.parametrize("frame", [b"\xff\xfe", b"A\xc3", b"\xed\xa0\x80", b"]Q1"])
def test_what_is_not_text_or_holds_none_is_refused(frame: bytes) -> None:
    with pytest.raises(Malformed):
        parse(frame)
