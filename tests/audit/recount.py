"""The figures of a report counted again from the entries of a log, by plain loops: nothing is here of the report,
nor of the rules.

It follows stories as `tests.audit.reported` tells them: what devices say is told in the order in which it happened.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from tests.audit.followed import SKEW_MS, Followed, Told


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
            "ahead": self._ahead(),
            "enrolled": self._enrolled(),
            "revoked": self._revoked(),
            "sites": {site: (self._deliveries(site), self._reconciled(site)) for site in self._busy()},
            "counts": {code: count for code, count in sorted(self.codes.items()) if count},
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

    def _kinds(self) -> dict[str, tuple[int, int]]:
        """By kind: items, and the pieces that are planned to be in them."""
        pieces = Counter[str]()
        for item, kind in self.kind.items():
            pieces[kind] += self.planned[item].quantity if item in self.planned else 0
        return {kind: (count, pieces[kind]) for kind, count in Counter(self.kind.values()).items()}

    def _ahead(self) -> list[tuple[str, str, int]]:
        """Device, site, by how much: of those whose clock was ahead."""
        found: dict[str, int] = {}
        for one in self.raw:
            by = one.body.time - one.received
            if by > SKEW_MS:
                found[one.body.issuer] = max(by, found.get(one.body.issuer, 0))
        return [(device, self.home[device], by) for device, by in sorted(found.items())]

    def _enrolled(self) -> dict[str, int]:
        return {kind.lower(): self.roles[kind] for kind in ("Authority", "Device", "Handler", "Root")}

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
