"""The rules of custody: what the log says of every item, and what is wrong (FORMAT.md, "Rules").

A pure function of the log's first entries. They are given in the log's order, and what an entry changes in the
judgement of those before it is judged again: so live, rebuilt and audited state are one. That is gathered until
`settle`, which judges each event once, however many entries ask for it.
"""

from collections.abc import Collection, Iterator
from heapq import heapify, heappop, heappush

from msgspec.structs import replace

from custody.core import roster
from custody.core.canonical import b64decode
from custody.core.draft import Draft, Resolution
from custody.core.event import Event
from custody.core.grounds import Grounds
from custody.core.histories import Histories, ItemHistories
from custody.core.history import Logged
from custody.core.issuers import Issuer
from custody.core.keys import keyid
from custody.core.memory import Log, Memory, Noted, signature_name
from custody.core.planning import Policy
from custody.core.policy import Effective
from custody.core.resolving import with_resolution
from custody.core.roster import Handler, Resolve, Revoke, RosterStatement, Site
from custody.core.signing import Interval, Revoked, Signed, judge
from custody.core.trusted import State


class Rules:
    """Judges entries in the log's order; `roster` is admission's state, which has taken each of them before.

    What `memory` holds is right once `settle` was called. Until then everything that is asked for must stay as it is.
    """

    def __init__(self, roster: State, log: Log, memory: Memory) -> None:
        self.grounds = Grounds(roster)
        self._log = log
        self._memory = memory
        self.histories: ItemHistories = Histories(self.grounds, log, memory)
        """What becomes of items; may be put elsewhere before the first entry."""
        self._end = 0
        self._keys: set[str] = set()
        self._placed = False
        self._lowered: list[tuple[int, str]] = []

    def event(self, logged: Logged) -> None:
        """The next entry is an event."""
        event, memory = logged.event, self._memory
        self._end = logged.index + 1
        policy = self.grounds.policy_of(logged)
        memory.sign(logged.index, [*event.signers, *self._named(event)])
        for site in event.sites():
            if site not in self.grounds.roster.sites:
                memory.strangers.setdefault(site, logged.index)
        latest, awaited = logged.received, memory.awaited.get(logged.id)
        if awaited is not None:
            latest = min(awaited, latest)
            del memory.awaited[logged.id]
        issuer = memory.issuers.get(event.issuer) or Issuer()
        late = awaited is not None or event.seq <= issuer.highest
        for cause in self._causes_missing(logged, issuer):
            memory.awaited[cause] = min(latest, memory.awaited.get(cause, latest))
        for index, draft in issuer.add(logged, policy.skew_ms):
            self._note_beside(index, draft)
        memory.issuers[event.issuer] = issuer
        self._judge(logged, latest, policy)
        if latest < logged.received:
            self._lowered += [(latest, name) for name in _causes(event)]
        self.histories.add(logged, policy, late=late)
        if event.issuer in self.grounds.revoked:
            self._note_final(logged)

    def roster(self, index: int, statement_id: str, received: int, body: RosterStatement) -> None:
        """The next entry is a roster statement, and has taken effect."""
        self._end = index + 1
        match body:
            case Policy():
                self.grounds.policies.add(index, received, body)
            case Site():
                self.grounds.site_changed()
                if body.site in self._memory.strangers:
                    self._placed = True
                    self._resolve_again(self.grounds.roster.keys)
            case Revoke():
                keys = self.grounds.revoke(body, received)
                self._keys.update(keys)
                self._correct_again(keys)
                self._resolve_again(keys)
            case Resolve():
                one = Resolution(index, min(body.time, received), received, body.issuer, body.reason)
                said = self._memory.resolutions.get(body.finding, [])
                self._memory.resolutions[body.finding] = [*said, one]
            case _:
                if isinstance(body, Handler):
                    self._badge(body)
                for text in roster.public_keys(body):
                    self._enrolled(keyid(b64decode(text)))
        self.histories.roster(index, statement_id, received, body)

    def resume(self, index: int, received: int, body: RosterStatement) -> None:
        """As `roster`, of a statement that was judged before with the same memory: what `memory` does not keep."""
        self.grounds.take(index, received, body)

    def settle(self) -> None:
        """Judges again what the entries since the last time have changed in the judgement of those before them."""
        self._judge_lowered()
        if self._placed:
            self._judge_all()
            self._placed = False
        self._judge_signed_by(self._keys)
        self._keys.clear()
        self.histories.settle()

    def drafts(self) -> Iterator[Draft]:
        """Everything noted, whether it holds yet or not, and what was declared of it; settled."""
        self.settle()
        return map(self.with_resolution, self._drafts()) if self._memory.resolutions else self._drafts()

    def with_resolution(self, draft: Draft) -> Draft:
        """A draft with what was declared of it by who may."""
        resolutions, roster = self._memory.resolutions, self.grounds.roster
        return with_resolution(draft, resolutions, roster, lambda index: self._log.event(index).event.site)

    def _drafts(self) -> Iterator[Draft]:
        for track in self._memory.tracks.values():
            yield from track.drafts
        for noted in self._memory.noted.values():
            yield from noted.own
            yield from noted.beside
        for key, issuer in self._memory.issuers.items():
            yield from issuer.gaps(key)
            yield from issuer.forks
        for found in self._memory.reused.values():
            yield from found

    # Statements

    def _causes_missing(self, logged: Logged, issuer: Issuer) -> Iterator[str]:
        """Statements that this one names and that have not arrived: they were signed before it."""
        event = logged.event
        prev = event.prev
        if prev is not None and not issuer.ends_with(event.seq - 1, prev) and self._log.find(prev) is None:
            yield prev
        for ref in event.refs:
            if not self.histories.is_released_by(event.items[0], ref) and self._log.find(ref) is None:
                yield ref

    def _named(self, event: Event) -> list[str]:
        """The handlers, each once, who have a part in an event that their present badges did not sign."""
        badges, signers = self.grounds.roster.handlers, event.signers
        parties = dict.fromkeys((event.releaser, event.receiver, event.carrier))
        return [one for one in parties if isinstance(one, str) and badges.get(one) not in signers]

    def _judge(self, logged: Logged, latest: int, policy: Effective) -> None:
        earliest = logged.earliest or 0
        signers, spoiled = logged.event.signers, self._memory.spoiled
        own = judge(
            Signed(
                logged,
                Interval(min(earliest, latest), latest),
                self.grounds.roster,
                policy,
                {
                    key: [self._revoked(key, one) for one in self.grounds.revoked[key]]
                    for key in signers
                    if key in self.grounds.revoked
                },
                [key for key in signers if signature_name(logged.index, key) in spoiled] if spoiled else (),
            )
        )
        noted = self._memory.noted.get(logged.index)
        beside = noted.beside if noted else []
        if own or beside or latest != logged.received:
            self._memory.noted[logged.index] = Noted(latest, own, beside)
        elif noted:
            del self._memory.noted[logged.index]

    def _note_beside(self, index: int, draft: Draft) -> None:
        noted = self._memory.noted.get(index) or Noted(self._log.received(index))
        noted.beside = [*noted.beside, draft]
        self._memory.noted[index] = noted

    # What changes the judgement of entries before

    def _judge_lowered(self) -> None:
        """What a statement names, and what that names, was signed before it. The least bound first: so each once."""
        waiting, awaited = self._lowered, self._memory.awaited
        heapify(waiting)
        while waiting:
            latest, name = heappop(waiting)
            index = self._log.find(name)
            if index is None:
                if latest < awaited.get(name, 0):
                    awaited[name] = latest
            elif latest < self._latest(index):
                cause = self._log.event(index)
                self._judge(cause, latest, self.grounds.policy_of(cause))
                for one in _causes(cause.event):
                    heappush(waiting, (latest, one))

    def _judge_signed_by(self, keys: set[str]) -> None:
        for index in sorted({index for key in keys for index in self._memory.signed_by(key)}):
            logged = self._log.event(index)
            self._judge(logged, self._latest(index), self.grounds.policy_of(logged))

    def _latest(self, index: int) -> int:
        """By when an event was signed, as known so far."""
        noted = self._memory.noted.get(index)
        return noted.latest if noted else self._log.received(index)

    def _enrolled(self, key: str) -> None:
        before = self._memory.signed_by(key)
        for index in before:
            if not self._log.signature_holds(index, key):
                self.histories.spoil(index, key)
            self.histories.again(self._log.event(index).touches())
        if before:
            self._keys.add(key)

    def _badge(self, body: Handler) -> None:
        """A handler has a badge, or another one: it says what he is from then on, also to what he has held since."""
        earlier = self.grounds.badge(body)
        indexes = sorted({index for name in [body.handler, *earlier] for index in self._memory.signed_by(name)})
        self.histories.again({item for index in indexes for item in self._log.event(index).touches()})

    def _correct_again(self, keys: Collection[str]) -> None:
        """What these keys have corrected may not be corrected now."""
        indexes = {index for key in keys for index in self._memory.signed_by(key)}
        events = (self._log.event(index) for index in sorted(indexes))
        self.histories.again({item for one in events if one.event.action == "correct" for item in one.touches()})

    def _resolve_again(self, keys: Collection[str]) -> None:
        """What these keys have declared may count otherwise now: put back as changed."""
        resolutions = self._memory.resolutions
        for finding, said in list(resolutions.items()):
            if any(one.issuer in keys for one in said):
                resolutions[finding] = said

    def _judge_all(self) -> None:
        """Every event: a site at which some were has its place among the others now, and with it its policy."""
        items: set[str] = set()
        issuers: dict[str, Issuer] = {}
        beside: dict[int, list[Draft]] = {}
        for logged in self._log.events(self._end):
            policy, noted = self.grounds.policy_of(logged), self._memory.noted.get(logged.index)
            for index, draft in issuers.setdefault(logged.event.issuer, Issuer()).add(logged, policy.skew_ms):
                beside.setdefault(index, []).append(draft)
            if noted and noted.beside:
                beside.setdefault(logged.index, [])
            self._judge(logged, noted.latest if noted else logged.received, policy)
            items.update(logged.touches())
        for index, drafts in beside.items():
            noted = self._memory.noted.get(index) or Noted(self._log.received(index))
            noted.beside = drafts
            self._memory.noted[index] = noted
        self._memory.issuers.update(issuers)  # what they keep of the policies of before
        self.histories.again(items)

    def _note_final(self, logged: Logged) -> None:
        key = logged.event.issuer
        if any(one.statement.final == logged.id for one in self.grounds.revoked[key]):
            self._keys.add(key)

    def _revoked(self, key: str, revoked: Revoked) -> Revoked:
        """A key's revocation, with the seq of its final statement if that has arrived."""
        final = revoked.statement.final
        index = self._log.find(final) if final is not None else None
        if index is None:
            return revoked
        event = self._log.event(index).event
        return replace(revoked, final_seq=event.seq) if event.issuer == key else revoked


def _causes(event: Event) -> list[str]:
    """The statements that an event names: they were signed before it."""
    return [*event.refs] if event.prev is None else [event.prev, *event.refs]
