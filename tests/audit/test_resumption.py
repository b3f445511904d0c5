"""A verification that goes on from the last one: what it need not judge again, and what it still finds."""

from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from custody.audit.claims import text, unproved
from custody.audit.config import AuditorConfig
from custody.audit.fault_words import told as said_of
from custody.audit.result import Result
from custody.audit.source import FolderSource
from custody.audit.verify import verify
from custody.core import entry
from custody.core.errors import CustodyError, CutShort, Malformed, NewerFormat, StorageFault, WrongLog
from custody.core.merkle import leaf_hash
from custody.core.statement import Statement
from tests.audit.logs import LOG_KEY, entries_of, faults, flip, judge_folder, publish, root_of, spoilt
from tests.full_disk import block
from tests.tile_folder import write_log
from tests.world import World, key_of

FIRST = 600


class Log:
    """A log of 600 entries that was verified, and what comes after."""

    def __init__(self, folder: Path) -> None:
        self.world = World()
        roster = self.world.roster
        early = [*roster, *(self.world.event("inspect", device=n % 2) for n in range(FIRST - len(roster) - 10))]
        seen = root_of(early[:300])
        self.statements: list[Statement | bytes] = [*early, *(self.event(seen) for _ in range(10))]
        self.folder = folder / "log"
        config = publish(self.folder, entries_of(self.statements), self.world.origin)
        self.config = msgspec.structs.replace(config, state=folder / "state")

    def event(self, seen: tuple[int, str], device: int = 0) -> Statement:
        return self.world.event("inspect", device=device, checkpoint=seen)

    def serve(self, statements: Sequence[Statement | bytes]) -> None:
        write_log(self.folder, entries_of(statements), self.world.origin, LOG_KEY)

    def grow(self, *more: Statement | bytes) -> None:
        self.statements = [*self.statements, *more]
        self.serve(self.statements)

    def judge(self, **options: object) -> Result:
        return judge_folder(self.config, **options)

    @property
    def state(self) -> Path:
        assert self.config.state is not None
        return self.config.state


@pytest.fixture
def log(tmp_path: Path) -> Log:
    """Its 600 entries were verified."""
    made = Log(tmp_path)
    result = made.judge()
    assert (result.verdict, result.resumed_from, result.faults) == ("holds", None, [])
    return made


def told(result: Result) -> Result:
    """All but where it began."""
    return msgspec.structs.replace(result, resumed_from=None)


def test_what_was_verified_is_not_judged_again_and_the_result_is_that_of_the_whole(log: Log) -> None:
    for count in (1, 300, 0, 2):
        log.grow(*log.world.handovers(count), log.event(root_of(log.statements[:300])))
        resumed = log.judge()
        assert resumed.resumed_from is not None
        assert resumed.resumed_from >= (resumed.size - count - 1) // 256 * 256
        whole = judge_folder(msgspec.structs.replace(log.config, state=None))
        assert (resumed.verdict, told(resumed)) == ("holds", told(whole))
    assert log.state.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("size", [512, 768])
def test_a_log_of_full_bundles_is_gone_on_from_with_nothing_left_to_judge(tmp_path: Path, size: int) -> None:
    log = Log(tmp_path)
    if size < len(log.statements):
        log.statements = log.statements[:size]
        log.config = msgspec.structs.replace(
            publish(tmp_path / "exact", entries_of(log.statements), log.world.origin), state=log.state
        )
        log.folder = tmp_path / "exact"
    else:
        log.grow(*log.world.handovers(size - len(log.statements)))
    assert log.judge().resumed_from is None

    again = log.judge()
    assert (again.verdict, again.resumed_from) == ("holds", size)
    log.grow(*log.world.handovers(3))
    assert (log.judge().verdict, log.judge().resumed_from) == ("holds", size)


def test_bytes_that_were_verified_may_change_unseen_until_all_is_judged_again(log: Log) -> None:
    flip(log.folder / "tile/entries/000", 1000)

    assert log.judge().verdict == "holds"
    assert log.judge(from_start=True).verdict == "faulty"


def test_the_last_tiles_are_held_against_old_and_new_entries(log: Log) -> None:
    log.grow(*log.world.handovers(5))
    flip(log.folder / "tile/1/000.p/2", 40)

    assert log.judge().verdict == "faulty"
    flip(log.folder / "tile/1/000.p/2", 40)
    assert log.judge().verdict == "holds"


