"""The catalogue of findings: what the rules may say is wrong, how grave it is, and what explains it (FORMAT.md).

The order is precedence: of two findings about one thing the earlier is the root. `under` therefore names earlier codes
only. What people read of a code stands in `finding_texts`.
"""

import base64
import hashlib
from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from custody.core.finding_texts import TEXTS
from custody.core.finding_titles import TITLES
from custody.core.words import IN_FINDINGS, KINDS

Language = Literal["id", "en"]


class Severity(StrEnum):
    """How grave a finding is, the gravest first."""

    CRITICAL = "critical"
    MAJOR = "major"
    MINOR = "minor"


class Code(Struct, frozen=True):
    """A kind of finding: its texts with placeholders for `facts`, and the practice that it comes from.

    It is a consequence, shown beneath, of a finding whose code is in `under` on the same item or event.
    """

    code: str
    severity: Severity
    id: str
    en: str
    practice: str
    under: frozenset[str]


_DISCREPANCIES = (
    "discrepancy-missing discrepancy-short discrepancy-swapped discrepancy-extra discrepancy-damaged "
    "discrepancy-wrong-data"
)
_OUTSIDE = "container-cycle container-too-deep container-full"
_LATE = "discrepancy-missing two-places custody-break release-open wrong-destination"

_TABLE: list[tuple[str, Severity, str]] = [
    # The log and the chains
    ("split-view", Severity.CRITICAL, ""),
    ("chain-fork", Severity.CRITICAL, ""),
    ("chain-gap", Severity.MAJOR, ""),
    # Keys
    ("signature-bad", Severity.CRITICAL, ""),
    ("signer-unknown", Severity.MAJOR, ""),
    ("signer-not-valid", Severity.MAJOR, ""),
    ("signer-revoked", Severity.MAJOR, ""),
    ("signer-compromised", Severity.CRITICAL, ""),
    ("signer-uncertain", Severity.MINOR, ""),
    # Clocks
    ("clock-ahead", Severity.MAJOR, ""),
    ("clock-before-cause", Severity.MAJOR, ""),
    ("clock-jump", Severity.MINOR, ""),
    ("clock-mono-back", Severity.MAJOR, ""),
    ("boot-returned", Severity.MAJOR, ""),
    ("late-entry", Severity.MINOR, ""),
    # Who signed, and how it was read
    ("too-few-signatures", Severity.MAJOR, ""),
    ("wrong-role", Severity.MAJOR, ""),
    ("paper-receipt", Severity.MINOR, ""),
    ("one-device", Severity.MINOR, ""),
    ("manual-entry", Severity.MINOR, ""),
    ("photograph-missing", Severity.MINOR, ""),
    ("warning-overridden", Severity.MINOR, ""),
    # Labels and items
    ("label-bad", Severity.CRITICAL, ""),
    ("label-foreign-host", Severity.MAJOR, ""),
    ("unknown-site", Severity.MAJOR, ""),
    ("after-retirement", Severity.MAJOR, ""),
    ("correction-unauthorised", Severity.MAJOR, ""),
    # What people at the place report
    ("discrepancy-missing", Severity.CRITICAL, ""),
    ("discrepancy-short", Severity.CRITICAL, ""),
    ("discrepancy-swapped", Severity.CRITICAL, ""),
    ("discrepancy-extra", Severity.MAJOR, ""),
    ("unknown-item", Severity.MAJOR, "discrepancy-extra"),
    ("discrepancy-damaged", Severity.MAJOR, ""),
    ("discrepancy-wrong-data", Severity.MAJOR, ""),
    # Custody
    ("accepted-by-another", Severity.CRITICAL, ""),
    ("accepted-by-colleague", Severity.MINOR, ""),
    ("two-places", Severity.CRITICAL, ""),
    ("commissioned-twice", Severity.MAJOR, "after-retirement two-places"),
    ("custody-break", Severity.CRITICAL, "two-places"),
    ("wrong-destination", Severity.CRITICAL, "two-places"),
    ("released-by-non-custodian", Severity.MAJOR, "two-places custody-break"),
    ("accepted-without-release", Severity.MAJOR, "two-places wrong-destination released-by-non-custodian"),
    ("release-open", Severity.MAJOR, "discrepancy-missing wrong-destination"),
    ("site-skipped", Severity.MINOR, "two-places wrong-destination"),
    # Seals
    ("seal-missing", Severity.CRITICAL, ""),
    ("seal-broken", Severity.CRITICAL, ""),
    ("seal-differs", Severity.CRITICAL, ""),
    ("seal-changed", Severity.CRITICAL, "seal-missing seal-broken seal-differs"),
    ("seal-reused", Severity.CRITICAL, "seal-missing seal-broken seal-differs seal-changed"),
    ("opened-sealed", Severity.CRITICAL, "seal-missing seal-broken seal-differs"),
    ("unsealed", Severity.CRITICAL, "seal-missing seal-broken"),
    ("too-few-seals", Severity.MAJOR, "seal-missing seal-broken seal-changed opened-sealed unsealed"),
    # Contents
    ("container-cycle", Severity.MAJOR, ""),
    ("container-too-deep", Severity.MINOR, ""),
    ("container-full", Severity.MINOR, ""),
    ("moved-too-many", Severity.MINOR, ""),
    ("too-many-events", Severity.MAJOR, ""),
    ("district-differs", Severity.CRITICAL, "discrepancy-swapped discrepancy-wrong-data commissioned-twice"),
    ("kind-differs", Severity.MAJOR, f"{_DISCREPANCIES} commissioned-twice"),
    ("count-differs", Severity.MAJOR, f"{_DISCREPANCIES} commissioned-twice {_OUTSIDE}"),
    ("contents-differ", Severity.MAJOR, f"{_DISCREPANCIES} commissioned-twice {_OUTSIDE} count-differs"),
    # Time
    ("late", Severity.MAJOR, _LATE),
    ("at-risk", Severity.MINOR, f"{_LATE} late"),
]

