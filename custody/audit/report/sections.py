"""Under which heading of the report each kind of finding stands."""

from custody.audit.report.figures import Section
from custody.core.findings import CATALOGUE

_CODES: dict[Section, str] = {
    "quantity": "discrepancy-missing discrepancy-short discrepancy-extra unknown-item commissioned-twice count-differs "
    "contents-differ container-cycle container-too-deep container-full moved-too-many",
    "kind": "discrepancy-swapped discrepancy-wrong-data district-differs kind-differs label-bad label-foreign-host",
    "quality": "discrepancy-damaged seal-missing seal-broken seal-differs seal-changed seal-reused opened-sealed "
    "unsealed too-few-seals photograph-missing",
    "destination": "accepted-by-another accepted-by-colleague two-places custody-break wrong-destination "
    "released-by-non-custodian accepted-without-release release-open site-skipped unknown-site after-retirement "
    "too-few-signatures wrong-role paper-receipt one-device",
    "time": "late at-risk clock-ahead clock-before-cause clock-jump clock-mono-back boot-returned late-entry",
    "evidence": "split-view chain-fork chain-gap signature-bad signer-unknown signer-not-valid signer-revoked "
    "signer-compromised signer-uncertain correction-unauthorised too-many-events manual-entry warning-overridden",
}
_SECTIONS = {code: section for section, codes in _CODES.items() for code in codes.split()}

SECTIONS: dict[str, Section] = {code: _SECTIONS[code] for code in CATALOGUE}
"""By code; every code of the catalogue has one."""
