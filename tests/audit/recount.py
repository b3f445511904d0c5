"""The figures of a report counted again from the entries of a log, by plain loops: nothing is here of the report,
nor of the rules.

It follows stories as `tests.audit.reported` tells them: what devices say is told in the order in which it happened.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from custody.core import entry, statement
from custody.core.canonical import b64decode
from custody.core.event import Event, Paper
from custody.core.keys import keyid
from custody.core.planning import Plan
from custody.core.roster import Device, Handler, Revoke, Site

SKEW_MS, LATE_MS, RELEASE_MS = 300_000, 7 * 86_400_000, 86_400_000
"""As the default policy has them."""


class Told:
    """An event as the log has it: `index`, `received`, `id`, what it says, and `when` it happened."""

    def __init__(self, index: int, received: int, id_: str, body: Event, seen: int) -> None:
        self.index, self.received, self.id, self.body = index, received, id_, body
        self.when = min(max(body.time, seen), received)
        self.items = list(body.items)


class Recount:
    """Everything that a report counts, as of the last entry, or an instant."""

    def __init__(self, entries: Sequence[bytes], until: int | None = None) -> None:
        self.received: list[int] = []
        self.told: list[Told] = []
        self.plans: dict[str, list[tuple[str, int]]] = {}
        self.planned: dict[str, Any] = {}
        self.parent: dict[str, str | None] = {}
        self.home: dict[str, str] = {}
        self.badge: dict[str, str] = {}
        self.roles: Counter[str] = Counter()
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
        self.changes: Counter[str] = Counter()
        self.changed: Counter[str] = Counter()
        self.breaks: dict[str, dict[str, bool]] = {}
        self.codes: Counter[str] = Counter()
        for one in self.told:
            self._follow(one)
        self._judge_statements()

    def _read_roster(self, body: Any) -> None:
        self.roles.update([type(body).__name__])
        if isinstance(body, Site):
            self.parent[body.site] = body.parent
        elif isinstance(body, Device):
            self.home[keyid(b64decode(body.key))] = body.site
        elif isinstance(body, Handler):
            self.home[body.handler], self.badge[body.handler] = body.site, keyid(b64decode(body.key))
        elif isinstance(body, Plan):
            for one in body.items:
                self.planned[one.item] = one
                self.plans[one.item] = [(body.ways[way].to, body.ways[way].due) for way in one.ways]
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
            self._break(item, "custody-break", stands=True)
            self.codes["custody-break"] += 1
            self.strayed.add(item)
        elif event.action in ("accept", "arrive", "store") or event.to is not None:
            self.strayed.discard(item)
        self.site[item] = event.site
        self._read_seals(one, item)
        for inner in everything:
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
        mine = {seal.id for seal in one.body.seals if one.body.items[seal.item] == item and seal.id}
        on = self.on.setdefault(item, set())
        if one.body.action != "seal" and mine and mine != on:
            self.codes["seal-changed"] += 1
            on.clear()
        on |= mine

    def _count_change(self, one: Told) -> None:
        event = one.body
        for _, body in self.revoked:
            if body.key in event.signers and one.when >= (body.since or 0):
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
        overdue = {(item, way) for item, way, due in self._ways() if not self._is_made(item, way) and due <= self.now}
        self.codes["late"] = len({self.planned[item].ways[way] for item, way in self.late | overdue})

    # As a report has it

    def figures(self) -> dict[str, Any]:
        return {
            "items": dict(sorted(Counter(map(self._status, self.site)).items())),
            "reconciliation": self._reconciled(None),
            "seals": self._seals(),
            "custody": self._custody(),
            "handovers": {manner: (self.changes[manner], self.changed[manner]) for manner in sorted(self.changes)},
            "awaited": (len({one.index for one in self.release.values()}), len(self.release)),
            "deliveries": self._deliveries(None),
            "clocks": self._clocks(),
            "revoked": self._revoked(),
            "sites": {site: (self._deliveries(site), self._reconciled(site)) for site in self._busy()},
            "counts": {code: count for code, count in sorted(self.codes.items()) if count},
        }

    def _ways(self) -> Iterator[tuple[str, int, int]]:
        return ((item, way, due) for item, ways in self.plans.items() for way, (_, due) in enumerate(ways))

    def _is_made(self, item: str, way: int) -> bool:
        return way < len(self.made.get(item, []))

    def _status(self, item: str) -> str:
        if item in self.missing | self.strayed or "release-open" in self.breaks.get(item, {}):
            return "uncertain"
        if item in self.inside:
            return "contained"
        return "in-transit" if item in self.to else "held"

    def _under(self, site: str, top: str | None) -> bool:
        return top is None or top in self._up(site)

    def _up(self, site: str | None) -> Iterator[str]:
        while site is not None:
            yield site
            site = self.parent.get(site)

    def _busy(self) -> list[str]:
        named = {*self.site.values(), *self.to.values(), *(to for ways in self.plans.values() for to, _ in ways)}
        return sorted({above for site in named for above in self._up(site)})

    def _deliveries(self, top: str | None) -> dict[str, int]:
        found = Counter[str]()
        for item, way, due in self._ways():
            if self._under(self.plans[item][way][0], top):
                if self._is_made(item, way):
                    found["delivered_late" if (item, way) in self.late else "delivered_on_time"] += 1
                else:
                    found["overdue" if due <= self.now else "ahead"] += 1
        return dict(found)

    def _reconciled(self, top: str | None) -> dict[str, int]:
        columns: dict[str, set[str]] = {}
        for item, way, _ in self._ways():
            if self._under(self.plans[item][way][0], top):
                columns.setdefault("planned", set()).add(item)
                if self._is_made(item, way) or (item, way) in self.set_out:
                    columns.setdefault("sent", set()).add(item)
                if self._is_made(item, way):
                    columns.setdefault("received", set()).add(item)
                if self._is_made(item, way + 1):
                    columns.setdefault("returned", set()).add(item)
                if item in self.missing and way == min(len(self.made.get(item, [])), len(self.plans[item]) - 1):
                    columns.setdefault("missing", set()).add(item)
        for item in self.site:
            goes = self.to.get(item)
            where = goes or self.site[item]
            if self._under(where, top):
                columns.setdefault("coming" if goes else "here", set()).add(item)
        return {column: len(items) for column, items in columns.items()}

    def _seals(self) -> dict[str, Any]:
        sealed = [len(one.body.seals) for one in self.told if one.body.action == "seal"]
        looks = [one for one in self.told if one.body.action != "seal" and one.body.seals]
        return {
            "recorded": sum(sealed),
            "read": sum(len(one.body.seals) for one in looks),
            "items_inspected": len({item for one in looks for item in one.body.items}),
            "on": sum(map(len, self.on.values())),
            "items_sealed": sum(map(bool, self.on.values())),
            "differing": self.codes["seal-changed"],
        }

    def _custody(self) -> dict[str, Any]:
        broken = [item for item, found in self.breaks.items() if any(found.values())]
        return {
            "items": len(self.site),
            "unbroken": len(self.site) - len(self.breaks),
            "mended": len(self.breaks) - len(broken),
            "broken": len(broken),
            "breaks": dict(sorted(Counter(code for found in self.breaks.values() for code in found).items())),
        }

    def _clocks(self) -> dict[str, int]:
        return {
            "devices": len({one.body.issuer for one in self.raw}),
            "events": len(self.raw),
            "ahead_ms": max(0, *(one.body.time - one.received for one in self.raw)),
            "delay_ms": max(one.received - one.when for one in self.raw),
        }

    def _revoked(self) -> list[tuple[str, int, int, int, int]]:
        """Key, entry, events signed, those after it was compromised, and the items that these name."""
        rows = []
        for index, body in self.revoked:
            signed = [one for one in self.raw if body.key in one.body.signers]
            outside = [one for one in signed if one.when >= (body.since or 0)]
            rows.append((body.key, index, len(signed), len(outside), len(_items(outside))))
        return rows


def _items(events: Iterable[Told]) -> set[str]:
    return {item for one in events for item in one.body.items}
