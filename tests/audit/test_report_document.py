"""The Berita Acara of one handover: who gave and who took what, and what became of it since."""

from pathlib import Path
from typing import get_args

import msgspec
import pytest

from custody.audit.report.faces.content import page
from custody.audit.report.faces.page import Heading, Page, Paragraph, People, Table
from custody.audit.report.model import Report
from custody.core.findings import Language
from custody.core.statement import Statement
from tests.audit.exported import Told
from tests.audit.reported import reported
from tests.rules.story import BOX, OTHER, STATION, WAREHOUSE, seals
from tests.rules.story import CRATE as BAG

BOTH: list[Language] = list(get_args(Language))
Given = tuple[str | None, str | None, list[str]]


def document(story: Told, folder: Path, statement: Statement) -> Report:
    return reported(story, folder / "log", handover=story.index(statement))


def given(report: Report) -> list[Given]:
    """By part: who gives, who takes (of a release: who accepted), and what."""
    assert report.handover is not None
    found = []
    for part in report.handover.parts:
        takes = part.acceptance if part.step.action == "release" else part.step
        people = (part.step.giver, takes.taker if takes else None)
        giver, taker = (party.handler if party else None for party in people)
        found.append((giver, taker, [one.item for one in part.items]))
    return found


def paragraphs(made: Page) -> list[str]:
    return [one.text for one in made.sections[0].blocks if isinstance(one, Heading | Paragraph)]


def said(report: Report, language: Language = "id") -> str:
    return "\n".join(paragraphs(page(report, language)))


def counted(report: Report) -> list[int]:
    """The rows of each annex."""
    return [len(one.rows) for one in page(report, "id").sections[0].blocks if isinstance(one, Table)]


def named(report: Report) -> list[list[tuple[str, str]]]:
    """By part: as what, and who."""
    blocks = [one for one in page(report, "id").sections[0].blocks if isinstance(one, People)]
    return [[(facts[0].value.text, facts[1].value.text) for facts in one.people] for one in blocks]


# Of several persons


def test_an_acceptance_of_goods_of_two_persons_says_who_gave_which(tmp_path: Path) -> None:
    story = Told()
    story.begin(BOX, OTHER)
    releases = story.release(0, STATION), story.release(1, STATION, items=[OTHER])
    report = document(story, tmp_path, story.accept(2, *releases, items=[BOX, OTHER]))

    assert given(report) == [(story.id(0), story.id(2), [BOX]), (story.id(1), story.id(2), [OTHER])]
    assert said(report).count("PIHAK KEDUA menerima dari PIHAK PERTAMA logistik pemilu sebanyak 1 (satu) barang") == 2
    assert counted(report) == [1, 1]
    assert [part[:2] for part in named(report)] == [
        [("Pihak pertama", story.id(giver)), ("Pihak kedua", story.id(2))] for giver in (0, 1)
    ]


def test_of_one_release_only_what_takes_it_up_is_counted(tmp_path: Path) -> None:
    story = Told()
    story.begin(BOX, OTHER)
    releases = story.release(0, STATION), story.release(1, STATION, items=[OTHER])
    accepted = story.accept(2, *releases, items=[BOX, OTHER])
    counts = []
    for number, statement in enumerate((releases[0], accepted)):
        report = reported(story, tmp_path / f"log-{number}", handover=story.index(statement))
        assert report.figures is not None
        counts.append({manner: one.handovers for manner, one in report.figures.handovers.by_manner.items()})
    assert [sum(one.values()) for one in counts] == [1, 2]


def test_an_acceptance_of_goods_of_one_person_is_one_part(tmp_path: Path) -> None:
    story = Told()
    story.begin(BOX, OTHER)
    released = story.release(0, STATION, items=[BOX, OTHER])
    report = document(story, tmp_path, story.accept(2, released, items=[BOX, OTHER]))
    assert given(report) == [(story.id(0), story.id(2), [BOX, OTHER])]
    assert "sebanyak 2 (dua) barang" in said(report)
    assert "Bagian" not in said(report)


