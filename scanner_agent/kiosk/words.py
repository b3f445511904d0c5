"""What the screen says, as (Bahasa Indonesia, English), and what it says for words that speak of typing."""

from typing import Literal

from custody.core.choices import CONDITIONS, PURPOSES, REASONS, SEAL_STATES
from custody.core.findings import Language
from custody.core.words import BALLOT_TYPES, KINDS
from scanner_agent import texts
from scanner_agent.state import Detail
from scanner_agent.texts import Words

Level = Literal["good", "look", "wrong", "calm"]

LEVELS: dict[Level, Words] = {
    "good": ("Berhasil", "Done"),
    "look": ("Perhatian", "Attention"),
    "wrong": ("Ditolak", "Refused"),
    "calm": ("Siap", "Ready"),
}
"""The word that stands by each colour and symbol."""

READY: Words = ("Siap memindai", "Ready to scan")
STARTING: Words = ("Agen sedang dimulai", "The agent is starting")
CONFIRM_AGAIN: Words = (
    "Kalau memang begitu, tekan Sahkan lagi",
    "If that is how it is, press Confirm again",
)

ON_SCREEN: dict[Words, Words] = {
    texts.ACTION: ("Pilih kegiatan", "Choose an action"),
    texts.CONFIRM: ("Pindai barang lagi, atau tekan Sahkan", "Scan more items, or press Confirm"),
    texts.SEALS: (
        "Pindai segel tiap barang, setelah barangnya",
        "Scan each item's seals, after the item",
    ),
    texts.DISCREPANCY: ("Pilih jenis kejadian di Isian", "Choose what is wrong, under Fields"),
    texts.LOOK: ("Periksa dulu", "Look first"),
    texts.HALTED: (
        "Penandatanganan berhenti. Panggil pengawas perangkat",
        "Signing is stopped. Call who looks after this device",
    ),
    texts.FIELDS["to"]: (
        "Pindai lokasi tujuan, atau pilih di Isian",
        "Scan the destination, or choose it under Fields",
    ),
    texts.FIELDS["kind"]: ("Pilih jenis barang di Isian", "Choose the kind of item, under Fields"),
    texts.FIELDS["reason"]: (
        "Pilih di Isian mengapa id diketik",
        "Choose under Fields why ids were typed",
    ),
    texts.FIELDS["purpose"]: ("Pilih keperluan di Isian", "Choose the purpose, under Fields"),
    texts.FIELDS["ref"]: (
        "Pindai pernyataan yang dirujuk, atau pilih di Isian",
        "Scan the statement referred to, or choose it under Fields",
    ),
    texts.SHOW: (
        "Penerima tanpa jaringan: tekan Lainnya, lalu Kode QR penyerahan",
        "A receiver without a network: press More, then QR codes of the release",
    ),
    texts.UNKNOWN_COMMAND: ("Perintah tidak dikenal", "Unknown command"),
}
"""For a touch screen."""

FIELDS: dict[str, Words] = {
    "to": ("Lokasi tujuan", "Destination"),
    "kind": ("Jenis", "Kind"),
    "quantity": ("Jumlah isi", "Quantity"),
    "ballot_type": ("Jenis surat suara", "Ballot type"),
    "district": ("Daerah pemilihan", "District"),
    "purpose": ("Keperluan", "Purpose"),
    "condition": ("Keadaan", "Condition"),
    "vehicle": ("Kendaraan", "Vehicle"),
    "seals": ("Jumlah segel tanpa nomor", "Count of unnumbered seals"),
    "state": ("Keadaan segel terakhir", "State of the last seal"),
    "expected": ("Nomor segel seharusnya", "Seal number that should be there"),
    "serials": ("Nomor seri: awal akhir", "Serials: first last"),
    "note": ("Catatan", "Note"),
    "reason": ("Alasan id diketik", "Why ids were typed"),
    "ref": ("Pernyataan yang dirujuk", "Statement referred to"),
    "container": ("Wadah", "Container"),
    "compartment": ("Segel ruang muat", "Seal of the compartment"),
    "carrier": ("Pengangkut (id petugas)", "Carrier (handler id)"),
    "releaser": ("Pihak pertama (id petugas)", "Who gives (handler id)"),
    "receiver": ("Pihak kedua (id petugas)", "Who receives (handler id)"),
}
"""The fields that are filled at the screen, in this order; photographs are taken there."""

