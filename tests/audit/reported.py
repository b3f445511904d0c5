"""A small election of which a report is made: boxes go out and come back, each in another way, and all in good order.

A subclass puts one wrong in the place of what should happen; everything else is as here.
"""

from pathlib import Path
from typing import Any, ClassVar

from custody.audit.report.making import make
from custody.audit.report.model import Report
from custody.audit.report.scope import Scope
from custody.audit.source import FolderSource
from custody.core import entry
from custody.core.event import Paper, Seal
from custody.core.merkle import Frontier, leaf_hash
from custody.core.planning import Planned, Way
from custody.core.statement import Statement
from tests.audit.logs import publish
from tests.rules.story import DAY, STATION, VILLAGE, WAREHOUSE, Story, seals
from tests.world import item_id

BOXES = B0, B1, B2, B3, B4, B5 = [item_id(number) for number in range(6)]
CRATE = item_id(6)
PAPER = Paper(paper="5" * 64)
HERE, THERE, ELSEWHERE = range(3)
"""Devices: of the warehouse, of the station, of the village."""


def number(box: str) -> str:
    """Its seal's."""
    return f"seal/a/{box[-3:]}"


class Days(Story):
    """Three days: out, kept, back. B0 goes with who takes it, B1 by two devices, B2 and B3 to somebody without a badge,
    B4 and B5 in a crate.
    """

    ballot_types: ClassVar[dict[str, str]] = {}

    def __init__(self) -> None:
        super().__init__()
        self.packer = self.join("staff", WAREHOUSE)
        self.chair = self.join("staff", STATION)
        self.clerk = self.join("staff", VILLAGE)
        self.seen = len(self.book.entries), self.root()
        self.out, self.back = self.now + 3 * DAY // 4, self.now + 4 * DAY
        self.prepare()
        self.send()
        self.wait(DAY // 2)
        self.receive()
        self.keep()
        self.wait(DAY)
        self.come_back()

    def make(self, action: str, *by: int, **members: Any) -> Statement:
        """Every device has seen the roster."""
        return super().make(action, *by, **{"seen": self.seen} | members)

    # What happens

    def prepare(self) -> None:
        ways = [
            *(Way(to=self.sites[site], due=due) for site, due in ((STATION, self.out), (VILLAGE, self.out))),
            Way(to=self.sites[WAREHOUSE], due=self.back),
        ]
        planned = [
            Planned(item=box, kind="ballot-box", ballot_type=self.ballot_types.get(box), quantity=300,
                    ways=[int(box in (B2, B3)), 2])
            for box in BOXES
        ]  # fmt: skip
        self.hear(self.world.plan(ways, planned))
        self.begin(*BOXES, kind="ballot-box", by=self.packer)
        self.begin(CRATE, kind="container", by=self.packer)
        for box in BOXES:
            self.say("seal", self.packer, items=[box], seals=seals(number(box)))
        self.say("pack", self.packer, items=[B4, B5], container=CRATE)

    def begin(self, *items: str, kind: str = "bag", by: int = 0, **members: Any) -> Statement:
        return self.say("commission", by, items=items, kind=kind, **members)

    def send(self) -> None:
        self.hand_over()
        self.b1 = self.release_to(STATION, B1, receiver=self.id(self.chair))
        self.papers = self.release_to(VILLAGE, B2, B3)
        self.crate = self.release_to(STATION, CRATE, receiver=self.id(self.chair))

    def hand_over(self) -> None:
        self.handover(self.packer, self.chair, items=[B0], to=self.sites[STATION])

    def receive(self) -> None:
        self.say("arrive", self.chair, device=THERE, site=STATION, items=[B0])
        self.accept_b1()
        self.say("accept", self.clerk, device=ELSEWHERE, site=VILLAGE, items=[B2, B3], receiver=PAPER,
                 refs=[self.papers.id])  # fmt: skip
        self.receive_crate()

    def accept_b1(self) -> None:
        self.b1_accepted = self.accept(self.chair, self.b1, items=[B1])

    def receive_crate(self) -> None:
        self.accept(self.chair, self.crate, items=[CRATE])

    def keep(self) -> None:
        self.look(B1)
        self.unpack()

    def look(self, box: str, **members: Any) -> Statement:
        on_it = [Seal(item=0, id=number(box), state="intact")]
        return self.say("inspect", self.chair,
                        **{"device": THERE, "site": STATION, "items": [box], "seals": on_it} | members)  # fmt: skip

    def unpack(self) -> None:
        self.say("unpack", self.chair, device=THERE, site=STATION, items=[B4, B5], container=CRATE)

    def come_back(self) -> None:
        for box in (B0, B1):
            self.take_back(box)
        self.take_back_papers()

    def take_back(self, box: str) -> None:
        released = self.release_to(WAREHOUSE, box, by=self.chair, site=STATION, device=THERE)
        self.accept(self.packer, released, items=[box], site=WAREHOUSE, device=HERE)

    def take_back_papers(self, *boxes: str) -> None:
        boxes = boxes or (B2, B3)
        released = self.release_to(WAREHOUSE, *boxes, by=self.clerk, site=VILLAGE, device=ELSEWHERE)
        self.accept(self.packer, released, items=boxes, site=WAREHOUSE, device=HERE)

    def release_to(self, to: int, *items: str, by: int | None = None, **members: Any) -> Statement:
        by = self.packer if by is None else by
        return self.release(by, to, items=items, **members)

    # The log

    def root(self) -> str:
        tree = Frontier()
        tree.extend(map(leaf_hash, self.entries()))
        return tree.root().hex()

    def entries(self) -> list[bytes]:
        return [entry.encode(statement.envelope, received) for received, statement in self.book.entries]


def reported(story: Story, folder: Path, until: int | None = None, **scope: Any) -> Report:
    """The report of a story's log, which is published at `folder` unless it is there."""
    config = publish(folder, [entry.encode(one.envelope, received) for received, one in story.book.entries],
                     story.world.origin)  # fmt: skip
    with FolderSource(folder) as source:
        return make(source, config, Scope(**scope), until=until, workers=0)
