"""An item as its history leaves it."""

from msgspec import Struct, field

from custody.core.draft import Draft
from custody.core.history import Logged
from custody.core.plan import Itinerary
from custody.core.planning import Way

PAPER = "paper"
"""Custodian: somebody without a badge, who signed on paper."""
AHEAD = frozenset({"release-open", "late", "at-risk"})
"""Codes of what is noted before it holds."""


class Release(Struct, frozen=True, gc=False):
    """A release at `site` that nobody has accepted yet, at `time` (Unix ms).

    `releaser`, `issuer`: None where not known. `before`: the release that it took the place of. `relay`: a carrier has
    let it go, and it is still for where, and for whom, that one says.
    """

    index: int
    id: str
    time: int
    site: str
    to: str
    receiver: str | None
    carrier: str | None
    releaser: str | None = None
    issuer: str | None = None
    before: str | None = None
    relay: bool = False


class Last(Struct, frozen=True, gc=False):
    """The last event of an item's history; `time`: when it happened, Unix ms."""

    index: int
    time: int
    id: str
    action: str
    site: str


class Item(Struct, omit_defaults=True):
    """Where an item is, who has it, and what is on it.

    `begun`: the entry that commissioned it first. `custodian`: a handler id; a site id, where it was put away;
    PAPER; None if nobody has taken it yet. `carried`: he is a carrier; `signed`: and has signed that he has it.
    `left`: where it set out last. `to`: where it is on its way to. `seals`: the numbers on it, as recorded last;
    `unnumbered`: how many without. While it is in a `container`, site, custodian and way are the container's.
    `first`: where its planned ways begin. `height`: how deep containers have been in it since it was empty;
    `holds`: how many are in it, at whatever depth. `strayed_from`: the site at which it was before somebody had it
    elsewhere, though nobody had moved it, by the statement `strayed`. `astray`: its destination is not the plan's.
    `compartment`: the seals of the vehicle that it left with. `way`: how many of its planned ways it has gone,
    `gone`: when each of them was, `passed`: the sites of the next one that it has been at, `moved`: when it came to
    be where it is, or left. `unloaded`: something came out of it on its way, so that its planned quantity is no
    more. `session`: that of which its last event is a part. `sealed`: the entry that put a seal on last, unless it
    has moved since. `handed`: those that handed it over last, two at most.
    """

    begun: int | None = None
    kind: str | None = None
    ballot_type: str | None = None
    district: str | None = None
    quantity: int | None = None
    first: str | None = None
    site: str | None = None
    custodian: str | None = None
    carried: bool = False
    signed: bool = False
    left: str | None = None
    to: str | None = None
    release: Release | None = None
    seals: list[str] = []
    unnumbered: int = 0
    container: str | None = None
    contents: list[str] = []
    height: int = 0
    holds: int = 0
    condition: str | None = None
    open: bool = False
    retired: bool = False
    strayed_from: str | None = None
    strayed: str | None = None
    astray: bool = False
    was_unsealed: bool = False
    unloaded: bool = False
    compartment: list[str] = []
    last: Last | None = None
    session: str = ""
    sealed: int | None = None
    handed: list[int] = []
    moved: int = 0
    way: int = 0
    passed: list[str] = []
    gone: tuple[int, ...] = ()

    @property
    def way_begun(self) -> int:
        """When the way before the next one was gone; 0: that is the first."""
        return self.gone[-1] if self.gone else 0

    @property
    def on_the_way(self) -> bool:
        """To a place that is known, or with a carrier to wherever he goes."""
        return self.to is not None or self.carried


class Used(Struct, omit_defaults=True, gc=False):
    """A seal's number came on an item by entry `index`.

    `off`: the entry that took it off or found it lost. `back`: the entry by which it never was on it, and when.
    """

    index: int
    off: int | None = None
    back: tuple[int, int] | None = None


class Track(Struct, omit_defaults=True):
    """What the rules keep of one item: its plans, its history (entry indexes, in order), and what follows from them.

    `linked`: items with which it belongs together, for they shared an event with a container: from one to the next all
    are found, by one way. `group`: another of them, from which the next leads on to the one ("": it is this) that keeps
    how many they are, `together`. `reach`: the (moment, id) of the last event whose judgement this item had a part in:
    what comes after that can be judged without looking back. `judged`, `filled`: how many events of each device (keyid)
    name it, and as their container only, once it has so many that this counts (`allowance`). `numbers`: of the seals
    that ever were on it. `revised`: what comes next always has it happen from the beginning, for a cause in its history
    is later than its effect, or something was corrected (or was to be) or planned anew, and what was found by what it
    said before is kept.
    """

    id: str
    plans: list[Itinerary] = []
    current: int = -1
    history: list[int] = []
    linked: list[str] = []
    group: str = ""
    together: int = 1
    reach: tuple[int, str] = (-1, "")
    judged: dict[str, int] = {}
    filled: dict[str, int] = {}
    numbers: dict[str, Used] = {}
    revised: bool = False
    item: Item = field(default_factory=Item)
    drafts: list[Draft] = []

    @property
    def plan(self) -> Itinerary | None:
        """The plan that it is judged by: number `current` of its plans."""
        return self.plans[self.current] if self.plans else None

    @property
    def next_way(self) -> Way | None:
        """Which of its planned ways it is to go; None without a plan, and after the last."""
        return self.plan.way(self.item.way) if self.plan else None

    def is_planned(self, logged: Logged) -> bool:
        """Whether an event can go against its plan: not one from before that was received."""
        return self.plan is not None and self.plan.since <= logged.when

    def goes_by_plan(self, logged: Logged) -> bool:
        """Whether an event can be of the next way; from before the plan, only if the one before it had that way too."""
        if self.plan is None or self.is_planned(logged):
            return self.plan is not None
        number, gone = self.plans.index(self.plan), self.item.way
        if number == 0:
            return True
        before, now = ([way.to for way in plan.ways[: gone + 1]] for plan in (self.plans[number - 1], self.plan))
        return before == now

    def said(self, name: str) -> str | int | None:
        """Its `kind`, `ballot_type`, `district` or `quantity`: as said last, else as planned."""
        known: str | int | None = getattr(self.item, name)
        if known is None and self.plan is not None and not (name == "quantity" and self.item.unloaded):
            known = getattr(self.plan.planned, name)
        return known

    def note(self, code: str, logged: Logged, *evidence: int, since: int | None = None, **facts: str | int) -> Draft:
        """A draft whose cause is an event."""
        draft = Draft(
            code,
            logged.id,
            logged.when if since is None else since,
            [logged.index, *evidence],
            self.id,
            facts=facts,
        )
        self.drafts.append(draft)
        return draft

    def has_noted(self, code: str, logged: Logged) -> bool:
        """Whether there is a draft of this code whose cause is the event."""
        return any(draft.code == code and draft.subject == logged.id for draft in self.drafts)

    def standing(self, code: str) -> Draft | None:
        """The draft of this code that nothing has closed."""
        for draft in reversed(self.drafts):
            if draft.code == code and draft.closed_by is None:
                return draft
        return None

    def close(self, code: str, logged: Logged) -> None:
        """What an event mends is closed; what was only to come, and had not come to hold by then, never was."""
        for draft in [draft for draft in self.drafts if draft.code == code and draft.closed_by is None]:
            if code in AHEAD and logged.when <= draft.since:
                self.drafts.remove(draft)
            else:
                draft.close(logged.index, logged.when)
