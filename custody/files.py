"""Files that must survive a power cut or stay private: the only disk code that both the ledger and the agent use."""

import os
import shlex
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from custody.core import read_token
from custody.core.errors import BadKey, ConfigFault, Malformed
from custody.core.keys import SigningKey


def write_durably(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replaces `path` by `data`, as `writing_durably` does."""
    with writing_durably(path, mode) as file:
        file.write(data)


@contextmanager
def writing_durably(path: Path, mode: int = 0o644) -> Iterator[BinaryIO]:
    """A file that takes the place of `path` once the block has ended: after a power cut the old one is there or the
    new one, whole. A block that raises leaves the old one.

    open(tmp) → write → fsync(tmp) → rename(tmp, path) → fsync(folder). Two writers of one path must take turns.
    """
    temporary = path.with_name(f".{path.name}.new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            yield file
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    temporary.replace(path)
    sync_folder(path.parent)


def create_durably(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Makes `path`, whole or not at all, whoever else makes it at that time. Raises FileExistsError if it is there."""
    descriptor, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            os.fchmod(descriptor, mode)
            file.write(data)
            file.flush()
            os.fsync(descriptor)
        path.hardlink_to(temporary)
    finally:
        temporary.unlink()
    sync_folder(path.parent)


@contextmanager
def creating_durably(path: Path) -> Iterator[Path]:
    """A folder that is `path` once the block has ended, whole or not at all. A block that raises leaves nothing.

    Raises ConfigFault if `path` is there.
    """
    if path.exists():
        raise ConfigFault(f"{path} exists", expected="a new folder", remedy="Name another folder, or remove this one.")
    temporary = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    try:
        temporary.chmod(0o755)
        yield temporary
        for folder, _, files in os.walk(temporary):
            for name in files:
                _sync(Path(folder, name), os.O_RDONLY)
            sync_folder(Path(folder))
        temporary.rename(path)
    except BaseException:
        shutil.rmtree(temporary)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Makes the names in `folder` durable."""
    _sync(folder, os.O_RDONLY | os.O_DIRECTORY)


def _sync(path: Path, flags: int) -> None:
    descriptor = os.open(path, flags)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def check_private(path: Path) -> None:
    """Raises ConfigFault, with the command that mends it, unless only its owner may read a file; OSError."""
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise ConfigFault(
            f"{path} can be read by others",
            expected="mode 0600",
            got=f"{mode:04o}",
            remedy=f"Run: chmod 600 {shlex.quote(str(path))}",
        )


def read_private(path: Path) -> bytes:
    """The bytes of a file that only its owner may read. Raises ConfigFault."""
    try:
        check_private(path)
        return path.read_bytes()
    except OSError as error:
        raise ConfigFault(f"{path} cannot be read", expected="a private file", got=error.strerror) from None


def load_token(path: Path) -> str:
    """The read token in a file that only its owner may read. Raises ConfigFault."""
    try:
        return read_token.check(read_private(path).decode("ascii", "replace").strip())
    except Malformed as error:
        raise ConfigFault(
            f"{path} holds no read token",
            expected=error.expected,
            remedy="Put in it what custody token issue has shown.",
        ) from None


def save_key(path: Path, key: SigningKey, passphrase: bytes | None = None) -> None:
    """Writes a new private key, mode 0600. Raises ConfigFault rather than replace a file."""
    if path.exists():
        raise ConfigFault(
            f"{path} exists",
            expected="a new file",
            remedy="A key is never written over another: name another file.",
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    write_durably(path, key.to_pem(passphrase), 0o600)


def load_key(path: Path, passphrase: bytes | None = None) -> SigningKey:
    """Raises ConfigFault for a missing or open file, BadKey for another key or a wrong passphrase."""
    data = read_private(path)
    if b"ENCRYPTED" in data and not passphrase:
        raise BadKey(f"{path} is encrypted", expected="its passphrase", got="none")
    return SigningKey.from_pem(data, passphrase)