CHOICES: dict[str, dict[str, Words]] = {
    "kind": KINDS,
    "ballot_type": BALLOT_TYPES,
    "purpose": PURPOSES,
    "reason": REASONS,
    "condition": CONDITIONS,
    "state": SEAL_STATES,
    "ref": {"last": ("Pernyataan terakhir perangkat ini", "This device's last statement")},
}
"""What is usual in a field."""

NUMBERS = frozenset({"quantity", "seals"})

FIRST_ACTIONS = ("handover", "release", "accept", "seal", "inspect", "depart", "arrive", "store", "discrepancy")
"""What is done most."""

WAITING: Words = ("{} menunggu dikirim", "{} waiting to be sent")
ALL_SENT: Words = ("Semua terkirim", "All sent")
SYNCED: Words = ("sinkron terakhir {}", "last sync {}")
NEVER_SYNCED: Words = ("belum pernah tersambung", "never connected so far")
NOW: Words = ("baru saja", "just now")
AGO: Words = ("{} lalu", "{} ago")

BATTERY: Words = ("Baterai tinggal {} %. Sambungkan listrik", "Battery at {} %. Connect the power")
CLOCK_BEHIND: Words = (
    "Jam perangkat tertinggal dari buku besar. Setel jamnya",
    "This device's clock is behind the ledger's. Set it",
)
NOT_ENROLLED: Words = (
    "Belum terdaftar. Pindai kode QR di portal. Sidik jari: {}",
    "Not enrolled yet. Scan the QR code in the portal. Fingerprint: {}",
)
CLOCK_LOOSE: Words = ("Jam belum disinkronkan", "The clock is not synchronised")
NO_READER: Words = ("Pembaca tidak tersambung: {}", "Reader not connected: {}")
SIGNING_STOPPED: Words = ("Penandatanganan berhenti sampai diperiksa", "Signing is stopped until someone has looked")
INCIDENTS: dict[str, Words] = {
    "refused": ("Ada pernyataan yang ditolak buku besar", "The ledger has refused a statement"),
    "chain-behind": ("Isi perangkat ini lebih lama daripada buku besar", "This device holds less than the ledger"),
    "split-view": ("Buku besar menunjukkan dua riwayat", "The ledger shows two histories"),
}

HANDLER: Words = ("Petugas", "Handler")
ATTESTER: Words = ("Saksi atau pengawas", "Attester")
SEAL_COUNT: Words = ("{} segel", "seals: {}")
NOT_LISTED: Words = ("Tidak ada di dokumen", "Not on the document")
GIVEN: Words = ("sudah dicatat", "noted")

