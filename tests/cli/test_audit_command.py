"""`custody audit` as an auditor runs it: what it prints, and its exit codes."""

import subprocess
from pathlib import Path

import msgspec
import pytest

from custody.cli.main import FAILED
from custody.core import canonical
from custody.core.canonical import b64encode
from custody.core.event import Seal
from custody.core.merkle import inclusion_proof, leaf_hash
from custody.core.proof import Receipt
from custody.core.roster import Site
from custody.core.statement import EVENT_TYPE
from custody.core.tiles import node_reader
from tests.audit.logs import entries_of, flip, publish, rewritten
from tests.cli.programs import CUSTODY, PLAIN, custody, refused, succeed
from tests.tile_folder import tile_reader
from tests.world import World, site_id


class Published:
    """A small log in a folder, the auditor's settings beside it, and a receipt of each entry."""

    def __init__(self, folder: Path) -> None:
        self.world = World()
        self.statements = [*self.world.roster, *self.world.handovers(3, devices=1)]
        self.entries = entries_of(self.statements)
        self.folder = folder / "log"
        self.vkey = publish(self.folder, self.entries, self.world.origin).vkey
        self.settings = folder / "log.toml"

    def receipt(self, index: int) -> Path:
        size = len(self.entries)
        proof = inclusion_proof(index, size, node_reader(size, tile_reader(self.folder)))
        checkpoint = (self.folder / "checkpoint").read_bytes()
        path = self.folder.with_name(f"{index}.tlog-proof")
        path.write_bytes(Receipt(index, tuple(proof), checkpoint, self.entries[index]).encode())
        return path

    def last(self) -> Path:
        """The file of the bundle."""
        return self.folder / f"tile/entries/000.p/{len(self.entries)}"


@pytest.fixture
def log(tmp_path: Path) -> Published:
    return Published(tmp_path)


def test_a_log_that_holds_says_what_was_proved_and_what_was_not(log: Published) -> None:
    said = succeed("audit", "verify", "--config", log.settings)

    assert "LOG UTUH / THE LOG HOLDS" in said
    for part in ("Terbukti / Proved", "20 signatures verify", "Tidak terbukti / Not proved", "never delivered"):
        assert part in said


def test_a_flipped_byte_is_told_with_its_entry_and_exit_code_1(log: Published) -> None:
    index = len(log.entries) - 2
    flip(log.last(), log.last().read_bytes().index(log.entries[index]) + 200)

    ended = custody("audit", "verify", "--config", log.settings)

    assert ended.code == 1
    assert "THE LOG DOES NOT HOLD" in ended.output
    assert f"entri / entry {index}" in ended.output
    assert leaf_hash(log.entries[index]).hex() in ended.output
    assert "is not that of the entries; expected" in ended.output
    assert "bukan hash entri-entrinya; seharusnya" in ended.output
    assert "Terbukti / Proved" not in ended.output


def test_a_second_verification_goes_on_and_says_what_that_leaves_unproved(tmp_path: Path) -> None:
    world = World()
    statements = [*world.roster, *(world.event("inspect") for _ in range(300))]
    publish(tmp_path / "log", entries_of(statements), world.origin)
    command = ("audit", "verify", "--config", tmp_path / "log.toml")
    assert "hashed again" in succeed(*command)
    flip(tmp_path / "log/tile/entries/000", 900)

    again = succeed(*command)
    size = len(statements)
    assert f"{size - 256} entries from 256 on hashed again" in again
    assert "That the first 256 entries, which were judged before, are still served" in again
    assert msgspec.json.decode(succeed(*command, "--json"))["resumed_from"] == 256

    for whole in (["--from-start"], ["--folder", tmp_path / "log"]):
        assert custody(*command, *whole).code == 1


@pytest.mark.parametrize(
    ("old", "new", "code", "said"),
    [(b"", b"", 0, "hashed again"), (b"/v1\n", b"/v2\n", 3, "newer format"), (b"ledger", b"ledgir", 1, "was changed")],
)
def test_a_state_that_cannot_be_gone_on_from_is_told_with_what_to_do(
    log: Published, old: bytes, new: bytes, code: int, said: str
) -> None:
    command = ("audit", "verify", "--config", log.settings)
    succeed(*command)
    state = log.settings.with_suffix(".state")
    state.write_bytes(state.read_bytes().replace(old, new, 1))

    ended = custody(*command)

    assert (ended.code, said in ended.output) == (code, True)
    if code == FAILED:
        assert "--from-start" in ended.output
        succeed(*command, "--from-start")
        succeed(*command)


def test_the_program_itself_exits_with_0_1_and_3(tmp_path: Path) -> None:
    world = World()
    newer = rewritten(world, world.handover(), action="teleport")
    for name, statements in (("sound", world.roster), ("newer", [*world.roster, newer]), ("faulty", world.roster[1:])):
        publish(tmp_path / name, entries_of(statements), world.origin)

    def code(name: str) -> int:
        command = [CUSTODY, "audit", "verify", "--config", tmp_path / f"{name}.toml"]
        return subprocess.run(command, env=PLAIN, capture_output=True, timeout=60, check=False).returncode

    assert [code(name) for name in ("sound", "faulty", "newer")] == [0, 1, 3]


