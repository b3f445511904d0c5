"""What handlers read of an error: in both languages, and no more of a read than may be shown."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import custody.core
import scanner_agent
from custody.core import errors
from custody.core.errors import CustodyError, Malformed, Unavailable
from scanner_agent.sentences import MESSAGES, REMEDIES, SHOWN, of_read, sentences

CORE, AGENT = (Path(package.__path__[0]) for package in (custody.core, scanner_agent))
MET = [
    *(CORE / f"{name}.py" for name in ("label", "badge", "carried", "base45", "command")),
    *(AGENT / f"{name}.py" for name in ("framing", "decode", "noting", "members", "private", "handed")),
    *(AGENT / "sources" / f"{name}.py" for name in ("keys", "dechdr", "ssi", "scanned", "replay")),
]
"""Modules whose errors handlers meet, all of them; of the others, `MESSAGES` has those that they do."""
ELSEWHERE = {
    *("a PIN has the wrong form", "a PIN is too easy to guess", "the PIN does not open this badge"),  # enrolment
    "there is nothing to replay",  # settings
}
KINDS = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, CustodyError)}


def raised(module: Path) -> Iterator[tuple[str, str | None]]:
    """Message and remedy of each error that a module makes, as far as they stand there."""
    for node in ast.walk(ast.parse(module.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KINDS:
            message, *_ = node.args
            remedy = next((word.value for word in node.keywords if word.arg == "remedy"), None)
            if isinstance(message, ast.Constant):
                yield str(message.value), str(remedy.value) if isinstance(remedy, ast.Constant) else None


@pytest.mark.parametrize("module", MET, ids=lambda path: path.stem)
def test_what_handlers_meet_is_said_in_bahasa_indonesia_too(module: Path) -> None:
    for message, remedy in raised(module):
        assert message in MESSAGES.keys() | ELSEWHERE
        assert remedy is None or remedy in REMEDIES or message in ELSEWHERE


def test_no_sentence_stands_for_an_error_that_there_is_not() -> None:
    paths = (path for folder in (CORE, AGENT) for path in folder.rglob("*.py") if path.name != "sentences.py")
    sources = "".join(path.read_text() for path in paths)
    for text in (*MESSAGES, *REMEDIES):
        written = text.removesuffix("an item").removesuffix("a site").removesuffix("a seal")
        assert repr(written)[1:-1] in sources or written in sources, text


def test_a_sentence_says_what_is_wrong_what_came_and_what_to_do() -> None:
    error = Malformed("a read is not text", expected="UTF-8", got="x", remedy="Read a label of this election.")
    assert sentences(error) == (
        "bacaan ini bukan teks; yang terbaca: x. Baca label pemilihan ini.",
        "a read is not text; expected UTF-8; got x. Read a label of this election.",
    )


def test_an_error_that_no_handler_was_expected_to_meet_is_said_as_it_is() -> None:
    assert sentences(Unavailable("unheard of")) == ("unheard of", "unheard of")


@pytest.mark.parametrize(
    ("came", "shown"),
    [
        ("9" * SHOWN, "9" * SHOWN),
        ("9" * (SHOWN + 1), "9" * SHOWN + "…"),
        (repr("custody)bqdge!&!h)qqqqqqqqqqqqqqqq"), "custody)bqdge!&!h)qq…"),
        (repr(b"custody)bqdge!&!h)qqqqqqqqqqqqqqqq"), "custody)bqdge!&!h)qq…"),
        ("https://elsewhere.example/8004/952", "https://elsewhere.example/8004/952"),
        (repr("271828"), "…"),
        ("271828182845", "…"),
        ("27182", "27182"),
        ("2718281828459", "2718281828459"),
    ],
)
def test_of_a_read_that_is_no_link_only_the_beginning_is_shown_and_of_what_may_be_a_pin_nothing(
    came: str, shown: str
) -> None:
    error = Malformed("an id has an unknown namespace", expected="8003/", got=came)
    assert of_read(error).got == shown
    assert isinstance(of_read(error), Malformed)
    assert error.got == came
