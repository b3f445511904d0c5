"""What was found before an item's history read otherwise: nothing disappears (FORMAT.md, "Corrections", "Plan")."""

from collections.abc import Iterable, Mapping, Sequence

from custody.core.draft import Draft
from custody.core.history import Logged
from custody.core.item import Track, Used


def keep_corrected(
    tracks: Mapping[str, Track], uncorrected: Mapping[str, Track], order: Sequence[Logged], valid: Sequence[Logged]
) -> None:
    """What was found before a correction stays, closed by it: by that of the finding's cause, or else by the first.

    So does the number of a seal that was on an item by what was corrected.
    """
    by_index = {one.index: one for one in order}
    when = {one.id: one.when for one in order}
    for item, track in uncorrected.items():
        # What it was in may have been corrected, and not itself: the corrections that name it come first.
        menders = sorted(valid, key=lambda one: item not in one.event.items)
        for draft in track.drafts:
            mender = _mender(menders, draft.subject, draft.since, when)
            if mender is not None:
                _keep(tracks[item], [draft], mender.index, mender.when)
        for number, used in track.numbers.items():
            cause = by_index[used.index]
            mender = _mender(menders, cause.id, cause.when, when)
            if mender is not None and number not in tracks[item].numbers:
                tracks[item].numbers[number] = Used(used.index, back=(mender.index, mender.when))


def keep_replanned(tracks: Mapping[str, Track], before: Mapping[str, Track], number: int) -> None:
    """What was found by a plan that another has replaced stays, closed by that."""
    for item, track in before.items():
        if number + 1 < len(track.plans):
            mender = track.plans[number + 1]
            _keep(tracks[item], [one for one in track.drafts if one.since < mender.since], mender.index, mender.since)


def _mender(menders: Sequence[Logged], subject: str, since: int, when: Mapping[str, int]) -> Logged | None:
    """The correction that ends what began at `since` by a statement, `subject`; `when` each happened, by its id.

    What its cause brought with it was there before that was corrected, whatever the correction's clock says.
    """
    begun = since <= when.get(subject, -1)
    of_cause = [one for one in menders if one.event.refs[0] == subject]
    later = [one for one in menders if one.when > since]
    first = (one for one in of_cause if begun or one in later)
    return next(first, later[0] if later else None)


def _keep(track: Track, drafts: Iterable[Draft], mender: int, time: int) -> None:
    found = {draft.key for draft in track.drafts}
    for draft in drafts:
        if draft.key not in found:
            if draft.closed_at is None or draft.closed_at > time:
                draft.close(mender, time)
            track.drafts.append(draft)
