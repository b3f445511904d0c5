"""The demo, played to its end: what it leaves behind proves itself to programs that know nothing of it."""

import json
import os
import subprocess
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from custody.core import entry, tiles
from custody.core.event import Event
from custody.core.statement import parse
from tests import go_verifier
from tests.audit.certificates import validated
from tests.printing.rendering import pages

BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a demo wrote."""
    folder = tmp_path_factory.mktemp("demo") / "demo"
    command = [sys.executable, "-m", "custody.simulation.demo", "--once", "--folder", str(folder)]
    played = subprocess.run(command, capture_output=True, text=True, timeout=540, check=False)
    assert played.returncode == 0, played.stdout + played.stderr
    return folder


def custody(*words: object) -> subprocess.CompletedProcess[str]:
    """One of the commands that the demo tells to try."""
    return subprocess.run([BIN / "custody", *map(str, words)], capture_output=True, text=True, check=False)


def vkey(folder: Path) -> str:
    return next(line for line in (folder / "auditor.toml").read_text().splitlines() if "vkey" in line).split('"')[1]


def replayed(folder: Path) -> dict[str, Any]:
    """What the rules make of the copied tiles."""
    asked = custody("audit", "replay", "--config", folder / "auditor.toml", "--folder", folder / "tiles", "--json")
    told: dict[str, Any] = json.loads(asked.stdout)
    return told


def events(folder: Path) -> list[Event]:
    """Of the ten boxes."""
    bodies = []
    for bundle in sorted((folder / "tiles" / "tile" / "entries").rglob("*")):
        if bundle.is_file():
            width = int(bundle.name) if bundle.parent.suffix == ".p" else tiles.WIDTH
            bodies += [parse(entry.decode(one)[0]).body for one in tiles.bundle_decode(bundle.read_bytes(), width)]
    return [body for body in bodies if isinstance(body, Event) and "KS00" in body.items[0]]


def test_the_log_holds_ten_boxes_carried_through_three_handovers(folder: Path) -> None:
    told = events(folder)
    assert [event.action for event in told] == ["commission", "seal", "handover", "handover", "handover"]
    assert {len(event.items) for event in told} == {10}
    assert all(event.items == told[0].items for event in told)
    assert [(event.read.source, event.read.label) for event in told if event.read] == [
        ("camera", "valid"),
        ("camera", "valid"),
        ("camera", "valid"),
        ("serial", "valid"),
        ("camera", "valid"),  # at the kiosk's screen
    ]
    assert [first.receiver == second.releaser for first, second in pairwise(told[2:])] == [True] * 2


def test_the_copied_folder_of_tiles_verifies_and_the_tampered_one_does_not(folder: Path) -> None:
    config = folder / "auditor.toml"
    assert custody("audit", "verify", "--config", config, "--folder", folder / "tiles").returncode == 0
    assert custody("audit", "verify", "--config", config, "--folder", folder / "tampered").returncode == 1


def test_every_receipt_is_checked_with_nothing_but_the_vkey(folder: Path) -> None:
    receipts = sorted((folder / "receipts").rglob("*.tlog-proof"))
    assert len(receipts) == 5
    for receipt in receipts:
        assert custody("audit", "receipt", receipt, "--vkey", vkey(folder)).returncode == 0
    other = vkey(folder).replace("/demo+", "/other+")
    assert custody("audit", "receipt", receipts[0], "--vkey", other).returncode == 1


def test_gos_own_verifier_accepts_the_log_and_its_receipts(folder: Path) -> None:
    receipts = sorted((folder / "receipts").rglob("*.tlog-proof"))
    found = go_verifier.run(folder / "tiles", vkey(folder), *receipts)
    assert found["size"] == replayed(folder)["size"]


def test_private_keys_are_their_owners_alone_and_no_pin_is_left(folder: Path) -> None:
    keys = list(folder.rglob("*.pem"))
    assert keys
    assert {key.stat().st_mode & 0o777 for key in keys} == {0o600}
    assert not list(folder.rglob("pin"))


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("keep")
    command = [sys.executable, "-m", "custody.simulation.demo", "--once", "--folder", str(tmp_path)]
    refused = subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | {"COLUMNS": "200"})
    assert refused.returncode == 1
    assert "no demo made" in refused.stdout
    assert (tmp_path / "mine").read_text() == "keep"


def test_verify_says_as_json_what_it_found(folder: Path) -> None:
    found = custody("audit", "verify", "--config", folder / "auditor.toml", "--folder", folder / "tiles", "--json")
    told = json.loads(found.stdout)
    assert (told["verdict"], told["fault_count"], told["gaps"], told["forks"]) == ("holds", 0, [], [])
    assert told["events"] > 300
    assert told["signatures"] > 2 * told["events"]


def test_the_seven_wrongs_stand_as_causes_and_no_other_finding_does(folder: Path) -> None:
    found = replayed(folder)["findings"]
    assert sorted(one["code"] for one in found if one["root"]) == sorted(
        [
            "unsealed",
            "discrepancy-swapped",
            "seal-differs",
            "release-open",
            "accepted-by-another",
            "late",
            "discrepancy-short",
        ]
    )
    assert all({"severity", "open", "evidence"} <= one.keys() and one["evidence"] for one in found)
    assert all(one["text"]["id"] and one["text"]["en"] for one in found)


def test_the_report_counts_what_the_story_did(folder: Path) -> None:
    asked = custody("audit", "report", "--config", folder / "auditor.toml", "--folder", folder / "tiles")
    figures = json.loads(asked.stdout)["figures"]
    made, moved = figures["deliveries"], figures["reconciliation"]
    assert (made["delivered_on_time"], made["delivered_late"], made["overdue"]) == (59, 1, 0)
    assert [moved[column] for column in ("planned", "sent", "received", "returned", "missing")] == [30, 30, 30, 30, 0]
    assert figures["seals"]["differing"] == {"seal-differs": 1}
    # A box and its two bundles, that another took, and of which a release stood too long.
    assert (figures["custody"]["broken"], figures["custody"]["mended"]) == (3, 3)
    assert figures["handovers"]["by_manner"]["two-devices"]["handovers"] > 60
    assert figures["handovers"]["awaited"]["handovers"] == 0


def test_the_report_is_a_signed_pdf_that_says_so_on_its_first_page(folder: Path) -> None:
    report = folder / "report.pdf"
    assert validated(report.read_bytes(), folder / "auditor.crt").bottom_line
    assert (folder / "archive" / "report" / "report.pdf").read_bytes() == report.read_bytes()
    said = " ".join(pages(report)[0].get_textpage().get_text_bounded().split())
    for words in ("LOG UTUH", "Sampai tepat waktu 98,3% 59 dari 60 pengiriman", "Barang dengan segel tak cocok 1 "):
        assert words in said


def test_every_box_of_the_regency_is_back_in_the_warehouse(folder: Path) -> None:
    state = replayed(folder)["state"]
    assert state["deliveries"] == {"delivered": 60}
    assert state["items"].get("in-transit", 0) == state["items"].get("uncertain", 0) == 0
