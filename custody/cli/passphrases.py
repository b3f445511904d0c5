"""Where the passphrases of private keys come from: a file that only its owner may read, or a person."""

from pathlib import Path

import click

from custody.core.errors import ConfigFault
from custody.core.keys import SigningKey
from custody.files import load_key, read_private

passphrase_file_option = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Read the key's passphrase from this file (mode 0600) instead of asking for it.",
)
no_passphrase_option = click.option(
    "--no-passphrase", is_flag=True, help="Do not encrypt the key: whoever copies the file then holds the key."
)


def new_passphrase(name: str, file: Path | None, none: bool) -> bytes | None:
    """The passphrase for a key that is being made; None: the key stays unencrypted. Raises ConfigFault."""
    if file is not None and none:
        raise ConfigFault("a key has a passphrase or none", expected="--passphrase-file or --no-passphrase", got="both")
    if none:
        return None
    if file is not None:
        return _first_line(file)
    entered: str = click.prompt(
        f"Frasa sandi baru / New passphrase: {name}",
        hide_input=True,
        confirmation_prompt="Sekali lagi / Once more",
        err=True,
    )
    return entered.encode()


def open_key(path: Path, file: Path | None) -> SigningKey:
    """The private key in `path`; asks for its passphrase if it has one. Raises ConfigFault, BadKey."""
    return load_key(path, passphrase_of(path, file))


def passphrase_of(path: Path, file: Path | None) -> bytes | None:
    """The passphrase of the private key in `path`: from a file, else asked for if there is one. Raises ConfigFault."""
    if file is not None:
        return _first_line(file)
    if b"ENCRYPTED" not in read_private(path):
        return None
    entered: str = click.prompt(f"Frasa sandi / Passphrase: {path.name}", hide_input=True, err=True)
    return entered.encode()


def _first_line(file: Path) -> bytes:
    line = read_private(file).partition(b"\n")[0].rstrip(b"\r")
    if not line:
        raise ConfigFault(f"{file} is empty", expected="a passphrase on its first line")
    return line
