"""Where a log is read from: C2SP paths below a URL, files in a folder, an archive. Bytes only; nothing is believed."""

import os
import stat
from collections.abc import Iterator
from errno import EINVAL
from pathlib import Path
from typing import Protocol, Self

from custody.core.errors import Oversize, StorageFault, Unavailable
from custody.core.merkle import HASH_BYTES
from custody.core.note import MAX_NOTE_BYTES
from custody.core.tiles import ENTRIES, MAX_ENTRY_BYTES, tile_path

CHECKPOINT = "checkpoint"
"""The path of the latest."""
ARCHIVE_MARKS = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt", "data/log")
"""Any of these tells the folder of an archive from one of tiles: of one that lacks another, that is to be told."""


class Source(Protocol):
    """One log's files. Safe to use from several threads."""

    part: bool
    """Entries are left out: of these a bundle has the length alone, 0, and their hashes are in the tiles of level 0."""
    live: bool
    """It is what the log serves now, which only grows, and no copy that may be older."""

    @property
    def at_hand(self) -> "FolderSource | None":
        """Where another process finds the same files; None if that has to be brought to it."""
        ...

    def read(self, path: str, limit: int) -> bytes:
        """The file at a C2SP path. Raises StorageFault if there is none, Oversize above `limit` bytes, Unavailable."""
        ...

    def paths(self) -> Iterator[str]:
        """The paths of all tiles and bundles that are there, where that can be known."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...


def is_url(location: str) -> bool:
    """Whether a log's location is a URL prefix, and no path."""
    return location.startswith(("http://", "https://"))


def open_source(location: str, token: str | None = None) -> Source:
    """The log at an http(s) URL prefix, in a folder, or in an archive, which is a folder or a zip.

    `token`: a read token, for a URL that asks for one. Raises Unavailable if nothing is there; what `open_archive`
    raises.
    """
    if is_url(location):
        # Importing an HTTP client takes as long as judging a thousand entries: not for a folder.
        from custody.audit.http_source import HttpSource  # noqa: PLC0415

        return HttpSource(location, token)
    path = Path(location)
    if path.is_file() or any(os.path.lexists(path / mark) for mark in ARCHIVE_MARKS):
        from custody.audit.archive.source import open_archive  # noqa: PLC0415  # not for other folders either

        return open_archive(path)
    return FolderSource(path)


def read_checkpoint(source: Source) -> bytes:
    """The latest checkpoint: a signed note."""
    return source.read(CHECKPOINT, MAX_NOTE_BYTES)


def read_tile(source: Source, level: int, n: int, width: int) -> bytes:
    """The bytes of a tile (width·32 if it is right) or, at the level `ENTRIES`, of an entry bundle."""
    limit = width * ((2 + MAX_ENTRY_BYTES) if level == ENTRIES else HASH_BYTES)
    return source.read(tile_path(level, n, width), limit)


class Closing:
    """What a source needs to be used in a `with`; and what most sources are."""

    part = False
    live = False

    @property
    def at_hand(self) -> "FolderSource | None":
        return None

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class FolderSource(Closing):
    """A folder that holds what the log serves, or a `part` of it. Links in it are not followed."""

    def __init__(self, folder: Path, *, part: bool = False) -> None:
        if not folder.is_dir():
            raise Unavailable("there is no such folder", expected="a folder of tiles, or an archive", got=folder)
        self._folder = folder.absolute()  # for other processes too, wherever they run
        self.part = part

    @property
    def at_hand(self) -> "FolderSource":
        return self

    def read(self, path: str, limit: int) -> bytes:
        if any((self._folder / above).is_symlink() for above in Path(path).parents[:-1]):
            raise StorageFault(f"{path} cannot be read", expected="a plain folder", got="a link")
        try:
            with open(self._folder / path, "rb", opener=_at_once) as file:  # Path has no opener
                data = file.read(limit + 1)
        except FileNotFoundError:
            raise missing(path) from None
        except OSError as error:
            raise StorageFault(f"{path} cannot be read", got=error.strerror) from None
        check_size(path, data, limit)
        return data

    def paths(self) -> Iterator[str]:
        files = (path for path in (self._folder / "tile").rglob("*") if not path.is_dir())
        return (path.relative_to(self._folder).as_posix() for path in files)


def _at_once(path: str, flags: int) -> int:
    """Opens a file, and does not wait for whoever might write into a pipe. Raises OSError for what is no file."""
    descriptor = os.open(path, flags | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(EINVAL, "it is no plain file")
    return descriptor


class Pinned(Closing):
    """A source under one checkpoint, whatever it serves by now. Closes nothing."""

    def __init__(self, source: Source, note: bytes) -> None:
        self._source = source
        self._note = note
        self.part = source.part
        self.live = source.live

    def read(self, path: str, limit: int) -> bytes:
        return self._note if path == CHECKPOINT else self._source.read(path, limit)

    def paths(self) -> Iterator[str]:
        return self._source.paths()


def missing(path: str) -> StorageFault:
    """The fault of a file that the log should have."""
    return StorageFault("a file of the log is missing", expected=path, got="nothing")


def check_size(path: str, data: bytes | bytearray, limit: int) -> None:
    """Raises Oversize above `limit` bytes."""
    if len(data) > limit:
        raise Oversize(f"{path} is too large", expected=f"at most {limit} bytes", got=f"{len(data)} or more")
