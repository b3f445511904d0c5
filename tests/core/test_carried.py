"""Carried statements: whole again from their pieces in any order; nothing else becomes one, and little is held."""

import random
import tracemalloc
import zlib
from contextlib import suppress

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.core import carried
from custody.core.carried import Gathering, Piece
from custody.core.errors import CustodyError, Malformed, NewerFormat, Oversize
from custody.core.statement import MAX_ENVELOPE, Statement, parse, sign
from tests.core.statements import ANN, TOP, event, key


def release(items: int, seq: int = 1) -> Statement:
    names = [f"plain/kpu/{random.Random(at).randbytes(9).hex().upper()}" for at in range(items)]
    prev = None if seq == 1 else "0" * 64
    body = event(key("device"), seq, prev, key("ann"), action="release", releaser=ANN, to=TOP, items=names)
    return sign(body, [key("device"), key("ann")])


SMALL, LARGE = release(1), release(300)
PIECES = carried.pieces(LARGE, 400)


def gather(gathering: Gathering, texts: list[str]) -> list[Statement]:
    return [whole for text in texts if (whole := gathering.add(carried.parse(text)))]


def _set(stream: bytes, name: str = SMALL.id, room: int = carried.MAX_PIECE) -> list[Piece]:
    return [carried.parse(text) for text in carried.cut(name, stream, room)]


def _resealed(text: str) -> str:
    """What was changed in a piece, with the check that fits it."""
    return f"{text}/{zlib.crc32(text.encode()):08X}"


def test_a_small_release_is_one_code_of_version_25_at_most() -> None:
    (text,) = carried.pieces(SMALL)
    code = segno.make(text, error="m", boost_error=False)
    assert (code.mode, code.error) == ("alphanumeric", "M")
    assert int(code.version) <= 25
    assert carried.join([carried.parse(text)]) == SMALL


@given(st.permutations(range(len(PIECES))), st.lists(st.integers(0, len(PIECES) - 1), max_size=9))
@settings(max_examples=30)
def test_pieces_come_together_in_any_order_and_however_often(order: list[int], again: list[int]) -> None:
    gathering = Gathering()
    before = order[:-1]
    for at in [*before, *(at for at in again if at in before)]:
        assert gathering.add(carried.parse(PIECES[at])) is None
    last = carried.parse(PIECES[order[-1]])
    assert gathering.missing(carried.parse(PIECES[before[0]])) == [last.number]
    assert gathering.add(last) == LARGE


@pytest.mark.parametrize("room", [carried.LEAST_ROOM, 400, carried.MAX_PIECE])
def test_no_piece_is_longer_than_the_room_and_all_are_about_as_long(room: int) -> None:
    lengths = [len(text) for text in carried.pieces(LARGE, room)]
    assert max(lengths) <= room
    assert max(lengths) - min(lengths[:-1], default=max(lengths)) <= 3
    assert parse(LARGE.envelope) == carried.join([carried.parse(text) for text in carried.pieces(LARGE, room)])


def test_the_longest_stream_does_with_the_most_pieces() -> None:
    assert len(carried.cut(SMALL.id, bytes(carried.MAX_STREAM), carried.LEAST_ROOM)) <= carried.MAX_PIECES


def test_statements_shown_in_turn_are_kept_apart() -> None:
    other = release(200, seq=2)
    turned = [text for pair in zip(PIECES, carried.pieces(other, 400), strict=False) for text in pair]
    assert gather(Gathering(), turned + PIECES) == [other, LARGE]


def test_one_statement_cut_in_two_ways_is_not_mixed() -> None:
    otherwise = carried.pieces(LARGE, 800)
    assert gather(Gathering(), PIECES[:-1] + otherwise[1:]) == []
    assert gather(Gathering(), PIECES[:-1] + otherwise) == [LARGE]


def test_a_piece_that_contradicts_begins_its_set_anew() -> None:
    true = _set(zlib.compress(LARGE.envelope), LARGE.id, 400)
    false = Piece(LARGE.id[:16], 1, len(true), b"false")
    gathering = Gathering()
    for piece in [false, *true[:-1]]:
        assert gathering.add(piece) is None
    assert gathering.missing(true[0]) == [len(true)]
    assert gathering.add(true[-1]) == LARGE


def test_after_pieces_that_give_no_whole_the_same_can_be_read_again() -> None:
    first, *others = _set(zlib.compress(LARGE.envelope), LARGE.id, 400)
    gathering = Gathering()
    for piece in others:
        gathering.add(piece)
    with pytest.raises(Malformed):
        gathering.add(Piece(first.statement, 1, first.count, bytes(len(first.data))))
    assert [gathering.add(piece) for piece in (first, *others)][-1] == LARGE


