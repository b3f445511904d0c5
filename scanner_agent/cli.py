"""`scanner-agent`: sets an agent up, runs it, and shows what it holds. Bahasa Indonesia first, then English."""

import io
import json
import sys
from pathlib import Path
from typing import TextIO

import click
from msgspec import structs

from custody.command_sheet import command_sheet
from custody.core.errors import ConfigFault, CustodyError, Malformed, NewerFormat
from custody.core.keys import SigningKey, fingerprint
from custody.core.photograph import check_hash
from custody.core.roster import request, request_codec
from custody.files import load_key, save_key, write_durably
from scanner_agent import database, exchange_texts, texts, udev
from scanner_agent.config import KIOSK_PORT, AgentConfig, KioskConfig, load, parse
from scanner_agent.doctor import examine
from scanner_agent.documents.record import Record
from scanner_agent.documents.writer import LAST, pdf
from scanner_agent.exchange import Exchange
from scanner_agent.heap import give_back_large_blocks
from scanner_agent.log_file import log_to
from scanner_agent.observer import Observer
from scanner_agent.outbox import Outbox
from scanner_agent.running import run_agent
from scanner_agent.sources.nodes import THIS_MACHINE
from scanner_agent.sources.source import now
from scanner_agent.storage import load_trust, open_alone

SETTINGS, KEY, OUTBOX, REQUEST = "agent.toml", "device.pem", "outbox.sqlite", "device.request.json"
LOG = "agent.log"
FAILED, NEWER_FORMAT = 1, 3

_config = click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    default=SETTINGS,
    show_default=True,
    help="The agent's settings.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="custody-ledger")
def cli() -> None:
    """A scanner agent: reads labels, signs what happened, sends it to the ledger and keeps the proof."""


@cli.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--site", required=True, help="The id of the site where it stands: 414/…")
@click.option("--url", required=True, help="Where the ledger is reached.")
@click.option("--vkey", required=True, help="The log's public key, as custody init printed it.")
@click.option("--entry0", required=True, help="Hex SHA-256 of the log's entry 0, as custody init printed it.")
def init(folder: Path, site: str, url: str, vkey: str, entry0: str) -> None:
    """Make a device key, an empty outbox, settings, and the enrolment request for an authority, in a new FOLDER."""
    settings = _settings(site, url, vkey, entry0).encode()
    origin = parse(settings, folder / SETTINGS).origin
    if (folder / SETTINGS).exists():
        raise ConfigFault(f"{folder / SETTINGS} exists", expected="a new folder", remedy="Name another folder.")
    folder.mkdir(parents=True, exist_ok=True)
    key = _new_key(folder / KEY)
    if (folder / OUTBOX).exists():
        database.connect(folder / OUTBOX, oldest=0).close()
    else:
        database.create(folder / OUTBOX)
    write_durably(folder / REQUEST, request_codec.encode(request(key, origin, "device")))
    write_durably(folder / SETTINGS, settings)
    click.echo(f"Permohonan pendaftaran / Enrolment request: {folder / REQUEST}")
    click.echo(f"Sidik jari / Fingerprint: {fingerprint(key.keyid)}")
    click.echo(
        "Pindai kode QR pendaftaran di portal dengan agen ini (scanner-agent run), atau bawa permohonan itu kepada "
        "otoritas; sidik jarinya dibandingkan. / Scan the enrolment QR code in the portal with this agent "
        "(scanner-agent run), or bring the request to the authority; the fingerprint is compared."
    )


@cli.command()
@_config
@click.option(
    "--script", type=click.File(errors="replace"), default="-", help="Commands from a file instead of the terminal."
)
@click.option(
    "--kiosk",
    "port",
    is_flag=False,
    flag_value=KIOSK_PORT,
    type=click.IntRange(0, 65535),
    help="Serve the touch screen on this machine, at this port (without a number: 8460), until told to quit.",
)
def run(path: Path, script: TextIO, port: int | None) -> None:
    """Read, sign and send until the lines end. Exit code 1 if a line was refused."""
    config = load(path)
    if port is not None:
        config = structs.replace(config, kiosk=KioskConfig(port))
    give_back_large_blocks()
    with log_to(config.outbox.with_name(LOG)):
        try:
            refused = run_agent(config, _lock_free(script), sys.stdout)
        except KeyboardInterrupt:
            click.echo(" / ".join(texts.STOPPED))
            sys.exit(FAILED)
    sys.exit(FAILED if refused else 0)


