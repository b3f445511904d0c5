"""What an agent does on a code of its command sheet, or of a portal that enrols it, and when it does not."""

from collections.abc import Callable
from typing import Protocol

from custody.core import command, enrolment
from custody.core.errors import CustodyError
from scanner_agent import command_codes, exchange_texts, sheet_texts
from scanner_agent.command_codes import Code, Do, Noted, Order, Photograph, Press
from scanner_agent.deliberate import Deliberate
from scanner_agent.feedback import said
from scanner_agent.inputs import Input
from scanner_agent.photographing import Photographing
from scanner_agent.private import CAMERA
from scanner_agent.sentences import of_read
from scanner_agent.sources.source import Key, Read, Source
from scanner_agent.state import Say, State


class Commanded(Protocol):
    """What an agent can be told; each returns whether that was taken."""

    state: State
    photographing: Photographing

    def give(self, given: Input, reader: Source | None = None) -> bool: ...
    def press(self, key: Key, reader: Source | None = None) -> bool: ...
    def give_private(self, field: str, value: str, reader: Source | None = None) -> bool: ...
    def confirm(self, reader: Source | None = None) -> bool: ...
    def finish_spelling(self, reader: Source | None = None) -> bool: ...
    def report_missing(self, reader: Source | None = None) -> bool: ...
    def refer(self, statement: str, reader: Source | None = None) -> bool: ...
    def cancel(self, reader: Source | None = None) -> bool: ...
    def help(self, reader: Source | None = None) -> bool: ...
    def switch_language(self, reader: Source | None = None) -> bool: ...


def takes(text: str) -> bool:
    """Whether a scanned text is for `Obeying`."""
    return command.is_command(text) or enrolment.is_code(text)


def no_enrolment(_: str) -> Say:
    """Of an agent without an exchange: there is nobody to ask."""
    return Say("wrong", exchange_texts.ASKED_IN_VAIN)


class Obeying:
    """The codes of the sheet of one device, and the code by which it asks to be enrolled."""

    def __init__(
        self,
        device: str,
        say: Callable[[Say, Source | None], None],
        deliberate: Deliberate,
        digits: Callable[[], bool],
        enrol: Callable[[str], Say],
    ) -> None:
        """`device` is its keyid; `say` tells the handler, and the reader; `deliberate` hears of reads and confirms;
        `digits`: whether those of a PIN's keys count, too; `enrol` takes an enrolment code.
        """
        self._device = device
        self._say = say
        self._digits = digits
        self._deliberate = deliberate
        self._enrol = enrol

    def obey(self, agent: Commanded, read: Read, reader: Source | None, at: int) -> bool:
        """Does what the code of a read says; whether that was taken."""
        if enrolment.is_code(read.text):
            said_of_it = self._enrol(read.text)
            self._say(said_of_it, reader)
            return said_of_it.tone != "wrong"
        try:
            code = command_codes.parse(read.text)
        except CustodyError as error:
            self._say(said(of_read(error)), reader)
            return False
        objection = self._objection(code, read, at, begun=agent.state != State())
        if objection is not None:
            self._say(objection, reader)
            return False
        if isinstance(code.order, Photograph) and read.kind == "camera" and reader is not None:
            agent.photographing.begin(code.order.field, reader)
            return True
        return _do(agent, code.order, reader)

    def _objection(self, code: Code, read: Read, at: int, *, begun: bool) -> Say | None:
        if code.device != self._device[:8]:
            return Say("wrong", sheet_texts.OTHER_SHEET, code.device)
        if isinstance(code.order, Press) and not self._digits():
            return Say("wrong", sheet_texts.NO_DIGIT_CODES)
        return self._deliberate.objection(code.order, read, at, begun=begun)


def _do(agent: Commanded, order: Order, reader: Source | None) -> bool:
    match order:
        case Press(key):
            return agent.press(key, reader)
        case Photograph(field):
            return agent.give_private(field, CAMERA, reader)
        case Noted(field, text):
            return agent.give_private(field, text, reader)
        case Do("done"):
            return agent.finish_spelling(reader)
        case Do("confirm"):
            return agent.confirm(reader)
        case Do("cancel"):
            return agent.cancel(reader)
        case Do("report-missing"):
            return agent.report_missing(reader)
        case Do("ref=last"):
            return agent.refer("last", reader)
        case Do("language"):
            return agent.switch_language(reader)
        case Do():
            return agent.help(reader)
        case _:
            return agent.give(order, reader)
