"""Whatever text is read, by whatever kind of reader: a word for the handler, a line in the log, and the next read."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import msgspec
import numpy as np
import pytest
import segno

from custody.core import badge, label
from custody.core.roster import Handler
from custody.simulation.camera import encoded
from scanner_agent.config import AgentConfig
from scanner_agent.log_file import log_to
from scanner_agent.running import run_agent
from scanner_agent.sources.layouts import LAYOUTS, LayoutName
from scanner_agent.sources.picture_settings import CameraConfig, ReplayConfig
from scanner_agent.texts import BADGES
from tests.agent.desk import PLENTY_S, READERS, at
from tests.agent.pictures import Picture, enlarge, on_table, qr
from tests.agent.scene import PIN, Scene, person, sync
from tests.agent.simulated_ledger import serve
from tests.agent.typed_lines import Keyboard as Typed
from tests.agent.typed_lines import Screen
from tests.world import START, item_id

MOST_IN_A_CODE = 2000


def forged(text: str) -> str:
    return text[:-20] + ("A" if text[-20] != "A" else "B") + text[-19:]


def in_layout(text: str, layout: LayoutName) -> str:
    """What a scanner types that is set to another layout, as keys of a US one."""
    us = LAYOUTS["us"]
    return "".join(
        next(us[code][typed.index(letter)] for code, typed in LAYOUTS[layout].items() if letter in typed[:2])
        for letter in text
    )


def hostile(scene: Scene) -> dict[str, str]:
    """What is read and is no label of this election; of the last two, warned of and recorded."""
    good = scene.label(1)
    stranger, _ = badge.issue(badge.handler_id(bytes(10)), bytes(range(16)), PIN, "other.example/2024")
    return {
        "other people's URL": "https://example.com/promo?utm=1",
        "a link without a host": "https:///8004/952",
        "another scheme": "javascript:alert(1)",
        "Wi-Fi": "WIFI:T:WPA;S=x;P=secret;;",
        "GS1 element string": "0109521234000013",
        "GS1 with separators": "01095212340000131\x1d21A\x1e",
        "an id that begins with 01": "01/09521234000013",
        "ANSI": "\x1b[2J\x1b]0;x\x07",
        "SQL": "'; DROP TABLE statement; --",
        "a path": "../../../etc/passwd",
        "JSON": '{"items": []}',
        "a cut label": good[: len(good) // 2],
        "a label with its end cut": good[:-1],
        "a label twice": good + good,
        "a badge of a newer version": "custody-badge/2/h-aaaaaaaaaaaaaaaa/x",
        "a cut badge": badge.encode(stranger)[:40],
        "a badge without its beginning": badge.encode(stranger)[3:],
        "a badge by a scanner set to a German layout": in_layout(badge.encode(stranger), "de"),
        "a badge by a scanner set to a French layout": in_layout(badge.encode(stranger), "fr"),
        "half a piece": "CUSTODY-PIECE/1/0123456789ABCDEF/1/2/BB8/00000000",
        "a statement id in capitals": "A" * 64,
        "too long": "9" * 3000,
        "a foreign badge": badge.encode(stranger),
        "a forged label": forged(scene.label(7)),
        "another host": label.sign(item_id(8), "evil.example", scene.labels),
    }


@pytest.mark.parametrize("kind", READERS)
def test_every_hostile_text_ends_in_a_word_and_a_log_line_and_the_next_read_is_taken(
    kind: str, shared_scene: Scene, known: AgentConfig, tmp_path: Path
) -> None:
    texts = hostile(shared_scene)
    with at(kind, known, tmp_path) as desk:
        desk.is_up()
        for text in texts.values():
            if kind == "camera" and len(text) > MOST_IN_A_CODE:
                continue
            refused, logged = desk.refusals(), len(desk.logged())
            desk.reader.scan(text.encode())
            desk.wait(lambda seen=refused: desk.refusals() > seen)  # type: ignore[misc]
            desk.wait(lambda seen=logged: len(desk.logged()) > seen)  # type: ignore[misc]
        desk.is_up()
        shown = desk.screen.getvalue() + desk.log.read_text()
    assert "\x1b" not in shown, "a label steers no terminal"
    secret = texts["a foreign badge"].split("/")[3]
    for layout in LAYOUTS:
        assert in_layout(secret, layout)[:8] not in shown


def pictures(texts: list[str], folder: Path) -> list[Path]:
    paths = []
    for number, text in enumerate(texts):
        paths.append(folder / f"shot{number:03}.png")
        cv2.imwrite(str(paths[-1]), qr(text, 4))
    return paths


@pytest.mark.parametrize("kind", ["camera", "replay of pictures", "replay of lines"])
def test_every_hostile_text_before_a_camera_or_in_a_replay_ends_in_a_word_too(
    kind: str, shared_scene: Scene, known: AgentConfig, tmp_path: Path
) -> None:
    good = shared_scene.label(30)
    texts = [*(text for text in hostile(shared_scene).values() if len(text) < MOST_IN_A_CODE), good]
    source: CameraConfig | ReplayConfig
    if kind == "replay of lines":
        (tmp_path / "lines.txt").write_text("\n".join(text for text in texts if "\n" not in text))
        source = ReplayConfig(path=str(tmp_path / "lines.txt"))
    else:
        pictures(texts, tmp_path)
        camera = CameraConfig(device=str(tmp_path / "shot%03d.png"))
        source = camera if kind == "camera" else ReplayConfig(path=str(tmp_path))
    screen = Screen()

    def lines() -> Iterator[str]:
        yield "cancel"
        deadline = time.monotonic() + PLENTY_S
        while f"{item_id(30)} (" not in screen.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)

    with log_to(tmp_path / "agent.log"):
        run_agent(msgspec.structs.replace(known, source=[source]), Typed(lines()), screen)
    shown = screen.getvalue()
    assert f"{item_id(30)} (" in shown
    assert shown.count("[X] ") + shown.count("[!] ") >= len(texts) - 1
    assert "\x1b" not in shown
    logged = [json.loads(line) for line in (tmp_path / "agent.log").read_text().splitlines()]
    assert sum("words" in line for line in logged) >= len(texts) - 1


def parts_of(text: str) -> Picture:
    """The first of three codes that hold a text together: by itself it is another text."""
    (one, *_) = segno.make_sequence(text, symbol_count=3)
    modules = np.pad(np.array(list(one.matrix), np.uint8), 4)
    return enlarge(np.where(modules > 0, 0, 255).astype(np.uint8), 6)


def test_a_code_before_a_camera_that_holds_no_label_ends_in_a_word_and_the_next_label_is_read(
    shared_scene: Scene, known: AgentConfig, tmp_path: Path
) -> None:
    codes = {
        "no text": qr(b"\xff\xfe\x00\x01", 6),
        "one of several": parts_of(shared_scene.label(1)),
        "control characters": qr(b"\x00\x1b[2J\x07", 6),
    }
    with at("camera", known, tmp_path) as desk:
        for code in codes.values():
            refused = desk.refusals()
            desk.reader.send(encoded(on_table(code, height=900, width=900)))
            desk.refuses(refused)
        desk.is_up()
    assert {"a code holds no text", "a code is one of several that hold a text together"} <= {
        line["detail"].partition(";")[0] for line in desk.logged()
    }


def test_a_badge_that_has_expired_is_warned_of_in_a_word_and_a_log_line(tmp_path: Path) -> None:
    scene = Scene()
    third = person(3, scene.world.origin)
    possession = scene.world.possession(third.key, "handler", third.handler)
    enrolment = scene.world.sign(
        Handler,
        scene.world.authority,
        **possession,
        handler=third.handler,
        badge=1,
        role="staff",
        site=scene.world.sites[1],
        begins=START,
        ends=START + 1000,
    )
    scene.ledger.append(enrolment.envelope)
    screen = Screen()
    with serve(scene.ledger) as url:
        sync(scene.config(tmp_path, url))
    with log_to(tmp_path / "agent.log"):
        lines = [scene.ann.badge, PIN, third.badge, PIN]
        run_agent(scene.config(tmp_path), Typed(iter(lines)), screen)
    words = BADGES["signer-not-valid"]
    logged = [json.loads(line) for line in (tmp_path / "agent.log").read_text().splitlines()]
    assert [line["detail"] for line in logged if line.get("words") == words[1]] == [third.handler]
    assert screen.getvalue().count(words[0]) == 1
