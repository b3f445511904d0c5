"""`custody badge`: badges are made on an enrolment agent; only the public key and its proof leave it."""

import secrets
from pathlib import Path
from typing import get_args

import click

from custody.cli.enrolment import new_request, write_request
from custody.core import badge as badges
from custody.core import ids
from custody.core.enrolment import request_fingerprint
from custody.core.errors import ConfigFault, CustodyError, Malformed
from custody.core.head import HandlerRole
from custody.files import read_private, write_durably
from custody.printing.badges import BadgeSpec, badge_page

SECRET_BYTES, HANDLER_ID_BYTES = 16, 10


@click.group()
def badge() -> None:
    """Make handlers' badges, on an enrolment agent."""


@badge.command()
@click.option("--log", "origin", required=True, metavar="ORIGIN", help="The log for which the badge is good.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for the two files."
)
@click.option("--handler", help="The handler id of a re-issue; without, a new one is drawn.")
@click.option("--role", required=True, type=click.Choice(get_args(HandlerRole)), help="Printed on the badge.")
@click.option("--site", required=True, help="The site's id, printed on the badge.")
@click.option("--site-name", default="", help="The site's name, printed on the badge.")
@click.option(
    "--pin-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Read the PIN from this file (mode 0600) instead of asking the handler twice.",
)
def issue(
    *, origin: str, out: Path, handler: str | None, role: HandlerRole, site: str, site_name: str, pin_file: Path | None
) -> None:
    """Make one badge: the PDF to print, and the request by which an authority enrols it.

    The handler chooses the PIN and types it twice, seen by nobody. Badge and PIN together are the handler's key:
    neither key nor PIN is written anywhere.
    """
    ids.check_site(site)
    handler = handler or badges.handler_id(secrets.token_bytes(HANDLER_ID_BYTES))
    pdf, request_file = out / f"{handler}.pdf", out / f"{handler}.request"
    if pdf.exists():
        raise ConfigFault(
            f"{pdf} exists", expected="no badge of this handler there", remedy="Print and delete it first."
        )
    pin = _ask_pin() if pin_file is None else _read_pin(pin_file)
    made, key = badges.issue(handler, secrets.token_bytes(SECRET_BYTES), pin, origin)
    asked = new_request(key, origin, "handler", handler, badges.VERSION)
    page = badge_page(
        BadgeSpec(text=badges.encode(made), handler=handler, role=role, origin=origin, site=site, site_name=site_name)
    )

    out.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_request(request_file, asked)
    write_durably(pdf, page, 0o600)
    click.echo(f"Petugas / Handler:         {handler}")
    click.echo(f"Sidik jari / Fingerprint:  {request_fingerprint(asked)}")
    click.echo(f"Cetak lalu hapus / Print, then delete:  {pdf}")
    click.echo(f"Ke otoritas / To the authority:         {request_file}")


def _ask_pin() -> str:
    """A PIN typed twice without being shown; asks again until it is good and both are the same."""
    while True:
        pin: str = click.prompt(
            f"PIN baru, {badges.MIN_PIN}-{badges.MAX_PIN} angka / New PIN, {badges.MIN_PIN}-{badges.MAX_PIN} digits",
            hide_input=True,
            err=True,
        )
        try:
            badges.check_pin(pin)
        except Malformed as error:
            click.echo(f"PIN ditolak / PIN refused: {error}", err=True)
            continue
        if click.prompt("Sekali lagi / Once more", hide_input=True, err=True) == pin:
            return pin
        click.echo("PIN tidak sama, ulangi. / The PINs differ, begin again.", err=True)


def _read_pin(file: Path) -> str:
    pin = read_private(file).decode("ascii", "replace").strip()
    try:
        badges.check_pin(pin)
    except CustodyError as error:
        raise ConfigFault(f"{file} holds no good PIN", expected=error.expected, got=error.message) from None
    return pin
