"""Cells that no spreadsheet runs, and that lead back to what was written."""

import csv
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.audit.csv_cells import encode, neutral, original

RISKY = "=+-@＝＋－＠"
texts = st.text(
    st.one_of(st.sampled_from(RISKY + "'\",;|\t\r\n 1A\u200b\xa0"), st.characters(codec="utf-8")), max_size=12
)


def read(data: bytes, **dialect: str) -> list[list[str]]:
    return list(csv.reader(StringIO(data.decode(), newline=""), strict=True, **dialect))  # type: ignore[arg-type]


@given(st.lists(st.lists(texts, min_size=2, max_size=3), max_size=4))
def test_a_csv_reader_gives_back_every_cell_that_was_written(rows: list[list[str]]) -> None:
    assert [[original(cell) for cell in row] for row in read(b"".join(encode(rows)))] == rows


@given(texts, st.sampled_from(",;|\t"))
def test_no_spreadsheet_finds_a_formula_wherever_it_parts_a_line(text: str, delimiter: str) -> None:
    line = f"1,{text}" if delimiter == "," else text
    for quoting in ({}, {"quotechar": "\0"}):
        data = b"".join(encode([line.split(",", 1) if delimiter == "," else [line]]))
        for row in csv.reader(data.decode().splitlines(), delimiter=delimiter, **quoting):  # type: ignore[arg-type]
            assert not [cell for cell in row if cell.strip(' \xa0\u200b"').startswith(tuple(RISKY))]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("＝1", "'＝1"),
        (' "=1', "' \"=1"),
        ("\tx", "'\tx"),
        ("plain/tps/a;=1", "plain/tps/a;'=1"),
        ("'t Hoen", "''t Hoen"),
        ("Desa 1-2", "Desa 1-2"),
        ("a,b", "a,b"),
        ("", ""),
    ],
)
def test_an_apostrophe_stands_before_what_could_be_a_formula_and_nowhere_else(text: str, shown: str) -> None:
    assert (neutral(text), original(shown)) == (shown, text)


def test_numbers_stay_numbers_also_below_zero() -> None:
    assert b"".join(encode([[-5, Decimal("-6.914744"), None, "-5"]])) == b"-5,-6.914744,,'-5\r\n"


def test_many_rows_come_in_pieces_of_whole_lines() -> None:
    pieces = list(encode([n] for n in range(600)))

    assert len(pieces) == 3
    assert b"".join(pieces) == b"".join(b"%d\r\n" % n for n in range(600))
