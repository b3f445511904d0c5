"""Key events into reads: what a scanner that is a keyboard types. Pure.

Control characters come as Ctrl and a key (GS is Ctrl ]) or as Alt and a number on the keypad (Alt 029).
"""

from custody.core.errors import Malformed
from scanner_agent.framing import Frame, Framing, Lines
from scanner_agent.sources.evdev import EV_KEY, EV_SYN, EVENT_BYTES, SYN_DROPPED, SYN_REPORT, Event, unpack
from scanner_agent.sources.layouts import KEYPAD, Layout

_SHIFT, _CTRL, _ALT, _ALTGR = {42, 54}, {29, 97}, 56, 100
_MODIFIERS = _SHIFT | _CTRL | {_ALT, _ALTGR}
_CAPS_LOCK, _OTHER_LOCKS = 58, {69, 70}
_RELEASED, _PRESSED = 0, 1  # 2 is a repeat: a scanner holds no key down
_CTRL_AS = {"6": "\x1e", "-": "\x1f"}
"""Ctrl 6 and Ctrl - need no Shift for RS and US."""
_LONGEST_NUMBER = 4
_LINK, _LINK_END = b"://", b"&s="
"""A label's link has its signature at its end."""


class Typist:
    """A keyboard's state."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._caps = False
        self.release_all()

    def release_all(self) -> None:
        """Which keys are held is not known any more."""
        self._held: set[int] = set()
        self._number = ""

    def type(self, code: int, value: int) -> str | None:
        """What a key event types; None for a key that types nothing here, and should not have been used."""
        if code in _MODIFIERS:
            return self._modify(code, value)
        if value != _PRESSED or code in _OTHER_LOCKS:
            return ""
        if code == _CAPS_LOCK:
            self._caps = not self._caps
            return ""
        if _ALT in self._held:
            return self._add_to_number(code)
        return KEYPAD.get(code) or self._character(code)

    def _modify(self, code: int, value: int) -> str | None:
        if value != _RELEASED:
            self._held.add(code)
            return ""
        self._held.discard(code)
        if code != _ALT or not self._number:
            return ""
        number, self._number = int(self._number), ""
        return chr(number) if number < 128 else None

    def _add_to_number(self, code: int) -> str | None:
        key = KEYPAD.get(code, "")
        if not key.isdecimal() or len(self._number) == _LONGEST_NUMBER:
            return None
        self._number += key
        return ""

    def _character(self, code: int) -> str | None:
        plain, shifted, *others = (*self._layout.get(code, ""), "", "", "")[:3]
        shift = bool(self._held & _SHIFT) != (self._caps and plain.isalpha())
        if _ALTGR in self._held:
            return others[0] or None
        if not plain:
            return None
        return _control(plain, shifted) if self._held & _CTRL else (shifted if shift else plain)


def _control(plain: str, shifted: str) -> str | None:
    for key in (plain.upper(), shifted):
        if key in _CTRL_AS:
            return _CTRL_AS[key]
        if len(key) == 1 and "@" <= key <= "_":  # an upper-case letter may be two
            return chr(ord(key) - ord("@"))
    return None


class Keys(Framing):
    """Reads from the bytes of an event device."""

    def __init__(self, layout: Layout, ends: bytes, gap_seconds: float, *, gap_ends: bool) -> None:
        """`ends` are the characters that end a read; so does a gap where `gap_ends`, else it refuses what was begun.

        A scanner that has sent an end sends one after each read: from then on a gap is a hiccup, and half a read might
        be another item's id.
        """
        self.gap_seconds = gap_seconds
        self._gap_ends = gap_ends
        self._typist = Typist(layout)
        self._lines = Lines(ends)
        self._held = b""
        self._at = 0.0
        self._dropped = False
        self._sends_ends = False

    @property
    def pending(self) -> bool:
        return self._lines.pending

    def feed(self, chunk: bytes) -> list[Frame]:
        """Chunks are whole events or not; the times in them count."""
        self._held += chunk
        whole = len(self._held) // EVENT_BYTES * EVENT_BYTES
        events, self._held = self._held[:whole], self._held[whole:]
        frames: list[Frame] = []
        for start in range(0, whole, EVENT_BYTES):
            frames += self._take(unpack(events[start : start + EVENT_BYTES]))
        return frames

    def flush(self) -> list[Frame]:
        begun = self._lines.begun
        ends = self._gap_ends and not self._sends_ends and (_LINK not in begun or _LINK_END in begun)
        return list(self._lines.finish() if ends else self._lines.flush())

    def end(self) -> list[Frame]:
        return list(self._lines.flush())

    def _take(self, event: Event) -> list[Frame]:
        frames = self.flush() if self.pending and event.time - self._at > self.gap_seconds else []
        self._at = event.time
        if event.type == EV_SYN:
            if event.code == SYN_DROPPED:
                self._dropped = True
                self._typist.release_all()
                frames += self._lines.spoil(Malformed("keys were lost on the way", remedy="Read again."))
            elif event.code == SYN_REPORT:
                self._dropped = False
        elif event.type == EV_KEY and not self._dropped:
            typed = self._typist.type(event.code, event.value)
            if typed is None:
                frames += self._lines.spoil(_strange(event.code))
            elif typed:
                frames += self._lines.feed(typed.encode())
                self._sends_ends |= self._lines.ends.search(typed.encode()) is not None
        return frames


def _strange(code: int) -> Malformed:
    return Malformed(
        "a read holds a key that types no character",
        expected="keys of the layout",
        got=f"key {code}",
        remedy="Set the scanner and `layout` in the settings to the same layout.",
    )
