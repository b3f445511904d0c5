"""The catalogue of findings: complete in both languages, and with causes before consequences."""

import string
import textwrap
from pathlib import Path

import pytest

from custody.core.finding_texts import TEXTS
from custody.core.finding_titles import TITLES
from custody.core.findings import CATALOGUE, Code, Severity, duration, finding_id, text
from custody.core.practices import PRACTICES
from custody.core.words import IN_FINDINGS

CODES = list(CATALOGUE.values())
PAGE = Path(__file__).parents[2] / "docs" / "findings.md"


def placeholders(template: str) -> list[str]:
    return sorted({name for _, name, _, _ in string.Formatter().parse(template) if name is not None})


def row(code: Code) -> str:
    """A code's lines in docs/findings.md."""
    beneath = ", ".join(f"`{one}`" for one in CATALOGUE if one in code.under)
    practice = f"*{code.practice}*" + (f" · beneath {beneath}" if beneath else "")
    paragraphs = (textwrap.fill(one, 120, break_on_hyphens=False) for one in (code.id, code.en, practice))
    return f"### `{code.code}` · {code.severity}\n" + "\n\n".join(paragraphs) + "\n"


@pytest.mark.parametrize("code", CODES, ids=CATALOGUE)
def test_a_code_says_the_same_in_both_languages_and_where_it_comes_from(code: Code) -> None:
    for said in (code.id, code.en):
        assert said[0].isupper() or said[0] == "{"
        assert said.endswith(".")
    assert code.id != code.en
    assert placeholders(code.id) == placeholders(code.en)
    assert PRACTICES[code.practice][1] in (code.practice, "a rule of this system's own")


def test_no_practice_is_named_from_which_no_finding_comes() -> None:
    assert set(PRACTICES) == {code.practice for code in CODES}


def test_every_code_is_called_something_in_both_languages() -> None:
    assert set(TITLES) == set(CATALOGUE)
    for pair in TITLES.values():
        assert pair[0] != pair[1]
        assert all(title[0].isupper() and title[-1].isalnum() for title in pair)


def test_every_text_belongs_to_a_code() -> None:
    assert set(TEXTS) == set(CATALOGUE)


def test_a_code_is_explained_by_earlier_ones_only_so_that_no_two_explain_each_other() -> None:
    earlier: set[str] = set()
    for code in CODES:
        assert code.under <= earlier, code.code
        earlier.add(code.code)


def test_a_code_is_a_word_that_a_statement_may_carry_as_a_warning() -> None:
    assert all(code.code.replace("-", "").isalpha() and len(code.code) <= 32 for code in CODES)


def test_every_severity_is_in_use() -> None:
    assert {code.severity for code in CODES} == set(Severity)


def test_the_id_of_a_finding_is_130_bits_of_the_hash_of_its_code_and_subject() -> None:
    # printf 'late\nx' | sha256sum | cut -c1-64 | xxd -r -p | base32 | cut -c1-26 | tr A-Z a-z
    assert finding_id("late", "x") == "f-wo44qj3guozyw5cgdjimtrvyze"
    assert finding_id("late", "y") != finding_id("late", "x") != finding_id("at-risk", "x")


def test_a_text_takes_its_facts_as_they_are_and_not_as_a_template() -> None:
    facts = {"named": "h-{got}", "got": "{0.__class__}"}
    assert text("accepted-by-another", facts, "en").startswith("Released to h-{got}, but accepted by {0.__class__}.")


def test_a_text_shows_durations_and_words_of_code_lists_in_its_language() -> None:
    assert "3 menit 20 detik" in text("clock-ahead", {"ms": 200_000}, "id")
    assert "3 minutes 20 seconds" in text("clock-ahead", {"ms": 200_000}, "en")
    assert "pengangkut" in text("wrong-role", {"handler": "h-a", "role": "carrier"}, "id")
    assert "seseorang tanpa kartu pengenal" in text("accepted-by-another", {"named": "h-a", "got": "paper"}, "id")
    assert "its signature is forged" in text("label-bad", {"verdict": "forged"}, "en")


def test_a_word_that_no_code_list_has_stands_as_it_is() -> None:
    assert "root" not in IN_FINDINGS
    assert "role root," in text("wrong-role", {"handler": "h-a", "role": "root"}, "en")


@pytest.mark.parametrize(
    ("ms", "indonesian", "english"),
    [
        (0, "0 milidetik", "0 milliseconds"),
        (999, "999 milidetik", "999 milliseconds"),
        (1000, "1 detik", "1 second"),
        (60_000, "1 menit", "1 minute"),
        (7_500_000, "2 jam 5 menit", "2 hours 5 minutes"),
        (3_661_000, "1 jam 1 menit", "1 hour 1 minute"),
        (86_400_000 + 59_000, "1 hari", "1 day"),
        (8 * 86_400_000 + 3_600_000, "8 hari 1 jam", "8 days 1 hour"),
    ],
)
def test_a_duration_is_shown_in_its_two_largest_units(ms: int, indonesian: str, english: str) -> None:
    assert (duration(ms, "id"), duration(ms, "en")) == (indonesian, english)


def test_the_page_of_findings_holds_every_code_in_order_as_the_catalogue_has_it() -> None:
    page = PAGE.read_text()
    assert page[page.index("### ") :] == "\n".join(row(code) for code in CODES)


@pytest.mark.parametrize(
    ("code", "facts", "said"),
    [
        ("kind-differs", {"wanted": "ballot-box", "got": "voting-booth"}, ("kotak suara", "ballot box")),
        ("kind-differs", {"wanted": "paper", "got": "bag"}, ("seharusnya paper", "should be paper")),
        (
            "accepted-by-another",
            {"named": "h-1", "got": "paper"},
            ("seseorang tanpa kartu pengenal", "somebody without a badge"),
        ),
        ("warning-overridden", {"warning": "seal-differs"}, ("“Nomor segel berbeda”", "“Seal number differs”")),
        ("warning-overridden", {"warning": "a-new-word"}, ("“a-new-word”", "“a-new-word”")),
        ("seal-broken", {"seal": 3}, ("Segel tanpa nomor (3) rusak", "Seal without a number (3) is broken")),
        ("seal-broken", {"seal": "seal/a/3"}, ("Segel seal/a/3 rusak", "Seal seal/a/3 is broken")),
    ],
)
def test_words_of_code_lists_are_said_in_the_language_where_they_can_stand_and_nowhere_else(
    code: str, facts: dict[str, str | int], said: tuple[str, str]
) -> None:
    assert said[0] in text(code, facts, "id")
    assert said[1] in text(code, facts, "en")
