"""`custody audit report` as an auditor runs it."""

from pathlib import Path

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from custody.core import canonical
from custody.directory import open_directory
from tests.audit.certificates import PASSPHRASE, certificate, validated, write_certificates, write_key
from tests.audit.logs import entries_of, flip, publish, rewritten
from tests.audit.reported import B1, Days
from tests.cli.programs import Ended, custody
from tests.rules.story import STATION
from tests.world import World


class Published:
    """The log of a small election in a folder of tiles, and the auditor's settings beside it."""

    def __init__(self, folder: Path) -> None:
        self.story = Days()
        self.entries = self.story.entries()
        self.folder, self.settings = folder / "log", folder / "log.toml"
        publish(self.folder, self.entries, self.story.world.origin)

    def report(self, *options: object) -> Ended:
        return custody("audit", "report", "--config", self.settings, "--workers", 0, *options)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return Published(tmp_path_factory.mktemp("report"))


def test_the_same_log_and_options_give_the_same_canonical_bytes(log: Published, tmp_path: Path) -> None:
    said, out = log.report(), tmp_path / "report.json"
    assert (said.code, log.report("--out", out)) == (0, Ended(0, ""))
    assert out.read_text() == said.output

    found = canonical.decode(out.read_bytes().removesuffix(b"\n"), limit=10**6)
    last = log.story.book.entries[-1][0]
    assert (found["format"], found["cover"]["as_of"], found["cover"]["entries"]) == (
        *("custody-report/v1", last, len(log.entries)),
    )
    assert found["verification"]["verdict"] == "holds"
    assert [one["code"] for one in found["verification"]["unproved"]] == ["same-for-everybody", "never-delivered"]
    assert found["names"]["people"] == {}


def test_site_period_instant_and_levels_narrow_it(log: Published) -> None:
    site, begins = log.story.sites[STATION], log.story.out
    narrowed = log.report("--site", site, "--from", begins, "--levels", 0, "--as-of", begins + 1)
    found = msgspec.json.decode(narrowed.output)
    assert (found["cover"]["site"], found["cover"]["begins"], found["cover"]["as_of"]) == (site, begins, begins + 1)
    assert [row["site"] for row in found["figures"]["sites"]] == [site]


def test_people_have_names_where_the_auditor_has_a_directory(log: Published, tmp_path: Path) -> None:
    chair = log.story.id(log.story.chair)
    with open_directory(tmp_path / "names.sqlite") as directory:
        directory.set({chair: "Siti Aminah", log.story.id(0): "Nobody here"})
    out = tmp_path / "report.json"
    assert log.report("--item", B1, "--names", tmp_path / "names.sqlite", "--out", out).code == 0
    assert msgspec.json.decode(out.read_bytes())["names"]["people"] == {chair: "Siti Aminah"}
    assert out.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("options", "says"),
    [
        (["--site", "414/9521234567899"], "the log has no such site"),
        (["--item", "8004/952999"], "the log has no such item"),
        (["--handover", 0], "that entry is no handover"),
        (["--handover", 10**6], "the log has no such entry; expected an index below"),
    ],
)
def test_what_the_log_does_not_have_is_an_error_and_no_fault_of_the_log(
    log: Published, options: list[object], says: str, tmp_path: Path
) -> None:
    out = tmp_path / "report.json"
    ended = log.report(*options, "--out", out)
    assert (ended.code, says in ended.output, out.exists()) == (1, True, False)


@pytest.mark.parametrize(
    "options", [["--item", B1, "--handover", 1], ["--item", B1, "--from", 1], ["--from", 2, "--to", 2]]
)
def test_what_cannot_be_asked_together_is_wrong_usage(log: Published, options: list[object]) -> None:
    assert log.report(*options).code == 2


@pytest.mark.parametrize(("out", "says"), [("nowhere/report.pdf", "no folder"), (".", "is a folder")])
def test_where_no_report_can_lie_is_said_before_the_log_is_read(tmp_path: Path, out: str, says: str) -> None:
    ended = custody("audit", "report", "--config", tmp_path / "no.toml", "--out", tmp_path / out)
    assert (ended.code, says in ended.output) == (2, True)


def test_a_log_that_does_not_hold_is_reported_so_and_exits_with_1(tmp_path: Path) -> None:
    log = Published(tmp_path)
    bundle = log.folder / f"tile/entries/000.p/{len(log.entries)}"
    flip(bundle, bundle.read_bytes().index(log.entries[-2]) + 300)
    out = tmp_path / "report.json"
    ended = log.report("--out", out)
    found = msgspec.json.decode(out.read_bytes())
    assert (ended.code, "THE LOG DOES NOT HOLD" in ended.output) == (1, True)
    assert (found["verification"]["verdict"], found["figures"], found["verification"]["proved"]) == ("faulty", None, [])
    assert found["verification"]["faults"][0]["index"] == len(log.entries) - 2


def test_what_the_file_is_called_says_its_format_and_a_language_can_be_named(log: Published, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    assert log.report("--item", B1, "--lang", "en", "--out", out) == Ended(0, "")
    assert out.read_text().startswith("<!doctype html>")
    assert "THE LOG HOLDS" in out.read_text()


def test_the_pdf_is_signed_by_whom_the_settings_name(log: Published, tmp_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    write_key(tmp_path / "a.key", key, PASSPHRASE)
    root = write_certificates(tmp_path / "a.crt", certificate(key))
    (tmp_path / "pass").write_bytes(PASSPHRASE + b"\n")
    (tmp_path / "pass").chmod(0o600)
    settings, out = tmp_path / "signing.toml", tmp_path / "report.pdf"
    settings.write_text(log.settings.read_text() + 'report_key = "a.key"\nreport_certificate = "a.crt"\n')
    command = ["audit", "report", "--config", settings, "--folder", log.folder, "--workers", 0, "--item", B1]

    assert custody(*command, "--out", out, "--passphrase-file", tmp_path / "pass").code == 0
    assert validated(out.read_bytes(), root).bottom_line

    (tmp_path / "a.key").chmod(0o640)
    refused = custody(*command, "--out", tmp_path / "other.pdf", "--passphrase-file", tmp_path / "pass")
    assert (refused.code, "chmod 600" in refused.output, (tmp_path / "other.pdf").exists()) == (1, True, False)


def test_a_newer_format_exits_with_3_and_a_place_without_a_log_with_4(tmp_path: Path) -> None:
    world = World()
    entries = entries_of([*world.roster, world.handover(), rewritten(world, world.handover(), v=2)])
    publish(tmp_path / "log", entries, world.origin)
    (tmp_path / "empty").mkdir()
    options = ["audit", "report", "--config", tmp_path / "log.toml", "--workers", 0]

    assert custody(*options, "--out", tmp_path / "report.json").code == 3
    assert custody(*options, "--folder", tmp_path / "empty").code == 4
