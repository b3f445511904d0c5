"""What went wrong with ballot boxes in 2024, from scanner to finding: real agents, keys, uploads and a real ledger.

Unsealed, late, short, incomplete, swapped: each beside a twin as close to it as can be in which nothing is wrong.
"""

from collections.abc import Iterator
from typing import Any, Literal, NamedTuple

import pytest

from tests.deliveries import BALLOTS, OTHER_DISTRICT, OWN_DISTRICT, Delivery, Election
from tests.web.serving import Serving, make_log
from tests.world import World

Where = Literal["live", "replayed"]
MEMBERS = (
    "code",
    "text",
    "severity",
    "subject",
    "since",
    "open",
    "root",
    "parent",
    "evidence",
    "closed_by",
    "resolved",
)
Tree = dict[str, str | None]
"""The codes of what is found, each with the code of what it stands beneath."""


class LeftUnsealed(Delivery):
    """The box leaves the warehouse without a seal, and arrives so."""

    def seal(self) -> None:
        pass

    def receive(self) -> None:
        self.accept(self.box, self.bag)

    def count(self) -> None:
        self.inspect(self.bundle, BALLOTS)


class SealedAtTheDoor(Delivery):
    """The box is sealed at the very last, after the bag was made ready."""

    def seal(self) -> None:
        pass

    def send(self) -> None:
        super().seal()
        super().send()


class ReceivedLate(Delivery):
    """On its way for a night and a day: received half an hour after it was due."""

    leaves = 19
    arrives = 18.5


class ReceivedJustInTime(Delivery):
    """On its way for a night and a day: received half an hour before it was due."""

    leaves = 17.8
    arrives = 17.5


class CountedShort(Delivery):
    """Fifty ballots of the bundle are not there."""

    def count(self) -> None:
        self.unseal()
        self.inspect(self.bundle, BALLOTS - 50)


class ReportedShort(CountedShort):
    """Fifty ballots of the bundle are not there, and the chair reports it."""

    def count(self) -> None:
        super().count()
        self.at_station("discrepancy", [self.bundle], kind="missing", quantity=50)


class FewerFromTheStart(Delivery):
    """As few ballots are counted, but no more were recorded."""

    ballots = BALLOTS - 50


class WithoutItsBag(Delivery):
    """The box comes alone; the bag that was planned with it stays in the warehouse."""

    def send(self) -> None:
        self.release(self.box)

    def receive(self) -> None:
        self.accept(self.box, self.seal_number)


class ReportedIncomplete(WithoutItsBag):
    """The box comes alone, and the chair reports that the bag did not."""

    def receive(self) -> None:
        super().receive()
        self.at_station("discrepancy", [self.bag], kind="missing")


class InTwoLots(Delivery):
    """The box comes alone, and the bag after it, in time."""

    def receive(self) -> None:
        self.accept(self.box, self.seal_number)
        self.accept(self.bag)


class OfAnotherDistrict(Delivery):
    """A bundle of another district is packed in the place of the box's own."""

    def pack(self) -> None:
        self.commission_bundle(self.spare, OTHER_DISTRICT)
        self.at_warehouse("pack", [self.box, self.spare], quantity=1)

    def count(self) -> None:
        self.unseal()
        self.inspect(self.spare, BALLOTS)


class ReportedSwapped(OfAnotherDistrict):
    """A bundle of another district is in the box, and the chair reports it."""

    def count(self) -> None:
        self.unseal()
        self.at_station("discrepancy", [self.spare], kind="swapped")


class WithAnotherOfItsDistrict(Delivery):
    """Another bundle than intended is packed, of the box's own district."""

    def pack(self) -> None:
        self.commission_bundle(self.spare, OWN_DISTRICT)
        self.at_warehouse("pack", [self.box, self.spare], quantity=1)

    def count(self) -> None:
        self.unseal()
        self.inspect(self.spare, BALLOTS)


class Expected(NamedTuple):
    """What is found of a delivery, about which of its items, whether its cause is open; `twin` has nothing wrong."""

    tree: Tree
    about: str
    open: bool
    twin: type[Delivery]


