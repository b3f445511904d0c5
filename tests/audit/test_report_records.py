"""What a report says of one item, one handover, a site or a period: who gave, who took, and what is left out."""

from pathlib import Path

import pytest

from custody.audit.report.figures import Changes
from custody.audit.report.model import Report
from custody.audit.report.records import Party, Step
from custody.core.event import Part, Seal
from tests.audit.reported import B0, B1, B2, B4, CRATE, HERE, THERE, Days, number, reported
from tests.rules.story import DAY, STATION, VILLAGE, WAREHOUSE


@pytest.fixture(scope="module")
def days() -> Days:
    return Days()


def of(days: Days, folder: Path, **scope: object) -> Report:
    return reported(days, folder / "log", **scope)


def steps(report: Report) -> list[Step]:
    assert report.item is not None
    return report.item.steps


def parties(step: Step) -> tuple[str | None, str | None]:
    return tuple(party.handler if party else None for party in (step.giver, step.taker))  # type: ignore[return-value]


def test_both_parties_stand_at_each_step_of_an_item_with_what_they_signed(days: Days, tmp_path: Path) -> None:
    packer, chair = days.id(days.packer), days.id(days.chair)
    found = steps(of(days, tmp_path, item=B1))

    assert [one.action for one in found] == [
        *("commission", "seal", "release", "accept", "inspect", "release", "accept"),
    ]
    assert [parties(one) for one in found if one.action in ("release", "accept")] == [
        *[(packer, chair)] * 2, (chair, None), (chair, packer),
    ]  # fmt: skip
    released, accepted = found[2], found[3]
    assert (released.manner, released.taken_by, accepted.manner) == (None, [accepted.index], "two-devices")
    device = days.world.devices[HERE].key.keyid
    assert accepted.giver == Party(
        packer, "staff", days.sites[WAREHOUSE], signed=True, index=released.index, device=device
    )
    assert released.taker is not None
    assert (released.taker.handler, released.taker.signed) == (chair, False)
    assert [seal.seal for seal in found[4].seals] == [number(B1)]
    assert [one.handler for one in found[4].actors] == [chair]


def test_while_an_item_is_in_a_crate_what_happens_to_that_is_its_history_too(days: Days, tmp_path: Path) -> None:
    found = [(one.action, one.container) for one in steps(of(days, tmp_path, item=B4))]
    assert found == [
        *(("commission", None), ("seal", None), ("pack", None)),
        *(("release", CRATE), ("accept", CRATE), ("unpack", None)),
    ]


def test_of_two_crates_that_are_said_to_be_in_each_other_the_first_counts(tmp_path: Path) -> None:
    days = Days()
    days.say("pack", days.chair, device=THERE, site=STATION, items=[CRATE], container=B4)
    days.say("pack", days.chair, device=THERE, site=STATION, items=[B4], container=CRATE)
    days.look(B4)
    days.look(CRATE)
    assert [(one.action, one.container) for one in steps(of(days, tmp_path, item=B4))[-3:]] == [
        *(("pack", None), ("pack", None), ("inspect", None)),
    ]
    assert [(one.action, one.container) for one in steps(reported(days, tmp_path / "other", item=CRATE))[-2:]] == [
        *(("inspect", B4), ("inspect", None)),
    ]


def test_what_another_part_of_the_session_moves_stays_in_its_crate(tmp_path: Path) -> None:
    days = Days()
    days.say("pack", days.chair, device=THERE, site=STATION, items=[B4], container=CRATE)
    for number_, item in enumerate((CRATE, B4), 1):
        days.say("depart", days.chair, device=THERE, site=STATION, items=[item], to=days.sites[WAREHOUSE],
                 part=Part(i=number_, n=2))  # fmt: skip
        days.wait(-1000)
    days.wait(2000)
    days.say("arrive", days.packer, items=[CRATE])

    *_, departed, arrived = steps(of(days, tmp_path, item=B4))
    assert [(one.action, one.container) for one in (departed, arrived)] == [("depart", None), ("arrive", CRATE)]


@pytest.mark.parametrize(("kind", "stays"), [("missing", False), ("damaged", True), ("extra", True)])
def test_what_is_reported_missing_from_a_crate_does_not_go_on_with_it(kind: str, stays: bool, tmp_path: Path) -> None:
    days = Days()
    there = {"device": THERE, "site": STATION}
    if kind != "extra":
        days.say("pack", days.chair, items=[B4], container=CRATE, **there)
    days.say("discrepancy", days.chair, items=[B4], container=CRATE, kind=kind, **there)
    days.say("depart", days.chair, items=[CRATE], to=days.sites[WAREHOUSE], **there)
    last = steps(of(days, tmp_path, item=B4))[-1]
    assert (last.action, last.container) == (("depart", CRATE) if stays else ("discrepancy", None))


