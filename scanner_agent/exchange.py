"""Everything that passes between this agent and the ledger: one pass, or passes in the background."""

import random
import threading

import structlog

from custody.core.errors import CustodyError, SplitView, TokenNeeded, Unavailable
from custody.core.keys import SigningKey
from scanner_agent import exchange_texts
from scanner_agent.config import AgentConfig
from scanner_agent.enrolling import Enrolling
from scanner_agent.ledger_client import LedgerClient
from scanner_agent.observer import Notice, Observer
from scanner_agent.outbox import Outbox
from scanner_agent.photograph_upload import PhotographUpload
from scanner_agent.roster_sync import RosterSync
from scanner_agent.snapshot_sync import SnapshotSync
from scanner_agent.sources.source import now
from scanner_agent.trust import Trust
from scanner_agent.uploader import Uploader
from scanner_agent.watch import Watch

FIRST_DELAY_S, MOST_DELAY_S = 0.5, 300.0
CLOSE_S = 40.0
"""A little longer than a ledger may keep silent in an answer."""

_WORDS = {SplitView: exchange_texts.SPLIT_VIEW, TokenNeeded: exchange_texts.TOKEN_NEEDED}
_log = structlog.get_logger(__name__)
_jitter = random.SystemRandom()


class Exchange:
    """The newest checkpoint, this device's chain, pending statements, the roster, advice, photographs."""

    def __init__(
        self, config: AgentConfig, outbox: Outbox, trust: Trust, device: SigningKey, observer: Observer
    ) -> None:
        self.met = threading.Event()
        """Set once the ledger was met, or could not be."""
        self._outbox = outbox
        self._trust = trust
        self._observer = observer
        self._client = LedgerClient(config.log.url, config.origin, config.read_token())
        self._watch = Watch(outbox, self._client, config.verifier)
        self._uploader = Uploader(outbox, self._client, self._watch, device, observer)
        self.photographs = PhotographUpload(outbox, self._client, observer)
        self._roster = RosterSync(outbox, self._client, self._watch, trust, config.log.entry0)
        self.enrolling = Enrolling(config, device, trust, self._client, observer)
        here = {"site": config.site, "device": device.keyid}
        self._snapshots = SnapshotSync(outbox, self._client, trust, observer, **here)

    def run_pass(self) -> None:
        """Everything once. Raises the CustodyError that stopped it; nothing is lost by one."""
        try:
            self.meet()
        finally:
            self.met.set()
        self.enrolling.send()
        self._uploader.send_pending()
        lacking = self._sync_roster()
        self.enrolling.look()
        self._snapshots.sync()
        while self.photographs.send_one():
            self._uploader.send_pending()
        self._uploader.send_carried(self._trust)  # last: nothing of others' holds up what is ours
        if lacking is not None:
            raise lacking
        self._outbox.note_sync(now(), self._watch.received)

    def _sync_roster(self) -> TokenNeeded | None:
        """What keeps the roster from who has no token must not keep what is recorded here from the ledger."""
        try:
            brought = self._roster.sync()
        except TokenNeeded as error:
            return error
        if brought:
            self._observer.notify(Notice(exchange_texts.ROSTER, str(brought)))
        return None

    def meet(self) -> None:
        """Makes sure that it is our log, of one history, and that our own chain is not older than what it holds."""
        for incident in self._outbox.incidents():
            if incident.kind == "split-view":
                raise SplitView(incident.detail, remedy="Nothing is sent until someone has looked.")
        self._watch.accept(self._client.checkpoint())
        self._roster.begin()
        self._uploader.check_chain()

    def close(self) -> None:
        self._client.close()


class Background:
    """Runs an exchange's passes in a thread until closed."""

    def __init__(self, exchange: Exchange, sync_seconds: float, observer: Observer) -> None:
        self._exchange = exchange
        self._sync_seconds = sync_seconds
        self._observer = observer
        self._wake = threading.Event()
        self._closed = threading.Event()
        self._fault: str | None = None
        self._thread = threading.Thread(target=self._run, name="exchange", daemon=True)
        self._thread.start()

    def wake(self) -> None:
        """Something is pending. While the ledger does not answer, the back-off goes on all the same."""
        self._wake.set()

    def close(self) -> None:
        """Ends after the request that is under way, unless its answer has no end."""
        self._closed.set()
        self._wake.set()
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        delay = FIRST_DELAY_S
        while not self._closed.is_set():
            self._wake.clear()
            if self._try_pass():
                delay = FIRST_DELAY_S
                self._wake.wait(self._exchange.photographs.due_in(self._sync_seconds))
            else:
                self._closed.wait(_jitter.uniform(delay / 2, delay))
                delay = min(2 * delay, MOST_DELAY_S)

    def _try_pass(self) -> bool:
        try:
            self._exchange.run_pass()
        except CustodyError as error:
            self._tell(error)
            return False
        except Exception as error:
            # A fault of ours in the background may neither stop the recording nor pass unseen.
            _log.exception("exchange failed")
            self._tell(Unavailable("sending failed", got=repr(error)))
            return False
        if self._fault is not None:
            self._fault = None
            self._observer.notify(Notice(exchange_texts.SENT_AGAIN))
        return True

    def _tell(self, error: CustodyError) -> None:
        """A fault is told once, and again when it becomes another."""
        if error.kind != self._fault:
            self._fault = error.kind
            _log.warning("not sent", kind=error.kind, error=str(error))
            words = _WORDS.get(type(error), exchange_texts.NOT_SENT)
            self._observer.notify(Notice(words, str(error), wrong=not error.retry))
