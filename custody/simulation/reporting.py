"""The demo's integrity report, signed by an auditor who certifies himself, as nobody else does it for a demo."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from custody.files import write_durably
from custody.simulation.programs import run, say

if TYPE_CHECKING:
    from custody.simulation.story import Story

REPORT = "report.pdf"
CERTIFICATE = "auditor.crt"
_KEY = "auditor.key"
_SIGNS = dict.fromkeys(
    ("digital_signature", "key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"), False
)


def write_report(story: "Story") -> None:
    """Of the whole log, in Bahasa Indonesia; the settings name who signs it from now on."""
    say(21, "Laporan integritas dibuat dan ditandatangani", "The integrity report is made and signed")
    _certify(story.folder)
    config = story.folder / "auditor.toml"
    with config.open("a") as settings:
        settings.write(f'report_key = "{_KEY}"\nreport_certificate = "{CERTIFICATE}"\n')
    run("custody", "audit", "report", "--config", config, "--out", story.folder / REPORT)


def _certify(folder: Path) -> None:
    """A key, and a certificate that it has signed itself, good for as long as anybody looks at a demo."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Auditor demo")])
    now = datetime.now(UTC)
    usage = x509.KeyUsage(content_commitment=True, encipher_only=False, decipher_only=False, **_SIGNS)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=365))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    write_durably(folder / _KEY, key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain), 0o600)
    write_durably(folder / CERTIFICATE, certificate.public_bytes(pem))
