"""What events are judged by: the policy in force where and when they happened, and who belongs where."""

from collections.abc import Iterator

from custody.core.canonical import b64decode
from custody.core.forecast import LegTime
from custody.core.history import Logged
from custody.core.keys import keyid
from custody.core.planning import Policy
from custody.core.policy import Effective, Policies, leg_time
from custody.core.roster import Handler, Revoke, RosterStatement, Site
from custody.core.signing import Revoked, same_organisation
from custody.core.trusted import State


class Grounds:
    """Read from the roster as it is now. `site_changed` must be called when a site is stated, `badge` of a badge.

    `revoked`: by key, in the order of the log: a graver one takes nothing from those before it.
    """

    def __init__(self, roster: State) -> None:
        self.roster = roster
        self.policies = Policies()
        self.revoked: dict[str, list[Revoked]] = {}
        self._paths: dict[str, tuple[str, ...]] = {}
        self._badges: dict[str, list[Handler]] = {}
        for known in roster.keys.values():
            if isinstance(known.enrolment, Handler):
                self.badge(known.enrolment)

    def policy(self, site: str, moment: int, index: int | None = None) -> Effective:
        """The policy in force at a site at a moment (Unix ms), for entry `index` (None: for what comes next)."""
        return self.policies.at(self.path(site), moment, index)

    def path(self, site: str) -> tuple[str, ...]:
        """A site, the one above it, and so on to the topmost."""
        path = self._paths.get(site)
        if path is None:
            path = self._paths[site] = tuple(self._upward(site))
        return path

    def policy_of(self, logged: Logged) -> Effective:
        return self.policy(logged.event.site, logged.moment, logged.index)

    def leg_time(self, policy: Effective) -> LegTime:
        """What the policy says of legs between sites, by their categories."""
        sites = self.roster.sites

        def time(start: str, end: str) -> int | None:
            if start not in sites or end not in sites:
                return None
            return leg_time(policy, sites[start].category, sites[end].category)

        return time

    def acts_for(self, handler: str, site: str, time: int) -> bool:
        """Whether a handler belongs, at a time, to a site, to one above it, or to one below it."""
        known = self._badge_at(handler, time)
        within = self.roster.within
        return known is not None and (within(site, known.site) or within(known.site, site))

    def carries(self, handler: str, time: int) -> bool:
        """Whether a handler is a carrier at a time."""
        known = self._badge_at(handler, time)
        return known is not None and known.role == "carrier"

    def stands_over(self, handler: str, other: str, time: int) -> bool:
        """Whether a handler, at a time, has the role of the other one, and belongs to his home site or to one above."""
        known, below = self._badge_at(handler, time), self._badge_at(other, time)
        return bool(known and below and known.role == below.role and self.roster.within(below.site, known.site))

    def are_colleagues(self, handler: str, other: str, time: int) -> bool:
        """Whether two handlers have, at a time, one role and one home site."""
        one, another = self._badge_at(handler, time), self._badge_at(other, time)
        return bool(one and another and (one.role, one.site) == (another.role, another.site))

    def are_apart(self, handler: str | None, other: str, time: int) -> bool:
        """Whether two handlers whom the roster knows are, at a time, of two organisations."""
        one, another = self._badge_at(handler or "", time), self._badge_at(other, time)
        return bool(one and another and not same_organisation(self.roster, one, another))

    def take(self, index: int, received: int, body: RosterStatement) -> None:
        """A roster statement, entry `index`, has taken effect: whatever it may change of what was judged before."""
        match body:
            case Policy():
                self.policies.add(index, received, body)
            case Site():
                self.site_changed()
            case Revoke():
                self.revoke(body, received)
            case Handler():
                self.badge(body)

    def site_changed(self) -> None:
        self._paths.clear()

    def badge(self, body: Handler) -> list[str]:
        """A badge is enrolled; returns the keys of the handler's earlier ones."""
        badges = self._badges.get(body.handler, [])
        earlier = [one for one in badges if one.key != body.key]
        self._badges[body.handler] = [*earlier, body]
        return [keyid(b64decode(one.key)) for one in earlier]

    def revoke(self, body: Revoke, received: int) -> list[str]:
        """The keys that a revocation ends the trust in: the one that it names, and what falls with it."""
        keys = [
            key
            for key, known in self.roster.keys.items()
            if known.revoked is not None and (known.revoked.issuer, known.revoked.seq) == (body.issuer, body.seq)
        ]
        for key in keys:
            self.revoked.setdefault(key, []).append(Revoked(self.roster.keys[key].revoked or body, received))
        return keys

    def _badge_at(self, handler: str, time: int) -> Handler | None:
        """Of a handler's badges that had begun by then the one that began last; before all of them, the first."""
        badges = self._badges.get(handler)
        if not badges:
            return None
        begun = [one for one in badges if one.begins <= time] if len(badges) > 1 else badges
        return max(reversed(begun), key=lambda one: one.begins) if begun else badges[0]

    def _upward(self, site: str | None) -> Iterator[str]:
        while site is not None:
            yield site
            known = self.roster.sites.get(site)
            site = known.parent if known else None
