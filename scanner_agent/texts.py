"""What the agent says to handlers: Bahasa Indonesia first, then English."""

from custody.core.choices import ACTIONS, SPELLED_FIELDS
from custody.core.event import LabelVerdict
from custody.core.findings import Language

Words = tuple[str, str]
"""(Bahasa Indonesia, English)"""

PARTIES: dict[str, Words] = {
    "releaser": ("Pindai kartu pengenal pihak pertama, yang menyerahkan", "Scan the badge of the one who gives"),
    "receiver": ("Pindai kartu pengenal pihak kedua, yang menerima", "Scan the badge of the one who receives"),
}
FIELDS: dict[str, Words] = {
    "to": ("Lokasi tujuan (pindai, atau: to 414/…)", "Destination (scan it, or: to 414/…)"),
    "kind": ("Jenis barang (kind ballot-box)", "Kind of item (kind ballot-box)"),
    "quantity": SPELLED_FIELDS["quantity"],
    "ballot_type": ("Jenis surat suara", "Ballot type"),
    "district": ("Daerah pemilihan", "District"),
    "container": ("Wadah", "Container"),
    "carrier": ("Pengangkut", "Carrier"),
    "releaser": ("Pihak pertama", "The one who gives"),
    "receiver": ("Pihak kedua", "The one who receives"),
    "paper": (
        "Foto tanda terima kertas (paper BERKAS, paper camera)",
        "Photograph of the signed paper (paper FILE, paper camera)",
    ),
    "vehicle": SPELLED_FIELDS["vehicle"],
    "compartment": ("Segel ruang muat kendaraan", "Seal of the vehicle's compartment"),
    "serials": ("Nomor seri: pertama dan terakhir", "Serials: first and last"),
    "purpose": (
        "Keperluan (purpose rekapitulasi / psu / putusan)",
        "Purpose (purpose rekapitulasi / psu / putusan: count, repeat vote, court order)",
    ),
    "condition": ("Keadaan", "Condition"),
    "seals": ("Jumlah segel tanpa nomor", "Count of unnumbered seals"),
    "state": ("Keadaan segel: intact, broken, missing", "State of the seal: intact, broken, missing"),
    "expected": ("Nomor segel yang seharusnya", "Seal number that should be there"),
    "note": ("Catatan", "Note"),
    "reason": (
        "Alasan id diketik, tidak dipindai (reason TEKS)",
        "Why ids were typed and not scanned (reason TEXT)",
    ),
    "photo": ("Foto (photo BERKAS, photo camera)", "Photograph (photo FILE, photo camera)"),
    "ref": (
        "Pernyataan yang dirujuk (pindai, atau: ref ID, ref last)",
        "Statement referred to (scan it, or: ref ID, ref last)",
    ),
}
CONTAINER_FIRST: Words = ("Pindai wadahnya dulu", "Scan the container first")
DISCREPANCY: Words = (
    "Kejadian apa? kind missing (kurang), extra (lebih), damaged (rusak), swapped (tertukar), wrong-data (data keliru)",
    "What is wrong? kind missing, extra, damaged, swapped, wrong-data",
)
VERDICTS: dict[LabelVerdict, Words] = {
    "forged": ("LABEL PALSU; dicatat dengan peringatan", "FORGED LABEL; recorded with a warning"),
    "unknown-issuer": (
        "Penerbit label tidak dikenal; dicatat dengan peringatan",
        "Unknown label issuer; recorded with a warning",
    ),
    "foreign-host": (
        "Label menunjuk ke alamat asing; dicatat dengan peringatan",
        "Label links to a foreign host; recorded with a warning",
    ),
    "out-of-range": (
        "Penerbit label tidak berhak atas id ini; dicatat dengan peringatan",
        "Label issuer has no right to this id; recorded with a warning",
    ),
}
BADGES: dict[str, Words] = {
    "signer-unknown": (
        "Kartu pengenal belum terdaftar; dicatat dengan peringatan",
        "Badge not enrolled; recorded with a warning",
    ),
    "badge-replaced": (
        "Kartu pengenal lama, sudah diganti; dicatat dengan peringatan",
        "Old badge, since replaced; recorded with a warning",
    ),
    "signer-revoked": ("KARTU PENGENAL DICABUT; dicatat dengan peringatan", "BADGE REVOKED; recorded with a warning"),
    "signer-not-valid": (
        "Kartu pengenal tidak berlaku saat ini; dicatat dengan peringatan",
        "Badge not valid now; recorded with a warning",
    ),
}

