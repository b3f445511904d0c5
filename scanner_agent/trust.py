"""What the roster says, as far as it was synced: label issuers, badges, this device, plans, policies, advisors."""

import threading
from collections.abc import Iterable

from custody.core import entry, label, snapshot, statement
from custody.core.admission import State, admit, check_event_issuer
from custody.core.errors import UnknownIssuer
from custody.core.event import LabelVerdict
from custody.core.grounds import Grounds
from custody.core.head import HandlerRole
from custody.core.plan import Itinerary, itineraries, stops
from custody.core.planning import Plan, Policy
from custody.core.roster import Handler, Site
from custody.core.snapshot import Snapshot
from custody.core.statement import Statement, verify_signature


class Trust:
    """Admission's state, folded from the log's roster statements. The uploader adds, the workflow asks."""

    def __init__(self, origin: str, entries: Iterable[tuple[int, bytes]] = (), site: str | None = None) -> None:
        """From (index, entry) of the roster statements, in the log's order; for an agent at `site`."""
        self._state = State(origin)
        self._site = site
        self._plans: dict[str, Itinerary] = {}
        self.grounds = Grounds(self._state)
        self._lock = threading.Lock()
        for index, data in entries:
            self.add(index, data)

    @property
    def known(self) -> bool:
        """Whether anything was synced yet."""
        return self._state.root is not None

    def enrolled(self, keyid: str) -> bool:
        """Whether a key is in the roster, revoked or not."""
        return keyid in self._state.keys

    def add(self, index: int, data: bytes) -> None:
        """The roster statement in entry `data`. Raises what parsing and `admit` do."""
        parsed = statement.parse(entry.decode(data)[0])
        with self._lock:
            if admit(self._state, parsed, index).effect is None:
                self._take(index, parsed)

    def plan(self, item: str) -> Itinerary | None:
        """What is planned for an item, if it comes near."""
        return self._plans.get(item)

    def digit_codes(self, now: int) -> bool:
        """Whether the policy in force here takes PINs digit by digit from the command sheet at `now` (Unix ms)."""
        return self.grounds.policy(self._site or "", now).digit_codes

    def site_name(self, site: str) -> str:
        """A site's official name and id."""
        known = self._state.sites.get(site)
        return f"{known.name} ({site})" if known else site

    def site(self, site: str) -> Site | None:
        """What the roster says of a site."""
        return self._state.sites.get(site)

    def handler(self, keyid: str) -> str | None:
        """Whose badge gives a key."""
        with self._lock:
            known = self._state.keys.get(keyid)
        return known.enrolment.handler if known and isinstance(known.enrolment, Handler) else None

    def destinations(self) -> dict[str, str]:
        """Names of the sites around this agent's, by id: the one above, those beside and those directly below."""
        with self._lock:
            sites = dict(self._state.sites)
        here = sites.get(self._site or "")
        if here is None:
            return {}
        near = [one for one in sites.values() if one.parent in (here.site, here.parent) or one.site == here.parent]
        return {one.site: one.name for one in sorted(near, key=lambda one: one.name) if one.site != here.site}

    def open_snapshot(self, signed: bytes) -> tuple[Snapshot, str]:
        """The snapshot that an advisor has signed, and his keyid. Raises what `snapshot.open_signed` does.

        For the thread that adds: a long one takes a second, in which the others go on asking.
        """
        return snapshot.open_signed(signed, self._state)

    def check_advisor(self, key: str) -> None:
        """Raises what speaks against an advisor's key by now: BadKey, UnknownIssuer, WrongRole."""
        snapshot.check_advisor(self._state, key)

    def judge(self, read: label.Label) -> LabelVerdict:
        """What the roster's label issuers make of a label."""
        with self._lock:
            return label.judge(read, self._state.label_issuers())

    def badge_warning(self, handler: str, keyid: str, now: int) -> str | None:
        """What speaks against a handler's key at `now` (Unix ms); None for nothing, or before the first sync."""
        if not self.known:
            return None
        known = self._state.keys.get(keyid)
        if known is None or not isinstance(known.enrolment, Handler) or known.enrolment.handler != handler:
            return "signer-unknown"
        if known.revoked is not None:
            return "signer-revoked"
        if self._state.handlers[handler] != keyid:
            return "badge-replaced"
        ends = known.enrolment.ends
        return None if known.enrolment.begins <= now and (ends is None or now < ends) else "signer-not-valid"

    def role(self, handler: str) -> HandlerRole | None:
        """What the roster says that a handler is."""
        with self._lock:
            key = self._state.handlers.get(handler)
            enrolment = self._state.keys[key].enrolment if key else None
        return enrolment.role if isinstance(enrolment, Handler) else None

    def check(self, event: Statement) -> bool:
        """Whether the log would take this event as far as we know; False: not before this device is enrolled.

        Raises what `admit` raises for an event that would be refused for good. Takes nothing into the roster: a roster
        statement raises WrongRole.
        """
        if not self._enrolled(event):
            return False
        self.verify(event)
        return True

    def examine(self, carried: Statement, now: int) -> list[str]:
        """What speaks at `now` (Unix ms) against who signed another device's event: codes as of `badge_warning`.

        Raises BadSignature, WrongLog, WrongRole.
        """
        self._enrolled(carried)
        self.verify(carried)
        warnings = {self._against(key, carried.body.issuer, now) for key in carried.body.signers}
        return sorted(warning for warning in warnings if warning)

    def verify(self, carried: Statement) -> bool:
        """Whether all who signed are known, so that no signature is unverified. Raises BadSignature for one that is."""
        for key, public in self._state.known_signers(carried):
            verify_signature(carried, key, public)
        return self._state.keys.keys() >= set(carried.body.signers)

    def _enrolled(self, event: Statement) -> bool:
        try:
            with self._lock:
                check_event_issuer(self._state, event.body.log, event.body.issuer)
        except UnknownIssuer:
            return False
        return True

    def _against(self, key: str, issuer: str, now: int) -> str | None:
        known = self._state.keys.get(key)
        if known is None:
            return "signer-unknown"
        if key != issuer:
            handler = known.enrolment.handler if isinstance(known.enrolment, Handler) else ""
            return self.badge_warning(handler, key, now)
        return "signer-revoked" if known.revoked else None

    def _take(self, index: int, signed: Statement) -> None:
        match signed.body:
            case Plan() as plan:
                # Whatever the clocks say, a plan that this agent has is in force for what it does from now on.
                for item, itinerary in itineraries(index, signed.id, 0, plan).items():
                    if self._comes_near(itinerary):
                        self._plans[item] = itinerary
                    else:
                        self._plans.pop(item, None)
            case Policy() as policy:
                # What this device says next names a checkpoint that has the policy in it, whatever its clock says.
                self.grounds.policies.add(index, 0, policy)
            case Site():
                self.grounds.site_changed()
            case Handler() as badge:
                self.grounds.badge(badge)

    def _comes_near(self, plan: Itinerary) -> bool:
        """Whether an item is planned to be at this agent's site, at the one above it or anywhere below that."""
        here = self._state.sites.get(self._site or "")
        region = here.parent if here else None
        return any(self._state.within(site, region) for way in plan.ways for site in stops(way))
