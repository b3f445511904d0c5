"""What the words of code lists are called, wherever people read them: (Bahasa Indonesia, English)."""

from collections.abc import Mapping

from custody.core.head import HandlerRole, SiteCategory

Pair = tuple[str, str]

KINDS = {
    "ballot-box": ("Kotak suara", "Ballot box"),
    "voting-booth": ("Bilik suara", "Voting booth"),
    "ballot-bundle": ("Bundel surat suara", "Ballot bundle"),
    "form-envelope": ("Sampul formulir", "Form envelope"),
    "supplies-bag": ("Kantong perlengkapan", "Supplies bag"),
    "container": ("Kontainer", "Container"),
}
"""What is usually labelled. An event's `kind` may be any other word as well."""

ROLES: dict[HandlerRole, tuple[str, str]] = {
    "staff": ("Petugas logistik", "Staff"),
    "carrier": ("Pengangkut", "Carrier"),
    "escort": ("Pengawalan Polri", "Police escort"),
    "supervisor": ("Pengawas", "Supervisor"),
    "party-agent": ("Saksi", "Party agent"),
}

IN_FINDINGS: dict[str, Pair] = {
    "forged": ("tanda tangan label palsu", "its signature is forged"),
    "unknown-issuer": ("penerbit label tidak dikenal", "its issuer is unknown"),
    "out-of-range": ("penerbit label tidak berhak atas id ini", "its issuer has no right to this id"),
    "staff": ("staf", "staff"),
    "carrier": ("pengangkut", "carrier"),
    "escort": ("pengawal", "escort"),
    "supervisor": ("pengawas", "supervisor"),
    "party-agent": ("saksi", "party agent"),
    "paper": ("seseorang tanpa kartu pengenal", "somebody without a badge"),
}
"""Within a finding's sentence: label verdicts, handlers' roles, and who receives on paper."""

ACTIONS: dict[str, Pair] = {
    "commission": ("Pendaftaran barang", "Commission"),
    "pack": ("Pengemasan ke dalam wadah", "Pack"),
    "unpack": ("Pengeluaran dari wadah", "Unpack"),
    "seal": ("Penyegelan", "Seal"),
    "unseal": ("Pelepasan segel", "Unseal"),
    "inspect": ("Pemeriksaan", "Inspect"),
    "handover": ("Serah terima", "Handover"),
    "release": ("Penyerahan", "Release"),
    "accept": ("Penerimaan", "Accept"),
    "depart": ("Keberangkatan", "Depart"),
    "arrive": ("Kedatangan", "Arrive"),
    "store": ("Penyimpanan", "Store"),
    "open": ("Pembukaan kotak", "Open"),
    "close": ("Penutupan kotak", "Close"),
    "discrepancy": ("Kejadian khusus", "Discrepancy"),
    "correct": ("Perbaikan catatan", "Correction"),
    "retire": ("Akhir pemakaian", "Retire"),
}
KEY_ROLES: dict[str, Pair] = {
    "root": ("kunci akar", "root"),
    "authority": ("otoritas", "authority"),
    "device": ("perangkat", "device"),
    "handler": ("petugas", "handler"),
    "label-issuer": ("penerbit label", "label issuer"),
    "auditor": ("auditor", "auditor"),
    "advisor": ("penasihat", "advisor"),
}
SITE_CATEGORIES: dict[SiteCategory, Pair] = {
    "office": ("Kantor", "Office"),
    "warehouse": ("Gudang", "Warehouse"),
    "printer": ("Percetakan", "Printer"),
    "port": ("Pelabuhan", "Port"),
    "district": ("Kecamatan", "District"),
    "village": ("Desa/kelurahan", "Village"),
    "polling-station": ("TPS", "Polling station"),
}
ITEM_STATUSES: dict[str, Pair] = {
    "planned": ("direncanakan", "planned"),
    "held": ("dipegang", "held"),
    "in-transit": ("dalam perjalanan", "in transit"),
    "uncertain": ("tidak pasti", "uncertain"),
    "contained": ("di dalam wadah", "in a container"),
    "retired": ("tidak dipakai lagi", "retired"),
}
BALLOT_TYPES: dict[str, Pair] = {
    "ppwp": ("Presiden dan Wakil Presiden", "President and Vice-President"),
    "dpr": ("DPR", "DPR"),
    "dpd": ("DPD", "DPD"),
    "dprd-prov": ("DPRD Provinsi", "DPRD, province"),
    "dprd-kab": ("DPRD Kabupaten/Kota", "DPRD, regency or city"),
}
"""What is usual. A `ballot_type` may be any other word as well."""
DELIVERY_STATUSES: dict[str, Pair] = {
    "delivered": ("sudah sampai", "delivered"),
    "on-time": ("tepat waktu", "on time"),
    "at-risk": ("terancam terlambat", "at risk"),
    "late": ("terlambat", "late"),
}
SEVERITIES: dict[str, Pair] = {
    "critical": ("kritis", "critical"),
    "major": ("besar", "major"),
    "minor": ("kecil", "minor"),
}


def in_both(pair: Pair) -> str:
    """In both languages at once, as on a terminal; what is the same in both, once."""
    return " / ".join(dict.fromkeys(pair))


def both(words: Mapping[str, Pair]) -> dict[str, str]:
    """Each of them so."""
    return {code: in_both(pair) for code, pair in words.items()}
