"""Witnesses whom an auditor names: whoever reads a log tells how many of them have cosigned it."""

import re
from pathlib import Path

import msgspec
import pytest

from custody.core.canonical import b64encode
from custody.core.cosignature import Witness
from custody.core.note import encode_vkey
from tests.audit.logs import LOG_KEY, entries_of, publish
from tests.cli.programs import Ended, custody
from tests.cosigning import WITNESSES, cosigned, vkey_of
from tests.world import World

FIRST, SECOND = WITNESSES
SECONDS = 1_797_552_000  # 2026-12-18 07:00 WIB
STRANGER = "\N{EM DASH} Bawaslu " + b64encode(b"1234" + bytes(64)) + "\n"


class Witnessed:
    """A log in a folder, and an auditor who names two witnesses."""

    def __init__(self, folder: Path) -> None:
        world = World()
        self.folder, self.settings = folder / "log", folder / "log.toml"
        config = publish(self.folder, entries_of([*world.roster, *world.handovers(5)]), world.origin)
        self.keys = ["--vkey", config.vkey, "--entry0", config.entry0]
        self.vkeys = [vkey_of(name, key) for name, key in WITNESSES.items()]
        self.unwitnessed = self.settings.read_text()
        self.settings.write_text(self.unwitnessed + f"witnesses = {self.vkeys}\n")
        self.checkpoint = self.folder / "checkpoint"
        self.note = self.checkpoint.read_bytes()

    def cosign(self, *names: str, message: bytes | None = None) -> None:
        """The log serves its checkpoint with a line of each of these, and a stranger's."""
        note = self.note
        for name in names:
            note = cosigned(note, name, WITNESSES[name], SECONDS, message)
        self.checkpoint.write_bytes(note + STRANGER.encode())

    def verify(self, *options: object) -> Ended:
        return custody("audit", "verify", "--config", self.settings, "--from-start", *options)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Witnessed:
    return Witnessed(tmp_path_factory.mktemp("witnessed"))


def test_a_verification_says_how_many_of_the_named_witnesses_cosigned(log: Witnessed) -> None:
    log.cosign(FIRST)
    ended = log.verify()
    assert ended.code == 0
    assert (
        "1 of the 2 witnesses that the auditor names have cosigned this checkpoint, last at 2026-12-18" in ended.output
    )
    assert "1 dari 2 saksi log yang disebut auditor ikut menandatangani" in ended.output
    assert "1 signatures under other names are not verified" in ended.output

    found = msgspec.json.decode(log.verify("--json").output)
    assert [one["name"] for one in found["cosigned"]] == [FIRST]
    assert (found["witnesses"], found["other_signatures"]) == (2, 1)


def test_without_one_that_cosigned_it_says_so(log: Witnessed) -> None:
    log.cosign()
    assert "no witness cosigned, of 2 that the auditor names" in log.verify().output


def test_who_names_no_witness_is_told_that_none_counts(log: Witnessed) -> None:
    log.cosign(FIRST, SECOND)
    said = custody("audit", "verify", log.folder, *log.keys).output
    assert "the auditor names no witness, so none counts" in said
    assert "3 signatures under other names are not verified" in said
    assert "have cosigned" not in said


def test_witnesses_are_named_on_the_command_line_where_keys_are(log: Witnessed) -> None:
    log.cosign(FIRST)
    named = [word for vkey in log.vkeys for word in ("--witness", vkey)]
    assert "1 of the 2 witnesses" in custody("audit", "verify", log.folder, *log.keys, *named).output
    assert log.verify(*named).code == 2


def test_a_cosignature_that_does_not_verify_is_a_fault_that_names_the_witness(log: Witnessed) -> None:
    log.cosign(SECOND, message=b"")
    ended = log.verify()
    assert ended.code == 1
    assert f"log: bad-signature (tanda tangan tidak sah): tanda tangan saksi log {SECOND} tidak sah" in ended.output


def test_a_report_tells_witnesses_from_other_names(log: Witnessed) -> None:
    log.cosign(SECOND)
    made = custody("audit", "report", "--config", log.settings, "--workers", 0)
    found = msgspec.json.decode(made.output)
    lines = [(one["name"], one["signer"], one["verified"]) for one in found["checkpoint"]["signatures"]]
    assert lines[1:] == [(SECOND, "witness", True), ("Bawaslu", "other", False)]
    assert "cosigned" in [one["code"] for one in found["verification"]["proved"]]
    page = custody("audit", "report", "--config", log.settings, "--workers", 0, "--format", "html").output
    assert re.search(r"Bawaslu.*?nama lain.*?tidak", page, re.DOTALL)


def test_of_two_views_is_told_who_cosigned_each_and_a_bad_cosignature_hides_nothing(
    log: Witnessed, tmp_path: Path
) -> None:
    log.cosign(FIRST, SECOND)
    stored = tmp_path / "stored"
    stored.write_bytes(cosigned(log.note, FIRST, WITNESSES[FIRST], SECONDS, b""))
    ended = custody("audit", "compare", stored, log.folder, "--config", log.settings, "--to", tmp_path)
    assert (ended.code, "ONE HISTORY" in ended.output) == (0, True)
    assert "saksi log / witnesses: 2 dari / of 2" in ended.output
    assert f"the cosignature by the witness {FIRST} does not verify" in ended.output


def test_a_watch_says_how_many_cosigned_what_it_judged(log: Witnessed, tmp_path: Path) -> None:
    log.cosign(FIRST)
    ended = custody(
        *("audit", "watch", log.folder, "--config", log.settings, "--once", "--workers", 0),
        *("--journal", tmp_path / "journal"),
    )
    assert (ended.code, "saksi log / witnesses 1 dari / of 2" in ended.output) == (0, True)


def of_the_log() -> str:
    """The log's own key under another name, as a witness's."""
    return encode_vkey("witness.example/own", LOG_KEY.public, Witness.kind)


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ([vkey_of(FIRST, WITNESSES[FIRST])] * 2, "one witness is named twice"),
        ([vkey_of(name, WITNESSES[FIRST]) for name in (FIRST, "c")], "one witness is named twice"),
        ([of_the_log()], "the log's own key is named as a witness"),
        ([vkey_of(FIRST, WITNESSES[FIRST])], ""),
    ],
)
@pytest.mark.parametrize("command", ["compare", "verify"])
def test_no_key_on_the_command_line_counts_for_two_witnesses_nor_the_log_s_for_one(
    log: Witnessed, tmp_path: Path, named: list[str], said: str, command: str
) -> None:
    log.cosign(FIRST)
    place = (
        (log.folder, log.folder, "--to", tmp_path, *log.keys[:2]) if command == "compare" else (log.folder, *log.keys)
    )
    ended = custody("audit", command, *place, *(word for vkey in named for word in ("--witness", vkey)))
    refused = {"compare": 4, "verify": 1}[command]
    assert (ended.code, said in ended.output) == (refused if said else 0, True)


def test_a_witness_that_is_named_twice_or_by_a_key_of_another_kind_is_refused(log: Witnessed, tmp_path: Path) -> None:
    other_name = vkey_of("c", WITNESSES[FIRST])
    for vkeys in ([log.vkeys[0], other_name], [log.keys[1]], [of_the_log()], ["nothing"]):
        settings = tmp_path / "a.toml"
        settings.write_text(log.unwitnessed.replace('"log"', f'"{log.folder}"') + f"witnesses = {vkeys}\n")
        ended = custody("audit", "verify", "--config", settings)
        assert (ended.code, "does not hold an auditor's settings" in ended.output) == (1, True)
