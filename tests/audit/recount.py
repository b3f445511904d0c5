"""The figures of a report counted again from the entries of a log, by plain loops: nothing is here of the report,
nor of the rules but how the id of a finding is made, which a resolution names.

It follows stories as `tests.audit.reported` tells them: what devices say is told in the order in which it happened.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.audit.followed import LATE_MS, SKEW_MS, Followed, Told


class Recount(Followed):
    """Everything that a report counts, as of the last entry, or an instant."""

    def figures(self) -> dict[str, Any]:
        return {
            "items": dict(sorted(Counter(map(self._status, self.site)).items())),
            "kinds": self._kinds(),
            "reconciliation": self._reconciled(None),
            "seals": self._seals(),
            "custody": self._custody(),
            "handovers": {manner: (self.changes[manner], self.changed[manner]) for manner in sorted(self.changes)},
            "awaited": (len({one.index for one in self.release.values()}), len(self.release)),
            "deliveries": self._deliveries(None),
            "clocks": self._clocks(),
            "differing": self._differing(),
            "enrolled": self._enrolled(),
            "revoked": self._revoked(),
            "sites": {site: (self._deliveries(site), self._reconciled(site)) for site in self._busy()},
            "counts": {
                code: (count - self.following[code], self.following[code], self._open(code))
                for code, count in self.codes.items()
                if count
            },
            "findings": {code: (count, self._open(code)) for code, count in sorted(self.codes.items()) if count},
        }

    def _status(self, item: str) -> str:
        if item in self.missing | self.strayed or "release-open" in self.breaks.get(item, {}):
            return "uncertain"
        if item in self.inside:
            return "contained"
        return "in-transit" if item in self.to else "held"

    def _under(self, site: str, top: str | None) -> bool:
        return top is None or top in self._up(site)

    def _busy(self) -> list[str]:
        named = {*self.site.values(), *self.to.values(), *(to for ways in self.plans.values() for to, _ in ways)}
        return sorted({above for site in named for above in self._up(site)})

    def _deliveries(self, top: str | None) -> dict[str, int]:
        found = Counter[str]()
        for item, way, due in self._ways():
            if self._under(self.plans[item][way][0], top):
                if self._is_made(item, way):
                    found["delivered_late" if (item, way) in self.late else "delivered_on_time"] += 1
                elif due <= self.now:
                    found["overdue"] += 1
                else:
                    found["at_risk" if self._is_at_risk(item, way, due) else "on_time"] += 1
        return dict(found)

    def _open(self, code: str) -> int:
        """Of what was found, what nothing has closed."""
        return self.codes[code] - self.closed[code]

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
            "differing": dict(sorted(Counter(code for code, _ in self.differing).items())),
            "items_differing": len({item for _, item in self.differing}),
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

    def _kinds(self) -> dict[tuple[str, str | None], tuple[int, int]]:
        """By kind and type of ballot: items, and the pieces that are planned to be in them."""
        pieces, items = Counter[tuple[str, str | None]](), Counter[tuple[str, str | None]]()
        for item, kind in self.kind.items():
            planned = self.planned.get(item)
            key = kind, planned.ballot_type if planned else None
            items[key] += 1
            pieces[key] += planned.quantity if planned else 0
        return {key: (count, pieces[key]) for key, count in items.items()}

    def _differing(self) -> tuple[dict[str, int], list[dict[str, Any]]]:
        """What was found of clocks by code; and of each device of which any was."""
        all_, rows = Counter[str](), []
        for device in sorted({one.body.issuer for one in self.raw}):
            mine = [one for one in self.raw if one.body.issuer == device]
            found = Counter[str]()
            for one in mine:
                found["clock-ahead"] += one.body.time - one.received > SKEW_MS
                found["late-entry"] += one.received - one.when > LATE_MS
            some = {code: count for code, count in sorted(found.items()) if count}
            all_.update(some)
            if some:
                ahead = max(0, *(one.body.time - one.received for one in mine))
                delay = max(one.received - one.when for one in mine)
                rows.append({"device": device, "site": self.home[device], "events": len(mine), "ahead_ms": ahead,
                             "delay_ms": delay, "findings": some})  # fmt: skip
        return dict(sorted(all_.items())), rows

    def _enrolled(self) -> dict[str, int]:
        return {kind.lower(): self.roles[kind] for kind in ("Authority", "Device", "Handler", "Root")}

    def _clocks(self) -> dict[str, int]:
        return {
            "devices": len({one.body.issuer for one in self.raw}),
            "events": len(self.raw),
            "ahead_ms": max(0, *(one.body.time - one.received for one in self.raw)),
            "delay_ms": max(one.received - one.when for one in self.raw),
        }

    def _revoked(self) -> list[tuple[str, int, int, int, int, int]]:
        """Key, entry, events signed, those after it was compromised, those that may be, the items that these name."""
        rows = []
        for index, body in self.revoked:
            signed = [one for one in self.raw if body.key in one.body.signers]
            outside = [one for one in signed if one.seen >= (body.since or 0)]
            uncertain = [one for one in signed if one.seen < (body.since or 0) <= one.received]
            items = len(_items([*outside, *uncertain]))
            rows.append((body.key, index, len(signed), len(outside), len(uncertain), items))
        return rows


def _items(events: Iterable[Told]) -> set[str]:
    return {item for one in events for item in one.body.items}
