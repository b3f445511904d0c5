"""The whole agent with scanners at serial lines: several fill one session."""

import os
import pty
import tty
from collections.abc import Iterator
from itertools import zip_longest

import msgspec

from scanner_agent import texts
from scanner_agent.config import AgentConfig
from scanner_agent.running import run_agent
from scanner_agent.sources.serial import SerialConfig
from tests.agent.scene import PIN, Scene, sync
from tests.agent.typed_lines import Keyboard, Screen, events
from tests.world import item_id


def test_a_serial_scanner_and_the_terminal_fill_one_session(scene: Scene, config: AgentConfig) -> None:
    """Badge by scanner, PIN at the terminal, items by scanner."""
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    scanning = msgspec.structs.replace(config, source=[SerialConfig(device=os.ttyname(theirs), name="desk")])

    screen = Screen()

    def lines() -> Iterator[str]:
        screen.wait_for(texts.READER_LIVE)
        os.write(ours, f"]Q1{scene.ann.badge}\r".encode())
        screen.wait_for(texts.BADGE_READ)
        yield from [PIN, "action store"]
        for number in (1, 2, 2):
            os.write(ours, f"]Q1{scene.label(number)}\r".encode())
        yield from ["wait items 2", "confirm"]

    refused = run_agent(scanning, Keyboard(lines()), screen)
    os.close(ours)
    os.close(theirs)
    assert refused == 0, screen.getvalue()
    [event] = events(config)
    assert event.items == [item_id(1), item_id(2)]
    assert event.read is not None
    assert (event.read.source, event.read.symbology) == ("serial", "]Q1")


def test_what_two_readers_send_at_once_is_never_mixed(scene: Scene, config: AgentConfig) -> None:
    """Byte by byte in turns; both read the last label, which is one item all the same."""
    lines = [pty.openpty() for _ in range(2)]
    for _, theirs in lines:
        tty.setraw(theirs)
    sources = [SerialConfig(device=os.ttyname(theirs), name=f"desk {at}") for at, (_, theirs) in enumerate(lines)]
    scanning = msgspec.structs.replace(config, source=list(sources))
    texts_of = [
        b"".join(f"{scene.label(number)}\r".encode() for number in numbers) for numbers in ((1, 3, 5), (2, 4, 5))
    ]
    screen = Screen()

    def typed() -> Iterator[str]:
        yield from [scene.ann.badge, PIN, "action store"]
        for source in sources:
            screen.wait_for((f"serial:{source.name}", ""))
        for pair in zip_longest(*texts_of):
            for (ours, _), byte in zip(lines, pair, strict=True):
                if byte is not None:
                    os.write(ours, bytes([byte]))
        yield "wait items 5"
        screen.wait_for(texts.AGAIN)
        yield "confirm"

    sync(config)  # else labels may be read before their issuer is known
    refused = run_agent(scanning, Keyboard(typed()), screen)
    for line in lines:
        for end in line:
            os.close(end)
    assert refused == 0, screen.getvalue()
    [event] = events(config)
    assert sorted(event.items) == [item_id(number) for number in (1, 2, 3, 4, 5)]
    assert event.read is not None
    assert (event.read.label, event.read.others) == ("valid", [])
