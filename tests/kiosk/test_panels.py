"""Every state and every panel of the screen, in both languages, on a panel of 10.1 inches and on a phone."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from custody.core.findings import Language
from scanner_agent import texts
from scanner_agent.inputs import BadgeShown, Caution, Chosen, Confirm, Expected, Given, Input, Unlocked, Vehicle
from scanner_agent.kiosk.around import Around, Battery
from scanner_agent.kiosk.web import PANELS
from scanner_agent.outbox import Counts
from scanner_agent.reading import Found
from scanner_agent.state import Say
from tests.kiosk.running import PHONE, SMALL
from tests.kiosk.staged import Stage, check, stage
from tests.world import handler_id, item_id, site_id

ANN, BUDI = handler_id(1), handler_id(2)
INCHES = {SMALL: 10.1, PHONE: 5.5}
TOUCHED_PX = 44
"""WCAG 2.2, 2.5.5: of whatever is touched but the letters of the keyboard, of which ten stand beside each other."""


def item(number: int, verdict: str = "valid") -> Found:
    return Found("item", item_id(number), "serial", "]Q1", verdict)  # type: ignore[arg-type]


SEAL = Found("seal", "seal/kpu/A1", "serial", "]Q1", "unsigned")
BEGUN: list[Input] = [Chosen("handover"), Given("to", site_id(2)), BadgeShown(ANN), Unlocked(ANN, "signer-unknown")]
FULL: list[Input] = [
    *BEGUN,
    Expected("a" * 64, tuple(item_id(number) for number in range(40))),
    *(item(number, "forged" if number == 3 else "valid") for number in range(1, 30)),
    item(77),
    SEAL,
]
SEALING: list[Input] = [
    Chosen("seal"),
    BadgeShown(ANN),
    Unlocked(ANN),
    *(item(number) for number in range(1, 120)),
    item(7),
    SEAL,
]
LOADED: list[Input] = [Chosen("depart"), SEAL, item(1), item(2), Vehicle()]
CAUTION = Caution("label-bad", ("Label tidak sah", "The label is not valid"), tuple(map(item_id, range(20))))
COMPLETE: list[Input] = [*FULL, BadgeShown(BUDI), Unlocked(BUDI)]
TROUBLED = Around(
    counts=Counts(12, 3, 1),
    incidents=("split-view", "chain-behind"),
    synced=185,
    readers=(("serial:meja", False), ("camera:tiang", True), ("keyboard:genggam", None)),
    battery=Battery(5, charging=False),
    clock="behind",
)
WRONG = Say(
    "wrong", ("Tidak terbaca sebagai label", "Cannot be read as a label"), "https://elsewhere.example/" + "x" * 170
)

each_size = pytest.mark.parametrize("size", [SMALL, PHONE], ids=["panel", "phone"])
each_language = pytest.mark.parametrize("language", ["id", "en"])


def see(at: Stage) -> None:
    check(at.page)
    for button in at.page.locator("button:visible:not([data-key])").all():
        box = button.bounding_box()
        assert box
        assert min(box["width"], box["height"]) >= TOUCHED_PX, button.inner_text()


@each_language
@each_size
def test_every_state_is_accessible_and_fits(
    browser: Browser, tmp_path: Path, size: tuple[int, int], language: Language
) -> None:
    with stage(browser, tmp_path, size, language) as at:
        for given, around, said in (
            ([], Around(), None),
            ([], TROUBLED, None),
            ([Chosen("store")], Around(), None),
            (BEGUN, TROUBLED, WRONG),
            (FULL, TROUBLED, None),
            ([*COMPLETE, Confirm((CAUTION,))], Around(), None),
            ([*BEGUN, BadgeShown(BUDI)], TROUBLED, None),
            (SEALING, TROUBLED, None),
            (LOADED, Around(), None),
            ([Chosen("correct")], Around(), Say("good", texts.SIGNED)),
            ([], Around(), Say("wrong", texts.HALTED)),
        ):
            at.show(*given, around=around, said=said)
            see(at)


@each_language
@each_size
def test_every_panel_is_accessible_and_fits(
    browser: Browser, tmp_path: Path, size: tuple[int, int], language: Language
) -> None:
    opened = set[str]()
    with stage(browser, tmp_path, size, language) as at:
        asked: list[str] = []
        at.page.on("request", lambda request: asked.append(request.url.rpartition("/panel/")[2]))
        at.show(BadgeShown(ANN), Unlocked(ANN), around=TROUBLED)
        for buttons in (
            ["#help"],
            ["#sound"],
            ["#do-more"],
            ["#do-more", "[data-panel='release-1']", "[data-following]"],
            ["#do-more", "[data-panel='cancel']"],
        ):
            at.open(*buttons)
            see(at)
            at.close()
        at.show(*FULL, around=TROUBLED)
        for buttons in (["#missing"], ["#do-manual"], ["#do-cancel"], ["#do-fields"]):
            at.open(*buttons)
            see(at)
            at.close()
        for field in ("to", "vehicle", "seals", "state", "purpose", "ref"):
            at.open("#do-fields", f"[data-panel='field-{field}']")
            see(at)
            at.close()
        for given, button in ((SEALING, "#unsealed"), (LOADED, "#do-fields"), ([Chosen("correct")], "#do-fields")):
            at.show(*given)
            at.open(button)
            see(at)
            at.close()
        opened |= set(asked)
    assert opened >= {*PANELS, "release-1", "release-2"}


@each_size
def test_the_keys_of_a_pin_are_twenty_millimetres_and_all_on_the_screen(
    browser: Browser, tmp_path: Path, size: tuple[int, int]
) -> None:
    least = 20 * (size[0] ** 2 + size[1] ** 2) ** 0.5 / (INCHES[size] * 25.4)
    with stage(browser, tmp_path, size, "id") as at:
        at.show(*BEGUN, BadgeShown(BUDI))
        keys = at.page.locator("[data-digit]")
        expect(keys).to_have_count(12)
        for box in [key.bounding_box() for key in keys.all()]:
            assert box
            assert min(box["width"], box["height"]) >= least
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= size[0]
            assert box["y"] + box["height"] <= size[1]
