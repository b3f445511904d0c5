"""What the log says of what a report covers, counted. docs/report.md defines each figure."""

from typing import Literal

from msgspec import Struct

from custody.core.draft import Facts
from custody.core.findings import Severity
from custody.core.roster import KeyRole
from custody.core.standing import ItemStatus

Section = Literal["quantity", "kind", "quality", "destination", "time", "evidence"]
"""Tepat jumlah, jenis, mutu, sasaran, waktu; and what all of these rest on: signatures, keys, the log itself."""
Manner = Literal["one-device", "two-devices", "paper", "undersigned", "unreleased"]
"""How something changed hands: both parties' badges signed, on one device or each on his own; the receiver on paper; a
party's badge did not sign; nobody had released it."""


class Share(Struct, frozen=True):
    """`count` of `of`."""

    count: int
    of: int

    @property
    def permille(self) -> int:
        """Rounded down: 1000 is all of them. 0 of nothing."""
        return 1000 * self.count // self.of if self.of else 0


# Tepat jumlah, jenis


class Reconciliation(Struct, frozen=True):
    """Items of sites, in each column each once.

    `planned`: to go there; of these `sent`: set out, `received`: were there, `returned`: were where they go next;
    `missing`: reported so, and not found. `here`: at rest there, `coming`: on their way there, planned or not.
    """

    planned: int = 0
    sent: int = 0
    received: int = 0
    returned: int = 0
    missing: int = 0
    here: int = 0
    coming: int = 0


class Kind(Struct, frozen=True):
    """Items of a kind, and how many `pieces` are said to be in them or planned."""

    kind: str | None
    ballot_type: str | None
    items: int
    pieces: int


# Tepat mutu


class Seals(Struct, frozen=True):
    """`recorded`: put on (without a number: so many); `read`: later; `items_inspected`: with one that was read.

    `on`: on `items_sealed` items now. `differing`: what was found, by code; `items_differing`: of so many items.
    """

    recorded: int
    read: int
    items_inspected: int
    on: int
    items_sealed: int
    differing: dict[str, int]
    items_differing: int


# Tepat sasaran


class Custody(Struct, frozen=True):
    """Of `items` that any event names the chain is `unbroken`; was broken and is `mended`; or is `broken`.

    `breaks`: by the finding's code, of how many items.
    """

    items: int
    unbroken: int
    mended: int
    broken: int
    breaks: dict[str, int]

    @property
    def complete(self) -> Share:
        return Share(self.unbroken, self.items)


class Changes(Struct, frozen=True):
    """So many times something changed hands, and how many items each time, added up."""

    handovers: int = 0
    items: int = 0


class Handovers(Struct, frozen=True):
    """Changes of hands by manner. `awaited`: released, and accepted by nobody yet."""

    by_manner: dict[Manner, Changes]
    awaited: Changes


# Tepat waktu


class Deliveries(Struct, frozen=True):
    """Planned deliveries, each in one column: were there by their time, or later; are on time, at risk, or overdue."""

    delivered_on_time: int = 0
    delivered_late: int = 0
    on_time: int = 0
    at_risk: int = 0
    overdue: int = 0

    @property
    def punctual(self) -> Share:
        """Of those that were due, or are delivered, those that were there by their time."""
        return Share(self.delivered_on_time, self.delivered_on_time + self.delivered_late + self.overdue)


class DeviceClock(Struct, frozen=True):
    """A device of whose clock anything was found: by code. `ahead_ms`: how far at most its time was after the log's.

    `delay_ms`: how long at most it kept an event before the log had it.
    """

    device: str
    site: str | None
    events: int
    ahead_ms: int
    delay_ms: int
    findings: dict[str, int]


class Clocks(Struct, frozen=True):
    """Of `devices` that signed `events`; `delay_ms` and `ahead_ms` the most of any; `findings` by code."""

    devices: int
    events: int
    ahead_ms: int
    delay_ms: int
    findings: dict[str, int]
    differing: list[DeviceClock]


# Evidence


class RevokedKey(Struct, frozen=True):
    """A key that is trusted no more, by entry `index`; `since`: if it was compromised, from when.

    It signed `events`, so many of them `outside` the time in which it counts, or `uncertain`; these name `items` items.
    """

    key: str
    role: KeyRole
    handler: str | None
    site: str | None
    reason: Literal["retired", "lost", "compromised"]
    since: int | None
    index: int
    received: int
    events: int
    outside: int
    uncertain: int
    items: int


class Keys(Struct, frozen=True):
    """How many keys are `enrolled` by role, and those `revoked`. By the whole log, whatever the report covers."""

    enrolled: dict[KeyRole, int]
    revoked: list[RevokedKey]


# Sites and findings


class SiteRow(Struct, frozen=True):
    """A site with all under it, `depth` steps below the top of what is covered; `parent` is None at the top.

    `category`: None of a site that no statement states.
    """

    site: str
    parent: str | None
    category: str | None
    depth: int
    deliveries: Deliveries
    reconciliation: Reconciliation


class FindingCount(Struct, frozen=True):
    """Findings of one code: roots and consequences, and of all of them how many are open."""

    code: str
    severity: Severity
    section: Section
    roots: int
    consequences: int
    open: int


class FindingRow(Struct, frozen=True):
    """A finding (`custody.core.judgement.Finding`); `consequences`: the ids of those that it explains.

    `sites`: where it was found. `facts`: what its text names, of its first item.
    """

    id: str
    code: str
    subject: str
    severity: Severity
    section: Section
    since: int
    open: bool
    root: bool
    parent: str | None
    consequences: list[str]
    evidence: list[int]
    closed_by: list[int]
    closed_at: int | None
    resolved: str | None
    void: list[int]
    items: list[str]
    sites: list[str]
    facts: Facts


class Figures(Struct, frozen=True):
    """What the log says of what is covered. `sites`: the top first, each before those under it."""

    items: dict[ItemStatus, int]
    kinds: list[Kind]
    reconciliation: Reconciliation
    seals: Seals
    custody: Custody
    handovers: Handovers
    deliveries: Deliveries
    clocks: Clocks
    keys: Keys
    sites: list[SiteRow]
    counts: list[FindingCount]
    findings: list[FindingRow]
