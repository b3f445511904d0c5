"""A session's one note holds what was noted, and why ids were typed."""

import pytest

from custody.core.errors import Malformed
from scanner_agent.noting import add

NOTES: dict[str, tuple[list[tuple[str, str]], tuple[str, list[str]]]] = {
    "a note": ([("note", "wet")], ("note", ["wet"])),
    "a reason": ([("reason", "torn label")], ("reason", ["Alasan mengetik / Reason for typing: torn label"])),
    "a note and a reason": (
        [("note", "wet"), ("reason", "torn")],
        ("reason", ["wet", "Alasan mengetik / Reason for typing: torn"]),
    ),
    "a reason and a note": (
        [("reason", "torn"), ("note", "wet")],
        ("reason", ["wet", "Alasan mengetik / Reason for typing: torn"]),
    ),
    "another note": ([("note", "wet"), ("note", "dry")], ("note", ["dry"])),
    "another reason": (
        [("note", "wet"), ("reason", "torn"), ("reason", "lost")],
        ("reason", ["wet", "Alasan mengetik / Reason for typing: lost"]),
    ),
}


@pytest.mark.parametrize(("given", "wanted"), NOTES.values(), ids=NOTES.keys())
def test_a_note_and_a_reason_stand_together(given: list[tuple[str, str]], wanted: tuple[str, list[str]]) -> None:
    field, text = "", ""
    for which, value in given:
        field, text = add(bytes(16) + text.encode() if text else None, which, value)
    assert (field, text.splitlines()) == wanted


@pytest.mark.parametrize("field", ["note", "reason"])
def test_a_note_that_says_nothing_is_refused(field: str) -> None:
    with pytest.raises(Malformed):
        add(None, field, "")
