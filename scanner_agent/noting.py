"""An event's one note: what a handler noted, and in its last line why ids were typed. Pure."""

from custody.core.errors import Malformed
from custody.core.photograph import SALT

FIELDS = frozenset({"note", "reason"})
_REASON = "Alasan mengetik / Reason for typing: "


def add(before: bytes | None, field: str, value: str) -> tuple[str, str]:
    """The field that the note fills now, and its text. Another note or reason takes the place of its like only.

    `before`: the salted bytes of the note so far. The field is `reason` where there is one. Raises Malformed for a text
    that says nothing.
    """
    if not value:
        raise Malformed("there is no text", expected="a text after the command")
    note, reason = _parts("" if before is None else before[SALT:].decode())
    if field == "note":
        note = value
    else:
        reason = value
    lines = [line for line in (note, reason and _REASON + reason) if line]
    return ("reason" if reason else "note"), "\n".join(lines)


def _parts(whole: str) -> tuple[str, str]:
    note, begun, reason = whole.rpartition(_REASON)
    return (note.rstrip("\n"), reason) if begun else (whole, "")
