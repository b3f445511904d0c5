"""What is usual in a field, for those who choose instead of typing: as (Bahasa Indonesia, English)."""

from scanner_agent.texts import Words

DISCREPANCIES: dict[str, Words] = {
    "missing": ("Kurang", "Missing"),
    "extra": ("Lebih", "Extra"),
    "damaged": ("Rusak", "Damaged"),
    "swapped": ("Tertukar", "Swapped"),
    "wrong-data": ("Data keliru", "Wrong data"),
}
PURPOSES: dict[str, Words] = {
    "rekapitulasi": ("Rekapitulasi", "Count of results"),
    "psu": ("Pemungutan suara ulang", "Repeat vote"),
    "putusan": ("Putusan pengadilan", "Court order"),
}
CONDITIONS: dict[str, Words] = {"good": ("Baik", "Good"), "damaged": ("Rusak", "Damaged"), "wet": ("Basah", "Wet")}
SEAL_STATES: dict[str, Words] = {
    "intact": ("Segel utuh", "Seal intact"),
    "broken": ("Segel rusak", "Seal broken"),
    "missing": ("Segel hilang", "Seal missing"),
}
REASONS: dict[str, Words] = {
    "label rusak / label damaged": ("Label rusak", "Label damaged"),
    "tanpa kode / no code on it": ("Tidak ada kodenya", "No code on it"),
    "pembaca rusak / reader broken": ("Pembaca rusak", "Reader broken"),
}
"""For typing ids: the value is itself what the note says."""
