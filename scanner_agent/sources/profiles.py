"""Makes of serial scanners: line settings, framing and answers. A new make is an entry here."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from scanner_agent.framing import Framing, Lines
from scanner_agent.sources import ssi
from scanner_agent.sources.dechdr import Dechdr
from scanner_agent.sources.device import SILENT, Answers

ProfileName = Literal["plain", "zebra-ssi", "honeywell", "datalogic", "newland"]


@dataclass(frozen=True)
class Profile:
    """Serial scanners of one make. `framing` is made of the lines that the settings describe."""

    framing: Callable[[Lines], Framing] = lambda lines: lines
    answers: Answers = SILENT
    baud: int = 9600
    line: str = "8N1"


PROFILES: dict[ProfileName, Profile] = {
    "plain": Profile(),
    "zebra-ssi": Profile(
        framing=lambda _: ssi.Ssi(),
        answers=Answers(
            good=(ssi.GOOD_BEEP, ssi.LED_ON),
            bad=(ssi.REJECT_BEEP, ssi.LED_OFF),
            again=(ssi.LOW_BEEP,),
            opening=(ssi.PACKETED_DATA, ssi.NO_BEEP_ON_DECODE),
            wake=ssi.WAKE_UP,
        ),
    ),
    # Set to wait for the host (host-ACK), it says nothing until it is answered: beep, then green light; a low beep.
    "honeywell": Profile(
        framing=Dechdr,
        answers=Answers(good=(b"\x1b7,", b"\x1b1,"), bad=(b"\x1b8,", b"\x1b8,"), again=(b"\x1b4,",), waits=True),
    ),
    # Green light on, good tone, light off; the bad-transmission tone; a short low one.
    "datalogic": Profile(
        answers=Answers(good=(b"\x1b[6q\x1b[3q\x1b[7q\r",), bad=(b"\x1b[4q\r",), again=(b"\x1b[1q\r",))
    ),
    # ACK and NAK: it has no third word, and would take silence for an error.
    "newland": Profile(answers=Answers(good=(b"\x06",), bad=(b"\x15",), again=(b"\x06",), waits=True)),
}
