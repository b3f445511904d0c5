"""What the agent says to handlers: Bahasa Indonesia first, then English."""

from custody.core.event import LabelVerdict

Words = tuple[str, str]
"""(Bahasa Indonesia, English)"""

ACTIONS: dict[str, Words] = {
    "commission": ("Daftarkan barang baru", "Commission new items"),
    "pack": ("Masukkan ke dalam wadah", "Pack into a container"),
    "unpack": ("Keluarkan dari wadah", "Unpack from a container"),
    "seal": ("Pasang segel", "Seal"),
    "unseal": ("Lepas segel", "Unseal"),
    "inspect": ("Periksa", "Inspect"),
    "handover": ("Serah terima, kedua pihak di sini", "Handover, both parties here"),
    "release": ("Penyerahan", "Release"),
    "accept": ("Penerimaan", "Accept"),
    "depart": ("Berangkat", "Depart"),
    "arrive": ("Tiba", "Arrive"),
    "store": ("Simpan di lokasi ini", "Store at this site"),
    "open": ("Buka kotak", "Open the box"),
    "close": ("Tutup kotak", "Close the box"),
    "discrepancy": ("Kejadian khusus", "Discrepancy"),
    "correct": ("Perbaiki catatan", "Correct a record"),
    "retire": ("Akhiri pemakaian barang", "Retire items"),
}
PARTIES: dict[str, Words] = {
    "releaser": ("Pindai kartu pengenal pihak pertama, yang menyerahkan", "Scan the badge of the one who gives"),
    "receiver": ("Pindai kartu pengenal pihak kedua, yang menerima", "Scan the badge of the one who receives"),
}
FIELDS: dict[str, Words] = {
    "to": ("Lokasi tujuan (pindai, atau: to 414/…)", "Destination (scan it, or: to 414/…)"),
    "kind": ("Jenis barang (kind box)", "Kind of item (kind box)"),
    "quantity": ("Jumlah isi", "Quantity"),
    "ballot_type": ("Jenis surat suara", "Ballot type"),
    "district": ("Daerah pemilihan", "District"),
    "container": ("Wadah", "Container"),
    "carrier": ("Pengangkut", "Carrier"),
    "purpose": ("Keperluan", "Purpose"),
    "condition": ("Keadaan", "Condition"),
    "ref": ("Pernyataan yang dirujuk", "Statement referred to"),
}
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
    "badge-unknown": (
        "Kartu pengenal belum terdaftar; dicatat dengan peringatan",
        "Badge not enrolled; recorded with a warning",
    ),
    "badge-replaced": (
        "Kartu pengenal lama, sudah diganti; dicatat dengan peringatan",
        "Old badge, since replaced; recorded with a warning",
    ),
    "badge-revoked": ("KARTU PENGENAL DICABUT; dicatat dengan peringatan", "BADGE REVOKED; recorded with a warning"),
    "badge-not-valid-now": (
        "Kartu pengenal tidak berlaku saat ini; dicatat dengan peringatan",
        "Badge not valid now; recorded with a warning",
    ),
}

BADGE = ("Pindai kartu pengenal petugas", "Scan a handler's badge")
PIN = ("Masukkan PIN", "Enter the PIN")
ACTION = (f"Pilih kegiatan: {', '.join(ACTIONS)}", f"Choose an action: {', '.join(ACTIONS)}")
ITEMS = ("Pindai barang", "Scan the items")
SEALS = ("Pindai segel pada barang", "Scan the seals on the items")
CONFIRM = ("Pindai barang lagi, atau: confirm", "Scan more items, or: confirm")

