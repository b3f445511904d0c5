"""A passkey's ceremony over HTTP: options out, one answer in; and what happens to who fails."""

import math
from collections.abc import Callable

import msgspec
import structlog
from flask import Response, abort, request, session
from msgspec import Raw, Struct

from custody.accounts.ceremony import MAX_ANSWER
from custody.core.errors import BadSignature, Malformed, QuotaExceeded
from custody.web import problems
from custody.web.bodies import read_bytes
from custody.web.connection import peer_of
from custody.web.current import ledger
from custody.web.identity import gate, own_path
from custody.web.openapi import JSON

REFUSED_COUNTS = 10
"""How many beginnings an attempt that was refused counts for."""
_CHALLENGE = "challenge"
_log = structlog.get_logger()


class Answer(Struct, frozen=True):
    """What `signin.js` sends: the browser's answer, and what stands in the form beside it."""

    credential: Raw
    label: str = ""
    next: str = ""


def ask(purpose: str, options: Callable[[bytes], str]) -> Response:
    """The options for the browser, with a challenge that this browser may answer once, for this purpose."""
    _check_peer()
    gate().of_peer.take(_peer(), 1)
    challenge = gate().challenges.make(purpose)
    session[_CHALLENGE] = challenge.hex()
    return Response(options(challenge), content_type=JSON)


def answered(purpose: str) -> tuple[bytes, Answer]:
    """The challenge that this browser was given, and its answer. Raises Malformed, also for a second answer."""
    _check_peer()
    challenge = bytes.fromhex(session.pop(_CHALLENGE, ""))
    try:
        answer = msgspec.json.decode(read_bytes(request, JSON, MAX_ANSWER), type=Answer)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Malformed("that is no answer of a passkey", expected="what the page sends", got=error) from None
    if not gate().challenges.take(challenge, purpose):
        raise Malformed(
            "this was answered already, or waited too long",
            expected="one answer within 5 minutes",
            remedy="Begin again.",
        )
    return challenge, answer


def refuse(error: BadSignature) -> BadSignature:
    """What a stranger is told: the same, whatever it was. The ledger's log says why."""
    gate().of_peer.take(_peer(), REFUSED_COUNTS)
    _log.info("passkey refused", why=str(error))
    return BadSignature("the passkey was refused", remedy="Begin again; if that does not help, ask for a new link.")


def hold_back(wait_ms: int) -> None:
    """Answers 429 if there is a wait: the same words for a passkey that exists and one that does not."""
    if wait_ms <= 0:
        return
    error = QuotaExceeded("too many attempts were refused", remedy="Wait, then try again.")
    response = problems.respond(problems.problem_of(error))
    response.headers["Retry-After"] = str(math.ceil(wait_ms / 1000))
    abort(response)


def went_well(answer: Answer) -> Response:
    """Where the page goes on."""
    return Response(msgspec.json.encode({"to": own_path(answer.next)}), content_type=JSON)


def _check_peer() -> None:
    short = 1 - gate().of_peer.left(_peer())
    hold_back(math.ceil(short / ledger().config.limits.sign_in_rate * 1000))


def _peer() -> str:
    return str(peer_of(request.remote_addr or ""))