@cli.command()
@_config
def sync(path: Path) -> None:
    """Send what is pending and bring the roster up to date, once."""
    config = load(path)
    with open_alone(config) as (outbox, device):
        observer = Observer(lambda notice: click.echo(f"{' / '.join(notice.words)}: {notice.detail}"))
        exchange = Exchange(config, outbox, load_trust(config, outbox), device, observer)
        try:
            exchange.run_pass()
        finally:
            exchange.close()
        _show(config, outbox, device.keyid)
        sys.exit(FAILED if outbox.incidents() else 0)


@cli.command()
@_config
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), required=True, help="A PDF file.")
def sheet(path: Path, to: Path) -> None:
    """Print the command sheet: QR codes, scanned instead of typing, that only this device obeys.

    With those of a PIN's keys if the policy, as it was synced last, takes PINs digit by digit.
    """
    config = load(path)
    digits = load_trust(config, Outbox(config.outbox)).digit_codes(now())
    to.write_bytes(command_sheet(load_key(config.key).keyid, config.site, digits=digits))
    click.echo(f"Lembar perintah / Command sheet: {to}")


@cli.command()
@_config
def status(path: Path) -> None:
    """What waits, what is proved, what was refused; the last checkpoint."""
    config = load(path)
    _show(config, Outbox(config.outbox), load_key(config.key).keyid)


@cli.command()
@_config
@click.option("--udev", "rules", is_flag=True, help="Print the udev rules for the scanners in the settings, no more.")
def doctor(path: Path, rules: bool) -> None:
    """Say what stands in an agent's way, and what mends it; exit code 1 if anything is wrong."""
    config = load(path)
    if rules:
        click.echo(udev.rules(config.source, THIS_MACHINE), nl=False)
        return
    wrong = False
    for line in examine(config, path):
        click.echo(line)
        wrong |= line.level == "wrong"
    sys.exit(FAILED if wrong else 0)


@cli.command()
@_config
@click.option("--to", type=click.Path(path_type=Path, file_okay=False), required=True, help="A folder.")
def receipts(path: Path, to: Path) -> None:
    """Write every receipt as a .tlog-proof file, which anyone can check offline."""
    to.mkdir(parents=True, exist_ok=True)
    count = 0
    for index, receipt in Outbox(load(path).outbox).receipts():
        (to / f"{index}.tlog-proof").write_bytes(receipt)
        count += 1
    click.echo(f"Bukti pencatatan / Receipts: {count} → {to}")


@cli.command()
@click.argument("statement", metavar="STATEMENT")
@_config
@click.option("--to", type=click.Path(path_type=Path, dir_okay=False), required=True, help="The PDF file.")
def document(statement: str, path: Path, to: Path) -> None:
    """Write the Berita Acara Serah Terima or Surat Jalan of a STATEMENT (its id, or `last`) as PDF, once more."""
    config = load(path)
    outbox = Outbox(config.outbox)
    record = Record(outbox, load_trust(config, outbox))
    parts = record.whole(record.last(load_key(config.key).keyid) if statement == LAST else statement)
    write_durably(to, pdf(parts, record), 0o600)
    click.echo(f"{' / '.join(texts.DOCUMENT)}: {to}")


@cli.command()
@click.argument("hash_", metavar="HASH")
@click.option("--yes", is_flag=True, help="Erase without asking.")
@_config
def erase(hash_: str, yes: bool, path: Path) -> None:
    """Erase the note, vehicle or photograph that a statement names by HASH, for good, from the outbox."""
    check_hash(hash_)
    if not yes:
        click.confirm(f"Hapus selamanya? / Erase for good? {hash_}", abort=True)
    with open_alone(load(path)) as (outbox, _):
        if not outbox.erase(hash_):
            raise Malformed(
                "the outbox does not have that", expected="the hash of a private text or photograph", got=hash_
            )
    click.echo(f"Terhapus / Erased: {hash_}")


@cli.group()
def quarantine() -> None:
    """What an operator has to look at: refused statements, an outbox that is behind, a split view."""


