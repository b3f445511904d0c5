"""The README's own commands, run as they stand there, on sound archives and on spoilt ones."""

import base64
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from custody.audit.archive.write import Order
from tests.audit.archive.made import PHOTOGRAPH, Made, copy, files, write
from tests.audit.logs import entries_of, flip, publish
from tests.world import World

NAMES = ["full", "part"]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    made = Made(tmp_path_factory.mktemp("made"))
    made.full("full")
    made.full("part", site=made.sites[2])
    return made


def blocks(archive: Path) -> list[tuple[str, str]]:
    """(language, text) of each block of commands."""
    found = re.findall(r"^```(sh|python)\n(.*?)^```", (archive / "README.md").read_text(), re.M | re.S)
    assert [language for language, _ in found] == ["sh", "python", "sh", "sh"]
    return found


def run(archive: Path, number: int) -> subprocess.CompletedProcess[str]:
    language, text = blocks(archive)[number]
    # Nothing of this software: plain sh, and Python without any installed package.
    command = ["sh", "-c", text] if language == "sh" else [sys.executable, "-I", "-S", "-c", text]
    return subprocess.run(command, cwd=archive, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", NAMES)
def test_sha256sum_finds_every_file_and_names_the_one_that_was_changed(made: Made, name: str) -> None:
    archive = copy(made.folder / name, "sums")
    sound = run(archive, 0)
    flip(archive / "data/csv/events.csv", 100)
    flip(archive / "README.md", 4)
    spoilt = run(archive, 0)

    assert (sound.returncode, sound.stdout, sound.stderr) == (0, "", "")
    assert spoilt.returncode != 0
    assert {"data/csv/events.csv: FAILED", "README.md: FAILED"} == set(spoilt.stdout.split("\n")) - {""}


@pytest.mark.parametrize("name", NAMES)
def test_a_few_lines_lead_from_the_entries_to_the_signed_root(made: Made, name: str) -> None:
    archive = copy(made.folder / name, "root")
    sound = run(archive, 1)
    [bundle] = (archive / "data/log/tile/entries/000.p").iterdir()
    flip(bundle, 1500)
    spoilt = run(archive, 1)

    here = len(made.entries) if name == "full" else int(sound.stdout.split()[1])
    assert sound.stdout == (
        f"{made.story.world.origin} {here} of {len(made.entries)} entries; entry 0: {made.config.entry0}\n"
    )
    assert (spoilt.returncode, "NOT the signed root" in spoilt.stderr) == (1, True)


def test_the_few_lines_read_a_log_of_many_bundles(tmp_path: Path) -> None:
    world = World()
    config = publish(tmp_path / "log", entries_of([*world.roster, *world.handovers(260)]), world.origin)
    write(config, Order(tmp_path / "archive"))
    assert run(tmp_path / "archive", 1).stdout.startswith(f"{world.origin} {len(world.roster) + 260} of")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl")
@pytest.mark.parametrize("name", NAMES)
def test_openssl_verifies_the_logs_signature(made: Made, name: str) -> None:
    archive = copy(made.folder / name, "signed")
    sound = run(archive, 2)
    note = archive / "data/log/checkpoint"
    note.write_text(note.read_text().replace("\n2", "\n3", 1))
    spoilt = run(archive, 2)

    assert (sound.returncode, "Verified Successfully" in sound.stdout) == (0, True)
    assert spoilt.returncode != 0
    assert files(archive).keys() == files(made.folder / name).keys()


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no openssl")
def test_a_line_that_somebody_put_under_the_logs_name_before_its_own_makes_no_sound_archive_fail(made: Made) -> None:
    archive = copy(made.folder / "full", "lined")
    note = archive / "data/log/checkpoint"
    text, blank, lines = note.read_bytes().partition(b"\n\n")
    stranger = f"\N{EM DASH} {made.story.world.origin} ".encode() + base64.b64encode(b"1234" + bytes(64)) + b"\n"
    note.write_bytes(text + blank + stranger + lines)
    ended = run(archive, 2)
    assert (ended.returncode, "Verified Successfully" in ended.stdout) == (0, True)


def test_photographs_are_held_against_their_names(made: Made) -> None:
    archive = copy(made.folder / "full", "seen")
    sound = run(archive, 3)
    flip(archive / f"data/photographs/{PHOTOGRAPH[:2]}/{PHOTOGRAPH}.salt", 3)
    spoilt = run(archive, 3)

    assert (sound.returncode, sound.stdout) == (0, "")
    assert spoilt.stdout.startswith("NOT data/photographs/")


def test_it_says_in_both_languages_what_it_is(made: Made) -> None:
    text = (made.folder / "part/README.md").read_text()
    assert "Ini sebagian dari log" in text
    assert "This is a part of the log" in text
    assert "{" not in "".join(text.split("```")[::2])
    assert max(map(len, text.split("\n"))) < 200
    assert "This is a part" not in (made.folder / "full/README.md").read_text()
