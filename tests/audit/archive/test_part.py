"""An archive of one site: what is in it, what it proves, and how far it shows that nothing was left out."""

import csv
from io import StringIO
from pathlib import Path

import pytest

from custody.audit.archive import layout
from custody.audit.archive.archived import Archived
from custody.audit.archive.contents import OF_THE_WHOLE, contents
from custody.audit.archive.readme import readme
from custody.audit.archive.source import ArchiveSource, open_archive
from custody.audit.archive.write import Order, facts_of, write_archive
from custody.audit.claims import proved, text, unproved
from custody.audit.compare import compare, open_view
from custody.audit.config import AuditorConfig
from custody.audit.export import Exportable, document
from custody.audit.result import Result
from custody.audit.source import FolderSource
from custody.audit.verify import recorded, replay
from custody.core import roster
from custody.core.errors import Unavailable
from custody.core.event import Event
from custody.core.merkle import Frontier, leaf_hash
from custody.core.split_view import Relation
from custody.core.tiles import bundle_decode, bundle_encode
from tests.audit.archive.made import Made, copy, files, messages, renew_manifests, verify, write
from tests.audit.exported import Told
from tests.audit.logs import flip, publish
from tests.rules.story import OFFICE, STATION, VILLAGE, WAREHOUSE
from tests.world import key_of


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    made = Made(tmp_path_factory.mktemp("made"))
    made.write("whole")
    for number in (OFFICE, STATION, VILLAGE, WAREHOUSE):
        made.write(f"part-{number}", site=made.sites[number])
    return made


def entries(archive: Path) -> list[bytes]:
    [bundle] = (archive / "data/log/tile/entries/000.p").iterdir()
    return bundle_decode(bundle.read_bytes(), int(bundle.name))


def actions(made: Made, number: int) -> list[str]:
    """What is told in the part of a site, by action; roster statements left away."""
    here = entries(made.folder / f"part-{number}")
    told = [made.story.book.entries[index][1] for index, one in enumerate(here) if one]
    return [one.body.action for one in told if isinstance(one.body, Event)]


def test_a_part_has_what_happened_there_what_that_refers_to_and_what_corrects_it(made: Made) -> None:
    # The last of each is the log's last entry; a correction of what is elsewhere is not there.
    assert actions(made, VILLAGE) == ["handover", "correct", "store", "inspect"]
    assert actions(made, STATION) == ["release", "accept", "handover", "correct", "inspect"]
    assert actions(made, OFFICE) == [
        one.body.action for _, one in made.story.book.entries if isinstance(one.body, Event)
    ]
    for number in (VILLAGE, STATION):
        here = entries(made.folder / f"part-{number}")
        assert [one for one in here if one] == [one for one in made.entries if one in here]
        bodies = [statement.body for _, statement in made.story.book.entries]
        assert all(here[index] for index, body in enumerate(bodies) if not isinstance(body, Event))


def test_each_part_holds_and_says_what_it_is(made: Made) -> None:
    for number in (STATION, VILLAGE, WAREHOUSE):
        result = made.verify(f"part-{number}")
        # The chains of other sites' devices have holes in a part: that is what a part is.
        assert (result.verdict, result.faults, result.gaps) == ("holds", [], [])
        assert result.archive is not None
        assert (result.archive.site, result.archive.here) == (made.sites[number], result.size - result.left_out)
        assert proved(result)[0].code == "part-hashed"
        assert {"nothing-left-out", "told-from-all"} <= {claim.code for claim in unproved(result)}
    whole = made.verify("whole")
    assert proved(whole)[0].code == "entries-hashed"
    assert not {"nothing-left-out", "told-from-all"} & {claim.code for claim in unproved(whole)}


def test_its_document_and_its_tables_are_those_of_the_whole_log_for_that_site(made: Made) -> None:
    assert made.config.folder is not None
    with FolderSource(made.config.folder) as source, recorded(source, made.config, Exportable, workers=0) as (_, log):
        assert log is not None
        whole = b"".join(document(log, made.sites[VILLAGE]))
    assert files(made.folder / f"part-{VILLAGE}")["data/epcis.jsonld"] == whole


def test_what_was_told_from_the_whole_log_is_covered_by_the_manifest_alone(made: Made) -> None:
    archive = copy(made.folder / f"part-{VILLAGE}", "told")
    for name in sorted(OF_THE_WHOLE):
        (archive / name).write_bytes(b"forged")
    said = messages(verify(archive, made.config))
    assert [message.split()[0] for message in said][:3] == sorted(OF_THE_WHOLE)
    renew_manifests(archive)
    assert verify(archive, made.config).verdict == "holds"


def blank(archive: Path, index: int, data: bytes = b"") -> None:
    """Leaves an entry out, or puts one in."""
    [bundle] = (archive / "data/log/tile/entries/000.p").iterdir()
    found = entries(archive)
    found[index] = data
    bundle.write_bytes(bundle_encode(found))
    renew_manifests(archive)


