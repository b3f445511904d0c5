"""How a report says that it is checked."""

import shlex

import msgspec
import pytest

from custody.audit.report.faces.content import page
from custody.audit.report.faces.page import Steps
from custody.core.findings import Language
from tests.audit import sample_report as sample
from tests.world import item_id


@pytest.mark.parametrize(
    ("language", "begins"), [("id", "Jika PDF-nya ditandatangani"), ("en", "If the PDF is signed")]
)
def test_no_report_says_of_itself_that_it_is_signed(language: Language, begins: str) -> None:
    """Its words are the same, whether a PDF is signed afterwards or not."""
    made = page(sample.report(), language).sections[-1].blocks[0]
    assert isinstance(made, Steps)
    assert made.steps[-1].text.startswith(begins)


@pytest.mark.parametrize("item", ["plain/a/x;reboot", "plain/a/$(reboot)'`reboot`", item_id(1)])
def test_the_command_that_makes_a_report_again_is_one_command_with_its_options(item: str) -> None:
    report = msgspec.structs.replace(sample.item_report(), cover=sample.cover(item=item, levels=1))
    made = page(report, "id").sections[-1].blocks[0]
    assert isinstance(made, Steps)
    [command] = [one.command for one in made.steps if one.command and "audit report" in one.command]
    words = list(shlex.shlex(command, posix=True, punctuation_chars=True))
    assert words == shlex.split(command)
    assert words[words.index("--item") + 1] == item
    assert words[words.index("--levels") + 1] == "1"
