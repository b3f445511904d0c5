"""`custody label`: a label issuer's key, and signed labels printed at exact size."""

import re
from collections import Counter
from pathlib import Path

import click

from custody.cli.enrolment import new_request, write_request
from custody.cli.passphrases import new_passphrase, no_passphrase_option, open_key, passphrase_file_option
from custody.core import label
from custody.core.errors import ConfigFault, Malformed
from custody.core.head import VERSION
from custody.core.keys import SigningKey, fingerprint
from custody.core.words import KINDS
from custody.files import save_key, write_durably
from custody.lists.labels import Wanted, read_labels
from custody.lists.table import Faults, read_file
from custody.printing.formats import FORMATS
from custody.printing.label_job import SUFFIX, Label, LabelJob, check_items, decode
from custody.printing.labels import LabelSpec, label_sheet, words

KEY, REQUEST = "label-issuer.pem", "label-issuer.request"
SHOWN = 20
"""So many beginnings of ids are shown before a job is signed."""
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
@click.option("--job", "job_file", type=_file, help=f"What a portal has prepared (*{SUFFIX}), after showing it.")
@click.option("--host", help="Where a phone that scans a label is led.")
@click.option("--format", "format_name", type=click.Choice(list(FORMATS)), help="Sheet or roll.")
@click.option("--kind", type=click.Choice(list(KINDS)), help="What the items are, in words under the id.")
@click.option("--from-csv", "list_file", type=_file, help="Many labels: a CSV of id, perhaps kind and place.")
@click.option("--skip", type=click.IntRange(0), default=0, help="Places of the first sheet that are used already.")
@click.option("--out", required=True, type=_file, help="The PDF to write.")
@click.option("--texts", type=_file, help="Write the signed texts, too, a line each, for printing elsewhere.")
@click.option("--yes", "confirmed", is_flag=True, help="Sign a job without asking.")
@passphrase_file_option
def print_(
    *,
    item_ids: tuple[str, ...],
    key_file: Path,
    job_file: Path | None,
    host: str | None,
    format_name: str | None,
    kind: str | None,
    list_file: Path | None,
    skip: int,
    out: Path,
    texts: Path | None,
    confirmed: bool,
    passphrase_file: Path | None,
) -> None:
    """Print signed labels for items as a PDF at exact physical size: print it at 100 %, never fitted to the page."""
    issuer = open_key(key_file, passphrase_file)
    if job_file is not None:
        if any((item_ids, host, format_name, kind, list_file, skip)):
            raise click.UsageError("--job says already what is to be printed.")
        job = _read_job(job_file, issuer, confirmed)
    elif host is None or format_name is None:
        raise click.UsageError("Name --host and --format, or a --job.")
    else:
        wanted = [Wanted(item, None, "") for item in item_ids]
        if list_file is not None:
            wanted += read_labels(read_file(list_file), Faults(list_file))
        labels = [Label(id=one.id, kind=one.kind or kind or "", place=one.place) for one in wanted]
        check_items([one.id for one in labels])
        job = LabelJob(v=VERSION, issuer=issuer.keyid, host=host, format=format_name, skip=skip, labels=labels)
    _print(job, issuer, out, texts)


def _read_job(path: Path, issuer: SigningKey, confirmed: bool) -> LabelJob:
    """A job for this key, after it was shown: what has prepared it is not trusted. Raises ConfigFault, Malformed."""
    try:
        job = decode(read_file(path))
    except Malformed as error:
        raise Malformed(f"{path} is no label job: {error}", remedy="Download it again in the portal.") from None
    if job.issuer != issuer.keyid:
        raise ConfigFault(f"{path} is for another label issuer", expected=fingerprint(issuer.keyid), got=job.issuer)
    ends = [one.id for one in (job.labels[0], job.labels[-1])]
    click.echo(f"Label / Labels:    {len(job.labels)}, {job.format}")
    click.echo(f"Alamat / Host:     {job.host}")
    click.echo(f"Id:                {' … '.join(dict.fromkeys(ends))}")
    click.echo(f"Awalan / Prefixes: {', '.join(_prefixes(job))}")
    if not confirmed:
        click.confirm("Tanda tangani semua? / Sign all of them?", abort=True)
    return job


def _prefixes(job: LabelJob) -> list[str]:
    """What the ids begin with, so that no id of another range hides among many."""
    counts = Counter(re.sub(r"[0-9]+\Z", "", one.id) for one in job.labels)
    shown = [f"{prefix}… ({count})" for prefix, count in counts.most_common(SHOWN)]
    return [*shown, f"+ {len(counts) - SHOWN}"] if len(counts) > SHOWN else shown


def _print(job: LabelJob, issuer: SigningKey, out: Path, texts: Path | None) -> None:
    specs = [
        LabelSpec(text=label.sign(one.id, job.host, issuer), id=one.id, kind=words(one.kind), place=one.place)
        for one in job.labels
    ]
    write_durably(out, label_sheet(specs, job.format, skip=job.skip))
    if texts is not None:
        write_durably(texts, "".join(f"{spec.text}\n" for spec in specs).encode())
    click.echo(f"Label / Labels: {len(specs)} → {out}. Cetak 100 % / Print at 100 %.")
