"""The files of an archive, wherever they lie: listed once, held to what an archive may have, read in bounds.

Whoever made the archive may have made it to harm its reader: nothing is followed, unpacked or read without a limit.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Protocol

from custody.audit.archive.layout import MAX_FILES, check_file_names
from custody.audit.source import check_size
from custody.core.errors import Malformed, Oversize, StorageFault, Unsafe

PIECE = 256 * 1024
"""Bytes read at a time."""
_MAX_DEPTH = 12


class Members(Protocol):
    """An archive's files by name, sorted. Safe to use from several threads."""

    folder: Path | None
    """Where they lie as they are; None if in a zip."""
    sizes: dict[str, int]
    """By name, in order; of a zip: as it declares them."""

    def pieces(self, name: str) -> Iterator[bytes]:
        """The bytes of a file. Raises StorageFault if it is not there, or not as large as `sizes` says."""
        ...

    def close(self) -> None: ...


def read(members: Members, name: str, limit: int) -> bytes:
    """A whole file. Raises Oversize above `limit` bytes, and what `Members.pieces` raises."""
    data = bytearray()
    for piece in members.pieces(name):
        data += piece
        check_size(name, data, limit)
    return bytes(data)


class FolderMembers:
    """As `Members`."""

    def __init__(self, folder: Path) -> None:
        """Raises Unsafe for what is neither a file nor a folder, and for names; Malformed, Oversize, OSError."""
        self.folder: Path | None = folder.absolute()
        self._at = folder.absolute()
        self._seen = 0
        names = [*self._listed(self._at, "")]
        check_count(len(names))
        self.sizes = dict.fromkeys(check_file_names(names), 0)
        for name in self.sizes:
            self.sizes[name] = (self._at / name).lstat().st_size

    def pieces(self, name: str) -> Iterator[bytes]:
        with self._open(name) as file:
            while piece := file.read(PIECE):
                yield piece

    def close(self) -> None:
        pass

    @contextmanager
    def _open(self, name: str) -> Iterator[BinaryIO]:
        if name not in self.sizes:
            raise missing(name)
        try:
            # A pipe would make its reader wait, and a link lead elsewhere: neither was there when this was listed.
            descriptor = os.open(self._at / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
            with os.fdopen(descriptor, "rb", buffering=0) as file:
                yield file
        except OSError as error:
            raise StorageFault(f"{name} cannot be read", got=error.strerror) from None

    def _listed(self, folder: Path, above: str, depth: int = 0) -> Iterator[str]:
        if depth > _MAX_DEPTH:
            raise Oversize("folders of the archive lie too deep", expected=f"at most {_MAX_DEPTH}", got=above)
        with os.scandir(folder) as entries:
            for entry in entries:
                self._seen += 1
                if self._seen > 2 * MAX_FILES:  # with folders, which may be empty
                    raise too_many(self._seen)
                name = above + entry.name
                mode = entry.stat(follow_symlinks=False).st_mode
                if stat.S_ISDIR(mode):
                    yield from self._listed(folder / entry.name, f"{name}/", depth + 1)
                else:
                    check_kind(name, mode)
                    yield name


def check_kind(name: str, mode: int) -> None:
    """Raises Unsafe unless the mode is a plain file's."""
    if not stat.S_ISREG(mode):
        kinds = {
            stat.S_IFLNK: "a symbolic link",
            stat.S_IFIFO: "a pipe",
            stat.S_IFSOCK: "a socket",
            stat.S_IFCHR: "a device",
            stat.S_IFBLK: "a device",
        }
        raise Unsafe(
            f"{name!r} in the archive is no plain file",
            expected="files and folders",
            got=kinds.get(stat.S_IFMT(mode), f"mode {mode:o}"),
        )


def check_count(count: int) -> None:
    """Raises Oversize for more files than an archive may have."""
    if count > MAX_FILES:
        raise too_many(count)


def too_many(count: int) -> Oversize:
    """The fault of an archive with so many files, or more."""
    return Oversize(
        "the archive has too many files",
        expected=f"at most {MAX_FILES}",
        got=count,
        remedy="Make archives of smaller sites (--site), or leave the photographs out: each is two files.",
    )


def missing(name: str) -> StorageFault:
    """The fault of a file that the archive should have."""
    return StorageFault(f"{name} is missing", expected="in the archive", got="nothing")


def changed_while_read(name: str, expected: int, got: int) -> Malformed:
    """The fault of a file that is not as long as was said of it."""
    return Malformed(f"{name} is not as long as the archive says", expected=f"{expected} bytes", got=got)
