"""Findings as people read them: instants on the clock of Jakarta, and both languages."""

from datetime import UTC, datetime, timedelta, timezone

from custody.core.draft import Facts
from custody.core.findings import Language, text

WIB = timezone(timedelta(hours=7), "WIB")
INSTANTS = frozenset({"due", "latest", "arrives", "from", "to"})
"""Facts that are instants where they are numbers."""


def instant(ms: int) -> str:
    """Unix milliseconds as an instant that an officer recognises."""
    try:
        local = datetime.fromtimestamp(ms / 1000, UTC).astimezone(WIB)
    except (ValueError, OverflowError):  # the format allows more years than a calendar has
        return f"{ms} ms"
    return local.strftime("%Y-%m-%d %H:%M:%S WIB (UTC+7)")


def finding_text(code: str, facts: Facts) -> dict[Language, str]:
    """What a finding says, by language."""
    shown: Facts = {
        name: instant(fact) if name in INSTANTS and isinstance(fact, int) else fact for name, fact in facts.items()
    }
    return {"id": text(code, shown, "id"), "en": text(code, shown, "en")}
