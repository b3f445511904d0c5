"""Random worlds: offline devices, late and reordered arrivals, partial acceptance, corrections, revocations.

Whatever happens, an item has one custodian or is uncertain, and is in one container at most.
"""

from collections.abc import Iterable
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from custody.core.containers import outermost
from custody.core.event import Part, Seal
from custody.core.plan import Itinerary
from custody.core.planning import Plan, Planned, Sealed, Signatures, Way
from custody.core.roster import Authority, Handler, Resolve, Site
from custody.core.standing import item_state, place
from custody.core.statement import Statement
from tests.rules.scene import TrueBook
from tests.world import START, Chain, World, handler_id, item_id, key_of, site_id

DEVICES = 3
HANDLERS = 4
BOXES = [item_id(number) for number in range(5)]
MONTH = 30 * 24 * 3_600_000
CRATES = [item_id(number) for number in range(100, 102)]
NEW_SITE = site_id(9)

items = st.lists(st.sampled_from([*BOXES, *CRATES]), min_size=1, max_size=3, unique=True)
boxes = st.lists(st.sampled_from(BOXES), min_size=1, max_size=3, unique=True)
devices = st.integers(0, DEVICES - 1)
handlers = st.integers(0, HANDLERS - 1)
sites = st.integers(0, 2)
policies = st.sampled_from(
    [
        {"skew_ms": 500},
        {"release_ms": 1000},
        {"sealed": [Sealed(kind="bag", least=1)]},
        {"signatures": [Signatures(action=action, count=3) for action in ("commission", "depart", "inspect", "pack")]},
        {},
    ]
)
about = st.sampled_from(
    [
        {"kind": "ballot-box"},
        {"kind": "bag", "district": "dapil-1"},
        {"kind": "bag", "district": "dapil-2", "quantity": 1},
        {"kind": "ballot-box", "quantity": 2},
    ]
)
seal_numbers = st.sampled_from(["seal/a/1", "seal/a/2", "seal/a/3"])


