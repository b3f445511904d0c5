"""What roster statements are called, why a key is revoked, and why a statement has no effect: (Bahasa Indonesia,
English)."""

from custody.core.words import Pair

KINDS: dict[str, Pair] = {
    "root": ("Kunci akar", "Root"),
    "authority": ("Otoritas", "Authority"),
    "site": ("Lokasi", "Site"),
    "device": ("Perangkat", "Device"),
    "handler": ("Petugas", "Handler"),
    "label-issuer": ("Penerbit label", "Label issuer"),
    "auditor": ("Auditor", "Auditor"),
    "advisor": ("Penasihat", "Advisor"),
    "revoke": ("Pencabutan", "Revocation"),
    "plan": ("Rencana pengiriman", "Delivery plan"),
    "policy": ("Kebijakan", "Policy"),
    "resolve": ("Penyelesaian ketidaksesuaian", "Resolved finding"),
}
"""By the `kind` member."""

REVOKED: dict[str, Pair] = {
    "retired": ("tidak dipakai lagi", "retired"),
    "lost": ("hilang", "lost"),
    "compromised": ("dikuasai orang lain", "in others' hands"),
}
"""Why a key is trusted no more, by the `reason` member."""

NO_EFFECT: dict[str, Pair] = {
    "fork": (
        "pernyataan lain dari otoritas ini menempati tempatnya di log",
        "another statement of this authority stands at its place in the log",
    ),
    "issuer-revoked": ("kunci penanda tangannya sudah dicabut", "the signing key is revoked"),
    "not-for-root-keys": (
        "kunci akar hanya menandatangani pernyataan root, authority, dan revoke",
        "root keys sign only root, authority and revoke",
    ),
    "not-for-auditor-keys": (
        "kunci auditor hanya menandatangani penyelesaian ketidaksesuaian",
        "an auditor's key signs only what becomes of findings",
    ),
    "below-threshold": ("kunci akar yang menandatangani terlalu sedikit", "too few root keys sign"),
    "site-known": ("lokasi ini sudah ada dalam daftar", "the site is in the roster already"),
    "parent-unknown": ("lokasi di atasnya belum ada dalam daftar", "the site above it is not in the roster"),
    "site-unknown": ("lokasi ini belum ada dalam daftar", "the site is not in the roster"),
    "key-known": (
        "kunci ini sudah terdaftar; kunci hanya didaftarkan sekali",
        "the key is enrolled already; a key is enrolled once ever",
    ),
    "key-unknown": ("kunci ini tidak terdaftar", "the key is not enrolled"),
    "not-an-authority": (
        "kunci ini bukan milik otoritas, jadi tidak mendaftarkan apa pun",
        "the key is no authority's, so it enrolled nothing",
    ),
    "already-revoked": ("kunci ini sudah dicabut", "the key is revoked already"),
    "root-keys-change-by-root-statement": (
        "kunci akar hanya berganti lewat pernyataan root",
        "root keys change by a root statement only",
    ),
    "out-of-scope": ("di luar wilayah otoritas yang menandatangani", "it lies outside the signing authority's sites"),
    "handler-out-of-scope": (
        "kartu pengenal petugas itu yang berlaku milik lokasi di luar wilayah otoritas yang menandatangani",
        "the handler's present badge belongs to a site outside the signing authority's",
    ),
    "item-out-of-scope": (
        "suatu barang sudah direncanakan ke lokasi di luar wilayah otoritas yang menandatangani; mintalah otoritas di"
        " atas keduanya",
        "an item is planned already, to a site outside the signing authority's; ask the authority above both",
    ),
}
"""By the word that admission gives."""
