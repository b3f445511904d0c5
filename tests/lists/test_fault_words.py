"""What is wrong with a list is said in both languages."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import custody.core
import custody.lists
from custody import directory
from custody.core.errors import Malformed
from custody.lists.fault_words import EXPECTED, MESSAGES, sentences

LISTS = Path(custody.lists.__path__[0])
CORE = Path(custody.core.__path__[0])
MET = [
    *(LISTS / f"{name}.py" for name in ("table", "names", "labels", "plan", "written")),
    CORE / "ids.py",
    Path(directory.__file__),
]
ELSEWHERE = {
    *("a range of ids has the wrong form", "a host is not in normal form"),
    *("a link does not parse", "a link is not a Digital Link", "a link is not in normal form"),
}
"""Of labels and hosts, which are in no list."""


def raised(module: Path) -> Iterator[str]:
    """The message of each error that a module makes, as far as it stands there."""
    for node in ast.walk(ast.parse(module.read_text())):
        match node:
            case ast.Call(func=ast.Name("Malformed"), args=[ast.Constant(message)]):
                yield str(message)


@pytest.mark.parametrize("module", MET, ids=lambda path: path.stem)
def test_each_fault_of_a_list_is_said_in_bahasa_indonesia_too(module: Path) -> None:
    assert set(raised(module)) - MESSAGES.keys() - ELSEWHERE == set()


def test_no_words_stand_for_a_fault_that_there_is_not() -> None:
    sources = "".join(path.read_text() for path in (*MET, *Path(custody.__path__[0]).glob("web/admin/label*.py")))
    for text in (*MESSAGES, *EXPECTED):
        written = text.removesuffix("an item").removesuffix("a site").removesuffix("a seal")
        assert written in sources, text


def test_a_sentence_says_what_is_wrong_what_was_expected_and_what_came() -> None:
    assert sentences(Malformed("that is no whole number", expected="digits alone", got="'x'")) == (
        "ini bukan bilangan bulat; seharusnya angka saja; tertulis 'x'.",
        "that is no whole number; expected digits alone; got 'x'",
    )
    form = Malformed("an id is not in normal form", expected="8003/… as FORMAT.md gives it", got="'8003/1'")
    assert sentences(form)[0] == "bentuk id ini salah; seharusnya 8003/… seperti di FORMAT.md; tertulis '8003/1'."
    assert sentences(Malformed("new words", got=1)) == ("new words; got 1",) * 2
