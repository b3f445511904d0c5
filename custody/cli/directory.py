"""`custody directory`: the private store of names and blobs, none of which is in the log."""

from collections.abc import Callable
from pathlib import Path

import click

from custody.blobs import BLOBS, open_blobs
from custody.cli.ledger_config import config_option
from custody.core.errors import Malformed
from custody.directory import NAMES, check_id, check_name, open_directory
from custody.ledger.config import load
from custody.lists.names import read_names
from custody.lists.table import Faults, read_file


@click.group()
def directory() -> None:
    """Names for ids, and what is only in the log as a salted hash: private, and erasable for good."""


def _where(command: Callable[..., None]) -> Callable[..., None]:
    wrapped = click.option(
        "--folder", type=click.Path(path_type=Path, file_okay=False), help="Instead of the settings: where it lies."
    )(command)
    return config_option(wrapped)


def _find(config_file: Path, folder: Path | None) -> Path:
    return load(config_file).private if folder is None else folder


@directory.command(name="import")
@click.argument("file", metavar="FILE.csv", type=click.Path(path_type=Path, dir_okay=False))
@_where
def import_(file: Path, config_file: Path, folder: Path | None) -> None:
    """Give many ids their names, from a CSV of id,name; of a file with a faulty line nothing is taken."""
    names = read_names(read_file(file), Faults(file))
    with open_directory(_find(config_file, folder) / NAMES) as store:
        store.set(names)
    click.echo(f"Dicatat / Kept: {len(names)}")


@directory.command(name="set")
@click.argument("id_", metavar="ID")
@click.argument("name", metavar="NAME")
@_where
def set_(id_: str, name: str, config_file: Path, folder: Path | None) -> None:
    """Give an id (a handler's, or a keyid) its name."""
    with open_directory(_find(config_file, folder) / NAMES) as store:
        store.set({check_id(id_): check_name(name)})


@directory.command()
@click.argument("id_", metavar="ID")
@_where
def show(id_: str, config_file: Path, folder: Path | None) -> None:
    """Show the name of an id."""
    with open_directory(_find(config_file, folder) / NAMES) as store:
        name = store.name(check_id(id_))
    if name is None:
        raise _not_here(id_)
    click.echo(name)


@directory.command()
@click.argument("id_", metavar="ID")
@click.option("--yes", is_flag=True, help="Erase without asking.")
@_where
def forget(id_: str, yes: bool, config_file: Path, folder: Path | None) -> None:
    """Erase the name of an id, or the blob with this hash, for good. No proof breaks; backups are yours to erase."""
    where = _find(config_file, folder)
    check_id(id_)
    if not yes:
        click.confirm(f"Hapus selamanya? / Erase for good? {id_}", abort=True)
    with open_directory(where / NAMES) as names, open_blobs(where / BLOBS) as blobs:
        found = [names.forget(id_), blobs.forget(id_)]
    if not any(found):
        raise _not_here(id_)
    click.echo(f"Terhapus / Erased: {id_}")


def _not_here(id_: str) -> Malformed:
    return Malformed("the directory does not have that id", expected="an id with a name, or a blob's hash", got=id_)