@pytest.mark.parametrize("fault", [False, True])
def test_a_bad_signature_is_found_by_a_key_that_was_enrolled_before(log: Log, fault: bool) -> None:
    new = log.world.handover()
    log.grow(spoilt(new, new.body.issuer) if fault else new)

    result = log.judge()

    assert faults(result) == ([(FIRST, "bad-signature")] if fault else [])


@pytest.mark.parametrize("which", [20, 590, 599])
def test_a_statement_that_was_logged_before_is_found_when_it_comes_again(log: Log, which: int) -> None:
    log.grow(*log.world.handovers(300), log.statements[which])

    assert faults(log.judge()) == [(FIRST + 300, "bad-history")]


def test_what_was_open_is_closed_by_what_comes_later_as_if_all_were_judged_at_once(log: Log) -> None:
    world, late = log.world, key_of("late")
    world.handlers.append(late)
    unknown = world.event("inspect", by=(4,))
    missing, after = (world.event("inspect", device=1) for _ in range(2))
    log.grow(unknown, spoilt(world.event("inspect", by=(4,)), late.keyid), after, *world.handovers(250, devices=1))
    before = log.judge()
    assert (len(before.gaps), before.unknown_signatures, before.forks) == (1, 2, [])

    old = log.statements[40]
    assert isinstance(old, Statement)
    device = [chain.key.keyid for chain in world.devices].index(old.body.issuer)
    fork = world.event("inspect", device=device, at=(old.body.seq, old.body.prev))
    log.grow(missing, fork, world.enrol_device(late))
    result = log.judge()

    assert result.resumed_from == (FIRST + 253) // 256 * 256
    assert (result.verdict, result.gaps) == ("holds", [])
    assert (result.unknown_signatures, result.spoiled_signatures) == (0, 1)
    assert [found.index for found in result.forks] == [FIRST + 254]
    assert told(result) == judge_folder(msgspec.structs.replace(log.config, state=None))


@pytest.mark.parametrize(("size", "right"), [(300, True), (300, False), (599, True), (17, True), (17, False)])
def test_a_checkpoint_from_before_is_named_rightly_or_not(log: Log, size: int, right: bool) -> None:
    root = root_of(log.statements[:size])[1] if right else "0" * 64
    log.grow(log.event((size, root)))

    assert faults(log.judge()) == ([] if right else [(FIRST, "split-view")])


def test_tiles_that_were_changed_lend_no_root_to_a_false_checkpoint(log: Log) -> None:
    other = [log.statements[1], log.statements[0], *log.statements[2:17]]
    log.grow(log.event(root_of(other)))
    tile = log.folder / "tile/0/000"
    tile.write_bytes(b"".join(map(leaf_hash, entries_of(other))) + tile.read_bytes()[17 * 32 :])

    assert faults(log.judge()) == [(FIRST, "bad-proof")]


def test_an_entry_that_goes_back_behind_the_last_received_is_found(log: Log) -> None:
    early = entry.encode(log.world.handover().envelope, entry.decode(entries_of(log.statements)[500])[1])
    write_log(log.folder, [*entries_of(log.statements), early], log.world.origin, LOG_KEY)

    assert faults(log.judge()) == [(FIRST, "bad-history")]


def test_a_log_that_has_fewer_entries_than_before_is_a_rollback_with_both_checkpoints_named(log: Log) -> None:
    log.serve(log.statements[:-1])

    result = log.judge()

    (fault,) = result.faults
    assert (fault.kind, fault.index) == ("bad-history", None)
    assert fault.expected == f"{FIRST} entries, root {root_of(log.statements)[1]}"
    assert fault.got == f"{FIRST - 1} entries, root {root_of(log.statements[:-1])[1]}"
    before = log.state.read_bytes()
    older = log.judge(from_start=True)
    assert older.verdict == "holds"
    [claim] = (claim for claim in unproved(older) if claim.code == "not-held-against")
    assert claim.facts == {"unheld": FIRST, "size": FIRST - 1}
    assert f"it had {FIRST} entries then, here are {FIRST - 1}" in text(claim, "en")
    assert log.state.read_bytes() == before


class Served(FolderSource):
    """As from a URL."""

    live = True


