"""The command sheet: what is printed, and what the agent does on it, by scans alone save the PIN."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.command_sheet import command_sheet
from custody.core.command import GROUPS, PIN_GROUP, encode
from scanner_agent import commands, sheet_texts, texts
from scanner_agent.inputs import Chosen, Expected, Given, Input, Unlocked
from scanner_agent.observer import Observer
from scanner_agent.sources.source import CodeInView
from scanner_agent.state import State
from tests.agent.scene import PIN, Scene
from tests.agent.standing import Beeper, Standing, standing
from tests.photos import jpeg_file
from tests.printing.rendering import codes, pages, size_mm
from tests.world import item_id, key_of, site_id

SITE, SITE_OF_RECEIVER = site_id(1), site_id(2)


@pytest.fixture
def at(scene: Scene, tmp_path: Path) -> Iterator[Standing]:
    with standing(scene, scene.config(tmp_path)) as at:
        yield at


def code(scene: Scene, word: str) -> str:
    return encode(scene.device.keyid, word)


@pytest.mark.parametrize("digits", [True, False])
def test_every_code_on_the_sheet_is_read_from_paper(digits: bool) -> None:
    device = key_of("agent", "device").keyid
    sheets = pages(command_sheet(device, SITE, digits=digits))
    assert all(size_mm(page) == pytest.approx((210, 297), abs=0.1) for page in sheets)
    found = [one for page in sheets for one in codes(page, 150)]
    wanted = [encode(device, word) for _, cards in GROUPS + [PIN_GROUP] * digits for word in cards]
    assert sorted(one.text for one in found) == sorted(wanted)
    assert min(one.right - one.left for one in found) > 19


def test_a_handover_is_made_by_scans_alone_save_the_pins(scene: Scene, at: Standing) -> None:
    for text in (code(scene, "handover"), SITE_OF_RECEIVER, scene.ann.badge):
        assert at.scan(text)
    at.keys(PIN)
    for number in range(300):
        assert at.scan(scene.label(number))
    assert at.scan(scene.budi.badge)
    at.keys(PIN)
    reader = Beeper("serial", "desk")
    assert at.scan(code(scene, "confirm"), reader=reader)
    signed = at.events()
    assert [item for event in signed for item in event.items] == [item_id(number) for number in range(300)]
    assert {(event.action, event.to, event.releaser, event.receiver) for event in signed} == {
        ("handover", SITE_OF_RECEIVER, scene.ann.handler, scene.budi.handler)
    }
    assert reader.answers == [True]


def test_what_an_acceptance_lacked_is_reported_by_one_code(scene: Scene, at: Standing) -> None:
    def sign(*texts: str) -> str:
        at.scan(scene.ann.badge)
        at.keys(PIN)
        assert all(at.scan(text) for text in texts)
        while at.agent.state != State():
            assert at.agent.confirm(typed=True)
        return at.agent.outbox.last_id(scene.device.keyid) or ""

    report = code(scene, "report-missing")
    assert not at.scan(report)
    release = sign(code(scene, "release"), SITE_OF_RECEIVER, *map(scene.label, (1, 2, 3)))
    accepted = sign(code(scene, "accept"), release, scene.label(1))
    assert at.scan(report)
    assert not at.scan(report), "a session has begun"
    sign()
    missing = at.events()[-1]
    assert (missing.action, missing.kind, missing.refs) == ("discrepancy", "missing", [accepted])
    assert missing.items == [item_id(2), item_id(3)]
    assert missing.read
    assert (missing.read.source, missing.read.others) == ("manual", [])
    assert not at.scan(report), "it is reported"
    sign(code(scene, "accept"), release, *map(scene.label, (1, 2, 3)))
    assert not at.scan(report), "nothing is missing"


def test_what_bears_no_code_is_corrected_by_scans(scene: Scene, at: Standing) -> None:
    for text in (scene.ann.badge, code(scene, "inspect"), scene.label(1)):
        at.scan(text)
    at.keys(PIN)
    at.agent.confirm(typed=True)
    inspected = at.agent.outbox.last_id(scene.device.keyid)
    for text in (code(scene, "correct"), code(scene, "ref=last")):
        assert at.scan(text)
    assert at.agent.state.refs == (inspected,)


def test_what_an_action_wants_is_chosen_from_the_sheet(scene: Scene, at: Standing) -> None:
    at.scan(scene.ann.badge)
    at.keys(PIN)
    for text in ("discrepancy", "kind=damaged"):
        at.scan(code(scene, text))
    for text in (scene.label(1), code(scene, "seals=2"), code(scene, "state=broken"), scene.label(2)):
        assert at.scan(text)
    at.scan(code(scene, "undo"))
    at.scan(code(scene, "confirm"))
    [event] = at.events()
    assert (event.kind, event.items) == ("damaged", [item_id(1)])
    assert [(seal.count, seal.state) for seal in event.seals] == [(2, "broken")]


def test_the_sheet_of_another_agent_is_refused_with_a_word_of_its_own(scene: Scene, at: Standing) -> None:
    reader = Beeper("serial", "desk")
    assert not at.scan(encode(key_of("another").keyid, "store"), reader=reader)
    assert at.heard(sheet_texts.OTHER_SHEET)
    assert (at.agent.state.action, reader.answers) == (None, [False])


def test_a_sticker_on_a_box_confirms_nothing(scene: Scene, at: Standing) -> None:
    at.agent.give(Chosen("store"))
    at.scan(scene.ann.badge)
    at.keys(PIN)
    at.scan(scene.label(1), source="camera:gate", alone=False)
    at.clock.ms += 10_000
    assert not at.scan(code(scene, "confirm"), source="camera:gate", alone=False)
    assert at.heard(sheet_texts.CODE_NOT_ALONE)
    assert at.events() == []
    assert at.scan(code(scene, "confirm"), source="camera:gate")
    assert len(at.events()) == 1


def test_a_confirm_before_a_camera_waits_until_the_last_item_is_read_out(scene: Scene, at: Standing) -> None:
    at.agent.give(Chosen("store"))
    at.scan(scene.ann.badge)
    at.keys(PIN)
    at.scan(scene.label(1), source="camera:gate")
    assert not at.scan(code(scene, "confirm"), source="camera:gate")
    assert (at.heard(sheet_texts.CODE_TOO_SOON), at.events()) == (True, [])
    at.clock.ms += 2_000
    assert at.scan(code(scene, "confirm"), source="camera:gate")
    assert len(at.events()) == 1


def test_a_caution_needs_time_to_look_before_the_same_code_overrides_it(scene: Scene, at: Standing) -> None:
    at.agent.give(Chosen("accept"))
    at.agent.give(Expected("1" * 64, (item_id(1), item_id(2))))
    at.scan(scene.ann.badge)
    at.keys(PIN)
    at.scan(scene.label(1))
    at.scan(code(scene, "confirm"))
    assert (texts.LOOK[0] in at.said(), at.events()) == (True, [])
    assert not at.scan(code(scene, "confirm"))
    assert (at.heard(sheet_texts.CODE_SAME_AGAIN), at.events()) == (True, [])
    at.clock.ms += 3_000
    assert at.scan(code(scene, "confirm"))
    assert [event.warnings for event in at.events()] == [["manifest-missing"]]


def touch(at: Standing, line: str) -> bool:
    command = commands.find(at.agent, line, touched=True)
    assert command
    return command()


def type_(at: Standing, line: str) -> bool:
    command = commands.find(at.agent, line)
    assert command
    return command()


def confirm_by_scan(scene: Scene, at: Standing) -> bool:
    return at.scan(code(scene, "confirm"))


def confirm_by_touch(_: Scene, at: Standing) -> bool:
    return touch(at, "confirm")


BY = {"scan": confirm_by_scan, "touch": confirm_by_touch}


@pytest.mark.parametrize("first", [*BY, "line"])
@pytest.mark.parametrize("second", BY)
def test_nobody_signs_over_a_caution_that_was_shown_just_now(
    scene: Scene, at: Standing, first: str, second: str
) -> None:
    at.agent.give(Chosen("accept"))
    at.agent.give(Expected("1" * 64, (item_id(1), item_id(2))))
    at.scan(scene.ann.badge)
    at.keys(PIN)
    at.scan(scene.label(1))
    assert BY[first](scene, at) if first in BY else type_(at, "confirm")
    assert texts.LOOK[0] in at.said()
    at.clock.ms += 100
    assert not BY[second](scene, at)
    assert (at.heard(sheet_texts.CODE_SAME_AGAIN), at.events()) == (True, [])
    at.clock.ms += 3_000
    assert BY[second](scene, at)
    assert [event.warnings for event in at.events()] == [["manifest-missing"]]


def test_lines_at_the_terminal_are_meant_however_quick(scene: Scene, at: Standing) -> None:
    at.agent.give(Chosen("accept"))
    at.agent.give(Expected("1" * 64, (item_id(1), item_id(2))))
    at.scan(scene.ann.badge)
    at.keys(PIN)
    at.scan(scene.label(1))
    assert type_(at, "confirm")
    assert type_(at, "confirm")
    assert len(at.events()) == 1


@pytest.mark.parametrize("first", BY)
@pytest.mark.parametrize("second", BY)
def test_a_second_confirm_right_after_the_signature_is_told_that_there_is_one(
    scene: Scene, at: Standing, first: str, second: str
) -> None:
    at.agent.give(Chosen("store"))
    at.scan(scene.ann.badge)
    at.keys(PIN)
    at.scan(scene.label(1))
    assert BY[first](scene, at)
    at.clock.ms += 100
    at.said()
    assert not BY[second](scene, at)
    said = at.said()
    assert sheet_texts.SIGNED_ALREADY[0] in said
    assert "[X]" not in said, "nobody takes it for a session that is to be done again"
    at.clock.ms += 3_000
    assert not BY[second](scene, at)
    assert texts.NOT_YET[0] in at.said()


def test_a_session_is_discarded_at_the_second_time_of_asking(scene: Scene, at: Standing) -> None:
    at.scan(scene.label(1))
    assert not at.scan(code(scene, "cancel"))
    assert (at.heard(sheet_texts.CANCEL_ASKED), at.agent.state.items) == (True, [item_id(1)])
    at.clock.ms += 3_000
    assert at.scan(code(scene, "cancel"))
    assert at.agent.state.items == []


@pytest.mark.parametrize(
    "begun",
    [Given("photo", "1" * 64), Given("ref", "1" * 64), Chosen("store"), Unlocked(key_of("ann").keyid)],
    ids=["photograph", "document", "action", "badge"],
)
def test_so_is_one_that_has_read_no_item(scene: Scene, at: Standing, begun: Input) -> None:
    assert at.agent.give(begun)
    assert not at.scan(code(scene, "cancel"))
    assert at.heard(sheet_texts.CANCEL_ASKED)
    assert at.agent.state != State()


def test_and_where_there_is_none_nothing_is_asked(scene: Scene, at: Standing) -> None:
    assert at.scan(code(scene, "cancel"))


def test_a_fault_after_the_signature_is_durable_leaves_nothing_to_be_signed_again(scene: Scene, tmp_path: Path) -> None:
    def fail(point: str) -> None:
        if point == "committed":
            raise RuntimeError(point)

    with standing(scene, scene.config(tmp_path), observer=Observer(hook=fail)) as at:
        at.agent.give(Chosen("store"))
        at.scan(scene.ann.badge)
        at.keys(PIN)
        at.scan(scene.label(1))
        with pytest.raises(RuntimeError, match="committed"):
            at.agent.confirm()
        assert (at.agent.state, len(at.events())) == (State(), 1)


def test_help_and_language_are_on_the_sheet(scene: Scene, at: Standing) -> None:
    assert at.scan(code(scene, "help"))
    assert at.heard(texts.BADGE)
    assert at.scan(code(scene, "language"))
    assert at.agent.language == "en"


def test_a_pin_is_scanned_where_the_policy_of_its_site_allows_it(scene: Scene, tmp_path: Path) -> None:
    scene.ledger.append(scene.world.policy(digit_codes=False).envelope)
    scene.ledger.append(scene.world.policy(digit_codes=True, site=scene.world.sites[1]).envelope)
    with standing(scene, scene.config(tmp_path)) as at:
        at.scan(scene.ann.badge)
        for key in (*"99", "clear", *PIN, "enter"):
            at.scan(code(scene, f"pin={key}"))
        assert list(at.agent.state.handlers) == [scene.ann.handler]


def test_and_nowhere_else(scene: Scene, at: Standing) -> None:
    refuses_digits(scene, at)


def test_nor_where_the_policy_takes_it_back(scene: Scene, tmp_path: Path) -> None:
    here = {"site": scene.world.sites[1]}
    scene.ledger.append(scene.world.policy(digit_codes=True, **here).envelope)
    with standing(scene, scene.config(tmp_path)) as at:
        later = scene.world.policy(digit_codes=False, begins=at.clock.now() + 5, **here)
        at.agent._trust.add(scene.ledger.append(later.envelope)[0], scene.ledger.entries[-1])
        at.scan(scene.ann.badge)
        assert at.scan(code(scene, "pin=9"))
        assert at.scan(code(scene, "pin=clear"))
        at.clock.ms += 5
        refuses_digits(scene, at)


def refuses_digits(scene: Scene, at: Standing) -> None:
    at.scan(scene.ann.badge)
    for key in (*PIN, "enter"):
        assert not at.scan(code(scene, f"pin={key}"))
        assert at.heard(sheet_texts.NO_DIGIT_CODES)
    assert at.agent.digits_pressed == 0


SIGNED_PAPER = "ab" * 32


def test_photographs_are_taken_by_scans_of_a_handheld_reader(scene: Scene, tmp_path: Path) -> None:
    with standing(scene, scene.config(tmp_path), still=lambda: jpeg_file(640, 480)) as at:
        for text in (
            code(scene, "inspect"),
            scene.label(1),
            code(scene, "photo"),
            code(scene, "photo"),
            scene.ann.badge,
        ):
            assert at.scan(text)
        at.keys(PIN)
        assert at.scan(code(scene, "confirm"))
        at.clock.ms += 10_000
        for text in (SIGNED_PAPER, code(scene, "archive"), scene.ann.badge):
            assert at.scan(text)
        at.keys(PIN)
        assert at.scan(code(scene, "confirm"))
        inspection, paper = at.events()
        assert (inspection.action, len(inspection.photos)) == ("inspect", 2)
        assert (paper.kind, paper.refs, len(paper.photos)) == ("signed-document", [SIGNED_PAPER], 1)


class OnlyCamera(Beeper):
    """It shows the sheet for so many looks, and then what is photographed, or nothing."""

    def __init__(self, sheet: int, picture: bytes | None) -> None:
        super().__init__("camera", "above")
        self.sheet = sheet
        self.picture = picture

    def still(self, *, without_codes: bool = False) -> bytes | None:
        self.sheet -= 1
        if without_codes and self.sheet >= 0:
            raise CodeInView("a command code is in the picture")
        return self.picture


def pass_time(at: Standing, *seconds: int) -> None:
    for one in seconds:
        at.clock.ms += one * 1000
        at.agent.photographing.tick(at.agent)


def test_the_only_camera_takes_the_photograph_once_its_code_is_out_of_view(scene: Scene, at: Standing) -> None:
    reader = OnlyCamera(2, jpeg_file(640, 480))
    assert at.scan(code(scene, "photo"), source="camera:above", reader=reader)
    assert (reader.answers, at.heard(sheet_texts.AIM)) == (["again"], True)
    pass_time(at, 3)
    assert reader.sheet == 2, "there is time to aim"
    pass_time(at, 1, 1)
    assert not at.scan(scene.label(1), source="camera:above", reader=reader), "what is aimed at is not scanned"
    assert at.scan(scene.label(2)), "by another reader it is"
    assert at.agent.state.photos == ()
    pass_time(at, 1)
    assert (len(at.agent.state.photos), reader.answers) == (1, ["again", True])
    assert at.scan(scene.label(1), source="camera:above", reader=reader)
    assert at.agent.state.items == [item_id(2), item_id(1)]
    pass_time(at, 5)
    assert len(at.agent.state.photos) == 1


NO_PHOTOGRAPH = {
    "the code stays in view": (99, b"", sheet_texts.CODE_IN_PICTURE),
    "there is no picture": (0, None, texts.READER_GONE),
}


@pytest.mark.parametrize(("sheet", "picture", "words"), NO_PHOTOGRAPH.values(), ids=NO_PHOTOGRAPH.keys())
def test_where_none_can_be_taken_that_is_told_and_reading_goes_on(
    scene: Scene, at: Standing, sheet: int, picture: bytes | None, words: texts.Words
) -> None:
    reader = OnlyCamera(sheet, picture)
    at.scan(code(scene, "photo"), source="camera:above", reader=reader)
    pass_time(at, *[4] * 10)
    assert (reader.answers, at.heard(words)) == (["again", False], True)
    assert at.scan(scene.label(1), source="camera:above", reader=reader)


def test_a_photograph_that_waits_goes_with_its_session(scene: Scene, at: Standing) -> None:
    at.scan(code(scene, "photo"), source="camera:above", reader=OnlyCamera(0, jpeg_file(640, 480)))
    at.agent.cancel()
    pass_time(at, 5)
    assert at.agent.state == State()


def test_without_a_camera_no_photograph_is_taken(scene: Scene, at: Standing) -> None:
    reader = Beeper("serial", "desk")
    assert not at.scan(code(scene, "photo"), reader=reader)
    assert (reader.answers, at.agent.state.photos) == ([False], ())
