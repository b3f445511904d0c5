"""`scanner-agent init`: what an agent needs before it can be enrolled."""

import json
from pathlib import Path

import click

from custody.core.errors import ConfigFault
from custody.core.keys import SigningKey, fingerprint
from custody.core.roster import request, request_codec
from custody.files import load_key, save_key, write_durably
from scanner_agent import database
from scanner_agent.config import parse
from scanner_agent.subcommands.shared import SETTINGS

KEY, OUTBOX, REQUEST = "device.pem", "outbox.sqlite", "device.request.json"


@click.command()
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