def test_a_newer_format_is_called_no_sign_of_tampering(tmp_path: Path) -> None:
    world = World()
    publish(tmp_path / "log", entries_of([*world.roster, rewritten(world, world.handover(), v=2)]), world.origin)

    ended = custody("audit", "verify", "--config", tmp_path / "log.toml")

    assert ended.code == 3
    assert "no sign of tampering" in ended.output
    assert "THE LOG HOLDS" not in ended.output


def test_an_entry_that_nobody_signed_hides_no_fault_behind_a_newer_format(tmp_path: Path) -> None:
    world, stranger = World(), World(seed="stranger")
    junk = canonical.encode(
        {
            "payload": b64encode(b'{"v":2}'),
            "payloadType": EVENT_TYPE,
            "signatures": [{"keyid": "0" * 64, "sig": b64encode(bytes(64))}],
        }
    )
    publish(tmp_path / "log", entries_of([*world.roster, junk, *stranger.handovers(3)]), world.origin)

    ended = custody("audit", "verify", "--config", tmp_path / "log.toml")

    assert ended.code == 3
    assert f"3 times unknown-issuer after it, first at entry {len(world.roster) + 1}" in ended.output
    assert "no sign of tampering" not in ended.output


@pytest.mark.parametrize("where", ["nowhere", "log/tile", "another"])
def test_where_no_checkpoint_of_this_log_is_nothing_is_said_of_it_and_the_code_is_4(
    log: Published, tmp_path: Path, where: str
) -> None:
    other = World(origin="ledger.test/other")
    publish(tmp_path / "another", entries_of(other.roster), other.origin)

    command = [CUSTODY, "audit", "verify", "--config", log.settings, "--folder", tmp_path / where]
    ended = subprocess.run(command, env=PLAIN, capture_output=True, text=True, timeout=60, check=False)

    assert (ended.returncode, ended.stdout) == (4, "")
    assert "DOES NOT HOLD" not in ended.stderr


def test_gaps_and_forks_are_listed_and_the_log_holds(tmp_path: Path) -> None:
    world = World()
    first, _, third = world.handovers(3, devices=1)
    beside = world.handover(at=(1, None))
    publish(tmp_path / "log", entries_of([*world.roster, first, third, beside]), world.origin)

    said = succeed("audit", "verify", "--config", tmp_path / "log.toml")

    assert "Gap: number 2 of" in said
    assert f"Fork: entry {len(world.roster) + 2}, number 1 of" in said


@pytest.mark.parametrize("place", [[], ["log"]])
def test_with_judge_what_the_rules_say_is_kept_for_the_next_report(
    log: Published, monkeypatch: pytest.MonkeyPatch, place: list[str]
) -> None:
    monkeypatch.chdir(log.folder.parent)
    verify = ["audit", "verify", *place, "--config", log.settings]
    kept = log.settings.with_suffix(".judged")
    succeed(*verify)
    assert not kept.exists()

    said = succeed(*verify, "--judge")

    assert kept.exists()
    assert said.startswith("LOG UTUH / THE LOG HOLDS")
    assert said.endswith(f"Judged for the next report or archive: {len(log.entries)} entries.\n")


def test_a_log_that_does_not_hold_is_not_judged_for_a_report(log: Published) -> None:
    flip(log.folder / f"tile/0/000.p/{len(log.entries)}", 40)

    ended = custody("audit", "verify", "--config", log.settings, "--judge")

    assert ended.code == FAILED
    assert ended.output.count("DOES NOT HOLD") == 1
    assert not any(word in ended.output for word in ("Judged", "read again"))
    assert not log.settings.with_suffix(".judged").exists()


def test_that_what_was_judged_cannot_be_kept_is_said_and_the_verdict_stays(log: Published) -> None:
    log.settings.with_suffix(".judged").mkdir()

    said = succeed("audit", "verify", "--config", log.settings, "--judge")

    assert "THE LOG HOLDS" in said
    assert "could not be kept" in said


def test_with_keys_instead_of_settings_there_is_nowhere_to_keep_what_was_judged(log: Published) -> None:
    settings = log.settings.read_text()
    keys = [
        part for name in ("vkey", "entry0") for part in (f"--{name}", settings.split(f'{name} = "')[1].split('"')[0])
    ]
    assert "THE LOG HOLDS" in succeed("audit", "verify", log.folder, *keys)

    ended = custody("audit", "verify", log.folder, *keys, "--judge")

    assert ended.code == 2
    assert "kept beside the settings" in ended.output


