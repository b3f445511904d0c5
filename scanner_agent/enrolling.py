"""How a device asks to be enrolled: by a code that a portal shows once, sent with the next exchange."""

from custody.core import enrolment
from custody.core.enrolment import Asked, Code
from custody.core.errors import CustodyError
from custody.core.head import VERSION
from custody.core.keys import SigningKey, fingerprint
from custody.core.roster import request
from scanner_agent import exchange_texts
from scanner_agent.config import AgentConfig
from scanner_agent.feedback import said
from scanner_agent.ledger_client import LedgerClient, Problem
from scanner_agent.observer import Notice, Observer
from scanner_agent.state import Say
from scanner_agent.trust import Trust


class Enrolling:
    """Between the agent's thread, which scans, and the exchange's, which sends. Asks nobody but its own ledger."""

    def __init__(
        self, config: AgentConfig, device: SigningKey, trust: Trust, client: LedgerClient, observer: Observer
    ) -> None:
        self._config = config
        self._device = device
        self._trust = trust
        self._client = client
        self._observer = observer
        self._code: Code | None = None
        self._waits = not trust.enrolled(device.keyid)

    def scan(self, text: str) -> Say:
        """Takes the code in a scanned text, for the next `send`; what the handler is told."""
        if self._trust.enrolled(self._device.keyid):
            return Say("heard", exchange_texts.ENROLLED)
        try:
            self._code = enrolment.parse_code(text)
        except CustodyError as error:
            return said(error)
        return Say("good", exchange_texts.ASKING, fingerprint(self._device.keyid))

    def send(self) -> None:
        """Sends the code that was scanned last, once. Raises Unavailable, and then it stays to be sent."""
        code = self._code
        if code is None:
            return
        asked = Asked(
            v=VERSION,
            code=code.code,
            site=self._config.site,
            request=request(self._device, self._config.origin, "device"),
        )
        problem = self._client.ask_enrolment(enrolment.asked_codec.encode(asked))
        if self._code is code:
            self._code = None
        if problem is None:
            notice = Notice(exchange_texts.ASKED, fingerprint(self._device.keyid))
        else:
            words = exchange_texts.REFUSED_CODES.get(problem.kind, exchange_texts.ASKED_IN_VAIN)
            notice = Notice(words, self._detail(code, problem), wrong=True)
        self._observer.notify(notice)

    def look(self) -> None:
        """Says so once the roster has this device."""
        if self._waits and self._trust.enrolled(self._device.keyid):
            self._waits = False
            self._observer.notify(Notice(exchange_texts.ENROLLED, self._trust.site_name(self._config.site)))

    def _detail(self, code: Code, problem: Problem) -> str:
        """With both addresses where the code was shown elsewhere: by another ledger, perhaps."""
        own = self._config.log.url.rstrip("/") + "/"
        return str(problem) if code.url == own else f"{code.url} ≠ {own}; {problem}"
