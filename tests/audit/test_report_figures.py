"""Every figure of a report, against the same counted by plain loops: of an election in good order, and of its twins."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from custody.audit.report.model import Report
from custody.core.findings import finding_id
from custody.core.roster import Resolve
from custody.core.statement import Statement
from tests.audit.recount import Recount
from tests.audit.reported import (
    B0,
    B1,
    B2,
    B3,
    CRATE,
    ELSEWHERE,
    HERE,
    THERE,
    Days,
    number,
    reported,
)  # fmt: skip
from tests.rules.story import DAY, HOUR, MINUTE, STATION, VILLAGE, WAREHOUSE, seals

Json = dict[str, Any]


def told(report: Report) -> Json:
    """The figures under the names by which `Recount` has them, without columns of nothing."""
    figures = msgspec.to_builtins(report.figures)
    return {
        "items": figures["items"],
        "kinds": {(one["kind"], one["ballot_type"]): (one["items"], one["pieces"]) for one in figures["kinds"]},
        "reconciliation": _some(figures["reconciliation"]),
        "seals": figures["seals"],
        "custody": figures["custody"],
        "handovers": {
            manner: (one["handovers"], one["items"]) for manner, one in figures["handovers"]["by_manner"].items()
        },
        "awaited": tuple(figures["handovers"]["awaited"].values()),
        "deliveries": _some(figures["deliveries"]),
        "clocks": {name: figures["clocks"][name] for name in ("devices", "events", "ahead_ms", "delay_ms")},
        "differing": (figures["clocks"]["findings"], figures["clocks"]["differing"]),
        "enrolled": figures["keys"]["enrolled"],
        "revoked": [
            tuple(one[name] for name in ("key", "index", "events", "outside", "uncertain", "items"))
            for one in figures["keys"]["revoked"]
        ],
        "sites": {
            row["site"]: (_some(row["deliveries"]), _some(row["reconciliation"])) for row in figures["sites"]
        },
        "counts": {row["code"]: (row["roots"], row["consequences"], row["open"]) for row in figures["counts"]
                   if row["code"] not in AHEAD},
        "findings": _rows([row for row in figures["findings"] if row["code"] not in AHEAD]),
    }  # fmt: skip


AHEAD = ("at-risk",)
"""That something was at risk once is for tests of the forecast; that it is now stands in `deliveries`."""


def _rows(rows: list[Json]) -> Json:
    """By code: how many rows, and how many of them are open, as their closing says, too."""
    assert [row["open"] for row in rows] == [row["closed_at"] is None for row in rows]
    codes = sorted({row["code"] for row in rows})
    return {code: (sum(row["code"] == code for row in rows), sum(row["code"] == code and row["open"] for row in rows))
            for code in codes}  # fmt: skip


def _some(columns: Json) -> Json:
    return {name: value for name, value in columns.items() if value}


# Twins: each has one thing wrong, and differs in what follows from that


class Late(Days):
    def receive_crate(self) -> None:
        self.wait(8 * HOUR)
        super().receive_crate()


class Missing(Days):
    def take_back_papers(self, *boxes: str) -> None:
        super().take_back_papers(B2)
        self.say("discrepancy", self.clerk, device=ELSEWHERE, site=VILLAGE, items=[B3], kind="missing")


class Found(Missing):
    def come_back(self) -> None:
        super().come_back()
        self.look(B3, device=ELSEWHERE, site=VILLAGE)


class OtherSeal(Days):
    def look(self, box: str, **members: Any) -> Statement:
        return super().look(box, **{"seals": seals("seal/x/9")} | members)


class TwoSeals(Days):
    """One broken, one another."""

    def look(self, box: str, **members: Any) -> Statement:
        super().look(box, seals=seals(number(box), state="broken"))
        return super().look(B0, seals=seals("seal/x/9", state="intact"))


class SealMissing(Days):
    def look(self, box: str, **members: Any) -> Statement:
        return super().look(box, seals=seals(number(box), state="missing"))


class BallotTypes(Days):
    ballot_types = {B0: "presiden", B1: "dpr", B2: "presiden"}


class AtRisk(Days):
    def come_back(self) -> None:
        super().come_back()
        self.wait(self.back - self.now - HOUR)
        self.say("inspect", self.packer, items=[B1])


class Undersigned(Days):
    def hand_over(self) -> None:
        self.say("handover", self.packer, releaser=self.id(self.packer), receiver=self.id(self.chair), items=[B0],
                 to=self.sites[STATION])  # fmt: skip


class Elsewhere(Days):
    def come_back(self) -> None:
        super().come_back()
        self.seen_there = self.say("inspect", self.clerk, device=ELSEWHERE, site=VILLAGE, items=[B1])


class Explained(Elsewhere):
    def come_back(self) -> None:
        super().come_back()
        self.decide(Resolve, finding=finding_id("custody-break", self.seen_there.id), reason="explained")


class Compromised(Days):
    def come_back(self) -> None:
        super().come_back()
        self.revoke(self.chair, "compromised", since=self.book.entries[self.seen[0] - 1][0])


class CompromisedLater(Days):
    """What he signed before that may have been signed after it, for all that is known of when."""

    def come_back(self) -> None:
        since = self.now
        super().come_back()
        self.revoke(self.chair, "compromised", since=since)


class ClockAhead(Days):
    def take_back_papers(self, *boxes: str) -> None:
        self.wait(HOUR)
        released = self.make("release", self.clerk, releaser=self.id(self.clerk), to=self.sites[WAREHOUSE],
                             items=[B2, B3], site=VILLAGE, device=ELSEWHERE)  # fmt: skip
        self.wait(MINUTE - HOUR)
        self.hear(released, self.now)
        self.accept(self.packer, released, items=[B2, B3], site=WAREHOUSE, device=HERE)


class LateToTheLog(Days):
    def come_back(self) -> None:
        super().come_back()
        seen = self.make("inspect", self.packer, device=ELSEWHERE, items=[B1])
        self.hear(seen, self.now + 8 * DAY)


class Unreleased(Days):
    def send(self) -> None:
        super().send()
        self.say("correct", self.packer, refs=[self.b1.id], items=[B1])

    def accept_b1(self) -> None:
        self.say("accept", self.chair, device=THERE, site=STATION, items=[B1], receiver=self.id(self.chair))


class ToAnother(Days):
    def receive_crate(self) -> None:
        self.accept(self.clerk, self.crate, items=[CRATE])


class SameDevice(Days):
    def accept_b1(self) -> None:
        self.b1_accepted = self.accept(self.chair, self.b1, items=[B1], device=HERE)


class EmptyCrateElsewhere(Days):
    def come_back(self) -> None:
        super().come_back()
        self.say("inspect", self.clerk, device=ELSEWHERE, site=VILLAGE, items=[CRATE])


class Annulled(Days):
    def look(self, box: str, **members: Any) -> Statement:
        looked = super().look(box, **members)
        return self.say("correct", self.chair, device=THERE, site=STATION, refs=[looked.id], items=[box])


class OnItsWay(Days):
    def take_back(self, box: str) -> None:
        if box == B1:
            self.release_to(WAREHOUSE, box, by=self.chair, site=STATION, device=THERE)
        else:
            super().take_back(box)


TWINS: list[tuple[type[Days], str]] = [
    (Late, "deliveries sites counts findings"),
    (Missing, "items reconciliation custody handovers deliveries clocks sites counts findings"),
    (Found, "reconciliation seals custody handovers deliveries clocks sites counts findings"),
    (OtherSeal, "seals counts findings"),
    (TwoSeals, "seals clocks counts findings"),
    (SealMissing, "seals counts findings"),
    (BallotTypes, "kinds"),
    (AtRisk, "deliveries clocks sites"),
    (Undersigned, "custody handovers counts findings"),
    (Elsewhere, "items custody clocks sites counts findings"),
    (Explained, "custody clocks sites counts findings"),
    (Compromised, "custody revoked counts findings"),
    (CompromisedLater, "revoked counts findings"),
    (ClockAhead, "clocks differing counts findings"),
    (LateToTheLog, "deliveries clocks differing sites counts findings"),
    (Unreleased, "custody handovers clocks counts findings"),
    (ToAnother, "custody counts findings"),
    (SameDevice, "handovers counts findings"),
    (EmptyCrateElsewhere, "items custody clocks sites counts findings"),
    (Annulled, "seals clocks"),
    (OnItsWay, "items reconciliation handovers awaited deliveries clocks sites"),
]


@pytest.fixture(scope="module")
def in_order(tmp_path_factory: pytest.TempPathFactory) -> tuple[Json, Json]:
    """(as the report has it, as plain loops do) of the election in good order."""
    story = Days()
    return told(reported(story, tmp_path_factory.mktemp("days") / "log")), Recount(story.entries()).figures()


def test_of_an_election_in_good_order_plain_loops_count_the_same(in_order: tuple[Json, Json]) -> None:
    report, counted = in_order
    assert report == counted
    assert counted["custody"] == {"items": 7, "unbroken": 7, "mended": 0, "broken": 0, "breaks": {}}
    assert counted["handovers"] == {"one-device": (1, 1), "paper": (1, 2), "two-devices": (5, 6)}


@pytest.mark.parametrize(("twin", "changed"), TWINS, ids=[twin.__name__ for twin, _ in TWINS])
def test_a_fault_changes_the_figures_that_follow_from_it_as_plain_loops_count_them(
    twin: type[Days], changed: str, in_order: tuple[Json, Json], tmp_path: Path
) -> None:
    story = twin()
    found, counted = told(reported(story, tmp_path / "log")), Recount(story.entries()).figures()
    assert found == counted
    assert {name for name in found if found[name] != in_order[0][name]} == set(changed.split())
