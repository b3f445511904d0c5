"""The ledger: that it is reached and is the right log, how old the roster is, what waits and what has to be seen."""

from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256

from custody.core.checkpoint import open_checkpoint
from custody.core.errors import CustodyError, TokenNeeded, Unavailable, WrongLog
from custody.core.proof import check_receipt
from scanner_agent.config import AgentConfig
from scanner_agent.doctor.line import EDIT, SETTINGS, Line
from scanner_agent.ledger_client import LedgerClient
from scanner_agent.outbox import Outbox

_SYNC = f"scanner-agent sync --config {SETTINGS}"
_TOKEN = ("Token baca", "Read token")
_LEDGER, _ROSTER = ("Buku besar", "Ledger"), ("Daftar kepercayaan", "Roster")
_WAITING, _SEEN = ("Kotak keluar", "Outbox"), ("Perlu diperiksa", "To be looked at")


def check(config: AgentConfig, outbox: Outbox) -> Iterator[Line]:
    """Asks the ledger, and keeps nothing of its answers. Without a network an agent goes on: that is no fault."""
    try:
        token = config.read_token()
    except CustodyError as error:
        yield Line("wrong", _TOKEN, str(error), f"{EDIT}  # [log]: token_file")
        token = None
    with closing(LedgerClient(config.log.url, config.origin, token)) as client:
        try:
            size = _size(client, config)
        except TokenNeeded as error:
            yield Line("wrong", _TOKEN, f"{config.log.url}: {error}", f"{EDIT}  # [log]: token_file")
        except Unavailable as error:
            yield Line("attention", _LEDGER, f"{config.log.url}: {error}", f"curl -sv {config.log.url}/readyz")
        except CustodyError as error:
            yield Line("wrong", _LEDGER, f"{config.log.url}: {error}", f"{EDIT}  # [log]: url, vkey, entry0")
        else:
            yield Line("ok", _LEDGER, f"{config.log.url}, {config.origin}, {size}")
            yield _roster(client, outbox)
    yield from _outbox(outbox)


def _size(client: LedgerClient, config: AgentConfig) -> int:
    """Of the log, whose key and first entry are as in the settings. Raises the CustodyError that shows otherwise."""
    checkpoint = open_checkpoint(client.checkpoint(), config.verifier)
    _, first, _ = check_receipt(client.receipt_at(0), config.verifier)
    if (digest := sha256(first).hexdigest()) != config.log.entry0:
        raise WrongLog("the log begins with another entry", expected=config.log.entry0, got=digest)
    return checkpoint.size


def _roster(client: LedgerClient, outbox: Outbox) -> Line:
    last = outbox.last_roster_index()
    if last is None:
        return Line("attention", _ROSTER, "belum ada / none yet", _SYNC)
    try:
        newer, more = client.roster(last)
    except Unavailable as error:
        return Line("attention", _ROSTER, str(error), _SYNC)
    if newer:
        count = f"{len(newer)}{'+' if more else ''}"
        return Line("attention", _ROSTER, f"{count} pernyataan lebih baru / newer statements", _SYNC)
    return Line("ok", _ROSTER, f"terbaru, sampai entri {last} / newest, up to entry {last}")


def _outbox(outbox: Outbox) -> Iterator[Line]:
    yield Line("ok", _WAITING, str(outbox.counts()))
    for incident in outbox.incidents():
        found = f"{incident.id} {incident.kind}: {incident.detail}"
        yield Line("wrong", _SEEN, found, f"scanner-agent quarantine show {incident.id} --config {SETTINGS}")
