"""`custody label`: a label issuer's key, and signed labels printed at exact size."""

from collections import Counter
from pathlib import Path

import click

from custody.cli.enrolment import new_request, write_request
from custody.cli.passphrases import new_passphrase, no_passphrase_option, open_key, passphrase_file_option
from custody.core import ids, label
from custody.core.errors import ConfigFault, Malformed
from custody.core.keys import SigningKey, fingerprint
from custody.core.words import KINDS, Pair
from custody.files import save_key, write_durably
from custody.lists.labels import Wanted, read_labels
from custody.lists.table import Faults, read_file
from custody.printing.formats import FORMATS
from custody.printing.labels import LabelSpec, label_sheet

KEY, REQUEST = "label-issuer.pem", "label-issuer.request"
_file = click.Path(path_type=Path, dir_okay=False)


@click.group(name="label")
def label_group() -> None:
    """Make a label issuer's key, and print signed labels."""


@label_group.group()
def key() -> None:
    """The key that signs labels."""


@key.command()
@click.option("--log", "origin", required=True, metavar="ORIGIN", help="The log for whose items it signs labels.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path, file_okay=False), help="Folder for key and request."
)
@passphrase_file_option
@no_passphrase_option
def init(origin: str, out: Path, passphrase_file: Path | None, no_passphrase: bool) -> None:
    """Make a label issuer's key where labels are printed, and the request by which an authority enrols it."""
    made = SigningKey.generate()
    asked = new_request(made, origin, "label-issuer")
    save_key(out / KEY, made, new_passphrase(KEY, passphrase_file, no_passphrase))
    write_request(out / REQUEST, asked)
    click.echo(f"Sidik jari / Fingerprint:       {fingerprint(made.keyid)}")
    click.echo(f"Tetap di sini / Stays here:     {out / KEY}")
    click.echo(f"Ke otoritas / To the authority: {out / REQUEST}")


@label_group.command(name="print")
@click.argument("item_ids", nargs=-1, metavar="[ID]...")
@click.option("--key", "key_file", required=True, type=_file, help="The label issuer's private key.")
@click.option("--host", required=True, help="Where a phone that scans a label is led.")
@click.option("--format", "format_name", required=True, type=click.Choice(list(FORMATS)), help="Sheet or roll.")
@click.option("--kind", type=click.Choice(list(KINDS)), help="What the items are, in words under the id.")
@click.option("--from-csv", "list_file", type=_file, help="Many labels: a CSV of id, perhaps kind and place.")
@click.option("--skip", type=click.IntRange(0), default=0, help="Places of the first sheet that are used already.")
@click.option("--out", required=True, type=_file, help="The PDF to write.")
@passphrase_file_option
def print_(
    *,
    item_ids: tuple[str, ...],
    key_file: Path,
    host: str,
    format_name: str,
    kind: str | None,
    list_file: Path | None,
    skip: int,
    out: Path,
    passphrase_file: Path | None,
) -> None:
    """Print signed labels for items as a PDF at exact physical size: print it at 100 %, never fitted to the page."""
    wanted = [Wanted(item, None, "") for item in item_ids]
    if list_file is not None:
        wanted += read_labels(read_file(list_file), Faults(list_file))
    _check_items([one.id for one in wanted])
    issuer = open_key(key_file, passphrase_file)
    specs = [
        LabelSpec(text=label.sign(one.id, host, issuer), id=one.id, kind=_words(one.kind or kind), place=one.place)
        for one in wanted
    ]
    write_durably(out, label_sheet(specs, format_name, skip=skip))
    click.echo(f"Label / Labels: {len(specs)} → {out}. Cetak 100 % / Print at 100 %.")


def _check_items(items: list[str]) -> None:
    """Raises Malformed for what is no item's id, or comes twice: two boxes must not bear one id."""
    if not items:
        raise ConfigFault("there is nothing to print", expected="ids, or --from-csv FILE")
    for item in items:
        ids.check_item(item)
    twice = [item for item, times in Counter(items).items() if times > 1]
    if twice:
        raise Malformed("an id is given twice", expected="each id once", got=", ".join(twice))


def _words(kind: str | None) -> Pair:
    return KINDS[kind] if kind else ("", "")
