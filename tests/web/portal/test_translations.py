"""Each text of the pages is there in both languages."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from custody.web import portal
from custody.web.portal.language import TRANSLATIONS

WEB = Path(portal.__file__).parents[1]
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]


def said() -> set[Any]:
    """The messages in code and templates."""
    return {
        found[2] for found in extract_from_dir(WEB, METHODS, options_map={"**/templates/**.html": {"silent": "false"}})
    }


def translated() -> list[Message]:
    found: list[Message] = []
    for path in sorted((TRANSLATIONS / "en").glob("*.po")):
        with path.open("rb") as file:
            found += [message for message in read_po(file, locale="en", abort_invalid=True) if message.id]
    return found


def test_every_text_in_bahasa_indonesia_is_there_in_english() -> None:
    complete = {message.id for message in translated() if not message.fuzzy and all(_strings(message))}
    assert said() - complete == set()


def test_nothing_is_translated_that_no_page_says() -> None:
    assert {message.id for message in translated()} - said() == set()


def test_a_text_is_translated_once() -> None:
    assert [id_ for id_, times in Counter(message.id for message in translated()).items() if times > 1] == []


def test_both_languages_fill_the_same_places() -> None:
    # Of several, the singular may say "one" where the other has the number.
    differing = [
        (message.id, string)
        for message in translated()
        for string in _strings(message)
        if not set(_places(string)) <= set(_places(message.id if isinstance(message.id, str) else message.id[-1]))
        or (isinstance(message.id, str) and set(_places(string)) != set(_places(message.id)))
    ]
    assert differing == []


@pytest.mark.parametrize(
    ("english", "said"),
    [
        ("settings", "pengaturan"),
        ("inclusion proof", "bukti termuat"),
        ("enrolment request", "permohonan pendaftaran"),
        ("the public ", "umum"),
    ],
)
def test_one_thing_has_one_word(english: str, said: str) -> None:
    """That of the auditor and the agent."""
    named = [message.id for message in translated() if any(english in text.lower() for text in _strings(message))]
    assert named
    assert [text for text in named if said not in text.lower()] == []


def _places(text: str) -> list[str]:
    return re.findall(r"%\(\w+\)[sd]|%%", text)


def _strings(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)