def test_an_entry_that_is_put_into_a_part_must_be_the_logs_and_belong_there(made: Made) -> None:
    left_out = next(index for index, one in enumerate(entries(made.folder / f"part-{VILLAGE}")) if not one)
    archive = copy(made.folder / f"part-{VILLAGE}", "put-in")

    blank(archive, left_out, made.entries[left_out])
    belongs = messages(verify(archive, made.config))
    blank(archive, left_out, made.entries[left_out - 1])
    other = messages(verify(archive, made.config))

    assert "the archive holds other entries than a part of its site does" in belongs
    assert f"tile/0/000.p/{len(made.entries)}: hash {left_out} is not that of the entries" in other


def test_the_hash_of_what_is_left_out_cannot_be_changed_either(made: Made) -> None:
    left_out = next(index for index, one in enumerate(entries(made.folder / f"part-{VILLAGE}")) if not one)
    archive = copy(made.folder / f"part-{VILLAGE}", "other-hash")
    flip(archive / f"data/log/tile/0/000.p/{len(made.entries)}", 32 * left_out)
    renew_manifests(archive)
    assert messages(verify(archive, made.config)) == ["the entries lead to another root than the signed one"]


def test_a_roster_statement_that_is_left_out_of_a_part_is_found(made: Made) -> None:
    archive = copy(made.folder / f"part-{VILLAGE}", "no-roster")
    blank(archive, 4)
    assert {"roster-gap"} <= {fault.kind for fault in verify(archive, made.config).faults}


class Bound:
    """At the village something is told that refers to one event elsewhere, and was signed after another."""

    def __init__(self, folder: Path) -> None:
        self.story = story = Told()
        begun = story.begin()
        story.say("inspect", site=OFFICE)
        seen = story.say("inspect", site=OFFICE)
        self.seen = story.index(seen)
        story.say("inspect", site=OFFICE)
        tree = Frontier()
        tree.extend(map(leaf_hash, story.entries()[: self.seen + 1]))
        story.say("inspect", site=VILLAGE, seen=(self.seen + 1, tree.root().hex()), refs=[begun.id], device=1)
        story.say("inspect", site=OFFICE, device=2)
        self.begun = story.index(begun)
        self.config = publish(folder / "log", story.entries(), story.world.origin)
        self.site = story.sites[VILLAGE]


def test_a_part_has_what_its_events_refer_to_and_what_bounds_when_they_were_signed(tmp_path: Path) -> None:
    """So that its tables say the same of them as those of the whole log."""
    bound = Bound(tmp_path)

    written = write(bound.config, Order(tmp_path / "part", site=bound.site))

    here = [index for index, one in enumerate(entries(tmp_path / "part")) if one]
    assert here[-4:] == [bound.begun, bound.seen, bound.seen + 2, written.result.size - 1]
    [row] = csv.DictReader(StringIO((tmp_path / "part/data/csv/events.csv").read_text(), newline=""))
    assert row["not_before"]
    assert row["refs"] == str(bound.begun)
    assert verify(tmp_path / "part", bound.config).faults == []


def test_an_entry_that_takes_the_place_of_one_that_bounds_when_an_event_was_signed_is_found(tmp_path: Path) -> None:
    """As many are there as should be; and what is derived follows from those that are there."""
    bound = Bound(tmp_path)
    write(bound.config, Order(tmp_path / "part", site=bound.site))
    assert forged(tmp_path / "part", bound.config, {}).verdict == "holds"

    before = bound.seen - 1
    swapped = forged(tmp_path / "part", bound.config, {bound.seen: b"", before: bound.story.entries()[before]})

    assert [(fault.index, fault.got) for fault in swapped.faults] == [(before, "it is here")]


def test_the_logs_last_entry_is_in_every_part(tmp_path: Path) -> None:
    bound = Bound(tmp_path)
    written = write(bound.config, Order(tmp_path / "part", site=bound.site))
    last = written.result.size - 1

    result = forged(tmp_path / "part", bound.config, {last: b""})

    assert (last, "it is left out") in [(fault.index, fault.got) for fault in result.faults]


class Chained:
    """A device of the station tells of four inspections there; another device of the warehouse of one."""

    def __init__(self, folder: Path) -> None:
        self.story = story = Told()
        self.site = story.sites[STATION]
        device = key_of("world", "device", 3)
        story.world.devices.append(type(story.world.devices[0])(device))
        story.decide(roster.Device, **story.world.possession(device, "device"), site=self.site)
        self.keyid = device.keyid
        for place in (STATION, OFFICE, STATION, STATION):
            story.say("inspect", site=place, device=3)
        story.say("inspect", site=STATION, refs=["8" * 64])
        story.say("inspect", site=OFFICE)
        self.size = len(story.entries())
        self.config: AuditorConfig = publish(folder / "log", story.entries(), story.world.origin)
        write(self.config, Order(folder / "part", site=self.site))
        self.archive = folder / "part"

    def blanked(self, index: int) -> Result:
        return forged(self.archive, self.config, {index: b""})


