"""`custody audit compare` as an auditor runs it: on folders, stored checkpoints, receipts, and a ledger that runs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from custody.core import note
from custody.core.canonical import b64decode
from custody.core.checkpoint import Checkpoint
from custody.core.merkle import Frontier, leaf_hash
from custody.simulation.log_copy import copy_log
from tests.audit.logs import LOG_KEY, entries_of, flip, publish
from tests.cli.programs import custody
from tests.full_disk import block
from tests.web.serving import Serving, make_log
from tests.world import World, key_of


class Histories:
    """Two histories of one log that part at entry 300: `one`, and `other`, which is longer."""

    def __init__(self, folder: Path) -> None:
        self.world = World()
        common = [*self.world.roster, *self.world.handovers(300)][:300]
        self.one = entries_of([*common, *self.world.handovers(12)])
        self.other = entries_of([*common, *self.world.handovers(600)])
        self.folder = folder
        self.vkey = note.encode_vkey(self.world.origin, LOG_KEY.public)

    def publish(self, name: str, entries: list[bytes]) -> Path:
        publish(self.folder / name, entries, self.world.origin)
        return self.folder / name

    def checkpoint(self, name: str, entries: list[bytes]) -> Path:
        tree = Frontier()
        tree.extend(map(leaf_hash, entries))
        path = self.folder / name
        path.write_bytes(Checkpoint(self.world.origin, tree.size, tree.root()).sign(LOG_KEY))
        return path

    def compare(self, one: object, other: object) -> tuple[int, str]:
        ended = custody("audit", "compare", one, other, "--vkey", self.vkey, "--to", self.folder)
        return ended.code, ended.output

    def check(self, vkey: str | None = None) -> tuple[int, str]:
        """What is said offline of the one file that was written."""
        (file,) = self.folder.glob("two-checkpoints-*.txt")
        ended = custody("audit", "compare", "--check", file, "--vkey", vkey or self.vkey)
        return ended.code, ended.output


@pytest.fixture
def histories(tmp_path: Path) -> Histories:
    return Histories(tmp_path)


def test_a_view_that_begins_with_the_other_is_the_same_history_whichever_is_named_first(histories: Histories) -> None:
    early = histories.checkpoint("early", histories.other[:280])
    folder = histories.publish("log", histories.other)

    for views in ((early, folder), (folder, early), (folder, folder)):
        code, said = histories.compare(*views)
        assert (code, "ONE HISTORY" in said) == (0, True)
        assert "whether the files are what these sign, `custody audit verify` says" in said
    assert not list(histories.folder.glob("two-checkpoints-*"))


@pytest.mark.parametrize(
    "kept",
    [
        lambda note: note.removesuffix(b"\n"),
        lambda note: note.replace(b"\n", b"\r\n"),
        lambda note: b"\xef\xbb\xbf" + note + b"\n\n",
    ],
)
def test_a_checkpoint_is_the_same_whatever_line_ends_phones_and_editors_gave_it(
    histories: Histories, kept: Callable[[bytes], bytes]
) -> None:
    """A report asks to scan its code and to keep what that says."""
    early = histories.checkpoint("early", histories.one[:280])
    early.write_bytes(kept(early.read_bytes()))

    assert histories.compare(early, histories.publish("log", histories.one))[0] == 0

    other = histories.checkpoint("other", histories.other[: len(histories.one)])
    assert histories.compare(other, histories.folder / "log")[0] == 1
    (file,) = histories.folder.glob("two-checkpoints-*.txt")
    file.write_bytes(kept(file.read_bytes()))
    assert histories.check()[0] == 1


@pytest.mark.parametrize("size", [301, 512])
def test_two_histories_of_different_sizes_are_proved_from_the_tiles_of_the_larger(
    histories: Histories, size: int
) -> None:
    shown = histories.checkpoint("shown", histories.other[:size])
    folder = histories.publish("log", [*histories.one[:-1], *histories.other[300:]])

    code, said = histories.compare(shown, folder)

    assert (code, "TWO HISTORIES" in said) == (1, True)
    assert (code, histories.check()[0]) == (1, 1)
    assert f"{size} entri" in histories.check()[1]


def test_two_checkpoints_of_one_size_prove_two_histories_offline_with_the_key_alone(histories: Histories) -> None:
    size = len(histories.one)
    one, other = histories.checkpoint("a", histories.one), histories.checkpoint("b", histories.other[:size])

    assert histories.compare(one, other)[0] == 1
    code, said = histories.check()
    assert (code, "TWO HISTORIES" in said) == (1, True)
    code, said = histories.check(note.encode_vkey(histories.world.origin, key_of("thief").public))
    assert (code, "CANNOT SAY" in said) == (4, True)


def test_two_histories_are_told_also_where_the_proof_of_them_cannot_be_written(histories: Histories) -> None:
    size = len(histories.one)
    views = histories.checkpoint("a", histories.one), histories.checkpoint("b", histories.other[:size])
    histories.compare(*views)
    (file,) = histories.folder.glob("two-checkpoints-*.txt")
    file.unlink()
    block(file)

    code, said = histories.compare(*views)

    assert (code, "TWO HISTORIES" in said, "CANNOT SAY" in said) == (1, True, False)
    assert f"{file}, could not be written" in said
    assert f"{file}, tidak dapat ditulis" in said


def test_checkpoints_alone_of_different_sizes_prove_nothing_and_what_is_missing_is_said(histories: Histories) -> None:
    one, other = histories.checkpoint("a", histories.one), histories.checkpoint("b", histories.other)

    for code, said in (histories.compare(one, other), histories.check()):
        assert (code, "CANNOT SAY" in said) == (4, True)
        assert f"tiles of the log of {len(histories.other)} entries" in said


def test_tiles_that_are_not_what_was_signed_prove_no_second_history(histories: Histories) -> None:
    early = histories.checkpoint("early", histories.other[:280])
    folder = histories.publish("log", histories.other)
    flip(folder / "tile/0/001", 32 * 25)

    code, said = histories.compare(early, folder)

    assert (code, "leads to another root" in said) == (4, True)


@pytest.mark.parametrize("what", ["another key's", "nowhere", "garbled"])
def test_what_cannot_be_read_or_is_not_signed_does_not_exit_as_a_proof_does(histories: Histories, what: str) -> None:
    view = histories.folder / "view"
    if what == "another key's":
        view.write_bytes(Checkpoint(histories.world.origin, 9, bytes(32)).sign(key_of("thief")))
    elif what == "garbled":
        view.write_bytes(b"c2sp.org/tlog-proof@v1\nno")

    code, said = histories.compare(histories.publish("log", histories.one), view)

    assert (code, "CANNOT SAY" in said) == (4, True)


def test_a_copy_a_receipt_and_the_ledger_that_has_gone_on_are_one_history(tmp_path: Path) -> None:
    world = World()
    settings = make_log(tmp_path, world)
    with Serving(settings) as server:
        server.accepted(world.roster[1:])
        (answer,) = server.accepted(world.handovers(1))
        copy_log(server.url + server.prefix, server.vkey, tmp_path / "copy")
        (tmp_path / "receipt").write_bytes(b64decode(answer["receipt"]))
        server.accepted(world.handovers(3))

        for view in ("copy", "receipt"):
            ended = custody("audit", "compare", tmp_path / view, server.url + server.prefix, "--vkey", server.vkey)
            assert (ended.code, "ONE HISTORY" in ended.output) == (0, True)


def test_one_view_or_a_file_beside_views_is_wrong_usage(histories: Histories) -> None:
    view = histories.checkpoint("a", histories.one)

    assert custody("audit", "compare", view, "--vkey", histories.vkey).code == 2
    assert custody("audit", "compare", view, view, "--check", view, "--vkey", histories.vkey).code == 2