@pytest.mark.parametrize("from_start", [False, True])
def test_what_a_log_serves_now_is_no_older_copy(log: Log, from_start: bool) -> None:
    with Served(log.folder) as source:
        assert verify(source, log.config, workers=0, from_start=from_start).verdict == "holds"
    log.serve(log.statements[:-1])
    with Served(log.folder) as source:
        assert [fault.kind for fault in verify(source, log.config, workers=0, from_start=from_start).faults] == [
            "bad-history"
        ]


def test_of_a_log_that_has_grown_all_was_held_against_what_was_verified(log: Log) -> None:
    log.grow(log.world.handover())
    for from_start in (False, True):
        assert "not-held-against" not in [claim.code for claim in unproved(log.judge(from_start=from_start))]


@pytest.mark.parametrize("from_start", [False, True])
@pytest.mark.parametrize("more", [0, 40])
def test_another_history_than_the_verified_one_is_a_fault_and_its_proof_is_kept(
    log: Log, more: int, from_start: bool
) -> None:
    other = [*log.statements[:-2], log.statements[-1], log.statements[-2]]
    log.serve([*other, *log.world.handovers(more)])

    result = log.judge(from_start=from_start)

    (fault,) = result.faults
    assert (fault.kind, fault.expected) == ("split-view", f"{FIRST} entries, root {root_of(log.statements)[1]}")
    (file,) = log.state.parent.glob("two-checkpoints-*.txt")
    assert str(file) in fault.message


def test_two_histories_are_told_also_where_no_proof_of_them_can_be_written(log: Log) -> None:
    log.serve([*log.statements[:-2], log.statements[-1], log.statements[-2]])
    log.judge()
    (file,) = log.state.parent.glob("two-checkpoints-*.txt")
    file.unlink()
    block(file)

    (fault,) = log.judge().faults

    assert fault.kind == "split-view"
    assert f"two histories, but the file of both checkpoints, {file}, could not be written" in fault.message
    assert f"dua riwayat, tetapi berkas kedua checkpoint, {file}, tidak dapat ditulis" in said_of(fault)[0]


def test_a_log_that_does_not_hold_leaves_the_state_as_it_was(log: Log) -> None:
    before = log.state.read_bytes()
    new = log.world.handover()
    log.grow(spoilt(new, new.body.issuer))
    assert log.judge().verdict == "faulty"
    assert log.state.read_bytes() == before


def of_another_log(config: AuditorConfig) -> AuditorConfig:
    return msgspec.structs.replace(config, entry0=sha256(b"another").hexdigest())


def resealed(data: bytes) -> bytes:
    """The content changed in its first byte, under a hash that fits."""
    content = b"\x00" + data[61:]
    return data[:20] + sha256(content).digest() + len(content).to_bytes(8, "big") + content


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (lambda data: b"", CutShort),
        (lambda data: data[:10], CutShort),
        (lambda data: data[:30], CutShort),
        (lambda data: data[:-1], CutShort),
        (lambda data: data + b"\n", StorageFault),
        (lambda data: data[:500] + bytes([data[500] ^ 1]) + data[501:], StorageFault),
        (lambda data: data.replace(b"/v1\n", b"/v2\n", 1), NewerFormat),
        (lambda data: b"x" + data[1:], Malformed),
        (resealed, Malformed),
    ],
)
def test_a_state_that_is_not_whole_is_named_and_written_anew_from_the_start(
    log: Log, change: Callable[[bytes], bytes], error: type[CustodyError]
) -> None:
    whole = log.state.read_bytes()
    log.state.write_bytes(change(whole))

    with pytest.raises(error, match=str(log.state)):
        log.judge()
    assert log.judge(from_start=True).verdict == "holds"
    assert log.state.read_bytes() == whole


def test_a_state_of_another_log_is_named(log: Log) -> None:
    with pytest.raises(WrongLog, match="another log"):
        judge_folder(of_another_log(log.config))


def test_a_state_that_cannot_be_written_is_no_fault_of_the_log(tmp_path: Path, log: Log) -> None:
    log.config = msgspec.structs.replace(log.config, state=tmp_path / "nowhere/state")

    result = log.judge()

    assert result.verdict == "holds"
    assert result.state_fault is not None
    assert "nowhere" in result.state_fault
