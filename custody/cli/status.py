"""`custody status`: how a ledger and what it keeps track of stand, in figures."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
import httpx
import msgspec

from custody.cli.ledger_config import config_option
from custody.cli.standing_texts import DELIVERIES, ITEMS, SEVERITIES
from custody.core import read_token
from custody.core.errors import Malformed, TokenNeeded, Unavailable
from custody.files import load_token
from custody.ledger import config as settings
from custody.ledger import offline
from custody.ledger.views import Overview
from custody.readable import instant

TIMEOUT_S = 30


@click.command()
@config_option
@click.option("--url", help="Ask a running ledger here, such as https://ledger.example; without it, read its folder.")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="With --url: the read token, for a ledger that asks for one, or keeps its newest from the public.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def status(config_file: Path, url: str | None, token_file: Path | None, as_json: bool) -> None:
    """Show the log's size, how much of it has been judged, items by status, deliveries, and open findings."""
    found = _ask(url, token_file) if url else offline.overview(settings.load(config_file))
    click.echo(msgspec.json.encode(found).decode() if as_json else "\n".join(_lines(found)))


def _ask(url: str, token_file: Path | None) -> Overview:
    asked = f"{url.rstrip('/')}/api/v1/status"
    headers = read_token.headers(load_token(token_file) if token_file else None)
    try:
        answer = httpx.get(asked, timeout=TIMEOUT_S, headers=headers)
        if answer.status_code == httpx.codes.UNAUTHORIZED:
            raise TokenNeeded(
                "the ledger tells this only to who has a read token that is good",
                expected=asked,
                remedy="Ask its operator for one (custody token issue), and name its file with --token-file.",
            )
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Unavailable("the ledger does not answer", expected=asked, got=error, remedy="Check --url.") from None
    try:
        return msgspec.json.decode(answer.content, type=Overview)
    except (msgspec.MsgspecError, UnicodeError) as error:
        raise Malformed("that is no ledger's answer", expected=asked, got=error, remedy="Check --url.") from None


def _lines(found: Overview) -> Iterator[str]:
    yield f"Pada / At: {instant(found.now)}"
    yield f"Entri / Entries: {found.size}; dinilai / judged: {found.followed}"
    yield from _part("Barang / Items", ITEMS, found.items)
    deliveries = {name.replace("_", "-"): count for name, count in msgspec.structs.asdict(found.deliveries).items()}
    yield from _part("Pengiriman menurut rencana / Planned deliveries", DELIVERIES, deliveries)
    yield from _part("Ketidaksesuaian terbuka / Open findings", SEVERITIES, found.findings)


def _part(title: str, names: Mapping[str, str], counts: Mapping[Any, int]) -> Iterator[str]:
    yield title
    for key, name in names.items():
        yield f"  {counts.get(key, 0):>9}  {name}"
