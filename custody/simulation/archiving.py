"""The demo's archive: made while the ledger serves, and read once it does not."""

from typing import TYPE_CHECKING

from custody.simulation.programs import run, say, show
from custody.simulation.reporting import REPORT

if TYPE_CHECKING:
    from custody.simulation.story import Story

ARCHIVE = "archive"


def write_archive(story: "Story") -> None:
    """Of all that the log has by now, with the report beside it."""
    say(22, "Seluruh log diarsipkan", "The whole log is archived")
    config, report = story.folder / "auditor.toml", story.folder / REPORT
    show(run("custody", "archive", story.folder / ARCHIVE, "--config", config, "--report", report))


def read_archive(story: "Story") -> None:
    """By two keys, without settings and without a ledger."""
    say(24, "Arsip diperiksa tanpa buku besar", "The archive is verified without the ledger")
    keys = ("--vkey", story.vkey, "--entry0", story.entry0)
    show(run("custody", "audit", "verify", story.folder / ARCHIVE, *keys), 45)
