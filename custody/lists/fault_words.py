"""What is wrong with a list, as people read it: Bahasa Indonesia beside the error's own English."""

from custody.core.errors import CustodyError
from custody.core.words import Pair

MESSAGES: dict[str, str] = {
    "the row has another number of cells": "jumlah sel di baris ini lain dari jumlah kolom",
    "the row is not CSV": "baris ini bukan CSV yang utuh",
    "the row is not UTF-8": "baris ini bukan UTF-8",
    "the table has other columns": "kolom tabel ini lain dari yang diminta",
    "that is no id of a person or key": "ini bukan id orang atau kunci",
    "that is no name": "ini tidak dapat menjadi nama",
    "an id has a line already": "id ini sudah punya baris",
    "an id is given twice": "id ini disebut dua kali",
    "that is no place": "ini tidak dapat menjadi nama tempat pada label",
    "that is no kind of item that is labelled": "ini bukan jenis barang yang diberi label",
    "that is no range of numbers": "ini bukan rentang nomor",
    "too many labels at once": "terlalu banyak label sekaligus",
    "an id has an unknown namespace": "awal id ini tidak dikenal",
    "an id is not in normal form": "bentuk id ini salah",
    "an id has a wrong check digit": "angka periksa id ini salah",
    "an id cannot be that of an item": "ini bukan id barang",
    "an id cannot be that of a site": "ini bukan id lokasi",
    "an id cannot be that of a seal": "ini bukan nomor segel",
    "the table plans nothing": "tabel ini tidak merencanakan apa pun",
    "the row says something else of the item than an earlier one": "baris ini berbeda dengan baris lain barang itu",
    "an item's ways are not numbered in order": "perjalanan barang ini tidak bernomor urut",
    "an item is due on this way not after the one before": "tenggat perjalanan ini tidak sesudah yang sebelumnya",
    "a seal is given to another item already": "segel ini sudah diberikan kepada barang lain",
    "this site is not in the roster": "lokasi ini belum terdaftar",
    "this site lies outside the signing authority's": "lokasi ini di luar wilayah otoritas yang menandatangani",
    "that is no word of a code list": "ini bukan kata dari daftar kode",
    "that is no way's number": "ini bukan nomor perjalanan",
    "an id stands here twice, or too many do": "ada id yang disebut dua kali di sini, atau terlalu banyak",
    "that is no time with its zone": "ini bukan waktu dengan zonanya",
    "that is no whole number": "ini bukan bilangan bulat",
    "that is no position": "ini bukan posisi",
    "that is no duration": "ini bukan lama waktu",
    "the text is no signed label": "teks ini bukan label bertanda tangan",
    "the issuer may not sign this id": "penerbit label ini tidak berhak atas id ini",
}
"""By the English message."""
EXPECTED: dict[str, str] = {
    "h-… or the 64 digits of a keyid": "h-… atau 64 digit id kunci",
    "1 to 200 printable characters": "1 sampai 200 huruf yang dapat dicetak",
    "digits alone": "angka saja",
    "each id once": "setiap id sekali",
    "a line for each item and way": "satu baris untuk setiap barang dan perjalanan",
    "lower-case letters, digits, . _ -, at most 32": "huruf kecil, angka, . _ -, paling banyak 32",
    "such as 2029-02-14T07:00+07:00, 2029-02-14 07:00 WIB, or Unix milliseconds": (
        "misalnya 2029-02-14T07:00+07:00, 2029-02-14 07:00 WIB, atau milidetik Unix"
    ),
}
"""By the English, where it is words; what is an id or a number is the same in both."""


def _expected(said: str) -> str:
    return EXPECTED.get(said, said.replace(" as FORMAT.md gives it", " seperti di FORMAT.md"))


def sentences(error: CustodyError) -> Pair:
    """What is wrong, what was expected and what came."""
    message = MESSAGES.get(error.message)
    if message is None:
        return str(error), str(error)
    expected = "" if error.expected is None else f"; seharusnya {_expected(error.expected)}"
    came = "" if error.got is None else f"; tertulis {error.got}"
    return f"{message}{expected}{came}.", str(error)
