"""Of how many items the chain of custody is unbroken."""

from collections import Counter
from collections.abc import Iterable, Iterator

from custody.audit.report.changes import HANDS_OVER
from custody.audit.report.figures import Custody
from custody.audit.report.inside import Inside
from custody.audit.report.material import Material
from custody.core.draft import Draft
from custody.core.item import Track
from custody.core.standing import DOUBTS

BREAKS = frozenset(
    {"accepted-by-another", "released-by-non-custodian", "accepted-without-release", "unknown-item", *DOUBTS}
)
"""Found of an item: nobody can say who had it, or somebody had it who was not given it by who had."""
UNSIGNED = frozenset(
    {
        "too-few-signatures",
        "signature-bad",
        "signer-unknown",
        "signer-not-valid",
        "signer-revoked",
        "signer-compromised",
    }
)
"""Found of a statement: if by that something changes hands, not both parties have signed with keys that count."""


def custody(material: Material, inside: Inside, tracks: Iterable[Track]) -> Custody:
    """Of the items that any event names: what is found of a container is found of all that was in it then."""
    broken = _breaks(material, inside)
    items: Counter[str] = Counter()
    breaks: Counter[str] = Counter()
    for track in tracks:
        if track.item.last is None:
            continue
        found = broken.get(track.id)
        items["items"] += 1
        items["unbroken" if found is None else "broken" if any(found.values()) else "mended"] += 1
        breaks.update(list(found or ()))  # each once, whatever stands
    return Custody(items["items"], items["unbroken"], items["mended"], items["broken"], dict(sorted(breaks.items())))


def _breaks(material: Material, inside: Inside) -> dict[str, dict[str, bool]]:
    """By item and code, whether any such break stands."""
    found: dict[str, dict[str, bool]] = {}
    for draft in material.drafts:
        for item in _items(material, inside, draft):
            codes = found.setdefault(item, {})
            codes[draft.code] = codes.get(draft.code, False) or draft.stands
    return found


def _items(material: Material, inside: Inside, draft: Draft) -> Iterator[str]:
    if draft.code not in BREAKS and draft.code not in UNSIGNED:
        return
    cause = material.event(draft.evidence[0])
    if draft.code in UNSIGNED and cause.event.action not in HANDS_OVER:
        return
    for item in cause.event.items if draft.item is None else [draft.item]:
        yield item
        if material.tracks[item].linked:
            yield from sorted(inside.at(item, cause))
