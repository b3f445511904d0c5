"""`custody init`: a new log on the ledger's machine, begun by an authority's root statement."""

import json
from hashlib import sha256
from pathlib import Path
from shlex import quote

import click

from custody.cli.enrolment import new_request, write_request
from custody.core import statement
from custody.core.errors import ConfigFault, Malformed
from custody.core.keys import SigningKey, fingerprint
from custody.core.roster import Root
from custody.files import save_key, sync_folder, write_durably
from custody.ledger import config as settings
from custody.ledger.config import LedgerConfig
from custody.ledger.ledger import Ledger
from custody.ledger.store import FILE

CONFIG, KEY, DATA, GUARD = "ledger.toml", "log.pem", "data", "guard/checkpoint"
ADVICE, REQUEST = "advice.pem", "advice.request"
UNFINISHED = "ledger.toml.unfinished"
"""The settings until all else is there: what they name was made by an `init` that was cut off."""

_TEMPLATE = """\
# A ledger's settings; relative paths start at this file's folder.
# All there are, with their defaults: config/ledger.toml of the source tree.
origin = {origin}
data = {data}
guard = {guard}
key = {key}
advice = {advice}
listen = {listen}
"""


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path, file_okay=False))
@click.option(
    "--root",
    "root_file",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="The root statement: root.json from the authority's desk.",
)
@click.option(
    "--guard",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Where the last signed checkpoint is kept: on another file system than DIR.",
)
@click.option("--listen", default="127.0.0.1:8443", show_default=True, metavar="HOST:PORT", help="Where to answer.")
def init(folder: Path, root_file: Path, guard: Path | None, listen: str) -> None:
    """Begin a log in DIR: its key, its settings, and the root statement as entry 0.

    The log's key signs checkpoints and nothing else; another one signs advice to agents once an authority has enrolled
    it. Both stay on this machine, unencrypted and readable by their owner only, so that the ledger starts by itself.
    """
    root_statement = _read(root_file)
    config_file, unfinished = folder / CONFIG, folder / UNFINISHED
    if config_file.exists():
        raise ConfigFault(f"{config_file} exists", expected="a new log", remedy="Name another folder.")
    origin = _origin(root_statement, root_file)
    if unfinished.exists():  # cut off before anybody was told of that log
        _clear(settings.load(unfinished), folder)
    folder.mkdir(parents=True, exist_ok=True)
    wanted = _settings(origin, str(guard.resolve()) if guard else GUARD, listen).encode()
    config = settings.parse(wanted, config_file)
    for path in _made(config, folder):
        if path.exists():
            raise ConfigFault(f"{path} exists", expected="a new log", remedy="Name another folder.")
    write_durably(unfinished, wanted)
    try:
        _begin(config, root_statement)
        advisor = _make_advisor(config, folder)
    except BaseException:
        _clear(config, folder)
        unfinished.unlink()
        raise
    # A folder with settings is a log.
    unfinished.replace(config_file)
    sync_folder(folder)
    _report(config, config_file, advisor)


def _made(config: LedgerConfig, folder: Path) -> list[Path]:
    """The files that make a log, besides its settings."""
    return [config.key, config.guard, folder / ADVICE, folder / REQUEST, config.data / FILE]


def _clear(config: LedgerConfig, folder: Path) -> None:
    for path in [*_made(config, folder), *config.data.glob(f"{FILE}-*")]:
        path.unlink(missing_ok=True)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes().removesuffix(b"\n")
    except OSError as error:
        raise ConfigFault(
            f"{path} cannot be read",
            expected="an authority's root.json",
            got=error.strerror,
            remedy="On the authority's machine: custody authority init",
        ) from None


def _origin(envelope: bytes, path: Path) -> str:
    body = statement.parse(envelope).body
    if not isinstance(body, Root):
        raise Malformed(f"{path} is no root statement", expected="root.json", got=type(body).__name__)
    return body.log


def _settings(origin: str, guard: str, listen: str) -> str:
    values = {"origin": origin, "data": DATA, "guard": guard, "key": KEY, "advice": ADVICE, "listen": listen}
    # A JSON string is a TOML basic string.
    return _TEMPLATE.format(**{name: json.dumps(value) for name, value in values.items()})


def _begin(config: LedgerConfig, root_statement: bytes) -> None:
    key = SigningKey.generate()
    save_key(config.key, key)
    config.guard.parent.mkdir(parents=True, exist_ok=True)
    Ledger.initialise(config, root_statement, key)


def _make_advisor(config: LedgerConfig, folder: Path) -> SigningKey:
    key = SigningKey.generate()
    save_key(folder / ADVICE, key)
    write_request(folder / REQUEST, new_request(key, config.origin, "advisor"))
    return key


def _report(config: LedgerConfig, config_file: Path, advisor: SigningKey) -> None:
    ledger = Ledger.open(config)
    try:
        vkey, first = ledger.vkey, ledger.entry(0)
    finally:
        ledger.close()
    entry0 = sha256(first or b"").hexdigest()
    click.echo(f"Origin:       {config.origin}")
    click.echo(f"vkey:         {vkey}")
    click.echo(f"Entri 0 / Entry 0 (SHA-256):  {entry0}")
    click.echo()
    click.echo("Berikan vkey dan hash entri 0 kepada auditor dan perangkat lewat jalan yang tidak dikuasai mesin ini.")
    click.echo("Give auditors and agents the vkey and the hash of entry 0 by a way that this machine does not control.")
    request = quote(str(config_file.with_name(REQUEST)))
    click.echo(f"Berikutnya / Next:  custody serve --config {quote(str(config_file))}")
    click.echo(
        f"Berikutnya, di meja otoritas / Next, at the authority's desk:  custody roster advisor --request {request}"
    )
    click.echo(f"Sidik jari / Fingerprint:  {fingerprint(advisor.keyid)}")
    if _same_file_system(config):
        click.echo(
            f"\nPeringatan: guard ({config.guard}) ada di sistem berkas yang sama dengan data; taruh di cakram lain."
            f"\nWarning: the guard ({config.guard}) is on the data's file system. A backup put back, or a lost disk,"
            "\ntakes both. Put it elsewhere: another disk, a mounted share.",
            err=True,
        )


def _same_file_system(config: LedgerConfig) -> bool:
    return config.guard.stat().st_dev == config.data.stat().st_dev
