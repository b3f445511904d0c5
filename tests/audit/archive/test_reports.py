"""Reports in an archive: who signed them, whether they are of its log, and what proves nothing."""

import os
import zlib
from pathlib import Path

import msgspec
import pytest
import typst
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from custody.audit import claims
from custody.audit.archive import layout
from custody.audit.archive.pdf_signatures import look
from custody.audit.report.faces.signature import ReportSigner
from custody.audit.report.making import encode, make
from custody.audit.report.scope import Scope
from custody.audit.report.stated import Stated, keyword
from custody.audit.result import LaidReport, Result
from custody.audit.source import FolderSource
from custody.core.checkpoint import Checkpoint, open_checkpoint
from custody.core.errors import ConfigFault
from custody.core.merkle import Frontier, leaf_hash
from tests.audit.archive.made import Made, copy, renew_manifests, verify
from tests.audit.certificates import NOW, certificate, write_certificates, write_key
from tests.audit.logs import LOG_KEY

DATE = "datetime(year: 2029, month: 2, day: 14, hour: 7, minute: 0, second: 0)"


class Laid(Made):
    """An archive without reports, and reports to lay into it."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.write("plain")
        key = ec.generate_private_key(ec.SECP256R1())
        self.certificate = certificate(key, "Panwas")
        self.signer = ReportSigner(
            write_key(folder / "key", key), write_certificates(folder / "crt", self.certificate), now=NOW
        )
        note = (folder / "log/checkpoint").read_bytes()
        self.here = self.stated(open_checkpoint(note, self.config.verifier).size)
        with FolderSource(folder / "log") as source:
            self.json = encode(make(source, self.config, Scope(), workers=0))

    def stated(self, size: int) -> Stated:
        tree = Frontier()
        tree.extend(map(leaf_hash, self.entries[:size]))
        return Stated(self.config.verifier.name, size, tree.root().hex())

    def resting_on(self, said: Stated) -> bytes:
        """The report in JSON, with another checkpoint that the log's key has signed."""
        note = Checkpoint(said.origin, said.size, bytes.fromhex(said.root)).sign(LOG_KEY).decode()
        found = msgspec.json.decode(self.json)
        found["checkpoint"]["note"] = note
        return msgspec.json.encode(found)

    def signed(self, said: Stated | None) -> bytes:
        return self.signer.sign(pdf(said))

    def lay(self, name: str, data: bytes) -> Result:
        """The verdict on the archive with this report and sums that fit it."""
        archive = copy(self.folder / "plain", "laid")
        (archive / layout.REPORT).mkdir()
        (archive / layout.REPORT / name).write_bytes(data)
        (archive / layout.REPORT_SUMS).touch()
        renew_manifests(archive)
        return verify(archive, self.config)


def pdf(said: Stated | None) -> bytes:
    keywords = f'keywords: "{keyword(said)}", ' if said else ""
    source = f'#set document(title: "Laporan", {keywords}date: {DATE})\n#title()'
    return typst.compile(source.encode(), format="pdf", ignore_system_fonts=True, pdf_standards="ua-1")


def codes(result: Result) -> set[str]:
    """Of what is said of reports."""
    found = [*claims.proved(result), *claims.unproved(result)]
    return {claim.code for claim in found if claim.code.startswith("report")} - {"report"}


def only(result: Result) -> LaidReport:
    assert result.verdict == "holds"
    assert result.archive is not None
    (report,) = result.archive.reports
    return report


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Laid:
    return Laid(tmp_path_factory.mktemp("reports"))


def test_of_a_signed_report_is_said_by_whom_with_which_certificate_and_over_what(made: Laid) -> None:
    result = made.lay("x.pdf", made.signed(made.here))
    report = only(result)
    assert (report.kind, report.over, report.size) == ("signed", "this", made.here.size)
    assert [(one.subject, one.certificate) for one in report.signers] == [
        ("CN=Panwas", made.certificate.fingerprint(hashes.SHA256()).hex())
    ]
    assert codes(result) == {"report-signed", "report-over-this", "report-signer"}
    said = [claims.text(one, "id") for one in claims.proved(result)]
    assert any("report/x.pdf: ditandatangani CN=Panwas" in one for one in said)


def test_a_signed_report_that_was_edited_is_named_though_its_sum_was_made_anew(made: Laid) -> None:
    data = bytearray(made.signed(made.here))
    data[data.index(b"Laporan")] ^= 1
    result = made.lay("x.pdf", bytes(data))
    assert [(one.kind, one.message) for one in result.faults] == [
        ("bad-signature", "the signature of report/x.pdf does not hold")
    ]


def test_what_was_appended_after_the_signature_is_named(made: Laid) -> None:
    result = made.lay("x.pdf", made.signed(made.here) + b"\n% more\n")
    assert [one.kind for one in result.faults] == ["bad-signature"]


def test_a_signature_that_nobody_can_read_is_a_broken_one(made: Laid) -> None:
    assert [one.kind for one in made.lay("x.pdf", b"%PDF-1.7 /ByteRange [0 1 2 3]").faults] == ["bad-signature"]


