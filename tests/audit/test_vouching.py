"""A report or an archive after a verification: what is not verified again, and what is found all the same."""

from pathlib import Path

import pytest

from custody.audit import bundle
from custody.audit.report.making import make
from custody.audit.report.scope import Scope
from custody.audit.source import FolderSource
from custody.core import event
from custody.core.event import Event
from custody.core.statement import Statement
from custody.core.tiles import bundle_decode, bundle_encode
from tests.audit.logs import flip, spoilt
from tests.audit.verified_log import EVENTS, Log
from tests.world import World, key_of


class Verifications:
    """The messages whose signatures the judges of bundles verify."""

    def __init__(self) -> None:
        self.messages: list[bytes] = []

    def __call__(self, public: bytes, message: bytes, signature: bytes) -> bool:
        self.messages.append(message)
        return verifies(public, message, signature)

    def of(self, statements: list[Statement]) -> int:
        """How many of these statements are among them."""
        return len({one.message for one in statements}.intersection(self.messages))


verifies = bundle.verifies


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> Verifications:
    seen = Verifications()
    monkeypatch.setattr(bundle, "verifies", seen)
    return seen


def test_what_was_verified_is_not_verified_again_and_the_report_is_the_same(
    tmp_path: Path, verified: Verifications
) -> None:
    log = Log(tmp_path)
    assert verified.of(log.events) == EVENTS
    verified.messages.clear()

    vouched = log.report()

    assert (verified.of(log.early), verified.of(log.late)) == (0, len(log.late))
    assert verified.of(log.world.roster) == len(log.world.roster)
    verified.messages.clear()
    assert log.report(from_start=True) == vouched
    assert verified.of(log.events) == EVENTS


def test_several_processes_make_the_same_report(tmp_path: Path) -> None:
    log = Log(tmp_path)

    assert log.report(workers=2) == log.report(workers=0)


def test_what_was_verified_is_not_checked_for_its_form_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = Log(tmp_path)
    checked: list[Event] = []
    monkeypatch.setattr(event, "check", checked.append)

    log.report()

    assert checked == [one.body for one in log.late]


def test_of_a_bundle_that_was_changed_since_it_is_said_which_entry_has_no_form(tmp_path: Path) -> None:
    log = Log(tmp_path)
    bundle_file = log.folder / "tile/entries/000"
    entries = bundle_decode(bundle_file.read_bytes(), 256)
    entries[100] = entries[100].replace(b'"received":', b'"received": ')
    bundle_file.write_bytes(bundle_encode(entries))

    with FolderSource(log.folder) as source:
        made = make(source, log.config, Scope(), workers=0)

    assert ("malformed", 100) in [(fault.kind, fault.index) for fault in made.verification.faults]


def test_an_archive_is_the_same_too(tmp_path: Path, verified: Verifications) -> None:
    log = Log(tmp_path)
    verified.messages.clear()

    assert log.archive().result.verdict == "holds"
    assert verified.of(log.early) == 0
    log.archive(from_start=True)
    one, other = (
        {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
        for folder in (tmp_path / "archive-False", tmp_path / "archive-True")
    )
    assert one == other


def test_an_entry_that_was_changed_since_is_found(tmp_path: Path) -> None:
    log = Log(tmp_path)
    flip(log.folder / "tile/entries/000", 1000)

    assert log.report()[0] == "faulty"


def test_a_signature_of_what_came_after_is_verified(tmp_path: Path) -> None:
    log = Log(tmp_path)
    new = log.world.handover()
    log.serve([*log.statements, spoilt(new, new.body.issuer)])

    assert log.report()[0] == "faulty"


def test_of_another_history_nothing_is_vouched_for_and_it_is_a_fault(tmp_path: Path) -> None:
    log = Log(tmp_path)
    log.serve([*log.statements[:-2], log.statements[-1], log.statements[-2]])

    assert log.report()[0] == "faulty"
    assert list(tmp_path.glob("two-checkpoints-*.txt"))
    assert log.report(from_start=True)[0] == "holds"


def test_of_an_older_copy_everything_is_verified(tmp_path: Path, verified: Verifications) -> None:
    log = Log(tmp_path)
    log.serve(log.statements[:-1])
    verified.messages.clear()

    assert log.report()[0] == "holds"
    assert verified.of(log.events) == EVENTS - 1


def test_a_signature_that_nobody_could_judge_then_is_judged_once_its_key_is_enrolled(tmp_path: Path) -> None:
    world, late = World(), key_of("late")
    world.handlers.append(late)
    unknown = world.event("inspect", by=(0, 4))
    log = Log(tmp_path, unknown, world=world)
    for enrolled in (False, True):
        if enrolled:
            log.serve([*log.statements, world.enrol_device(late)])
        assert log.report() == log.report(from_start=True)


@pytest.mark.parametrize("fault", [False, True])
def test_where_a_signature_did_not_hold_everything_is_verified(
    tmp_path: Path, verified: Verifications, fault: bool
) -> None:
    world, late = World(), key_of("late")
    world.handlers.append(late)
    early = world.event("inspect", by=(0, 4))
    log = Log(tmp_path, spoilt(early, late.keyid) if fault else early, world.enrol_device(late), world=world)
    verified.messages.clear()

    assert log.report()[0] == "holds"
    assert bool(verified.of(log.early)) == fault


def test_a_state_that_was_damaged_vouches_for_nothing(tmp_path: Path, verified: Verifications) -> None:
    log = Log(tmp_path)
    state = log.config.state
    assert state is not None
    flip(state, 200)
    verified.messages.clear()

    assert log.report()[0] == "holds"
    assert verified.of(log.events) == EVENTS
