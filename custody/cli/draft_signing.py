"""`custody roster sign`: what a portal has prepared, shown whole, signed at an authority's desk and given out again."""

from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from custody.cli import wording
from custody.cli.desk import Desk
from custody.cli.signing import Session, show, signs
from custody.core import prepared
from custody.core.canonical import b64decode
from custody.core.errors import ConfigFault, CustodyError, Malformed, NoEffect, WrongLog
from custody.core.keys import fingerprint, keyid
from custody.core.planning import Plan, Policy
from custody.core.prepared import DraftFile, Prepared, complete, kind_of, without_head
from custody.core.roster import Enrolment, Resolve, RosterStatement, Site
from custody.core.roster_words import KINDS
from custody.files import write_durably

DRAFT, SIGNED = ".custody-draft.json", ".custody-signed.ndjson"
SHEETS = 3
"""So many sites are shown a sheet each; more of them, a line each."""


@click.command()
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--to",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    help=f"Where to write what is signed; without, beside FILE as *{SIGNED}.",
)
@signs(root_keys=True, finishes=True)
def sign(session: Session, file: Path, target: Path | None, confirmed: bool) -> None:
    """Sign the statements that a portal has prepared in FILE (*.custody-draft.json), after showing all of them.

    Log, number and predecessor are this desk's own; nothing of them comes from FILE. Each fingerprint in it is to be
    compared with the screen of the machine that has the key. What is signed is written for the portal to take in.
    """
    desk = session.desk
    drafted = _read(file, desk.settings.log)
    left = list(_not_signed_yet(desk, drafted.statements))
    if len(left) < len(drafted.statements):
        passed_over = len(drafted.statements) - len(left)
        click.echo(f"Sudah ditandatangani di sini, dilewati / Signed here already, passed over: {passed_over}")
    _propose(session, left, file)
    bodies = desk.drafts()
    if bodies:
        _show(desk, bodies)
        if not confirmed:
            _compare(bodies)
        session.sign(confirmed=confirmed)
    _give_out(desk, target or file.with_name(file.name.removesuffix(DRAFT) + SIGNED))


def _read(file: Path, log: str) -> DraftFile:
    try:
        drafted = prepared.decode_file(file.read_bytes())
    except OSError as error:
        raise ConfigFault(f"{file} cannot be read", expected="a draft file", got=error.strerror) from None
    except Malformed as error:
        raise Malformed(f"{file} is no draft file: {error}", remedy="Download it again in the portal.") from None
    if drafted.log != log:
        raise WrongLog(f"{file} is for another log than this desk", expected=log, got=drafted.log)
    return drafted


def _not_signed_yet(desk: Desk, statements: Sequence[Prepared]) -> Iterator[Prepared]:
    """Without what waits here to be sent: a file that is signed a second time, after a power cut for example.

    A plan, a policy and a resolution can be stated again on purpose.
    """
    signed = {prepared.digest(one) for filed in desk.pending if (one := _repeated_in_vain(filed.body))}
    return (one for one in statements if prepared.digest(one) not in signed)


def _repeated_in_vain(body: RosterStatement) -> Prepared | None:
    return None if isinstance(body, Plan | Policy | Resolve) else without_head(body)


def _propose(session: Session, statements: Sequence[Prepared], file: Path) -> None:
    """All of them, or none: raises NoEffect with everything that speaks against one."""
    faults = []
    for number, one in enumerate(statements, start=1):
        try:
            session.propose(partial(_completed, one))
        except CustodyError as error:
            faults.append(f"{number}. {' / '.join(KINDS[kind_of(one)])}: {error.message}; {error.got}")
    if faults:
        raise NoEffect(
            f"{file}: {len(faults)} of {len(statements)} statements cannot be signed here, so none is",
            details=faults,
            remedy="Take them out in the portal. Where this desk is behind the log: custody roster fetch.",
        )


def _completed(one: Prepared, **head: Any) -> RosterStatement:
    return complete(one, head)


def _show(desk: Desk, bodies: Sequence[RosterStatement]) -> None:
    """Everything: what prepared them is not trusted, and must not hide one among many."""
    sites = [one for one in bodies if isinstance(one, Site)]
    together = len(sites) > SHEETS
    if together:
        show(wording.site_table(sites, desk.state))
    for one in bodies:
        if not (together and isinstance(one, Site)):
            show(wording.sheet(one, desk.state, whole=True))


def _compare(bodies: Sequence[RosterStatement]) -> None:
    """Has each new key's fingerprint compared. Raises click.Abort for one that differs."""
    for one in bodies:
        if isinstance(one, Enrolment):
            click.echo(
                f"{' / '.join(KINDS[kind_of(one)])} @ {one.site or '*'}\n"
                f"Sidik jari / Fingerprint:  {fingerprint(keyid(b64decode(one.key)))}\n"
                "Bandingkan dengan layar mesin itu sendiri, bukan dengan portal. / Compare it with that machine's own "
                "screen, not with the portal."
            )
            click.confirm("Sama, kelompok demi kelompok? / The same, group by group?", abort=True)


def _give_out(desk: Desk, target: Path) -> None:
    """All that waits here: the log takes no statement before the one that it follows."""
    write_durably(target, b"".join(filed.statement.envelope + b"\n" for filed in desk.pending))
    click.echo(
        f"Untuk portal / For the portal: {target} ({len(desk.pending)})\n"
        "Unggah di portal, Daftar kepercayaan → Unggah berkas bertanda tangan; atau dari sini: custody roster submit. "
        "Sebelum itu tidak ada yang berlaku. / Upload it in the portal, Roster → Upload a signed file; or from here: "
        "custody roster submit. Nothing takes effect before that."
    )
