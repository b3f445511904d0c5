"""What the ledger answers: plain records, whatever the interface in front of it. Ids, keyids and roots are hex.

What the tables know is of the first `followed` entries of the log, at the instant `now`. Instants are Unix ms.
"""

import msgspec

from custody.core.chain import Link
from custody.core.findings import Language, Severity
from custody.core.head import HandlerRole, SiteCategory
from custody.core.judgement import Finding
from custody.core.standing import DeliveryStatus, ItemState, ItemStatus

Ranges = list[tuple[int, int]]
"""Inclusive ranges of seqs, ascending."""


class Accepted(msgspec.Struct, frozen=True):
    """A statement that is durable in the log and under the published checkpoint.

    `link` and `missing` (at most the first 100 ranges) are its issuer's chain as it stands now; `effect` says why a
    roster statement has no effect (None: it has). `receipt` is a `.tlog-proof` whose extra line is the exact entry.
    """

    id: str
    index: int
    received: int
    duplicate: bool
    link: Link
    missing: Ranges
    effect: str | None = None
    receipt: bytes | None = None


class Held(msgspec.Struct, frozen=True):
    """How many items a device holds now, and their ids: it recorded their last event, and by that they are still there,
    in no container, not retired and not on their way. `next` is the `after` of the next page; null at the end."""

    followed: int
    now: int
    holds: int
    items: list[str]
    next: str | None


class DeviceView(msgspec.Struct, frozen=True):
    """An enrolled device and its chain: the last seq and its statement id (0, None: nothing yet).

    `missing` and `forks` (indexes of entries that forked the chain when they arrived) hold at most the first 100.
    `held` is null while the tables filled from the log are not ready, and to who may not read the log.
    """

    keyid: str
    role: str
    site: str | None
    index: int
    revoked: str | None
    seq: int
    head: str | None
    missing: Ranges
    forks: list[int]
    held: Held | None = None


class EventView(msgspec.Struct, frozen=True):
    """One event of an item, in short; times in Unix ms."""

    index: int
    id: str
    issuer: str
    action: str
    site: str
    time: int
    received: int
    to: str | None = None


class FindingView(Finding, frozen=True):
    """A finding with what it says, by language, and the practice that it comes from.

    `site`: where its cause was, or where a delivery is wanted.
    """

    text: dict[Language, str]
    practice: str
    site: str | None


class FindingPage(msgspec.Struct, frozen=True):
    """Findings, the oldest first; `next` is the `after` of the next page, null on the last."""

    followed: int
    now: int
    findings: list[FindingView]
    next: str | None


class ItemView(msgspec.Struct, frozen=True):
    """An item's state (null: the log has nothing of it), findings about it, and its events, the oldest first.

    `next` is the `after` of the next page of events, `next_finding` that of more findings, asked for with
    `/findings?item=`; null at the end.
    """

    item: str
    followed: int
    now: int
    state: ItemState | None
    findings: list[FindingView]
    next_finding: str | None
    events: list[EventView]
    next: int | None


class ItemAt(msgspec.Struct, frozen=True):
    """An item in no container, in a list. `due`: of its next delivery to the site in question (null: none is due)."""

    item: str
    kind: str | None
    status: ItemStatus
    site: str | None
    custodian: str | None
    to: str | None
    due: int | None


class SiteCounts(msgspec.Struct, frozen=True):
    """Items: `holds` are there, each outermost container being one; `expects` are on the way there or planned to be
    there; of these `overdue` should have been there by now."""

    holds: int
    expects: int
    overdue: int


class SiteView(msgspec.Struct, frozen=True):
    """A site by itself, and with all `sites` in its subtree. `items`: what it holds or expects, by id.

    `next` is the `after` of the next page of items; null at the end.
    """

    site: str
    name: str
    category: SiteCategory
    parent: str | None
    followed: int
    now: int
    own: SiteCounts
    subtree: SiteCounts
    sites: int
    items: list[ItemAt]
    next: str | None


class BadgeView(msgspec.Struct, frozen=True):
    """A handler's present badge."""

    handler: str
    keyid: str
    version: int
    role: HandlerRole
    site: str
    begins: int
    ends: int | None
    revoked: str | None


class HandlerView(msgspec.Struct, frozen=True):
    """A handler, and how many items they hold now; `next` is the `after` of the next page of items, null at the end."""

    badge: BadgeView
    followed: int
    now: int
    holds: int
    items: list[ItemAt]
    next: str | None


class Deliveries(msgspec.Struct, frozen=True):
    """Planned deliveries to a site (null: to all in question) by status; `due`: of the next that is not made."""

    site: str | None
    delivered: int
    on_time: int
    at_risk: int
    late: int
    due: int | None


class SiteStanding(msgspec.Struct, frozen=True):
    """A site as it stands with all below it, which are `sites` with itself: what is there, what was and is to be
    delivered, and findings that are open. `lat`, `lon`: of the site, in millionths of a degree (null: not stated)."""

    site: str
    name: str
    category: SiteCategory
    lat: int | None
    lon: int | None
    sites: int
    holds: int
    deliveries: Deliveries
    findings: dict[Severity, int]


class Due(msgspec.Struct, frozen=True):
    """So many deliveries that are not made should be by then."""

    at: int
    deliveries: int


class Arrival(msgspec.Struct, frozen=True):
    """A planned delivery and its item as it is now: the seals that it was given, and those that it bears.

    `contents`: what is in it, where that was asked for.
    """

    item: ItemState
    to: str
    due: int
    status: DeliveryStatus
    seals: list[str]
    unnumbered: int
    contents: list[ItemState]


class PlanView(msgspec.Struct, frozen=True):
    """All deliveries to a site's subtree (without a site: all), and those to each site of it, by id.

    `next` is the `after` of the next page of sites; null at the end.
    """

    followed: int
    now: int
    total: Deliveries
    sites: list[Deliveries]
    next: str | None


class Overview(msgspec.Struct, frozen=True):
    """All in figures: items by status, planned deliveries, findings that are open, by severity."""

    size: int
    followed: int
    now: int
    items: dict[ItemStatus, int]
    deliveries: Deliveries
    findings: dict[Severity, int]


class Status(msgspec.Struct, frozen=True):
    """How the ledger is: for health checks and metrics.

    `size` and `root` are the published checkpoint's; `received` is the last entry's. `followed` is how many entries the
    tables filled from the log hold. `queued` counts statements that wait for the sequencer. `fault` says why nothing
    can be appended now (None: it can).
    """

    size: int
    root: str
    received: int
    followed: int
    queued: int
    alive: bool
    fault: str | None = None
