"""What is wrong with a read, a file or a value, as handlers read it: Bahasa Indonesia, then the error's own English."""

import copy
import re

from custody.core.badge import MAX_PIN, MIN_PIN
from custody.core.errors import CustodyError
from custody.core.head import UPDATE
from scanner_agent.texts import Words

SHOWN = 20
"""Characters of a read that is nothing known: it may be a badge in a wrong keyboard layout, its secret included."""
_LINK = "https://"
_AROUND = "b'\""
"""What `repr` puts before a text."""
_PIN = re.compile(rf"[0-9]{{{MIN_PIN},{MAX_PIN}}}['\"]?")

MESSAGES: dict[str, str] = {
    "a label has the wrong form": "bentuknya bukan bentuk label",
    "a signed label has another query": "isi label bertanda tangan ini tidak lengkap",
    "a label's signature is not in its one encoding": "tanda tangan label rusak",
    "a label's signature is cut or damaged": "tanda tangan label terpotong atau rusak",
    "a label's signature does not decode": "tanda tangan label rusak",
    "an id has an unknown namespace": "ini bukan id barang, segel, atau lokasi",
    "an id is not in normal form": "bentuk id ini salah",
    "an id has a wrong check digit": "angka periksa id ini salah",
    "an id cannot be that of an item": "ini bukan id barang",
    "an id cannot be that of a site": "ini bukan id lokasi",
    "an id cannot be that of a seal": "ini bukan nomor segel",
    "a link is not a Digital Link": "tautan ini bukan label pemilihan",
    "a link is not in normal form": "bentuk tautan ini salah",
    "a link does not parse": "tautan ini tidak dapat dibaca",
    "a badge does not parse": "kartu pengenal ini tidak terbaca utuh",
    "a badge is not in its one allowed encoding": "kartu pengenal ini rusak",
    "a badge has a newer version": "kartu pengenal ini dari versi yang lebih baru",
    "a piece of a statement is too long": "kode QR penyerahan ini terlalu panjang",
    "a piece of a statement does not parse": "kode QR penyerahan ini rusak",
    "a piece of a statement was not read whole": "kode QR penyerahan ini tidak terbaca utuh",
    "a piece has a number beyond the last": "nomor kode QR penyerahan ini melebihi yang terakhir",
    "a piece has a newer version": "kode QR penyerahan ini dari versi yang lebih baru",
    "the pieces give another statement than they name": "kode-kode QR ini bukan dari satu penyerahan",
    "the pieces give too much": "isi kode-kode QR ini terlalu besar",
    "the pieces give no whole": "kode-kode QR ini tidak membentuk satu penyerahan",
    "base45 does not decode": "kode QR penyerahan ini rusak",
    "another device shows something else": "yang ditunjukkan perangkat lain bukan penyerahan",
    "a command code has a newer version": "lembar perintah ini dari versi yang lebih baru",
    "a command code does not parse": "kode perintah ini rusak",
    "a code holds no text": "kode ini tidak berisi teks",
    "a code is one of several that hold a text together": "kode ini hanya satu bagian dari beberapa kode",
    "a read is empty": "bacaan ini kosong",
    "a read lacks what the reader is set to send around it": "awalan atau akhiran bacaan tidak seperti pengaturan",
    "a read is not text": "bacaan ini bukan teks",
    "a read was cut off": "bacaan terpotong",
    "a read was garbled or cut off": "bacaan kacau atau terpotong",
    "a read is too long": "bacaan ini terlalu panjang",
    "a read has no decode header": "bacaan ini tanpa kepala pesan",
    "a read holds a key that types no character": "bacaan ini berisi tombol yang tidak menghasilkan huruf",
    "keys were lost on the way": "sebagian huruf hilang di perjalanan",
    "a report is wrong": "laporan pembaca salah",
    "a report is too short": "laporan pembaca terlalu pendek",
    "a scanner sends without end": "pembaca mengirim tanpa henti",
    "a file is no picture": "berkas ini bukan gambar",
    "a picture shows no label": "tidak ada label dalam gambar ini",
    "a badge is in the picture": "ada kartu pengenal dalam gambar",
    "no camera shows a picture": "tidak ada kamera yang menunjukkan gambar",
    "there is no text": "teksnya kosong",
    "a text is too long": "teks ini terlalu panjang",
    "a range of serials has two ends": "nomor seri harus dua: pertama dan terakhir",
    "a photograph cannot be decoded": "foto ini tidak dapat dibuka",
    "a photograph is too small to show anything": "foto ini terlalu kecil",
    "a photograph's file is too large": "berkas foto ini terlalu besar",
    "this is no JPEG file": "berkas ini bukan JPEG",
    "a JPEG file is broken or cut short": "berkas JPEG ini rusak atau terpotong",
    "a JPEG file is of a kind that is not taken": "jenis JPEG ini tidak diterima",
    "a JPEG frame is broken": "berkas JPEG ini rusak",
    "a JPEG picture has no pixels": "gambar ini kosong",
    "a picture is too large": "gambar ini terlalu besar",
    "a JPEG file has no frame before its picture": "berkas JPEG ini rusak",
    "a statement is for another log": "pernyataan ini dari pemilihan lain, atau dari latihan",
    "a reader has failed": "pembaca rusak",
    "the reader is not there": "pembacanya tidak ada",
    "the camera is not there": "kameranya tidak ada",
}
"""By the English message."""
REMEDIES: dict[str, str] = {
    "Read again.": "Baca lagi.",
    "Read all again.": "Baca semuanya lagi.",
    "Print the sheet again.": "Cetak ulang lembarnya.",
    "It is no label.": "Ini bukan label.",
    "It is no label of this election.": "Ini bukan label pemilihan ini.",
    "Read a label of this election.": "Baca label pemilihan ini.",
    "Take it away.": "Singkirkan dulu.",
    "Name a file.": "Sebutkan berkasnya.",
    "Start the agent again.": "Mulai ulang agen.",
    "Check its cable; it is tried again.": "Periksa kabelnya; akan dicoba lagi.",
    "Check its cable, its power and who may open it; it is tried again.": (
        "Periksa kabel, daya, dan izinnya; akan dicoba lagi."
    ),
    "Read again; if it stays so, set the reader to send CR after each read.": (
        "Baca lagi; kalau tetap begitu, setel pembaca agar mengirim CR setelah tiap bacaan."
    ),
    "Set the reader to send CR after each read.": "Setel pembaca agar mengirim CR setelah tiap bacaan.",
    "Read again; if it stays so, compare the reader's prefix and suffix with the settings.": (
        "Baca lagi; kalau tetap begitu, cocokkan awalan dan akhiran pembaca dengan pengaturan."
    ),
    "Set the scanner and `layout` in the settings to the same layout.": (
        "Samakan tata letak papan tik pemindai dengan `layout` dalam pengaturan."
    ),
    UPDATE: "Perbarui perangkat lunak ini.",
}


def sentences(error: CustodyError) -> Words:
    """What is wrong, what came and what to do; the English says what was expected as well."""
    message = MESSAGES.get(error.message)
    if message is None:
        return str(error), str(error)
    came = "" if error.got is None else f"; yang terbaca: {error.got}"
    remedy = "" if error.remedy is None else f". {REMEDIES.get(error.remedy, error.remedy)}"
    return message + came + remedy, str(error)


def of_read(error: CustodyError) -> CustodyError:
    """The error of a read, with no more of what was read than may be shown: a link, or the first `SHOWN` characters.

    Nothing of what may be a PIN.
    """
    came = (error.got or "").lstrip(_AROUND)
    may_be_pin = _PIN.fullmatch(came) is not None
    if not may_be_pin and (len(came) <= SHOWN or came.startswith(_LINK)):
        return error
    shorter = copy.copy(error)
    shorter.got = "…" if may_be_pin else f"{came[:SHOWN]}…"
    return shorter
