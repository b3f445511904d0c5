"""How signed-in pages tell what is wrong with what was typed or handed in."""

from flask import Flask

from custody.core.errors import CustodyError
from custody.core.words import Pair
from custody.lists.fault_words import sentences

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
        "A token of this name is good still. Choose another name, or end the old one first.",
    ),
    "that is no note": (
        "Catatan terdiri atas 1 sampai 2.000 huruf.",
        "A note is of 1 to 2,000 characters.",
    ),
    "a finding has no room for more notes": (
        "Ketidaksesuaian ini sudah punya 500 catatan.",
        "This finding has 500 notes already.",
    ),
}


def told(error: CustodyError) -> Pair:
    """What people read of it."""
    return MESSAGES.get(error.message) or sentences(error)


def configure(app: Flask) -> None:
    """Lets templates tell it."""
    app.jinja_env.filters["told"] = told
