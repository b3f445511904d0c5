"""When documents are written: by themselves, at the next start, and again."""

import re
import signal
from contextlib import closing
from pathlib import Path

from click.testing import CliRunner

from scanner_agent import texts
from scanner_agent.cli import cli
from scanner_agent.outbox import Outbox
from tests.agent.killed_agent import run_until
from tests.agent.scene import PIN, Scene
from tests.agent.typed_lines import handover, run, written


def test_the_document_comes_by_itself_after_the_beep_and_can_be_made_again(tmp_path: Path) -> None:
    scene = Scene()
    config = scene.config(tmp_path)
    refused, output = run(config, *handover(scene), "wait documents")
    assert refused == 0, output
    [path] = written(config)
    assert re.fullmatch(r"000001-bast-[0-9a-f]{8}\.pdf", path.name)
    assert path.stat().st_mode & 0o777 == 0o600
    assert output.index(texts.SIGNED[0]) < output.index(texts.DOCUMENT[0])
    assert str(path) in output

    first = path.read_bytes()
    path.unlink()
    assert run(config, "document")[0] == 0
    assert path.read_bytes() == first
    with closing(Outbox(config.outbox)) as outbox:
        id_ = outbox.last_id(scene.device.keyid)
    for which in ("last", str(id_)):
        again = tmp_path / f"{which[:4]}.pdf"
        arguments = ["document", which, "--to", str(again), "--config", str(tmp_path / "agent.toml")]
        result = CliRunner().invoke(cli, arguments)
        assert result.exit_code == 0, result.output
        assert again.read_bytes() == first


def test_a_document_that_a_power_cut_prevented_is_written_at_the_next_start_and_no_other(tmp_path: Path) -> None:
    scene = Scene()
    config = scene.config(tmp_path)
    cut = run_until(tmp_path, ("committed", 1), handover(scene))
    assert (cut.code, written(config)) == (-signal.SIGKILL, [])
    assert run(config, "wait documents")[0] == 0
    [path] = written(config)
    path.unlink()
    run(config, "wait documents")
    assert written(config) == []


def test_a_document_that_could_not_be_written_is_tried_again_at_the_next_start(tmp_path: Path) -> None:
    scene = Scene()
    config = scene.config(tmp_path)
    config.documents.write_text("a file")
    run(config, *handover(scene), "wait documents")
    config.documents.unlink()
    run(config, "wait documents")
    assert len(written(config)) == 1


def test_last_is_the_last_of_which_there_is_a_document(tmp_path: Path) -> None:
    scene = Scene()
    config = scene.config(tmp_path)
    inspection = [scene.ann.badge, PIN, "action inspect", scene.label(1), "confirm"]
    _, output = run(config, *inspection, "document", "wait documents")
    assert texts.NO_DOCUMENT[0] in output
    assert written(config) == []
    run(config, *handover(scene), *inspection)
    [path] = written(config)
    path.unlink()
    run(config, "document")
    assert written(config) == [path]


def test_a_folder_that_cannot_be_written_is_told_and_costs_no_statement(tmp_path: Path) -> None:
    scene = Scene()
    config = scene.config(tmp_path)
    config.documents.write_text("a file")
    refused, output = run(config, *handover(scene), "wait documents")
    assert refused == 0
    assert output.index(texts.SIGNED[0]) < output.index(texts.NO_DOCUMENT[0])
    with closing(Outbox(config.outbox)) as outbox:
        assert outbox.counts().pending == 1
