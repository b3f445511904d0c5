"""The policy in force: what signed policies say at a site and a time, over a sane default (FORMAT.md, "Policy")."""

from bisect import insort
from collections.abc import Mapping, Sequence
from typing import get_args

from msgspec import Struct
from msgspec.structs import replace

from custody.core.head import HandlerRole, SiteCategory
from custody.core.planning import PhotographsOf, Policy

_SECOND = 1000
_MINUTE = 60 * _SECOND
_HOUR = 60 * _MINUTE
_DAY = 24 * _HOUR


class Effective(Struct, frozen=True, gc=False):
    """Every rule that differs by election, with nothing left open. Durations in ms.

    `signatures`: how many handlers at least sign an action, beside the device; none for an action that is not there.
    `roles`: who may; anybody where an action is not there. `manual`: ids may be typed. `digit_codes`: a PIN may be
    scanned digit by digit. `least_seals`: by kind of item. `photographs`: where they are asked for, by action; for one
    that is not there, nowhere. `legs`: times from one category of site to another, ascending, of which forecasts take
    the `percentile`.
    """

    signatures: Mapping[str, int]
    roles: Mapping[str, frozenset[HandlerRole]]
    two_devices: bool
    release_ms: int
    skew_ms: int
    late_ms: int
    manual: bool
    digit_codes: bool
    least_seals: Mapping[str, int]
    photographs: Mapping[str, PhotographsOf]
    legs: Mapping[tuple[SiteCategory, SiteCategory], Sequence[int]]
    percentile: int
    public_delay_ms: int


_STAFF: frozenset[HandlerRole] = frozenset({"staff"})
_MOVERS: frozenset[HandlerRole] = frozenset({"staff", "carrier"})
_ANYBODY: frozenset[HandlerRole] = frozenset(get_args(HandlerRole))

_ACTIONS: list[tuple[str, int, frozenset[HandlerRole]]] = [
    ("commission", 1, _STAFF),
    ("pack", 1, _MOVERS),
    ("unpack", 1, _MOVERS),
    ("seal", 1, _STAFF),
    ("unseal", 2, _STAFF),
    ("inspect", 1, _ANYBODY),
    ("handover", 2, _MOVERS),
    ("release", 1, _MOVERS),
    ("accept", 1, _MOVERS),
    ("depart", 1, _MOVERS),
    ("arrive", 1, _MOVERS),
    ("store", 1, _MOVERS),
    ("open", 2, _STAFF),
    ("close", 2, _STAFF),
    ("discrepancy", 1, _ANYBODY),
    ("correct", 1, _ANYBODY),
    ("retire", 2, _STAFF),
]

_LEGS: list[tuple[SiteCategory, SiteCategory, int]] = [
    ("printer", "office", 5 * _DAY),
    ("printer", "warehouse", 5 * _DAY),
    ("printer", "port", 2 * _DAY),
    ("port", "port", 7 * _DAY),
    ("port", "office", _DAY),
    ("port", "warehouse", _DAY),
    ("port", "district", _DAY),
    ("port", "village", _DAY),
    ("office", "office", 2 * _DAY),
    ("office", "warehouse", 12 * _HOUR),
    ("office", "district", 12 * _HOUR),
    ("warehouse", "warehouse", 2 * _DAY),
    ("warehouse", "district", 12 * _HOUR),
    ("warehouse", "village", 18 * _HOUR),
    ("warehouse", "polling-station", _DAY),
    ("district", "village", 6 * _HOUR),
    ("district", "polling-station", 10 * _HOUR),
    ("village", "polling-station", 4 * _HOUR),
]
"""Assumed, and as long on the way back. A policy brings what the last election measured."""

