"""What happens in a regency: printer, warehouse, PPK, PPS, polling station, and all the way back.

The steps of one box are functions; whoever tells the story may put another in the place of one, for one box.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, Literal

from custody.simulation.crew import Member
from custody.simulation.post import Post, Reading
from custody.simulation.regency import BALLOTS, DELIVERY, PRINTING, TYPES, VOTING, Box, Regency

Step = Literal["pack", "seal", "send", "receive", "count", "give-back"]
Act = Callable[[Regency, Box], None]


def pack(regency: Regency, box: Box, *bundles: str) -> None:
    """The box's bundles, unless others are named, go into it."""
    codes = [regency.label(one) for one in (box.id, *(bundles or box.bundles))]
    regency.posts[regency.warehouse].record("pack", regency.staff(regency.warehouse), codes, quantity=len(TYPES))


def seal(regency: Regency, box: Box) -> None:
    """In the warehouse, with the number that the plan assigns."""
    codes = [regency.label(box.id), box.seals[0]]
    regency.posts[regency.warehouse].record("seal", regency.staff(regency.warehouse), codes)


def send(regency: Regency, box: Box) -> None:
    """From the PPS to the polling station, to be received by its chair."""
    chair, _ = regency.staff(box.station.site)
    release = _release(regency, box.village, box.station.site, [box], receiver=chair.handler)
    regency.released[box.number] = release


def receive(regency: Regency, box: Box) -> None:
    """At the polling station, by the one who is named, who reads the seal."""
    accept(regency, box, regency.staff(box.station.site)[0], box.seals[0])


def accept(regency: Regency, box: Box, by: Member, *seal: Reading) -> None:
    """At the polling station, with the release's document, twenty minutes after it."""
    regency.time.pass_minutes(20)
    codes = [regency.label(box.id), *seal]
    at(regency, box).record("accept", [by], codes, refs=[regency.released[box.number]])


def count(regency: Regency, box: Box) -> None:
    """On the morning of the vote: unsealed by two, and what is in it counted."""
    station = at(regency, box)
    people = regency.staff(box.station.site)
    station.record("unseal", people, [regency.label(box.id), box.seals[0]], purpose="pemungutan-suara")
    bundles = map(regency.label, box.bundles)
    station.record("inspect", people[:1], bundles, purpose="hitung", quantity=BALLOTS)


def give_back(regency: Regency, box: Box) -> None:
    """After the count: sealed again, and released to the PPS by the chair."""
    chair, _ = regency.staff(box.station.site)
    close_and_release(regency, box, chair)


def close_and_release(regency: Regency, box: Box, by: Member) -> None:
    """By whoever has the box."""
    codes = [regency.label(box.id), box.seals[1]]
    at(regency, box).record("seal", [by], codes)
    regency.released[box.number] = at(regency, box).record("release", [by], codes[:1], to=box.village)


RIGHT: Mapping[Step, Act] = {
    "pack": pack,
    "seal": seal,
    "send": send,
    "receive": receive,
    "count": count,
    "give-back": give_back,
}


def at(regency: Regency, box: Box) -> Post:
    """The agent of the box's polling station."""
    return regency.posts[box.station.site]


