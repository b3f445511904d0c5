"""What a report is asked to be about, and whether a site, an instant or an event is part of that."""

from collections.abc import Iterator

from msgspec import Struct

from custody.core.errors import Malformed
from custody.core.history import Logged
from custody.core.trusted import State


class Scope(Struct, frozen=True, kw_only=True):
    """All of the log, or what was at a site or under it, from `begins` on and before `ends` (Unix ms); or one item, or
    the handover that an entry records.

    `levels`: so many below the topmost site have a row of their own.
    """

    site: str | None = None
    begins: int | None = None
    ends: int | None = None
    item: str | None = None
    handover: int | None = None
    levels: int = 3

    @property
    def is_all(self) -> bool:
        return (self.site, self.begins, self.ends, self.item, self.handover) == (None,) * 5

    def has_instant(self, ms: int) -> bool:
        """Whether an instant lies in the period."""
        return (self.begins is None or self.begins <= ms) and (self.ends is None or ms < self.ends)

    def has_span(self, since: int, closed: int | None) -> bool:
        """Whether what held from one instant on, and before another (None: it still does), held in the period."""
        return (self.ends is None or since < self.ends) and (
            self.begins is None or closed is None or self.begins <= closed
        )


class Places:
    """The tree of sites as the roster has it, from the scope's top down."""

    def __init__(self, scope: Scope, state: State) -> None:
        """Raises Malformed for a site that the log does not have."""
        if scope.site is not None and scope.site not in state.sites:
            raise Malformed("the log has no such site", expected="one that is stated", got=scope.site)
        self._scope = scope
        self._sites = state.sites
        self._paths: dict[str, tuple[str, ...]] = {}

    def path(self, site: str) -> tuple[str, ...]:
        """A site, the one above it, and so on to the top; nothing of a site that is not under it."""
        path = self._paths.get(site)
        if path is None:
            upward = tuple(self._upward(site))
            top = self._scope.site
            path = self._paths[site] = upward if top is None or upward[-1] == top else ()
        return path

    def has(self, site: str | None) -> bool:
        return self._scope.site is None or (site is not None and bool(self.path(site)))

    def has_event(self, logged: Logged) -> bool:
        """Whether an event happened there, or its items were to go there, in the period."""
        event = logged.event
        return self._scope.has_instant(logged.when) and (self.has(event.site) or self.has(event.to))

    def category(self, site: str) -> str | None:
        known = self._sites.get(site)
        return known.category if known else None

    def name(self, site: str) -> str | None:
        known = self._sites.get(site)
        return known.name if known else None

    def _upward(self, site: str | None) -> Iterator[str]:
        while site is not None:
            yield site
            if site == self._scope.site:
                return
            known = self._sites.get(site)
            site = known.parent if known else None
