"""What a label says, and how it is recorded where it is not sound."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from custody.core.badge import Badge
from custody.core.errors import Malformed
from scanner_agent import texts
from scanner_agent.inputs import Chosen, Undo
from scanner_agent.reading import Found, interpret
from scanner_agent.state import warnings
from scanner_agent.workflow import step
from tests.agent.workflow.sessions import ANN, BAG, BOX, HASH, SACK, SEAL, SITE, after, item, seal


def test_a_label_read_twice_is_one_read() -> None:
    result = after(item(BOX), item(BOX))
    assert (result.say.words, result.changed) == (texts.AGAIN, False)
    assert after(item(BOX), item(BAG), item(BOX)).state.items == [BOX, BAG]


WORSE = {
    "a sound one and then a forged one": (("valid", "forged"), "forged"),
    "a forged one and then a sound one": (("forged", "valid"), "forged"),
    "a foreign one and then one of an unknown issuer": (("foreign-host", "unknown-issuer"), "unknown-issuer"),
    "a signed one and then one without a signature": (("valid", "unsigned"), "valid"),
}


@pytest.mark.parametrize("read", [item, lambda *label: replace(seal(SEAL), verdict=label[1])], ids=["item", "seal"])
@pytest.mark.parametrize(("verdicts", "kept"), WORSE.values(), ids=WORSE.keys())
def test_of_two_labels_with_one_id_the_worse_is_recorded_and_said(
    read: Callable[[str, str], Found], verdicts: tuple[str, str], kept: str
) -> None:
    result = after(item(BAG), *(read(BOX, verdict) for verdict in verdicts))
    [line] = [line for id_, line in result.state.lines.items() if id_ != BAG]
    assert line.verdict == kept
    assert result.say.tone == ("heard" if kept == "valid" else "warned")


def test_a_container_with_a_second_and_forged_label_is_warned_of() -> None:
    packing = (Chosen("pack"), item(SACK))
    assert after(*packing, item(SACK)).say.words == texts.OWN_CONTAINER
    result = after(*packing, item(SACK, "forged"))
    assert (result.say.tone, result.state.container, warnings(result.state)) == ("warned", SACK, ["label-bad"])


@pytest.mark.parametrize("verdict", ["forged", "unknown-issuer", "foreign-host", "out-of-range"])
def test_a_label_that_is_not_right_is_kept_with_a_warning(verdict: str) -> None:
    result = after(item(BOX, verdict))
    assert (result.say.tone, result.say.words) == ("warned", texts.VERDICTS[verdict])  # type: ignore[index]
    assert result.state.items == [BOX]
    assert warnings(result.state) == ["label-foreign-host" if verdict == "foreign-host" else "label-bad"]


@pytest.mark.parametrize("verdict", ["valid", "unsigned"])
def test_a_sound_or_unsigned_label_needs_no_warning(verdict: str) -> None:
    result = after(item(BOX, verdict))
    assert (result.say.tone, warnings(result.state)) == ("good", [])


def test_an_undone_label_takes_its_warning_with_it() -> None:
    assert warnings(after(item(BOX, "forged"), Undo()).state) == []


def test_a_container_with_a_forged_label_is_warned_of_and_can_be_undone() -> None:
    result = after(Chosen("pack"), item(SACK, "forged"))
    assert (result.say.tone, result.state.container, warnings(result.state)) == ("warned", SACK, ["label-bad"])
    assert step(result.state, Undo()).state.container is None


MEANINGS = {
    BOX: ("item", BOX),
    "plain/kpu/A-17": ("item", "plain/kpu/A-17"),
    SEAL: ("seal", SEAL),
    HASH: ("statement", HASH),
    SITE: ("site", SITE),
    f"https://example.id/{BOX}": ("item", BOX),
}


@pytest.mark.parametrize(("text", "meaning"), MEANINGS.items())
def test_a_label_is_an_item_a_seal_or_a_site(text: str, meaning: tuple[str, str]) -> None:
    found = interpret(text, "serial", "]Q1", lambda label: "unsigned")
    assert isinstance(found, Found)
    assert (found.what, found.id, found.verdict) == (*meaning, "unsigned")


def test_a_badge_is_told_from_a_label() -> None:
    text = f"custody-badge/1/{ANN}/{'a' * 26}/00000000"
    assert isinstance(interpret(text, "serial", None, lambda label: "unsigned"), Badge)


@pytest.mark.parametrize("text", ["hello", "https://example.com/menu", "custody-badge/1/x", "01/04006381333931", "é"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        interpret(text, "serial", None, lambda label: "unsigned")
