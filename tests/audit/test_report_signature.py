"""Who signs a report: what a PDF reader says of the signature, and which keys and certificates are refused."""

from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import typst
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509 import ObjectIdentifier
from cryptography.x509.oid import ExtendedKeyUsageOID
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.status import SignatureCoverageLevel

from custody.audit.report.faces.signature import ReportSigner
from custody.core.errors import BadKey, ConfigFault
from tests.audit.certificates import NOW, PASSPHRASE, certificate, validated, write_certificates, write_key

WORDS = "Laporan integritas"


@dataclass
class Files:
    key: Path
    certificate: Path
    root: Path


@pytest.fixture(scope="module")
def pdf() -> bytes:
    source = f'#set document(title: "{WORDS}", date: none)\n#title()'
    return typst.compile(source.encode(), format="pdf", ignore_system_fonts=True, pdf_standards="ua-1")


@pytest.fixture(scope="module")
def keys() -> tuple[ec.EllipticCurvePrivateKey, ec.EllipticCurvePrivateKey]:
    """The signer's, and its issuer's."""
    return ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())


@pytest.fixture
def files(tmp_path: Path, keys: tuple[ec.EllipticCurvePrivateKey, ec.EllipticCurvePrivateKey]) -> Files:
    own, root = keys
    of_root = certificate(root, "Root")
    chain = (of_root, certificate(own, issuer=("Root", root)))
    return Files(
        write_key(tmp_path / "report.key", own),
        write_certificates(tmp_path / "report.crt", *chain),
        write_certificates(tmp_path / "root.crt", of_root),
    )


def signer(files: Files, passphrase: bytes | None = None) -> ReportSigner:
    return ReportSigner(files.key, files.certificate, passphrase, now=NOW)


def test_a_signed_pdf_is_valid_to_who_trusts_the_root_and_covers_the_whole_file(pdf: bytes, files: Files) -> None:
    status = validated(signer(files).sign(pdf), files.root)

    assert status.bottom_line
    assert status.trusted
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.modification_level == ModificationLevel.NONE
    assert signer(files).name == "CN=Auditor"


def test_the_signature_is_a_pades_signature_that_carries_the_chain(pdf: bytes, files: Files) -> None:
    signed = signer(files).sign(pdf)

    assert b"/ETSI.CAdES.detached" in signed
    status = validated(signed, files.root)
    assert [path.subject.native["common_name"] for path in status.validation_path.iter_certs(include_root=True)] == [
        "Root",
        "Auditor",
    ]


def test_the_signature_is_appended_and_leaves_what_was_set_as_it_was(pdf: bytes, files: Files) -> None:
    assert signer(files).sign(pdf).startswith(pdf)


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_an_edit_anywhere_in_what_was_set_breaks_the_signature(pdf: bytes, files: Files, place: float) -> None:
    signed = bytearray(signer(files).sign(pdf))
    at = next(at for at in range(int(place * len(pdf)), len(pdf)) if chr(signed[at]) in "0123456789")
    signed[at] ^= 1  # another digit

    assert not validated(bytes(signed), files.root).intact


def test_a_certificate_from_elsewhere_is_not_trusted(pdf: bytes, files: Files, tmp_path: Path) -> None:
    elsewhere = ec.generate_private_key(ec.SECP256R1())
    roots = write_certificates(tmp_path / "other.crt", certificate(elsewhere, "Root"))

    status = validated(signer(files).sign(pdf), roots)

    assert status.intact
    assert not status.trusted


def test_an_encrypted_rsa_key_signs_once_its_passphrase_opens_it(pdf: bytes, tmp_path: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    own = write_certificates(tmp_path / "own.crt", certificate(key))
    files = Files(write_key(tmp_path / "own.key", key, PASSPHRASE), own, own)

    assert validated(signer(files, PASSPHRASE).sign(pdf), own).bottom_line
    with pytest.raises(BadKey, match="does not open; expected its passphrase; got another one"):
        signer(files, b"salah")
    with pytest.raises(BadKey, match="is encrypted; expected its passphrase; got none"):
        signer(files)


def test_a_key_that_others_may_read_is_refused_with_the_command_that_mends_it(files: Files) -> None:
    files.key.chmod(0o644)

    with pytest.raises(ConfigFault, match=f"can be read by others.*Run: chmod 600 {files.key}"):
        signer(files)


def test_a_key_and_a_certificate_that_do_not_belong_together_are_told(files: Files) -> None:
    write_certificates(files.certificate, certificate(ec.generate_private_key(ec.SECP256R1()), "Someone"))

    with pytest.raises(ConfigFault, match=r"do not belong together.*of another key, of CN=Someone"):
        signer(files)


@pytest.mark.parametrize(
    ("begins", "words"), [(-31, "has expired; expected a certificate valid at"), (1, "is not valid yet")]
)
def test_a_certificate_out_of_its_time_is_told_with_its_dates(
    files: Files, keys: tuple[ec.EllipticCurvePrivateKey, ...], begins: int, words: str
) -> None:
    dated = certificate(keys[0], begins=NOW + timedelta(days=begins))
    write_certificates(files.certificate, dated)

    with pytest.raises(ConfigFault, match=f"{words}.*{dated.not_valid_after_utc:%Y-%m-%d}"):
        signer(files)


@pytest.mark.parametrize("first", [True, False])
def test_a_certificate_that_was_renewed_may_stand_beside_the_old_one(
    files: Files, keys: tuple[ec.EllipticCurvePrivateKey, ...], first: bool
) -> None:
    old = certificate(keys[0], begins=NOW - timedelta(days=31))
    new = certificate(keys[0], "Renewed")
    write_certificates(files.certificate, *([old, new] if first else [new, old]))
    assert signer(files).name == "CN=Renewed"


@pytest.mark.parametrize(
    ("purposes", "taken"),
    [
        ([ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH], False),
        ([ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.EMAIL_PROTECTION], True),
        ([ObjectIdentifier("1.3.6.1.5.5.7.3.36")], True),
    ],
)
def test_a_certificate_for_servers_signs_no_report_and_one_for_documents_does(
    files: Files, keys: tuple[ec.EllipticCurvePrivateKey, ...], purposes: list[ObjectIdentifier], taken: bool
) -> None:
    write_certificates(files.certificate, certificate(keys[0], purposes=purposes))
    with nullcontext() if taken else pytest.raises(ConfigFault, match="is not for signing documents"):
        signer(files)


def test_a_certificate_that_is_not_for_signing_is_refused(
    files: Files, keys: tuple[ec.EllipticCurvePrivateKey, ...]
) -> None:
    write_certificates(files.certificate, certificate(keys[0], signs=False))

    with pytest.raises(ConfigFault, match="is not for signing"):
        signer(files)


@pytest.mark.parametrize("which", ["key", "certificate"])
@pytest.mark.parametrize("content", [None, b"", b"-----BEGIN NOTHING-----\n", bytes(range(256))])
def test_a_file_that_is_missing_or_holds_something_else_is_named(
    files: Files, which: str, content: bytes | None
) -> None:
    path: Path = getattr(files, which)
    path.unlink() if content is None else path.write_bytes(content)
    words = "cannot be read" if content is None else "holds no"

    with pytest.raises(ConfigFault, match=f"{path} {words}"):
        signer(files)