@given(st.data())
def test_a_piece_that_was_not_read_whole_is_noticed_at_once(data: st.DataObject) -> None:
    text = PIECES[0]
    at = data.draw(st.integers(len("CUSTODY-PIECE/1/"), len(text) - 1))
    other = data.draw(st.sampled_from(["", "0", "A", "F", "/", " ", "z", text[at] * 2]).filter(lambda c: c != text[at]))
    with pytest.raises(Malformed):
        carried.parse(text[:at] + other + text[at + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        "CUSTODY-PIECE/",
        "CUSTODY-PIECE/1/",
        _resealed("CUSTODY-PIECE/1/0123456789ABCDEF/3/2/BB8"),
        _resealed("CUSTODY-PIECE/1/0123456789ABCDEF/0/2/BB8"),
        _resealed("CUSTODY-PIECE/1/0123456789ABCDEF/01/2/BB8"),
        _resealed("CUSTODY-PIECE/1/0123456789ABCDEF/1/1000/BB8"),
        _resealed("CUSTODY-PIECE/1/0123456789abcdef/1/2/BB8"),
        _resealed("CUSTODY-PIECE/1/0123456789ABCDEF/1/2/"),
        _resealed("CUSTODY-PIECE/1/0123456789ABCDEF/1/2/:::"),
        _resealed("CUSTODY-PIECE/0/0123456789ABCDEF/1/2/BB8"),
    ],
)
def test_what_is_no_piece_is_refused(text: str) -> None:
    assert carried.is_piece(text)
    with pytest.raises(Malformed):
        carried.parse(text)


def test_a_piece_in_its_form_is_taken() -> None:
    assert carried.parse(_resealed("CUSTODY-PIECE/1/0123456789ABCDEF/1/2/BB8")) == Piece(
        "0123456789abcdef", 1, 2, b"AB"
    )


def test_a_newer_version_is_called_so() -> None:
    with pytest.raises(NewerFormat):
        carried.parse("CUSTODY-PIECE/2/WHATEVER")


def test_a_piece_that_no_code_of_ours_holds_is_refused() -> None:
    with pytest.raises(Oversize):
        carried.parse(_resealed(f"CUSTODY-PIECE/1/0123456789ABCDEF/1/2/{'BB8' * 600}"))


STREAM = zlib.compress(SMALL.envelope)


@pytest.mark.parametrize(
    ("stream", "name"),
    [
        (STREAM, "00" * 32),
        (STREAM[:-1], SMALL.id),
        (STREAM + b"\0", SMALL.id),
        (STREAM + STREAM, SMALL.id),
        (STREAM[:-4] + bytes(4), SMALL.id),
        (b"no stream", SMALL.id),
        (zlib.compress(b"no envelope"), SMALL.id),
        (zlib.compress(SMALL.envelope + b"\n"), SMALL.id),
    ],
)
def test_pieces_that_give_no_statement_or_another_one_are_refused(stream: bytes, name: str) -> None:
    with pytest.raises(Malformed):
        carried.join(_set(stream, name))


def test_what_inflates_without_end_is_stopped_at_an_envelopes_length() -> None:
    bomb = zlib.compress(bytes(60_000_000), 9)[: carried.MAX_STREAM]
    tracemalloc.start()
    with pytest.raises(Oversize):
        carried.join(_set(bomb))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 * MAX_ENVELOPE


def test_pieces_that_are_too_many_bytes_are_refused_before_the_last() -> None:
    gathering = Gathering()
    most = carried.MAX_STREAM // 900
    assert not any(gathering.add(Piece("0" * 16, number + 1, 999, bytes(900))) for number in range(most))
    with pytest.raises(Oversize):
        gathering.add(Piece("0" * 16, most + 1, 999, bytes(900)))


def test_of_statements_that_are_never_whole_the_oldest_are_forgotten() -> None:
    gathering = Gathering()
    first = Piece("f" * 16, 1, 2, b"x")
    gathering.add(first)
    for at in range(carried.MAX_STATEMENTS):
        assert gathering.missing(first) == [2]
        gathering.add(Piece(f"{at:016x}", 1, 2, b"x"))
    assert gathering.missing(first) == [1, 2]


@given(st.lists(st.builds(Piece, st.sampled_from(["0" * 16, SMALL.id[:16]]), st.integers(1, 3), st.just(3),
                          st.binary(max_size=40)), max_size=12))  # fmt: skip
def test_no_strange_pieces_do_more_than_be_refused(strange: list[Piece]) -> None:
    gathering = Gathering()
    for piece in strange:
        with suppress(CustodyError):
            assert gathering.add(piece) is None


@given(st.text(max_size=80))
def test_no_strange_text_does_more_than_be_refused(text: str) -> None:
    with pytest.raises(CustodyError):
        carried.parse(f"CUSTODY-PIECE/{text}")
