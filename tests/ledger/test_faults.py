"""A fault at any step, alone or twice in a row, and a kill at any step: nothing acknowledged is lost, nothing doubled.

Every step stands for both faces of a fault: up to `before-commit` nothing was applied, from `after-commit` on the
statements are in the database although the round failed; `after-guard` is the guard's own 'failed yet applied'.
"""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.core.errors import Unavailable
from custody.core.note import Verifier
from custody.core.proof import check_receipt
from custody.ledger import fsck
from custody.ledger.config import LedgerConfig
from custody.ledger.engine import DRIVER
from custody.ledger.ledger import Ledger
from custody.ledger.store import FILE
from tests.ledger.helpers import accept
from tests.ledger.killed import STEPS, statements
from tests.world import World, begin_log

ROOT = Path(__file__).parents[2]


class Faults:
    """A hook that fails at the steps it is told to, once for each time it is told."""

    def __init__(self) -> None:
        self.planned: list[str] = []

    def __call__(self, step: str) -> None:
        if step in self.planned:
            self.planned.remove(step)
            raise OSError(f"the disk fails {step}")


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def ledger(world: World, config: LedgerConfig, faults: Faults) -> Iterator[Ledger]:
    opened = Ledger.open(config, hook=faults)
    accept(opened, *world.roster)
    yield opened
    opened.close()
    assert list(fsck.check(config)) == []


def applied(step: str) -> bool:
    return step != "before-commit"


@pytest.mark.parametrize("step", STEPS)
def test_after_a_fault_the_same_statements_are_taken_once(
    world: World, ledger: Ledger, faults: Faults, step: str
) -> None:
    handovers = world.handovers(3)
    size = ledger.status().size
    faults.planned = [step]
    with pytest.raises(Unavailable) as caught:
        accept(ledger, *handovers)
    assert caught.value.retry
    answers = accept(ledger, *handovers)
    assert [answer.duplicate for answer in answers] == [applied(step)] * 3
    assert [answer.index for answer in answers] == list(range(size, size + 3))
    for answer in answers:
        assert check_receipt(answer.receipt, Verifier(ledger.vkey))[0] == answer.index
    [following] = accept(ledger, world.handover(device=1))
    assert (following.index, following.link) == (size + 3, "ok")


@pytest.mark.parametrize("second", STEPS)
@pytest.mark.parametrize("first", STEPS)
def test_after_two_faults_in_a_row_nothing_is_lost_or_doubled(
    world: World, ledger: Ledger, faults: Faults, first: str, second: str
) -> None:
    sent = []
    faults.planned = [first, second]
    while faults.planned:
        sent += world.handovers(2)
        with pytest.raises(Unavailable):
            accept(ledger, *sent)
    answers = accept(ledger, *sent)
    assert [answer.index for answer in answers] == list(range(11, 11 + len(sent)))
    assert {answer.link for answer in answers} == {"ok"}


@pytest.mark.parametrize("step", STEPS)
def test_roster_statements_of_a_failed_round_have_no_effect_until_they_are_stored(
    world: World, ledger: Ledger, faults: Faults, step: str
) -> None:
    revocation = world.revoke(world.devices[0].key.keyid)
    faults.planned = [step]
    with pytest.raises(Unavailable):
        accept(ledger, revocation)
    accept(ledger, world.handover())
    assert ledger.device(world.devices[0].key.keyid).revoked == ("lost" if applied(step) else None)
    [answer] = accept(ledger, revocation)
    assert answer.effect is None
    assert ledger.device(world.devices[0].key.keyid).revoked == "lost"


def test_the_ledger_mends_itself_without_being_asked(world: World, ledger: Ledger, faults: Faults) -> None:
    faults.planned = ["after-commit"]
    size = ledger.status().size
    with pytest.raises(Unavailable):
        accept(ledger, world.handover())
    assert ledger.status().fault
    for _ in range(200):
        if ledger.status().fault is None:
            break
        ledger._sequencer._thread.join(0.05)
    assert (ledger.status().fault, ledger.status().size) == (None, size + 1)


def test_what_was_committed_but_not_signed_is_signed_at_the_next_start(
    world: World, config: LedgerConfig, ledger: Ledger, faults: Faults
) -> None:
    faults.planned = ["after-commit", "after-readback"]
    with pytest.raises(Unavailable):
        accept(ledger, world.handover())
    ledger.close()
    reopened = Ledger.open(config)
    assert reopened.status().size == 12
    reopened.close()


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("entries", "entry = CAST(replace(CAST(entry AS TEXT), 'sig', 'gis') AS BLOB) WHERE \"index\" = 11"),
        ("hashes", "hash = zeroblob(32) WHERE level = 0 AND number = 11"),
        ("hashes", "hash = zeroblob(32) WHERE level = 0 AND number = 3"),
    ],
    ids=["new entry", "new leaf hash", "old leaf hash"],
)
def test_nothing_is_signed_over_what_the_disk_has_changed(
    world: World, config: LedgerConfig, table: str, change: str
) -> None:
    def damage(step: str) -> None:
        if step == "after-commit" and ledger.status().size == 11:
            connection = DRIVER.connect(config.data / FILE, isolation_level=None)
            connection.execute(f"DROP TRIGGER IF EXISTS {table}_no_update")
            connection.execute(f"UPDATE {table} SET {change}")
            connection.close()

    ledger = Ledger.open(config, hook=damage)
    accept(ledger, *world.roster)
    signed = config.guard.read_bytes()
    for _ in range(2):
        with pytest.raises(Unavailable):
            accept(ledger, world.handover())
    assert ledger.checkpoint() == config.guard.read_bytes() == signed
    assert ledger.status().fault
    ledger.close()
    assert list(fsck.check(config)) != []


@pytest.mark.parametrize("step", STEPS)
def test_a_ledger_killed_at_any_step_loses_nothing_it_acknowledged(tmp_path: Path, step: str) -> None:
    world = World()
    config = begin_log(world, tmp_path)
    acknowledged = tmp_path / "acknowledged"
    program = [sys.executable, "-m", "tests.ledger.killed", str(tmp_path), step]
    for run in range(2):
        ended = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
        assert ended.returncode == -signal.SIGKILL, f"run {run}: {ended.stderr}"
    ledger = Ledger.open(config)
    promised = dict(line.split() for line in acknowledged.read_text().splitlines())
    assert promised
    assert {ledger.statement(statement_id) for statement_id in promised} == {int(index) for index in promised.values()}
    batches = statements(World())
    answers = [answer for batch in batches for answer in accept(ledger, *batch)]
    assert len({answer.index for answer in answers}) == len(answers) == ledger.status().size
    assert {answer.link for answer in answers} == {"ok"}
    assert all(answer.duplicate for answer in answers if answer.id in promised)
    ledger.close()
    assert list(fsck.check(config)) == []
