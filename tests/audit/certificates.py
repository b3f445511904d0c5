"""Keys and certificates of who signs reports, as files; and what pyHanko's own validation says of a signed PDF."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from pyhanko.keys import load_certs_from_pemder
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext

NOW = datetime.now(UTC)
PASSPHRASE = b"buka pintu"
_OF_ISSUERS = ("key_cert_sign", "crl_sign", "encipher_only", "decipher_only")
Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


def name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def certificate(
    key: Key,
    subject: str = "Auditor",
    issuer: tuple[str, Key] | None = None,
    *,
    begins: datetime = NOW - timedelta(days=1),
    days: int = 30,
    signs: bool = True,
    purposes: Sequence[x509.ObjectIdentifier] = (),
) -> x509.Certificate:
    """Of `key`, signed with itself or by an issuer (its name and key).

    `signs`: its usage is to sign, for these `purposes`.
    """
    usage = dict.fromkeys(
        ("digital_signature", "key_encipherment", "data_encipherment", "key_agreement", *_OF_ISSUERS), False
    )
    builder = (
        x509.CertificateBuilder()
        .subject_name(name(subject))
        .issuer_name(name(issuer[0] if issuer else subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=issuer is None, path_length=None), critical=True)
        .add_extension(
            x509.KeyUsage(content_commitment=signs, **usage | {"key_cert_sign": issuer is None}), critical=True
        )
    )
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    return builder.sign(issuer[1] if issuer else key, hashes.SHA256())


def write_key(path: Path, key: Key, passphrase: bytes | None = None, mode: int = 0o600) -> Path:
    protection = serialization.BestAvailableEncryption(passphrase) if passphrase else serialization.NoEncryption()
    path.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection))
    path.chmod(mode)
    return path


def write_certificates(path: Path, *certificates: x509.Certificate) -> Path:
    path.write_bytes(b"".join(one.public_bytes(serialization.Encoding.PEM) for one in certificates))
    return path


def validated(pdf: bytes, roots: Path) -> PdfSignatureStatus:
    """What pyHanko says of the only signature of a PDF, trusting the certificates in a file and nothing else."""
    (signature,) = PdfFileReader(BytesIO(pdf)).embedded_signatures
    context = ValidationContext(trust_roots=list(load_certs_from_pemder([str(roots)])), allow_fetching=False)
    return validate_pdf_signature(signature, context)
