"""How a report says that it is checked."""

import shlex
import subprocess
from pathlib import Path

import msgspec
import pytest

from custody.audit.config import load
from custody.audit.report.faces.content import page
from custody.audit.report.faces.page import Step, Steps
from custody.audit.report.model import Report
from custody.core.findings import Language
from custody.core.note import encode_vkey
from tests.audit import sample_report as sample
from tests.audit.logs import LOG_KEY
from tests.world import item_id


def steps(report: Report, language: Language) -> list[Step]:
    made = page(report, language).sections[-1].blocks[0]
    assert isinstance(made, Steps)
    return made.steps


@pytest.mark.parametrize(
    ("language", "begins"), [("id", "Jika PDF-nya ditandatangani"), ("en", "If the PDF is signed")]
)
def test_no_report_says_of_itself_that_it_is_signed(language: Language, begins: str) -> None:
    """Its words are the same, whether a PDF is signed afterwards or not."""
    assert steps(sample.report(), language)[-1].text.startswith(begins)


def test_the_first_command_makes_settings_out_of_what_an_authority_has_published(tmp_path: Path) -> None:
    vkey, entry0, url = encode_vkey("ledger.example/2029", LOG_KEY.public), "ab" * 32, "https://ledger.example/2029"
    first = steps(sample.report(), "id")[0].command
    assert first
    for word, value in (("<VKEY>", vkey), ("<SHA-256>", entry0), ("<URL>", url)):
        first = first.replace(word, value)
    subprocess.run(["sh", "-c", first], cwd=tmp_path, check=True)

    made = load(tmp_path / "auditor.toml")
    assert (made.vkey, made.entry0, made.url) == (vkey, entry0, url)


@pytest.mark.parametrize("item", ["plain/a/x;reboot", "plain/a/$(reboot)'`reboot`", item_id(1)])
def test_the_command_that_makes_a_report_again_is_one_command_with_its_options(item: str) -> None:
    report = msgspec.structs.replace(sample.item_report(), cover=sample.cover(item=item, levels=1))
    [command] = [one.command for one in steps(report, "id") if one.command and "audit report" in one.command]
    words = list(shlex.shlex(command, posix=True, punctuation_chars=True))
    assert words == shlex.split(command)
    assert words[words.index("--item") + 1] == item
    assert words[words.index("--levels") + 1] == "1"
