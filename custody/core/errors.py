"""The one tree of errors. Each says what was expected, what came, whether trying again can help, and what to do.

`kind` is the stable name of an error in APIs, logs and tests; `retry` tells a client whether the same bytes may succeed
later.
"""

from collections.abc import Sequence
from typing import ClassVar

_LONGEST_SENTENCE = 1000
_LONGEST_EXPECTED = 1200  # sixteen keyids and what stands between them
_LONGEST_GOT = 200


class CustodyError(Exception):
    """Root of the tree. `str()` is one sentence that a person can act on.

    Any part may come from a stranger, over the network too: none fills a screen or steers a terminal. Each of `details`
    is a line of its own.
    """

    kind: ClassVar[str] = "error"
    retry: ClassVar[bool] = False

    def __init__(
        self,
        message: str,
        *,
        expected: object = None,
        got: object = None,
        remedy: str | None = None,
        details: Sequence[str] = (),
    ) -> None:
        self.message = "\n  ".join(legible(line[:_LONGEST_SENTENCE]) for line in (message, *details))
        super().__init__(self.message)
        self.expected = None if expected is None else _shown(expected, _LONGEST_EXPECTED)
        self.got = None if got is None else _shown(got, _LONGEST_GOT)
        self.remedy = None if remedy is None else legible(remedy[:_LONGEST_SENTENCE])

    def __str__(self) -> str:
        parts = [self.message]
        if self.expected is not None:
            parts.append(f"expected {self.expected}")
        if self.got is not None:
            parts.append(f"got {self.got}")
        text = "; ".join(parts).removesuffix(".")
        return f"{text}. {self.remedy}" if self.remedy else text


def legible(text: str) -> str:
    """Nobody signs or trusts what the screen hides: control characters and changes of direction are spelt out."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def _shown(value: object, longest: int) -> str:
    text = str(value)[:longest]
    return text if text.isprintable() else repr(text)


class Malformed(CustodyError):
    """Bytes that are not in the one allowed encoding of what they should be."""

    kind = "malformed"


class Oversize(Malformed):
    """More bytes, entries or depth than the format allows."""

    kind = "oversize"


class CutShort(CustodyError):
    """Bytes that end before what carries them says they do: lost on their way."""

    kind = "cut-short"
    retry = True


class Unsafe(CustodyError):
    """A name, or a kind of file, that could reach out of where it lies: `..`, a link, a device."""

    kind = "unsafe"


class NewerFormat(CustodyError):
    """A version, payload type, kind or action that this software does not know; no sign of tampering."""

    kind = "newer-format"


class WrongLog(CustodyError):
    """Authentic perhaps, but written for another log (another election, a drill)."""

    kind = "wrong-log"


class BadKey(CustodyError):
    """A public or private key that may not be used."""

    kind = "bad-key"


class BadSignature(CustodyError):
    """A signature that does not verify, or not exactly the signatures that the statement names."""

    kind = "bad-signature"


class WrongPin(CustodyError):
    """The PIN does not open the badge."""

    kind = "wrong-pin"
    retry = True


class UnknownIssuer(CustodyError):
    """The issuer's key is not enrolled at this point of the log; it may be later."""

    kind = "unknown-issuer"
    retry = True


class WrongRole(CustodyError):
    """An enrolled key used for what its role does not cover."""

    kind = "wrong-role"


class NoEffect(CustodyError):
    """A roster statement that would be recorded and change nothing; refused before it is signed."""

    kind = "no-effect"


class UnknownCode(CustodyError):
    """An enrolment code that this ledger has not given out, or has forgotten."""

    kind = "unknown-code"


class UsedCode(CustodyError):
    """An enrolment code by which another key has asked already."""

    kind = "used-code"


class ExpiredCode(CustodyError):
    """An enrolment code whose time is over."""

    kind = "expired-code"


class OutOfReach(CustodyError):
    """What an account has the role for, and may not do since it is for one site: it is about others, or about all."""

    kind = "out-of-reach"


class OwnAccount(CustodyError):
    """What people do to accounts of others and not to their own."""

    kind = "own-account"


class RosterGap(CustodyError):
    """A roster statement whose predecessor has not arrived: roster chains are strict."""

    kind = "roster-gap"
    retry = True


class BadProof(CustodyError):
    """An inclusion or consistency proof, or a receipt, that does not prove what it claims."""

    kind = "bad-proof"


class BadHistory(CustodyError):
    """Entries that no honest log has in this order: one goes back in time, or a statement comes twice."""

    kind = "bad-history"


class SplitView(CustodyError):
    """Two signed checkpoints of one log that cannot both be prefixes of one history."""

    kind = "split-view"


class QuotaExceeded(CustodyError):
    """A key has sent more than its share for the moment."""

    kind = "quota-exceeded"
    retry = True


class Unnamed(CustodyError):
    """A photograph that no statement in the log names, as far as is known; one may come."""

    kind = "unnamed"
    retry = True


class Erased(CustodyError):
    """What was here and was erased for good; it is not taken again."""

    kind = "erased"


class Unavailable(CustodyError):
    """The service cannot answer now."""

    kind = "unavailable"
    retry = True


class TokenNeeded(Unavailable):
    """What only who has a read token or signs in may see; also for a token that is not good, or not any more."""

    kind = "token-needed"


class NotPublicYet(Unavailable):
    """What the policy keeps from the public for a while."""

    kind = "not-public-yet"

    wait_s: int = 0
    """In how many seconds it is public, where that is known."""


class StorageFault(CustodyError):
    """What is stored does not hash to what the log commits to, or the store is behind what was signed."""

    kind = "storage-fault"


class ConfigFault(CustodyError):
    """A setting, file or permission that a person has to mend."""

    kind = "config-fault"
