"""Pages that are set in a process of their own."""

from pathlib import Path

import pytest

from custody.core.errors import ConfigFault, Unavailable
from custody.typesetting import typeset, typeset_apart

TEMPLATE = """#set document(date: none)
#let data = json(bytes(sys.inputs.data))
#if data.words.len() > 5 { panic("too many words") }
#for word in data.words [#word \\ ]
"""


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "page.typ"
    path.write_text(TEMPLATE)
    return path


def test_a_page_that_is_set_apart_is_the_same_page(template: Path) -> None:
    data = {"words": ["kotak suara", "Ibu \u201cAni\u201d"]}
    assert typeset_apart(template, data) == typeset(template, data)


def test_what_does_not_fit_is_said_as_by_typeset(template: Path) -> None:
    said = []
    for setting in (typeset, typeset_apart):
        with pytest.raises(ConfigFault) as fault:
            setting(template, {"words": ["word"] * 6})
        said.append(str(fault.value))
    assert said[0] == said[1]
    assert "too many words" in said[0]


def test_a_process_that_fails_is_no_fault_of_ours(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="page was not set"):
        typeset_apart(tmp_path / "no template", {"words": []})
