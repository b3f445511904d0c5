"""Random worlds in a real ledger's files: live = rebuilt = audited, byte for byte, however the log came in batches."""

import shutil
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from random import Random
from tempfile import mkdtemp

import msgspec
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule

from custody.audit.report.figures import Figures
from custody.audit.report.scope import Scope
from custody.core import allowance, reuse, statement
from custody.core.errors import SplitView
from custody.core.judgement import Finding
from custody.core.keys import is_valid
from custody.core.roster import Handler
from custody.core.standing import count, item_state, place
from custody.ledger import following, kept, lookup_counts, lookup_findings, lookup_sites, stored_log
from custody.ledger.lookup_findings import Wanted
from custody.ledger.lookups import Lookups
from tests.audit.logs import gathered, spoilt
from tests.by_loop import ByLoop
from tests.ledger.files import LedgerFiles
from tests.ledger.helpers import dump
from tests.rules import comparing
from tests.rules.scene import FAKE_ROOT, Book
from tests.rules.worlds import CRATES, HANDLERS, Worlds, devices, items, sites
from tests.world import handler_id, key_of

HOUR = 3_600_000
MANY = 100_000
NEWCOMER = handler_id(50)
LIMITS = ((following, "CHUNK"), (following, "ITEMS"), (kept, "HELD"), (stored_log, "EVENTS"))
NARROW = ((allowance, "SAID", 4), (allowance, "FILLED", 5), (reuse, "MOST", 2))

encode = msgspec.json.Encoder(order="sorted").encode


