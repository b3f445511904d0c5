"""`multipart/x-mixed-replace`, as MJPEG cameras send it, cut into its parts (RFC 2046, section 5.1). Pure."""

import re

from custody.core.errors import Malformed, Oversize

MOST_BYTES = 8 * 1024 * 1024
"""Of one part: a JPEG of a camera of 4K has two or three million."""
MOST_HEAD = 8 * 1024
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length:[ \t]*([0-9]{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)


class Parts:
    """How the stream was split into chunks makes no difference; what is held is at most a part and a chunk."""

    def __init__(self, boundary: bytes) -> None:
        """`boundary` as the stream's content type names it; some cameras count the dashes before it in."""
        self._delimiter = re.compile(rb"\r?\n--+" + re.escape(boundary.lstrip(b"-")))
        self._longest = len(boundary) + 8
        self._held = bytearray()
        self._in_head = True
        self._length: int | None = None
        self._searched = 0
        self._fault: Malformed | None = None

    def feed(self, chunk: bytes) -> list[bytes]:
        """The bodies that `chunk` completes.

        Raises Malformed, Oversize once all that came before the fault was given: the stream is then of no further use.
        """
        if self._fault:
            raise self._fault
        self._held += chunk
        bodies: list[bytes] = []
        try:
            while self._head() if self._in_head else self._body(bodies):
                pass
        except Malformed as fault:
            if not bodies:
                raise
            self._fault = fault
        return bodies

    def _head(self) -> bool:
        """Takes a part's head, with the boundary before it; whether it was there."""
        end = _HEAD_END.search(self._held, 0, MOST_HEAD)
        if end is None:
            if len(self._held) > MOST_HEAD:
                raise Malformed("a camera's picture has no end of its head", expected=f"at most {MOST_HEAD} bytes")
            return False
        head = bytes(self._held[: end.start()])
        del self._held[: end.end()]
        if head.strip():  # else it was the space before a boundary
            found = _LENGTH.search(head)
            self._length = int(found[1]) if found else None
            self._in_head, self._searched = False, 0
        return True

    def _body(self, bodies: list[bytes]) -> bool:
        """Takes a part's body; whether it was there."""
        if self._length is None:
            found = self._delimiter.search(self._held, max(0, self._searched - self._longest))
            self._searched = len(self._held)
            size = found.start() if found else len(self._held) + 1
        else:
            size = self._length
        if size > MOST_BYTES:
            raise Oversize("a camera's picture is too long", expected=f"at most {MOST_BYTES} bytes", got=size)
        if size > len(self._held):
            return False
        bodies.append(bytes(self._held[:size]))
        del self._held[:size]
        self._in_head = True
        return True
