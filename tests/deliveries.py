"""Deliveries from a warehouse to a polling station through two real agents and a real ledger, each in good order.

A subclass puts one wrong in the place of what should happen; everything else is as here.
"""

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, ClassVar

from custody.core import label
from custody.core.planning import Leg, Planned, Way
from custody.core.roster import Handler, LabelIssuer
from custody.core.statement import Statement
from custody.simulation.crew import Crew, Member
from custody.simulation.log_copy import findings_of, size_of
from custody.simulation.post import Post
from custody.simulation.simulated_time import Time
from scanner_agent.config import LogConfig
from tests.cli.programs import succeed
from tests.web.serving import Serving
from tests.world import World, item_id, key_of

HOST = "example.id"
PACKING, DELIVERY, VOTING = 0, 1, 2
"""Days."""
DUE = 18
"""At the polling station by this hour of the day before the vote."""
BALLOTS = 300
OWN_DISTRICT, OTHER_DISTRICT = "dapil-1", "dapil-2"
LABELS = key_of("labels")
Step = tuple[int, float, Callable[[], object]]
"""On which day, not before which hour, what is done."""


class Election:
    """A warehouse and a polling station, each with its agent; `ledger` must serve the world's root statement.

    `world` has no device and no handler. Close it.
    """

    def __init__(self, world: World, ledger: Serving, folder: Path) -> None:
        self.world, self.ledger, self._folder = world, ledger, folder
        self.time = Time(hour_ms=200)
        entry0 = sha256(ledger.get("/api/v1/log/entries/0").content).hexdigest()
        self._log = LogConfig(url=ledger.url, vkey=ledger.vkey, entry0=entry0)
        self._crew = Crew(world.origin)
        _, self.warehouse, self.station = world.sites
        self.packer, self.chair, self.member = self._crew.recruit(
            [("staff", self.warehouse), ("staff", self.station), ("staff", self.station)]
        )
        self.store, self.tps = self._post("warehouse", self.warehouse), self._post("station", self.station)

    def enrol(self) -> None:
        """Devices, people and the label issuer, as the authority states them."""
        world = self.world
        issuer: dict[str, Any] = world.possession(LABELS, "label-issuer")
        self.ledger.accepted(
            [
                *world.roster[1:],
                world.sign(
                    LabelIssuer, world.authority, **issuer, site=world.sites[0], hosts=[HOST], ranges=["8004/952"]
                ),
                world.enrol_device(self.store.key, site=1),
                world.enrol_device(self.tps.key, site=2),
                *(self._enrolment(member) for member in (self.packer, self.chair, self.member)),
            ]
        )

    def plan(self, deliveries: Sequence["Delivery"]) -> None:
        """Each delivery is a way of its own: its box and its bag are due together."""
        self.time.begin(lead_ms=1000)
        due = self.time.of(DELIVERY, DUE)
        self.world.time = self.time.ms
        planned = [one for way, delivery in enumerate(deliveries) for one in delivery.planned(way)]
        day = 24 * self.time.hour_ms
        legs = [Leg(from_="warehouse", to="polling-station", times=[day])]
        self.ledger.accepted(
            [
                self.world.policy(release_ms=day, legs=legs),
                self.world.plan([Way(to=self.station, due=due)] * len(deliveries), planned),
            ]
        )

    def play(self, deliveries: Sequence["Delivery"]) -> None:
        """Three days in the order of the devices' clocks. Every agent meets the ledger before and after the vote."""
        self.sync()
        steps = sorted((step for one in deliveries for step in one.steps()), key=itemgetter(0, 1))
        for _, known in groupby(steps, lambda step: step[0] == VOTING):
            for day, hour, act in known:
                self.time.ms = max(self.time.ms, self.time.of(day, hour))
                act()
            self.sync()
            self.time.catch_up()

    def sync(self) -> None:
        self.time.let_pass()
        for post in (self.store, self.tps):
            post.sync()

    def live(self) -> list[dict[str, Any]]:
        """What the ledger answers, once its follower has followed the whole log."""
        ledger = self.ledger
        return findings_of(ledger.url, size_of(ledger.url + ledger.prefix, ledger.vkey))

    def replayed(self) -> list[dict[str, Any]]:
        """What an auditor finds in the running log, with nothing but the log's key and the hash of entry 0."""
        settings = self._folder / "auditor.toml"
        url = self.ledger.url + self.ledger.prefix
        settings.write_text(f'vkey = "{self._log.vkey}"\nentry0 = "{self._log.entry0}"\nurl = "{url}"\n')
        found: list[dict[str, Any]] = json.loads(succeed("audit", "replay", "--json", "--config", settings))["findings"]
        return found

    def close(self) -> None:
        for post in (self.store, self.tps):
            post.close()

    def _post(self, name: str, site: str) -> Post:
        folder = self._folder / name
        folder.mkdir()
        return Post(folder, site, self._log, self.time, self._crew)

    def _enrolment(self, member: Member) -> Statement:
        asked = member.request
        return self.world.sign(
            Handler,
            self.world.authority,
            handler=member.handler,
            badge=asked.badge,
            key=asked.key,
            proof=asked.proof,
            role=member.role,
            site=member.site,
            begins=self.time.ms,
        )


