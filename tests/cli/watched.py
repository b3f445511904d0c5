"""A log in a folder that changes between the looks of a watch."""

import json
from pathlib import Path
from typing import Any

from custody.core.checkpoint import Checkpoint
from custody.core.keys import SigningKey
from custody.core.merkle import Frontier, leaf_hash
from custody.core.statement import Statement
from tests.audit.logs import LOG_KEY, entries_of, publish
from tests.cli.programs import custody
from tests.tile_folder import write_file, write_log
from tests.world import World

TELL = """#!/bin/sh
env | grep ^CUSTODY_ > "$1/told.$(ls "$1" | grep -c told)"
"""


class Watched:
    """A log in a folder, and a watch of it with an alert command that writes down what it is told."""

    def __init__(self, folder: Path) -> None:
        self.world = World()
        self.statements: list[Statement] = [*self.world.roster, *self.world.handovers(6)]
        self.entries = entries_of(self.statements)
        self.path = folder
        self.folder = folder / "log"
        self.settings = folder / "log.toml"
        self.journal = folder / "log.watch"
        self.vkey = publish(self.folder, self.entries[:-3], self.world.origin).vkey
        self.command = folder / "tell"
        self.command.write_text(TELL)
        self.command.chmod(0o700)

    def grow(self, entries: list[bytes]) -> None:
        """The log serves just these."""
        write_log(self.folder, entries, self.world.origin, LOG_KEY)

    def serve_checkpoint(self, entries: list[bytes], key: SigningKey = LOG_KEY) -> None:
        """A checkpoint over these, and no tiles of theirs."""
        tree = Frontier()
        tree.extend(map(leaf_hash, entries))
        write_file(self.folder, "checkpoint", Checkpoint(self.world.origin, tree.size, tree.root()).sign(key))

    def look(self, *options: object) -> tuple[int, str]:
        alert = f"'{self.command}' '{self.path}'"
        once = [] if "--steps" in options else ["--once"]
        ended = custody(
            *("audit", "watch", self.folder, "--config", self.settings, "--workers", 0, "--alert", alert),
            *once,
            *options,
        )
        return ended.code, ended.output

    def told(self) -> list[dict[str, str]]:
        """The facts that each run of the command got."""
        paths = sorted(self.path.glob("told.*"), key=lambda path: int(path.suffix[1:]))
        return [dict(line.split("=", 1) for line in path.read_text().splitlines() if "=" in line) for path in paths]

    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.journal.read_bytes().splitlines()]

    def verdicts(self) -> list[str]:
        return [line["verdict"] for line in self.lines() if line["kind"] == "checkpoint"]
