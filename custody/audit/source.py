"""Where a log is read from: C2SP paths below a URL, or files in a folder. Bytes only; nothing here is believed."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Protocol, Self

import httpx

from custody.core.errors import Oversize, StorageFault, Unavailable
from custody.core.merkle import HASH_BYTES
from custody.core.note import MAX_NOTE_BYTES
from custody.core.tiles import ENTRIES, MAX_ENTRY_BYTES, tile_path

PAUSES_S = (0.2, 1.0, 3.0)
"""Between tries of one read over HTTP."""
_TIMEOUT = httpx.Timeout(20.0, connect=5.0)
_TRY_LATER = frozenset({408, 425, 429, 500, 502, 503, 504})


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
    """The log at an http(s) URL prefix or in a folder. Raises StorageFault if there is no such folder."""
    if location.startswith(("http://", "https://")):
        return HttpSource(location)
    return FolderSource(Path(location))


def read_checkpoint(source: Source) -> bytes:
    """The latest checkpoint: a signed note."""
    return source.read("checkpoint", MAX_NOTE_BYTES)


def read_tile(source: Source, level: int, n: int, width: int) -> bytes:
    """The bytes of a tile (width·32 if it is right) or, at the level `ENTRIES`, of an entry bundle."""
    limit = width * ((2 + MAX_ENTRY_BYTES) if level == ENTRIES else HASH_BYTES)
    return source.read(tile_path(level, n, width), limit)


class _Closing:
    def close(self) -> None:
        pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


class FolderSource(_Closing):
    """A folder that holds what the log serves."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise StorageFault("there is no such folder", expected="a folder of tiles", got=folder)
        self._folder = folder

    def read(self, path: str, limit: int) -> bytes:
        try:
            with (self._folder / path).open("rb") as file:
                data = file.read(limit + 1)
        except FileNotFoundError:
            raise _missing(path) from None
        except OSError as error:
            raise StorageFault(f"{path} cannot be read", got=error.strerror) from None
        _check_size(path, data, limit)
        return data

    def paths(self) -> Iterator[str]:
        files = (path for path in (self._folder / "tile").rglob("*") if not path.is_dir())
        return (path.relative_to(self._folder).as_posix() for path in files)


class HttpSource(_Closing):
    """A log that is served at a URL prefix."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix.rstrip("/")
        # A compressed answer could be small on the wire and huge in memory.
        self._client = httpx.Client(timeout=_TIMEOUT, headers={"Accept-Encoding": "identity"})

    def read(self, path: str, limit: int) -> bytes:
        for pause in PAUSES_S:
            with suppress(Unavailable):
                return self._get(path, limit)
            time.sleep(pause)
        return self._get(path, limit)

    def paths(self) -> Iterator[str]:
        return iter(())

    def close(self) -> None:
        self._client.close()

    def _get(self, path: str, limit: int) -> bytes:
        url = f"{self._prefix}/{path}"
        try:
            with self._client.stream("GET", url) as response:
                status = response.status_code
                if status == httpx.codes.NOT_FOUND:
                    raise _missing(path)
                if status in _TRY_LATER:
                    raise Unavailable("the log does not answer now", expected=f"{url}", got=f"status {status}")
                if status != httpx.codes.OK or response.headers.get("Content-Encoding", "identity") != "identity":
                    raise StorageFault(f"{path} is not served as it is", expected="200, plain", got=f"status {status}")
                data = bytearray()
                for chunk in response.iter_raw():
                    data += chunk
                    _check_size(path, data, limit)
                return bytes(data)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise Unavailable("the log cannot be reached", expected=url, got=error) from None


def _missing(path: str) -> StorageFault:
    return StorageFault("a file of the log is missing", expected=path, got="nothing")


def _check_size(path: str, data: bytes | bytearray, limit: int) -> None:
    if len(data) > limit:
        raise Oversize(f"{path} is too large", expected=f"at most {limit} bytes", got=f"{len(data)} or more")
