"""The ledger's photographs: salted JPEG files under their hashes, mode 0600, each erasable for good.

A file that is empty stands for a photograph that was erased: it is never taken again. What a disk, a file system or a
backup keeps beneath is beyond what erasing here reaches.
"""

import os
from hashlib import sha256
from pathlib import Path

from custody.core import photograph
from custody.core.errors import Erased, StorageFault, Unavailable
from custody.core.photograph import SALT
from custody.files import create_durably, sync_folder, write_durably

FOLDER = "photographs"


class Photographs:
    """A folder, made when the first one is put. Any number of threads and processes may use it at once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, hash_: str, salted: bytes) -> bool:
        """Keeps a photograph durably; whether it was new. Raises Erased, Malformed, Oversize, Unavailable."""
        photograph.check(hash_, salted)
        path = self._path(hash_)
        try:
            self._make_folder(path.parent)
            create_durably(path, salted)
        except FileExistsError:
            if path.stat().st_size == 0:
                raise _erased(hash_) from None
            return False
        except OSError as error:
            raise Unavailable("a photograph cannot be stored", got=error.strerror, remedy="Send it later.") from error
        return True

    def get(self, hash_: str) -> bytes | None:
        """The JPEG file; None if it never came. Raises Erased, and StorageFault if it is not what was put."""
        salted = self.salted(hash_)
        return None if salted is None else salted[SALT:]

    def has(self, hash_: str) -> bool:
        """Whether it is here, and was not erased."""
        try:
            return self._path(hash_).stat().st_size > 0
        except OSError:
            return False

    def salted(self, hash_: str) -> bytes | None:
        """The same with the 16 random bytes before it, as they were put."""
        try:
            salted = self._path(hash_).read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StorageFault("a photograph cannot be read", got=error.strerror) from error
        if not salted:
            raise _erased(hash_)
        if (got := sha256(salted).hexdigest()) != hash_:
            raise StorageFault("a photograph is not what was put", expected=hash_, got=got)
        return salted

    def erase(self, hash_: str) -> bool:
        """Overwrites and removes a photograph, and takes it never again; whether it was here. Raises StorageFault.

        One that has not come yet will not be taken either.
        """
        path = self._path(hash_)
        try:
            self._make_folder(path.parent)
            for unfinished in path.parent.glob(f".{hash_}.*"):  # of a put that a power cut ended
                _overwrite(unfinished)
                unfinished.unlink(missing_ok=True)
            try:
                create_durably(path, b"")
            except FileExistsError:
                found = _overwrite(path)
                write_durably(path, b"", 0o600)
                return found
        except OSError as error:
            raise StorageFault("a photograph cannot be erased", got=error.strerror) from error
        return False

    def _path(self, hash_: str) -> Path:
        return self._folder / photograph.check_hash(hash_)[:2] / hash_

    def _make_folder(self, folder: Path) -> None:
        if folder.is_dir():
            return
        for one in (self._folder.parent, self._folder, folder):
            one.mkdir(mode=0o700, parents=True, exist_ok=True)
            sync_folder(one.parent)


def _overwrite(path: Path) -> bool:
    """Puts zeros in place of the bytes, for a disk that writes where the file lies; False for an empty file."""
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        file.write(bytes(size))
        file.flush()
        os.fsync(file.fileno())
    return size > 0


def _erased(hash_: str) -> Erased:
    return Erased("a photograph was erased and is not taken again", got=hash_)
