"""Writes documents as PDF: one when it is asked for, or in the background after what was signed."""

import queue
import threading
import time
from pathlib import Path

import structlog

from custody.core.errors import CustodyError
from custody.files import write_durably
from custody.typesetting import typeset, typeset_apart
from scanner_agent import texts
from scanner_agent.documents.content import content
from scanner_agent.documents.record import Record, Signed
from scanner_agent.observer import Notice, Observer
from scanner_agent.outbox import Outbox

LAST = "last"
CLOSE_S = 30.0
"""For the documents that are still to be written when the agent ends."""
_TEMPLATE = Path(__file__).with_name("document.typ")
_log = structlog.get_logger(__name__)


def pdf(parts: list[Signed], record: Record) -> bytes:
    """The document of all parts of a session. Raises ConfigFault for what does not fit on paper."""
    return typeset(_TEMPLATE, content(parts, record))


def file_name(parts: list[Signed]) -> str:
    """The same for the same statement, and in the order of signing."""
    first = parts[0]
    kind = "surat-jalan" if first.event.action == "depart" else "bast"
    return f"{first.event.seq:06}-{kind}-{first.id[:8]}.pdf"


class Writer:
    """A thread that writes into a folder, which it makes; what fails there is told and loses no statement.

    It begins with what was due when the agent stopped.
    """

    def __init__(self, folder: Path, outbox: Outbox, record: Record, device: str, observer: Observer) -> None:
        """`device`: the keyid whose last statement `LAST` is."""
        self._folder = folder
        self._outbox = outbox
        self._record = record
        self._device = device
        self._observer = observer
        self._waiting = 0
        self._lock = threading.Lock()
        self._wanted: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="documents", daemon=True)
        self._thread.start()
        for statement in outbox.documents_due():
            self.want(statement)

    def want(self, statement: str) -> None:
        """The document of a statement, by id or as `LAST`. Returns at once."""
        with self._lock:
            self._waiting += 1
        self._wanted.put(statement)

    @property
    def idle(self) -> bool:
        """Whether all that was wanted was written, or told why not."""
        return self._waiting == 0

    def close(self) -> None:
        """Writes what is wanted by now, and ends."""
        self._wanted.put(None)
        self._thread.join(CLOSE_S)

    def _run(self) -> None:
        while (statement := self._wanted.get()) is not None:
            try:
                self._write(statement)
            except (CustodyError, OSError) as error:
                _log.warning("a document was not written", error=str(error))
                self._observer.notify(Notice(texts.NO_DOCUMENT, str(error), wrong=True))
            except Exception as error:
                # A fault of ours in the background may neither stop the recording nor pass unseen.
                _log.exception("a document failed")
                self._observer.notify(Notice(texts.NO_DOCUMENT, repr(error), wrong=True))
            with self._lock:
                self._waiting -= 1

    def _write(self, statement: str) -> None:
        began = time.perf_counter()
        parts = self._record.whole(self._record.last(self._device) if statement == LAST else statement)
        path = self._folder / file_name(parts)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_durably(path, typeset_apart(_TEMPLATE, content(parts, self._record)), 0o600)
        self._outbox.note_document(parts[0].id)
        _log.info("document written", path=str(path), seconds=round(time.perf_counter() - began, 3))
        self._observer.notify(Notice(texts.DOCUMENT, str(path)))
