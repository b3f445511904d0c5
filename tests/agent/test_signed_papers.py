"""A document that was signed on paper comes back: photographed into the record, it says nothing of the items."""

from contextlib import closing
from pathlib import Path

import pytest

from custody.core import statement
from custody.core.event import Event
from scanner_agent import texts
from scanner_agent.outbox import Outbox
from tests.agent.scene import PIN, Scene
from tests.agent.typed_lines import handover, run, written
from tests.photos import jpeg_file
from tests.printing.rendering import codes, pages
from tests.rules.story import STATION, Story


def test_the_signed_paper_is_scanned_and_photographed_into_the_record(tmp_path: Path) -> None:
    scene = Scene()
    config = scene.config(tmp_path)
    run(config, *handover(scene))
    [path] = written(config)
    [code] = codes(pages(path)[0], 200)
    photo = tmp_path / "lembar.jpg"
    photo.write_bytes(jpeg_file(600, 800))
    lines = [f"scan {code.text}", f"archive {photo}", scene.ann.badge, PIN, "confirm"]
    refused, output = run(config, *lines)
    assert refused == 0, output
    with closing(Outbox(config.outbox)) as outbox:
        _, signed = (statement.parse(one.envelope) for one in outbox.pending(9, 10**6))
    event = signed.body
    assert isinstance(event, Event)
    assert (event.action, event.kind, event.refs, event.warnings) == ("commission", "signed-document", [code.text], [])
    [paper], [picture] = event.items, event.photos
    assert paper == f"plain/dokumen/{code.text[:16]}-{picture[:16]}"
    assert len(written(config)) == 1


@pytest.mark.parametrize("before", [[], ["action inspect"], ["label"]], ids=["nothing", "an action", "an item"])
def test_a_paper_is_photographed_into_a_session_of_its_own_after_its_code_was_read(
    tmp_path: Path, before: list[str]
) -> None:
    scene = Scene()
    config = scene.config(tmp_path)
    photo = tmp_path / "lembar.jpg"
    photo.write_bytes(jpeg_file(600, 800))
    lines = [scene.label(1) if line == "label" else line for line in before]
    code = [f"scan {'a' * 64}"] if before else []
    refused, output = run(config, *code, *lines, f"archive {photo}")
    assert (refused, texts.ARCHIVE_WHAT[0] in output) == (1, True)


@pytest.mark.parametrize("action", ["commission", "inspect"])
def test_a_paper_that_comes_late_says_nothing_of_where_the_items_are(action: str) -> None:
    """Its twin, an inspection of the items themselves, would say that they came back."""
    story = Story()
    story.begin()
    signed = story.release(0, STATION)
    story.accept(1, signed)
    story.wait(60_000)
    before = len(story.book.findings(story.now))
    paper = {"items": ["plain/dokumen/0123456789abcdef-0123456789abcdef"], "kind": "signed-document"}
    members = paper if action == "commission" else {}
    story.say(action, refs=[signed.id], photos=["5" * 64], **members)
    after = len(story.book.findings(story.now))
    assert (after > before) is (action == "inspect")