def test_the_json_result_has_the_verdict_and_each_fault(log: Published) -> None:
    sound = msgspec.json.decode(succeed("audit", "verify", "--json", "--config", log.settings))
    assert (sound["verdict"], sound["size"], sound["faults"]) == ("holds", len(log.entries), [])
    flip(log.folder / f"tile/0/000.p/{len(log.entries)}", 40)

    ended = custody("audit", "verify", "--json", "--config", log.settings)

    result = msgspec.json.decode(ended.output)
    assert (ended.code, result["verdict"], result["fault_count"]) == (1, "faulty", 1)
    assert (result["faults"][0]["index"], result["faults"][0]["kind"]) == (1, "storage-fault")


def test_another_folder_is_held_against_the_same_settings(log: Published, tmp_path: Path) -> None:
    publish(tmp_path / "other", log.entries[:5], log.world.origin)

    said = succeed("audit", "verify", "--config", log.settings, "--folder", tmp_path / "other")

    assert "5 entri / entries" in said


def test_an_entry_is_shown_with_its_handlers_and_their_roles(log: Published) -> None:
    said = succeed("audit", "show", len(log.entries) - 1, "--config", log.settings)

    for part in ("Serah terima / Handover", "8004/952000000002", "Site 1", "perangkat / device", "petugas / handler",
                 log.world.handler_ids[0], "tersambung / linked"):  # fmt: skip
        assert part in said


def test_what_an_entry_says_in_words_of_lists_is_shown_in_both_languages(tmp_path: Path) -> None:
    world = World()
    seals = [Seal(item=0, id="seal/a/1", expected="seal/a/2", state="broken"), Seal(item=0, count=3)]
    event = world.event("discrepancy", kind="swapped", seals=seals, condition="wet", warnings=["seal-differs", "other"])
    publish(tmp_path / "log", entries_of([*world.roster, event]), world.origin)

    said = " ".join(succeed("audit", "show", len(world.roster), "--config", tmp_path / "log.toml").split())

    for part in ("Kejadian khusus / Discrepancy", "Tertukar / Swapped", "Basah / Wet", "other",
                 "Nomor segel berbeda / Seal number differs", f"{event.body.items[0]}: seal/a/1",
                 "Segel rusak / Seal broken", "3 tanpa nomor / without a number"):  # fmt: skip
        assert part in said


def test_a_roster_entry_is_shown_and_one_that_is_not_there_is_refused(log: Published) -> None:
    assert "Kunci akar / Root" in succeed("audit", "show", 0, "--config", log.settings)
    assert "no such entry" in refused("audit", "show", 99, "--config", log.settings)


def test_a_name_that_would_hide_or_colour_text_is_spelt_out(tmp_path: Path) -> None:
    world = World()
    name = "Gudang \u200f[red]"
    new = world.sign(Site, world.authority, site=site_id(99), category="office", name=name)
    event = world.event("inspect", site=site_id(99))
    publish(tmp_path / "log", entries_of([*world.roster, new, event]), world.origin)

    for index in (len(world.roster), len(world.roster) + 1):
        said = succeed("audit", "show", index, "--config", tmp_path / "log.toml")
        assert r"Gudang \u200f[red]" in said


def test_a_receipt_is_checked_with_nothing_but_the_vkey(log: Published) -> None:
    said = succeed("audit", "receipt", log.receipt(len(log.entries) - 1), "--vkey", log.vkey)

    for part in (
        "BUKTI PENCATATAN SAH / THE RECEIPT HOLDS",
        log.statements[-1].id,
        "Serah terima / Handover: 8004/952000000002",
        "Not judged here",
    ):
        assert part in said
    assert "THE RECEIPT HOLDS" in succeed("audit", "receipt", log.receipt(0), "--config", log.settings)


def test_a_receipt_with_a_flipped_byte_or_of_another_log_is_refused(log: Published, tmp_path: Path) -> None:
    receipt = log.receipt(3)
    other = publish(tmp_path / "other", entries_of(World(origin="a.test/x").roster), "a.test/x")
    assert "not signed by a key we trust" in refused("audit", "receipt", receipt, "--vkey", other.vkey)

    flip(receipt, receipt.read_bytes().index(b"extra ") + 50)

    assert "THE RECEIPT HOLDS" not in refused("audit", "receipt", receipt, "--vkey", log.vkey)


def test_a_receipt_of_a_newer_statement_proves_that_it_is_logged_and_exits_with_3(tmp_path: Path) -> None:
    log = Published(tmp_path)
    newer = entries_of([*log.statements, rewritten(log.world, log.world.handover(), v=2)])
    log.entries, log.folder = newer, tmp_path / "newer"
    publish(log.folder, newer, log.world.origin)

    ended = custody("audit", "receipt", log.receipt(len(newer) - 1), "--vkey", log.vkey)

    assert ended.code == 3
    assert "THE RECEIPT HOLDS" in ended.output
    assert "newer version" in ended.output


def test_settings_and_folders_that_are_not_there_are_named(log: Published, tmp_path: Path) -> None:
    assert "--config" in refused("audit", "verify", "--config", tmp_path / "none.toml")
    assert "nowhere" in refused("audit", "verify", "--config", log.settings, "--folder", tmp_path / "nowhere")
