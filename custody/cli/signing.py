"""How a roster statement comes about at a desk: proposed, shown, confirmed, signed, filed."""

import functools
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from custody.cli import wording
from custody.cli.desk import KEY, Desk, open_desk
from custody.cli.passphrases import open_key, passphrase_file_option
from custody.core.errors import BadKey, ConfigFault, NoEffect
from custody.core.keys import SigningKey
from custody.core.prepared import kind_of
from custody.core.roster import RosterStatement
from custody.core.roster_words import NO_EFFECT

desk_option = click.option(
    "--desk",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=".",
    show_default=True,
    envvar="CUSTODY_DESK",
    show_envvar=True,
    help="The authority's folder, as `custody authority init` made it.",
)


class Session:
    """What a roster command proposes into: an open desk and the keys that will sign, the issuer's first."""

    def __init__(self, desk: Desk, keys: list[SigningKey]) -> None:
        self.desk = desk
        self._keys = keys

    def propose(self, kind: Callable[..., RosterStatement], **members: Any) -> None:
        """The next statement. Raises NoEffect if it would change nothing, and what the format and admission raise."""
        body = kind(**self.desk.head(key.keyid for key in self._keys), **members)
        reason = self.desk.draft(body)
        if reason is not None:
            raise NoEffect(
                f"{kind_of(body)} {wording.summary(body)} would have no effect",
                expected="a statement that changes the roster",
                got=f"{reason}: {NO_EFFECT[reason][1]}",
                remedy="Nothing was signed. `custody roster list` shows what this desk knows.",
            )

    def finish(self, *, confirmed: bool) -> None:
        """Shows what was proposed, asks, signs and files it. Raises click.Abort for a no."""
        drafts = self.desk.drafts()
        if not drafts:
            return
        show(wording.sheet(drafts[0], self.desk.state) if len(drafts) == 1 else wording.overview(drafts))
        self.sign(confirmed=confirmed)
        click.echo(f"Menunggu / Pending: {len(self.desk.pending)}. Kirim / Send: custody roster submit")

    def sign(self, *, confirmed: bool) -> None:
        """Asks, signs what was proposed and shown, and files it. Raises click.Abort for a no."""
        if not confirmed:
            click.confirm("Tandatangani? / Sign this?", abort=True)
        count = len(self.desk.drafts())
        self.desk.sign(self._keys)
        click.echo(f"Ditandatangani / Signed: {count}.")


def show(table: Table) -> None:
    """Shows a table as it is: nothing in it steers the terminal."""
    Console(markup=False, emoji=False, highlight=False).print(table)


def signs(*, root_keys: bool = False, finishes: bool = False) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Makes a command of a function that proposes into the Session it is given; the rest is the same for all.

    One that `finishes` by itself is also given `confirmed`.
    """

    def decorate(propose: Callable[..., None]) -> Callable[..., None]:
        @functools.wraps(propose)
        def command(
            folder: Path, passphrase_file: Path | None, yes: bool, root_key: tuple[Path, ...] = (), **options: Any
        ) -> None:
            with open_desk(folder) as desk:
                session = Session(desk, _signers(desk, root_key, passphrase_file))
                if finishes:
                    propose(session, confirmed=yes, **options)
                else:
                    propose(session, **options)
                    session.finish(confirmed=yes)

        wrapped = click.option("--yes", is_flag=True, help="Sign without asking.")(command)
        wrapped = desk_option(passphrase_file_option(wrapped))
        return _root_key_option(wrapped) if root_keys else wrapped

    return decorate


_root_key_option = click.option(
    "--root-key",
    type=click.Path(path_type=Path, dir_okay=False),
    multiple=True,
    help="Sign with this root key instead of the authority's; once for each key up to the threshold.",
)


def _signers(desk: Desk, root_keys: tuple[Path, ...], passphrase_file: Path | None) -> list[SigningKey]:
    if root_keys:
        return [open_key(path, passphrase_file) for path in root_keys]
    path = desk.folder / KEY
    if not path.exists():
        raise ConfigFault(f"{path} is missing", expected="the authority's private key")
    key = open_key(path, passphrase_file)
    if key.keyid != desk.settings.authority:
        raise BadKey(f"{path} is another key", expected=desk.settings.authority, got=key.keyid)
    return [key]
