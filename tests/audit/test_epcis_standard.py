"""Our documents against GS1's schema, and beside each of its examples (../shared/epcis, where present)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from tests.audit.epcis_rows import ROWS, everything
from tests.audit.exported import GS1_FOLDER, Json, Told, drawn, example, export, only, validator, with_gs1
from tests.rules.story import CRATE, STATION


@pytest.fixture
def story() -> Told:
    return Told()


@with_gs1
def test_every_event_is_valid_by_gs1s_schema_with_its_formats(tmp_path: Path) -> None:
    document = msgspec.json.decode(export(everything(), tmp_path / "log"))
    assert len(document["epcisBody"]["eventList"]) > len(ROWS)
    assert validator()(document) == []


@with_gs1
@pytest.mark.parametrize(
    ("name", "value"),
    [("bizStep", "opening"), ("disposition", "lost"), ("eventTime", "yesterday"), ("eventID", "42"), ("seals", []),
     ("epcList", ["seal/a/1"]), ("eventTimeZoneOffset", "WIB"), ("readPoint", "here"), ("errorDeclaration", {})],
)  # fmt: skip
def test_the_schema_would_find_what_is_wrong(story: Told, tmp_path: Path, name: str, value: object) -> None:
    story.say("inspect")
    document = msgspec.json.decode(export(story, tmp_path / "log"))
    assert validator()(document) == []
    document["epcisBody"]["eventList"][0][name] = value
    assert validator()(document) != []


# GS1's examples

NOT_OURS = {"bizTransactionList", "childQuantityList", "disposition", "persistentDisposition"}
"""What their events have and ours need not: commercial documents, classes of goods, and what is said only at times."""


def differences(ours: Any, theirs: Any, at: str = "") -> Iterator[str]:
    """Where ours is not shaped as theirs: another kind of value, or a key that is not there."""
    if type(ours) is not type(theirs):
        yield f"{at}: {type(ours).__name__}, not {type(theirs).__name__}"
    elif isinstance(ours, dict):
        yield from (
            f"{at}/{key}: not there" for key in theirs if key not in ours and ":" not in key and key not in NOT_OURS
        )
        for key in ours.keys() & theirs.keys():
            yield from differences(ours[key], theirs[key], f"{at}/{key}")
    elif isinstance(ours, list):
        if theirs and not ours:
            yield f"{at}: empty"
        for one in ours:
            yield from min((list(differences(one, other, f"{at}/-")) for other in theirs), key=len, default=[])


def test_a_list_of_ours_that_is_empty_where_theirs_is_not_is_a_difference() -> None:
    assert list(differences({"epcList": []}, {"epcList": ["a"]})) == ["/epcList: empty"]
    assert list(differences({"epcList": ["b"]}, {"epcList": ["a"]})) == []
    assert list(differences({"epcList": []}, {"epcList": []})) == []


def shaped_alike(ours: Json, theirs: Json) -> None:
    assert list(differences(ours, theirs)) == []


@with_gs1
@pytest.mark.parametrize("name", ["Example_9.6.1-ObjectEvent", "Example_9.6.1-ObjectEventWithDigitalLink"])
def test_a_release_and_an_acceptance_are_shaped_as_shipping_and_receiving(
    story: Told, tmp_path: Path, name: str
) -> None:
    story.accept(1, story.release(0, STATION))
    for ours, theirs in zip(drawn(story, tmp_path), example(name)["epcisBody"]["eventList"], strict=True):
        shaped_alike(ours, theirs)


@with_gs1
def test_packing_is_shaped_as_aggregation(story: Told, tmp_path: Path) -> None:
    story.say("pack", container=CRATE)
    [theirs] = example("Example_9.6.3-AggregationEvent")["epcisBody"]["eventList"]
    shaped_alike(only(story, tmp_path), theirs)


@with_gs1
def test_parties_and_lasting_dispositions_are_shaped_as_theirs(story: Told, tmp_path: Path) -> None:
    story.handover(0, 1)
    story.say("discrepancy", kind="swapped")
    first, second = example("PersistentDisposition-example")["epcisBody"]["eventList"]

    handover, swapped = drawn(story, tmp_path)

    shaped_alike(handover, first)
    shaped_alike(swapped["persistentDisposition"], {"set": second["persistentDisposition"]["set"]})


@with_gs1
def test_a_correction_is_shaped_as_an_error_declaration_and_its_corrective_event(story: Told, tmp_path: Path) -> None:
    story.say("correct", refs=[story.handover(0, 1).id], receiver=story.id(2))
    theirs = example("ErrorDeclarationAndCorrectiveEvent")["epcisBody"]["eventList"]
    goods = {name for one in theirs for name in one if name.startswith(("input", "output"))}

    for ours, other in zip(drawn(story, tmp_path), theirs, strict=True):
        shaped_alike(ours, {key: value for key, value in other.items() if key not in goods})


@with_gs1
def test_the_document_is_shaped_as_each_of_theirs(story: Told, tmp_path: Path) -> None:
    ours = msgspec.json.decode(export(story, tmp_path / "log"))
    names = sorted(path.stem for path in GS1_FOLDER.glob("*.jsonld"))
    assert len(names) == 6
    for name in names:
        theirs = example(name)
        shaped_alike({**ours, "@context": [], "epcisBody": {}}, {**theirs, "@context": [], "epcisBody": {}})
        assert (ours["@context"][0], ours["type"]) == (theirs["@context"][0], theirs["type"])
        assert [type(one) for one in ours["@context"]] == [type(one) for one in theirs["@context"]]
        assert ours["schemaVersion"] == theirs["schemaVersion"]
