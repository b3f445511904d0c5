"""What events are judged by: the policy in force where and when they happened, and who belongs where."""

from collections.abc import Callable, Iterator

from custody.core.forecast import LegTime
from custody.core.history import Logged
from custody.core.policy import Effective, Policies, leg_time
from custody.core.roster import Handler, Revoke
from custody.core.signing import Revoked
from custody.core.trusted import State


class Grounds:
    """Read from the roster as it is now. `site_changed` must be called when a site is stated."""

    def __init__(self, roster: State) -> None:
        self.roster = roster
        self.policies = Policies()
        self.revoked: dict[str, Revoked] = {}
        self._paths: dict[str, tuple[str, ...]] = {}

    def policy(self, site: str, time: int) -> Effective:
        """The policy in force at a site at a device's time (Unix ms)."""
        path = self._paths.get(site)
        if path is None:
            path = self._paths[site] = tuple(self._upward(site))
        return self.policies.at(path, time)

    def policy_of(self, logged: Logged) -> Effective:
        return self.policy(logged.event.site, logged.event.time)

    def leg_time(self, policy: Effective) -> LegTime:
        """What the policy says of legs between sites, by their categories."""
        sites = self.roster.sites

        def time(start: str, end: str) -> int | None:
            if start not in sites or end not in sites:
                return None
            return leg_time(policy, sites[start].category, sites[end].category)

        return time

    def acts_for(self, handler: str, site: str) -> bool:
        """Whether a handler belongs to a site, to one above it, or to one below it."""
        known = self._handler(handler)
        within = self.roster.within
        return known is not None and (within(site, known.site) or within(known.site, site))

    def carries(self, handler: str) -> bool:
        """Whether a handler is a carrier."""
        known = self._handler(handler)
        return known is not None and known.role == "carrier"

    def site_changed(self) -> None:
        self._paths.clear()

    def revoke(self, body: Revoke, received: int, final_seq: Callable[[], int | None]) -> list[str]:
        """The keys that a revocation ends the trust in."""
        keys = [key for key, known in self.roster.keys.items() if known.revoked is body]
        for key in keys:
            self.revoked[key] = Revoked(body, received, final_seq() if key == body.key else None)
        return keys

    def _handler(self, handler: str) -> Handler | None:
        key = self.roster.handlers.get(handler)
        enrolment = self.roster.keys[key].enrolment if key else None
        return enrolment if isinstance(enrolment, Handler) else None

    def _upward(self, site: str | None) -> Iterator[str]:
        while site is not None:
            yield site
            known = self.roster.sites.get(site)
            site = known.parent if known else None
