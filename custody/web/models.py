"""What the API answers, as JSON; the OpenAPI document is made from these. Bytes are base64, times Unix ms."""

from typing import Annotated, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from custody.core.chain import Link
from custody.core.findings import Severity
from custody.ledger.views import Ranges

Decimal = Annotated[str, Meta(pattern="^(0|[1-9][0-9]{0,18})$")]
"""How an index or a size is written in a URL."""


class Problem(Struct, frozen=True, omit_defaults=True):
    """Why something was refused (RFC 9457): what was expected, what came, whether trying again can help, what to do."""

    type: str
    title: str
    status: int
    detail: str
    retry: bool
    expected: str | None = None
    got: str | None = None
    remedy: str | None = None


class AcceptedAnswer(Struct, frozen=True, tag_field="status", tag="accepted"):
    """A statement that is durable in the log, whether it came now or before (`duplicate`).

    `link` and `missing` say how its issuer's chain stands; `effect` why a roster statement has none. `receipt` is a
    `.tlog-proof`; with `?receipts=later`, `location` is where to fetch it.
    """

    id: str
    index: int
    received: int
    duplicate: bool
    link: Link
    missing: Ranges
    effect: str | None
    receipt: bytes | UnsetType = UNSET
    location: str | UnsetType = UNSET


class RefusedAnswer(Struct, frozen=True, tag_field="status", tag="refused"):
    """A statement that is not in the log."""

    problem: Problem


class Answers(Struct, frozen=True):
    """One answer for each line, in order."""

    answers: list[AcceptedAnswer | RefusedAnswer]


class Logged(Struct, frozen=True):
    """Where a statement stands in the log. `receipt` lacks the entry for who may not see it (yet)."""

    id: str
    index: int
    received: int
    receipt: bytes


class Consistency(Struct, frozen=True):
    """The proof that the tree of size `to` begins with the tree of size `from`, and a checkpoint at least as large."""

    old: int = msgspec.field(name="from")
    new: int = msgspec.field(name="to")
    proof: list[bytes]
    checkpoint: str


class RosterPage(Struct, frozen=True):
    """Receipts of roster statements, by index; `next` is the `after` of the next page, null on the last."""

    receipts: list[bytes]
    next: int | None


class Kept(Struct, frozen=True):
    """A photograph that is durable here, whether it came now or before (`duplicate`)."""

    hash: str
    duplicate: bool


class Asking(Struct, frozen=True):
    """A device's request that waits for people: the fingerprint by which they compare it, and its site."""

    fingerprint: str
    site: str


class Health(Struct, frozen=True):
    """That the ledger is well; if it is not, the answer is a problem."""

    status: str
    size: int
    followed: int
    queued: int


class SubmitQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """`receipts=later` keeps the answers short; the receipts are then fetched one by one."""

    receipts: Literal["later"] | UnsetType = UNSET


class StatementQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """`format=proof` answers with the `.tlog-proof` itself."""

    format: Literal["proof"] | UnsetType = UNSET


class ConsistencyQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Two tree sizes, from ≤ to; without `to`, the published checkpoint's."""

    old: Decimal = msgspec.field(name="from")
    new: Decimal | UnsetType = msgspec.field(name="to", default=UNSET)


class AfterQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Only what is logged above this index; without it, from the first."""

    after: Decimal | UnsetType = UNSET


class ItemsQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Only items above this id; without it, from the first."""

    after: str | UnsetType = UNSET


class FindingsQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Findings of a code, a severity, a site and all below it, an item; open or closed, since an instant (Unix ms).

    `after` is the `next` of the page before.
    """

    code: str | UnsetType = UNSET
    severity: Severity | UnsetType = UNSET
    site: str | UnsetType = UNSET
    item: str | UnsetType = UNSET
    open: Literal["true", "false"] | UnsetType = UNSET
    since: Decimal | UnsetType = UNSET
    after: Annotated[str, Meta(pattern=r"^(0|[1-9][0-9]{0,18})\.f-[a-z2-7]{26}$")] | UnsetType = UNSET


class PlanQuery(Struct, frozen=True, forbid_unknown_fields=True):
    """Deliveries to a site and all below it. `after`: only sites above this id are listed one by one."""

    site: str | UnsetType = UNSET
    after: str | UnsetType = UNSET
