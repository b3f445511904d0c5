"""The desk: the folder in which an authority works, on another machine than the ledger.

    desk.toml          log, the authority's keyid; the ledger's URL and vkey once they are known
    authority.pem      the authority's private key
    root.json          the root statement, entry 0 of the log
    statements.ndjson  what was signed here, one envelope a line, only ever appended
    receipts/          what the log has answered: <index>.tlog-proof, also of others' roster statements

A roster chain is strict, so there is one desk for an authority key, and one command at a time works in it.
"""

import fcntl
import json
import os
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

import click
import msgspec

from custody.cli.receipt_folder import ReceiptFolder
from custody.core import roster, statement
from custody.core.admission import State, admit
from custody.core.errors import ConfigFault, CustodyError, Malformed, StorageFault
from custody.core.event import Event
from custody.core.head import VERSION, Hash, Origin
from custody.core.keys import SigningKey
from custody.core.note import Verifier
from custody.core.roster import RosterStatement
from custody.core.statement import ROSTER_TYPE, Statement
from custody.files import write_durably

SETTINGS, KEY, ROOT, STATEMENTS, RECEIPTS = "desk.toml", "authority.pem", "root.json", "statements.ndjson", "receipts"


class Settings(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """desk.toml. `ledger` is a URL without path, `vkey` the log key's, as `custody init` prints it; `token_file` holds
    the read token for a ledger that asks for one.
    """

    log: Origin
    authority: Hash
    ledger: str | None = None
    vkey: str | None = None
    token_file: str | None = None


class Filed(msgspec.Struct):
    """A roster statement that the desk knows: `index` in the log (None: not logged yet), and why it has no effect.

    `received`: when the log had it, Unix ms; None if no receipt here says so.
    """

    statement: Statement
    body: RosterStatement
    index: int | None
    effect: str | None
    received: int | None = None


class Desk:
    """An open desk; make one with `open_desk`. `state` is the log's as far as known here, then what is pending."""

    def __init__(self, folder: Path, file: IO[bytes], replayed: bool = True) -> None:
        self.folder = folder
        self.settings = _load_settings(folder / SETTINGS)
        self.state = State(self.settings.log)
        self.filed: list[Filed] = []
        self._file = file
        self._drafts: list[RosterStatement] = []
        self.receipts = ReceiptFolder(folder / RECEIPTS)
        if replayed:
            self._replay()

    @property
    def pending(self) -> list[Filed]:
        """What was signed here and has no receipt yet, oldest first."""
        return [filed for filed in self.filed if filed.index is None]

    def head(self, signers: Iterable[str]) -> dict[str, Any]:
        """The head of the next statement by `signers` (keyids), the first of whom is its issuer."""
        issuer, *others = signers
        seq, prev = self.state.next_link(issuer)
        return {
            "v": VERSION,
            "log": self.settings.log,
            "issuer": issuer,
            "seq": seq,
            "prev": prev,
            "time": now(),
            "signers": sorted([issuer, *others]),
        }

    def draft(self, body: RosterStatement) -> str | None:
        """Admits `body`, unsigned, to `state`: None if it will take effect, else the reason why not.

        A statement's id does not depend on its signatures, so a chain of drafts is the chain that is signed later.
        Raises what `admit` does.
        """
        payload = roster.encode(body)
        roster.decode(payload)  # what will not parse is not signed
        message = statement.pae(ROSTER_TYPE, payload)
        unsigned = Statement(b"", sha256(message).hexdigest(), message, body, {})
        verdict = admit(self.state, unsigned, self._next_index())
        self._drafts.append(body)
        return verdict.effect

    def drafts(self) -> list[RosterStatement]:
        """What `sign` would sign."""
        return list(self._drafts)

    def sign(self, keys: Iterable[SigningKey]) -> None:
        """Signs the drafts and appends them durably. Raises BadSignature for keys that are not the drafts' signers."""
        by_id = {key.keyid: key for key in keys}
        signed = [(statement.sign(body, by_id.values()), body) for body in self._drafts]
        self._append(b"".join(one.envelope + b"\n" for one, _ in signed))
        self.filed += [Filed(one, body, None, None) for one, body in signed]
        self._drafts.clear()

    def remember(self, ledger: str | None, vkey: str | None, token_file: Path | None = None) -> None:
        """Keeps the ledger's URL, the log's vkey and where the read token lies.

        Raises ConfigFault rather than change a vkey, BadKey.
        """
        if vkey is not None:
            Verifier(vkey)
            if self.settings.vkey not in (None, vkey):
                raise ConfigFault(
                    "this desk trusts another log key",
                    expected=self.settings.vkey,
                    got=vkey,
                    remedy=f"A new log key is a new log. If {SETTINGS} is wrong, mend it by hand.",
                )
        updated = msgspec.structs.replace(
            self.settings,
            ledger=ledger or self.settings.ledger,
            vkey=vkey or self.settings.vkey,
            token_file=str(token_file.resolve()) if token_file else self.settings.token_file,
        )
        if updated != self.settings:
            self.settings = updated
            save_settings(self.folder, updated)

    def _next_index(self) -> int:
        logged = max((filed.index or 0 for filed in self.filed), default=0)
        return logged + 1 + len(self.pending) + len(self._drafts)

    def _replay(self) -> None:
        """First what the log has answered, in its order; then what only this desk has."""
        root = _read(self.folder / ROOT)
        self._file_away(root, 0, f"{self.folder / ROOT}")
        for one in self.receipts.answered():
            if one.index > 0:
                self._file_away(one.envelope, one.index, f"{one.path}", received=one.received)
            elif one.envelope != root:
                got = "another root statement"
                raise ConfigFault(f"{one.path} is not {ROOT}", expected="entry 0 of this log", got=got)
        logged = {filed.statement.id for filed in self.filed}
        for number, line in enumerate(self._whole_lines(), start=1):
            self._file_away(line, None, f"{self.folder / STATEMENTS}, line {number}", logged)

    def _file_away(
        self,
        envelope: bytes,
        index: int | None,
        where: str,
        logged: Collection[str] = (),
        received: int | None = None,
    ) -> None:
        try:
            parsed = statement.parse(envelope)
            if parsed.id in logged:
                return
            body = _roster_body(parsed)
            verdict = admit(self.state, parsed, self._next_index() if index is None else index)
        except CustodyError as error:
            raise ConfigFault(
                f"{where} does not fit what was signed before",
                expected="the next statement of its issuer's chain",
                got=error,
                remedy="Run: custody roster fetch; if it stays, put the file back as it was, from a backup.",
            ) from None
        if index is None and verdict.effect == "fork":
            raise ConfigFault(
                f"{where} is a fork: its issuer signed another statement at its place",
                expected="one desk for an authority key",
                got=f"seq {parsed.body.seq} twice",
                remedy="Find out which copy of this desk signed the other; take the line out here.",
            )
        self.filed.append(Filed(parsed, body, index, verdict.effect, received))

    def _whole_lines(self) -> list[bytes]:
        """The lines of statements.ndjson; what a power cut left of a line was never reported as signed, and goes."""
        whole, newline, torn = self._file.read().rpartition(b"\n")
        if torn:
            click.echo(f"{STATEMENTS} ended within a line (a power cut while signing?): cut there.", err=True)
            self._file.truncate(len(whole + newline))
            os.fsync(self._file.fileno())
        return whole.split(b"\n") if whole else []

    def _append(self, lines: bytes) -> None:
        before = self._file.seek(0, os.SEEK_END)
        try:
            self._file.write(lines)
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            os.ftruncate(self._file.fileno(), before)
            raise StorageFault(f"{STATEMENTS} cannot be written; nothing was signed", got=error.strerror) from None


@contextmanager
def open_desk(folder: Path, replayed: bool = True) -> Iterator[Desk]:
    """The desk in `folder`, for this process alone. Raises ConfigFault if it is no desk, in use, or damaged.

    Not `replayed`, it opens with receipts missing or damaged too, knows no statements, and is for fetching receipts.
    """
    if not (folder / SETTINGS).exists():
        raise ConfigFault(
            f"{folder} is no desk",
            expected=f"a folder with {SETTINGS}",
            remedy="Name it with --desk, or make one: custody authority init",
        )
    with _open_alone(folder / STATEMENTS) as file:
        yield Desk(folder, file, replayed)


def make_desk(folder: Path, settings: Settings, root: bytes, statements: Iterable[Statement]) -> None:
    """Writes a new desk beside its keys; desk.toml comes last and makes it one."""
    write_durably(folder / ROOT, root)
    write_durably(folder / STATEMENTS, b"".join(one.envelope + b"\n" for one in statements))
    save_settings(folder, settings)


def save_settings(folder: Path, settings: Settings) -> None:
    """Writes desk.toml."""
    members = {name: value for name, value in msgspec.structs.asdict(settings).items() if value is not None}
    # A JSON string is a TOML basic string.
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in members.items())
    write_durably(folder / SETTINGS, lines.encode())


def now() -> int:
    """Unix time in milliseconds."""
    return time.time_ns() // 1_000_000


def _open_alone(path: Path) -> IO[bytes]:
    try:
        file = path.open("r+b")
    except OSError as error:
        raise ConfigFault(
            f"{path} cannot be opened",
            expected="what was signed here so far",
            got=error.strerror,
            remedy="Put it back from a backup: the authority's chain goes on in it.",
        ) from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise ConfigFault(f"another command works in {path.parent}", remedy="Wait until it has ended.") from None
    return file


def _roster_body(parsed: Statement) -> RosterStatement:
    if isinstance(parsed.body, Event):
        raise Malformed("an event is no roster statement", expected=ROSTER_TYPE, got=parsed.body.action)
    return parsed.body


def _load_settings(path: Path) -> Settings:
    try:
        return msgspec.toml.decode(_read(path), type=Settings)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ConfigFault(f"{path} does not parse", expected="log and authority", got=error) from None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigFault(f"{path} cannot be read", got=error.strerror) from None