def test_who_receives_on_paper_has_not_signed(days: Days, tmp_path: Path) -> None:
    report = of(days, tmp_path, item=B2)
    [accepted] = [one for one in steps(report) if one.manner == "paper"]
    assert accepted.taker is not None
    assert (accepted.taker.handler, accepted.taker.signed, accepted.taker.role) == ("paper", False, None)


def test_of_what_happened_to_several_items_the_one_alone_is_counted(tmp_path: Path) -> None:
    days = Days()
    both = [Seal(item=place, id=number(box), state="intact") for place, box in enumerate((B0, B1))]
    days.say("inspect", days.packer, items=[B0, B1], seals=both)
    figures = of(days, tmp_path, item=B1).figures
    assert figures is not None
    assert (figures.seals.read, figures.seals.items_inspected, figures.seals.on) == (2, 1, 1)
    figures = reported(days, tmp_path / "other", item=B2).figures
    assert figures is not None
    assert figures.handovers.by_manner["paper"] == Changes(handovers=1, items=1)


def test_an_annulled_step_stands_in_the_history_with_the_correction(tmp_path: Path) -> None:
    days = Days()
    looked = days.look(B1)
    correction = days.say("correct", days.chair, device=THERE, site=STATION, refs=[looked.id], items=[B1])
    last = steps(of(days, tmp_path, item=B1))[-1]
    assert (last.index, last.annulled, last.corrected_by) == (days.index(looked), True, [days.index(correction)])


def test_a_handover_is_a_document_with_its_items_and_what_accepts_it(days: Days, tmp_path: Path) -> None:
    release = days.index(days.crate)
    report = of(days, tmp_path, handover=release)
    assert report.handover is not None
    assert report.figures is not None
    [part] = report.handover.parts
    [crate], step = part.items, part.step
    assert (crate.item, crate.kind, crate.contents) == (CRATE, "container", 2)
    assert (step.index, parties(step)) == (release, (days.id(days.packer), days.id(days.chair)))
    assert {manner: one.handovers for manner, one in report.figures.handovers.by_manner.items()} == {"two-devices": 1}
    assert report.figures.custody.items == 1


def test_an_acceptance_is_a_document_with_who_released(days: Days, tmp_path: Path) -> None:
    report = of(days, tmp_path, handover=days.index(days.b1_accepted))
    assert report.handover is not None
    [part] = report.handover.parts
    assert parties(part.step) == (days.id(days.packer), days.id(days.chair))


def test_of_a_site_only_what_was_there_or_came_there_is_counted(days: Days, tmp_path: Path) -> None:
    report = of(days, tmp_path, site=days.sites[VILLAGE])
    figures = report.figures
    assert figures is not None
    assert figures.custody.items == 2
    assert [row.site for row in figures.sites] == [days.sites[VILLAGE]]
    assert (figures.deliveries.delivered_on_time, figures.reconciliation.planned) == (2, 2)
    assert {one.code for one in figures.findings} == {"at-risk", "paper-receipt"}
    assert figures.handovers.by_manner.keys() == {"paper"}
    assert days.sites[STATION] not in report.names.sites


def test_of_a_period_only_what_happened_or_was_due_in_it_is_counted(days: Days, tmp_path: Path) -> None:
    report = of(days, tmp_path, begins=days.out, ends=days.back)
    figures = report.figures
    assert figures is not None
    assert (figures.deliveries.delivered_on_time, figures.deliveries.on_time) == (6, 0)
    assert figures.seals.recorded == 0
    assert figures.handovers.by_manner["two-devices"].handovers == 3


def test_as_of_an_instant_the_log_counts_as_far_as_it_had_come_and_what_is_due_by_then_is_overdue(
    days: Days, tmp_path: Path
) -> None:
    early = of(days, tmp_path, until=days.out - 1)
    late = reported(days, tmp_path / "late", until=days.back + DAY)
    assert early.figures is not None
    assert late.figures is not None
    assert early.cover.entries < late.cover.entries == len(days.book.entries)
    assert early.figures.deliveries.delivered_on_time == 6
    assert (late.figures.deliveries.delivered_on_time, late.figures.deliveries.overdue) == (10, 2)


def test_nothing_of_notes_photographs_or_vehicles_is_told(tmp_path: Path) -> None:
    days = Days()
    note, photo, vehicle = ("a" * 64, "b" * 64, "c" * 64)
    days.say("depart", days.packer, items=[B0], to=days.sites[STATION], note=note, photos=[photo], vehicle=vehicle)
    told = str(of(days, tmp_path, item=B0))
    assert [secret in told for secret in (note, photo, vehicle, "5" * 64)] == [False] * 4
