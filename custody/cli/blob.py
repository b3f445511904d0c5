"""`custody blob`: the photographs that agents have sent, on the ledger's machine."""

from pathlib import Path

import click

from custody.cli.ledger_config import config_option
from custody.core.errors import ConfigFault, Malformed
from custody.core.photograph import check_hash
from custody.files import create_durably
from custody.ledger.config import load
from custody.photographs import FOLDER, Photographs


@click.group()
def blob() -> None:
    """Photographs, of which the log has salted hashes only: private, and erasable for good."""


def _open(config_file: Path) -> Photographs:
    return Photographs(load(config_file).private / FOLDER)


@blob.command()
@click.argument("hash_", metavar="HASH")
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The new JPEG file.")
@config_option
def get(hash_: str, to: Path, config_file: Path) -> None:
    """Write the photograph that a statement names by HASH to a new file, mode 0600, once its hash is checked."""
    picture = _open(config_file).get(check_hash(hash_))
    if picture is None:
        raise Malformed("there is no such photograph here", expected="the hash of one that an agent sent", got=hash_)
    try:
        create_durably(to, picture)
    except FileExistsError:
        raise ConfigFault(f"{to} exists", expected="a new file") from None
    click.echo(f"Foto / Photograph: {to}")


@blob.command()
@click.argument("hash_", metavar="HASH")
@click.option("--yes", is_flag=True, help="Erase without asking.")
@config_option
def erase(hash_: str, yes: bool, config_file: Path) -> None:
    """Erase a photograph for good; it is never taken again. No proof breaks; backups are yours to erase."""
    check_hash(hash_)
    if not yes:
        click.confirm(f"Hapus selamanya? / Erase for good? {hash_}", abort=True)
    if _open(config_file).erase(hash_):
        click.echo(f"Terhapus / Erased: {hash_}")
    else:
        click.echo(f"Tidak ada di sini, dan tidak akan diterima / Not here, and will not be taken: {hash_}")
