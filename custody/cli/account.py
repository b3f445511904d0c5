"""`custody account`: who signs in to the portal. The first account, and recovery, begin here."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from custody.accounts import accounts, links, passkeys, sessions, trail
from custody.accounts.accounts import Account
from custody.accounts.roles import NAMES, ROLES, Role
from custody.accounts.store import ACCOUNTS, Store
from custody.accounts.subjects import subject
from custody.accounts.trail import ACTS, Head
from custody.cli.ledger_config import config_option
from custody.core.errors import ConfigFault
from custody.core.findings import Language
from custody.core.words import both, in_both
from custody.ledger import config as settings
from custody.ledger.config import LedgerConfig
from custody.readable import instant

role_option = click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice(NAMES), help="What it may do; several times."
)
_LANGUAGES: tuple[Language, ...] = ("id", "en")


class _Known(click.ParamType[Head]):
    """`12:ab01…`: what an earlier check printed."""

    name = "NUMBER:HASH"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Head:
        number, _, hash_ = str(value).partition(":")
        try:
            known = Head(int(number), bytes.fromhex(hash_))
        except ValueError:
            known = Head(0, b"")
        if known.seq < 1 or len(known.hash) != len(trail.FIRST):
            self.fail(f"{value!r} is not what --check prints, such as 12:ab01…", param, ctx)
        return known


@click.group()
def account() -> None:
    """People who sign in to the portal; every act stands in the audit trail."""


@account.command()
@click.argument("handle")
@role_option
@click.option("--site", help="What it does is for this site (414/…) and all under it; it reads everything.")
@click.option("--language", type=click.Choice(_LANGUAGES), default="id", show_default=True, help="Of its pages.")
@config_option
def create(handle: str, roles: tuple[Role, ...], site: str | None, language: Language, config_file: Path) -> None:
    """Make an account, and print the one-time link by which its owner makes a passkey."""
    config = settings.load(config_file)
    portal = _portal(config)
    with _store(config).writing() as work:
        made = accounts.create(work, None, handle, roles, language=language, site=site)
        secret = links.make(work, None, made)
    _show_link(portal, made, secret)


@account.command()
@click.argument("handle")
@config_option
def recover(handle: str, config_file: Path) -> None:
    """Print a one-time link for an account whose passkeys were lost, or whose first link is too old.

    Once it is used, the new passkey is the account's only one and every session of before has ended.
    """
    config = settings.load(config_file)
    portal = _portal(config)
    with _store(config).writing() as work:
        found = accounts.get_handle(work.db, handle)
        secret = links.make(work, None, found)
    _show_link(portal, found, secret)


@account.command(name="list")
@config_option
def list_(config_file: Path) -> None:
    """List the accounts: roles, site, how many passkeys, where signed in."""
    with _store(settings.load(config_file)).reading() as work:
        rows = [
            (
                one.handle,
                ", ".join(in_both(ROLES[role]) for role in one.roles),
                one.site or "–",
                str(len(passkeys.of_account(work.db, one.id))),
                str(len(sessions.of_account(work.db, one.id, work.now))),
                instant(one.disabled) if one.disabled is not None else "–",
            )
            for one in accounts.everyone(work.db)
        ]
    headings = ("Akun / Account", "Peran / Roles", "Lokasi / Site", "Kunci sandi / Passkeys", "Sesi / Sessions",
                "Dinonaktifkan / Disabled")  # fmt: skip
    _print(headings, rows)


@account.command()
@click.argument("handle")
@config_option
def disable(handle: str, config_file: Path) -> None:
    """End an account's sessions, and let nobody sign in with it."""
    with _store(settings.load(config_file)).writing() as work:
        accounts.disable(work, None, accounts.get_handle(work.db, handle))
    click.echo(f"Dinonaktifkan / Disabled: {handle}")


@account.command()
@click.argument("handle")
@config_option
def enable(handle: str, config_file: Path) -> None:
    """Let an account sign in again."""
    with _store(settings.load(config_file)).writing() as work:
        accounts.enable(work, None, accounts.get_handle(work.db, handle))
    click.echo(f"Diaktifkan / Enabled: {handle}")


