"""The agent's screen: what the console shows on it and takes from it."""

import time
from collections.abc import Iterator
from types import TracebackType

import structlog

from custody.core.errors import ConfigFault, StorageFault
from scanner_agent.agent import Agent
from scanner_agent.config import AgentConfig
from scanner_agent.kiosk import words
from scanner_agent.kiosk.around import Around, look
from scanner_agent.kiosk.board import RANK, Board, Tone
from scanner_agent.kiosk.gate import Gate
from scanner_agent.kiosk.lines import Lines
from scanner_agent.kiosk.server import Server
from scanner_agent.kiosk.view import Place, Told, view
from scanner_agent.kiosk.web import create_app
from scanner_agent.shown import last_release, pieces
from scanner_agent.sources.readers import Readers
from scanner_agent.sources.source import now
from scanner_agent.state import Say, State
from scanner_agent.trust import Trust

START_PAGE = "kiosk.html"
_LOOK_EVERY_S = 1.0
_log = structlog.get_logger(__name__)
_ROOM = 600
"""Characters of a code that is shown: 77 modules a side, which a scanner reads from a panel of 10 inches."""


class Kiosk:
    """Serves from construction to the end of the `with`. `hear` and `show` are for the agent's thread."""

    def __init__(self, config: AgentConfig, port: int, trust: Trust) -> None:
        """Raises ConfigFault where the port is taken."""
        self._config = config
        self._trust = trust
        self._told = Told()
        self._tone: Tone | None = None
        self._around = Around()
        self._looked = float("-inf")
        self._roster: int | None = None
        self._place = Place(trust.site_name(config.site), trust.destinations())
        self._shown: tuple[object, ...] = ()
        self._shows: tuple[Agent, Readers] | None = None
        self._lines = Lines()
        starting = Told(Say("warned", words.STARTING))
        self._board = Board(view(State(), starting, self._around, self._place))
        try:
            self._server = Server(port)
        except OSError as error:
            remedy = "Give another after --kiosk, or in [kiosk]."
            raise ConfigFault(f"port {port} cannot be used for the screen", got=error.strerror, remedy=remedy) from None
        self.start_page = config.outbox.with_name(START_PAGE)
        self._gate = Gate(self._server.port, self.start_page)
        self._server.start(create_app(self._board, self._lines, self._gate, self._preview, self._release))

    def __enter__(self) -> "Kiosk":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._board.close()
        self._server.close()
        self._lines.close()
        self._gate.close()

    def lines(self) -> Iterator[str]:
        """What is touched, as commands."""
        return iter(self._lines)

    def hear(self, said: Say) -> None:
        """What the handler is told stands on the screen from the next `show` on, which sounds the gravest of them."""
        self._told = self._told.then(said)
        if said.tone != "plain" and (self._tone is None or RANK.index(said.tone) > RANK.index(self._tone)):
            self._tone = said.tone

    def show(self, agent: Agent, readers: Readers) -> None:
        """The agent as it is now."""
        self._shows = agent, readers
        if time.monotonic() - self._looked >= _LOOK_EVERY_S:
            self._look(agent, readers)
        # What has not changed need not be put together again at each tick.
        of = (agent.state, self._told, self._around, self._place, agent.language)
        digits = agent.digits_pressed
        if self._tone is not None or (*of, digits) != self._shown:
            self._board.publish(view(*of, digits=digits), self._tone)
        self._shown, self._tone = (*of, digits), None
        self._board.beat()
        self._lines.open()

    def _preview(self, name: str) -> bytes | None:
        """Called in a thread of the server's."""
        return self._shows[1].preview(name) if self._shows else None

    def _release(self) -> list[str]:
        """The texts of the codes that show the last release. Called in a thread of the server's."""
        if self._shows is None:
            return []
        agent, _ = self._shows
        return pieces(last_release(agent.outbox, agent.keyid), _ROOM)

    def _look(self, agent: Agent, readers: Readers) -> None:
        self._looked = time.monotonic()
        try:
            enrolled = self._trust.enrolled(agent.keyid)
            self._around = look(agent.outbox, agent.keyid, readers.live, now(), enrolled=enrolled)
        except StorageFault as fault:  # whoever scans hears of it; a screen may not end the agent
            _log.warning("kiosk", fault=str(fault))
            return
        if (roster := agent.outbox.last_roster_index()) != self._roster:
            self._roster = roster
            self._place = Place(self._trust.site_name(self._config.site), self._trust.destinations())