CATALOGUE = {code: Code(code, severity, *TEXTS[code], frozenset(under.split())) for code, severity, under in _TABLE}


def finding_id(code: str, subject: str) -> str:
    """`f-` and the first 130 bits, in lower-case base32, of SHA-256(code LF subject)."""
    digest = hashlib.sha256(f"{code}\n{subject}".encode()).digest()
    return "f-" + base64.b32encode(digest)[:26].decode().lower()


def text(code: str, facts: Mapping[str, str | int], language: Language) -> str:
    """What a finding says. `facts` are as a reader should see them, times above all; `ms` alone is a raw duration."""
    template = CATALOGUE[code].id if language == "id" else CATALOGUE[code].en
    return template.format_map({name: _shown(code, name, fact, language) for name, fact in facts.items()})


def _shown(code: str, name: str, fact: str | int, language: Language) -> str | int:
    """A fact in the reader's language: a word of a code list only where one can stand, for ids may be words as well."""
    said = _WORDS.get((code, name), {}).get(str(fact))
    if said is not None:
        return said[language == "en"]
    if name == "ms":
        return duration(int(fact), language)
    if name in ("seal", "recorded", "read") and isinstance(fact, int):
        return f"tanpa nomor ({fact})" if language == "id" else f"without a number ({fact})"
    return fact


_KINDS = {kind: (indonesian.lower(), english.lower()) for kind, (indonesian, english) in KINDS.items()}
_WORDS: dict[tuple[str, str], Mapping[str, tuple[str, str]]] = {
    ("label-bad", "verdict"): IN_FINDINGS,
    ("wrong-role", "role"): IN_FINDINGS,
    ("accepted-by-another", "got"): IN_FINDINGS,
    ("accepted-by-colleague", "got"): IN_FINDINGS,
    ("kind-differs", "wanted"): _KINDS,
    ("kind-differs", "got"): _KINDS,
    ("warning-overridden", "warning"): TITLES,
}
"""By code and fact the words of the code list that it is of."""


_UNITS = [
    (86_400_000, ("hari", "day")),
    (3_600_000, ("jam", "hour")),
    (60_000, ("menit", "minute")),
    (1000, ("detik", "second")),
    (1, ("milidetik", "millisecond")),
]


def duration(ms: int, language: Language) -> str:
    """The two largest units of a duration, the rest cut off: `2 hours 5 minutes`, `2 jam 5 menit`."""
    first = next((at for at, (size, _) in enumerate(_UNITS) if ms >= size), len(_UNITS) - 1)
    parts: list[str] = []
    for size, (indonesian, english) in _UNITS[first : first + 2]:
        count, ms = divmod(ms, size)
        if count or not parts:
            parts.append(f"{count} {indonesian}" if language == "id" else f"{count} {english}{'s' * (count != 1)}")
    return " ".join(parts)
