"""However statements are batched, and however often they come, the log's entries are the same but for `received`."""

import tempfile
from itertools import pairwise
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from custody.core import entry
from custody.core.note import Verifier
from custody.core.proof import check_receipt
from custody.ledger import fsck
from custody.ledger.ledger import Ledger
from tests.ledger.helpers import accept, all_entries
from tests.world import World, begin_log

WORLD = World()
SENT = [*WORLD.roster, *WORLD.handovers(12), WORLD.revoke(WORLD.devices[0].key.keyid), *WORLD.handovers(6)]


@st.composite
def batches(draw: st.DrawFn) -> list[list[int]]:
    """All of `SENT` by number, in its order, cut anywhere, with duplicates of what came before put in anywhere."""
    cuts = draw(st.sets(st.integers(1, len(SENT) - 1)))
    bounds = [0, *sorted(cuts), len(SENT)]
    whole = [list(range(start, end)) for start, end in pairwise(bounds)]
    for batch in whole:
        for _ in range(draw(st.integers(0, 3))):
            at = draw(st.integers(0, len(batch)))
            # Whatever comes again has come before: earlier in this batch or in another.
            highest = batch[at - 1] if at else batch[0] - 1
            if highest >= 0:
                batch.insert(at, draw(st.integers(0, highest)))
    return whole


@settings(max_examples=20, deadline=None)
@given(batches())
def test_batching_and_duplicates_never_change_the_log(sent: list[list[int]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        config = begin_log(WORLD, Path(folder))
        ledger = Ledger.open(config)
        for batch in sent:
            answers = accept(ledger, *(SENT[number] for number in batch))
            assert [answer.index for answer in answers] == batch
            for answer in answers:
                index, data, _ = check_receipt(answer.receipt, Verifier(ledger.vkey))
                assert entry.decode(data)[0] == SENT[index].envelope
        logged = [entry.decode(data)[0] for data in all_entries(ledger)]
        ledger.close()
        assert logged == [statement.envelope for statement in SENT]
        assert list(fsck.check(config)) == []
