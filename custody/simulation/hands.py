"""What hands do at an agent's scanner, camera and keyboard."""

import time

from custody.simulation import photographs
from custody.simulation.camera import Camera
from custody.simulation.people import Person
from custody.simulation.photographs import Picture
from custody.simulation.programs import Program, SerialLine


def scan_badges(agent: Program, line: SerialLine, *people: Person) -> None:
    for person in people:
        line.scan(person.badge_text())
        agent.wait_for(person.handler)
        agent.type(f"pin {person.pin}")
        agent.wait_for("PIN benar")


def scan_boxes(agent: Program, line: SerialLine, labels: list[tuple[str, str]]) -> None:
    for box, text in labels:
        line.scan(text)
        agent.wait_for(box)


def show_badge(agent: Program, camera: Camera, person: Person) -> None:
    camera.show(person.badge_picture())
    agent.wait_for(person.handler)
    agent.type(f"pin {person.pin}")
    agent.wait_for("PIN benar")


def show_boxes(agent: Program, camera: Camera, pictures: dict[str, Picture]) -> None:
    for box, picture in pictures.items():
        camera.show(picture)
        agent.wait_for(box)


def seal_boxes(agent: Program, camera: Camera, pictures: dict[str, Picture]) -> None:
    """Each box is shown, and the number of the seal on it typed, for it carries no code."""
    agent.type("reason segel hanya bernomor, tanpa kode")
    agent.wait_for("reason")
    for number, (box, picture) in enumerate(pictures.items(), 1):
        camera.show(picture)
        agent.wait_for(box)
        agent.type(f"seal/952/D{number:06}")
        agent.wait_for("seal/952/")
    agent.type("reason nomor segel plastik tidak berkode batang")
    agent.wait_for("Dicatat")


def clear_table(camera: Camera) -> None:
    """Nothing in view for longer than the camera's window, so that the same badge is read anew."""
    camera.show(photographs.photograph(photographs.blank(), 0))
    time.sleep(1.5)


def confirm(agent: Program) -> None:
    agent.type("confirm")
    agent.wait_for("tersimpan")
