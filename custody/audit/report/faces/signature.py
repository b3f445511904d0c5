"""The signature in a report's PDF (PAdES B-B, ETSI EN 319 142-1), made by pyHanko with a key and certificate in PEM.

It says who answers for the report; what the report says is proved by the log alone.
"""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.exceptions import InternalError, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from pyhanko.keys import load_certs_from_pemder_data, load_private_key_from_pemder_data
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import signers
from pyhanko.sign.fields import InvisSigSettings, SigFieldSpec, SigSeedSubFilter
from pyhanko_certvalidator.registry import SimpleCertificateStore

from custody.core.errors import BadKey, ConfigFault
from custody.files import read_private

_Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
FIELD = "Signature"
_LEAST_RSA_BITS = 2048
_DOCUMENTS = frozenset((
    "1.3.6.1.5.5.7.3.36",  # document signing, RFC 9336
    "1.3.6.1.5.5.7.3.4",  # e-mail protection
    "2.5.29.37.0",  # any
    "1.2.840.113583.1.1.5",  # Adobe's
    "1.3.6.1.4.1.311.10.3.12",  # Microsoft's
))  # fmt: skip
"""Purposes (extended key usages) with which PDF readers take a signature."""
# Within both PDF/A-2 and PDF/UA-1, a widget that is not tagged must print and lie outside the page.
_OUTSIDE = InvisSigSettings(set_print_flag=True, set_hidden_flag=False, box_out_of_bounds=True)


class ReportSigner:
    """Who signs reports: a key, its certificate, and the certificates that lead to it."""

    def __init__(self, key: Path, certificate: Path, passphrase: bytes | None = None, *, now: datetime) -> None:
        """`key`: PEM, that only its owner may read. `certificate`: PEM, its own among those of who issued it.

        Raises ConfigFault for a file that others may read, that is missing or holds something else, and for a
        certificate of another key, or that is not for signing or not valid `now`; BadKey for a wrong passphrase.
        """
        private = _load_key(key, passphrase)
        chain = _load_chain(certificate)
        owns = [one for one in chain if _spki(one.public_key()) == _spki(private.public_key())]
        if not owns:
            raise ConfigFault(
                f"{certificate} and {key} do not belong together",
                expected="a certificate of the key",
                got=f"one of another key, of {chain[0].subject.rfc4514_string()}",
                remedy="Name the certificate that was issued for this key.",
            )
        # The old one may stand beside the one that replaced it.
        own = next((one for one in owns if _is_valid(one, now)), owns[0])
        _check_valid(own, certificate, now)
        _check_usage(own, certificate)
        self.name = own.subject.rfc4514_string()
        others = SimpleCertificateStore.from_certs(map(_for_pyhanko, chain))  # type: ignore[no-untyped-call]
        self._signer = signers.SimpleSigner(_for_pyhanko(own), _key_for_pyhanko(private), others)

    def sign(self, pdf: bytes) -> bytes:
        """The PDF with the signature appended: the first bytes are the same."""
        output = BytesIO()
        signers.sign_pdf(
            IncrementalPdfFileWriter(BytesIO(pdf)),
            signers.PdfSignatureMetadata(field_name=FIELD, subfilter=SigSeedSubFilter.PADES),
            signer=self._signer,
            new_field_spec=SigFieldSpec(FIELD, invis_sig_settings=_OUTSIDE),
            output=output,
        )
        return output.getvalue()


def _load_key(path: Path, passphrase: bytes | None) -> _Key:
    """A private key of a kind that PDF readers know."""
    data = read_private(path)
    encrypted = b"ENCRYPTED" in data
    if encrypted and not passphrase:
        raise BadKey(f"{path} is encrypted", expected="its passphrase", got="none")
    try:
        key = serialization.load_pem_private_key(data, passphrase if encrypted else None)
    except (TypeError, ValueError, UnsupportedAlgorithm, InternalError):
        if encrypted:
            raise BadKey(f"{path} does not open", expected="its passphrase", got="another one") from None
        raise ConfigFault(f"{path} holds no private key", expected="a private key in PEM (PKCS #8)") from None
    if not isinstance(key, _Key):
        raise ConfigFault(f"{path} cannot sign a PDF", expected="RSA, ECDSA or Ed25519", got=type(key).__name__)
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size < _LEAST_RSA_BITS:
        raise ConfigFault(f"{path} is too short", expected=f"RSA of {_LEAST_RSA_BITS} bits or more", got=key.key_size)
    return key


def _load_chain(path: Path) -> list[x509.Certificate]:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ConfigFault(f"{path} cannot be read", expected="a certificate in PEM", got=error.strerror) from None
    try:
        return x509.load_pem_x509_certificates(data)
    except ValueError:
        raise ConfigFault(f"{path} holds no certificate", expected="PEM, -----BEGIN CERTIFICATE-----") from None


def _check_valid(certificate: x509.Certificate, path: Path, now: datetime) -> None:
    if _is_valid(certificate, now):
        return
    begins, ends = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    raise ConfigFault(
        f"{path} has expired" if now > ends else f"{path} is not valid yet",
        expected=f"a certificate valid at {now.astimezone(UTC):%Y-%m-%d %H:%M} UTC",
        got=f"one valid from {begins:%Y-%m-%d %H:%M} to {ends:%Y-%m-%d %H:%M} UTC",
        remedy="Have a new certificate issued, or leave the report unsigned.",
    )


def _is_valid(certificate: x509.Certificate, now: datetime) -> bool:
    return certificate.not_valid_before_utc <= now <= certificate.not_valid_after_utc


def _check_usage(certificate: x509.Certificate, path: Path) -> None:
    found = {type(one.value): one.value for one in certificate.extensions}
    usage, purposes = found.get(x509.KeyUsage), found.get(x509.ExtendedKeyUsage)
    if isinstance(usage, x509.KeyUsage) and not (usage.digital_signature or usage.content_commitment):
        raise ConfigFault(f"{path} is not for signing", expected="key usage digitalSignature or nonRepudiation")
    if isinstance(purposes, x509.ExtendedKeyUsage) and _DOCUMENTS.isdisjoint(one.dotted_string for one in purposes):
        got = ", ".join(one.dotted_string for one in purposes)
        raise ConfigFault(f"{path} is not for signing documents", expected="a purpose that documents are of", got=got)


def _spki(key: CertificatePublicKeyTypes) -> bytes:
    return key.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _for_pyhanko(certificate: x509.Certificate) -> Any:
    """As asn1crypto has it, which ships no types."""
    return next(load_certs_from_pemder_data(certificate.public_bytes(serialization.Encoding.PEM)))


def _key_for_pyhanko(key: _Key) -> Any:
    plain = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    return load_private_key_from_pemder_data(pem, None)
