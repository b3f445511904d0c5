"""Whole numbers in words, in Bahasa Indonesia, as documents spell out dates and counts. Pure."""

_SMALL = ["nol", "satu", "dua", "tiga", "empat", "lima", "enam", "tujuh", "delapan", "sembilan", "sepuluh", "sebelas"]
_LARGE = ((10**12, "triliun"), (10**9, "miliar"), (10**6, "juta"), (1000, "ribu"), (100, "ratus"), (10, "puluh"))
_ONE = {1000: "seribu", 100: "seratus"}
LIMIT = 10**15


def in_words(number: int) -> str:
    """`number` from 0 to below `LIMIT`. Raises ValueError for any other."""
    if not 0 <= number < LIMIT:
        raise ValueError(f"{number} is not from 0 to below {LIMIT}")
    if number < len(_SMALL):
        return _SMALL[number]
    if number < 20:
        return f"{_SMALL[number - 10]} belas"
    size, name = next((size, name) for size, name in _LARGE if number >= size)
    many, rest = divmod(number, size)
    words = _ONE[size] if many == 1 and size in _ONE else f"{in_words(many)} {name}"
    return f"{words} {in_words(rest)}" if rest else words
