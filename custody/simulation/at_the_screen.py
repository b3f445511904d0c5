"""The demo's agent with a screen: no keyboard, a printed command sheet, a hand-held scanner and a camera."""

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

from custody.simulation import photographs
from custody.simulation.camera import Camera
from custody.simulation.hands import show_boxes
from custody.simulation.people import Person, commands_of
from custody.simulation.photographs import Picture
from custody.simulation.programs import Program, SerialLine, console, run, say
from custody.simulation.screen import Screen
from custody.simulation.story import Story
from scanner_agent.kiosk.screen import START_PAGE

AGENT = "agent-b"
LOOK_S = 3.0
"""Between two boxes, for someone to see each on the screen."""


class Desk(NamedTuple):
    """What stands on the table; `commands` are the sheet's codes by their words."""

    line: SerialLine
    camera: Camera
    agent: Program
    screen: Screen
    commands: dict[str, str]


@contextmanager
def desk(story: Story) -> Iterator[Desk]:
    """Agent B with all of it, until the end of the block."""
    folder = story.folder / AGENT
    sheet = folder / "sheet.pdf"
    run("scanner-agent", "sheet", "--config", folder / "agent.toml", "--to", sheet)
    line = SerialLine(folder / "scanner")
    try:
        with Camera(photographs.photograph(photographs.blank(), 0)) as camera:
            story.set_sources(
                AGENT,
                f'kind = "serial"\ndevice = "{line.device.absolute()}"\nname = "genggam"',
                f'kind = "camera"\ndevice = "{camera.url}"\nname = "meja"\nwindow = 1.0',
            )
            agent = story.agent(AGENT, "--kiosk", "0")
            try:
                for ready in ("Layar", "Pembaca siap", "Pembaca siap"):
                    agent.wait_for(ready)
                with Screen(folder / START_PAGE) as screen:
                    yield Desk(line, camera, agent, screen, commands_of(sheet))
            finally:
                agent.stop()
    finally:
        line.unplug()


def hand_over(story: Story, pictures: dict[str, Picture], giver: Person, taker: Person) -> None:
    """All boxes, by scans alone save the PINs, which are touched."""
    say(9, "Serah terima 3 pada layar sentuh, tanpa jaringan: PPK kepada PPS",
        "Handover 3 at the touch screen, no network: PPK to PPS")  # fmt: skip
    with desk(story) as at:
        at.line.scan(at.commands["handover"])
        at.screen.wait_for("Serah terima")
        for person in (giver, taker):
            at.camera.show(person.badge_picture())
            at.screen.wait_for(person.handler)
            at.screen.touch(f"pin {person.pin}")
            at.agent.wait_for("PIN benar")
        show_boxes(at.agent, at.camera, pictures)
        at.screen.wait_for(f"{len(pictures)} barang")
        at.line.scan(at.commands["confirm"])
        at.screen.wait_for("tersimpan")


def stay(story: Story, pictures: dict[str, Picture]) -> None:
    """Leaves the screen to whoever looks at it, while boxes are put before the camera one by one; until Ctrl-C."""
    with desk(story) as at:
        page = (story.folder / AGENT / START_PAGE).absolute().as_uri()
        console.print(f"\n[bold]Layar / Screen[/bold]  {page}")
        console.print("Ctrl-C untuk berhenti / to stop\n")
        with suppress(KeyboardInterrupt):
            at.line.scan(at.commands["inspect"])
            for picture in pictures.values():
                time.sleep(LOOK_S)
                at.camera.show(picture)
            signal.pause()