def test_what_nobody_released_stands_apart_in_an_acceptance(tmp_path: Path) -> None:
    story = Told()
    story.begin(BOX, OTHER)
    report = document(story, tmp_path, story.accept(2, story.release(0, STATION), items=[BOX, OTHER]))
    assert given(report) == [(story.id(0), story.id(2), [BOX]), (None, story.id(2), [OTHER])]
    assert "PIHAK KEDUA menerima logistik pemilu sebanyak 1 (satu) barang" in said(report)
    assert "tanpa penyerahan yang tercatat" in said(report)
    assert "with no release on record" in said(report, "en")


# Corrected


def test_a_handover_that_was_corrected_for_one_item_gives_each_to_its_receiver(tmp_path: Path) -> None:
    story = Told()
    story.begin(BOX, OTHER)
    handover = story.handover(0, 1, items=[BOX, OTHER])
    correction = story.say("correct", 0, 3, refs=[handover.id], items=[OTHER], receiver=story.id(3))
    report = document(story, tmp_path, handover)

    assert given(report) == [(story.id(0), story.id(1), [BOX]), (story.id(0), story.id(3), [OTHER])]
    assert counted(report) == [1, 1]
    assert f"Serah terima ini diperbaiki di entri {story.index(correction)}." in said(report)
    assert report.handover is not None
    taker = report.handover.parts[1].step.taker
    assert taker is not None
    assert (taker.signed, taker.index) == (True, story.index(correction))


def test_what_was_annulled_of_a_handover_stands_in_a_part_that_says_so(tmp_path: Path) -> None:
    story = Told()
    story.begin(BOX, OTHER)
    handover = story.handover(0, 1, items=[BOX, OTHER])
    story.say("correct", 0, 1, refs=[handover.id], items=[OTHER])
    report = document(story, tmp_path, handover)
    assert report.handover is not None
    assert [(one.step.annulled, one.step.manner) for one in report.handover.parts] == [
        (False, "one-device"), (True, None),
    ]  # fmt: skip
    assert "Bagian 2 dari 2: DIBATALKAN" in said(report)
    assert page(report, "id").opening.title == "Berita Acara Serah Terima"


@pytest.mark.parametrize("language", BOTH)
def test_that_a_handover_was_annulled_is_said_first(language: Language, tmp_path: Path) -> None:
    story = Told()
    story.begin()
    handover = story.handover(0, 1)
    correction = story.say("correct", 0, 1, refs=[handover.id], items=[BOX])
    report = document(story, tmp_path, handover)
    made = page(report, language)

    word = {"id": "DIBATALKAN", "en": "ANNULLED"}[language]
    assert made.opening.title.startswith(f"{word}: ")
    assert paragraphs(made)[0] == word
    assert f"entri {story.index(correction)}" in said(report) or language == "en"
    assert report.handover is not None
    assert [part.step.manner for part in report.handover.parts] == [None]


def test_a_handover_that_stands_is_not_said_to_be_annulled(tmp_path: Path) -> None:
    story = Told()
    story.begin()
    report = document(story, tmp_path, story.handover(0, 1))
    assert "DIBATALKAN" not in str(msgspec.to_builtins(page(report, "id")))
    assert "PIHAK PERTAMA menyerahkan kepada PIHAK KEDUA" in said(report)


# Released


def test_a_release_that_nobody_accepted_does_not_read_as_given(tmp_path: Path) -> None:
    story = Told()
    story.begin()
    report = document(story, tmp_path, story.release(0, STATION, receiver=story.id(1)))
    assert given(report) == [(story.id(0), None, [BOX])]
    assert "PIHAK KEDUA" not in said(report)
    assert f"untuk diterima oleh {story.id(1)}" in said(report)
    assert "belum ada yang tercatat menerima" in said(report)
    assert "nobody is on record as having accepted" in said(report, "en")
    assert named(report) == [[("Pihak pertama", story.id(0)), ("Ditujukan kepada", story.id(1))]]


