"""What a watch sees it tells, also where it cannot write that down."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from custody.cli.watch import watch
from tests.audit.logs import entries_of
from tests.cli.watched import Watched
from tests.full_disk import block, no_file_longer_than


@pytest.fixture
def log(tmp_path: Path) -> Watched:
    """It was looked at, and shows another history since."""
    made = Watched(tmp_path)
    made.grow(made.entries)
    assert made.look()[0] == 0
    made.serve_checkpoint(entries_of([*made.statements[:-2], made.statements[-1], made.statements[-2]]))
    return made


def test_two_histories_are_told_once_though_no_proof_of_them_can_be_written(log: Watched) -> None:
    before = log.journal.read_bytes()
    log.look()
    (file,) = log.path.glob("two-checkpoints-*.txt")
    file.unlink()
    blocking = block(file)
    log.journal.write_bytes(before)
    (log.path / "told.0").unlink()

    assert [log.look()[0] for _ in range(2)] == [1, 0]

    (told,) = log.told()
    assert (told["CUSTODY_ALERT"], "CUSTODY_FILE" in told) == ("fork", False)
    assert f"TWO HISTORIES: the log's key has signed {len(log.entries)} entries" in told["CUSTODY_MESSAGE_EN"]
    assert f"{file}, could not be written" in told["CUSTODY_MESSAGE_EN"]
    assert f"{file}, tidak dapat ditulis" in told["CUSTODY_MESSAGE_ID"]
    assert told["CUSTODY_UNWRITTEN"] in told["CUSTODY_MESSAGE_EN"]
    assert blocking.exists()


def test_two_histories_are_told_before_a_watch_ends_that_cannot_write_its_journal(log: Watched) -> None:
    before = log.journal.read_bytes()
    arguments = [str(log.folder), "--config", str(log.settings), "--workers", "0", "--once"]

    with no_file_longer_than(len(before) + 20):
        ended = CliRunner().invoke(watch, arguments)

    assert "TWO HISTORIES" in ended.output
    assert isinstance(ended.exception, OSError)
    assert ended.exception.filename == str(log.journal)
    assert log.journal.read_bytes() == before
    assert log.look()[0] == 1
    assert log.verdicts() == ["goes-on", "fork"]
