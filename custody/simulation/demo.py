"""The demo: ten ballot boxes, then a whole regency's election, signed at each handover, and proved to anyone.

Everything is real: the programs of this house run as processes of their own, labels and badges are printed,
photographed and read, a scanner sends over a serial line, a power cut ends an agent. Only hands and boxes are missing.
It writes under `var/demo/` and nowhere else, and exits 0 only if every step went as it must.
"""

import argparse
import shutil
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from custody.simulation import portal
from custody.simulation.archiving import read_archive, write_archive
from custody.simulation.at_the_screen import hand_over, stay
from custody.simulation.election import Election
from custody.simulation.programs import Program, Unexpected, console
from custody.simulation.reporting import write_report
from custody.simulation.story import LABEL_HOST, Story

MARK = ".made-by-the-demo"


@contextmanager
def running(program: Program) -> Iterator[Program]:
    """Stops it at the end."""
    try:
        yield program
    finally:
        program.stop()


def play(story: Story, *, once: bool) -> None:
    """All chapters. Raises Unexpected."""
    story.trust()
    with running(story.ledger()):
        people = story.roster()
        pictures = story.labels()
        story.at_the_warehouse(pictures, people)
    story.offline(pictures, people)
    hand_over(story, pictures, *people[2:])
    with running(story.ledger()):
        story.deliver()
        election = Election(story)
        election.prepare()
        election.play()
        story.prove()
        election.judge()
        portal.look(story, LABEL_HOST)
        write_report(story)
        write_archive(story)
    story.check_store()
    read_archive(story)
    console.print("\n[bold green]Semua terbukti.[/bold green]  [dim]All of it held.[/dim]")
    if not once:
        with running(story.ledger()):
            story.farewell()
            stay(story, pictures)


def main() -> int:
    """`python -m custody.simulation.demo [--once] [--folder DIR]`."""
    parser = argparse.ArgumentParser(description="Carry ten boxes, then a regency's, out and back, and prove it.")
    parser.add_argument("--once", action="store_true", help="end after the proofs instead of staying up")
    parser.add_argument("--folder", type=Path, default=Path("var/demo"), help="where everything is written")
    arguments = parser.parse_args()
    # SIGINT too: a shell lets what it starts in the background ignore it, and so would the agents that it is to stop.
    for how in (signal.SIGINT, signal.SIGTERM):
        signal.signal(how, signal.default_int_handler)
    try:
        play(Story(_empty(arguments.folder)), once=arguments.once)
    except Unexpected as error:
        console.print("[bold red]Gagal / Failed:[/bold red]", end=" ")
        console.print(str(error), markup=False)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _empty(folder: Path) -> Path:
    """A new folder; an old one is emptied only if a demo made it."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise Unexpected(f"{folder} holds something that no demo made; name another --folder")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    return folder


if __name__ == "__main__":
    sys.exit(main())
