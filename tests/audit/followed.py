"""What the entries of a log say, followed by plain loops, for `tests.audit.recount`."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from custody.core import entry, statement
from custody.core.canonical import b64decode
from custody.core.event import Event, Paper
from custody.core.findings import finding_id
from custody.core.keys import keyid
from custody.core.planning import Plan
from custody.core.roster import Device, Handler, Resolve, Revoke, Site

SKEW_MS, LATE_MS, RELEASE_MS = 300_000, 7 * 86_400_000, 86_400_000
LEGS_MS = {"polling-station": 24 * 3_600_000, "village": 18 * 3_600_000}
"""Between the warehouse and such a site."""
"""As the default policy has them."""


class Told:
    """An event as the log has it: `index`, `received`, `id`, what it says, and `when` it happened."""

    def __init__(self, index: int, received: int, id_: str, body: Event, seen: int) -> None:
        self.index, self.received, self.id, self.body, self.seen = index, received, id_, body, seen
        self.when = min(max(body.time, seen), received)
        self.items = list(body.items)


class Followed:
    """The entries of a log, followed one after the other as of the last, or an instant."""

    def __init__(self, entries: Sequence[bytes], until: int | None = None) -> None:
        self.received: list[int] = []
        self.told: list[Told] = []
        self.plans: dict[str, list[tuple[str, int]]] = {}
        self.planned: dict[str, Any] = {}
        self.parent: dict[str, str | None] = {}
        self.category: dict[str, str] = {}
        self.home: dict[str, str] = {}
        self.badge: dict[str, str] = {}
        self.roles: Counter[str] = Counter()
        self.resolved: set[str] = set()
        self.revoked: list[tuple[int, Revoke]] = []
        for data in entries:
            envelope, received = entry.decode(data)
            if until is not None and received > until:
                break
            found = statement.parse(envelope)
            if isinstance(found.body, Event):
                size = found.body.clock.size
                seen = self.received[size - 1] if size else 0
                self.told.append(Told(len(self.received), received, found.id, found.body, seen))
            else:
                self._read_roster(found.body)
            self.received.append(received)
        self.now = self.received[-1] if until is None else until
        self.raw = list(self.told)
        annulled = {one.body.refs[0] for one in self.told if one.body.action == "correct"}
        self.told = [one for one in self.told if one.body.action != "correct" and one.id not in annulled]
        self.told.sort(key=lambda one: one.when)
        self.site: dict[str, str] = {}
        self.to: dict[str, str] = {}
        self.holder: dict[str, str | None] = {}
        self.inside: dict[str, str] = {}
        self.release: dict[str, Told] = {}
        self.kind: dict[str, str] = {}
        self.made: dict[str, list[int]] = {}
        self.late: set[tuple[str, int]] = set()
        self.set_out: set[tuple[str, int]] = set()
        self.missing: set[str] = set()
        self.strayed: set[str] = set()
        self.on: dict[str, set[str]] = {}
        self.changes, self.changed = Counter[str](), Counter[str]()
        self.breaks: dict[str, dict[str, bool]] = {}
        self.codes: Counter[str] = Counter()
        self.closed: Counter[str] = Counter()
        self.following: Counter[str] = Counter()
        """Those that another explains."""
        self.differing: list[tuple[str, str]] = []
        """What was found of seals: code, item."""
        self.moved: dict[str, int] = {}
        for one in self.told:
            self._follow(one)
        self._judge_statements()

    def _read_roster(self, body: Any) -> None:
        self.roles.update([type(body).__name__])
        if isinstance(body, Site):
            self.parent[body.site], self.category[body.site] = body.parent, body.category
        elif isinstance(body, Device):
            self.home[keyid(b64decode(body.key))] = body.site
        elif isinstance(body, Handler):
            self.home[body.handler], self.badge[body.handler] = body.site, keyid(b64decode(body.key))
        elif isinstance(body, Plan):
            for one in body.items:
                self.planned[one.item] = one
                self.plans[one.item] = [(body.ways[way].to, body.ways[way].due) for way in one.ways]
        elif isinstance(body, Resolve):
            self.resolved.add(body.finding)
        elif isinstance(body, Revoke):
            self.revoked.append((len(self.received), body))

    # Event by event

    def _follow(self, one: Told) -> None:
        event = one.body
        for item in event.items:
            self.kind.setdefault(item, event.kind or "")
            self._step(one, item)
        self._count_change(one)

    def _step(self, one: Told, item: str) -> None:
        event, action = one.body, one.body.action
        if action == "discrepancy":
            self.missing.add(item)
            self._break(item, "discrepancy-missing", stands=True)
            return
        if item in self.missing:
            self.missing.remove(item)
            self._break(item, "discrepancy-missing", stands=False)
        if action == "pack":
            self.inside[item] = event.container or ""
        elif action == "unpack":
            crate = self.inside.pop(item)
            self.site[item], self.holder[item] = self.site[crate], self.holder[crate]
        everything = [item, *(inner for inner, outer in self.inside.items() if outer == item)]
        elsewhere = item in self.site and item not in self.to and self.site[item] != event.site
        if elsewhere and item not in self.inside:
            stands = finding_id("custody-break", one.id) not in self.resolved
            self._break(item, "custody-break", stands=stands)
            self.codes["custody-break"] += 1
            self.closed["custody-break"] += not stands
            self.strayed |= {item} if stands else set()
        elif event.action in ("accept", "arrive", "store") or event.to is not None:
            self.strayed.discard(item)
        self.site[item] = event.site
        self._read_seals(one, item)
        for inner in everything:
            if event.to is not None or action in ("accept", "arrive", "store") or inner not in self.moved:
                self.moved[inner] = one.when
            if event.to is not None:
                self._leave(inner, event.to)
            elif action in ("accept", "arrive", "store"):
                self._come(one, inner)

    def _leave(self, item: str, to: str) -> None:
        self.to[item] = to
        way = len(self.made.get(item, []))
        if way < len(self.plans.get(item, [])):
            self.set_out.add((item, way))

    def _come(self, one: Told, item: str) -> None:
        self.to.pop(item, None)
        self.site[item] = one.body.site
        made = self.made.setdefault(item, [])
        ways = self.plans.get(item, [])
        if len(made) < len(ways) and ways[len(made)][0] == one.body.site:
            if one.when > ways[len(made)][1]:
                self.late.add((item, len(made)))
            made.append(one.when)

    def _read_seals(self, one: Told, item: str) -> None:
        mine = {seal.id: seal.state for seal in one.body.seals if one.body.items[seal.item] == item and seal.id}
        on = self.on.setdefault(item, set())
        lost = {number for number, state in mine.items() if state in ("broken", "missing")}
        for number in lost:
            self._differ(f"seal-{mine[number]}", item)
        if one.body.action != "seal" and mine and set(mine) != on:
            self._differ("seal-changed", item)
            on.clear()
        on |= set(mine)
        on -= lost
        if one.body.action in ("handover", "release", "depart") and self.kind[item] == "ballot-box" and not on:
            self.codes["unsealed"] += 1
            self.following["unsealed"] += any(differs == item for _, differs in self.differing)

    def _differ(self, code: str, item: str) -> None:
        self.differing.append((code, item))
        self.codes[code] += 1

    def _count_change(self, one: Told) -> None:
        event = one.body
        for _, body in self.revoked:
            if body.key not in event.signers:
                continue
            self.codes["signer-uncertain"] += one.seen < (body.since or 0) <= one.received
            if one.seen >= (body.since or 0):
                self.codes["signer-compromised"] += 1
                for item in event.items if event.action in ("handover", "release", "accept") else ():
                    self._break_all(item, "signer-compromised")
        signed = {handler for handler, key in self.badge.items() if key in event.signers}
        if event.action == "handover":
            both = {event.releaser, event.receiver} <= signed
            self._change("one-device" if both else "undersigned", event.items)
            if not both:
                self._lack(one, "too-few-signatures")
            elif self._are_apart(str(event.releaser), str(event.receiver)):
                self.codes["one-device"] += 1
            for item in event.items:
                self.holder[item] = str(event.receiver)
        elif event.action == "release":
            for item in event.items:
                self.release[item], self.holder[item] = one, None
        elif event.action == "accept":
            self._accept(one, signed)

    def _accept(self, one: Told, signed: set[str]) -> None:
        event = one.body
        released = [item for item in event.items if item in self.release]
        for item in (item for item in event.items if item not in self.release):
            self._break_all(item, "accepted-without-release")
        if len(released) < len(event.items):
            self._change("unreleased", [item for item in event.items if item not in released])
            self.codes["accepted-without-release"] += 1
        if released:
            before = self.release[released[0]].body
            named, on_paper = before.receiver, isinstance(event.receiver, Paper)
            same = "one-device" if before.issuer == event.issuer else "two-devices"
            manner = "paper" if on_paper else same if event.receiver in signed else "undersigned"
            self._change(manner, released)
            if manner == "one-device" and self._are_apart(str(before.releaser), str(event.receiver)):
                self.codes["one-device"] += 1
            if named is not None and event.receiver != named:
                self.codes["accepted-by-another"] += 1
                for item in released:
                    self._break_all(item, "accepted-by-another")
        for item in event.items:
            self.release.pop(item, None)
            self.holder[item] = str(event.receiver)

    def _change(self, manner: str, items: Sequence[str]) -> None:
        self.changes[manner] += 1
        self.changed[manner] += len(items)

    def _are_apart(self, one: str, other: str) -> bool:
        return self.home[other] not in self._up(self.home[one]) and self.home[one] not in self._up(self.home[other])

    # What is wrong

    def _break(self, item: str, code: str, *, stands: bool) -> None:
        self.breaks.setdefault(item, {})[code] = stands

    def _break_all(self, item: str, code: str) -> None:
        for one in [item, *(inner for inner, outer in self.inside.items() if outer == item)]:
            self._break(one, code, stands=True)

    def _lack(self, one: Told, code: str) -> None:
        self.codes[code] += 1
        for item in one.body.items:
            self._break_all(item, code)

    def _judge_statements(self) -> None:
        for one in self.raw:
            self.codes["paper-receipt"] += isinstance(one.body.receiver, Paper)
            self.codes["clock-ahead"] += one.body.time > one.received + SKEW_MS
            self.codes["late-entry"] += one.received > one.when + LATE_MS
        for item, release in self.release.items():
            if release.when + RELEASE_MS <= self.now:
                self._break_all(item, "release-open")
                self.codes["release-open"] += 1
        self.codes["discrepancy-missing"] = len(
            {item for item, found in self.breaks.items() if "discrepancy-missing" in found}
        )
        self.closed["discrepancy-missing"] = self.codes["discrepancy-missing"] - len(self.missing)
        overdue = {(item, way) for item, way, due in self._ways() if not self._is_made(item, way) and due <= self.now}
        late, still = (
            {self.planned[item].ways[way] for item, way in found} for found in (self.late | overdue, overdue)
        )
        self.codes["late"], self.closed["late"] = len(late), len(late - still)

    # What is asked of it

    def _ways(self) -> Iterator[tuple[str, int, int]]:
        return ((item, way, due) for item, ways in self.plans.items() for way, (_, due) in enumerate(ways))

    def _is_made(self, item: str, way: int) -> bool:
        return way < len(self.made.get(item, []))

    def _up(self, site: str | None) -> Iterator[str]:
        while site is not None:
            yield site
            site = self.parent.get(site)

    def _is_at_risk(self, item: str, way: int, due: int) -> bool:
        """Whether the next way, which is one leg, is late if it begins now, or on the way if it takes what it takes."""
        if not self._is_made(item, way - 1) and way:
            return False
        ends = self.site[item], self.plans[item][way][0]
        leg = next(LEGS_MS[self.category[end]] for end in ends if self.category[end] in LEGS_MS)
        moved = self.moved[item]
        return moved + leg > due or (item not in self.to and due - leg <= self.now)
