"""The ledger's settings: one TOML file, `config/ledger.toml` being the documented example and the default."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from custody.core.errors import ConfigFault
from custody.core.head import Origin

DAY_MS = 24 * 60 * 60 * 1000

ReadAccess = Literal["public", "token"]
Positive = Annotated[int, Meta(ge=1)]
# Elsewhere browsers neither offer passkeys nor keep a cookie that is for safe connections.
PortalUrl = Annotated[
    str, Meta(pattern=r"^(https://([a-z0-9-]+\.)*[a-z][a-z0-9-]*|http://localhost)(:[1-9][0-9]{0,4})?\Z")
]


class Limits(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What one request and one key may ask for."""

    max_batch: Annotated[int, Meta(ge=1, le=1000)] = 1000
    """Statements in one request."""
    max_bytes: Annotated[int, Meta(ge=65_536)] = 8 * 1024 * 1024
    """Bytes of one request, unzipped."""
    rate: Annotated[float, Meta(gt=0)] = 100.0
    """Statements a second that one key may send for long."""
    burst: Positive = 10_000
    """Statements that one key may send at once, after a rest."""
    max_queue: Positive = 10_000
    """Statements that may wait for the sequencer."""
    photograph_rate: Annotated[float, Meta(gt=0)] = 20.0
    """Photographs a second that are taken for long, from all together."""
    photograph_burst: Positive = 500
    """Photographs that are taken at once, after a rest, from all together."""
    peer_photograph_rate: Annotated[float, Meta(gt=0)] = 2.0
    """The same from one address: a proxy's, where there is one."""
    peer_photograph_burst: Positive = 100
    sign_in_rate: Annotated[float, Meta(gt=0)] = 0.5
    """How often a second one address may begin to sign in, for long: a proxy's, where there is one."""
    sign_in_burst: Positive = 60
    """The same at once, after a rest; one that is refused counts for ten more."""
    max_jump_ms: Positive = DAY_MS
    """How far the clock may jump ahead before an operator must confirm it."""


class LedgerConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Paths are absolute once loaded."""

    origin: Origin
    data: Path
    """Folder of the databases."""
    guard: Path
    """File with the last signed checkpoint: on another file system than `data` where there is one."""
    key: Path
    """The log's private key, PEM, mode 0600."""
    advice: Path | None = None
    """The advisor's private key, PEM, mode 0600; without one, agents get no advice."""
    private: Path = Path("private")
    """Folder of names and salted blobs, which are not in the log and can be erased."""
    read_access: ReadAccess = "public"
    """Who may read the log: everybody, or who has a read token or signs in. Checkpoints and hashes are everybody's."""
    listen: str = "127.0.0.1:8443"
    url: PortalUrl | None = None
    """Where browsers reach the portal: https and a name, or http and localhost."""
    threads: Annotated[int, Meta(ge=2, le=256)] = 16
    """Requests that are worked on at once."""
    clock_confirmed: datetime | None = None
    """When an operator last saw that the machine's clock is right."""
    limits: Limits = Limits()

    @property
    def portal_url(self) -> str:
        """Where browsers reach the portal, as they write an origin; on this machine, if `url` is not set."""
        url = self.url or f"http://localhost:{self.listen.rpartition(':')[2]}"
        return url.removesuffix(":443" if url.startswith("https:") else ":80")


def load(path: Path) -> LedgerConfig:
    """The settings in a TOML file; relative paths are relative to its folder. Raises ConfigFault."""
    try:
        return parse(path.read_bytes(), path)
    except OSError as error:
        raise ConfigFault(f"{path} cannot be read", expected="a TOML file", got=error.strerror) from None


def parse(data: bytes, path: Path) -> LedgerConfig:
    """The settings that `data` holds, as the file `path` would. Raises ConfigFault."""
    try:
        config = msgspec.toml.decode(data, type=LedgerConfig, dec_hook=_decode_path)
    except (msgspec.MsgspecError, UnicodeError, RecursionError) as error:
        raise ConfigFault(f"{path} does not hold a ledger's settings", got=error, remedy="See the example.") from None
    folder = path.resolve().parent
    return msgspec.structs.replace(
        config,
        data=folder / config.data,
        guard=folder / config.guard,
        key=folder / config.key,
        private=folder / config.private,
        advice=folder / config.advice if config.advice else None,
    )


def _decode_path(type_: type, value: object) -> object:
    if type_ is Path and isinstance(value, str):
        return Path(value)
    raise ValueError("expected a path in quotes")