class Election:
    """Three days. `instead`: by step and number of a box, what happens there in place of what should."""

    def __init__(self, regency: Regency, instead: Mapping[tuple[Step, int], Act]) -> None:
        self._regency = regency
        self._instead = instead

    def print_and_pack(self) -> None:
        """Printer to warehouse: received, sorted, folded, packed, sealed. No network until all is delivered."""
        regency = self._regency
        regency.time.turn_to(PRINTING, 7)
        printed = self._print()
        store, staff = regency.posts[regency.warehouse], regency.staff(regency.warehouse)
        bundles = [regency.label(one) for one in self._bundles()]
        regency.time.turn_to(PRINTING, 10)
        store.record("accept", staff, bundles, refs=[printed])
        store.record("store", staff, bundles)
        for purpose in ("sortir", "lipat"):
            regency.time.pass_minutes(60)
            store.record("inspect", staff, bundles, purpose=purpose, quantity=BALLOTS)
        for dapil, boxes in groupby(regency.boxes, attrgetter("dapil")):
            store.record("commission", staff, self._labels(boxes), kind="ballot-box", district=dapil)
        for step in ("pack", "seal"):
            self._do(step, regency.boxes)

    def deliver(self) -> None:
        """Warehouse to PPK, PPS and polling stations."""
        regency = self._regency
        for district, boxes in _by("district", regency.boxes):
            regency.time.turn_to(DELIVERY, 6)
            self._carry(boxes, regency.warehouse, district, carrier=regency.carrier.handler)
            for village, own in _by("village", boxes):
                regency.time.turn_to(DELIVERY, 8)
                self._carry(own, district, village)
                for box in own:
                    regency.time.turn_to(DELIVERY, 9 + (box.number - 1) % 5)
                    self._do("send", [box])
                    self._do("receive", [box])
        self._meet()

    def vote(self) -> None:
        """Opened, counted and sealed again at each polling station, and back to the PPS."""
        regency = self._regency
        for village, boxes in _by("village", regency.boxes):
            for box in boxes:
                regency.time.turn_to(VOTING, 6)
                self._do("count", [box])
                regency.time.turn_to(VOTING, 14)
                self._do("give-back", [box])
            regency.time.turn_to(VOTING, 15)
            read = [code for box in boxes for code in (regency.label(box.id), box.seals[1])]
            released = [regency.released[box.number] for box in boxes]
            regency.posts[village].record("accept", regency.staff(village), read, refs=released)
        self._meet()

    def recapitulate(self) -> None:
        """PPS to PPK, opened there for the recapitulation and sealed again, and back to the warehouse."""
        regency = self._regency
        for district, boxes in _by("district", regency.boxes):
            for village, own in _by("village", boxes):
                regency.time.turn_to(VOTING, 16)
                self._carry(own, village, district)
            regency.time.turn_to(VOTING, 18)
            self._recapitulate(district, boxes)
            regency.time.turn_to(VOTING, 20)
            self._carry(boxes, district, regency.warehouse, carrier=regency.carrier.handler)
        store = regency.posts[regency.warehouse]
        regency.time.turn_to(VOTING, 22)
        store.record("store", regency.staff(regency.warehouse), self._labels(regency.boxes))
        self._meet()

    def _meet(self) -> None:
        """There is a network again: what was signed is sent, and the story goes on from what the ledger knows then."""
        self._regency.sync()
        self._regency.time.catch_up()

    def _print(self) -> str:
        """The release of all bundles to the carrier."""
        regency = self._regency
        press, staff = regency.posts[regency.printer], regency.staff(regency.printer)
        about: dict[str, Any] = {"kind": "ballot-bundle", "quantity": BALLOTS}
        press.record("commission", staff, self._labels(regency.boxes, 0), ballot_type=TYPES[0], **about)
        for dapil, boxes in groupby(regency.boxes, attrgetter("dapil")):
            codes = self._labels(boxes, 1)
            if dapil == regency.boxes[-1].dapil:
                codes.append(regency.label(regency.spare))
            press.record("commission", staff, codes, ballot_type=TYPES[1], district=dapil, **about)
        return press.record(
            "release", staff, map(regency.label, self._bundles()), to=regency.warehouse, carrier=regency.carrier.handler
        )

    def _recapitulate(self, district: str, boxes: Sequence[Box]) -> None:
        regency = self._regency
        office, staff = regency.posts[district], regency.staff(district)
        people = [*staff, regency.supervisor(district)]
        sealed = [code for box in boxes for code in (regency.label(box.id), box.seals[1])]
        office.record("unseal", people, sealed, purpose="rekapitulasi")
        office.record("open", people, self._labels(boxes), purpose="rekapitulasi")
        regency.time.pass_minutes(60)
        office.record("close", people, self._labels(boxes), purpose="rekapitulasi")
        again = [code for box in boxes for code in (regency.label(box.id), box.seals[2])]
        office.record("seal", people, again)

    def _carry(self, boxes: Sequence[Box], start: str, end: str, **more: str) -> None:
        """Released at one place, accepted at the other."""
        regency = self._regency
        release = _release(regency, start, end, boxes, **more)
        regency.time.pass_minutes(40)
        regency.posts[end].record("accept", regency.staff(end)[:1], self._labels(boxes), refs=[release])

    def _do(self, step: Step, boxes: Iterable[Box]) -> None:
        for box in boxes:
            self._instead.get((step, box.number), RIGHT[step])(self._regency, box)

    def _bundles(self) -> list[str]:
        return [*(bundle for box in self._regency.boxes for bundle in box.bundles), self._regency.spare]

    def _labels(self, boxes: Iterable[Box], bundle: int | None = None) -> list[str]:
        return [self._regency.label(box.id if bundle is None else box.bundles[bundle]) for box in boxes]


def _release(regency: Regency, start: str, end: str, boxes: Sequence[Box], **more: str) -> str:
    codes = [regency.label(box.id) for box in boxes]
    return regency.posts[start].record("release", regency.staff(start)[:1], codes, to=end, **more)


def _by(name: str, boxes: Iterable[Box]) -> list[tuple[str, list[Box]]]:
    return [(site, list(own)) for site, own in groupby(boxes, attrgetter(name))]