class Delivery:
    """A box with a bundle of ballots in it, and a bag of supplies beside it: packed, sent, received and counted."""

    leaves: ClassVar[float] = 17
    arrives: ClassVar[float] = 16
    """Hours: of the packing day, and of the day after."""
    ballots: ClassVar[int] = BALLOTS
    """As the bundle is recorded when it begins."""

    def __init__(self, election: Election, number: int) -> None:
        self.election = election
        self.box, self.bundle, self.bag, self.spare = (item_id(10 * number + place) for place in range(4))
        self.seal_number = f"seal/952/A{number:06}"
        self.released = ""

    @property
    def items(self) -> set[str]:
        return {self.box, self.bundle, self.bag, self.spare}

    def planned(self, way: int) -> list[Planned]:
        return [
            Planned(item=self.box, kind="ballot-box", district=OWN_DISTRICT, seals=[self.seal_number], ways=[way]),
            Planned(item=self.bag, kind="supplies", ways=[way]),
        ]

    def steps(self) -> list[Step]:
        return [
            (PACKING, 7, self.prepare),
            (PACKING, self.leaves, self.send),
            (DELIVERY, self.arrives, self.receive),
            (VOTING, 6, self.count),
        ]

    def prepare(self) -> None:
        self.at_warehouse("commission", [self.box], kind="ballot-box", district=OWN_DISTRICT)
        self.commission_bundle(self.bundle, OWN_DISTRICT)
        self.at_warehouse("commission", [self.bag], kind="supplies")
        self.pack()
        self.seal()

    def pack(self) -> None:
        self.at_warehouse("pack", [self.box, self.bundle], quantity=1)

    def seal(self) -> None:
        self.at_warehouse("seal", [self.box, self.seal_number])

    def send(self) -> None:
        self.release(self.box, self.bag)

    def receive(self) -> None:
        self.accept(self.box, self.seal_number, self.bag)

    def count(self) -> None:
        self.unseal()
        self.inspect(self.bundle, self.ballots)

    # What the steps consist of

    def at_warehouse(self, action: str, codes: Sequence[str], **fields: Any) -> str:
        one = self.election
        return one.store.record(action, [one.packer], map(_seen, codes), **fields)

    def at_station(self, action: str, codes: Sequence[str], **fields: Any) -> None:
        one = self.election
        one.tps.record(action, [one.chair], map(_seen, codes), **fields)

    def commission_bundle(self, bundle: str, district: str) -> None:
        about = {"ballot_type": "dprd-kab", "district": district}
        self.at_warehouse("commission", [bundle], kind="ballot-bundle", quantity=self.ballots, **about)

    def release(self, *items: str) -> None:
        one = self.election
        self.released = self.at_warehouse("release", items, to=one.station, receiver=one.chair.handler)

    def accept(self, *codes: str) -> None:
        one = self.election
        one.tps.record("accept", [one.chair], map(_seen, codes), refs=[self.released])

    def unseal(self) -> None:
        one = self.election
        codes = map(_seen, [self.box, self.seal_number])
        one.tps.record("unseal", [one.chair, one.member], codes, purpose="pemungutan-suara")

    def inspect(self, bundle: str, quantity: int) -> None:
        self.at_station("inspect", [bundle], purpose="hitung", quantity=quantity)


def _seen(code: str) -> str:
    """What a scanner reads: the number of a seal, and of an item its signed label."""
    return code if code.startswith("seal/") else label.sign(code, HOST, LABELS)
