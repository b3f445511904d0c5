"""What is usual in a field, for those who choose instead of typing: as (Bahasa Indonesia, English)."""

from custody.core.words import Pair

ACTIONS: dict[str, Pair] = {
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
DISCREPANCIES: dict[str, Pair] = {
    "missing": ("Kurang", "Missing"),
    "extra": ("Lebih", "Extra"),
    "damaged": ("Rusak", "Damaged"),
    "swapped": ("Tertukar", "Swapped"),
    "wrong-data": ("Data keliru", "Wrong data"),
}
PURPOSES: dict[str, Pair] = {
    "rekapitulasi": ("Rekapitulasi", "Count of results"),
    "psu": ("Pemungutan suara ulang", "Repeat vote"),
    "putusan": ("Putusan pengadilan", "Court order"),
}
CONDITIONS: dict[str, Pair] = {"good": ("Baik", "Good"), "damaged": ("Rusak", "Damaged"), "wet": ("Basah", "Wet")}
SEAL_STATES: dict[str, Pair] = {
    "intact": ("Segel utuh", "Seal intact"),
    "broken": ("Segel rusak", "Seal broken"),
    "missing": ("Segel hilang", "Seal missing"),
}
REASONS: dict[str, Pair] = {
    "label rusak / label damaged": ("Label rusak", "Label damaged"),
    "tanpa kode / no code on it": ("Tidak ada kodenya", "No code on it"),
    "pembaca rusak / reader broken": ("Pembaca rusak", "Reader broken"),
}
"""For typing ids: the value is itself what the note says."""
SPELLED_FIELDS: dict[str, Pair] = {"quantity": ("Jumlah isi", "Quantity"), "vehicle": ("Kendaraan", "Vehicle")}
"""Fields that are filled by digit and letter cards."""