@account.command()
@click.argument("handle")
@role_option
@config_option
def role(handle: str, roles: tuple[Role, ...], config_file: Path) -> None:
    """Give an account these roles, in place of those it has."""
    with _store(settings.load(config_file)).writing() as work:
        accounts.set_roles(work, None, accounts.get_handle(work.db, handle), roles)
    click.echo(f"{handle}: {', '.join(in_both(ROLES[one]) for one in roles)}")


@account.command(name="sessions")
@click.argument("handle")
@config_option
def sessions_(handle: str, config_file: Path) -> None:
    """List where an account is signed in."""
    with _store(settings.load(config_file)).reading() as work:
        found = sessions.of_account(work.db, accounts.get_handle(work.db, handle).id, work.now)
    rows = [(one.browser, instant(one.created), instant(one.seen)) for one in found]
    _print(("Peramban / Browser", "Mulai / Began", "Terakhir dipakai / Last used"), rows)


@account.command()
@click.argument("handle")
@config_option
def end_sessions(handle: str, config_file: Path) -> None:
    """Sign an account out wherever it is signed in."""
    with _store(settings.load(config_file)).writing() as work:
        found = accounts.get_handle(work.db, handle)
        count = sessions.end_all(work, None, found.id, handle)
    click.echo(f"Sesi berakhir / Sessions ended: {count}")


@account.command(name="trail")
@click.option("--last", type=click.IntRange(min=1), default=50, show_default=True, help="How many lines to show.")
@click.option("--check", is_flag=True, help="Hash the whole trail again instead of showing it.")
@click.option("--holds", type=_Known(), help="With --check: what an earlier check printed must be in it.")
@config_option
def trail_(last: int, check: bool, holds: Head | None, config_file: Path) -> None:
    """Show who did what, the newest last; or check that no line was changed or taken out.

    Whoever can write to the store's file can make its newest lines anew: keep elsewhere what --check prints.
    """
    if holds is not None and not check:
        raise click.UsageError("--holds goes with --check")
    with _store(settings.load(config_file)).reading() as work:
        if check:
            head = trail.verify(work.db, holds)
            click.echo(f"Utuh / Whole: {head.seq}:{head.hash.hex()}")
            return
        handles = {one.id: one.handle for one in accounts.everyone(work.db)}
        lines = trail.lines(work.db, None, last)
    rows = [
        (
            str(line.seq),
            instant(line.time),
            _who(line.account, handles),
            both(ACTS).get(line.act, line.act),
            subject(line, in_both),
        )
        for line in reversed(lines)
    ]
    _print(("No.", "Waktu / Time", "Siapa / Who", "Tindakan / Act", "Mengenai / About"), rows)


def _who(account_id: str | None, handles: dict[str, str]) -> str:
    return "custody account" if account_id is None else handles.get(account_id, account_id)


def _portal(config: LedgerConfig) -> str:
    """Where a one-time link leads. Raises ConfigFault for a port that the system is to choose: it is not known here."""
    if config.portal_url.endswith(":0"):
        raise ConfigFault(
            "nobody can open a link at a port that is chosen when the ledger starts",
            expected="`url`, or a port in `listen`",
            got=f'listen = "{config.listen}"',
            remedy="Set one of them in the ledger's settings, start it again, and make the link then.",
        )
    return config.portal_url


def _show_link(portal: str, one: Account, secret: str) -> None:
    click.echo(f"{portal}/sign-up/{secret}")
    click.echo(
        f"\nBerlaku sekali, selama 24 jam, untuk {one.handle}. Sampaikan hanya kepadanya."
        f"\nGood once, for 24 hours, for {one.handle}. Give it to nobody else.",
        err=True,
    )


def _store(config: LedgerConfig) -> Store:
    return Store(config.private / ACCOUNTS)


def _print(headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
    table = Table(*headings)
    for row in rows:
        table.add_row(*row)
    Console(highlight=False, markup=False).print(table if rows else "Belum ada / None yet.")