def forged(part: Path, config: AuditorConfig, changed: dict[int, bytes]) -> Result:
    """The verdict on a part with other entries, and with all that follows from them."""
    archive = copy(part, "forged")
    for index, data in changed.items():
        blank(archive, index, data)
    for name, data in remade(archive, config).items():
        (archive / name).write_bytes(data)
    renew_manifests(archive)
    return verify(archive, config)


def remade(archive: Path, config: AuditorConfig) -> dict[str, bytes]:
    """What a forger would write who leaves entries out: all that follows from those that he leaves in."""
    with (
        open_archive(archive) as source,
        recorded(source, config, Archived, workers=0, parts=True) as (result, log),
    ):
        assert log is not None
        site = source.info.site
        made = {name: b"".join(pieces) for name, pieces in contents(log, config, site) if name not in OF_THE_WHOLE}
        facts = facts_of(result, config, site, result.judged - result.left_out, log.last)
        return made | {layout.EPCIS: b"".join(document(log, site)), layout.README: readme(facts)}


def test_what_is_left_out_within_a_chain_shows_as_a_gap_and_at_its_end_does_not(tmp_path: Path) -> None:
    chained = Chained(tmp_path)
    first = chained.size - 6

    middle = chained.blanked(first + 1)
    last = chained.blanked(first + 3)

    assert [(gap.issuer, gap.first) for gap in middle.gaps] == [(chained.keyid, 2)]
    assert (middle.verdict, last.verdict, last.gaps) == ("holds", "holds", [])
    assert "nothing-left-out" in [claim.code for claim in unproved(last)]
    # What its own device told elsewhere is there as well, so that its chain is whole.
    assert all(entries(chained.archive)[first : first + 4])
    whole = verify(chained.archive, chained.config)
    assert (whole.gaps, whole.verdict) == ([], "holds")
    assert whole.archive is not None
    assert whole.archive.unfound == 1


@pytest.mark.parametrize("at_the_end", [False, True])
def test_that_a_last_revocation_may_be_left_out_is_said_and_any_other_is_found(
    tmp_path: Path, at_the_end: bool
) -> None:
    story = Told()
    story.begin()
    story.revoke(0, "compromised", since=story.now)
    revoked = len(story.entries()) - 1
    if not at_the_end:
        story.revoke(1, "lost")
    story.say("inspect", site=OFFICE, device=2)
    config = publish(tmp_path / "log", story.entries(), story.world.origin)
    write(config, Order(tmp_path / "part", site=story.sites[STATION]))

    result = forged(tmp_path / "part", config, {revoked: b""})

    if at_the_end:
        assert result.verdict == "holds"
        [said] = (claim for claim in unproved(result) if claim.code == "nothing-left-out")
        assert "pencabutan kunci" in text(said, "id")
        assert "a revoked key, for one" in text(said, "en")
    else:
        assert "roster-gap" in [fault.kind for fault in result.faults]
    readme = (tmp_path / "part/README.md").read_text()
    assert ("misalnya pencabutan" in readme, "a revocation, for one" in readme) == (True, True)


def test_whoever_has_the_whole_log_finds_what_was_left_out_by_making_the_part_again(tmp_path: Path) -> None:
    chained = Chained(tmp_path)
    write(chained.config, Order(tmp_path / "again", site=chained.site))
    assert files(tmp_path / "again") == files(chained.archive)


def test_a_part_is_compared_and_refused_where_the_whole_log_is_asked_for(made: Made) -> None:
    part, whole = (str(made.folder / name) for name in (f"part-{VILLAGE}", "whole"))
    with open_view(part) as one, open_view(whole) as other:
        assert compare(one, other, made.config.verifier).relation is Relation.SAME
    with open_archive(Path(part)) as source:
        for ask in (
            lambda: replay(source, made.config, workers=0),
            lambda: write_part_of(source, made),
        ):
            with pytest.raises(Unavailable, match="a part of the log"):
                ask()


def write_part_of(source: ArchiveSource, made: Made) -> None:
    write_archive(source, made.config, Order(made.folder / "from-part"), workers=0)


def test_a_log_of_many_tiles_gives_a_part_of_few_entries(tmp_path: Path) -> None:
    """Bundles of which nothing, something and everything is there."""
    story = Told()
    for number in range(300):
        story.say("inspect", site=STATION if number == 70 else OFFICE)
    for _ in range(260):
        story.say("inspect", site=VILLAGE, device=2)
    config = publish(tmp_path / "log", story.entries(), story.world.origin)

    written = write(config, Order(tmp_path / "part", site=story.sites[STATION]))

    assert written.here == 13 + 1 + 1
    assert verify(tmp_path / "part", config).verdict == "holds"