@quarantine.command("list")
@_config
@click.option("--all", "all_", is_flag=True, help="Also what was looked at.")
def list_incidents(path: Path, all_: bool) -> None:
    """List them; exit code 1 if any is open."""
    found = Outbox(load(path).outbox).incidents(reviewed=all_)
    for incident in found:
        state = "sudah diperiksa / reviewed" if incident.reviewed else "terbuka / open"
        click.echo(f"{incident.id}  {incident.kind}  {state}  {incident.statement or ''}\n    {incident.detail}")
    sys.exit(FAILED if any(incident.reviewed is None for incident in found) else 0)


@quarantine.command()
@_config
@click.argument("incident", type=click.IntRange(1, 2**63 - 1))
def show(path: Path, incident: int) -> None:
    """Print the evidence of one."""
    found = next((one for one in Outbox(load(path).outbox).incidents(reviewed=True) if one.id == incident), None)
    if found is None:
        raise ConfigFault("there is no such incident", got=incident, remedy="See: scanner-agent quarantine list --all")
    click.echo(json.dumps(json.loads(found.evidence), indent=2, ensure_ascii=False))


@quarantine.command()
@_config
@click.argument("incident", type=click.IntRange(1, 2**63 - 1))
@click.option("--resend", is_flag=True, help="Send the refused statement once more.")
def release(path: Path, incident: int, resend: bool) -> None:
    """Say that you have looked at one: signing or sending goes on. Nothing is deleted."""
    Outbox(load(path).outbox).review(incident, now(), resend=resend)
    click.echo("Dicatat sebagai sudah diperiksa / Noted as reviewed.")


def main() -> None:
    """The entry point. Exit codes: 0 done, 1 failed, 2 wrong usage, 3 newer format."""
    try:
        cli()
    except CustodyError as error:
        click.echo(f"scanner-agent: {error}", err=True)
        sys.exit(NEWER_FORMAT if isinstance(error, NewerFormat) else FAILED)
    except OSError as error:
        click.echo(f"scanner-agent: {error.filename or 'system'}: {error.strerror or error}", err=True)
        sys.exit(FAILED)


def _lock_free(lines: TextIO) -> TextIO:
    """The same lines past the buffer, whose lock is held by who waits in it: the interpreter would abort over that."""
    raw = getattr(lines.buffer, "raw", None)
    return lines if raw is None else io.TextIOWrapper(raw, errors="replace")


def _show(config: AgentConfig, outbox: Outbox, device: str) -> None:
    if not load_trust(config, outbox).enrolled(device):
        click.echo(f"{' / '.join(exchange_texts.NOT_ENROLLED)}: {fingerprint(device)}")
    click.echo(f"{' / '.join(texts.STATUS)}: {outbox.counts()}")
    click.echo(f"{' / '.join(texts.PHOTOGRAPHS)}: {outbox.photographs()}")
    for hash_, why in outbox.refused_photographs():
        click.echo(f"  {' / '.join(exchange_texts.PHOTOGRAPH_REFUSED)}: {hash_}: {why}")
    click.echo(f"{' / '.join(exchange_texts.CARRIED_WAITING)}: {len(outbox.carried_pending())}")
    held = outbox.last_checkpoint()
    shown = f"{held.checkpoint.size} {held.checkpoint.root.hex()}" if held else "belum ada / none yet"
    click.echo(f"Checkpoint {config.origin}: {shown}")
    for incident in outbox.incidents():
        click.echo(f"PERLU DIPERIKSA / TO BE LOOKED AT: {incident.id} {incident.kind}: {incident.detail}")


def _new_key(path: Path) -> SigningKey:
    """A new device key; or the one there is, of an `init` that was cut off before it wrote the settings."""
    if path.exists():
        return load_key(path)
    key = SigningKey.generate()
    save_key(path, key)
    return key


def _settings(site: str, url: str, vkey: str, entry0: str) -> str:
    # A JSON string is a TOML basic string.
    return "\n".join(
        [
            "# All settings: config/agent.toml of the source tree.",
            f"site = {json.dumps(site)}",
            f"key = {json.dumps(KEY)}",
            f"outbox = {json.dumps(OUTBOX)}",
            "",
            "[log]",
            f"url = {json.dumps(url)}",
            f"vkey = {json.dumps(vkey)}",
            f"entry0 = {json.dumps(entry0)}",
            "",
        ]
    )


if __name__ == "__main__":
    main()
