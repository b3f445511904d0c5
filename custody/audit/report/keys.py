"""Keys that are trusted no more, and what they had signed."""

from collections import Counter

from custody.audit.report.figures import Keys, RevokedKey
from custody.audit.report.material import Material
from custody.core.roster import Handler
from custody.core.trusted import EnrolledKey

_OUTSIDE = frozenset({"signer-revoked", "signer-compromised"})
_UNCERTAIN = "signer-uncertain"


def keys(material: Material) -> Keys:
    """By the order in which the log had the revocations."""
    touched: dict[str, dict[str, set[int]]] = {}
    for draft in material.drafts:
        if draft.code in _OUTSIDE or draft.code == _UNCERTAIN:
            key = draft.subject.rpartition("/")[2]
            touched.setdefault(key, {}).setdefault(draft.code, set()).add(draft.evidence[0])
    known = material.state.keys
    revoked = [_row(material, key, one, touched.get(key, {})) for key, one in known.items() if one.revoked is not None]
    enrolled = Counter(one.role for one in known.values())
    return Keys(dict(sorted(enrolled.items())), sorted(revoked, key=lambda row: (row.index, row.key)))


def _row(material: Material, key: str, known: EnrolledKey, touched: dict[str, set[int]]) -> RevokedKey:
    assert known.revoked is not None  # noqa: S101  # the caller looked
    said = material.revocations[known.revoked.issuer, known.revoked.seq]
    outside = set().union(*(found for code, found in touched.items() if code in _OUTSIDE))
    uncertain = touched.get(_UNCERTAIN, set())
    items = {item for index in outside | uncertain for item in material.event(index).event.items}
    return RevokedKey(
        key=key,
        role=known.role,
        handler=known.enrolment.handler if isinstance(known.enrolment, Handler) else None,
        site=known.site,
        reason=known.revoked.reason,
        since=known.revoked.since,
        index=said.index,
        received=said.received,
        events=sum(1 for _ in material.memory.signed_by(key)),
        outside=len(outside),
        uncertain=len(uncertain),
        items=len(items),
    )
