"""`custody authority`: an authority's keys and desk, made where the ledger is not."""

from pathlib import Path

import click

from custody.cli.desk import KEY, Settings, make_desk, now
from custody.cli.enrolment import new_request, write_request
from custody.cli.passphrases import new_passphrase, no_passphrase_option, passphrase_file_option
from custody.core import roster, statement
from custody.core.canonical import b64encode
from custody.core.errors import ConfigFault, CustodyError, Malformed
from custody.core.head import MAX_SIGNERS, VERSION
from custody.core.keys import SigningKey, fingerprint
from custody.core.roster import Authority, Root
from custody.core.statement import Statement
from custody.files import save_key

_folder = click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))


@click.group()
def authority() -> None:
    """Make an authority's keys and desk; run this on another machine than the ledger."""


@authority.command()
@_folder
@click.option("--log", "origin", required=True, metavar="ORIGIN", help="The log's URL prefix without https://.")
@click.option(
    "--root-keys", type=click.IntRange(1, MAX_SIGNERS), default=1, show_default=True, help="How many to make."
)
@click.option(
    "--threshold", type=click.IntRange(1, MAX_SIGNERS), default=1, show_default=True, help="How many must sign."
)
@passphrase_file_option
@no_passphrase_option
def init(
    *, folder: Path, origin: str, root_keys: int, threshold: int, passphrase_file: Path | None, no_passphrase: bool
) -> None:
    """Begin a log's trust: root keys, the first authority, and the desk DIR in which it works.

    Each key gets a passphrase of its own, asked for twice. The root keys sign who the authority is, then leave this
    machine.
    """
    if threshold > root_keys:
        raise ConfigFault("the threshold cannot be met", expected=f"at most {root_keys}", got=threshold)
    roots = {f"root-{number}.pem": SigningKey.generate() for number in range(1, root_keys + 1)}
    first = SigningKey.generate()
    root_statement = _root_statement(origin, threshold, list(roots.values()))
    authority_statement = _authority_statement(origin, root_statement, first, list(roots.values()))

    _make_empty(folder)
    for name, key in (roots | {KEY: first}).items():
        save_key(folder / name, key, new_passphrase(name, passphrase_file, no_passphrase))
    make_desk(folder, Settings(log=origin, authority=first.keyid), root_statement.envelope, [authority_statement])
    _tell_what_goes_where(folder, roots, first)


@authority.command(name="request")
@_folder
@click.option(
    "--root",
    "root_file",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="root.json of the log, from the authority above or from the ledger.",
)
@click.option(
    "--role",
    type=click.Choice(["authority", "auditor"]),
    default="authority",
    show_default=True,
    help="An auditor may close findings, and nothing else.",
)
@passphrase_file_option
@no_passphrase_option
def request_(*, folder: Path, root_file: Path, role: str, passphrase_file: Path | None, no_passphrase: bool) -> None:
    """Make a further authority's or an auditor's key, its desk DIR, and the request to be enrolled, ROLE.request.

    The authority above signs the request (custody roster authority, or auditor), after comparing the fingerprint by
    voice.
    """
    root = _read_root(root_file)
    key = SigningKey.generate()
    _make_empty(folder)
    save_key(folder / KEY, key, new_passphrase(KEY, passphrase_file, no_passphrase))
    asked = folder / f"{role}.request"
    write_request(asked, new_request(key, root.body.log, role))
    make_desk(folder, Settings(log=root.body.log, authority=key.keyid), root.envelope, [])
    click.echo(f"Sidik jari / Fingerprint:                           {fingerprint(key.keyid)}")
    click.echo(f"Ke otoritas di atasnya / To the authority above:    {asked}")
    click.echo("Setelah terdaftar / Once it is enrolled:            custody roster fetch --ledger URL --vkey VKEY")


def _tell_what_goes_where(folder: Path, roots: dict[str, SigningKey], first: SigningKey) -> None:
    click.echo("Sidik jari / Fingerprints")
    for name, key in (roots | {KEY: first}).items():
        click.echo(f"  {name:<15} {fingerprint(key.keyid)}")
    click.echo(f"""
Ke mana / What goes where
  root.json       ke mesin buku besar, untuk / to the ledger's machine, for: custody init DIR --root root.json
  {"root-*.pem":<15} keluar dari mesin ini, masing-masing kepada pemegangnya; dipakai lagi hanya untuk mendaftarkan atau
                  mencabut otoritas / off this machine, each to its holder; needed again only to enrol or revoke an
                  authority
  {KEY:<15} tetap di sini / stays here, as do desk.toml and statements.ndjson: {folder}
Berikutnya, di sini / Next, here: custody roster site --desk {folder} …
Akhirnya / In the end:            custody roster submit --desk {folder} --ledger URL --vkey VKEY""")


def _root_statement(origin: str, threshold: int, keys: list[SigningKey]) -> Statement:
    """Entry 0, signed by every root key: so each is shown to be held."""
    body = Root(
        v=VERSION,
        log=origin,
        issuer=keys[0].keyid,
        seq=1,
        prev=None,
        time=now(),
        signers=sorted(key.keyid for key in keys),
        keys=[b64encode(key.public) for key in keys],
        threshold=threshold,
    )
    return statement.sign(body, keys)


def _authority_statement(origin: str, root: Statement, first: SigningKey, keys: list[SigningKey]) -> Statement:
    asked = new_request(first, origin, "authority")
    body = Authority(
        v=VERSION,
        log=origin,
        issuer=keys[0].keyid,
        seq=2,
        prev=root.id,
        time=now(),
        signers=root.body.signers,
        key=asked.key,
        proof=asked.proof,
    )
    return statement.sign(body, keys)


def _read_root(path: Path) -> Statement:
    try:
        parsed = statement.parse(path.read_bytes())
    except OSError as error:
        raise ConfigFault(f"{path} cannot be read", expected="a root statement", got=error.strerror) from None
    except CustodyError as error:
        raise Malformed(f"{path} is no root statement", got=error) from None
    if not isinstance(parsed.body, roster.Root):
        raise Malformed(f"{path} is no root statement", expected="kind root", got=type(parsed.body).__name__)
    return parsed


def _make_empty(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise ConfigFault(
            f"{folder} is not empty", expected="a new folder", remedy="Keys are never written over: name another."
        )
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
