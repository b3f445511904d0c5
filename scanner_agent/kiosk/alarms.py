"""What stands on the screen beside a session: the outbox in a line, and what is wrong around it. Pure."""

from msgspec import Struct

from custody.core.findings import Language, duration
from scanner_agent.kiosk import words
from scanner_agent.kiosk.around import Around
from scanner_agent.kiosk.words import Level, say

LOW_PERCENT, VERY_LOW_PERCENT = 20, 8
_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000


class Alarm(Struct, frozen=True):
    level: Level
    words: str


def outbox_line(around: Around, language: Language) -> str:
    """`12 waiting to be sent, last sync 3 hours ago`."""
    pending = around.counts.pending + around.beside
    waiting = say(words.WAITING, language).format(pending) if pending else say(words.ALL_SENT, language)
    return f"{waiting}, {_synced(around.synced, language)}"


def alarms(around: Around, language: Language) -> tuple[Alarm, ...]:
    """The worst first."""
    found: list[Alarm] = [Alarm("wrong", say(words.SIGNING_STOPPED, language))] if around.halted else []
    found += [
        Alarm("look" if kind == "refused" else "wrong", say(words.INCIDENTS[kind], language))
        for kind in around.incidents
    ]
    if around.unenrolled is not None:
        found.append(Alarm("look", say(words.NOT_ENROLLED, language).format(around.unenrolled)))
    if around.clock == "behind":
        found.append(Alarm("wrong", say(words.CLOCK_BEHIND, language)))
    if (battery := around.battery) and not battery.charging and battery.percent <= LOW_PERCENT:
        level: Level = "wrong" if battery.percent <= VERY_LOW_PERCENT else "look"
        found.append(Alarm(level, say(words.BATTERY, language).format(battery.percent)))
    for name, live in around.readers:
        if live is False:
            found.append(Alarm("look", say(words.NO_READER, language).format(name.partition(":")[2] or name)))
    if around.clock == "loose":
        found.append(Alarm("look", say(words.CLOCK_LOOSE, language)))
    return tuple(sorted(found, key=lambda alarm: alarm.level != "wrong"))


def _synced(minutes: int | None, language: Language) -> str:
    if minutes is None:
        return say(words.NEVER_SYNCED, language)
    if minutes == 0:
        ago = say(words.NOW, language)
    else:
        ms = minutes * _MINUTE
        unit = next(unit for unit in (_DAY, _HOUR, _MINUTE) if ms >= unit)
        ago = say(words.AGO, language).format(duration(ms - ms % unit, language))
    return say(words.SYNCED, language).format(ago)
