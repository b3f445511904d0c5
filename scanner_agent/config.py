"""The agent's settings: one TOML file, `config/agent.toml` being the documented example."""

from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from custody.core import ids
from custody.core.errors import ConfigFault, CustodyError
from custody.core.head import Hash, IdText
from custody.core.note import Verifier
from custody.files import load_token
from scanner_agent.sources.picture_settings import ReplayConfig
from scanner_agent.sources.table import AnySourceConfig

Seconds = Annotated[float, Meta(gt=0)]


class LogConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The log and where it is reached. Only `vkey` and `entry0` decide what is trusted."""

    url: str
    """`https://host` or `http://host:port`, without the API's path."""
    vkey: str
    entry0: Hash
    """Hex SHA-256 of entry 0."""
    token_file: Path | None = None
    """The read token (mode 0600), for a ledger that asks for one or keeps its newest from the public."""


KIOSK_PORT = 8460


class KioskConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The agent's screen for a touch panel beside it."""

    port: Annotated[int, Meta(ge=0, le=65535)] = KIOSK_PORT
    """On 127.0.0.1 and nowhere else; 0: any that is free."""


class AgentConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Paths are absolute once loaded."""

    site: IdText
    log: LogConfig
    key: Path = Path("device.pem")
    """The device's private key, PEM, mode 0600."""
    outbox: Path = Path("outbox.sqlite")
    documents: Path = Path("documents")
    """Folder of the handover documents and consignment notes, PDF, to be printed."""
    sync_seconds: Seconds = 60.0
    """How often the ledger is asked for news while there is nothing to send."""
    idle_lock_seconds: Seconds = 300.0
    """After this long without a read or a command, unlocked keys are dropped; what was read stays."""
    kiosk: KioskConfig | None = None
    """None: only the terminal."""
    source: list[AnySourceConfig] = []

    @property
    def verifier(self) -> Verifier:
        """The log's public key; its name is the log's origin."""
        return Verifier(self.log.vkey)

    def read_token(self) -> str | None:
        """The read token, if there is one. Raises ConfigFault."""
        return load_token(self.log.token_file) if self.log.token_file else None

    @property
    def origin(self) -> str:
        return self.verifier.name


def load(path: Path) -> AgentConfig:
    """The settings in a TOML file; relative paths are relative to its folder. Raises ConfigFault."""
    try:
        return parse(path.read_bytes(), path)
    except OSError as error:
        raise ConfigFault(
            f"{path} cannot be read",
            expected="the agent's settings",
            got=error.strerror,
            remedy="Make them with: scanner-agent init",
        ) from None


def parse(data: bytes, path: Path) -> AgentConfig:
    """The settings that `data` holds, as the file `path` would. Raises ConfigFault."""
    try:
        config = msgspec.toml.decode(data, type=AgentConfig, dec_hook=_decode_path)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ConfigFault(
            f"{path} does not hold an agent's settings", got=error, remedy="See config/agent.toml."
        ) from None
    _check(config, path)
    folder = path.resolve().parent
    return msgspec.structs.replace(
        config,
        log=msgspec.structs.replace(
            config.log, token_file=folder / config.log.token_file if config.log.token_file else None
        ),
        key=folder / config.key,
        outbox=folder / config.outbox,
        documents=folder / config.documents,
        source=[_placed(source, folder) for source in config.source],
    )


def _check(config: AgentConfig, path: Path) -> None:
    try:
        ids.check_site(config.site)
        Verifier(config.log.vkey)
    except CustodyError as error:
        raise ConfigFault(f"{path} holds a wrong setting", got=error) from None
    if not _is_http(config.log.url):
        raise ConfigFault(f"{path} holds a wrong log.url", expected="http(s)://host[:port]", got=config.log.url)


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _placed(source: AnySourceConfig, folder: Path) -> AnySourceConfig:
    if isinstance(source, ReplayConfig):
        return msgspec.structs.replace(source, path=str(folder / source.path))
    return source


def _decode_path(type_: type, value: object) -> object:
    if type_ is Path and isinstance(value, str):
        return Path(value)
    raise ValueError("expected a path in quotes")