DEFAULT = Effective(
    signatures={action: count for action, count, _ in _ACTIONS},
    roles={action: roles for action, _, roles in _ACTIONS},
    two_devices=True,
    release_ms=_DAY,
    skew_ms=5 * _MINUTE,
    late_ms=7 * _DAY,
    manual=False,
    digit_codes=False,
    least_seals={"ballot-box": 1},
    photographs={"unseal": "always", "seal": "unnumbered", "inspect": "unnumbered"},
    legs={pair: (ms,) for start, end, ms in _LEGS for pair in ((start, end), (end, start))},
    percentile=90,
    public_delay_ms=0,
)


_PLAIN = ("two_devices", "release_ms", "skew_ms", "late_ms", "manual", "digit_codes", "percentile", "public_delay_ms")
"""Members that a policy and what is in force have alike."""


def effective(policy: Policy) -> Effective:
    """What a policy says, and the default where it is silent: a list that it has replaces the default's whole."""
    signatures, roles, sealed, legs = policy.signatures, policy.roles, policy.sealed, policy.legs
    photographs = policy.photographs
    said = {
        "signatures": None if signatures is None else {rule.action: rule.count for rule in signatures},
        "roles": None if roles is None else {rule.action: frozenset(rule.roles) for rule in roles},
        "least_seals": None if sealed is None else {rule.kind: rule.least for rule in sealed},
        "photographs": None if photographs is None else {rule.action: rule.of for rule in photographs},
        "legs": None if legs is None else {(leg.from_, leg.to): tuple(sorted(leg.times)) for leg in legs},
    }
    said |= {name: getattr(policy, name) for name in _PLAIN}
    return replace(DEFAULT, **{name: value for name, value in said.items() if value is not None})


class Stated(Struct, frozen=True):
    """A policy of the log: its `site` (None: everywhere), since when it counts, its entry, what it comes to."""

    site: str | None
    begins: int
    index: int
    rules: Effective


class Policies:
    """The policies of a log that have effect, and which of them is in force."""

    def __init__(self) -> None:
        self._by_site: dict[str | None, list[tuple[int, int, Effective]]] = {}

    def add(self, index: int, received: int, policy: Policy) -> None:
        """The policy of entry `index`, which the log had at `received` (Unix ms); in any order, each once."""
        rules = self._by_site.setdefault(policy.site, [])
        insort(rules, (max(policy.begins, received), index, effective(policy)))

    def at(self, site_path: Sequence[str], moment: int, index: int | None = None) -> Effective:
        """What holds at the first site of the path (the others: those above it, the nearest first), at a moment.

        Of the policies before entry `index` (None: of all), no policy counting before the log had it. The nearest site
        that has one which has begun; of its policies the one that began last, and of those that began together the
        later entry. One policy is always the same object.
        """
        if not self._by_site:
            return DEFAULT
        for site in (*site_path, None):
            if site in self._by_site:
                for begins, place, rules in reversed(self._by_site[site]):
                    if begins <= moment and (index is None or place < index):
                        return rules
        return DEFAULT

    def stated(self, moment: int) -> tuple[list[Stated], list[Stated]]:
        """(what holds at a moment, of each site that has a policy of its own, None first; what is to hold later)."""
        now: list[Stated] = []
        later: list[Stated] = []
        for site in sorted(self._by_site, key=lambda site: site or ""):
            all_ = [Stated(site, *rules) for rules in self._by_site[site]]
            now += [one for one in all_ if one.begins <= moment][-1:]
            later += [one for one in all_ if one.begins > moment]
        return now, later


def nearest_rank(values: Sequence[int], percentile: int) -> int:
    """The least of the values (one or more) that `percentile` percent of them, from 1 to 100, do not exceed."""
    rank = -(-percentile * len(values) // 100)
    return sorted(values)[rank - 1]


def leg_time(rules: Effective, start: SiteCategory, end: SiteCategory) -> int | None:
    """How long to allow for a movement between sites of these categories, in ms; None if the policy does not say."""
    times = rules.legs.get((start, end))
    return nearest_rank(times, rules.percentile) if times else None
