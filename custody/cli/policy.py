"""`custody policy`: the rules that differ by election; signed and sent as the rest of the roster is."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from custody.cli import wording
from custody.cli.desk import Desk, now, open_desk
from custody.cli.signing import Session, desk_option, signs
from custody.cli.written import Instant
from custody.core.errors import ConfigFault
from custody.core.planning import Policy
from custody.core.policy import DEFAULT, Effective, Policies
from custody.lists.policy import read_policy
from custody.readable import instant


@click.group()
def policy() -> None:
    """State the rules of custody that differ by election. Work at the authority's desk (--desk)."""


@policy.command(name="set")
@click.argument("file", metavar="FILE.toml", type=click.Path(path_type=Path, dir_okay=False))
@signs()
def set_(session: Session, file: Path) -> None:
    """Sign the policy in FILE.toml (config/policy.toml, the default, says what may stand in it)."""
    try:
        members = read_policy(file.read_bytes(), file)
    except OSError as error:
        raise ConfigFault(f"{file} cannot be read", expected="a TOML file", got=error.strerror) from None
    session.propose(Policy, **members)
    if members["begins"] < now():
        click.echo(
            "Kebijakan ini bertanggal mundur: baru berlaku sejak tercatat di log; yang sudah tercatat tidak dinilai "
            "ulang. / This policy is dated back: it counts only once the log has it, and what is logged already is not "
            "judged anew."
        )


@policy.command()
@desk_option
@click.option("--site", help="At this site; without, where no site is named.")
@click.option("--at", type=Instant(), help="At this time, with its zone; without: now.")
@click.option("--default", is_flag=True, help="The default, which holds where no policy says otherwise; needs no desk.")
def show(folder: Path, site: str | None, at: int | None, default: bool) -> None:
    """Show the policy in force, as far as this desk knows."""
    if default:
        _print(DEFAULT, "Kebijakan bawaan / The default policy")
        return
    time = now() if at is None else at
    with open_desk(folder) as desk:
        found = _policies(desk).at(_path(desk, site), time)
        where = "*" if site is None else wording.named(site, desk.state)
    origin = "bawaan / the default" if found is DEFAULT else "ditandatangani / signed"
    _print(found, f"Kebijakan / Policy @ {where}, {instant(time)}: {origin}")


def _policies(desk: Desk) -> Policies:
    found = Policies()
    for order, filed in enumerate(desk.filed):  # as they stand in the log; the pending ones last, as if logged now
        if isinstance(filed.body, Policy) and filed.effect is None:
            found.add(order, now() if filed.received is None else filed.received, filed.body)
    return found


def _path(desk: Desk, site: str | None) -> list[str]:
    """The site and those above it."""
    path = []
    while site is not None:
        known = desk.state.sites.get(site)
        if known is None:
            raise ConfigFault(
                f"{site} is not in the roster", expected="a site that this desk knows", remedy="custody roster fetch"
            )
        path.append(site)
        site = known.parent
    return path


def _print(rules: Effective, title: str) -> None:
    table = Table(title=title, show_header=False, title_justify="left")
    table.add_column(style="bold", overflow="fold")
    table.add_column(overflow="fold")
    for label, text in wording.in_force(rules):
        table.add_row(label, Text(text))
    Console(markup=False, emoji=False, highlight=False).print(table)
