"""What is wrong with a list is said in both languages."""

import re
from pathlib import Path

import pytest

import custody.lists
from custody import directory
from custody.audit.fault_words import indonesian, told
from custody.core import ids
from custody.core.errors import Malformed
from custody.lists.fault_words import EXPECTED, MESSAGES, REMEDIES
from tests.audit.raised import constants_in, raised_in

LISTS = Path(custody.lists.__path__[0])
MET = [*sorted(LISTS.glob("*.py")), Path(ids.__file__), Path(directory.__file__)]
PAGES = [*Path(custody.__path__[0]).glob("web/admin/label*.py"), *Path(custody.__path__[0]).glob("web/admin/names.py")]
ELSEWHERE = {"a CSV file", "7, 7: 7", "7: 7 line7 cannot be taken, so none is"}
"""What only a command line says, and what is told with the text of another error in it."""
WORDS = re.compile(r"[A-Za-z]{3,} [A-Za-z]{2,}")


@pytest.mark.parametrize("module", MET, ids=lambda path: path.stem)
def test_each_fault_of_a_list_is_said_in_bahasa_indonesia_too(module: Path) -> None:
    untold = [
        one
        for one in raised_in(module)
        if one.text is not None
        and one.part != "got"
        and one.text not in ELSEWHERE
        and (one.part == "message" or WORDS.search(one.text))
        and indonesian(one.text) == one.text
    ]
    assert untold == []


def test_no_words_stand_for_a_fault_that_there_is_not() -> None:
    said = "\n".join(text for path in (*MET, *PAGES) for text in constants_in(path))
    for text in (*MESSAGES, *EXPECTED, *REMEDIES):
        for piece in re.split(r"\{#?\}", text):
            assert piece.removesuffix("an item").removesuffix("a site").removesuffix("a seal") in said, text


def test_a_sentence_says_what_is_wrong_what_was_expected_and_what_came() -> None:
    assert told(Malformed("that is no whole number", expected="digits alone", got="'x'")) == (
        "ini bukan bilangan bulat; seharusnya angka saja; ternyata 'x'",
        "that is no whole number; expected digits alone; got 'x'",
    )
    form = Malformed("an id is not in normal form", expected="8003/… as FORMAT.md gives it", got="'8003/1'")
    assert told(form)[0] == "bentuk id ini salah; seharusnya 8003/… seperti di FORMAT.md; ternyata '8003/1'"
