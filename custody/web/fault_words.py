"""How pages tell what is wrong with what was typed, handed in or asked for: in both languages, or not at all.

What is no more than any other reader of the log may meet is said by `custody.audit.fault_words`.
"""

import re

from flask import Flask
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from custody.audit import fault_words
from custody.core.errors import CustodyError, NoEffect
from custody.core.roster_words import NO_EFFECT
from custody.core.words import Pair

MESSAGES: dict[str, Pair] = {
    "no file was chosen": ("Pilih berkasnya dulu.", "Choose the file first."),
    "that is no handle": (
        "Nama akun terdiri atas 1 sampai 32 huruf kecil, angka, titik, garis bawah, atau tanda hubung, dan tidak"
        " diawali atau diakhiri dengan tanda baca.",
        "A handle is of 1 to 32 small letters, digits, dots, underscores and hyphens, with none of these marks at an"
        " end.",
    ),
    "there is an account of that handle": (
        "Nama akun itu sudah dipakai. Pilih yang lain.",
        "There is an account of that handle. Choose another.",
    ),
    "an account has roles": ("Pilih paling sedikit satu peran.", "Choose at least one role."),
    "the list is no longer here": (
        "Daftar itu tidak lagi tersimpan di sini. Unggah sekali lagi.",
        "That list is no longer kept here. Upload it once more.",
    ),
    "that id belongs elsewhere": (
        "Id ini di luar wilayah akun Anda.",
        "This id is outside the area of your account.",
    ),
    "a label issuer is to be chosen": ("Pilih penerbit label dan alamatnya.", "Choose a label issuer and its host."),
    "a format is to be chosen": ("Pilih ukuran lembarnya.", "Choose the format of the sheet."),
    "no label is asked for": ("Belum ada satu id pun.", "There is not one id yet."),
    "the file holds no signed labels": (
        "Berkas ini bukan daftar teks label bertanda tangan: satu teks per baris, paling banyak 5.000.",
        "This file is no list of signed labels: a text a line, 5,000 at most.",
    ),
    "label unsigned": ("Label ini tidak bertanda tangan.", "This label is not signed."),
    "label forged": ("Tanda tangan label ini palsu.", "This label's signature is forged."),
    "label unknown-issuer": ("Penerbit label ini tidak dikenal.", "This label's issuer is unknown."),
    "label foreign-host": ("Label ini menunjuk ke alamat asing.", "This label links to a foreign host."),
    "label out-of-range": (
        "Penerbit label ini tidak berhak atas id ini.",
        "This label's issuer has no right to this id.",
    ),
    "that is no label": (
        "Isi dengan 1 sampai 80 huruf, tanpa spasi di ujungnya.",
        "Give it 1 to 80 characters, without spaces at its ends.",
    ),
    "a token with this label is good still": (
        "Token dengan nama ini masih berlaku. Pilih nama lain, atau akhiri dulu yang lama.",
        "A token of this name is still valid. Choose another name, or end the old one first.",
    ),
    "that is no note": (
        "Catatan terdiri atas 1 sampai 2.000 huruf.",
        "A note is of 1 to 2,000 characters.",
    ),
    "a finding has no room for more notes": (
        "Ketidaksesuaian ini sudah punya 500 catatan.",
        "This finding has 500 notes already.",
    ),
    "the account is disabled": (
        "Akun ini dinonaktifkan. Aktifkan dulu, lalu buat tautannya.",
        "This account is disabled. Enable it first, then make the link.",
    ),
    "that is no name of a passkey": (
        "Isi dengan 1 sampai 60 huruf, tanpa spasi di ujungnya.",
        "Give it 1 to 60 characters, without spaces at its ends.",
    ),
    "the account has no such passkey": (
        "Kunci sandi itu sudah tidak ada di akun ini.",
        "This account has no such passkey any more.",
    ),
    "that cannot stand in the trail": (
        "Isian ini terlalu panjang, atau memuat huruf yang tidak dapat ditampilkan.",
        "This is too long, or has characters in it that cannot be shown.",
    ),
    "more was sent than this page takes": (
        "Yang diterima di sini: {expected}.",
        "What is taken here: {expected}.",
    ),
    "the file is empty": ("Berkas ini kosong.", "This file is empty."),
    "the file has too many lines": (
        "Berkas ini memuat terlalu banyak baris: paling banyak 10.000.",
        "This file has too many lines: 10,000 at most.",
    ),
    "this is no signed file": (
        "Ini bukan berkas yang ditandatangani otoritas (…custody-signed.ndjson).",
        "This is no file that an authority has signed (…custody-signed.ndjson).",
    ),
    "a field is not as its page has it": (
        "Formulir itu rusak. Muat ulang halamannya, lalu kirim lagi.",
        "That form is damaged. Load its page again, then send it once more.",
    ),
    "that is no id of a finding": (
        "Id ketidaksesuaian terdiri atas f- dan 26 huruf kecil atau angka: salin dari halamannya.",
        "The id of a finding is f- and 26 small letters or digits: copy it from its page.",
    ),
    "that is none of the choices": ("Pilih salah satu dari daftarnya.", "Choose one from the list."),
    "nothing is prepared, or nothing was chosen": (
        "Belum ada pernyataan yang dipilih, atau tidak ada lagi yang menunggu.",
        "No statement was chosen, or none is waiting any more.",
    ),
    "a key has sent more statements than its share for now": (
        "Kunci ini mengirim terlalu banyak untuk saat ini. Unggah sisanya nanti; tidak ada yang hilang.",
        "This key has sent too much for now. Upload the rest later; nothing is lost.",
    ),
    "the ledger could not append": (
        "Peladen gagal mencatatnya. Simpan berkasnya, lalu unggah sekali lagi.",
        "The ledger could not record it. Keep the file, then upload it once more.",
    ),
}
"""By the English message of an error, or the reason that a view gives: what pages have words of their own for.
`{expected}` stands for what the error expected."""
_STATUSES: dict[int, Pair] = {
    400: ("Permintaannya tidak lengkap, atau rusak di jalan.", "The request is incomplete, or was damaged on its way."),
    405: ("Alamat ini tidak menerima yang dikirim dengan cara itu.", "Nothing is taken at this address in that way."),
}
_FORM: Pair = (
    "Formulir itu sudah lama terbuka, atau Anda sudah masuk lagi sejak itu. Kembali, muat ulang halamannya, lalu kirim"
    " sekali lagi: tidak ada yang berubah.",
    "That form was open for long, or you have signed in anew since. Go back, load the page again, then send it once"
    " more: nothing has changed.",
)
"""Also for who was led here by another site, which could not send it."""
_AS_WRITTEN = "tertulis"
_BEGINS = re.compile(r"[a-z]+[ ,:;]")


def told(error: CustodyError) -> Pair:
    """What people read of it: a sentence, or more."""
    if isinstance(error, NoEffect) and error.got in NO_EFFECT:
        found = NO_EFFECT[error.got]
    elif error.message in MESSAGES:
        in_id, in_en, expected = *MESSAGES[error.message], error.expected or ""
        found = in_id.format(expected=fault_words.indonesian(expected)), in_en.format(expected=expected)
    else:
        found = fault_words.told(error, _AS_WRITTEN)
    return _sentence(found[0]), _sentence(found[1])


def told_of_http(error: HTTPException) -> Pair | None:
    """The same of what is none of our errors; None where there is nothing to add to its status."""
    if isinstance(error, CSRFError):
        return _FORM
    return MESSAGES.get(error.description or "") or _STATUSES.get(error.code or 500)


def _sentence(text: str) -> str:
    """What begins with a word and not with an id, a name or a code gets a capital letter."""
    begun = text[0].upper() + text[1:] if _BEGINS.match(text) else text
    return begun if begun.endswith((".", "!", "?")) else f"{begun}."


def configure(app: Flask) -> None:
    """Lets templates tell it."""
    app.jinja_env.filters["told"] = told
