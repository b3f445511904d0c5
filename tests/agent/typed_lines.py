"""The whole agent, run on lines that are typed at it: what it said, signed and wrote."""

import io
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

from custody.core import entry, statement
from custody.core.event import Event
from custody.core.proof import Receipt
from scanner_agent import texts
from scanner_agent.config import AgentConfig
from scanner_agent.outbox import Outbox
from scanner_agent.running import run_agent
from tests.agent.scene import PIN, Scene


def run(config: AgentConfig, *lines: str) -> tuple[int, str]:
    """(refused lines, what was said)"""
    out = io.StringIO()
    return run_agent(config, io.StringIO("".join(f"{line}\n" for line in lines)), out), out.getvalue()


def handover(scene: Scene, *more: str) -> list[str]:
    """Of one item, by Ann to Budi, confirmed."""
    parties = [scene.ann.badge, PIN, "action handover", scene.label(1), scene.budi.badge, PIN]
    return [*parties, *more, "confirm"]


def inspection(scene: Scene, *more: str) -> list[str]:
    """Of one item, by Ann, not confirmed."""
    return [scene.ann.badge, PIN, "action inspect", scene.label(1), *more]


def events(config: AgentConfig) -> list[Event]:
    """What the outbox holds, pending or receipted, oldest first."""
    outbox = Outbox(config.outbox)
    sent = [entry.decode(_entry_of(receipt))[0] for _, receipt in outbox.receipts()]
    waiting = [pending.envelope for pending in outbox.pending(100, 10**6)]
    outbox.close()
    bodies = [statement.parse(envelope).body for envelope in [*sent, *waiting]]
    return [body for body in bodies if isinstance(body, Event)]


def _entry_of(receipt: bytes) -> bytes:
    return Receipt.decode(receipt).extra or b""


def uploads(config: AgentConfig) -> tuple[int, int, int]:
    """How many photographs are (waiting, sent, refused)."""
    outbox = Outbox(config.outbox)
    found = outbox.photographs()
    outbox.close()
    return found.waiting, found.sent, found.refused


def written(config: AgentConfig) -> list[Path]:
    """The documents."""
    return sorted(config.documents.iterdir()) if config.documents.exists() else []


def said(output: str, words: texts.Words) -> bool:
    return " / ".join(words) in output


class Screen(io.StringIO):
    """Output in which words can be waited for."""

    def __init__(self) -> None:
        super().__init__()
        self._changed = threading.Condition()

    def write(self, text: str) -> int:
        with self._changed:
            written = super().write(text)
            self._changed.notify_all()
        return written

    def wait_for(self, words: texts.Words) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: words[0] in self.getvalue(), 30), self.getvalue()


class Keyboard(io.StringIO):
    """Lines that are typed as they are made."""

    def __init__(self, lines: Iterable[str]) -> None:
        super().__init__()
        self._lines = lines

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        yield from self._lines