CHOSEN = ("Kegiatan", "Action")
SET = ("Dicatat", "Noted")
ITEM = ("Barang terbaca", "Item read")
SEAL = ("Segel terbaca", "Seal read")
AGAIN = ("Sudah dibaca", "Already read")
UNDONE = ("Dibatalkan", "Undone")
CANCELLED = ("Sesi dibatalkan", "Session cancelled")
BADGE_READ = ("Kartu pengenal terbaca", "Badge read")
UNLOCKED = ("PIN benar", "PIN right")
SIGNED = ("Ditandatangani dan tersimpan", "Signed and stored")
RESTORED = ("Sesi sebelum terhenti dipulihkan", "The session from before the stop is restored")
STOPPED = ("Dihentikan; yang sudah terbaca tetap tersimpan", "Stopped; what was read is kept")
LOCKED = (
    "Terkunci karena lama tidak dipakai: pindai kartu pengenal lagi",
    "Locked after a pause: scan the badges again",
)
STATUS = ("Kotak keluar", "Outbox")
READER_LIVE = ("Pembaca siap", "Reader ready")

NO_ITEM_FOR_SEAL = ("Pindai barangnya dulu, lalu segelnya", "Scan the item first, then its seal")
TOO_MANY_SEALS = ("Terlalu banyak segel pada satu barang", "Too many seals on one item")
NOTHING_TO_UNDO = ("Tidak ada yang dapat dibatalkan", "Nothing to undo")
SAME_BADGE = ("Kartu pengenal ini sudah dipakai dalam sesi ini", "This badge is in this session already")
TOO_MANY_BADGES = ("Terlalu banyak kartu pengenal", "Too many badges")
WRONG_PIN = ("PIN salah", "Wrong PIN")
NO_PIN_WANTED = ("Pindai kartu pengenal dulu", "Scan a badge first")
UNKNOWN_ACTION = ("Kegiatan tidak dikenal", "Unknown action")
UNKNOWN_FIELD = ("Isian tidak dikenal", "Unknown field")
NOT_OF_ACTION = ("Tidak cocok dengan kegiatan ini", "Does not fit this action")
WRONG_VALUE = ("Isian salah", "Wrong value")
NOT_YET = ("Belum lengkap", "Not complete yet")
NOT_STORED = ("GAGAL disimpan", "NOT stored")
WAITED_LONG = ("Terlalu lama menunggu", "Waited too long")
UNKNOWN_COMMAND = ("Perintah tidak dikenal; ketik help", "Unknown command; type help")
HALTED = (
    "PENANDATANGANAN BERHENTI sampai diperiksa: scanner-agent quarantine list",
    "SIGNING IS STOPPED until someone has looked: scanner-agent quarantine list",
)

RECEIPTED = ("Bukti pencatatan diterima", "Receipt received")
QUARANTINED = ("Ditolak buku besar; disimpan di karantina", "Refused by the ledger; kept in quarantine")
ALTERED = (
    "Tanda tangan diubah di perjalanan sebelum tercatat; disimpan di karantina dengan buktinya",
    "A signature was changed on the way, before it was logged; kept in quarantine with the proof",
)
SPLIT_VIEW = (
    "BAHAYA: buku besar menunjukkan dua riwayat; pengiriman berhenti, pencatatan jalan terus",
    "DANGER: the ledger shows two histories; sending has stopped, recording goes on",
)
CHAIN_BEHIND = (
    "BAHAYA: kotak keluar ini tertinggal dari buku besar; penandatanganan berhenti",
    "DANGER: this outbox is behind the ledger; signing has stopped",
)
ROSTER = ("Daftar kepercayaan diperbarui", "Roster brought up to date")
NOT_SENT = ("Belum terkirim; pencatatan jalan terus", "Not sent yet; recording goes on")
SENT_AGAIN = ("Terhubung lagi dengan buku besar", "In touch with the ledger again")
NO_ROSTER = (
    "Belum pernah tersambung: label dan kartu pengenal belum dapat diperiksa",
    "Never connected so far: labels and badges cannot be checked yet",
)
NOT_ENROLLED = (
    "Perangkat ini belum terdaftar; tetap ditandatangani",
    "This device is not enrolled yet; signed all the same",
)

HELP = (
    "Perintah: scan TEKS · pin ANGKA · action KEGIATAN · to/kind/… NILAI · undo · confirm · cancel · status · quit",
    "Commands: scan TEXT · pin DIGITS · action ACTION · to/kind/… VALUE · undo · confirm · cancel · status · quit",
)
