"""The JSON API: statements in, receipts and proofs out, and what the tables filled from the log know."""

from typing import TypeVar

import msgspec
from flask import Blueprint, Response, request
from werkzeug.exceptions import NotFound

from custody.core import entry
from custody.core.checkpoint import Checkpoint, parse_decimal
from custody.core.errors import CustodyError, Unavailable
from custody.core.note import split_note
from custody.ledger.views import Accepted, DeviceView, Held
from custody.web import metrics, problems
from custody.web.access import anyone, may_read, readers, viewer
from custody.web.bodies import read_lines, read_query
from custody.web.current import check_visible, entry_visible, kept_for_good, ledger, looking
from custody.web.models import (
    AcceptedAnswer,
    AfterQuery,
    Answers,
    Consistency,
    ConsistencyQuery,
    ItemsQuery,
    Logged,
    RefusedAnswer,
    RosterPage,
    StatementQuery,
    SubmitQuery,
)
from custody.web.openapi import JSON, TEXT, documented
from custody.web.standings import ITEMS_PAGE

T = TypeVar("T")

ROSTER_PAGE = 100

api = Blueprint("api", __name__, url_prefix="/api/v1")
_encode = msgspec.json.Encoder().encode


@api.post("/statements")
@documented(Answers, query=SubmitQuery, fails=(408, 411, 413, 415))
@anyone
def submit() -> Response:
    """Append statements.

    Takes 1 to 1,000 envelopes; answers each, in order, once what is accepted is durable and under a signed checkpoint.
    Sending a statement again gives the same index.
    """
    limits = ledger().config.limits
    envelopes = read_lines(request, limits.max_bytes, limits.max_batch)
    later = read_query(request, SubmitQuery).receipts == "later"
    results = ledger().submit(envelopes, receipts=not later)
    metrics.count_batch(results)
    return _json(Answers([_answer(result, later) for result in results]))


@api.get("/statements/<statement_id>")
@documented(Logged, also=TEXT, query=StatementQuery, fails=(404,))
@anyone
def statement(statement_id: str) -> Response:
    """The index and receipt of a statement, by its id.

    Everybody is told that it is logged. Who may not see it gets a receipt without the entry, which who has the
    statement puts together from it and `received`.
    """
    as_proof = read_query(request, StatementQuery).format == "proof"
    index = _found(ledger().statement(statement_id), "the log does not have this statement")
    # Its `prev` is the id of the one before: an id must not open all that its device has done.
    receipt = _found(ledger().receipt(index, entry_visible(index)), "the statement is not published yet")
    if as_proof:
        return Response(receipt, content_type=TEXT)
    data = _found(ledger().entry(index), "the statement is not published yet")
    return _json(Logged(id=statement_id, index=index, received=entry.decode(data)[1], receipt=receipt))


@api.get("/log/proof/<index>")
@documented(also=TEXT, fails=(403, 404))
@readers
def proof(index: str) -> Response:
    """The receipt (`.tlog-proof`) of the entry at an index."""
    at = parse_decimal(index)
    receipt = _found(ledger().receipt(at), "the log has no such entry")
    check_visible(at, at + 1)
    return Response(receipt, content_type=TEXT)


@api.get("/log/entries/<index>")
@documented(also=JSON, fails=(403, 404))
@readers
def entry_at(index: str) -> Response:
    """The exact bytes of the entry at an index."""
    at = parse_decimal(index)
    response = Response(_found(ledger().entry(at), "the log has no such entry"), content_type=JSON)
    check_visible(at, at + 1)
    response.headers["Cache-Control"] = kept_for_good()
    return response


@api.get("/log/consistency")
@documented(Consistency, query=ConsistencyQuery)
@anyone
def consistency() -> Response:
    """The proof that the log of one size begins with the log of a smaller one."""
    query = read_query(request, ConsistencyQuery)
    checkpoint = ledger().checkpoint()
    old = parse_decimal(query.old)
    new = parse_decimal(query.new) if query.new else Checkpoint.parse(split_note(checkpoint)[0]).size
    return _json(Consistency(old, new, ledger().consistency(old, new), checkpoint.decode()))


@api.get("/roster")
@documented(RosterPage, query=AfterQuery)
@readers
def roster() -> Response:
    """Receipts of the roster statements above an index, a page at a time."""
    indexes = ledger().roster(_after(), ROSTER_PAGE + 1)
    page, more = indexes[:ROSTER_PAGE], len(indexes) > ROSTER_PAGE
    receipts = [receipt for receipt in map(ledger().receipt, page) if receipt is not None]
    return _json(RosterPage(receipts, page[-1] if more else None))


@api.get("/devices/<keyid>")
@documented(DeviceView, query=ItemsQuery, fails=(404,))
@anyone
def device(keyid: str) -> Response:
    """An enrolled key: its chain (the last statement, what is missing, where it forked), and what it holds now.

    Everybody is told of the chain, as far as the log is public; of what it holds only readers.
    """
    after = read_query(request, ItemsQuery).after or ""
    below = None if viewer().sees_now else ledger().disclosed.size()
    view = _found(ledger().device(keyid, below), "no such key is enrolled")
    return _json(msgspec.structs.replace(view, held=_held(keyid, after) if may_read() else None))


def _held(keyid: str, after: str) -> Held | None:
    try:
        with looking() as tables:
            return tables.left_at(keyid, after, ITEMS_PAGE)
    except Unavailable:
        # Agents ask here how far their chain has come before they send: that must not wait for the tables.
        return None


def _after() -> int:
    query = read_query(request, AfterQuery)
    return parse_decimal(query.after) if query.after else -1


def _json(value: object) -> Response:
    return Response(_encode(value), content_type=JSON)


def _found(value: T | None, otherwise: str) -> T:
    if value is None:
        raise NotFound(otherwise)
    return value


def _answer(result: Accepted | CustodyError, later: bool) -> AcceptedAnswer | RefusedAnswer:
    if isinstance(result, CustodyError):
        return RefusedAnswer(problems.problem_of(result))
    return AcceptedAnswer(
        id=result.id,
        index=result.index,
        received=result.received,
        duplicate=result.duplicate,
        link=result.link,
        missing=result.missing,
        effect=result.effect,
        receipt=result.receipt if result.receipt is not None else msgspec.UNSET,
        location=f"/api/v1/statements/{result.id}" if later else msgspec.UNSET,
    )
