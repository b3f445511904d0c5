"""The words of the documents, as offices in Indonesia have them: (Bahasa Indonesia, English)."""

from collections.abc import Mapping

from custody.core.choices import SEAL_STATES as SEALS
from scanner_agent import texts
from scanner_agent.texts import Words

TITLES: dict[str, Words] = {
    "handover": ("Berita Acara Serah Terima", "Record of handover"),
    "release": ("Berita Acara Serah Terima (Penyerahan)", "Record of handover: release"),
    "accept": ("Berita Acara Serah Terima (Penerimaan)", "Record of handover: acceptance"),
    "depart": ("Surat Jalan", "Consignment note"),
}
FIRST_PARTY: Words = ("PIHAK PERTAMA", "First party, who gives")
SECOND_PARTY: Words = ("PIHAK KEDUA", "Second party, who receives")
ON_PAPER: Words = ("tanpa kartu pengenal; menandatangani di atas kertas", "without a badge; signs on paper")
OFFICIAL: Words = ("Pejabat lain", "Other official")
SENDER: Words = ("Yang memberangkatkan", "Sender")
DRIVER: Words = ("Pengangkut / pengemudi", "Carrier / driver")
ESCORT: Words = ("Pengawalan Polri", "Police escort")
AT_DESTINATION: Words = ("Penerima di tujuan", "Receiver at the destination")
ERASED: Words = ("data sudah dihapus, hash-nya", "erased, its hash")
UNNUMBERED = "segel tanpa nomor"
EXPECTED = "seharusnya"
SEAL_STATES = {"broken": "rusak", "missing": "hilang"}
COUNTED = {"items": "barang", "seals": "segel terbaca"}
DETAILS: dict[str, Words] = {
    "from": ("Lokasi", "Place"),
    "to": ("Tujuan", "Destination"),
    "count": ("Jumlah", "Count"),
    "vehicle": ("Kendaraan", "Vehicle"),
    "carrier": ("Pengangkut", "Carrier"),
    "compartment": ("Segel ruang muat", "Compartment seals"),
    "broken": SEALS["broken"],
    "missing": SEALS["missing"],
    "purpose": ("Keperluan", "Purpose"),
    "condition": ("Keadaan", "Condition"),
    "note": ("Catatan", "Note"),
    "refs": ("Merujuk", "Refers to"),
    "warnings": ("Peringatan", "Warnings shown"),
}
WARNINGS: dict[str, Words] = {
    **texts.SIGNERS,
    "label-bad": ("label tidak sah", "label not authentic"),
    "label-foreign-host": ("label menunjuk ke alamat asing", "label links to a foreign host"),
    "manifest-missing": texts.MISSING_ITEMS,
    "manifest-extra": texts.EXTRA_ITEMS,
    "wrong-destination": ("bukan tujuan yang direncanakan", "not the planned destination"),
    "seal-missing": ("segel yang tercatat hilang", "a recorded seal missing"),
    "seal-differs": ("nomor segel lain dari yang tercatat", "seal number other than recorded"),
    "seal-reused": ("satu nomor segel terbaca pada dua barang", "one seal number read on two items"),
    "seal-twice": ("satu nomor segel terbaca di dua tempat", "one seal number read in two places"),
    "seal-changed": ("segel berubah tanpa catatan pelepasan", "seals changed with no unsealing on record"),
    "opened-sealed": ("dibuka tanpa catatan pelepasan segel", "opened with no unsealing on record"),
    "accepted-by-another": ("diterima pihak lain dari yang dituju", "accepted by another than named"),
    "accepted-by-colleague": ("diterima rekan dari yang dituju", "accepted by a colleague of who was named"),
    "accepted-without-release": ("diterima tanpa penyerahan yang tercatat", "accepted with no release on record"),
    "released-by-non-custodian": (
        "dipindahtangankan tanpa tanda tangan pemegangnya",
        "passed on without its custodian's signature",
    ),
    "district-differs": ("jenis surat suara atau dapil berbeda", "other ballot type or district"),
    "count-differs": ("jumlah berbeda dari yang tercatat", "count other than recorded"),
    "contents-differ": ("isinya tidak lengkap atau berlebih", "contents other than planned"),
    "photograph-missing": ("tanpa foto yang diminta", "without the photograph that is asked for"),
    "too-few-signatures": ("kurang tanda tangan dari yang diminta", "fewer signatures than asked for"),
    "wrong-role": ("peran petugas tidak berwenang melakukannya", "by a role that may not do this"),
    "after-retirement": ("dipakai setelah dinyatakan tidak dipakai lagi", "used after it was retired"),
}
"""By the codes that an agent writes into an event."""
_ACTS: dict[str, Words] = {
    "handover": (
        "PIHAK PERTAMA menyerahkan kepada PIHAK KEDUA, dan PIHAK KEDUA menerima dari PIHAK PERTAMA,",
        "The first party gives to the second party, and the second party receives,",
    ),
    "release": ("PIHAK PERTAMA menyerahkan kepada PIHAK KEDUA", "The first party gives to the second party"),
    "accept": ("PIHAK KEDUA menerima dari PIHAK PERTAMA", "The second party receives from the first party"),
}


def sentence(action: str, counted: Mapping[str, tuple[int, str]], to: str | None) -> Words:
    """What the parties declare. `counted`: items and seals, each as a number and in words."""
    (items, items_words), (seals, seals_words) = counted["items"], counted["seals"]
    with_seals = (f" dengan {seals} ({seals_words}) segel", f" with {_plural(seals, 'seal')}") if seals else ("", "")
    onward = (f" untuk diteruskan ke {to},", f" to go on to {to},") if to else ("", "")
    act = _ACTS[action]
    return (
        f"{act[0]} logistik pemilu sebanyak {items} ({items_words}) barang{with_seals[0]},{onward[0]} sebagaimana "
        "tercantum dalam Lampiran yang merupakan bagian tidak terpisahkan dari Berita Acara ini.",
        f"{act[1]} {_plural(items, 'item')} of election logistics{with_seals[1]},{onward[1]} as listed in the annex.",
    )


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