BADGE = ("Pindai kartu pengenal petugas", "Scan a handler's badge")
PIN_DIGITS = ("PIN", "PIN")
PIN = ("Masukkan PIN", "Enter the PIN")
ACTION = (f"Pilih kegiatan: {', '.join(ACTIONS)}", f"Choose an action: {', '.join(ACTIONS)}")
ITEMS = ("Pindai barang", "Scan the items")
SEALS = (
    "Pindai segel tiap barang, setelah barangnya (tanpa nomor: seals JUMLAH)",
    "Scan each item's seals, after the item (without numbers: seals COUNT)",
)
CONFIRM = ("Pindai barang lagi, atau: confirm", "Scan more items, or: confirm")

CHOSEN = ("Kegiatan", "Action")
SET = ("Dicatat", "Noted")
ITEM = ("Barang terbaca", "Item read")
SEAL = ("Segel terbaca", "Seal read")
CONTAINER = ("Wadah terbaca", "Container read")
COMPARTMENT_SEAL = ("Segel ruang muat terbaca", "Compartment seal read")
SEALS_GO_ON = ("Sudah dibaca; segel berikutnya untuk barang ini", "Already read; the next seals are on this item")
SEALS_GO_ON_VEHICLE = ("Segel berikutnya untuk ruang muat kendaraan", "The next seals are on the vehicle's compartment")
SEAL_TWICE: Words = (
    "Nomor segel ini terbaca di dua tempat; dicatat, dengan peringatan",
    "This seal number was read in two places; recorded with a warning",
)
LOOK = (
    "PERIKSA DULU. Kalau memang begitu keadaannya, confirm sekali lagi: dicatat apa adanya, dengan peringatan ini",
    "LOOK FIRST. If that is how it is, confirm once more: it is recorded as it is, with this warning",
)
EXPECTED = ("Dokumen terbaca, barangnya diharapkan", "Document read, its items are expected")
OWN_SITE: Words = (
    "Tujuannya lokasi ini sendiri; kalau bukan, urungkan dan pindai tujuan yang benar",
    "The destination is this very site; if it is not, undo and scan the right one",
)
EXTRA = ("TIDAK ADA DI DOKUMEN; dicatat", "NOT ON THE DOCUMENT; recorded")
LIST_NOT_HELD = (
    "Dokumen dicatat; daftar barangnya tidak ada di perangkat ini: pindai semua kode QR penyerahan dari layar "
    "pengirim, atau sambungkan ke jaringan lalu pindai lagi; kalau tidak bisa, cocokkan dengan tangan",
    "Document noted; its list of items is not on this device: scan all QR codes of the release from the sender's "
    "screen, or connect to the network and scan it again; if neither can be, check it by hand",
)
MISSING_ITEMS: Words = ("Belum terbaca, padahal ada di dokumen", "Not read, though on the document")
EXTRA_ITEMS: Words = ("Terbaca, padahal tidak ada di dokumen", "Read, though not on the document")
LISTED = ("Barang yang kurang diambil dari dokumen", "The missing items are taken from the document")
AGAIN = ("Sudah dibaca", "Already read")
UNDONE = ("Diurungkan", "Undone")
AGAIN_UNDONE = ("Bacaan ulang diurungkan; yang pertama tetap ada", "The repeated read is undone; the first one stays")
ACTION_UNDONE = ("Kegiatan diurungkan", "The action is undone")
BADGE_UNDONE = ("Kartu pengenal diurungkan", "The badge is undone")
PARTS_CHANGED = ("Peran berubah; pindai kartu pengenal lagi", "The parts have changed; scan the badges again")
CANCELLED = ("Sesi dibatalkan", "Session cancelled")
BADGE_READ = ("Kartu pengenal terbaca", "Badge read")
FOREIGN_BADGE = (
    "Kartu pengenal terbaca, tetapi tidak dikenal di sini: dari pemilihan lain, atau belum terdaftar",
    "Badge read, but it is not known here: of another election, or not enrolled yet",
)
BADGE_ASIDE = ("Kartu pengenal dikesampingkan; pindai yang benar", "Badge put aside; scan the right one")
UNLOCKED = ("PIN benar", "PIN right")
SIGNED = ("Ditandatangani dan tersimpan", "Signed and stored")
RESTORED = ("Sesi sebelum terhenti dipulihkan", "The session from before the stop is restored")
NOT_RESTORED = (
    "Sesi sebelum terhenti tidak dapat dibaca dan diakhiri tanpa ditandatangani",
    "The session from before the stop cannot be read, and was ended unsigned",
)
STOPPED = ("Dihentikan; yang sudah terbaca tetap tersimpan", "Stopped; what was read is kept")
LOCKED = (
    "Terkunci karena lama tidak dipakai: pindai kartu pengenal lagi",
    "Locked after a pause: scan the badges again",
)
STATUS = ("Kotak keluar", "Outbox")
LANGUAGES: dict[Language, Words] = {
    "id": ("Bahasa layar: Indonesia", "Screen language: Indonesian"),
    "en": ("Bahasa layar: Inggris", "Screen language: English"),
}
PIECE = ("Kode QR penyerahan terbaca", "QR code of a release read")
STILL = ("pindai lagi nomor", "still to scan, number")
PART = ("Bagian penyerahan terbaca; pindai bagian yang lain", "Part of a release read; scan the others")
RELEASE = ("Penyerahan terbaca lengkap", "Release read, complete")
RELEASE_DOUBTFUL = (
    "Penyerahan terbaca lengkap, tetapi PERIKSA DULU; dapat diterima, dicatat apa adanya",
    "Release read, complete, but LOOK FIRST; it can be accepted, and is recorded as it is",
)
SIGNERS: dict[str, Words] = {
    "signer-unknown": ("penandatangannya belum terdaftar di sini", "a signer is not enrolled as far as is known here"),
    "signer-revoked": ("kunci penandatangannya DICABUT", "a signer's key is REVOKED"),
    "badge-replaced": ("kartu pengenal penandatangannya sudah diganti", "a signer's badge has been replaced"),
    "signer-not-valid": ("kartu pengenal penandatangannya tidak berlaku saat ini", "a signer's badge is not valid now"),
}
FOR_ELSEWHERE = ("tujuannya bukan lokasi ini, melainkan", "it is not for this site but for")
SHOW = (
    "Penerima tanpa jaringan memindai penyerahan ini dari layar: show last",
    "A receiver without a network scans this release from the screen: show last",
)
RELEASE_CODE = ("Kode QR penyerahan terakhir", "QR code of the last release")
NO_RELEASE = ("Belum ada penyerahan dari perangkat ini", "This device has not released anything")
NO_RELEASE_CODE = ("Penyerahan terakhir tidak punya kode bernomor ini", "The last release has no code of this number")
KIOSK = ("Layar: buka halaman ini di peramban", "Screen: open this page in a browser")
READER_GONE: Words = ("Pembaca tidak tersambung", "Reader is not connected")
READER_LIVE = ("Pembaca siap", "Reader ready")

