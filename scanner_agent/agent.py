"""The agent: reads and commands through the workflow into signed statements, durable before anyone hears a good beep.

A read: judge → workflow → journal → beep. A session: sign → the log's own rule → commit → beep → send.
"""

from collections.abc import Callable

import msgspec

from custody.core import command
from custody.core.badge import Badge
from custody.core.carried import Piece
from custody.core.errors import CustodyError, StorageFault
from custody.core.event import Source
from custody.core.findings import Language
from custody.core.keys import SigningKey
from scanner_agent import noting, texts
from scanner_agent.advising import Advising
from scanner_agent.asking import missing, prompt
from scanner_agent.clock import DeviceClock, SystemClock
from scanner_agent.config import AgentConfig
from scanner_agent.deliberate import Deliberate
from scanner_agent.documents.record import DOCUMENTED
from scanner_agent.documents.writer import Writer
from scanner_agent.feedback import Feedback, convey, words_at_signing
from scanner_agent.handed import Handed
from scanner_agent.inputs import Archived, BadgeShown, Confirm, Given, Input, Kept, Letter, Locked
from scanner_agent.obeying import Obeying, no_enrolment, takes
from scanner_agent.observer import Observer
from scanner_agent.outbox import Outbox
from scanner_agent.photographing import Photographing
from scanner_agent.private import ARCHIVE, TEXTS, Private, take
from scanner_agent.reading import Found, interpret
from scanner_agent.repeats import Repeats
from scanner_agent.restoring import restored
from scanner_agent.session import Session
from scanner_agent.signing import Signing
from scanner_agent.sources.readers import no_still
from scanner_agent.sources.source import Key, Read
from scanner_agent.sources.source import Source as Reader
from scanner_agent.state import Say, State
from scanner_agent.terminal import Terminal
from scanner_agent.trust import Trust
from scanner_agent.unlocking import Unlocking
from scanner_agent.workflow import step


