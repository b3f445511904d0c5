"""From what a reader sends to the good beep: through the readers' own interfaces, against fsync of the same run.

A keyboard scanner types into a FIFO, a serial one writes to a pseudo-terminal, a camera shows a frame over HTTP. The
clock starts with the end of what the reader sends, or with the frame in which the label is seen first, and stops when
the agent has said that the read is good, which it does once it is durable. Fsyncs take turns with the reads.
"""

import io
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

from benchmarks.agent import Clocked, NotTaken
from benchmarks.bench import Bench
from benchmarks.figures import Figure, Outcome, outcomes
from custody.simulation import camera as mjpeg
from scanner_agent.agent import Agent
from scanner_agent.inputs import Chosen
from scanner_agent.observer import Observer
from scanner_agent.sources.camera import Camera
from scanner_agent.sources.keyboard import Keyboard, KeyboardConfig
from scanner_agent.sources.picture_settings import CameraConfig
from scanner_agent.sources.readers import Readers
from scanner_agent.sources.serial import Serial, SerialConfig
from scanner_agent.sources.source import Read, Source
from scanner_agent.storage import load_trust, open_alone
from scanner_agent.terminal import Terminal
from tests.agent.machine import Machine, TypingScanner
from tests.agent.pictures import on_table, qr
from tests.agent.scene import Scene
from tests.agent.serial_line import Scanner

CAMERA_SLACK_S = 0.060
FPS = 30
Data = TypeVar("Data")
WAIT_S = 30.0


class Reader(NamedTuple):
    """A reader and what is before it: `prepare` makes a label ready, `finish` has it read and says when it was sent.

    `slack`: seconds that the reader may take beside the agent.
    """

    source: Source
    prepare: Callable[[str], None]
    finish: Callable[[], float]
    slack: float = 0.0


def run(bench: Bench) -> list[Outcome]:
    """Each run on a new outbox."""
    scene = Scene()
    return outcomes([_run(bench, scene, bench.folder / f"beep-{run}") for run in range(bench.size.repeats)])


def _run(bench: Bench, scene: Scene, folder: Path) -> list[Figure]:
    readers = {"keyboard": _keyboard, "serial": _serial, "camera": _camera}
    return [_measure(bench, scene, folder / name, name, reader) for name, reader in readers.items()]


def _measure(bench: Bench, scene: Scene, folder: Path, name: str, reader: Callable[[Path], Iterator[Reader]]) -> Figure:
    folder = folder.resolve()  # links are made in it
    folder.mkdir(parents=True)
    config = scene.config(folder)
    clocked = Clocked(folder)
    beeped = threading.Semaphore(0)
    with ExitStack() as stack:
        outbox, device = stack.enter_context(open_alone(config))
        outbox.keep_roster(list(enumerate(scene.ledger.entries)))
        given = stack.enter_context(contextmanager(reader)(folder))
        agent = Agent(
            config,
            device,
            outbox=outbox,
            trust=load_trust(config, outbox),
            terminal=Terminal(io.StringIO(), io.StringIO()),
            observer=Observer(hook=lambda step: beeped.release() if step == "beeped" else None),
            wake=lambda: None,
        )
        agent.give(Chosen("store"))
        readers = stack.enter_context(Readers([given.source]))
        live = threading.Event()
        threading.Thread(target=_consume, args=(agent, readers, live), daemon=True).start()
        live.wait(WAIT_S)
        beeped.acquire()  # of the action
        for number in range(bench.size.sessions):
            given.prepare(scene.label(number))
            clocked.fsync()
            start = given.finish()
            if not beeped.acquire(timeout=WAIT_S):
                raise NotTaken(name)
            clocked.seconds.setdefault(name, []).append(time.perf_counter() - start)
    clocked.close()
    return clocked.figure(bench, "beep", name, given.slack)


def _consume(agent: Agent, readers: Readers, live: threading.Event) -> None:
    """The agent's thread."""
    for output in readers:
        if isinstance(output, Read):
            agent.read(output, readers.source(output.source))
        else:
            live.set()


def _keyboard(folder: Path) -> Iterator[Reader]:
    machine = Machine(folder / "machine")
    scanner = TypingScanner(machine)
    scanner.plug_in()
    config = KeyboardConfig(device=str(scanner.by_id), window=0.01)
    yield Reader(Keyboard(config, machine.nodes, lambda _: None), scanner.type, lambda: _sent(scanner.type, "\r"))
    scanner.unplug()


def _serial(folder: Path) -> Iterator[Reader]:
    scanner = Scanner(folder)
    scanner.plug_in()
    config = SerialConfig(device=str(scanner.device), good="06", window=0.01)
    yield Reader(Serial(config), lambda text: scanner.send(text.encode()), lambda: _sent(scanner.send, b"\r"))
    scanner.unplug()


def _camera(_folder: Path) -> Iterator[Reader]:
    with mjpeg.Camera(on_table(), fps=FPS) as stream:
        jpegs: list[bytes] = []

        def prepare(text: str) -> None:
            jpegs.append(mjpeg.encoded(on_table(qr(text, 4))))

        def finish() -> float:
            stream.send(jpegs.pop())
            before = stream.frames
            while stream.frames == before:
                time.sleep(0.0005)
            return time.perf_counter()

        yield Reader(Camera(CameraConfig(device=stream.url)), prepare, finish, CAMERA_SLACK_S)


def _sent(send: Callable[[Data], None], end: Data) -> float:
    start = time.perf_counter()
    send(end)
    return start
