"""What is declared of findings, and what of that counts (FORMAT.md, "Resolving").

Who closes a finding answers for every place where it was found, with a key that was nobody else's by then.
"""

from collections.abc import Callable, Mapping, Sequence

from msgspec.structs import replace

from custody.core.draft import Draft, Resolution
from custody.core.findings import finding_id
from custody.core.trusted import State

SiteAt = Callable[[int], str]
"""Where the event at an index happened."""

OF_PLANS = ("late", "at-risk")
"""Found by a plan: at the site that a delivery is to reach."""
OF_CHAINS = ("chain-fork", "chain-gap")
"""Found in what a device has said, wherever it was."""


def with_resolution(
    draft: Draft, resolutions: Mapping[str, Sequence[Resolution]], roster: State, site_at: SiteAt
) -> Draft:
    """The draft with the last resolution of its finding (by id) that counts for it, if there is one, and with those
    that do not."""
    said = resolutions.get(finding_id(draft.code, draft.subject))
    if not said:
        return draft
    places = places_of(draft, roster, site_at)
    counting = [one for one in said if draft.since <= one.time and _counts(one, places, roster)]
    void = [one.index for one in said if one not in counting]
    return replace(draft, resolved=counting[-1] if counting else None, void=void)


def sites_of(draft: Draft, site_at: SiteAt) -> list[str]:
    """Where it was found: at the site of its cause, and of all else that is evidence of it."""
    if draft.code in OF_PLANS:
        return [str(draft.facts["to"])]
    if draft.code == "clock-before-cause" and draft.item is None:
        return [site_at(draft.evidence[0])]  # what it is earlier than happened in the log, and need not be an event
    return list(dict.fromkeys(map(site_at, draft.evidence)))


def places_of(draft: Draft, roster: State, site_at: SiteAt) -> Sequence[str | None]:
    """Where who closes it has to answer for: where it was found; of a device's chain, where the device belongs."""
    if draft.code in OF_CHAINS:
        return [roster.keys[str(draft.facts["issuer"])].site]
    return sites_of(draft, site_at)


def _counts(one: Resolution, places: Sequence[str | None], roster: State) -> bool:
    known = roster.keys[one.issuer]
    revoked = known.revoked
    if revoked is not None and revoked.since is not None and one.received >= revoked.since:
        return False  # nobody can say that it was signed before the key was in others' hands
    return all(roster.within(site, known.site) for site in places)
