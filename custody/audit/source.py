"""Where a log is read from: C2SP paths below a URL, or files in a folder. Bytes only; nothing here is believed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, Self

from custody.core.errors import Oversize, StorageFault, Unavailable
from custody.core.merkle import HASH_BYTES
from custody.core.note import MAX_NOTE_BYTES
from custody.core.tiles import ENTRIES, MAX_ENTRY_BYTES, tile_path

CHECKPOINT = "checkpoint"
"""The path of the latest."""


class Source(Protocol):
    """One log's files. Safe to use from several threads."""

    def read(self, path: str, limit: int) -> bytes:
        """The file at a C2SP path. Raises StorageFault if there is none, Oversize above `limit` bytes, Unavailable."""
        ...

    def paths(self) -> Iterator[str]:
        """The paths of all tiles and bundles that are there, where that can be known."""
        ...

    def close(self) -> None: ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...


def open_source(location: str) -> Source:
    """The log at an http(s) URL prefix or in a folder. Raises Unavailable if there is no such folder."""
    if location.startswith(("http://", "https://")):
        # Importing an HTTP client takes as long as judging a thousand entries: not for a folder.
        from custody.audit.http_source import HttpSource  # noqa: PLC0415

        return HttpSource(location)
    return FolderSource(Path(location))


def read_checkpoint(source: Source) -> bytes:
    """The latest checkpoint: a signed note."""
    return source.read(CHECKPOINT, MAX_NOTE_BYTES)


def read_tile(source: Source, level: int, n: int, width: int) -> bytes:
    """The bytes of a tile (width·32 if it is right) or, at the level `ENTRIES`, of an entry bundle."""
    limit = width * ((2 + MAX_ENTRY_BYTES) if level == ENTRIES else HASH_BYTES)
    return source.read(tile_path(level, n, width), limit)


class Closing:
    """What a source needs to be used in a `with`."""

    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class FolderSource(Closing):
    """A folder that holds what the log serves."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise Unavailable("there is no such folder", expected="a folder of tiles", got=folder)
        self._folder = folder.absolute()  # for other processes too, wherever they run

    def read(self, path: str, limit: int) -> bytes:
        try:
            with (self._folder / path).open("rb") as file:
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


class Pinned(Closing):
    """A source under one checkpoint, whatever it serves by now. Closes nothing."""

    def __init__(self, source: Source, note: bytes) -> None:
        self._source = source
        self._note = note

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
