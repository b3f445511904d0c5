"""A bag as a zip: names sorted, one date, nothing compressed, so that the same bag gives the same bytes anywhere.

Entries are signatures and hashes for the most part; and how a compressor packs is not the same in two of its versions.
"""

import shutil
from pathlib import Path
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from custody.audit.archive.members import PIECE

_DATE = (1980, 1, 1, 0, 0, 0)
_UNIX = 3
_MODE = 0o100644 << 16


def base_of(target: Path) -> str:
    """The folder in which the files of the zip `target` lie."""
    return target.name.removesuffix(".zip")


def pack(folder: Path, target: Path, base: str) -> None:
    """Writes the files of a folder into the zip `target`, all of them in a folder `base`. Raises OSError."""
    files = sorted((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*") if path.is_file())
    with ZipFile(target, "w", ZIP_STORED) as zip_:
        for name, path in files:
            info = ZipInfo(f"{base}/{name}", _DATE)
            info.create_system, info.external_attr = _UNIX, _MODE
            info.file_size = path.stat().st_size
            with path.open("rb") as source, zip_.open(info, "w") as into:
                shutil.copyfileobj(source, into, PIECE)
