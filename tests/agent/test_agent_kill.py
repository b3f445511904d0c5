"""The power goes at each step between a read and its receipt: nothing acknowledged is lost, nothing doubled."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.core import entry, label, statement
from custody.core.event import Event
from custody.core.statement import Statement
from scanner_agent import texts
from scanner_agent.outbox import Outbox
from scanner_agent.reading import Found
from tests.agent.killed_agent import run_until
from tests.agent.scene import HOST, PIN, Scene
from tests.agent.simulated_ledger import serve
from tests.world import item_id

FIRST, SECOND, THIRD = (item_id(number) for number in (1, 2, 3))

STEPS = {
    "before anything is read": ("read", 1),
    "when an item was read": ("read", 2),
    "when the action is durable": ("draft-durable", 1),
    "when the first item is durable": ("draft-durable", 2),
    "when the first item was beeped": ("beeped", 4),
    "when the second item is durable": ("draft-durable", 3),
    "when the session is signed": ("signed", 1),
    "when it is committed": ("committed", 1),
    "when it was beeped": ("beeped", 6),
    "when it was sent": ("sent", 1),
    "when the ledger has answered": ("answered", 1),
    "when the receipt is stored": ("receipt-stored", 1),
}


@pytest.fixture
def scene() -> Iterator[tuple[Scene, str]]:
    scene = Scene()
    with serve(scene.ledger) as url:
        yield scene, url


def store(scene: Scene, *items: str) -> list[str]:
    labels = [label.sign(item, HOST, scene.labels) for item in items]
    return [scene.ann.badge, PIN, "action store", *labels, "confirm", "wait receipts"]


def signed_by_device(scene: Scene) -> list[Statement]:
    parsed = [statement.parse(entry.decode(data)[0]) for data in scene.ledger.entries]
    return [one for one in parsed if one.body.issuer == scene.device.keyid]


def beeped(output: str, words: texts.Words) -> list[str]:
    mark = "=" if words == texts.AGAIN else "OK"
    return [line.rpartition(": ")[2].split()[0] for line in output.splitlines() if f"[{mark}] {words[0]}" in line]


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS.keys())
def test_a_power_cut_loses_nothing_acknowledged_and_doubles_nothing(
    scene: tuple[Scene, str], tmp_path: Path, step: tuple[str, int]
) -> None:
    election, url = scene
    config = election.config(tmp_path, url)

    cut = run_until(tmp_path, step, store(election, FIRST, SECOND))
    assert cut.code == -signal.SIGKILL, cut.output

    outbox = Outbox(config.outbox)
    journal, counts = outbox.draft(), outbox.counts()
    outbox.close()
    was_committed = counts.pending + counts.receipted == 1
    kept = (
        {FIRST, SECOND} if was_committed else {item for item in (FIRST, SECOND) if item.encode() in b"".join(journal)}
    )
    assert set(beeped(cut.output, texts.ITEM)) <= kept
    assert was_committed or not beeped(cut.output, texts.SIGNED)

    # Whoever comes back sees what is left of the session, and reads the boxes again to be sure.
    again = ["wait receipts"] if was_committed else store(election, FIRST, SECOND)
    after = run_until(tmp_path, ("never", 1), [*again, *store(election, THIRD)])
    assert after.code == 0, after.output
    assert set(beeped(after.output, texts.AGAIN)) == (set() if was_committed else kept)

    first, second = signed_by_device(election)
    assert isinstance(first.body, Event)
    assert isinstance(second.body, Event)
    assert (first.body.items, second.body.items) == ([FIRST, SECOND], [THIRD])
    assert [(one.body.seq, one.body.prev) for one in (first, second)] == [(1, None), (2, first.id)]
    outbox = Outbox(config.outbox)
    assert (outbox.counts().receipted, outbox.counts().pending, outbox.draft()) == (2, 0, [])
    outbox.close()


def test_the_journal_holds_no_badge_and_no_pin(scene: tuple[Scene, str], tmp_path: Path) -> None:
    election, url = scene
    election.config(tmp_path, url)
    run_until(tmp_path, ("signed", 1), store(election, FIRST))
    data = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert Found.__struct_config__.tag.encode() in data  # type: ignore[union-attr]
    assert election.ann.badge.split("/")[3].encode() not in data
    assert PIN.encode() not in data
