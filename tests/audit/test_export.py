"""What a document tells: corrections, instants, sites."""

from pathlib import Path

import pytest

from tests.audit.epcis_rows import everything
from tests.audit.exported import GS1, STATION_LINK, Told, drawn, events_of, export, only, parties
from tests.rules.story import BOX, CRATE, OFFICE, OTHER, STATION, VILLAGE, WAREHOUSE


@pytest.fixture
def story() -> Told:
    return Told()


# Corrections


def test_an_event_that_was_corrected_is_declared_wrong_and_followed_by_how_it_reads(
    story: Told, tmp_path: Path
) -> None:
    wrong = story.handover(0, 1, to=story.sites[STATION])
    right = story.say("correct", refs=[wrong.id], to=story.sites[VILLAGE], received=story.now + 60_000)

    declared, corrective = drawn(story, tmp_path)

    declaration = declared["errorDeclaration"]
    assert (declaration["reason"], declaration["correctiveEventIDs"]) == ("incorrect_data", [corrective["eventID"]])
    assert declaration["declarationTime"] == "2026-01-01T07:00:14.000+07:00"
    assert declaration["custody:corrections"] == corrective["custody:corrections"] == [right.id]
    assert (parties(declared)[1]["location"], parties(corrective)[1]["location"]) == (
        STATION_LINK,
        GS1 + story.sites[VILLAGE],
    )
    assert (corrective["eventTime"], corrective["custody:statement"]) == (declared["eventTime"], wrong.id)
    assert corrective["recordTime"] > declared["recordTime"]
    assert "errorDeclaration" not in corrective


def test_an_event_that_was_annulled_did_not_occur(story: Told, tmp_path: Path) -> None:
    story.say("correct", refs=[story.say("inspect").id])

    declaration = only(story, tmp_path)["errorDeclaration"]

    assert declaration["reason"] == "did_not_occur"
    assert "correctiveEventIDs" not in declaration


def test_what_was_corrected_for_some_items_reads_as_before_for_the_others(story: Told, tmp_path: Path) -> None:
    wrong = story.say("store", items=[BOX, OTHER], container=CRATE)
    story.say("correct", refs=[wrong.id], items=[OTHER])

    *declared, stored, packed = drawn(story, tmp_path)

    assert [one["errorDeclaration"]["correctiveEventIDs"] for one in declared] == [
        [stored["eventID"], packed["eventID"]]
    ] * 2
    assert (stored["epcList"], packed["childEPCs"]) == ([GS1 + BOX], [GS1 + BOX])
    assert len({one["eventID"] for one in [*declared, stored, packed]}) == 4


def test_each_part_of_how_an_event_reads_has_an_id_of_its_own(story: Told, tmp_path: Path) -> None:
    wrong = story.say("depart", items=[BOX, OTHER], to=story.sites[STATION])
    story.say("correct", refs=[wrong.id], items=[OTHER], to=story.sites[VILLAGE])

    declared, kept, changed = drawn(story, tmp_path)

    assert declared["errorDeclaration"]["correctiveEventIDs"] == [kept["eventID"], changed["eventID"]]
    assert len({one["eventID"] for one in (declared, kept, changed)}) == 3
    assert [parties(one)[1]["location"] for one in (kept, changed)] == [STATION_LINK, GS1 + story.sites[VILLAGE]]


def test_a_correction_that_was_annulled_corrects_nothing(story: Told, tmp_path: Path) -> None:
    wrong = story.say("inspect")
    story.say("correct", refs=[story.say("correct", refs=[wrong.id]).id])
    assert "errorDeclaration" not in only(story, tmp_path)


def test_a_correction_by_who_may_not_corrects_nothing(story: Told, tmp_path: Path) -> None:
    wrong = story.say("inspect", 0, device=0)
    story.say("correct", 1, device=1, refs=[wrong.id])
    assert "errorDeclaration" not in only(story, tmp_path)


@pytest.mark.parametrize("spoiled", [False, True])
def test_a_correction_counts_by_a_badge_that_is_enrolled_later_if_its_signature_holds(
    story: Told, tmp_path: Path, spoiled: bool
) -> None:
    late = story.stranger()
    wrong = story.say("inspect", late, device=0)
    correction = story.say("correct", late, device=1, refs=[wrong.id])
    story.enrol(late, "staff")
    if spoiled:
        story.spoil(correction, late)

    assert ("errorDeclaration" in only(story, tmp_path)) != spoiled


def test_a_correction_counts_by_what_the_roster_said_at_the_instant(story: Told, tmp_path: Path) -> None:
    story.say("correct", 1, device=1, refs=[story.say("inspect", 1, device=0).id])
    then = story.book.entries[-1][0]
    story.revoke(1, "compromised", since=0)

    [before], [after] = (events_of(export(story, tmp_path / str(until), until=until)) for until in (then, None))

    assert ("errorDeclaration" in before, "errorDeclaration" in after) == (True, False)


def test_a_correction_of_nothing_in_the_log_is_left_out(story: Told, tmp_path: Path) -> None:
    story.say("correct", refs=["9" * 64])
    assert drawn(story, tmp_path) == []


# The document


def test_as_of_an_instant_only_what_the_log_had_received_is_told_as_it_read_then(story: Told, tmp_path: Path) -> None:
    wrong = story.say("inspect")
    then = story.book.entries[-1][0]
    story.say("correct", refs=[wrong.id])

    before, after = (events_of(export(story, tmp_path / str(until), until=until)) for until in (then, None))

    assert [("errorDeclaration" in one) for one in before + after] == [False, True]
    assert drawn(story, tmp_path, until=story.book.entries[0][0] - 1) == []


def test_of_a_site_is_told_what_happened_at_it_and_below_or_was_on_its_way_there(story: Told, tmp_path: Path) -> None:
    story.say("inspect", site=WAREHOUSE)
    story.say("depart", site=WAREHOUSE, to=story.sites[VILLAGE])
    story.say("arrive", site=VILLAGE)
    wrong = story.say("release", site=WAREHOUSE, releaser=story.id(0), to=story.sites[WAREHOUSE])
    story.say("correct", refs=[wrong.id], to=story.sites[VILLAGE])

    def actions(site: int) -> list[str]:
        data = export(story, tmp_path / str(site), site=story.sites[site])
        return [one["custody:action"] for one in events_of(data)]

    assert actions(VILLAGE) == ["depart", "arrive", "release", "release"]
    assert actions(WAREHOUSE) == ["inspect", "depart", "release", "release"]
    assert actions(STATION) == []
    assert actions(OFFICE) == ["inspect", "depart", "arrive", "release", "release"]


def test_the_same_log_gives_the_same_bytes(tmp_path: Path) -> None:
    story = everything()
    assert (
        export(story, tmp_path / "one") == export(story, tmp_path / "other") != export(story, tmp_path / "x", until=0)
    )
