"""Between a desk and the ledger: pending statements out, receipts in."""

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import httpx
import msgspec

from custody.cli.desk import RECEIPTS, Desk, Filed
from custody.core import entry, errors, read_token, statement
from custody.core.canonical import b64decode
from custody.core.errors import BadProof, ConfigFault, CustodyError, TokenNeeded, Unavailable, legible
from custody.core.note import Verifier
from custody.core.proof import Receipt, check_receipt
from custody.files import load_token, write_durably

MAX_BATCH_LINES, MAX_BATCH_BYTES = 1000, 8 * 2**20
PAUSES_S = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Between tries while the ledger asks for patience and takes nothing."""
ASK_FOR_PATIENCE = (httpx.codes.TOO_MANY_REQUESTS, httpx.codes.SERVICE_UNAVAILABLE)
FETCHED = "fetched"
"""Beside the receipts: the index up to which `fetch` brought all, and how many receipts there were then up to it."""
_GET_ONE = (
    "Ask the ledger's operator for a read token (custody token issue), and name the file (mode 0600) that holds it: "
    "custody roster fetch --token-file FILE"
)
_UNCHECKED = "No vkey is known here, so receipts are kept unchecked; give --vkey once."


class _Problem(msgspec.Struct):
    """RFC 9457, as the ledger fills it."""

    type: str = ""
    status: int = 0
    title: str = "the ledger refuses"
    detail: str | None = None
    expected: str | None = None
    got: str | None = None
    remedy: str | None = None


class _Answer(msgspec.Struct):
    """What the ledger says of one statement."""

    status: str
    index: int = 0
    duplicate: bool = False
    effect: str | None = None
    receipt: str | None = None
    problem: _Problem | None = None


class _Answers(msgspec.Struct):
    answers: list[_Answer]


class _Page(msgspec.Struct):
    receipts: list[str]
    next: int | None = None


def submit(desk: Desk) -> None:
    """Sends what is pending, in order, and files the checked receipts; prints each answer.

    Raises what the ledger answers for the first statement that it refuses for good, Unavailable if it cannot be reached
    or keeps asking for patience, BadProof and others for a false receipt.
    """
    if desk.settings.vkey is None:
        click.echo(_UNCHECKED, err=True)
    pauses = iter(PAUSES_S)
    with _client(desk) as client:
        while batch := _next_batch(desk.pending):
            refusal = _post(client, desk, batch)
            if batch[0].index is not None:
                pauses = iter(PAUSES_S)
            elif refusal is not None:
                pause = next(pauses, None) if refusal.status in ASK_FOR_PATIENCE else None
                if pause is None:
                    raise _error(refusal)
                time.sleep(pause)
    click.echo("Semua terkirim / Everything is sent.")


def fetch(desk: Desk) -> None:
    """Files the receipts of roster statements that the desk does not hold yet. Raises as `submit`."""
    if desk.settings.vkey is None:
        click.echo(_UNCHECKED, err=True)
    held, marker = desk.receipts.indexes(), desk.folder / RECEIPTS / FETCHED
    after, brought = _fetched(marker, held), 0
    try:
        with _client(desk) as client:
            for receipt in _pages(client, after):
                index, _ = _open_receipt(desk, receipt)
                if index not in held:
                    desk.receipts.keep(index, receipt)
                    held.add(index)
                    brought += 1
                after = max(after, index)
    finally:
        desk.receipts.sync()
    if brought:
        write_durably(marker, f"{after} {_up_to(after, held)}\n".encode())
    click.echo(f"Diterima / Brought: {brought}")


def _fetched(marker: Path, held: set[int]) -> int:
    """The index after which to fetch: what the marker says, unless a receipt is missing that was there then."""
    noted = re.fullmatch(rb"([0-9]{1,19}) ([0-9]{1,19})\n", marker.read_bytes() if marker.exists() else b"")
    if noted is None:
        return 0
    after, count = map(int, noted.groups())
    return after if _up_to(after, held) >= count else 0


def _up_to(index: int, held: set[int]) -> int:
    return sum(one <= index for one in held)


def _next_batch(pending: list[Filed]) -> list[Filed]:
    batch: list[Filed] = []
    size = 0
    for filed in pending[:MAX_BATCH_LINES]:
        size += len(filed.statement.envelope) + 1
        if size > MAX_BATCH_BYTES:
            break
        batch.append(filed)
    return batch


def _post(client: httpx.Client, desk: Desk, batch: list[Filed]) -> _Problem | None:
    """Sends one batch and files what is answered; the first refusal, or that of the whole batch, if there is one."""
    lines = b"".join(filed.statement.envelope + b"\n" for filed in batch)
    response = _ask(client, "POST", "statements", content=lines, headers={"Content-Type": "application/x-ndjson"})
    if problem := _problem(response):
        return problem
    answers = _decode(response, _Answers).answers
    if len(answers) != len(batch):
        raise Unavailable("the ledger answered another number of statements", expected=len(batch), got=len(answers))
    refusal = None
    try:
        for filed, answer in zip(batch, answers, strict=True):
            if answer.status == "accepted":
                _keep(desk, filed, answer)
            else:
                refusal = refusal or answer.problem or _Problem()
    finally:
        desk.receipts.sync()
    return refusal


def _keep(desk: Desk, filed: Filed, answer: _Answer) -> None:
    if answer.receipt is None:
        raise BadProof("the ledger gives no receipt for what it took", expected=filed.statement.id, got="none")
    receipt = b64decode(answer.receipt)
    index, logged_id = _open_receipt(desk, receipt)
    if (index, logged_id) != (answer.index, filed.statement.id):
        raise BadProof(
            "a receipt is for another statement",
            expected=f"{filed.statement.id} at {answer.index}",
            got=f"{logged_id} at {index}",
        )
    desk.receipts.keep(index, receipt)
    filed.index, filed.effect = index, answer.effect
    already = " (sudah ada / already there)" if answer.duplicate else ""
    effect = f", tanpa efek / without effect: {legible(answer.effect[:80])}" if answer.effect else ""
    click.echo(f"{index}  {filed.statement.id}{already}{effect}")


def _open_receipt(desk: Desk, receipt: bytes) -> tuple[int, str]:
    """(index, statement id), proved if the desk knows the log's vkey."""
    if desk.settings.vkey is not None:
        index, logged, _ = check_receipt(receipt, Verifier(desk.settings.vkey))
    else:
        parsed = Receipt.decode(receipt)
        index, logged = parsed.index, parsed.extra or b""
    return index, statement.parse(entry.decode(logged)[0]).id


