"""How things changed hands: by both parties' signatures on one device or two, or by less."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence

from msgspec import Struct

from custody.audit.report.figures import Changes, Handovers, Manner
from custody.audit.report.inside import Inside
from custody.audit.report.material import Material
from custody.core.draft import Draft
from custody.core.event import Paper
from custody.core.history import Logged
from custody.core.item import Track

HANDS_OVER = frozenset({"handover", "release", "accept"})
_UNRELEASED = "accepted-without-release"


class Change(Struct, frozen=True):
    """`items` changed hands by an event, and by the `release` that it takes up (of a handover: none)."""

    manner: Manner
    items: list[str]
    release: Logged | None = None


class HandsOver:
    """Reads changes of hands from events as they read now."""

    def __init__(self, material: Material, inside: Inside) -> None:
        self._material = material
        self._inside = inside

    def changes(self, logged: Logged) -> list[Change]:
        """What changed hands by an event; nothing by a release, which somebody has still to accept."""
        if logged.event.action == "handover":
            return [Change(self._by_handover(logged), logged.event.items)]
        if logged.event.action == "accept":
            return list(self._by_acceptance(logged))
        return []

    def accepted_by(self, release: Logged) -> list[Logged]:
        """The acceptances that take up a release, in the log's order."""
        found: dict[int, Logged] = {}
        for item in release.event.items:
            for one in self._material.history(item):
                if one.event.action == "accept" and one.index not in found:
                    taken = (change.release for change in self.changes(one))
                    if any(known is not None and known.index == release.index for known in taken):
                        found[one.index] = one
        return [found[index] for index in sorted(found)]

    def _by_handover(self, logged: Logged) -> Manner:
        signed = self.signed(logged)
        if logged.event.releaser not in signed:
            return "undersigned"
        if isinstance(logged.event.receiver, Paper):
            return "paper"
        return "one-device" if logged.event.receiver in signed else "undersigned"

    def _by_acceptance(self, logged: Logged) -> Iterator[Change]:
        releases: dict[int, tuple[Logged, list[str]]] = {}
        without = []
        found = [part for ref in logged.event.refs for part in self._found(ref) if part.event.action == "release"]
        named = [(part, frozenset(part.event.items)) for part in found]
        for item in logged.event.items:
            track = self._material.tracks[item]
            release = self._release_of(track, logged, named)
            if release is not None:
                releases.setdefault(release.index, (release, []))[1].append(item)
            elif track.has_noted(_UNRELEASED, logged):
                without.append(item)  # else who has it already says so once more
        for release, items in releases.values():
            yield Change(self._by_both(release, logged), items, release)
        if without:
            yield Change("unreleased", without)

    def _by_both(self, release: Logged, logged: Logged) -> Manner:
        if release.event.releaser not in self.signed(release):
            return "undersigned"
        if isinstance(logged.event.receiver, Paper):
            return "paper"
        if logged.event.receiver not in self.signed(logged):
            return "undersigned"
        return "one-device" if release.event.issuer == logged.event.issuer else "two-devices"

    def signed(self, logged: Logged) -> frozenset[str]:
        """Who acts in an event, or in the corrections that it reads by."""
        return frozenset(self._material.acting(logged)) | (logged.agreed or frozenset())

    def _release_of(
        self, track: Track, logged: Logged, named: Sequence[tuple[Logged, Collection[str]]]
    ) -> Logged | None:
        """The release that an acceptance of an item takes up: of those `named` (with what they name) the item's own, or
        the last.
        """
        for draft in track.drafts:
            if draft.code == _UNRELEASED and draft.subject == logged.id:
                return _last(self._closers(draft))
        own = [one for one, items in named if track.id in items] or [one for one, _ in named]
        return own[-1] if own else _last(self._before(track.id, logged))

    def _closers(self, draft: Draft) -> list[Logged]:
        by = draft.closed_by
        return self._material.parts(by) if by is not None and self._material.log.is_event(by) else []

    def _found(self, statement_id: str) -> list[Logged]:
        found = self._material.find(statement_id)
        return self._material.corrections.parts(found) if found is not None else []

    def _before(self, item: str, logged: Logged) -> list[Logged]:
        """What happened before an event to an item, and to what it was in."""
        own = [one for one in self._material.history(item) if one.key < logged.key]
        outer = [
            one
            for begins, ends, container in self._inside.around(item)
            for one in self._material.history(container)
            if begins < one.key < logged.key and (ends is None or one.key <= ends)
        ]
        return sorted(own + outer, key=lambda one: one.key)


def _last(events: Sequence[Logged]) -> Logged | None:
    return next((one for one in reversed(events) if one.event.action == "release"), None)


class ChangeTally:
    """Is told of each change of hands that is covered."""

    def __init__(self) -> None:
        self._times: Counter[Manner] = Counter()
        self._items: Counter[Manner] = Counter()

    def add(self, change: Change) -> None:
        self._times[change.manner] += 1
        self._items[change.manner] += len(change.items)

    def handovers(self, material: Material, tracks: Iterable[Track]) -> Handovers:
        """With what of these items is released and not accepted."""
        open_ = [track.item.release for track in tracks if track.item.release is not None]
        places, scope = material.places, material.scope
        awaited = [
            one.index for one in open_ if scope.has_instant(one.time) and (places.has(one.site) or places.has(one.to))
        ]
        return Handovers(
            {manner: Changes(times, self._items[manner]) for manner, times in sorted(self._times.items())},
            Changes(len(set(awaited)), len(awaited)),
        )
