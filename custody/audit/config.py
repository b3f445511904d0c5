"""The auditor's settings: one TOML file, `config/auditor.toml` being the documented example and the default.

What decides trust is here and nowhere else: the log's key, and the hash of entry 0.
"""

from hashlib import sha256
from pathlib import Path

import msgspec

from custody.core.cosignature import Witness, trusted_witnesses
from custody.core.errors import BadKey, ConfigFault, WrongLog
from custody.core.head import Hash
from custody.core.note import Verifier


class AuditorConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where the log is read (one of `url` and `folder`, absolute once loaded) and what it is held against."""

    vkey: str
    """The log's key: `<origin>+<key id>+<key>`."""
    entry0: Hash
    """SHA-256 of the exact bytes of entry 0, in hex."""
    url: str | None = None
    """The log's URL prefix, such as `https://ledger.example/2029`."""
    folder: Path | None = None
    """A folder of tiles: `checkpoint`, `tile/…`."""
    token_file: Path | None = None
    """The read token (mode 0600) that is shown to the log at `url`."""
    state: Path | None = None
    """What a verification leaves for the next one; by default beside the settings, with the ending `.state`."""
    witnesses: tuple[str, ...] = ()
    """The vkeys of witnesses whose cosignatures of checkpoints count: `<name>+<key id>+<key>`."""
    report_key: Path | None = None
    """The private key (PEM) that signs reports; they stay unsigned without one."""
    report_certificate: Path | None = None
    """Its certificate, and those that lead to it (PEM)."""

    @property
    def location(self) -> str:
        """The URL or the folder."""
        return self.url or str(self.folder)

    @property
    def verifier(self) -> Verifier:
        """Raises BadKey."""
        return Verifier(self.vkey)

    @property
    def trusted_witnesses(self) -> list[Witness]:
        """Raises BadKey."""
        return trusted_witnesses(self.witnesses, self.verifier)


def load(path: Path) -> AuditorConfig:
    """The settings in a TOML file; relative paths are relative to that file. Raises ConfigFault."""
    try:
        config = msgspec.toml.decode(path.read_bytes(), type=AuditorConfig, dec_hook=_decode_path)
        Verifier(config.vkey)
        _ = config.trusted_witnesses
    except OSError as error:
        raise ConfigFault(
            f"{path} cannot be read",
            expected="a TOML file",
            got=error.strerror,
            remedy="Name the auditor's settings with --config.",
        ) from None
    except (msgspec.MsgspecError, UnicodeError, RecursionError, BadKey) as error:
        raise ConfigFault(f"{path} does not hold an auditor's settings", got=error, remedy="See the example.") from None
    if (config.url is None) == (config.folder is None):
        raise ConfigFault(f"{path} does not say where the log is", expected="one of url and folder")
    if (config.report_key is None) != (config.report_certificate is None):
        raise ConfigFault(f"{path} does not say who signs reports", expected="both report_key and report_certificate")
    named = {name: getattr(config, name) for name in ("folder", "token_file", "report_key", "report_certificate")}
    named["state"] = config.state or Path(path.with_suffix(".state").name)
    beside = {name: path.resolve().parent / value for name, value in named.items() if value is not None}
    return msgspec.structs.replace(config, **beside)


def check_entry_0(entry: bytes, expected: str) -> None:
    """Raises WrongLog unless `entry`, the log's first, has the SHA-256 (hex) that the auditor knows."""
    got = sha256(entry).hexdigest()
    if got != expected:
        raise WrongLog("entry 0 is not the one in the auditor's settings", expected=expected, got=got)


def _decode_path(type_: type, value: object) -> object:
    if type_ is Path and isinstance(value, str):
        return Path(value)
    raise ValueError("expected a path in quotes")
