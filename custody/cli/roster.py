"""`custody roster`: who and what is trusted; shown and signed at an authority's desk, then sent to the ledger."""

from pathlib import Path
from typing import Any, get_args

import click

from custody.blobs import BLOBS, open_blobs
from custody.cli import wording
from custody.cli.desk import Desk, Filed, now, open_desk
from custody.cli.draft_signing import sign
from custody.cli.enrolment import read_request
from custody.cli.signing import Session, desk_option, signs
from custody.cli.written import Degrees, Instant
from custody.core.enrolment import request_fingerprint
from custody.core.errors import ConfigFault
from custody.core.head import HandlerRole, SiteCategory
from custody.core.keys import fingerprint
from custody.core.prepared import kind_of
from custody.core.roster import Advisor, Auditor, Authority, Device, Handler, LabelIssuer, Resolve, Revoke, Site
from custody.lists.sites import propose_sites
from custody.lists.table import Faults, read_file

_file = click.Path(path_type=Path, dir_okay=False)
_request_option = click.option("--request", "request_file", required=True, type=_file, help="The enrolment request.")


@click.group()
def roster() -> None:
    """State who and what is trusted: prepare, read, sign, send. Work at the authority's desk (--desk)."""


roster.add_command(sign)


@roster.command()
@click.option("--site", help="The site's id: 414/…")
@click.option("--category", type=click.Choice(get_args(SiteCategory)), help="What kind of place it is.")
@click.option("--name", help="Its official name.")
@click.option("--parent", help="The site that it lies under; without, it is a top of the tree.")
@click.option("--lat", type=Degrees(), help="Latitude in decimal degrees, north positive; with --lon.")
@click.option("--lon", type=Degrees(), help="Longitude in decimal degrees, east positive; with --lat.")
@click.option(
    "--import", "list_file", type=_file, help="Many sites at once: a CSV of site,category,name,parent[,lat,lon]."
)
@signs()
def site(session: Session, list_file: Path | None, **members: Any) -> None:
    """State a site, or many from a CSV file; of a file with a faulty line nothing is signed."""
    if list_file is not None:
        if any(value is not None for value in members.values()):
            raise ConfigFault("sites come from the file or from the options", expected="--import alone", got="both")
        data, faults = read_file(list_file), Faults(list_file)
        known = propose_sites(data, faults, session.desk.state.sites, lambda members: session.propose(Site, **members))
        if known:
            click.echo(f"Sudah terdaftar / Already in the roster, passed over: {known}")
        return
    if not (members["site"] and members["category"] and members["name"]):
        raise ConfigFault("a site is not fully given", expected="--site, --category and --name, or --import FILE")
    session.propose(Site, **members)


@roster.command()
@_request_option
@click.option("--site", help="The site whose subtree it may sign for; without, everywhere.")
@signs(root_keys=True)
def authority(session: Session, request_file: Path, site: str | None) -> None:
    """Enrol a further authority, for a site and all under it."""
    _enrol(session, Authority, request_file, site)


@roster.command()
@_request_option
@click.option("--site", help="Where the auditor belongs; without, everywhere.")
@signs()
def auditor(session: Session, request_file: Path, site: str | None) -> None:
    """Enrol an auditor, who may close findings with a reason, after comparing the fingerprint by voice."""
    _enrol(session, Auditor, request_file, site)


@roster.command()
@_request_option
@click.option("--site", help="The site whose subtree it may advise; without, everywhere.")
@signs()
def advisor(session: Session, request_file: Path, site: str | None) -> None:
    """Enrol the key with which a ledger advises agents, after comparing its fingerprint by voice."""
    _enrol(session, Advisor, request_file, site)


@roster.command()
@_request_option
@click.option("--site", required=True, help="Where the device belongs.")
@signs()
def device(session: Session, request_file: Path, site: str) -> None:
    """Enrol a scanner agent, after comparing its fingerprint by voice."""
    _enrol(session, Device, request_file, site)


@roster.command()
@_request_option
@click.option("--role", required=True, type=click.Choice(get_args(HandlerRole)), help="What the person does.")
@click.option("--site", required=True, help="Where the person belongs.")
@click.option("--begins", type=Instant(), help="From when the badge is good, with zone; without: now.")
@click.option("--ends", type=Instant(), help="Until when, with zone; without: until it is revoked.")
@click.option("--reissue", is_flag=True, help="A new badge in place of the handler's present one.")
@signs()
def handler(
    session: Session, *, request_file: Path, role: str, site: str, begins: int | None, ends: int | None, reissue: bool
) -> None:
    """Enrol a handler's badge; with --reissue, a new badge for the same handler."""
    asked = read_request(request_file, session.desk.settings.log, "handler")
    _ask_to_compare(request_fingerprint(asked))
    _check_reissue(session.desk, asked.subject or "", reissue)
    session.propose(
        Handler,
        handler=asked.subject,
        key=asked.key,
        proof=asked.proof,
        badge=asked.badge,
        role=role,
        site=site,
        begins=now() if begins is None else begins,
        ends=ends,
    )


@roster.command(name="label-issuer")
@_request_option
@click.option("--site", required=True, help="Where labels are printed.")
@click.option("--host", "hosts", required=True, multiple=True, help="A host its labels may link to; may be repeated.")
@click.option("--range", "ranges", required=True, multiple=True, help="What its ids begin with; may be repeated.")
@signs()
def label_issuer(
    session: Session, request_file: Path, site: str, hosts: tuple[str, ...], ranges: tuple[str, ...]
) -> None:
    """Enrol a key that signs labels, for some hosts and ranges of ids."""
    asked = read_request(request_file, session.desk.settings.log, "label-issuer")
    _ask_to_compare(request_fingerprint(asked))
    session.propose(
        LabelIssuer, key=asked.key, proof=asked.proof, site=site, hosts=sorted(set(hosts)), ranges=sorted(set(ranges))
    )