WHICH_ITEM: Words = (
    "Segel ini pada barang yang mana? Pindai barangnya, lalu segel ini lagi",
    "Which item is this seal on? Scan that item, then this seal again",
)
WHICH_ITEM_OR_VEHICLE: Words = (
    "Segel ini di mana? Pindai barangnya, atau kode Segel kendaraan, lalu segel ini lagi",
    "Where is this seal? Scan its item, or the code Vehicle's seals, then this seal again",
)
NO_ITEM_FOR_SEAL = ("Pindai barangnya dulu, lalu segelnya", "Scan the item first, then its seal")
NO_SEAL = ("Pindai segelnya dulu", "Scan the seal first")
TOO_MANY_SEALS = ("Terlalu banyak segel di satu tempat", "Too many seals in one place")
TOO_MANY_PHOTOS = ("Terlalu banyak foto", "Too many photographs")
OWN_CONTAINER = ("Wadah tidak dapat sekaligus menjadi isinya", "A container cannot be in itself")
NO_SHORTFALL = (
    "Tidak ada yang kurang pada pencatatan terakhir; kode ini dipindai sesudahnya, dalam sesi yang masih kosong",
    "Nothing is missing in the last record; this is scanned after it, in a session with nothing else in it",
)
NO_STATEMENT = ("Belum ada pernyataan di perangkat ini", "This device has no statement yet")
NOTHING_TO_UNDO = ("Tidak ada yang dapat diurungkan", "Nothing to undo")
SAME_BADGE = ("Kartu pengenal ini sudah dipakai dalam sesi ini", "This badge is in this session already")
TOO_MANY_BADGES = ("Terlalu banyak kartu pengenal", "Too many badges")
WRONG_PIN: Words = (
    "PIN salah, ke-{0}. Tunggu {1} detik, lalu coba lagi; kalau lupa, minta kartu pengenal baru",
    "Wrong PIN, number {0}. Wait {1} s and try again; if it is forgotten, ask for a new badge",
)
PIN_TOO_SOON: Words = ("Tunggu {0} detik lagi sebelum memasukkan PIN", "Wait {0} s more before entering a PIN")
NO_PIN = ("PIN terdiri atas 6 sampai 12 angka", "A PIN is 6 to 12 digits")
NO_PIN_WANTED = ("Pindai kartu pengenal dulu", "Scan a badge first")
UNKNOWN_ACTION = ("Kegiatan tidak dikenal", "Unknown action")
UNKNOWN_FIELD = ("Isian tidak dikenal", "Unknown field")
NOT_OF_ACTION = ("Tidak cocok dengan kegiatan ini", "Does not fit this action")
WRONG_VALUE = ("Isian salah", "Wrong value")
NOT_YET = ("Belum lengkap", "Not complete yet")
NOT_STORED = ("GAGAL disimpan", "NOT stored")
TOO_LONG = (
    "TIDAK ditandatangani: terlalu banyak untuk satu sesi; bagi menjadi beberapa sesi",
    "NOT signed: too much for one session; make several of it",
)
WOULD_BE_REFUSED = (
    "TIDAK ditandatangani: buku besar akan menolaknya; hubungi operator",
    "NOT signed: the ledger would refuse it; call the operator",
)
WAITED_LONG = ("Terlalu lama menunggu", "Waited too long")
UNKNOWN_COMMAND = ("Perintah tidak dikenal; ketik help", "Unknown command; type help")
HALTED = (
    "PENANDATANGANAN BERHENTI sampai diperiksa: scanner-agent quarantine list",
    "SIGNING IS STOPPED until someone has looked: scanner-agent quarantine list",
)