@pytest.mark.parametrize(("taker", "other"), [(1, False), (2, True)])
def test_of_a_release_the_second_party_is_who_accepted_it(taker: int, other: bool, tmp_path: Path) -> None:
    story = Told()
    story.begin()
    release = story.release(0, STATION, receiver=story.id(1))
    accepted = story.accept(taker, release)
    report = document(story, tmp_path, release)
    assert given(report) == [(story.id(0), story.id(taker), [BOX])]
    assert f"tercatat di entri {story.index(accepted)}" in said(report)
    assert ("bukan orang yang dituju" in said(report)) == other
    meant = [("Ditujukan kepada", story.id(1))] if other else []
    assert named(report) == [[("Pihak pertama", story.id(0)), ("Pihak kedua", story.id(taker)), *meant]]


def test_of_what_was_released_together_each_part_has_who_accepted_it(tmp_path: Path) -> None:
    story = Told()
    story.begin(BOX, OTHER, BAG)
    release = story.release(0, STATION, items=[BOX, OTHER, BAG])
    for taker, item in ((1, BAG), (2, BOX)):
        story.accept(taker, release, items=[item])
    report = document(story, tmp_path, release)
    assert given(report) == [
        (story.id(0), story.id(1), [BAG]), (story.id(0), story.id(2), [BOX]), (story.id(0), None, [OTHER]),
    ]  # fmt: skip


# As of the event


def held(report: Report) -> list[list[str]]:
    """By item: what it is, how much it holds, how many items are in it."""
    blocks = [one for one in page(report, "id").sections[0].blocks if isinstance(one, Table)]
    return [[cell.text for cell in row[1:4]] for one in blocks for row in one.rows]


@pytest.mark.parametrize("counted_first", [True, False])
def test_a_document_has_what_was_said_by_then_and_not_what_was_said_later(counted_first: bool, tmp_path: Path) -> None:
    story = Told()
    story.begin(quantity=300)
    if counted_first:
        story.say("inspect", 0, quantity=250)
    handover = story.handover(0, 1)
    if not counted_first:
        story.say("inspect", 1, quantity=250)
    assert [row[1] for row in held(document(story, tmp_path, handover))] == ["250" if counted_first else "300"]


def test_what_nobody_said_is_left_open_and_what_is_inside_stands_apart(tmp_path: Path) -> None:
    story = Told()
    story.begin(BOX, OTHER)
    story.begin(BAG, kind="container")
    story.say("pack", 0, items=[BOX, OTHER], container=BAG)
    report = document(story, tmp_path, story.handover(0, 1, items=[BAG]))
    assert [row[1:] for row in held(report)] == [["–", "2"]]
    assert "segel" not in said(report)
    assert "seal" not in said(report, "en")


def test_the_seals_that_were_read_are_counted(tmp_path: Path) -> None:
    story = Told()
    story.begin()
    report = document(story, tmp_path, story.handover(0, 1, seals=seals("seal/a/1", "seal/a/2", state="intact")))
    assert "1 (satu) barang dengan 2 (dua) segel" in said(report)
    assert "1 item of election logistics with 2 seals" in said(report, "en")


@pytest.mark.parametrize(("site", "quantity"), [(STATION, None), (WAREHOUSE, 300)])
def test_what_comes_out_on_the_way_ends_what_a_container_was_said_to_hold(
    site: int, quantity: int | None, tmp_path: Path
) -> None:
    story = Told()
    story.begin(BOX)
    story.begin(BAG, kind="container", quantity=300)
    story.say("pack", 0, items=[BOX], container=BAG)
    story.say("unpack", 0, items=[BOX], container=BAG, site=site)
    report = document(story, tmp_path, story.handover(0, 1, items=[BAG], site=site))
    assert report.handover is not None
    [part] = report.handover.parts
    assert [one.quantity for one in part.items] == [quantity]
