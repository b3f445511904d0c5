"""What a handler is told of a text that a reader gives again within a moment: nothing of it counts a second time."""

from collections.abc import Iterator
from contextlib import contextmanager

from custody.core.command import is_command
from scanner_agent import texts
from scanner_agent.feedback import Feedback
from scanner_agent.items import counted
from scanner_agent.reading import id_of
from scanner_agent.sources.source import Source
from scanner_agent.state import Say, State


class Repeats:
    """Knows what was said of the last read, by a hash of its text: it may be a badge's."""

    def __init__(self, feedback: Feedback) -> None:
        self._feedback = feedback
        self._last: tuple[int, Say | None] = (0, None)

    @contextmanager
    def reading(self, text: str) -> Iterator[None]:
        """Notes what is said meanwhile: it is of this text."""
        self._feedback.last = None
        yield
        self._last = hash(text), self._feedback.last

    def tell(self, text: str, state: State, reader: Source) -> None:
        """A warning or a refusal once more, so that no softer word takes its place; else that it was read already.

        Of a command, such as a confirm of which the outcome stands on the screen, the reader alone hears.
        """
        of, said = self._last
        if is_command(text):
            reader.answer_again()
        elif of == hash(text) and said is not None and said.tone == "warned":
            self._feedback.warned(said.words, said.detail, reader)
        elif reader.was_taken(text) is False:
            reader.answer(good=False)  # why stands on the screen
        else:
            self._feedback.heard(counted(texts.AGAIN, state), id_of(text) or "", reader)
