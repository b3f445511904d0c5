"""What is typed at the terminal, or stands in a script: one command a line."""

from collections.abc import Callable

from scanner_agent.agent import Agent
from scanner_agent.documents.writer import LAST
from scanner_agent.inputs import Chosen, Given, Undo, Vehicle
from scanner_agent.members import FIELDS
from scanner_agent.private import PHOTOGRAPHS, TEXTS
from scanner_agent.sources.source import Read, now


def find(agent: Agent, line: str, *, touched: bool = False) -> Callable[[], bool] | None:
    """What a line asks of the agent, to be called; it returns whether that was taken. None: no command.

    A line that is a label's or badge's text is a scan; one of digits is a PIN where one is asked for. `touched`:
    on a screen, where one touch is easily two.
    """
    verb, _, rest = line.partition(" ")
    rest = rest.strip()
    if touched and verb == "confirm":
        return agent.confirm
    if command := _COMMANDS.get(verb):
        return lambda: command(agent, rest)
    if verb in TEXTS | PHOTOGRAPHS:
        return lambda: agent.give_private(verb, rest)
    if verb in FIELDS:
        return lambda: agent.give(Given(verb, rest))
    if agent.state.pin_of and line.isdecimal():
        return lambda: agent.pin(line)
    if "/" in verb:
        return lambda: _scan(agent, line)
    return None


def _scan(agent: Agent, text: str) -> bool:
    return agent.read(Read("manual:terminal", None, text, now()))


def _typed(agent: Agent, rest: str) -> bool:
    text, _, reason = rest.partition(" | ")
    return agent.read(Read("manual:terminal", None, text, now()), reason=reason)


def _document(agent: Agent, statement: str) -> bool:
    """How that ends is told later."""
    if agent.documents is not None:
        agent.documents.want(statement or LAST)
    return agent.documents is not None


_COMMANDS: dict[str, Callable[[Agent, str], bool]] = {
    "scan": _scan,
    "typed": _typed,
    "pin": lambda agent, digits: agent.pin(digits),
    "action": lambda agent, action: agent.give(Chosen(action)),
    "undo": lambda agent, _: agent.give(Undo()),
    "report-missing": lambda agent, _: agent.report_missing(),
    "vehicle-seals": lambda agent, _: agent.give(Vehicle()),
    "ref": lambda agent, statement: agent.refer(statement),
    "confirm": lambda agent, _: agent.confirm(typed=True),
    "cancel": lambda agent, _: agent.cancel(),
    "document": _document,
    "language": lambda agent, _: agent.switch_language(),
}
VERBS = frozenset(_COMMANDS)
"""The commands that are not a field's name."""