class Agent:
    """One device at one site. One thread; `outbox` and `trust` are shared with the exchange in the background."""

    def __init__(
        self,
        config: AgentConfig,
        device: SigningKey,
        *,
        outbox: Outbox,
        trust: Trust,
        terminal: Terminal,
        observer: Observer,
        wake: Callable[[], None],
        clock: DeviceClock | None = None,
        session: Session | None = None,
        still: Callable[[], bytes] = no_still,
        documents: Writer | None = None,
        enrol: Callable[[str], Say] = no_enrolment,
    ) -> None:
        """`wake` is called when there is something to send; `still` gives what a camera sees, as a JPEG file.
        A session that a stop cut short is taken up again. A simulation brings a `clock` and a `session` of its own.
        """
        self.outbox = outbox
        self.keyid = device.keyid
        self.documents = documents
        self.language: Language = "id"
        self._trust = trust
        self._config = config
        self._device = device
        self._terminal = terminal
        self._feedback = Feedback(terminal.out, terminal.heard)
        self.repeats = Repeats(self._feedback)
        self._observer = observer
        self._wake = wake
        self._still = still
        self._clock = clock or SystemClock()
        self._session = session or Session(config.origin, tries=outbox)
        self._unlocking = Unlocking(self._session, trust, self._feedback, self._say, self._clock.now)
        self._deliberate = Deliberate()
        self._sheet = Obeying(
            device.keyid, self._say, self._deliberate, lambda: trust.digit_codes(self._clock.now()), enrol
        )
        self._advising = Advising(outbox, trust, device.keyid, terminal.tell)
        self._signing = Signing(
            config, device, self._clock, self._session, outbox, trust, self._advising, terminal, observer
        )
        self.photographing = Photographing(self._feedback, self._clock.since_boot)
        self._handed = Handed(outbox, trust, self._advising.document, device=device.keyid, site=config.site)
        self.state = restored(outbox, terminal.tell)

    def read(self, read: Read, reader: Reader | None = None, *, reason: str | None = None) -> bool:
        """A text from a reader (None: typed, for a `reason`); whether it was taken."""
        with self.repeats.reading(read.text):
            return self._read(read, reader, reason)

    def _read(self, read: Read, reader: Reader | None, reason: str | None) -> bool:
        self._observer.hook("read")
        if self.photographing.holds(reader):
            return False
        at = self._clock.since_boot()
        if takes(read.text):
            return self._sheet.obey(self, read, reader, at)
        self._deliberate.note_read(at)
        try:
            kind = msgspec.convert(read.kind, Source)
            found = interpret(read.text, kind, read.symbology, self._trust.judge, alone=read.alone)
        except CustodyError as error:
            self._feedback.refused_read(error, reader)
            return False
        if isinstance(found, Badge):
            return self._show(found, reader)
        if isinstance(found, Piece):
            return self._take_piece(found, reader)
        # What is corrected is the one statement that was scanned, and not what it says there is.
        if found.what == "statement" and self.state.action != "correct" and (named := self._handed.named(found.id)):
            return all(self.give(expected, reader) for expected in named)
        return self.give_private("reason", reason, typed=found) if reason else self.give(found, reader)

    def give(self, given: Input, reader: Reader | None = None, private: Private | None = None) -> bool:
        """An input to the workflow; whether it was taken. What was taken is durable before it is said so."""
        result = step(self.state, given)
        if result.sign:
            return self._sign(result.state, reader)
        if result.changed and isinstance(given, Kept):
            try:
                self.outbox.add_draft(msgspec.json.encode(given), private)
            except StorageFault as fault:
                self._feedback.bad(texts.NOT_STORED, str(fault), reader)
                return False
            self._observer.hook("draft-durable")
        before, self.state = self.state, result.state
        self._session.keep_only(self.state.handlers, self.state.pin_of)
        self._say(result.say, reader)
        if before == State() != self.state and self.outbox.is_halted(self.keyid):
            self._feedback.warned(texts.HALTED)  # before hundreds of boxes are read
        if before.fields.get("to") != self.state.fields.get("to") == self._config.site:
            self._feedback.warned(texts.OWN_SITE)
        if result.changed:
            self._observer.hook("beeped")
        return result.say.tone != "wrong"

    def give_private(
        self,
        field: str,
        value: str,
        reader: Reader | None = None,
        *,
        typed: Found | None = None,
        still: Callable[[], bytes] | None = None,
    ) -> bool:
        """A text, or a photograph's file or `camera`, of which the statement names the hash; whether it was taken.

        `still` gives what that camera sees, where it is not to be the first one."""
        try:
            if field in noting.FIELDS:
                field, value = noting.add(self.outbox.private(self.state.fields.get("note", "")), field, value)
            private = take(field, value, still or self._still)
        except CustodyError as error:
            self._feedback.refused(error, reader)
            return False
        given: Input = Archived(private.hash) if field == ARCHIVE else Given(field, private.hash)
        given = msgspec.structs.replace(typed, reason=private.hash) if typed else given
        return self.give(given, reader, private)

    def finish_spelling(self, reader: Reader | None = None) -> bool:
        """Fills the field that was spelled card by card; whether that was taken."""
        spelling = self.state.spelling
        if spelling is None or not spelling.text:
            return self.give(Letter(command.DONE), reader)  # which says what is wanted
        if spelling.field in TEXTS:
            return self.give_private(spelling.field, spelling.text, reader)
        return self.give(Given(spelling.field, spelling.text), reader)

    def report_missing(self, reader: Reader | None = None) -> bool:
        """Begins to report what the last session signed here had expected and not read; whether there is any."""
        inputs = self._handed.shortfall(self.outbox.last_id(self.keyid)) if self.state == State() else []
        if not inputs:
            self._feedback.bad(texts.NO_SHORTFALL, source=reader)
        return bool(inputs) and all(self.give(given, reader) for given in inputs)

    def refer(self, statement: str, reader: Reader | None = None) -> bool:
        """A statement that the event refers to, by id or as `last`: the last one signed here; whether it was taken."""
        id_ = self.outbox.last_id(self._device.keyid) if statement == "last" else statement
        if id_ is None:
            self._feedback.bad(texts.NO_STATEMENT, source=reader)
            return False
        return self.give(Given("ref", id_), reader)

    def confirm(self, reader: Reader | None = None, *, typed: bool = False) -> bool:
        """Signs the session if it is complete; whether that, or a caution to look at first, was taken.

        `typed`: at the terminal, where twice at once is meant."""
        if not typed and (said := self._deliberate.confirmed_just_now(self._clock.since_boot())):
            self._say(said, reader)
            return False
        signers = [self._device.keyid, *(key.keyid for key in self._session.keys)]
        cautions = () if missing(self.state) else self._advising.cautions(self.state, self._signing.occasion(), signers)
        taken = self.give(Confirm(cautions), reader)
        if taken:
            self._deliberate.note_confirmed(self._clock.since_boot(), signed=not self.state.shown)
        return taken

    def pin(self, digits: str, reader: Reader | None = None) -> bool:
        """A PIN for the badge shown last; whether it opens it."""
        return self._unlocking.pin(self, digits, reader)

    def press(self, key: Key, reader: Reader | None = None) -> bool:
        """One key of a PIN; whether it was taken."""
        return self._unlocking.press(self, key, reader)

    @property
    def digits_pressed(self) -> int:
        """Of the PIN that is being entered key by key."""
        return len(self._session.pad)

    def cancel(self, reader: Reader | None = None) -> bool:
        """Ends the session unsigned; whether that is durable."""
        try:
            self.outbox.cancel_draft()
        except StorageFault as fault:
            self._feedback.bad(texts.NOT_STORED, str(fault), reader)
            return False
        self._begin()
        self._say(Say("plain", texts.CANCELLED), reader)
        return True

    def help(self, reader: Reader | None = None) -> bool:
        """Says again what the session wants next."""
        self._say(Say("plain", prompt(self.state)), reader)
        return True

    def switch_language(self, reader: Reader | None = None) -> bool:
        """What screens that show one language show from now on; a terminal shows both."""
        self.language = "en" if self.language == "id" else "id"
        self._say(Say("plain", texts.LANGUAGES[self.language]), reader)
        return True

    def lock(self) -> None:
        """Drops the keys; what was read stays."""
        if self.state.handlers or self.state.pin_of or self.state.spelling:
            self._session.end()
            self.give(Locked())

    def _show(self, shown: Badge, reader: Reader | None) -> bool:
        known = not self._trust.known or self._trust.role(shown.handler) is not None
        taken = self.give(BadgeShown(shown.handler, known), reader)
        if taken:
            self._session.show(shown)
        return taken

    def _take_piece(self, piece: Piece, reader: Reader | None) -> bool:
        try:
            inputs, say = self._handed.take(piece, self._clock.now(), self.state)
        except CustodyError as error:
            self._feedback.refused(error, reader)
            return False
        taken = all(self.give(given) for given in inputs)  # which says why not
        if taken:
            self._say(say, reader)
        elif reader is not None:
            reader.answer(good=False)
        return taken

    def _sign(self, state: State, reader: Reader | None) -> bool:
        documented = bool(self.documents) and state.action in DOCUMENTED
        try:
            if self.outbox.is_halted(self.keyid):
                self._feedback.bad(texts.HALTED, source=reader)
                return False
            statements = self._signing.commit(state, self._begin, documented=documented)
        except CustodyError as error:
            self._feedback.bad(words_at_signing(error), str(error), reader)
            return False
        ids = ", ".join(one.id[:16] for one in statements)
        self._feedback.good(texts.SIGNED, f"{len(state.items)} barang / items; {ids}", reader)
        self._observer.hook("beeped")
        if state.action == "release":
            self._terminal.tell(texts.SHOW)
        self._wake()
        if self.documents and documented:
            self.documents.want(statements[0].id)
        self._advising.catch_up()
        return True

    def _begin(self) -> None:
        self._session.end()
        self.photographing.drop()
        self.state = State()

    def _say(self, say: Say, reader: Reader | None) -> None:
        convey(say, self._feedback, self._terminal, reader)