ARCHIVED = (
    "Dokumen bertanda tangan difoto; kartu pengenal, lalu confirm",
    "Signed document photographed; a badge, then confirm",
)
ARCHIVE_WHAT = (
    "Pindai dulu kode pada dokumennya, dalam sesi yang masih kosong",
    "Scan the code on the document first, in a session with nothing else in it",
)
DOCUMENT = ("Dokumen siap dicetak", "Document ready to be printed")
NO_DOCUMENT = ("Dokumen tidak jadi; pernyataannya aman", "The document was not made; its statement is safe")
PHOTOGRAPHS = ("Foto", "Photographs")
NO_ADVICE = (
    "Keadaan barang dari buku besar tidak dapat dipakai; pencatatan jalan terus",
    "The ledger's word on the items cannot be used; recording goes on",
)
NO_ROSTER = (
    "Belum pernah tersambung: label dan kartu pengenal belum dapat diperiksa",
    "Never connected so far: labels and badges cannot be checked yet",
)
NO_ZBAR = ("libzbar0 tidak ada, kode yang buruk lebih jarang terbaca", "libzbar0 is not here, fewer bad codes are read")
NOT_ENROLLED = (
    "Perangkat ini belum terdaftar; tetap ditandatangani",
    "This device is not enrolled yet; signed all the same",
)
TORN = (
    "Wadah ini dan isinya tidak muat dalam satu pernyataan, dicatat dalam beberapa; lain kali cukup pindai wadahnya",
    "This container and its content do not fit in one statement and are recorded in several; next time, scan only it",
)

HELP = (
    "Perintah: scan TEKS · pin ANGKA · action KEGIATAN · to/kind/container/… NILAI · seals JUMLAH · state KEADAAN · "
    "vehicle-seals · report-missing · "
    "note TEKS · reason TEKS · vehicle TEKS · paper BERKAS · photo BERKAS · archive BERKAS · ref ID · "
    "undo · confirm · cancel · show last · document ID · language · status · quit",
    "Commands: scan TEXT · pin DIGITS · action ACTION · to/kind/container/… VALUE · seals COUNT · state STATE · "
    "vehicle-seals · report-missing · "
    "note TEXT · reason TEXT · vehicle TEXT · paper FILE · photo FILE · archive FILE · ref ID · "
    "undo · confirm · cancel · show last · document ID · language · status · quit",
)
