"""The folder beside an archive in which it is made: what a killed run has copied is still there for the next."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import chain
from pathlib import Path

from custody.audit.files import bundles_of, file_count
from custody.audit.pool import in_order
from custody.audit.source import CHECKPOINT, Source, read_tile
from custody.audit.verification import Progress
from custody.core.errors import ConfigFault
from custody.core.merkle import HASH_BYTES
from custody.core.tiles import ENTRIES, Tile, tile_path, tiles_of
from custody.files import sync_folder, write_durably

_READERS = 8
_PLAN = "plan"


class Staging:
    """`bag` becomes the archive; `copy` is the log that it is made from. `resumed`: an earlier run has left something.

    Made with `staging`.
    """

    def __init__(self, folder: Path, plan: bytes) -> None:
        self.folder = folder
        self.bag, self.copy, self.zip = folder / "bag", folder / "log", folder / "zip"
        self._note = folder / CHECKPOINT
        self._plan = plan
        self.resumed = _read(folder / _PLAN) == plan
        if not self.resumed:
            self.restart()

    def restart(self) -> None:
        """Forgets what an earlier run has left."""
        self.clear()
        write_durably(self.folder / _PLAN, self._plan)
        self.resumed = False

    def put_in_place(self, target: Path, *, zipped: bool, private: bool) -> None:
        """What was made becomes `target`, whole or not at all, also by a power cut; the staging is empty then.

        `private`: for its owner alone; else for whom the process's umask lets in.
        """
        made = self.zip if zipped else self.bag
        if private:
            made.chmod(0o600 if zipped else 0o700)
        os.sync()  # many small files: one by one would take minutes
        self.clear(but=made)
        made.rename(target)
        sync_folder(target.parent)

    def clear(self, but: Path | None = None) -> None:
        """Leaves nothing, of which the folder goes too in the end."""
        for path in self.folder.iterdir():
            if path != but:
                shutil.rmtree(path) if path.is_dir() else path.unlink()

    def note(self) -> bytes | None:
        """The checkpoint under which an earlier run copied."""
        return _read(self._note)

    def keep_note(self, note: bytes) -> None:
        write_durably(self._note, note)

    def copy_log(self, source: Source, note: bytes, size: int, progress: Progress) -> None:
        """Copies what is not there yet: every tile and bundle of the size. Raises what the source raises, OSError."""
        tiles, count = chain(tiles_of(size), bundles_of(size)), file_count(size)
        write_file(self.copy / CHECKPOINT, note)
        with ThreadPoolExecutor(_READERS) as threads:
            work = in_order(threads, lambda tile: self._copy(source, tile), tiles, 2 * _READERS)
            for number, _ in enumerate(work, 1):
                progress(number, count)

    def _copy(self, source: Source, tile: Tile) -> None:
        path = self.copy / tile_path(*tile)
        try:
            size = path.stat().st_size
        except FileNotFoundError:
            size = 0
        # A bundle's length is not known; a power cut may have left an empty one. The verification reads all again.
        if size == 0 or (tile.level != ENTRIES and size != HASH_BYTES * tile.width):
            write_file(path, read_tile(source, *tile))


def write_file(path: Path, data: bytes) -> None:
    """A file that is there whole if this program is killed; what of it is on the disk is for `os.sync` to say."""
    temporary = path.with_name(f"{path.name}.new")
    try:
        temporary.write_bytes(data)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(data)
    temporary.replace(path)


@contextmanager
def staging(target: Path, plan: bytes) -> Iterator[Staging]:
    """The staging of the archive `target`, held by one process; what is left in it stays for the next run.

    Raises ConfigFault if another process makes this archive, OSError.
    """
    folder = target.with_name(f".{target.name}.unfinished")
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield Staging(folder, plan)
        if not any(folder.iterdir()):
            folder.rmdir()
    except BlockingIOError:
        raise ConfigFault(f"{target} is being made", expected="one program at it", remedy="Wait for it.") from None
    finally:
        os.close(descriptor)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
