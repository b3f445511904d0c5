"""The handler's card: one page in each language."""

import re
from pathlib import Path

import pypdfium2
import pytest
import typst

DOCS = Path(__file__).parents[1] / "docs"
NAMES = ("kartu-petugas", "handler-card")
PART = re.compile(r"^ +(\[|\(\[|sign)", re.MULTILINE)


@pytest.mark.parametrize(("name", "words"), [(NAMES[0], "Tidak ada jaringan"), (NAMES[1], "No network")])
def test_the_handlers_card_is_one_a4_page_in_each_language(name: str, words: str) -> None:
    document = pypdfium2.PdfDocument(typst.compile(DOCS / f"{name}.typ", ignore_system_fonts=True))
    assert len(document) == 1
    assert [round(points / 72 * 25.4) for points in document[0].get_size()] == [210, 297]
    assert words in document[0].get_textpage().get_text_bounded()


def test_both_cards_have_as_many_steps_signs_and_cases_in_the_same_order() -> None:
    indonesian, english = (PART.findall((DOCS / f"{name}.typ").read_text()) for name in NAMES)
    assert indonesian == english
    assert len(english) > 20
