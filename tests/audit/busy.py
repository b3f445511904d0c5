"""A log with much going on between four sites, and plain loops over it: what statistics of it must say."""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import partial
from itertools import pairwise
from pathlib import Path

from custody.audit.csv_tables import csv_files
from custody.audit.source import FolderSource
from custody.audit.tabled import Tabled
from custody.audit.verify import recorded
from custody.core.event import Seal
from custody.core.history import Logged
from custody.core.planning import Planned, Way
from tests.audit.exported import Told
from tests.audit.logs import publish
from tests.rules.story import HOUR, MINUTE
from tests.world import item_id

ITEMS = [item_id(number) for number in range(8)]
CRATE = item_id(20)
SEAL_CODES = {
    "seal-missing",
    "seal-broken",
    "seal-differs",
    "seal-changed",
    "opened-sealed",
    "unsealed",
    "too-few-seals",
}
Way_ = tuple[str | None, str]


class Busy(Told):
    """Items go from site to site, some in a crate, some corrected; `annulled`: indexes of events that never were."""

    def __init__(self) -> None:
        super().__init__()
        self.annulled: set[int] = set()
        self._at = dict.fromkeys([*ITEMS, CRATE], 1)
        self._chance = random.Random(20290214)
        self.begin(*ITEMS)
        self.begin(CRATE, kind="container")
        soon = [Way(to=self.sites[2], due=self.now + 5 * HOUR), Way(to=self.sites[1], due=self.now + 9 * HOUR)]
        self.hear(self.world.plan(soon, [Planned(item=item, kind="bag", ways=[0, 1]) for item in ITEMS[:6]]))
        for _ in range(60):
            self.wait(self._chance.randrange(MINUTE, 40 * MINUTE))
            self._chance.choice([self._move, self._move, self._seal, self._annul, self._ride, self._leave])()

    def logged(self) -> list[Logged]:
        """The events that count, by when they happened, then index."""
        found = [one for one in self.book.events(len(self.book.entries)) if one.event.action != "correct"]
        return sorted((one for one in found if one.index not in self.annulled), key=lambda one: (one.when, one.index))

    def _move(self, item: str | None = None) -> None:
        item = item or self._chance.choice(ITEMS)
        start, end = self._at[item], self._chance.choice([one for one in range(4) if one != self._at[item]])
        release = self.release(0, end, items=[item], site=start)
        self.wait(self._chance.randrange(MINUTE, 3 * HOUR))
        self.accept(1, release, items=[item], site=end)
        self.handover(1, 0, items=[item], site=end)
        self._at[item] = end

    def _seal(self) -> None:
        item = self._chance.choice(ITEMS)
        number = f"seal/a/{self._chance.randrange(10**6)}"
        self.say("seal", items=[item], seals=[Seal(item=0, id=number)], site=self._at[item])
        self._move(item)
        state = self._chance.choice(["intact", "broken", None])
        self.say("inspect", items=[item], seals=[Seal(item=0, id=number, state=state)], site=self._at[item])
        self.say("unseal", items=[item], seals=[Seal(item=0, id=number)], site=self._at[item], purpose="drill")

    def _annul(self) -> None:
        item = self._chance.choice(ITEMS)
        wrong = self.say("inspect", items=[item], site=(self._at[item] + 1) % 4)
        self.say("correct", items=[item], refs=[wrong.id], site=self._at[item])
        self.annulled.add(self.index(wrong))

    def _ride(self) -> None:
        inside = [item for item in ITEMS if self._at[item] == self._at[CRATE]][:2]
        if not inside:
            return
        self.say("pack", items=inside, container=CRATE, site=self._at[CRATE])
        self._move(CRATE)
        self._at |= dict.fromkeys(inside, self._at[CRATE])
        self.say("unpack", items=inside, container=CRATE, site=self._at[CRATE])

    def _leave(self) -> None:
        """A release that nobody has accepted, and one that takes its place."""
        item = self._chance.choice(ITEMS)
        self.release(0, (self._at[item] + 1) % 4, items=[item], site=self._at[item])


def write_tables(story: Told, folder: Path, name: str, site: str | None = None, until: int | None = None) -> Path:
    """The CSV files of a story's log, in a folder of this name."""
    out = folder / name
    config = publish(folder / f"log-{len(list(folder.iterdir()))}", story.entries(), story.world.origin)
    assert config.folder is not None
    record = partial(Tabled, until=until)
    with FolderSource(config.folder) as source, recorded(source, config, record, workers=0) as (result, found):
        assert result.verdict == "holds"
        assert found is not None
        out.mkdir()
        for file, pieces in csv_files(found, site):
            (out / file).write_bytes(b"".join(pieces))
    return out


# What is expected, by plain loops


def nearest(values: Sequence[int], percent: int) -> int | None:
    """The least value that so many per cent of all do not exceed."""
    return next((one for one in sorted(values) if 100 * sum(v <= one for v in values) >= percent * len(values)), None)


def by_item(events: Sequence[Logged]) -> dict[str, list[Logged]]:
    found: dict[str, list[Logged]] = defaultdict(list)
    for one in events:
        for item in one.event.items:
            found[item].append(one)
    return found


def legs(events: Sequence[Logged]) -> dict[Way_, list[int]]:
    found: dict[Way_, list[int]] = defaultdict(list)
    for history in by_item(events).values():
        inside = False
        for one, following in pairwise(history):
            inside = one.event.action == "pack" or (inside and one.event.action in ("inspect", "seal", "unseal"))
            if one.event.site != following.event.site and not inside:
                found[one.event.site, following.event.site].append(following.when - one.when)
    return found


def releases(events: Sequence[Logged]) -> dict[Way_, list[int | None]]:
    """None for one that still stands."""
    found: dict[Way_, list[int | None]] = defaultdict(list)
    for history in by_item(events).values():
        for place, one in enumerate(history):
            if one.event.action == "release":
                ends = [
                    two.when for two in history[place + 1 :] if two.event.action in ("accept", "handover", "release")
                ]
                found[one.event.site, one.event.to or ""].append(ends[0] - one.when if ends else None)
    return found


def seals(story: Busy, events: Sequence[Logged], now: int) -> dict[Way_, Counter[str]]:
    before: dict[tuple[int, str], Way_] = {}
    found: dict[Way_, Counter[str]] = defaultdict(Counter)
    for item, history in by_item(events).items():
        for place, one in enumerate(history):
            way = history[place - 1].event.site if place else one.event.site, one.event.site
            before[one.index, item] = way
            sealed = any(one.event.items[seal.item] == item for seal in one.event.seals)
            if sealed and one.event.action not in ("seal", "unseal"):
                found[way]["read"] += 1
    for finding in story.book.findings(now):
        for part in finding.parts if finding.code in SEAL_CODES else ():
            found[before[part.evidence[0], part.item or ""]][finding.code] += 1
    return found


def ways(found: dict[Way_, list[int]]) -> Iterator[tuple[object, ...]]:
    """Rows of an answer: count, median, 90th percentile, longest."""
    for (start, end), took in found.items():
        yield start, end, len(took), nearest(took, 50), nearest(took, 90), max(took)
