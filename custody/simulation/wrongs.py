"""Seven wrongs, each of another kind, each at another polling station: what people do, not what is found of it."""

from collections.abc import Mapping

from custody.simulation import journeys
from custody.simulation.crew import Member
from custody.simulation.journeys import Act, Step
from custody.simulation.regency import DELIVERY, Box, Regency
from scanner_agent.inputs import Given

UNSEALED, SWAPPED, DIFFERENT_SEAL, STANDING, ANOTHER, LATE, SHORT = 2, 3, 7, 11, 18, 20, 28
"""Boxes, by number."""


def leave_unsealed(_regency: Regency, _box: Box) -> None:
    """Nobody seals it; it leaves the warehouse so."""


def pack_another_districts(regency: Regency, box: Box) -> None:
    """The spare bundle of another dapil goes into the box."""
    journeys.pack(regency, box, box.bundles[0], regency.spare)


def report_swapped(regency: Regency, box: Box) -> None:
    """The polling station finds ballots of another dapil in its box."""
    station, people = journeys.at(regency, box), regency.staff(box.station.site)
    station.record("unseal", people, [regency.label(box.id), box.seals[0]], purpose="pemungutan-suara")
    station.record("discrepancy", people[:1], [regency.label(regency.spare)], kind="swapped")


def receive_unsealed(regency: Regency, box: Box) -> None:
    """The chair receives a box that bears no seal, and seals it with the number that was assigned."""
    chair, _ = regency.staff(box.station.site)
    journeys.accept(regency, box, chair)
    journeys.at(regency, box).record("seal", [chair], [regency.label(box.id), box.seals[0]])


def receive_with_another_seal(regency: Regency, box: Box) -> None:
    """The box that arrives bears another number than the one that left."""
    chair, _ = regency.staff(box.station.site)
    journeys.accept(regency, box, chair, _other_seal(box), Given("expected", box.seals[0]))


def count_with_another_seal(regency: Regency, box: Box) -> None:
    """It is unsealed with the number that it was received with."""
    station, people = journeys.at(regency, box), regency.staff(box.station.site)
    station.record("unseal", people, [regency.label(box.id), _other_seal(box)], purpose="pemungutan-suara")
    station.record("inspect", people[:1], map(regency.label, box.bundles), purpose="hitung")


def receive_hours_later(regency: Regency, box: Box) -> None:
    """The release stands longer than the policy lets it."""
    regency.time.pass_minutes(400)
    journeys.receive(regency, box)


def receive_by_another(regency: Regency, box: Box) -> None:
    """A member of the next polling station's KPPS accepts what the chair of this one was named for."""
    journeys.accept(regency, box, _neighbour(regency, box), box.seals[0])


def give_back_as_holder(regency: Regency, box: Box) -> None:
    """Who has accepted it gives it back."""
    journeys.close_and_release(regency, box, _neighbour(regency, box))


def _neighbour(regency: Regency, box: Box) -> Member:
    """Somebody of the polling station whose box is the next by number."""
    _, member = regency.staff(regency.boxes[box.number].station.site)
    return member


def send_late(regency: Regency, box: Box) -> None:
    """The box leaves the PPS after it was due at the polling station."""
    regency.time.turn_to(DELIVERY, 19)
    journeys.send(regency, box)


def find_too_few(regency: Regency, box: Box) -> None:
    """Fifty ballots of a bundle are not there: the count says so, and people report it."""
    station, people = journeys.at(regency, box), regency.staff(box.station.site)
    station.record("unseal", people, [regency.label(box.id), box.seals[0]], purpose="pemungutan-suara")
    short = [regency.label(box.bundles[1])]
    station.record("inspect", people[:1], short, purpose="hitung", quantity=250)
    station.record("discrepancy", people[:1], short, kind="missing", quantity=50)


def _other_seal(box: Box) -> str:
    return box.seals[0].replace("/A", "/X")


INSTEAD: Mapping[tuple[Step, int], Act] = {
    ("seal", UNSEALED): leave_unsealed,
    ("receive", UNSEALED): receive_unsealed,
    ("pack", SWAPPED): pack_another_districts,
    ("count", SWAPPED): report_swapped,
    ("receive", DIFFERENT_SEAL): receive_with_another_seal,
    ("count", DIFFERENT_SEAL): count_with_another_seal,
    ("receive", STANDING): receive_hours_later,
    ("receive", ANOTHER): receive_by_another,
    ("give-back", ANOTHER): give_back_as_holder,
    ("send", LATE): send_late,
    ("count", SHORT): find_too_few,
}

CODES = frozenset(
    {
        "unsealed",
        "discrepancy-swapped",
        "seal-differs",
        "release-open",
        "accepted-by-another",
        "late",
        "discrepancy-short",
    }
)
"""What the rules must find, once each, as causes."""
