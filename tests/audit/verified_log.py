"""A log that was verified, of which reports and archives are made."""

from pathlib import Path
from typing import Any

import msgspec

from custody.audit.archive.write import Order, Written, write_archive
from custody.audit.report.making import encode, make
from custody.audit.report.scope import Scope
from custody.audit.source import FolderSource
from custody.core.statement import Statement
from tests.audit.logs import LOG_KEY, entries_of, judge_folder, publish
from tests.tile_folder import write_log
from tests.world import World

EVENTS = 300


class Log:
    """A log of the roster and 300 handovers that was verified: up to 256 entries nothing has to be verified again."""

    def __init__(self, folder: Path, *more: Statement | bytes, world: World | None = None) -> None:
        self.world = world or World()
        self.events = list(self.world.handovers(EVENTS))
        self.statements: list[Statement | bytes] = [*self.world.roster, *more, *self.events]
        self.folder = folder / "log"
        config = publish(self.folder, entries_of(self.statements), self.world.origin)
        self.config = msgspec.structs.replace(config, state=folder / "auditor.state")
        assert judge_folder(self.config, workers=0).verdict == "holds"
        self.early = self.events[: 256 - len(self.statements) + EVENTS]
        self.late = self.events[len(self.early) :]

    def serve(self, statements: list[Statement | bytes]) -> None:
        write_log(self.folder, entries_of(statements), self.world.origin, LOG_KEY)

    def report(
        self, *, from_start: bool = False, workers: int = 0, until: int | None = None, **scope: Any
    ) -> tuple[str, bytes]:
        """(verdict, the whole report)."""
        with FolderSource(self.folder) as source:
            made = make(source, self.config, Scope(**scope), until=until, workers=workers, from_start=from_start)
        return made.verification.verdict, encode(made)

    def archive(self, *, from_start: bool = False) -> Written:
        target = self.folder.with_name(f"archive-{from_start}")
        with FolderSource(self.folder) as source:
            return write_archive(source, self.config, Order(target), workers=0, from_start=from_start)
