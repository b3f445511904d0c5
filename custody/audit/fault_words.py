"""What the faults of a log are called: Bahasa Indonesia first. What each found exactly is told in English."""

from custody.core.words import Pair

FAULTS: dict[str, Pair] = {
    "malformed": ("bentuknya tidak sesuai format", "not in the format"),
    "oversize": ("lebih besar daripada yang diizinkan format", "larger than the format allows"),
    "cut-short": ("terpotong sebelum selesai", "cut short"),
    "unsafe": ("nama atau jenis berkas yang berbahaya", "an unsafe name or kind of file"),
    "newer-format": ("format lebih baru daripada program ini", "of a newer format than this software"),
    "wrong-log": ("milik log lain", "of another log"),
    "bad-key": ("kunci yang tidak boleh dipakai", "a key that may not be used"),
    "bad-signature": ("tanda tangan tidak sah", "a signature that does not verify"),
    "unknown-issuer": ("penerbit yang tidak terdaftar", "an issuer that is not enrolled"),
    "wrong-role": ("kunci dipakai di luar perannya", "a key used beyond its role"),
    "no-effect": ("pernyataan daftar yang tidak mengubah apa pun", "a roster statement that changes nothing"),
    "roster-gap": (
        "pernyataan daftar yang pendahulunya tidak ada",
        "a roster statement whose predecessor is not there",
    ),
    "bad-proof": ("tidak cocok dengan akar yang ditandatangani", "not what the signed root commits to"),
    "bad-history": ("riwayat yang tidak mungkin dari log yang jujur", "a history that no honest log has"),
    "split-view": ("dua riwayat yang berbeda dari log yang sama", "two histories of one log"),
    "storage-fault": ("isi yang tersimpan tidak sesuai", "what is stored does not fit"),
}
"""By the `kind` of `custody.core.errors`."""
