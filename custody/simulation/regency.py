"""A regency at an election: its places, people, agents and boxes, its plan and its policy."""

import csv
from collections.abc import Callable, Iterable
from pathlib import Path

from msgspec import Struct

from custody.core.head import HandlerRole
from custody.simulation.crew import Crew, Member
from custody.simulation.office import Office
from custody.simulation.places import Place
from custody.simulation.post import Post
from custody.simulation.simulated_time import Time, iso
from scanner_agent.config import LogConfig

PRINTING, DELIVERY, VOTING = 0, 1, 2
"""Days of the story."""
DUE_OUT = 18
"""Hour: at the polling station the day before the vote (H-1)."""
BACK_MS = 86_400_000
"""After the vote, on a real clock: nobody waits for it."""
BALLOTS = 300
TYPES = ("ppwp", "dprd-kab")
"""Ballots for the president, the same everywhere, and for the regency's council, which differ by dapil."""

_CREWS: dict[str, tuple[HandlerRole, ...]] = {
    "printer": ("staff",),
    "warehouse": ("staff", "carrier"),
    "district": ("staff", "staff", "supervisor"),
    "village": ("staff",),
    "polling-station": ("staff", "staff"),
}


class Box(Struct, frozen=True):
    """A polling station's ballot box, the bundles for it, and the numbers of its seals: out, back, after the recap."""

    number: int
    id: str
    station: Place
    village: str
    district: str
    dapil: str
    bundles: tuple[str, str]
    seals: tuple[str, str, str]


class Regency:
    """`label` gives the text of an item's signed label. Close it."""

    def __init__(
        self, places: Iterable[Place], asset: str, crew: Crew, time: Time, label: Callable[[str], str]
    ) -> None:
        self.places = [place for place in places if place.category in _CREWS]
        self.time, self.label = time, label
        self.boxes = [
            _box(number, station, self.places, asset) for number, station in enumerate(self._of("polling-station"), 1)
        ]
        self.spare = f"8004/952SS{TYPES[1].upper()}9001"
        """A bundle of the last dapil, beyond what is needed."""
        self.posts: dict[str, Post] = {}
        self.released: dict[int, str] = {}
        """The last release of each box on its way between PPS and polling station, by number."""
        self._crew = crew
        wanted = [(role, place.site) for place in self.places for role in _CREWS[place.category]]
        self.people = crew.recruit(wanted)

    @property
    def printer(self) -> str:
        return self._of("printer")[0].site

    @property
    def warehouse(self) -> str:
        return self._of("warehouse")[0].site

    @property
    def districts(self) -> list[str]:
        return [place.site for place in self._of("district")]

    @property
    def villages(self) -> list[str]:
        return [place.site for place in self._of("village")]

    @property
    def carrier(self) -> Member:
        return next(member for member in self.people if member.role == "carrier")

    def staff(self, site: str) -> list[Member]:
        return [member for member in self.people if member.site == site and member.role == "staff"]

    def supervisor(self, site: str) -> Member:
        return next(member for member in self.people if member.site == site and member.role == "supervisor")

    def equip(self, folder: Path, log: LogConfig) -> None:
        """An agent for each place."""
        for place in self.places:
            own = folder / place.site.rpartition("/")[2]
            own.mkdir(parents=True)
            self.posts[place.site] = Post(own, place.site, log, self.time, self._crew)

    def enrol(self, office: Office) -> None:
        for site, post in self.posts.items():
            office.enrol_device(post.key, site)
        for member in self.people:
            office.enrol_handler(member.request, member.role, member.site)

    def sync(self) -> None:
        """Every agent meets the ledger, as soon as what it has signed has happened."""
        self.time.let_pass()
        for post in self.posts.values():
            post.sync()

    def close(self) -> None:
        for post in self.posts.values():
            post.close()

    def write_plan(self, path: Path) -> None:
        """As `custody plan import` takes it: out to the polling station and back to the warehouse."""
        with path.open("w", newline="", encoding="utf-8") as file:
            rows = csv.writer(file)
            rows.writerow(["item", "kind", "district", "seals", "way", "to", "due", "via"])
            for box in self.boxes:
                about = [box.id, "ballot-box", box.dapil, box.seals[0]]
                out, back = iso(self.time.of(DELIVERY, DUE_OUT)), iso(self.time.of(VOTING, 0) + BACK_MS)
                rows.writerow([*about, 1, box.station.site, out, f"{box.district} {box.village}"])
                rows.writerow([*about, 2, self.warehouse, back, f"{box.village} {box.district}"])

    def _of(self, category: str) -> list[Place]:
        return [place for place in self.places if place.category == category]


def _box(number: int, station: Place, places: Iterable[Place], asset: str) -> Box:
    by_site = {place.site: place for place in places}
    village = by_site[station.parent or ""]
    district = village.parent or ""
    districts = [place.site for place in places if place.category == "district"]
    return Box(
        number,
        f"8003/{asset}KR{number:04}",
        station,
        village.site,
        district,
        f"dapil-{districts.index(district) + 1}",
        (f"8004/952SS{TYPES[0].upper()}{number:04}", f"8004/952SS{TYPES[1].upper()}{number:04}"),
        (f"seal/952/A{number:06}", f"seal/952/B{number:06}", f"seal/952/C{number:06}"),
    )