@roster.command()
@click.argument("key", metavar="KEYID")
@click.option("--reason", required=True, type=click.Choice(["retired", "lost", "compromised"]), help="Why.")
@click.option("--since", type=Instant(), help="With compromised: from when it may have been in other hands.")
@click.option("--final", help="With retired: the id of its last good statement.")
@click.option(
    "--enrolled",
    type=click.Choice(["keep", "revoke"]),
    help="Of an authority: what becomes of the keys that it enrolled, and so on downward; keep, if not said.",
)
@signs(root_keys=True)
def revoke(session: Session, key: str, **members: Any) -> None:
    """End the trust in a key, given by its keyid or at least 8 characters of its beginning.

    What it signed stays in the log and is judged.
    """
    session.propose(Revoke, key=session.desk.state.whole_keyid(key), **members)


@roster.command()
@click.argument("finding", metavar="FINDING")
@click.option("--reason", required=True, help="A word of your code list, such as recounted or explained.")
@click.option("--note", "note_file", type=_file, help="What is to be said of it; only its salted hash is signed.")
@signs()
def resolve(session: Session, finding: str, reason: str, note_file: Path | None) -> None:
    """Close a finding (f-…), for a reason; it stays on record. For authorities and auditors.

    The note stays at this desk (blobs.sqlite) and can be erased: custody directory forget HASH --folder DESK.
    """
    if note_file is None:
        session.propose(Resolve, finding=finding, reason=reason)
        return
    content = _read_note(note_file)
    with open_blobs(session.desk.folder / BLOBS) as blobs:
        session.propose(Resolve, finding=finding, reason=reason, note=blobs.put(content))


@roster.command()
@desk_option
@click.option("--ledger", metavar="URL", help="The ledger; given once, remembered in desk.toml.")
@click.option("--vkey", help="The log's vkey, against which receipts are checked; given once, remembered.")
def submit(folder: Path, ledger: str | None, vkey: str | None) -> None:
    """Send what is pending to the ledger, and keep the receipts. It can be run again at any time."""
    from custody.cli import submission  # noqa: PLC0415  # httpx loads slowly, and signing needs no network

    with open_desk(folder) as desk:
        desk.remember(ledger, vkey)
        submission.submit(desk)


@roster.command()
@desk_option
@click.option("--ledger", metavar="URL", help="The ledger; given once, remembered in desk.toml.")
@click.option("--vkey", help="The log's vkey, against which receipts are checked; given once, remembered.")
@click.option(
    "--token-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The read token, for a ledger that asks for one; given once, remembered.",
)
def fetch(folder: Path, ledger: str | None, vkey: str | None, token_file: Path | None) -> None:
    """Bring the roster statements that the log has, also other authorities', to this desk."""
    from custody.cli import submission  # noqa: PLC0415  # as in submit

    with open_desk(folder, replayed=False) as desk:
        desk.remember(ledger, vkey, token_file)
        submission.fetch(desk)


@roster.command(name="list")
@desk_option
@click.option("--pending", is_flag=True, help="Only what has not been sent.")
def list_(folder: Path, pending: bool) -> None:
    """List the roster statements that this desk knows: place in the log, content, effect."""
    with open_desk(folder) as desk:
        click.echo(f"Log: {desk.settings.log}")
        click.echo(f"Otoritas / Authority: {desk.settings.authority}")
        click.echo(f"Sidik jari / Fingerprint: {fingerprint(desk.settings.authority)}")
        for filed in desk.pending if pending else desk.filed:
            click.echo(_line(filed))


def _read_note(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigFault(f"{path} cannot be read", expected="a note", got=error.strerror) from None


def _line(filed: Filed) -> str:
    body = filed.body
    place = "pending" if filed.index is None else str(filed.index)
    line = f"{place:>8}  {body.issuer[:8]} {body.seq:<5}  {kind_of(body):<12}  {wording.summary(body)}"
    return line if filed.effect is None else f"{line}  tanpa efek / no effect: {filed.effect}"


def _enrol(
    session: Session, kind: type[Authority | Auditor | Advisor | Device], request_file: Path, site: str | None
) -> None:
    asked = read_request(request_file, session.desk.settings.log, str(kind.__struct_config__.tag))
    _ask_to_compare(request_fingerprint(asked))
    session.propose(kind, key=asked.key, proof=asked.proof, site=site)


def _ask_to_compare(fingerprint_: str) -> None:
    click.echo(
        f"Sidik jari / Fingerprint:  {fingerprint_}\n"
        "Bandingkan lewat suara dengan layar mesin itu. / Compare it by voice with that machine's screen."
    )


def _check_reissue(desk: Desk, handler_id: str, reissue: bool) -> None:
    present = desk.state.handlers.get(handler_id)
    if present is None and reissue:
        raise ConfigFault(
            f"{handler_id} has no badge yet", expected="an enrolled handler", remedy="Leave out --reissue."
        )
    if present is not None and not reissue:
        raise ConfigFault(
            f"{handler_id} has a badge already (key {present[:16]}…)",
            expected="a handler without one",
            remedy="For a new badge in its place, add --reissue; if the old one is lost, revoke its key as well.",
        )
    if present is not None:
        click.echo(
            f"Kartu pengenal baru menggantikan yang berkunci / A new badge in place of the one with key {present}"
        )
