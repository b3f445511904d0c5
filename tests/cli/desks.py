"""An authority's desk as a test works in it."""

from pathlib import Path
from typing import NamedTuple

from custody.core import prepared, roster, statement
from custody.core.admission import State, Verdict, admit
from custody.core.keys import SigningKey
from custody.core.prepared import DraftFile, Prepared
from custody.core.statement import Statement
from tests.cli.programs import refused, succeed

LOG = "ledger.test/pemilu"
OFFICE = "414/9521234567899"
STORE = "414/9521234567899/254/32.73"
VILLAGE = "414/9521234567899/254/32.73.01.1001"


class Replayed(NamedTuple):
    state: State
    verdicts: list[Verdict]


class Desk(NamedTuple):
    folder: Path

    def roster(self, command: str, *arguments: object) -> str:
        return succeed("roster", command, "--desk", self.folder, "--yes", *arguments)

    def refuses(self, command: str, *arguments: object) -> str:
        """The refusal of a command that must leave the desk as it was."""
        before = self.lines()
        output = refused("roster", command, "--desk", self.folder, "--yes", *arguments)
        assert self.lines() == before
        return output

    def lines(self) -> list[bytes]:
        return (self.folder / "statements.ndjson").read_bytes().splitlines()

    def statements(self) -> list[Statement]:
        return [statement.parse(line) for line in self.lines()]

    def replay(self) -> Replayed:
        """The desk's files as the log would admit them, entry 0 first."""
        state = State(LOG)
        envelopes = [(self.folder / "root.json").read_bytes(), *self.lines()]
        return Replayed(state, [admit(state, statement.parse(one), index) for index, one in enumerate(envelopes)])


def write_draft(path: Path, *statements: Prepared, log: str = LOG) -> Path:
    """The draft file that a portal would have given."""
    path.write_bytes(prepared.encode_file(DraftFile(v=1, log=log, statements=list(statements))))
    return path


def write_request(folder: Path, role: str, key: SigningKey, handler: str | None = None, log: str = LOG) -> Path:
    """The request that an agent on another machine would have written."""
    asked = roster.request(key, log, role, handler, 1 if handler else None)
    path = folder / f"{role}-{key.keyid[:8]}.request"
    path.write_bytes(roster.request_codec.encode(asked))
    return path
