"""Who signed a PDF, by pyHanko's validation, in a process of its own whose memory and time are bounded.

A stranger's file may be made to take all of both. Run as a program, this module is that process.
"""

import resource
import subprocess
import sys
from io import BytesIO
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from custody.audit.result import Signer

if TYPE_CHECKING:
    from pyhanko.sign.validation import EmbeddedPdfSignature

_MEMORY = 1 << 30
_SECONDS = 30
_WAITING_S = 120.0


class Looked(Struct, frozen=True):
    """`holds`: each signature does, and the last covers the whole file. `keywords`: what the file has as such."""

    signers: list[Signer]
    holds: bool
    keywords: str


def look(pdf: bytes) -> Looked | None:
    """What a PDF says; None if nobody can tell: it is none, broken, or asks for more than is given."""
    command = [sys.executable, "-P", "-m", __name__]
    try:
        done = subprocess.run(command, input=pdf, capture_output=True, timeout=_WAITING_S, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return None
    return msgspec.json.decode(done.stdout, type=Looked) if done.returncode == 0 else None


def _look(pdf: bytes) -> Looked:
    from pyhanko.pdf_utils.reader import PdfFileReader  # noqa: PLC0415  # only in the other process

    reader = PdfFileReader(BytesIO(pdf))
    signatures = list(reader.embedded_signatures)
    holds = [_holds(one, last=one is signatures[-1]) for one in signatures]
    keywords = str(reader.trailer["/Info"].get("/Keywords", "")) if "/Info" in reader.trailer else ""
    return Looked([_signer(one) for one in signatures], all(holds), keywords)


def _holds(signature: "EmbeddedPdfSignature", *, last: bool) -> bool:
    from pyhanko.sign.validation import validate_pdf_signature  # noqa: PLC0415
    from pyhanko.sign.validation.status import SignatureCoverageLevel  # noqa: PLC0415
    from pyhanko_certvalidator import ValidationContext  # noqa: PLC0415

    # No root is trusted: whose the certificate is, nobody says here.
    found = validate_pdf_signature(signature, ValidationContext(trust_roots=[], allow_fetching=False))
    whole = found.coverage == SignatureCoverageLevel.ENTIRE_FILE if last else bool(found.docmdp_ok)
    return bool(found.intact and found.valid and whole)


def _signer(signature: "EmbeddedPdfSignature") -> Signer:
    from cryptography import x509  # noqa: PLC0415
    from cryptography.hazmat.primitives.hashes import SHA256  # noqa: PLC0415

    certificate = x509.load_der_x509_certificate(signature.signer_cert.dump())
    return Signer(certificate.subject.rfc4514_string(), certificate.fingerprint(SHA256()).hex())


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (_SECONDS, _SECONDS))
    sys.stdout.buffer.write(msgspec.json.encode(_look(sys.stdin.buffer.read())))
