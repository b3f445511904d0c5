"""Command codes: texts of QR codes on an agent's printed sheet, each of which stands for one command.

`custody-command/1/<8 hex of the device's keyid>/<word>`: no label, seal, site or badge begins so, and another agent's
sheet is told from this one's.
"""

import re
from string import ascii_lowercase, digits

from msgspec import Struct

from custody.core.choices import (
    ACTIONS,
    CONDITIONS,
    DISCREPANCIES,
    PURPOSES,
    REASONS,
    SEAL_STATES,
    SPELLED_FIELDS,
)
from custody.core.errors import Malformed, NewerFormat
from custody.core.head import UPDATE
from custody.core.words import KINDS, Pair

VERSION = 1
_BEGIN = "custody-command/"
_CODE = re.compile(rf"{_BEGIN}{VERSION}/([0-9a-f]{{8}})/([a-z0-9=-]{{1,40}})\Z")
_NEWER = re.compile(rf"{_BEGIN}[1-9][0-9]{{0,8}}/")

Cards = dict[str, Pair]
"""By the word of the code: what stands beside it, (Bahasa Indonesia, English)."""

DONE, CLEAR = "done", "clear"
SESSION: Cards = {
    "confirm": ("Sahkan dan tanda tangani", "Confirm and sign"),
    "undo": ("Urungkan bacaan terakhir", "Undo the last read"),
    "cancel": ("Batalkan sesi", "Cancel session"),
    "help": ("Apa berikutnya?", "What is next?"),
    "language": ("Bahasa Indonesia / Inggris", "Indonesian / English"),
}
PHOTOGRAPHS: Cards = {
    "photo": ("Foto", "Photograph"),
    "paper": ("Foto tanda terima kertas", "Paper of a receiver"),
    "archive": ("Foto dokumen bertanda tangan", "Signed document"),
}
SEALS: Cards = {str(count): (f"{count} segel tanpa nomor", f"{count} unnumbered") for count in range(1, 7)}
BEFORE: Cards = {
    "ref=last": ("Pernyataan terakhir", "The last statement"),
    "report-missing": ("Laporkan yang kurang", "Report what is missing"),
}
REASON_TEXTS = {f"reason={text.rpartition(' / ')[2].replace(' ', '-')}": text for text in REASONS}
"""What the note says, by the word of its code."""
SPELLED: Cards = {
    **{f"spell={field}": words for field, words in SPELLED_FIELDS.items()},
    DONE: ("Selesai", "Done"),
    f"letter={CLEAR}": ("Hapus", "Clear"),
}
VEHICLE_SEALS: Cards = {"vehicle-seals": ("Segel kendaraan", "Vehicle's seals")}
KEYS: Cards = {
    **{digit: (digit, "") for digit in ("1", "2", "3", "4", "5", "6", "7", "8", "9")},
    "clear": ("Hapus", "Clear"),
    "0": ("0", ""),
    "enter": ("Masuk", "Enter"),
}
"""The keys of a PIN."""


def _of(field: str, values: Cards) -> Cards:
    return {f"{field}={value}": words for value, words in values.items()}


def _letters(letters: str) -> Cards:
    return _of("letter", {letter: (letter.upper(), "") for letter in letters})


GROUPS: list[tuple[Pair, Cards]] = [
    (("Sesi", "Session"), SESSION),
    (("Kegiatan", "Actions"), ACTIONS),
    (("Foto dengan kamera perangkat", "Photographs by the camera"), PHOTOGRAPHS),
    (("Jenis barang yang didaftarkan", "Kind of the items commissioned"), _of("kind", KINDS)),
    (("Kejadian khusus: apa?", "Discrepancy: what is it?"), _of("kind", DISCREPANCIES)),
    (("Keadaan barang", "Condition of the items"), _of("condition", CONDITIONS)),
    (
        ("Mengapa id diketik, tidak dipindai", "Why ids were typed and not scanned"),
        {word: REASONS[text] for word, text in REASON_TEXTS.items()},
    ),
    (("Keperluan membuka dan menutup kotak", "Purpose of opening and closing a box"), _of("purpose", PURPOSES)),
    (("Segel yang terakhir dipindai", "The seal scanned last"), _of("state", SEAL_STATES)),
    (("Segel tanpa nomor pada barang terakhir", "Unnumbered seals on the item before"), _of("seals", SEALS)),
    (("Catatan sebelumnya", "What was recorded before"), BEFORE),
    (("Segel yang dipindai berikutnya", "The seals scanned next"), VEHICLE_SEALS),
    (("Diisi dengan kartu angka dan huruf", "Filled in by digit and letter cards"), SPELLED),
    (("Angka, bukan untuk PIN", "Digits, not for a PIN"), _letters(digits)),
    (("Huruf", "Letters"), _letters(ascii_lowercase)),
]
PIN_GROUP: tuple[Pair, Cards] = (("PIN", "PIN"), _of("pin", KEYS))
WORDS = frozenset(word for _, cards in (*GROUPS, PIN_GROUP) for word in cards)


class Code(Struct, frozen=True):
    """What a code says; `device` are the first 8 hex digits of a keyid, `word` is one of `WORDS`."""

    device: str
    word: str


def encode(device: str, word: str) -> str:
    """The text of the code for a word of `GROUPS`, on the sheet of the device with this keyid."""
    return f"{_BEGIN}{VERSION}/{device[:8]}/{word}"


def is_command(text: str) -> bool:
    """Whether a scanned text means to be a command code."""
    return text.startswith(_BEGIN)


def parse(text: str) -> Code:
    """Raises Malformed, NewerFormat."""
    match = _CODE.match(text)
    if match is None and _NEWER.match(text) and not text.startswith(f"{_BEGIN}{VERSION}/"):
        raise NewerFormat("a command code has a newer version", expected=VERSION, got=text, remedy=UPDATE)
    if match is None or match[2] not in WORDS:
        expected = f"{_BEGIN}{VERSION}/<8 hex of a keyid>/<command>"
        raise Malformed("a command code does not parse", expected=expected, got=text, remedy="Print the sheet again.")
    return Code(match[1], match[2])
