"""Small logs for the auditor: sound ones, and the same with one fault sealed in."""

from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from custody.audit.config import AuditorConfig
from custody.audit.judging import Judging
from custody.audit.report.reporting import Reporting
from custody.audit.report.scope import Scope
from custody.audit.result import Result
from custody.audit.source import FolderSource
from custody.audit.verify import recorded, replay, verify
from custody.core import canonical, entry, note
from custody.core.canonical import b64decode, b64encode
from custody.core.keys import SigningKey
from custody.core.merkle import Frontier, leaf_hash
from custody.core.statement import EVENT_TYPE, Statement, pae
from tests.tile_folder import write_log
from tests.world import START, World, key_of

LOG_KEY = key_of("log")
RECEIVED = START + 10**7
"""Unix ms: when entry 0 was received; each next one a second later."""


def entries_of(statements: Sequence[Statement | bytes]) -> list[bytes]:
    """The entries of statements, or of envelopes."""
    envelopes = [one if isinstance(one, bytes) else one.envelope for one in statements]
    return [entry.encode(envelope, RECEIVED + 1000 * index) for index, envelope in enumerate(envelopes)]


def publish(
    folder: Path,
    entries: Sequence[bytes],
    origin: str,
    *,
    key: SigningKey = LOG_KEY,
    sizes: Sequence[int] | None = None,
) -> AuditorConfig:
    """Writes the log's files, signed by `key`, and the settings of an auditor who trusts `LOG_KEY` and entry 0."""
    folder.mkdir()
    write_log(folder, entries, origin, key, sizes)
    config = AuditorConfig(
        vkey=note.encode_vkey(origin, LOG_KEY.public), entry0=sha256(entries[0]).hexdigest(), folder=folder
    )
    folder.with_suffix(".toml").write_text(
        f'vkey = "{config.vkey}"\nentry0 = "{config.entry0}"\nfolder = "{folder.name}"\n'
    )
    return config


def judge_folder(config: AuditorConfig, **options: Any) -> Result:
    assert config.folder is not None
    with FolderSource(config.folder) as source:
        return verify(source, config, **options)


def judged(config: AuditorConfig, workers: int = 0) -> tuple[Result, Judging | None]:
    """The verdict, and what the rules of custody say."""
    assert config.folder is not None
    with FolderSource(config.folder) as source:
        return replay(source, config, workers=workers)


def gathered(
    config: AuditorConfig, scope: Scope | None = None, until: int | None = None
) -> tuple[Result, Reporting | None]:
    """As `judged`, and the figures of a report."""
    assert config.folder is not None
    record = partial(Reporting, scope=scope or Scope(), until=until)
    with FolderSource(config.folder) as source, recorded(source, config, record, workers=0) as found:
        return found


def judge(folder: Path, world: World, statements: Sequence[Statement | bytes]) -> Result:
    """The verdict on a log of just these statements, sealed as if nothing were wrong with them."""
    return judge_folder(publish(folder, entries_of(statements), world.origin))


def faults(result: Result) -> list[tuple[int | None, str]]:
    """(index, kind) of each."""
    return [(fault.index, fault.kind) for fault in result.faults]


def root_of(statements: Sequence[Statement | bytes]) -> tuple[int, str]:
    """(size, root in hex) of the tree of these statements' entries."""
    tree = Frontier()
    tree.extend(map(leaf_hash, entries_of(statements)))
    return tree.size, tree.root().hex()


def altered(statement: Statement, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The statement's envelope, `change`d, and not signed again."""
    envelope = canonical.decode(statement.envelope)
    change(envelope)
    return canonical.encode(envelope)


def spoilt(statement: Statement, key: str) -> bytes:
    """The statement's envelope with another signature under one of its keys."""

    def spoil(envelope: dict[str, Any]) -> None:
        envelope["signatures"] = [
            spoilt_signature(one) if one["keyid"] == key else one for one in envelope["signatures"]
        ]

    return altered(statement, spoil)


def spoilt_signature(signature: dict[str, str]) -> dict[str, str]:
    """A signature of an envelope under the same key, which does not verify."""
    return signature | {"sig": signature["sig"][:-8] + "AAAAAA=="}


def rewritten(world: World, statement: Statement, **members: Any) -> bytes:
    """The envelope of an event whose payload has other `members`, signed again by the same keys."""
    envelope = canonical.decode(statement.envelope)
    payload = canonical.encode(canonical.decode(b64decode(envelope["payload"])) | members)
    keys = {key.keyid: key for key in [*(chain.key for chain in world.devices), *world.handlers]}
    message = pae(EVENT_TYPE, payload)
    envelope["payload"] = b64encode(payload)
    envelope["signatures"] = [{"keyid": key, "sig": b64encode(keys[key].sign(message))} for key in statement.signatures]
    return canonical.encode(envelope)


def flip(path: Path, at: int, bit: int = 0) -> None:
    """Flips one bit of a file; twice is not at all."""
    data = bytearray(path.read_bytes())
    data[at] ^= 1 << bit
    path.write_bytes(data)