def _pages(client: httpx.Client, after: int) -> Iterator[bytes]:
    following: int | None = after
    while following is not None:
        response = _ask(client, "GET", "roster", params={"after": following})
        if problem := _problem(response):
            raise _error(problem)
        page = _decode(response, _Page)
        yield from (b64decode(text) for text in page.receipts)
        following = page.next


def _client(desk: Desk) -> httpx.Client:
    if desk.settings.ledger is None:
        raise ConfigFault("no ledger is known here", expected="--ledger URL, once")
    file = desk.settings.token_file
    headers = read_token.headers(load_token(Path(file)) if file else None)
    return httpx.Client(base_url=f"{desk.settings.ledger.rstrip('/')}/api/v1/", timeout=60, headers=headers)


def _ask(client: httpx.Client, method: str, path: str, **rest: Any) -> httpx.Response:
    """The ledger's answer, a problem perhaps. Raises Unavailable, ConfigFault."""
    try:
        return client.request(method, path, **rest)
    except httpx.HTTPError as error:
        raise Unavailable(
            "the ledger cannot be reached", got=error, remedy="Nothing is lost: run this again."
        ) from None
    except httpx.InvalidURL as error:
        raise ConfigFault("the ledger's URL is wrong", expected="https://host", got=error) from None


def _problem(response: httpx.Response) -> _Problem | None:
    """What the ledger refuses; None if it does not. Raises Unavailable for an answer that no ledger gives."""
    if response.status_code == httpx.codes.OK:
        return None
    if not response.headers.get("content-type", "").startswith("application/problem+json"):
        raise Unavailable("that does not answer as a ledger does", expected="200", got=response.status_code)
    problem: _Problem = _decode(response, _Problem)
    return problem


def _decode(response: httpx.Response, type_: type[Any]) -> Any:
    try:
        return msgspec.json.decode(response.content, type=type_)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise Unavailable("the ledger's answer does not parse", expected=type_.__name__, got=error) from None


def _error(problem: _Problem) -> CustodyError:
    """The error of our tree that a problem document stands for."""
    kind = problem.type.rpartition(":")[2]
    found = next((one for one in vars(errors).values() if getattr(one, "kind", None) == kind), CustodyError)
    remedy = _GET_ONE if found is TokenNeeded else problem.remedy
    error: CustodyError = found(
        problem.detail or problem.title, expected=problem.expected, got=problem.got, remedy=remedy
    )
    return error
