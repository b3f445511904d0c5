"""Errors: what a stranger sent neither fills a screen nor steers a terminal."""

from custody.core.errors import Malformed


def test_an_error_says_what_was_expected_what_came_and_what_to_do() -> None:
    assert str(Malformed("no", expected=1, got="2", remedy="Try.")) == "no; expected 1; got 2. Try."
    assert str(Malformed("no", got="What it said first.", remedy="Try.")) == "no; got What it said first. Try."


def test_no_error_is_longer_than_a_few_lines() -> None:
    assert len(str(Malformed("no", expected="x" * 100_000, got="y" * 100_000))) < 1500
    assert len(str(Malformed("x" * 100_000, remedy="y" * 100_000))) < 2100


def test_control_characters_and_turned_text_in_an_error_are_shown_and_not_obeyed() -> None:
    for text in ("a\x1b[2Jb", "a\nOK", "a\u202eb", "a\x9bb"):
        assert str(Malformed(text, expected=text, got=text, remedy=text)).isprintable()
    assert str(Malformed("no", got="Gudang “Baciro”")) == "no; got Gudang “Baciro”"
