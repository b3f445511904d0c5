"""Notes on findings: kept as they were written, and erased without a trace."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.core.errors import Malformed
from custody.notes import LONGEST, MOST, NOTES, Notes, open_notes

FINDING, OTHER = "f-" + "a" * 26, "f-" + "b" * 26
NOON = 1_800_000_000_000


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Notes]:
    with open_notes(tmp_path / NOTES) as notes:
        yield notes


def test_notes_on_a_finding_are_told_the_newest_first_a_page_at_a_time(notes: Notes) -> None:
    first, second, third = (notes.write(FINDING, "siti", NOON + n, f"Catatan {n}") for n in range(3))
    notes.write(OTHER, "budi", NOON, "Lain")
    assert notes.on(FINDING, 2) == [third, second]
    assert notes.on(FINDING, 2, before=second.id) == [first]
    assert (notes.count(FINDING), notes.count("f-" + "c" * 26)) == (3, 0)
    assert (first.author, first.time, first.text) == ("siti", NOON, "Catatan 0")


def test_an_erased_note_leaves_no_byte_behind(notes: Notes, tmp_path: Path) -> None:
    kept = notes.write(FINDING, "siti", NOON, "Segel dilihat langsung")
    note = notes.write(FINDING, "siti", NOON, "Rahasia sekali")
    assert b"Rahasia" in (tmp_path / NOTES).read_bytes()
    assert notes.erase(note.id)
    assert b"Rahasia" not in (tmp_path / NOTES).read_bytes()
    assert not notes.erase(note.id)
    assert notes.on(FINDING, 9) == [kept]
    assert (tmp_path / NOTES).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("text", ["", "  \r\n ", "x" * (LONGEST + 1), "a\x00b", "\u202eback", "bell\x07"])
def test_what_cannot_be_read_is_no_note(notes: Notes, text: str) -> None:
    with pytest.raises(Malformed):
        notes.write(FINDING, "siti", NOON, text)
    assert notes.count(FINDING) == 0


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("x" * LONGEST, "x" * LONGEST),
        (" dua\r\nbaris\n", "dua\nbaris"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_what_can_be_read_is_kept_as_it_was_written(notes: Notes, text: str, kept: str) -> None:
    assert notes.write(FINDING, "siti", NOON, text).text == kept


def test_a_finding_has_so_many_notes_and_no_more(notes: Notes) -> None:
    with notes._connection as connection:
        rows = [(f"n-{number}", FINDING, "siti", NOON, "x") for number in range(MOST - 1)]
        connection.executemany("INSERT INTO notes VALUES (?, ?, ?, ?, ?)", rows)
    notes.write(FINDING, "siti", NOON, "the last")
    with pytest.raises(Malformed, match="no room"):
        notes.write(FINDING, "siti", NOON, "one too many")
    notes.write(OTHER, "siti", NOON, "elsewhere")