class Ledgers(Worlds):
    """The same world in memory and in a ledger's files, whose follower follows in chunks and starts again at times."""

    behind = 0
    """How far the ledger's clock is behind the devices', ms."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp())
        self.files = LedgerFiles(self.world, self.folder)
        self.newcomer = key_of("a badge that is enrolled late")
        self.world.handlers.append(self.newcomer)
        self.limits = [getattr(module, name) for module, name in LIMITS]
        """What the follower has begun with."""
        self.patch = pytest.MonkeyPatch()
        self.split = False
        """Whether a device names a checkpoint that is not the log's."""

    def now(self) -> int:
        return max(self.book.entries[-1][0], super().now() - self.behind)

    @rule(ms=st.integers(0, 20_000))
    def the_ledgers_clock_is_behind(self, ms: int) -> None:
        self.behind = ms

    @rule(device=devices, data=st.data())
    def a_device_hears_of_the_log_as_it_was(self, device: int, data: st.DataObject) -> None:
        self.seen[device] = self.checkpoint(data.draw(st.integers(0, len(self.book.entries))))

    @rule(device=devices)
    def a_device_is_told_of_another_log(self, device: int) -> None:
        self.seen[device], self.split = (self.begun, FAKE_ROOT), True

    @precondition(lambda self: self.newcomer.keyid not in self.book.state.keys)
    @rule(device=devices, site=sites, named=items, bad=st.booleans())
    def somebody_signs_with_a_badge_that_nobody_has_enrolled(
        self, device: int, site: int, named: list[str], bad: bool
    ) -> None:
        """`bad`: in the end, the signature is another's."""
        self.make("inspect", device, [HANDLERS], site, named)
        if bad:
            made = self.kept[device].pop()
            self.kept[device].append(statement.parse(spoilt(made, self.newcomer.keyid)))

    @precondition(lambda self: self.newcomer.keyid not in self.book.state.keys and not self._bad())
    @rule()
    def that_badge_is_enrolled(self) -> None:
        """Once no statement is kept whose signature would then be refused."""
        members = self.world.possession(self.newcomer, "handler", NEWCOMER)
        members |= {"handler": NEWCOMER, "badge": 1, "role": "carrier"}
        site = self.world.sites[0]
        self.decide(self.world.sign(Handler, self.world.authority, **members, site=site, begins=self.world.begins))

    @initialize(random=st.randoms(use_true_random=False), narrow=st.booleans())
    def the_follower_has_a_pace(self, random: Random, narrow: bool) -> None:
        """`narrow`: little is judged of what one device says of an item, and few items are held against each other."""
        self.random = random
        for module, name, least in NARROW if narrow else ():
            self.patch.setattr(module, name, least)

    @invariant()
    def the_follower_follows_at_times(self) -> None:
        self._log()
        if self.files.followed < self.files.tree.size and self.random.random() < 0.3:
            self._follow()

    def teardown(self) -> None:
        try:
            super().teardown()
            self._log()
            while self.files.followed < self.files.tree.size:
                self._follow()
            self._compare()
        finally:
            self.patch.undo()
            self.files.close()
            shutil.rmtree(self.folder)

    def _log(self) -> None:
        new = self.book.entries[self.files.tree.size :]
        for received, entries in groupby(new, key=itemgetter(0)):
            self.files.append(received, [one for _, one in entries])

    def _follow(self) -> None:
        """Some way, and perhaps after a start, with other limits."""
        starts = self.random.random() < 0.3
        if starts:
            self.limits = [self.random.choice([1, 2, 5, 1000]) for _ in LIMITS]
        size = min(self.files.followed + self.random.randint(1, 20), self.files.tree.size)
        with pytest.MonkeyPatch.context() as patch:
            for (module, name), number in zip(LIMITS, self.limits, strict=True):
                patch.setattr(module, name, number)
            if starts:
                self.files.restart()
            self.files.follow(size)

    def _bad(self) -> bool:
        """Whether a device keeps a statement with a signature that does not hold."""
        key = self.newcomer
        mine = [one for statements in self.kept for one in statements if key.keyid in one.signatures]
        return not all(is_valid(key.public, one.message, one.signatures[key.keyid]) for one in mine)

    def _compare(self) -> None:
        live, expected = dump(self.files.config.data), comparing.kept(self.book.memory)
        assert {name: live[name] for name in expected} == expected
        assert self.files.rebuilt() == live
        result, judging = gathered(self.files.copy())
        assert judging is not None
        assert {fault.kind for fault in result.faults} <= ({SplitView.kind} if self.split else set())
        assert comparing.kept(judging.memory) == expected
        last = self.book.entries[-1][0]
        self._compare_report(judging.gathered.figures, last)
        self._compare_history(CRATES[0])
        for now in (last - 20_000, last, last + 48 * HOUR):
            found = self.book.findings(now)
            assert self._in_tables(now) == told(self.book, found, now)
            assert encode(judging.findings(now)) == encode(found)
            if now >= last:  # no count is asked about an earlier instant
                self._compare_sites(now)

    def _compare_history(self, crate: str) -> None:
        """A report of an item tells each event of its history once, however it was packed."""
        track = self.book.memory.tracks.get(crate)
        if track is None:
            return
        _, reporting = gathered(self.files.copy(), Scope(item=crate))
        assert reporting is not None
        record = reporting.gathered.item
        assert record is not None
        told_of = [step.index for step in record.steps]
        happened = [one for one in map(self.book.event, track.history) if one.event.action != "correct"]
        assert len(told_of) == len(set(told_of))
        assert {one.index for one in happened} <= set(told_of)

    def _compare_report(self, figures: Figures, now: int) -> None:
        """Its figures against those of the rules, where they count the same."""
        tracks, resolve = self.book.memory.tracks, self.book.rules.with_resolution
        counts, made = count(tracks.values(), now, resolve), figures.deliveries
        assert figures.items == counts.items
        assert [*map(counts.deliveries.get, ("on-time", "at-risk", "late"))] == [
            one or None for one in (made.on_time, made.at_risk, made.overdue)
        ]
        assert made.delivered_on_time + made.delivered_late == counts.deliveries.get("delivered", 0)
        assert sum(one.items for one in figures.kinds) == len(tracks)
        chain = figures.custody
        assert chain.items == chain.unbroken + chain.mended + chain.broken
        assert [one.id for one in figures.findings] == [one.id for one in self.book.findings(now)]

    def _compare_sites(self, now: int) -> None:
        """What is counted for each site and all below it, against a loop over all that there is."""
        truth = ByLoop(self.book, now)
        lookups = Lookups(self.files.config.data, 1)
        with lookups.at(now) as looking:
            found = [one for site in (None, self.world.sites[0]) for one in lookup_sites.children(looking, site)]
        lookups.renewed()
        for one in found:
            made = one.deliveries
            counted = {"delivered": made.delivered, "on-time": made.on_time, "at-risk": made.at_risk, "late": made.late}
            assert counted == {status: truth.deliveries(one.site)[status] for status in counted}
            assert (one.holds, one.findings) == (truth.holds(one.site), truth.findings(one.site))

    def _in_tables(self, now: int) -> bytes:
        names = Finding.__struct_fields__
        lookups = Lookups(self.files.config.data, 1)
        with lookups.at(now) as looking:
            views = lookup_findings.find(looking, Wanted(), MANY)
            found = [Finding(*(getattr(one, name) for name in names)) for one in views]
            states = [looking.item(item) for item in sorted(self.book.memory.tracks)]
            overview = lookup_counts.overview(looking, 0)
        lookups.renewed()
        made = overview.deliveries
        deliveries = {"delivered": made.delivered, "on-time": made.on_time, "at-risk": made.at_risk, "late": made.late}
        return encode([states, found, overview.items, {status: n for status, n in deliveries.items() if n}])


def told(book: Book, found: list[Finding], now: int) -> bytes:
    """The states of all items, and all findings, the oldest first; how many there are of each status."""
    tracks, resolve = book.memory.tracks, book.rules.with_resolution
    states = [
        item_state(tracks[item], tracks.__getitem__, now, lambda one: place(one, resolve)) for item in sorted(tracks)
    ]
    counts = count(tracks.values(), now, resolve)
    return encode([states, sorted(found, key=lambda one: (one.since, one.id)), counts.items, counts.deliveries])


Ledgers.TestCase.settings = settings(
    max_examples=15, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
TestLedgers = Ledgers.TestCase