@pytest.mark.parametrize("name", ["x.pdf", "x.html", "x.txt"])
def test_what_nobody_signed_proves_nothing(made: Laid, name: str) -> None:
    result = made.lay(name, pdf(made.here) if name == "x.pdf" else b"<!doctype html>")
    assert only(result).kind == "unsigned"
    assert codes(result) == {"report-unsigned"}


@pytest.mark.parametrize("data", [b"", b"{}", b'{"format":"custody-report/v2"}', b"\xff"])
def test_json_that_is_no_report_proves_nothing(made: Laid, data: bytes) -> None:
    assert codes(made.lay("x.json", data)) == {"report-unreadable"}


@pytest.mark.parametrize(("size", "over"), [(5, "earlier"), (10**6, "later")])
def test_a_report_of_an_earlier_or_a_later_checkpoint_is_told_from_one_of_this(
    made: Laid, size: int, over: str
) -> None:
    report = only(result := made.lay("x.json", made.resting_on(made.stated(size)._replace(size=size))))
    assert (report.over, report.size) == (over, size)
    assert f"report-over-{over}" in codes(result)


def test_a_signed_pdf_that_names_no_checkpoint_is_told_as_such(made: Laid) -> None:
    assert codes(made.lay("x.pdf", made.signed(None))) == {"report-signed", "report-signer", "report-over-nothing"}


@pytest.mark.parametrize("signed", [True, False])
def test_a_pdf_of_another_log_is_a_fault_and_gives_no_archive(made: Laid, signed: bool) -> None:
    said = made.here._replace(origin="ledger.test/old")
    data = made.signed(said) if signed else pdf(said)
    assert [one.kind for one in made.lay("x.pdf", data).faults] == ["wrong-log"]
    (made.folder / "x.pdf").write_bytes(data)
    with pytest.raises(ConfigFault, match=r"x\.pdf does not belong in this archive"):
        made.write(f"refused-{signed}", reports=(made.folder / "x.pdf",))
    assert not (made.folder / f"refused-{signed}").exists()


def test_an_unsigned_pdf_that_nobody_can_read_proves_nothing(made: Laid) -> None:
    assert codes(made.lay("x.pdf", b"%PDF-1.7 nothing")) == {"report-unsigned"}


@pytest.mark.parametrize("change", [{"root": "0" * 64}, {"size": 4}])
def test_a_report_of_another_history_of_the_log_is_a_fault(made: Laid, change: dict[str, object]) -> None:
    other = made.here._replace(**change)  # type: ignore[arg-type]
    assert [one.kind for one in made.lay("x.json", made.resting_on(other)).faults] == ["bad-proof"]


def test_a_report_in_json_is_held_against_the_keys_and_the_root(made: Laid) -> None:
    result = made.lay("x.json", made.json)
    report = only(result)
    assert (report.kind, report.over) == ("json", "this")
    assert codes(result) == {"report-keys", "report-over-this", "report-unsigned"}


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [("entry0", "0" * 64, "wrong-log"), ("\N{EM DASH} ", "\N{EM DASH} x", "bad-signature")],
)
def test_a_report_in_json_of_another_log_or_with_another_signature_is_a_fault(
    made: Laid, old: str, new: str, kind: str
) -> None:
    text = made.json.decode()
    changed = text.replace(made.config.entry0 if old == "entry0" else old, new)
    assert changed != text
    assert [one.kind for one in made.lay("x.json", changed.encode()).faults] == [kind]


@pytest.mark.parametrize(("mask", "report", "zip_", "expected"), [
    (0o027, 0o644, False, 0o750), (0o027, 0o644, True, 0o640), (0o022, 0o600, False, 0o700),
    (0o022, 0o600, True, 0o600),
])  # fmt: skip
def test_an_archive_is_for_whom_the_umask_lets_in_and_with_a_private_report_for_its_owner_alone(
    made: Laid, mask: int, report: int, zip_: bool, expected: int
) -> None:
    made.report.chmod(report)
    name = f"mode-{mask:o}-{report:o}-{zip_}"
    before = os.umask(mask)
    try:
        made.write(name, reports=(made.report,), zip=zip_)
    finally:
        os.umask(before)
        made.report.chmod(0o644)
    assert (made.folder / name).stat().st_mode & 0o777 == expected


def test_a_file_that_would_unpack_to_more_than_there_is_memory_for_is_not_read() -> None:
    """Its cross-reference stream has a thousand times its bytes."""
    megabyte = deflated(bytes(1 << 20))
    stream = b"\x78\x9c" + megabyte * 1000
    begins = b"%PDF-1.7\n"
    bomb = b"1 0 obj <</Type /XRef /Size 1 /W [1 2 1] /Root 1 0 R /Filter /FlateDecode /Length %d>>\nstream\n"
    data = begins + bomb % len(stream) + stream + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF" % len(begins)
    assert look(data) is None


def deflated(data: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush(zlib.Z_FULL_FLUSH)
