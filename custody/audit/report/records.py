"""The history of one item, and the document of one handover, as a report gives them."""

from msgspec import Struct

from custody.audit.report.figures import Manner
from custody.core.head import HandlerRole
from custody.core.standing import DeliveryStatus, ItemState


class Party(Struct, frozen=True):
    """Who gives or takes: a `handler` id, a site id, or `paper`; with his badge's role and home site at the time.

    `signed`: his badge did, in entry `index` on `device`.
    """

    handler: str
    role: HandlerRole | None
    site: str | None
    signed: bool
    index: int | None
    device: str | None


class SealSeen(Struct, frozen=True):
    """A seal as an event tells it: its number, or how many without one; `expected`: the number recorded before."""

    seal: str | None
    count: int | None
    expected: str | None
    state: str | None


class Step(Struct, frozen=True, kw_only=True):
    """An event in an item's history as it reads now; in `container` (the outermost): what happened to that.

    `actors`: who signed and does not only attest. `manner`: how it changed hands; `taken_by`: the entries by which a
    release was accepted. `corrected_by`: entries; `findings`: ids.
    """

    index: int
    statement: str
    device: str
    seq: int
    action: str
    when: int
    received: int
    site: str
    to: str | None
    container: str | None
    giver: Party | None
    taker: Party | None
    carrier: Party | None
    actors: list[Party]
    attesters: list[Party]
    manner: Manner | None
    taken_by: list[int]
    items: int
    seals: list[SealSeen]
    condition: str | None
    corrected_by: list[int]
    annulled: bool
    findings: list[str]


class DeliveryRow(Struct, frozen=True):
    """One planned way of an item; `punctual`: was there by its time (None: it is not there yet)."""

    to: str
    via: list[str]
    due: int
    status: DeliveryStatus
    punctual: bool | None


class ItemRecord(Struct, frozen=True):
    """*Riwayat serah terima*: all that happened to an item, in the order of its history."""

    state: ItemState
    deliveries: list[DeliveryRow]
    steps: list[Step]


class HandedItem(Struct, frozen=True):
    """An item of a handover document: what it was said to be by then, and the seals that the event names on it.

    `quantity`: what it was said to hold (None: nobody said); `contents`: how many items were recorded as being in it.
    """

    item: str
    kind: str | None
    ballot_type: str | None
    district: str | None
    quantity: int | None
    contents: int
    seals: list[SealSeen]


class HandedOver(Struct, frozen=True):
    """Items between the same parties: `step` is the event as it reads for them, with who released them as the giver.

    `acceptance`: of a release the event by which they were accepted (None: they are not yet, or it is no release).
    """

    step: Step
    items: list[HandedItem]
    acceptance: Step | None = None


class HandoverRecord(Struct, frozen=True):
    """*Berita Acara Serah Terima*: in each part the parties, who attests (*mengetahui*), and what changed hands.

    `step` is the whole event; each of its items is in one part, those for which it was annulled in the last.
    """

    step: Step
    parts: list[HandedOver]
