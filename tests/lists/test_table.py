"""Tables that people hand in: what is no table, or not a good one, is told by line and column."""

import pytest

from custody.core import badge
from custody.core.errors import Malformed
from custody.lists.labels import MAX_LABELS, Wanted, in_range, read_labels, read_pasted
from custody.lists.names import read_names
from custody.lists.table import SHOWN_FAULTS, Faults, read_table

SITI = badge.handler_id(b"0123456789")
BOX = "8003/09521234000013A1"


def rows(data: bytes) -> list[dict[str, str]]:
    return [row.cells for row in read_table(data, ["id", "name"], ["place"], Faults("list.csv"))]


@pytest.mark.parametrize(
    "data",
    [
        b"id,name\nx,Siti\n",
        "\ufeffid;name\r\nx; Siti \r\n;\r\n".encode(),
        b'name,place,id\n"Siti",,x\n\n',
        b"id,name\nx,Siti",
    ],
    ids=["commas", "mark, semicolons, CRLF", "quotes, other order", "no last line feed"],
)
def test_a_table_is_read_as_any_spreadsheet_saves_it(data: bytes) -> None:
    assert rows(data) == [{"id": "x", "name": "Siti", "place": ""}]


def read(data: bytes, faults: Faults) -> None:
    list(read_table(data, ["id", "name"], ["place"], faults))
    faults.refuse("Mend it.")


HOSTILE = {
    "another encoding": ("id,name\nx,Café\n".encode("latin-1"), "line 2: the row is not UTF-8"),
    "UTF-16, as spreadsheets call Unicode": ("id,name\nx,Siti\n".encode("utf-16"), "line 1: the row is not UTF-8"),
    "a workbook": (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00\xb5\xa2", "line 1: the row is not UTF-8"),
    "an unfinished quotation": (b'id,name\nx,"Siti', "the row is not CSV"),
    "a cell of five million letters": (b"id,name\nx," + b"a" * 5_000_000, "line 2: the row is not CSV"),
    "a first line of five million letters": (b"a" * 5_000_000, "line 1: the row is not CSV"),
    "a million columns": (b"," * 1_000_000 + b"\nx", "line 1: the table has other columns"),
    "a million cells": (b"id,name\n" + b"x," * 1_000_000, "line 2: the row has another number of cells"),
    "a column twice": (b"id,name,id\n", "line 1: the table has other columns"),
    "nothing": (b"", "line 1: the table has other columns"),
}


@pytest.mark.parametrize(("data", "told"), HOSTILE.values(), ids=HOSTILE.keys())
def test_what_is_no_such_table_is_refused_in_few_words(data: bytes, told: str) -> None:
    faults = Faults("list.csv")
    with pytest.raises(Malformed, match=told) as refused:
        read(data, faults)
    assert len(str(refused.value)) < 2_000
    assert len(faults.shown) == 1


def test_of_a_file_that_is_wrong_throughout_no_more_is_read_than_shows_that() -> None:
    faults = Faults("list.csv")
    with pytest.raises(Malformed, match=r"10000 lines[^~]*9900 more"):
        list(read_table(b"id,name\n" + b",,x\n" * 50_000, ["id", "name"], [], faults))
    assert len(faults.shown) == SHOWN_FAULTS


def test_names_are_read_or_each_fault_is_told() -> None:
    assert read_names(f"id,name\n{SITI},Siti Rahayu\n".encode(), Faults("")) == {SITI: "Siti Rahayu"}
    faults = Faults("names.csv")
    with pytest.raises(Malformed):
        read_names(f"id,name\n{SITI},Siti\x00\n{SITI},\nx,Budi\n".encode(), faults)
    assert [(fault.line, fault.column) for fault in faults.shown] == [(2, "name"), (3, "name"), (3, "id"), (4, "id")]


def test_labels_are_read_or_each_fault_is_told() -> None:
    text = f"place,id,kind\nTPS 1,{BOX},ballot-box\n,{BOX}2,\n"
    assert read_labels(text.encode(), Faults("")) == [Wanted(BOX, "ballot-box", "TPS 1"), Wanted(f"{BOX}2", None, "")]
    faults = Faults("labels.csv")
    with pytest.raises(Malformed):
        read_labels(f"id,kind,place\n{BOX},box,\n{BOX},,TPS\x071\nx,,{'a' * 101}\n".encode(), faults)
    assert [(fault.line, fault.column) for fault in faults.shown] == [
        (2, "kind"),
        (3, "place"),
        (3, "id"),
        (4, "id"),
        (4, "place"),
    ]


def test_pasted_lines_say_an_id_and_perhaps_kind_and_place() -> None:
    text = f"{BOX}\n\n {BOX}2 ; ballot-box; TPS 2\n{BOX}3,,TPS 3\n"
    assert read_pasted(text, Faults("")) == [
        Wanted(BOX, None, ""),
        Wanted(f"{BOX}2", "ballot-box", "TPS 2"),
        Wanted(f"{BOX}3", None, "TPS 3"),
    ]
    faults = Faults("lines")
    with pytest.raises(Malformed):
        read_pasted(f"{BOX};;;x\n{BOX};box\n{BOX}\n", faults)
    assert [(fault.line, fault.column) for fault in faults.shown] == [(1, None), (2, "kind"), (3, "id")]


def test_a_range_is_of_as_many_digits_as_its_ends() -> None:
    assert in_range(BOX, "008", "011") == [f"{BOX}{number}" for number in ("008", "009", "010", "011")]
    assert len(in_range(BOX, "0001", str(MAX_LABELS))) == MAX_LABELS
    for first, last in (("8", "11"), ("11", "08"), ("a", "b"), ("", ""), ("²", "³"), ("0", "9" * 13)):
        with pytest.raises(Malformed, match="no range"):
            in_range(BOX, first, last)
    with pytest.raises(Malformed, match="too many"):
        in_range(BOX, "0000", str(MAX_LABELS))
    with pytest.raises(Malformed, match="an item"):
        in_range("seal/kpu/A", "1", "2")