class Worlds(RuleBasedStateMachine):
    """Devices make statements at a site and keep them; now and then one of them reaches the ledger."""

    def __init__(self) -> None:
        super().__init__()
        self.world = World(devices=DEVICES, handlers=HANDLERS)
        self.world.time += 60_000
        self.book = TrueBook(self.world)
        self.kept: list[list[Statement]] = [[] for _ in range(DEVICES)]
        self.made: list[Statement] = []
        for statement in self.world.roster:
            self.book.add(statement, statement.body.time)
        self.seen = [self.checkpoint(1)] * DEVICES
        """The checkpoint that each device names."""
        plan = self.world.plan(
            [Way(to=self.world.sites[2], due=self.world.time + 20_000, via=[self.world.sites[1]])],
            [Planned(item=BOXES[0], kind="ballot-box", ways=[0])],
        )
        self.book.add(plan, plan.body.time)
        self.below = Chain(key_of("authority of one site"))
        members = self.world.possession(self.below.key, "authority")
        self.decide(self.world.sign(Authority, self.world.authority, **members, site=self.world.sites[1]))
        self.begun = len(self.book.entries)

    def checkpoint(self, size: int) -> tuple[int, str]:
        """The log's, of its first entries."""
        return size, self.book.root(size)

    def decide(self, statement: Statement) -> None:
        """The ledger hears of the authority at once."""
        self.book.add(statement, self.now())

    def make(self, action: str, device: int, by: Iterable[int], site: int, named: list[str], **members: Any) -> None:
        statement = self.world.event(
            action,
            device=device,
            by=by,
            site=[*self.world.sites, NEW_SITE][site],
            items=named,
            checkpoint=self.seen[device],
            **members,
        )
        self.keep(device, statement)

    def keep(self, device: int, statement: Statement) -> None:
        self.kept[device].append(statement)
        self.made.append(statement)

    @rule(device=devices, by=handlers, site=sites, named=items, about=about)
    def commission(self, device: int, by: int, site: int, named: list[str], about: dict[str, Any]) -> None:
        self.make("commission", device, [by], site, named, **about)

    @rule(device=devices, site=sites, crate=st.sampled_from(CRATES), count=st.integers(0, 3))
    def count_what_is_in_a_crate(self, device: int, site: int, crate: str, count: int) -> None:
        self.make("inspect", device, [0], site, [crate], quantity=count)

    @rule(device=devices, giver=handlers, taker=handlers, site=sites, named=items)
    def handover(self, device: int, giver: int, taker: int, site: int, named: list[str]) -> None:
        ids = self.world.handler_ids
        self.make("handover", device, {giver, taker}, site, named, releaser=ids[giver], receiver=ids[taker])

    @rule(device=devices, by=handlers, site=sites, to=sites, named=items)
    def release(self, device: int, by: int, site: int, to: int, named: list[str]) -> None:
        to_site = self.world.sites[to]
        self.make("release", device, [by], site, named, releaser=self.world.handler_ids[by], to=to_site)

    @rule(device=devices, by=handlers, site=sites, taker=st.sampled_from([*range(HANDLERS), 99]), named=items)
    def release_to_who_carries_it_himself(self, device: int, by: int, site: int, taker: int, named: list[str]) -> None:
        """Perhaps to somebody whom nobody has enrolled."""
        members = {"releaser": self.world.handler_ids[by], "to": self.world.sites[2]}
        self.make(
            "release", device, [by], site, named, receiver=handler_id(taker), carrier=handler_id(taker), **members
        )

    @rule(device=devices, taker=handlers, site=sites, named=st.permutations([*CRATES, *BOXES[:2]]))
    def a_session_is_too_large_for_one_statement(self, device: int, taker: int, site: int, named: list[str]) -> None:
        """Perhaps it tears a crate from what is in it."""
        members = {"releaser": self.world.handler_ids[0], "receiver": self.world.handler_ids[taker]}
        for number, group in enumerate((named[:2], named[2:]), 1):
            self.make("handover", device, {0, taker}, site, group, part=Part(i=number, n=2), **members)
            self.world.time -= 1000
        self.world.time += 1000

    @precondition(lambda self: any(one.body.action == "release" for one in self.made))
    @rule(device=devices, by=handlers, site=sites, data=st.data())
    def accept_in_part(self, device: int, by: int, site: int, data: st.DataObject) -> None:
        releases = [one for one in self.made if one.body.action == "release"]
        released = data.draw(st.sampled_from(releases))
        named = data.draw(st.lists(st.sampled_from(released.body.items), min_size=1, unique=True))
        receiver = self.world.handler_ids[by]
        self.make("accept", device, [by], site, named, receiver=receiver, refs=[released.id])

    @rule(device=devices, by=handlers, site=sites, to=sites, named=items)
    def depart(self, device: int, by: int, site: int, to: int, named: list[str]) -> None:
        self.make("depart", device, [by], site, named, to=self.world.sites[to])

    @rule(
        device=devices,
        by=handlers,
        site=sites,
        named=items,
        action=st.sampled_from(["arrive", "store", "inspect", "retire"]),
    )
    def be_somewhere(self, device: int, by: int, site: int, named: list[str], action: str) -> None:
        self.make(action, device, [by], site, named)

    @rule(
        device=devices,
        by=handlers,
        site=sites,
        named=items,
        said=st.sampled_from(
            [("discrepancy", "missing"), ("discrepancy", "damaged"), ("open", "psu"), ("close", "psu")]
        ),
    )
    def say_how_it_is(self, device: int, by: int, site: int, named: list[str], said: tuple[str, str]) -> None:
        action, word = said
        self.make(action, device, [by], site, named, **{"kind" if action == "discrepancy" else "purpose": word})

    @rule(device=devices, site=sites, named=boxes, crate=st.sampled_from(CRATES), out=st.booleans())
    def pack_or_unpack(self, device: int, site: int, named: list[str], crate: str, out: bool) -> None:
        self.make("unpack" if out else "pack", device, [0], site, named, container=crate)

    @rule(device=devices, by=handlers, site=sites, named=items, action=st.sampled_from(["store", "discrepancy"]))
    def say_that_an_item_is_in_itself(self, device: int, by: int, site: int, named: list[str], action: str) -> None:
        kind = {"kind": "extra"} if action == "discrepancy" else {}
        self.make(action, device, [by], site, named, container=named[0], **kind)

    @rule(device=devices, site=sites, box=st.sampled_from(BOXES), crate=st.sampled_from(CRATES), extra=st.booleans())
    def report_of_a_crate(self, device: int, site: int, box: str, crate: str, extra: bool) -> None:
        self.make("discrepancy", device, [0], site, [box], container=crate, kind="extra" if extra else "missing")

    @rule(device=devices, by=handlers, site=sites, crates=st.permutations(CRATES))
    def pack_a_crate_in_the_other(self, device: int, by: int, site: int, crates: list[str]) -> None:
        self.make("pack", device, [by], site, crates[:1], container=crates[1])

    @rule(
        device=devices,
        site=sites,
        box=st.sampled_from(BOXES),
        number=seal_numbers,
        action=st.sampled_from(["seal", "unseal", "inspect"]),
    )
    def touch_a_seal(self, device: int, site: int, box: str, number: str, action: str) -> None:
        self.make(action, device, [0], site, [box], seals=[Seal(item=0, id=number)])

    @precondition(lambda self: self.made)
    @rule(device=devices, by=handlers, site=sites, data=st.data(), annul=st.booleans())
    def correct(self, device: int, by: int, site: int, data: st.DataObject, annul: bool) -> None:
        target = data.draw(st.sampled_from(self.made))
        changes = {} if annul else {"to": self.world.sites[site]}
        self.make("correct", device, [by], site, list(target.body.items), refs=[target.id], **changes)

    @precondition(lambda self: self.made)
    @rule(by=handlers, site=sites, named=items, data=st.data())
    def somebody_has_a_copy_of_a_devices_key(self, by: int, site: int, named: list[str], data: st.DataObject) -> None:
        """And says something else beside one of its statements."""
        beside = data.draw(st.sampled_from(self.made)).body
        device = next(number for number, one in enumerate(self.world.devices) if one.key.keyid == beside.issuer)
        at = (beside.seq, beside.prev)
        self.make("inspect", device, [by], site, named, at=at)

    @rule(device=devices)
    def a_device_hears_of_the_log(self, device: int) -> None:
        """Of what is there in whatever order devices come; what its clock says may be before that."""
        self.seen[device] = self.checkpoint(self.begun)

    @rule(device=devices, back=st.integers(1, 3))
    def a_clock_goes_back(self, device: int, back: int) -> None:
        self.world.time = max(START + 60_000, self.world.time - back * 2500)

    @rule(by=handlers, reason=st.sampled_from(["lost", "compromised"]))
    def revoke(self, by: int, reason: str) -> None:
        since = {"since": self.world.time} if reason == "compromised" else {}
        self.decide(self.world.revoke(self.world.handlers[by].keyid, reason, **since))

    @precondition(lambda self: self.made)
    @rule(device=devices, data=st.data())
    def a_device_is_retired(self, device: int, data: st.DataObject) -> None:
        """With a final statement, which may be none of its own, and may not have arrived."""
        final = data.draw(st.sampled_from(self.made)).id
        self.decide(self.world.revoke(self.world.devices[device].key.keyid, "retired", final=final))

    @rule(by=handlers, role=st.sampled_from(["staff", "carrier"]), back=st.integers(0, 20), used=st.booleans())
    def a_handler_has_another_badge(self, by: int, role: str, back: int, used: bool) -> None:
        handler, key = self.world.handler_ids[by], key_of("another badge", len(self.book.entries))
        members = self.world.possession(key, "handler", handler) | {"handler": handler, "badge": 1, "role": role}
        begins = self.world.time - back * 1000
        site = self.world.sites[0]
        self.decide(self.world.sign(Handler, self.world.authority, **members, site=site, begins=begins))
        if used:
            self.world.handlers[by] = key

    @rule(back=st.integers(0, 20), members=policies)
    def a_policy_is_dated_back(self, back: int, members: dict[str, Any]) -> None:
        self.decide(self.world.policy(begins=self.world.time - back * 1000, **members))

    @rule(number=st.integers(0, 1), due=st.integers(0, 60), to=sites)
    def an_item_is_planned_anew(self, number: int, due: int, to: int) -> None:
        ways = [Way(to=self.world.sites[to], due=self.world.time + due * 1000)]
        self.decide(self.world.plan(ways, [Planned(item=BOXES[number], kind="ballot-box", ways=[0])]))

    @rule(number=st.integers(0, 2), due=st.integers(0, 60))
    def another_authority_plans_an_item_for_its_own_site(self, number: int, due: int) -> None:
        """It may, if nobody else had planned it before: else the plan has no effect."""
        ways = [Way(to=self.world.sites[1], due=self.world.time + due * 1000)]
        planned = [Planned(item=BOXES[number], kind="ballot-box", unnumbered=1, ways=[0])]
        before = [plan.ways[-1].to for plan in self._plans(BOXES[number])]
        self.decide(self.world.sign(Plan, self.below, ways=ways, items=planned))
        after = [plan.ways[-1].to for plan in self._plans(BOXES[number])]
        taken = bool(before) and before[-1] != self.world.sites[1]
        refused = taken or self.book.state.keys[self.below.key.keyid].revoked is not None
        assert after == (before if refused else [*before, self.world.sites[1]])

    @rule(device=devices, by=handlers, named=items)
    def somebody_is_where_no_site_is_known(self, device: int, by: int, named: list[str]) -> None:
        self.make("inspect", device, [by], 3, named)

    @precondition(lambda self: self.book.memory.strangers and NEW_SITE not in self.book.state.sites)
    @rule()
    def that_site_is_stated(self) -> None:
        members = {"category": "village", "name": "New", "parent": self.world.sites[0]}
        self.decide(self.world.sign(Site, self.world.authority, site=NEW_SITE, **members))

    @rule(data=st.data(), of_all=st.booleans())
    def a_finding_is_resolved(self, data: st.DataObject, of_all: bool) -> None:
        """By the authority of all sites, or by that of one."""
        found = [one.id for one in self.book.findings(self.world.time)]
        if found:
            resolve = {"finding": data.draw(st.sampled_from(found)), "reason": "explained"}
            self.decide(self.world.sign(Resolve, self.world.authority if of_all else self.below, **resolve))

    @rule(back=st.integers(-5, 20))
    def the_authority_of_one_site_is_compromised(self, back: int) -> None:
        since = self.world.time - back * 1000
        self.decide(self.world.revoke(self.below.key.keyid, "compromised", since=since))

    @rule(device=devices, count=st.integers(1, 4), late_first=st.booleans())
    def deliver(self, device: int, count: int, late_first: bool) -> None:
        """Some of what a device keeps; `late_first`: the later ones before those that they follow."""
        ready, self.kept[device] = self.kept[device][:count], self.kept[device][count:]
        for statement in reversed(ready) if late_first else ready:
            self.book.add(statement, self.now())

    @invariant()
    def an_item_has_one_custodian_or_nobody_can_say_who_has_it(self) -> None:
        tracks, resolution = self.book.memory.tracks, self.book.rules.with_resolution
        latest = max((track.item.moved for track in tracks.values()), default=0)  # clocks go back, too
        for track in tracks.values():
            for now in (latest, latest + MONTH):
                found = item_state(track, tracks.__getitem__, now, lambda one: place(one, resolution))
                assert (found.custodian is None) or found.status != "uncertain"
                if found.status == "held":
                    assert found.custodian is not None
                elif found.status == "in-transit":
                    assert found.custodian is not None or found.to is not None

    @invariant()
    def nothing_is_in_two_places_by_the_state(self) -> None:
        tracks = self.book.memory.tracks
        holders = [(inner, track.id) for track in tracks.values() for inner in track.item.contents]
        assert len({inner for inner, _ in holders}) == len(holders)
        assert sorted(holders) == sorted((t.id, t.item.container) for t in tracks.values() if t.item.container)
        for track in tracks.values():
            assert outermost(tracks, track).item.container is None

    def teardown(self) -> None:
        """In the end each device reaches the ledger."""
        for device in range(DEVICES):
            self.deliver(device=device, count=len(self.kept[device]), late_first=False)

    def _plans(self, item: str) -> list[Itinerary]:
        track = self.book.memory.tracks.get(item)
        return track.plans if track else []

    def now(self) -> int:
        """No device is ahead of the ledger's clock: when it is, it counts when it came, and by the policy of then."""
        last = self.book.entries[-1][0]
        return max(last, self.world.time + 10, *(one.body.time + 1 for one in self.made))
