"""The terminal workflow: what readers read, what is typed and what the background tells, one after another."""

import queue
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from custody.core.errors import CustodyError
from scanner_agent import commands, shown, texts
from scanner_agent.agent import Agent
from scanner_agent.asking import prompt
from scanner_agent.feedback import Feedback
from scanner_agent.observer import Notice
from scanner_agent.sentences import SHOWN
from scanner_agent.sources.readers import Readers
from scanner_agent.sources.source import Output, Pressed, Read, Refused, Repeated
from scanner_agent.terminal import Terminal

WAIT_S = 120.0
_TICK_S = 0.1
_QUIT = "quit"


@dataclass(frozen=True)
class _Message:
    """What a reader gave or someone typed. Its sender gives the next one when `done` is set: nothing piles up."""

    content: Output | str
    touched: bool = False
    done: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True)
class _Wait:
    """A script's line that is done once `ready`, or at `deadline` (monotonic seconds)."""

    line: _Message
    ready: Callable[[], bool]
    deadline: float


class Screen(Protocol):
    """A second place beside the terminal where the agent shows itself and is told what to do."""

    def lines(self) -> Iterator[str]:
        """Commands, as at the terminal, until it is closed."""

    def show(self, agent: Agent, readers: Readers) -> None:
        """Called after each step and each tick, in the agent's thread."""


