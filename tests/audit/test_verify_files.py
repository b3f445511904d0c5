"""One fault in a log's files, and its twin without: each is found, at its entry, as what it is."""

from pathlib import Path

import msgspec
import pytest

from custody.core.checkpoint import Checkpoint
from tests.audit.logs import LOG_KEY, entries_of, faults, flip, judge_folder, publish, root_of
from tests.tile_folder import write_file
from tests.world import World, key_of


def test_a_byte_flipped_in_an_entry_is_named_by_the_entrys_index(tmp_path: Path, world: World) -> None:
    entries = entries_of([*world.roster, *world.handovers(3)])
    config = publish(tmp_path / "log", entries, world.origin)
    assert judge_folder(config).verdict == "holds"
    path = tmp_path / "log" / f"tile/entries/000.p/{len(entries)}"
    flip(path, path.read_bytes().index(entries[-2]) + 300)

    result = judge_folder(config)

    assert result.verdict == "faulty"
    assert (len(entries) - 2, "storage-fault") in faults(result)
    assert result.faults[-1].message == "the entries lead to another root than the signed one"


def test_a_byte_flipped_in_a_tile_is_named_with_the_hash_that_the_entry_has(tmp_path: Path, world: World) -> None:
    entries = entries_of([*world.roster, *world.handovers(3)])
    config = publish(tmp_path / "log", entries, world.origin)
    flip(tmp_path / "log" / f"tile/0/000.p/{len(entries)}", 32 * 5 + 7)

    result = judge_folder(config)

    assert faults(result) == [(5, "storage-fault")]
    (fault,) = result.faults
    assert "hash 5" in fault.message
    assert fault.expected != fault.got


def test_a_checkpoint_over_another_root_is_found_though_the_logs_key_signed_it(tmp_path: Path, world: World) -> None:
    entries = entries_of(world.roster)
    config = publish(tmp_path / "log", entries, world.origin)
    write_file(tmp_path / "log", "checkpoint", Checkpoint(world.origin, len(entries), bytes(32)).sign(LOG_KEY))

    result = judge_folder(config)

    assert faults(result) == [(None, "storage-fault")]
    assert (result.faults[0].expected, result.faults[0].got) == (bytes(32).hex(), root_of(world.roster)[1])


def test_another_entry_0_than_the_configured_one_is_another_log(tmp_path: Path, world: World) -> None:
    config = publish(tmp_path / "log", entries_of(world.roster), world.origin)

    result = judge_folder(msgspec.structs.replace(config, entry0="0" * 64))

    assert faults(result) == [(0, "wrong-log")]
    assert result.faults[0].got == config.entry0


def test_a_history_sealed_again_with_another_key_is_refused_at_once(tmp_path: Path, world: World) -> None:
    config = publish(tmp_path / "log", entries_of(world.roster), world.origin, key=key_of("thief"))

    result = judge_folder(config)

    assert faults(result) == [(None, "bad-signature")]
    assert result.size == result.judged == 0


def test_an_empty_log_proves_nothing(tmp_path: Path, world: World) -> None:
    config = publish(tmp_path / "log", entries_of(world.roster), world.origin)
    write_file(tmp_path / "log", "checkpoint", Checkpoint(world.origin, 0, bytes(32)).sign(LOG_KEY))

    assert faults(judge_folder(config)) == [(None, "wrong-log")]


def test_an_entry_in_another_encoding_is_malformed(tmp_path: Path, world: World) -> None:
    entries = entries_of([*world.roster, world.handover()])
    loose = entries[-1].replace(b',"received"', b', "received"')
    config = publish(tmp_path / "log", [*entries[:-1], loose], world.origin)

    assert faults(judge_folder(config)) == [(len(entries) - 1, "malformed")]


@pytest.mark.parametrize(("cut", "kind"), [(None, "storage-fault"), (-1, "malformed")])
def test_verification_stops_where_a_bundle_is_missing_or_cut_short(
    tmp_path: Path, world: World, cut: int | None, kind: str
) -> None:
    config = publish(tmp_path / "log", entries_of([*world.roster, *world.handovers(300)]), world.origin)
    last = next((tmp_path / "log/tile/entries").glob("001.p/*"))
    data = last.read_bytes()
    last.unlink() if cut is None else last.write_bytes(data[:cut])

    result = judge_folder(config)

    assert faults(result) == [(256, kind)]
    assert result.judged == 256


def test_a_missing_tile_is_a_fault_and_a_narrower_one_that_stays_must_fit(tmp_path: Path, world: World) -> None:
    entries = entries_of([*world.roster, *world.handovers(260)])
    folder = tmp_path / "log"
    config = publish(folder, entries, world.origin, sizes=[5, 200, len(entries)])
    (folder / "tile/README").write_text("not a tile")
    (folder / "tile/0/x001").mkdir()
    (folder / "tile/0/x001/000").write_bytes(bytes(8192))
    sound = judge_folder(config)
    assert (sound.verdict, sound.other_files) == ("holds", 2)

    for path in ("tile/0/000.p/5", "tile/entries/000.p/200"):
        flip(folder / path, 100)
        assert judge_folder(config).verdict == "faulty"
        flip(folder / path, 100)
    (folder / "tile/1/000.p/1").unlink()
    assert [(fault.kind, fault.expected) for fault in judge_folder(config).faults] == [
        ("storage-fault", "tile/1/000.p/1")
    ]