WRONG: dict[type[Delivery], Expected] = {
    LeftUnsealed: Expected({"unsealed": None, "too-few-seals": "unsealed"}, "box", True, SealedAtTheDoor),
    ReceivedLate: Expected({"late": None, "at-risk": "late"}, "box bag", False, ReceivedJustInTime),
    CountedShort: Expected({"count-differs": None}, "bundle", True, FewerFromTheStart),
    ReportedShort: Expected(
        {"discrepancy-short": None, "count-differs": "discrepancy-short"}, "bundle", True, FewerFromTheStart
    ),
    WithoutItsBag: Expected({"late": None, "at-risk": "late"}, "bag", True, InTwoLots),
    ReportedIncomplete: Expected(
        {"discrepancy-missing": None, "late": "discrepancy-missing", "at-risk": "discrepancy-missing"},
        "bag",
        True,
        InTwoLots,
    ),
    OfAnotherDistrict: Expected(
        {"district-differs": None, "warning-overridden": "district-differs"}, "spare", True, WithAnotherOfItsDistrict
    ),
    ReportedSwapped: Expected(
        {
            "discrepancy-swapped": None,
            "district-differs": "discrepancy-swapped",
            "warning-overridden": "district-differs",
        },
        "spare",
        True,
        WithAnotherOfItsDistrict,
    ),
}
RIGHT: list[type[Delivery]] = [Delivery, *dict.fromkeys(one.twin for one in WRONG.values())]


class Judged(NamedTuple):
    """All deliveries, and all findings of the log they are in."""

    deliveries: dict[type[Delivery], Delivery]
    findings: dict[Where, list[dict[str, Any]]]

    def of(self, kind: type[Delivery], where: Where) -> list[dict[str, Any]]:
        """The findings that a delivery's items have a part in."""
        items = self.deliveries[kind].items
        return [one for one in self.findings[where] if not items.isdisjoint(items_of(one))]


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Judged]:
    folder = tmp_path_factory.mktemp("election")
    world = World(devices=0, handlers=0)
    with Serving(make_log(folder, world)) as ledger:
        election = Election(world, ledger, folder)
        try:
            election.enrol()
            kinds: list[type[Delivery]] = [*WRONG, *RIGHT]
            deliveries = {kind: kind(election, number) for number, kind in enumerate(kinds, 1)}
            election.plan(list(deliveries.values()))
            election.play(list(deliveries.values()))
            yield Judged(deliveries, {"live": election.live(), "replayed": election.replayed()})
        finally:
            election.close()


def items_of(finding: dict[str, Any]) -> set[str]:
    """As the ledger tells them, part by part, or as the auditor does."""
    if "items" in finding:
        return set(finding["items"])
    return {part["item"] for part in finding["parts"] if "item" in part}


def tree_of(found: list[dict[str, Any]]) -> Tree:
    codes = {one["id"]: one["code"] for one in found}
    assert len(set(codes.values())) == len(found), found
    return {one["code"]: codes[one["parent"]] if one["parent"] else None for one in found}


@pytest.mark.parametrize("where", ["live", "replayed"])
@pytest.mark.parametrize("kind", WRONG)
def test_what_went_wrong_stands_with_its_consequences_beneath(
    judged: Judged, kind: type[Delivery], where: Where
) -> None:
    delivery, expected, found = judged.deliveries[kind], WRONG[kind], judged.of(kind, where)
    assert tree_of(found) == expected.tree
    about = {getattr(delivery, name) for name in expected.about.split()}
    assert all(items_of(one) == about for one in found)
    assert [one["open"] for one in found if one["root"]] == [expected.open]


@pytest.mark.parametrize("where", ["live", "replayed"])
@pytest.mark.parametrize("kind", RIGHT)
def test_of_a_twin_in_which_nothing_is_wrong_nothing_is_found(
    judged: Judged, kind: type[Delivery], where: Where
) -> None:
    assert judged.of(kind, where) == []


@pytest.mark.parametrize("where", ["live", "replayed"])
def test_the_log_has_no_other_findings_than_those_of_the_deliveries(judged: Judged, where: Where) -> None:
    expected = sum(len(one.tree) for one in WRONG.values())
    assert len(judged.findings[where]) == expected
    assert sum(one["root"] for one in judged.findings[where]) == len(WRONG)


def test_the_ledger_and_an_auditor_find_the_same_on_the_same_evidence(judged: Judged) -> None:
    live, replayed = (
        {one["id"]: [one[name] for name in MEMBERS] for one in judged.findings[where]} for where in ("live", "replayed")
    )
    assert live == replayed
