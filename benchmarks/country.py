"""A made country of any size: polling stations, a device for each village, and the whole life of every planned item.

All follows from numbers and the day, so that processes can each make the statements of some villages. Every station
has as many items, people and events, however many stations there are: what grows with the log is the country.
"""

import time
from collections.abc import Iterable, Iterator
from typing import ClassVar, Self

from msgspec import Struct

from custody.core import roster
from custody.core.planning import Planned, Way
from custody.core.statement import Statement
from custody.ledger.intake import Checked
from custody.ledger.seen import Seen
from tests.world import Chain, World, handler_id, item_id, key_of, site_id

STATIONS = 10
"""Of a village."""
VILLAGES = 20
"""Of a district."""
ITEMS = 20
"""Of a station; each tenth is one that nobody commissioned."""
UNKNOWN = 10
PEOPLE = 2
"""Of a station."""
_FIRST_SITE = 1000
"""Below are the sites of `tests.world`."""
_DAY_MS = 86_400_000
_MIDDLE = (-2_500_000, 118_000_000)
"""Of the country, in millionths of a degree."""
_REACH = 5_000_000
"""How far districts lie from it; villages lie a tenth as far from their district's middle, and so on."""


class Country(Struct, frozen=True):
    """`villages` of them, and the districts of `of_district` villages that these need. `day`: when the devices' clocks
    begin, Unix ms."""

    villages: int
    day: int
    of_district: int = VILLAGES
    EVENTS: ClassVar[int] = 3
    """Of an item."""

    @classmethod
    def of(cls, entries: int) -> Self:
        """With at least so many events, all of yesterday: none is ahead of the ledger's clock, or late."""
        return cls(-(-entries // (STATIONS * ITEMS * cls.EVENTS)), time.time_ns() // 1_000_000 - _DAY_MS)

    @property
    def stations(self) -> int:
        return self.villages * STATIONS

    def root(self) -> Statement:
        """Entry 0."""
        return World(devices=0, handlers=0).root_statement

    def roster(self) -> Iterator[Statement]:
        """What follows it: sites, devices, people and plans, in this order."""
        world = World(devices=0, handlers=0)
        yield from world.roster[1:]
        for number in range(-(-self.villages // self.of_district)):
            yield _site(world, district(number), world.sites[0], "district", _near(_MIDDLE, number, _REACH))
        for number in range(self.villages):
            yield from _village(world, number, number // self.of_district, self.day + 1000 * _DAY_MS)

    def events(self, number: int) -> list[Checked]:
        """All events of a village, signed by its device and looked at as intake would."""
        world = World(devices=0, handlers=0)
        world.time = self.day
        world.devices = [Chain(key_of("device", number))]
        made = []
        for at in range(number * STATIONS, (number + 1) * STATIONS):
            world.handler_ids = [person(at, one) for one in range(PEOPLE)]
            world.handlers = [key_of("person", one) for one in world.handler_ids]
            for item in range(at * ITEMS, (at + 1) * ITEMS):
                made += list(self.life(world, station(at), item))
        return [Checked(one.envelope, Seen.of(one, [])) for one in made]

    def life(self, world: World, site: str, item: int) -> Iterable[Statement]:
        """What happens to an item at a station."""
        there = {"site": site, "items": [item_id(item)]}
        if item % UNKNOWN:
            yield world.event("commission", by=(0,), kind="parcel", **there)
        else:
            yield world.event("inspect", by=(0,), **there)
        yield world.handover(**there)
        yield world.event("inspect", by=(1,), **there)


def district(number: int) -> str:
    return site_id(_FIRST_SITE + number)


def village(number: int) -> str:
    return site_id(_FIRST_SITE + 10_000 + number)


def station(number: int) -> str:
    return site_id(_FIRST_SITE + 200_000 + number)


def person(at: int, number: int) -> str:
    """One of the PEOPLE of a station."""
    return handler_id(at * PEOPLE + number)


def _village(world: World, number: int, of: int, due: int) -> Iterator[Statement]:
    middle = _near(_near(_MIDDLE, of, _REACH), number, _REACH // 10)
    yield _site(world, village(number), district(of), "village", middle)
    stations = range(number * STATIONS, (number + 1) * STATIONS)
    for at in stations:
        yield _site(world, station(at), village(number), "polling-station", _near(middle, at, _REACH // 100))
        for one in range(PEOPLE):
            yield _badge(world, person(at, one), station(at))
    device = world.possession(key_of("device", number), "device")
    yield world.sign(roster.Device, world.authority, **device, site=village(number))
    ways = [Way(to=station(at), due=due) for at in stations]
    planned = [
        Planned(item=item_id(item), kind="parcel", ways=[way])
        for way, at in enumerate(stations)
        for item in range(at * ITEMS, (at + 1) * ITEMS)
        if item % UNKNOWN
    ]
    yield world.plan(ways, planned)


def _site(world: World, site: str, parent: str, category: str, at: tuple[int, int]) -> Statement:
    lat, lon = at
    return world.sign(
        roster.Site, world.authority, site=site, category=category, name=site, parent=parent, lat=lat, lon=lon
    )


def _near(middle: tuple[int, int], number: int, reach: int) -> tuple[int, int]:
    """A place of its own for each number: as far north or south as `reach`, and four times as far east or west."""
    north, east = number * 7 % 21 - 10, number * 5 % 17 - 8
    return middle[0] + north * reach // 10, middle[1] + east * reach // 2


def _badge(world: World, handler: str, site: str) -> Statement:
    possession = world.possession(key_of("person", handler), "handler", handler)
    return world.sign(
        roster.Handler, world.authority, **possession, handler=handler, badge=1, role="staff", site=site, begins=0
    )