class Console:
    """Runs an agent until the lines end or say `quit`. All of it happens in the thread that calls `run`.

    With a screen, the end of the terminal's lines is not the end: it may have been started without a terminal.
    """

    def __init__(self, terminal: Terminal, idle_lock_seconds: float, screen: Screen | None = None) -> None:
        self._inbox: queue.Queue[_Message | Notice] = queue.Queue()
        self._terminal = terminal
        self._feedback = Feedback(terminal.out, terminal.heard)
        self._idle_lock_seconds = idle_lock_seconds
        self._screen = screen
        self._active = time.monotonic()
        self._waiting: _Wait | None = None
        self._refused = 0

    def notify(self, notice: Notice) -> None:
        """From any thread: tells the handler."""
        self._inbox.put(notice)

    def run(self, agent: Agent, readers: Readers) -> int:
        """How many lines were refused."""
        self._pump(readers)
        self._pump(self._terminal.lines(), last=None if self._screen else _QUIT)
        if self._screen:
            self._pump(self._screen.lines(), touched=True)
        while self._turn(agent, readers):
            pass
        return self._refused

    def _turn(self, agent: Agent, readers: Readers) -> bool:
        """One message, or none within a tick; whether there may be more. Holds on to nothing that may be a secret."""
        self._show_prompt(agent)
        if self._screen:
            self._screen.show(agent, readers)
        try:
            message = self._inbox.get(timeout=_TICK_S)
        except queue.Empty:
            self._tick(agent)
            return True
        if isinstance(message, Notice):
            self._tell(message)
        elif message.content == _QUIT:
            return False
        else:
            self._take(agent, readers, message)
        # Also while a reader sends without end.
        self._tick(agent)
        return True

    def _tick(self, agent: Agent) -> None:
        try:
            if time.monotonic() - self._active > self._idle_lock_seconds:
                agent.lock()
            agent.photographing.tick(agent)
            self._end_wait()
        except CustodyError as error:
            self._feedback.refused(error)

    def _tell(self, notice: Notice) -> None:
        if notice.wrong:
            self._feedback.bad(notice.words, notice.detail)
        else:
            self._terminal.tell(notice.words, notice.detail)

    def _take(self, agent: Agent, readers: Readers, message: _Message) -> None:
        try:
            self._handle(agent, readers, message)
        except CustodyError as error:
            # A disk that fails for a moment is told, and ends nothing: what is not stored is not in the session either.
            content = message.content
            self._refused += isinstance(content, str)
            self._feedback.refused(error, None if isinstance(content, str) else readers.source(content.source))
        # A plug that flaps is nobody's presence.
        if isinstance(message.content, str | Read | Repeated | Pressed):
            self._active = time.monotonic()
        if self._waiting is None or self._waiting.line is not message:
            message.done.set()

    def _handle(self, agent: Agent, readers: Readers, message: _Message) -> None:
        content = message.content
        if isinstance(content, str):
            self._refused += not self._obey(agent, message, content)
        elif isinstance(content, Read):
            reader = readers.source(content.source)
            reader.judged(content.text, taken=agent.read(content, reader))
        elif isinstance(content, Repeated):
            agent.repeats.tell(content.text, agent.state, readers.source(content.source))
        elif isinstance(content, Refused):
            self._feedback.refused_read(content.error, readers.source(content.source))
        elif isinstance(content, Pressed):
            agent.press(content.key, readers.source(content.source))
        elif content.error is not None:
            self._feedback.refused(content.error)
        else:
            self._terminal.tell(texts.READER_LIVE, content.source)

    def _obey(self, agent: Agent, message: _Message, line: str) -> bool:
        """Whether a line was understood and taken."""
        if line in ("", "help"):
            self._terminal.tell(texts.HELP)
            agent.help()
        elif line == "status":
            self._terminal.tell(texts.STATUS, str(agent.outbox.counts()))
        elif line.partition(" ")[0] == "show":
            return self._show_release(agent, line.partition(" ")[2].strip())
        elif ready := _condition(agent, line):
            self._waiting = _Wait(message, ready, time.monotonic() + WAIT_S)
        elif command := commands.find(agent, line, touched=message.touched):
            return command()
        else:
            word = line.partition(" ")[0]
            # One that holds digits may be a PIN, and this is logged.
            self._feedback.bad(texts.UNKNOWN_COMMAND, word[:SHOWN] if word.isalpha() else "")
            return False
        return True

    def _show_release(self, agent: Agent, which: str) -> bool:
        """Draws one QR code of the last release, by number or `last`: the first; whether there is one."""
        release = shown.last_release(agent.outbox, agent.keyid)
        pieces = shown.pieces(release, shown.room_of(self._terminal.out))
        number = 1 if which in ("", "last") else int(which) if which.isdecimal() else 0
        if not 1 <= number <= len(pieces):
            self._feedback.bad(texts.NO_RELEASE_CODE if pieces else texts.NO_RELEASE, which)
            return False
        shown.draw(pieces[number - 1], self._terminal.out)
        following = f"; show {number % len(pieces) + 1}" if len(pieces) > 1 else ""
        self._terminal.tell(texts.RELEASE_CODE, f"{number}/{len(pieces)}{following}")
        return True

    def _end_wait(self) -> None:
        if self._waiting is None:
            return
        late = time.monotonic() > self._waiting.deadline
        if late:
            self._feedback.bad(texts.WAITED_LONG, str(self._waiting.line.content))
            self._refused += 1
        if late or self._waiting.ready():
            self._waiting.line.done.set()
            self._waiting = None

    def _show_prompt(self, agent: Agent) -> None:
        self._terminal.set_echo(on=agent.state.pin_of is None)
        self._terminal.prompt(prompt(agent.state), agent.state.pin_of or "")

    def _pump(self, contents: Iterable[Output | str], last: str | None = None, *, touched: bool = False) -> None:
        threading.Thread(target=self._feed, args=(contents, last, touched), daemon=True).start()

    def _feed(self, contents: Iterable[Output | str], last: str | None, touched: bool) -> None:
        try:
            for content in contents:
                message = _Message(content, touched)
                self._inbox.put(message)
                message.done.wait()
                del content, message  # while the next is waited for, nobody holds what may be a PIN
        finally:
            # Also where reading fails: an agent without its keyboard ends, and does not seem to listen.
            if last is not None:
                self._inbox.put(_Message(last))


def _condition(agent: Agent, line: str) -> Callable[[], bool] | None:
    """`wait items N`, or `receipts`, `photographs`, `documents`, holds a script's next line back until then."""
    match line.split():
        case ["wait", "items", number] if number.isdecimal():
            return lambda: len(agent.state.items) >= int(number)
        case ["wait", "receipts"]:
            return lambda: agent.outbox.counts().pending == 0
        case ["wait", "documents"]:
            return lambda: agent.documents is None or agent.documents.idle
        case ["wait", "photographs"]:
            return lambda: agent.outbox.photographs().waiting == 0
        case _:
            return None
