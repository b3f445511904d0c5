"""A small country for the pages: a tree of sites with positions, a plan, and goods in every state that there is."""

from collections.abc import Iterator

from custody.core.event import Seal
from custody.core.head import SiteCategory
from custody.core.planning import Leg, Planned, Way
from custody.core.roster import Site
from custody.core.statement import Statement
from tests.world import START, World

GLN = "9521234567899"
HOUR = 3_600_000
SCRIPT = "<script>alert(1)</script>"


def at(code: str) -> str:
    return f"414/{GLN}/254/{code}"


PROVINCE, REGENCY, OTHER, WAREHOUSE = at("34"), at("34.71"), at("34.02"), at("34.71-G")
DISTRICT, QUIET, VILLAGE, OTHER_VILLAGE = at("34.71.01"), at("34.71.02"), at("34.71.01.1001"), at("34.71.01.1002")
STATIONS = [at(f"34.71.01.1001-{number:03}") for number in (1, 2, 3)]
FAR, NAMELESS = at("34.02.01-001"), at("34.71.01.1002-001")
"""`NAMELESS`: has a script for a name, and no position."""

_SITES: list[tuple[str, SiteCategory, str, str | None, tuple[int, int] | None]] = [
    (PROVINCE, "office", "KPU Daerah Istimewa Yogyakarta", None, (-7_796_500, 110_391_500)),
    (REGENCY, "office", "KPU Kota Yogyakarta", PROVINCE, (-7_779_300, 110_361_000)),
    (OTHER, "office", "KPU Kabupaten Bantul", PROVINCE, (-7_888_000, 110_330_000)),
    (WAREHOUSE, "warehouse", "Gudang KPU Kota Yogyakarta", REGENCY, (-7_829_000, 110_392_000)),
    (DISTRICT, "district", "PPK Tegalrejo", REGENCY, (-7_778_000, 110_356_000)),
    (QUIET, "district", "PPK Jetis", REGENCY, (-7_783_000, 110_365_000)),
    (VILLAGE, "village", "PPS Kricak", DISTRICT, (-7_774_500, 110_357_500)),
    (OTHER_VILLAGE, "village", "PPS Karangwaru", DISTRICT, (-7_773_500, 110_365_500)),
    (STATIONS[0], "polling-station", "TPS 001 Kricak", VILLAGE, (-7_773_900, 110_356_800)),
    (STATIONS[1], "polling-station", "TPS 002 Kricak", VILLAGE, (-7_775_800, 110_357_600)),
    (STATIONS[2], "polling-station", "TPS 003 Kricak", VILLAGE, (-7_773_300, 110_358_400)),
    (NAMELESS, "polling-station", SCRIPT, OTHER_VILLAGE, None),
    (FAR, "polling-station", "TPS 001 Bantul", OTHER, (-7_890_000, 110_328_000)),
]


def box(number: int) -> str:
    return f"8003/09521234000013KR{number:04}"


def bundle(number: int, ballots: str) -> str:
    return f"8004/952SS{ballots.upper()}{number:04}"


def seal(number: int) -> str:
    return f"seal/952/A{number:06}"


DELIVERED, AT_RISK, LATE, PLANNED, ELSEWHERE, LOST, FAR_BOX = map(box, range(1, 8))
"""A box has arrived under another seal; one is at the warehouse and will be late, one is late; nobody has seen one; one
has arrived without a finding; one was reported missing on its way; one goes to the other regency."""
_TO = [STATIONS[0], STATIONS[1], STATIONS[1], STATIONS[0], STATIONS[2], NAMELESS, FAR]
EXTRA = bundle(9, "dpd")
"""At the first polling station, though no plan has it come."""


class Country(World):
    """Beneath the topmost site of a world. `now`: the present of the story, Unix ms."""

    def __init__(self, now: int) -> None:
        super().__init__(devices=2, handlers=4)
        self.now = now

    def story(self) -> Iterator[Statement]:
        """All after the world's roster."""
        for site, category, name, parent, position in _SITES:
            where = {"lat": position[0], "lon": position[1]} if position else {}
            above = {"parent": parent or self.sites[0]}
            yield self.sign(Site, self.authority, site=site, category=category, name=name, **above, **where)
        self.time = max(self.now - 6 * HOUR, START + HOUR)
        yield self.policy(legs=[Leg(from_="warehouse", to="polling-station", times=[48 * HOUR])], two_devices=False)
        yield self._plan()
        yield from self._out()

    def _plan(self) -> Statement:
        dues = {LATE: -HOUR, AT_RISK: 24 * HOUR}
        ways = [Way(to=site, due=self.now + dues.get(box(number), 96 * HOUR)) for number, site in enumerate(_TO, 1)]
        items = [
            Planned(item=box(number), kind="ballot-box", district="dapil-1", seals=[seal(number)], ways=[number - 1])
            for number in range(1, len(_TO) + 1)
        ]
        return self.plan(ways, items)

    def _out(self) -> Iterator[Statement]:
        made = [one for one in map(box, range(1, len(_TO) + 1)) if one != PLANNED]
        there = {"site": WAREHOUSE, "by": [0]}
        yield self.event("commission", items=made, kind="ballot-box", **there)
        about = {"kind": "ballot-bundle", "district": "dapil-1", "quantity": 300}
        yield self.event("commission", items=[bundle(1, "ppwp")], ballot_type="ppwp", **about, **there)
        yield self.event("commission", items=[EXTRA], ballot_type="dpd", **about, **there)
        yield self.event("pack", items=[bundle(1, "ppwp")], container=DELIVERED, **there)
        for sealed, number in ((DELIVERED, 99), (ELSEWHERE, 5), (LOST, 6)):
            yield self.event("seal", items=[sealed], seals=[Seal(item=0, id=seal(number))], **there)
        for sent, to in ((DELIVERED, STATIONS[0]), (ELSEWHERE, STATIONS[2]), (LOST, NAMELESS), (EXTRA, STATIONS[0])):
            yield self.event("depart", items=[sent], to=to, carrier=self.handler_ids[1], site=WAREHOUSE, by=[0, 1])
        for arrived, to in ((DELIVERED, STATIONS[0]), (ELSEWHERE, STATIONS[2]), (EXTRA, STATIONS[0])):
            giver, taker = self.handler_ids[1], self.handler_ids[2]
            yield self.event("handover", items=[arrived], site=to, by=[1, 2], releaser=giver, receiver=taker)
        yield self.event("discrepancy", items=[LOST], kind="missing", site=OTHER_VILLAGE, by=[1])
