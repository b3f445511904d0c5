"""Each finding of the catalogue: the smallest log that has it, and its twin that has not."""

import pytest

from custody.core.findings import CATALOGUE
from custody.core.judgement import Finding
from custody.core.roster import Resolve
from tests.rules.story import Story
from tests.rules.table.clocks import CLOCKS
from tests.rules.table.contents import CONTENTS
from tests.rules.table.custody import CUSTODY
from tests.rules.table.drops import DROPS
from tests.rules.table.due import DUE
from tests.rules.table.items import ITEMS
from tests.rules.table.places import PLACES
from tests.rules.table.relays import RELAYS
from tests.rules.table.rows import Row
from tests.rules.table.seals import SEALS
from tests.rules.table.signers import SIGNERS

TABLES = [SIGNERS, CLOCKS, ITEMS, CUSTODY, PLACES, DROPS, RELAYS, SEALS, CONTENTS, DUE]
ROWS = [row for table in TABLES for row in table.rows]
SENTENCES = [f"{row.code}: {row.sentence}" for row in ROWS]


@pytest.mark.parametrize("row", ROWS, ids=SENTENCES)
def test_the_log_has_the_finding(row: Row) -> None:
    story = Story()
    wrong = row.tale(story, True)
    found = story.book.findings(story.now if wrong.now is None else wrong.now)
    assert sorted(one.code for one in found) == sorted([row.code, *wrong.others])
    finding = next(one for one in found if one.code == row.code)
    closed_by = [] if wrong.closed_by is None else [story.index(wrong.closed_by)]
    assert finding.since == wrong.since
    assert finding.evidence == sorted(map(story.index, wrong.evidence))
    assert (finding.open, finding.closed_by) == (not closed_by, closed_by)
    assert (finding.root, _code(finding.parent, found)) == (wrong.beneath is None, wrong.beneath)
    if wrong.not_yet is not None:
        assert row.code not in {one.code for one in story.book.findings(wrong.not_yet)}


@pytest.mark.parametrize("row", ROWS, ids=SENTENCES)
def test_its_twin_has_not(row: Row) -> None:
    story = Story()
    wrong = row.tale(story, False)
    assert [one.code for one in story.book.findings(story.now if wrong.now is None else wrong.now)] == []


@pytest.mark.parametrize("row", ROWS, ids=SENTENCES)
def test_who_has_every_site_closes_it_whatever_it_is(row: Row) -> None:
    story = Story()
    wrong = row.tale(story, True)
    story.world.time = story.now if wrong.now is None else max(story.now, wrong.now)
    found = {one.id for one in story.book.findings(story.now)}
    for one in found:
        story.decide(Resolve, finding=one, reason="explained")
    assert not {one.id for one in story.book.findings(story.now) if one.open} & found


def test_every_code_of_the_catalogue_has_a_row() -> None:
    assert {row.code for row in ROWS} == set(CATALOGUE)


def _code(finding_id: str | None, found: list[Finding]) -> str | None:
    return next((one.code for one in found if one.id == finding_id), None)