LABELS: dict[str, Words] = {
    "accept": ("OK", "OK"),
    "again": ("Sudah dibaca", "Already read"),
    "action": ("Kegiatan", "Action"),
    "actions": ("Pilih kegiatan", "Choose an action"),
    "backspace": ("Hapus", "Delete"),
    "cancel": ("Batalkan sesi", "Cancel session"),
    "cancel-ask": ("Batalkan sesi ini?", "Cancel this session?"),
    "cancel-more": (
        "Yang sudah dipindai tidak ditandatangani.",
        "What was scanned will not be signed.",
    ),
    "cancel-yes": ("Ya, batalkan", "Yes, cancel it"),
    "cautions": ("Yang perlu diperiksa", "To be looked at"),
    "close": ("Tutup", "Close"),
    "confirm": ("Sahkan", "Confirm"),
    "digits": ("angka dimasukkan", "digits entered"),
    "eye": ("Yang dilihat kamera", "What the camera sees"),
    "fields": ("Isian", "Fields"),
    "help": ("Bantuan", "Help"),
    "items": ("Barang", "Items"),
    "language": ("English", "Indonesia"),
    "list": ("Daftar yang sudah dipindai", "What was scanned"),
    "missing": ("Belum dipindai", "Not scanned yet"),
    "manual": ("Ketik", "Type"),
    "manual-title": ("Ketik id barang atau segel", "Type an item's or a seal's id"),
    "reason": ("Mengapa diketik?", "Why is it typed?"),
    "more": ("Lainnya", "More"),
    "mute": ("Bisukan", "Mute"),
    "next": ("Selanjutnya", "Next"),
    "no-reader": ("Tanpa pembaca", "No reader"),
    "of": ("dari", "of"),
    "other-badge": ("Bukan kartu ini", "Not this badge"),
    "other": ("Lainnya: ketik", "Other: type it"),
    "outbox": ("Kotak keluar", "Outbox"),
    "pin": ("Tombol PIN", "PIN keys"),
    "pin-of": ("PIN untuk", "PIN of"),
    "document": (
        "Buat PDF berita acara atau surat jalan terakhir",
        "Make the PDF of the last handover or departure",
    ),
    "archive": ("Foto dokumen bertanda tangan", "Photograph the signed document"),
    "photo": ("Foto dengan kamera", "Photograph by camera"),
    "paper": ("Foto tanda terima kertas", "Photograph the receiver's paper"),
    "release": ("Kode QR penyerahan", "QR codes of the release"),
    "no-release": ("Belum ada penyerahan dari perangkat ini", "This device has not released anything"),
    "following": ("Kode berikutnya", "Next code"),
    "turn": ("Berganti sendiri", "Turn by themselves"),
    "release-more": (
        "Agen penerima memindai setiap kode, dalam urutan apa pun.",
        "The receiving agent scans every code, in any order.",
    ),
    "back": ("Kembali", "Back"),
    "say-good": (
        "Satu nada: tersimpan, juga kalau listrik padam.",
        "One beep: kept, even if the power fails.",
    ),
    "say-again": (
        "Nada rendah pendek: sudah dibaca, tidak dihitung lagi.",
        "A short low beep: read already, and not counted again.",
    ),
    "say-look": (
        "Dua nada: tersimpan, tetapi baca layarnya.",
        "Two beeps: kept, but read the screen.",
    ),
    "say-wrong": ("Tiga nada: tidak diterima. Baca layarnya.", "Three beeps: not taken. Read the screen."),
    "seal-here": ("segel di sini", "seals go here"),
    "shift": ("Huruf besar", "Capitals"),
    "report-missing": ("Laporkan yang kurang", "Report what is missing"),
    "site": ("Lokasi", "Site"),
    "sound": ("Suara", "Sound"),
    "sound-off": ("Suara mati", "Sound is off"),
    "space": ("Spasi", "Space"),
    "title": ("Agen pemindai", "Scanner agent"),
    "try": ("Coba", "Try"),
    "undo": ("Urungkan", "Undo"),
    "unsealed": ("Belum bersegel", "Without a seal yet"),
    "unsealed-more": ("Pindai barangnya, lalu segelnya.", "Scan the item, then its seal."),
    "vehicle": ("Segel kendaraan", "Vehicle's seals"),
    "volume": ("Volume suara", "Volume"),
    "live": ("tersambung", "connected"),
    "lost": ("tidak tersambung", "not connected"),
}
"""Fixed words of the screen's parts."""


STEPS: tuple[Words, ...] = (
    (
        "Pilih kegiatan, lalu pindai atau pilih lokasi tujuan.",
        "Choose the action, then scan or choose the destination.",
    ),
    (
        "Tunjukkan kartu pengenal ke pembaca, lalu ketik PIN di layar.",
        "Show your badge to the reader, then type the PIN on the screen.",
    ),
    (
        "Pindai setiap barang dan segelnya. Kalau labelnya rusak: tekan Ketik.",
        "Scan every item and its seals. If its label is damaged: press Type.",
    ),
    ("Keliru? Urungkan menghapus bacaan terakhir.", "Mistaken? Undo takes back the last read."),
    ("Periksa daftarnya, lalu tekan Sahkan.", "Look through the list, then press Confirm."),
    (
        "Sesudah disahkan, keliru diperbaiki dengan kegiatan Perbaiki catatan.",
        "After that, a mistake is mended by the action Correct a record.",
    ),
)
"""What help says, beside what comes next."""


def say(words: Detail, language: Language) -> str:
    """One of the two; what is the same in both, as it is."""
    return words if isinstance(words, str) else words[language == "en"]
