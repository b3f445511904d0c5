"""What kinds of items and roles of handlers are called on paper: (Bahasa Indonesia, English)."""

from custody.core.head import HandlerRole

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
