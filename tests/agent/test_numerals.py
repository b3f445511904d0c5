"""Numbers and moments in words, as documents say them."""

import re

import pytest

from custody.moments import moment
from custody.numerals import in_words
from tests.agent.scene import WHEN


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"),
        (1, "satu"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (12, "dua belas"),
        (19, "sembilan belas"),
        (20, "dua puluh"),
        (21, "dua puluh satu"),
        (100, "seratus"),
        (111, "seratus sebelas"),
        (210, "dua ratus sepuluh"),
        (1000, "seribu"),
        (1001, "seribu satu"),
        (1999, "seribu sembilan ratus sembilan puluh sembilan"),
        (2026, "dua ribu dua puluh enam"),
        (11_000, "sebelas ribu"),
        (100_000, "seratus ribu"),
        (1_000_000, "satu juta"),
        (4_164_552, "empat juta seratus enam puluh empat ribu lima ratus lima puluh dua"),
        (1_000_001_000, "satu miliar seribu"),
        (10**12, "satu triliun"),
    ],
)
def test_a_number_is_spelled_as_it_is_said(number: int, words: str) -> None:
    assert in_words(number) == words


DIGITS = "nol satu dua tiga empat lima enam tujuh delapan sembilan"
VALUES = {word: value for value, word in enumerate(DIGITS.split(" "))}
SIZES = {"puluh": 10, "ratus": 100, "ribu": 1000, "juta": 10**6, "miliar": 10**9, "triliun": 10**12}


def read_aloud(words: str) -> int:
    """The number that words say, read from left to right."""
    total = group = digit = 0
    for word in re.sub(r"\bse(puluh|belas|ratus|ribu)", r"satu \1", words).split():
        if word in VALUES:
            digit = VALUES[word]
        elif word == "belas":
            group, digit = group + 10 + digit, 0
        elif SIZES[word] < 1000:
            group, digit = group + digit * SIZES[word], 0
        else:
            total, group, digit = total + (group + digit) * SIZES[word], 0, 0
    return total + group + digit


def test_every_number_that_is_spelled_reads_as_itself() -> None:
    for number in [*range(2200), *(7**power for power in range(17)), *(10**power + 11 for power in range(15))]:
        assert read_aloud(in_words(number)) == number


@pytest.mark.parametrize("number", [-1, 10**15])
def test_a_number_that_no_document_has_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="is not from 0"):
        in_words(number)


def test_a_moment_is_said_in_the_time_of_its_place() -> None:
    west, east = moment(WHEN, "WIB"), moment(WHEN + 8 * 3_600_000, "WIT")
    assert west.in_words == "Sabtu tanggal dua puluh delapan bulan November tahun dua ribu dua puluh enam"
    assert (west.clock, west.date, west.month) == ("16.45 WIB", "28 November 2026", "XI")
    assert west.english == "Saturday 28 November 2026, 16:45 WIB (UTC+7)"
    assert (east.clock, east.date) == ("02.45 WIT", "29 November 2026")
    assert east.in_words.startswith("Minggu tanggal dua puluh sembilan")
