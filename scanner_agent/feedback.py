"""What a handler hears and reads: one good beep, two to look, three bad ones, and a word; never colour or sound alone.

A terminal has no neutral beep: what was read before is a word there, a low short tone on a screen and at a reader.

Texts come as (Bahasa Indonesia, English).
"""

import re
from collections.abc import Callable
from typing import Literal, TextIO

import structlog

from custody.core.errors import CustodyError, Oversize, StorageFault
from scanner_agent import sheet_texts, texts
from scanner_agent.observer import ignore
from scanner_agent.sentences import of_read, sentences
from scanner_agent.sources.source import Source
from scanner_agent.state import Detail, Say, both
from scanner_agent.terminal import Terminal
from scanner_agent.texts import Words

_log = structlog.get_logger(__name__)

_BELL = "\a"
_MARKS: dict[Literal["good", "heard", "warned", "wrong"], tuple[str, int]] = {
    "good": ("OK", 1),
    "heard": ("=", 0),
    "warned": ("!", 2),
    "wrong": ("X", 3),
}
"""What stands before the words, and how many beeps."""
_OTHER: Words = ("Ditolak", "Refused")
_BY_KIND: dict[str, Words] = {
    "oversize": ("Terlalu panjang, bukan label", "Too long, not a label"),
    "malformed": ("Tidak terbaca sebagai label", "Cannot be read as a label"),
    "unavailable": texts.READER_GONE,
    "badge-in-view": (
        "Ada kartu pengenal di foto itu; singkirkan dulu, lalu ambil foto lagi",
        "A badge is in that photograph; take it away, then take the photograph again",
    ),
    "code-in-view": sheet_texts.CODE_IN_PICTURE,
    "bad-signature": ("Label palsu", "Forged label"),
    "wrong-log": ("Dari pemilihan lain, atau dari latihan", "Of another election, or of a drill"),
    "newer-format": ("Format lebih baru: perbarui perangkat lunak ini", "A newer format: update this software"),
    "storage-fault": texts.NOT_STORED,
    "config-fault": ("Pengaturan harus diperbaiki", "A setting has to be mended"),
}


_SECRET = re.compile(
    r"(h-[a-z2-7]{16}/)[a-z2-7]+|[a-z2-7]{6,}(?=/[0-9a-f]{8})|(?![0-9a-f]{26})[a-z2-7]{26,}", re.IGNORECASE
)
"""A badge's, also where the badge was not read whole, or in a wrong keyboard layout: not hex, which ids are."""


def said(error: CustodyError) -> Say:
    """What a handler is told of an error: its word, and its sentence for whoever helps."""
    return Say("wrong", _BY_KIND.get(error.kind, _OTHER), sentences(error))


def words_at_signing(error: CustodyError) -> Words:
    """The word for why a complete session was not signed."""
    match error:
        case StorageFault():
            return texts.NOT_STORED
        case Oversize():
            return texts.TOO_LONG
        case _:
            return texts.WOULD_BE_REFUSED


class Feedback:
    """Writes to a terminal; beeps there only what the reader that was used cannot signal by itself.

    Readers have a signal for what was taken and one for what was not, and none for what is to be looked at.
    """

    def __init__(self, terminal: TextIO, heard: Callable[[Say], None] = ignore) -> None:
        """`heard` is told the same once the terminal was."""
        self.last: Say | None = None
        self._terminal = terminal
        self._heard = heard

    def good(self, words: Words, detail: Detail = "", source: Source | None = None) -> None:
        """What was read is durable. Only call it once that is so."""
        self._say("good", words, detail, source)

    def heard(self, words: Words, detail: Detail = "", source: Source | None = None) -> None:
        """What was read is in the session already, and counts nothing more."""
        self._say("heard", words, detail, source)

    def warned(self, words: Words, detail: Detail = "", source: Source | None = None) -> None:
        """What was read is durable, and something is wrong with it: the handler is to look."""
        self._say("warned", words, detail, source)

    def bad(self, words: Words, detail: Detail = "", source: Source | None = None) -> None:
        """What was read is refused."""
        self._say("wrong", words, detail, source)

    def refused(self, error: CustodyError, source: Source | None = None) -> None:
        """`bad` with what is `said` of an error."""
        told = said(error)
        self.bad(told.words, told.detail, source)

    def refused_read(self, error: CustodyError, source: Source | None = None) -> None:
        """`refused` of something that was read, of which no more is shown than may be."""
        self.refused(of_read(error), source)

    def _say(
        self, tone: Literal["good", "heard", "warned", "wrong"], words: Words, detail: Detail, source: Source | None
    ) -> None:
        mark, beeps = _MARKS[tone]
        detail = _masked(detail) if isinstance(detail, str) else (_masked(detail[0]), _masked(detail[1]))
        if tone in ("warned", "wrong"):
            english = detail if isinstance(detail, str) else detail[1]
            _log.warning(tone, reader=source.name if source else None, words=words[1], detail=english)
        answered = source is not None and _answered(source, tone) and tone != "warned"
        tail = f": {both(detail)}" if detail else ""
        self._terminal.write(f"{'' if answered else _BELL * beeps}[{mark}] {' / '.join(words)}{tail}\n")
        self._terminal.flush()
        self.last = Say(tone, words, detail)
        self._heard(self.last)


def _answered(source: Source, tone: str) -> bool:
    return source.answer_again() if tone == "heard" else source.answer(good=tone != "wrong")


def _masked(text: str) -> str:
    return _SECRET.sub(r"\1…", text)


def convey(say: Say, feedback: Feedback, terminal: Terminal, source: Source | None) -> None:
    """Whatever a step has to say, in its tone; what is plain is a line, and no beep."""
    match say.tone:
        case "good":
            feedback.good(say.words, say.detail, source)
        case "heard":
            feedback.heard(say.words, say.detail, source)
        case "plain":
            terminal.tell(say.words, say.detail)
            if source is not None:  # a scanner that waits for its host would take silence for a refusal
                source.answer(good=True)
        case "warned":
            feedback.warned(say.words, say.detail, source)
        case "wrong":
            feedback.bad(say.words, say.detail, source)
