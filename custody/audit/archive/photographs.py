"""Photographs in an archive: the JPEG file, which anything opens, and the 16 random bytes that are hashed before it."""

import re
from collections.abc import Collection, Container, Iterator
from hashlib import sha256
from pathlib import Path

from custody.audit.archive import layout
from custody.audit.archive.members import Members, check_count, read
from custody.audit.result import Fault
from custody.core.errors import CustodyError, Erased, StorageFault
from custody.core.photograph import MAX_PHOTOGRAPH, SALT
from custody.photographs import Photographs

_SUFFIXES = PICTURE, SALTED = ".jpg", ".salt"
_HASH = re.compile("[0-9a-f]{64}")


def names_of(hash_: str) -> tuple[str, str]:
    """The names of a photograph's two files."""
    stem = f"{layout.PHOTOGRAPHS}{hash_[:2]}/{hash_}"
    return stem + PICTURE, stem + SALTED


LONGEST = names_of("0" * 64)
"""No file of an archive has a longer name, but perhaps a report."""


def copy_photographs(store: Path | None, folder: Path, hashes: Collection[bytes], others: int) -> tuple[int, int]:
    """(how many are here now, how many of these the store does not have, or no more).

    Raises Oversize, before any is copied, if the archive has too many files with its `others`; StorageFault, OSError.
    """
    if store is None:
        return 0, len(hashes)
    photographs, found = Photographs(store), 0
    here = [hash_ for hash_ in sorted(hashes) if photographs.has(hash_.hex())]
    check_count(others + len(_SUFFIXES) * len(here))
    for hash_ in map(bytes.hex, here):
        try:
            salted = photographs.salted(hash_)
        except Erased:
            continue
        if salted is not None:
            found += 1
            for name, data in zip(names_of(hash_), (salted[SALT:], salted[:SALT]), strict=True):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(data)
    return found, len(hashes) - found


def check_photographs(members: Members, named: Container[bytes]) -> Iterator[Fault | None]:
    """Of each photograph that is here, what is wrong with it, or None; the archive's events name these."""
    there = [name for name in members.sizes if name.startswith(layout.PHOTOGRAPHS)]
    hashes = {name.rpartition("/")[2].partition(".")[0] for name in there}
    ours = {hash_ for hash_ in hashes if _HASH.fullmatch(hash_) and bytes.fromhex(hash_) in named}
    known = {name for hash_ in ours for name in names_of(hash_)}
    for name in there:
        if name not in known:
            yield Fault(StorageFault.kind, f"{name} is no photograph that an event in the archive names")
    for hash_ in sorted(ours):
        yield _fault(members, hash_)


def _fault(members: Members, hash_: str) -> Fault | None:
    try:
        picture, salt = (read(members, name, MAX_PHOTOGRAPH) for name in names_of(hash_))
    except CustodyError as error:
        return Fault.of(error)
    if (got := sha256(salt + picture).hexdigest()) == hash_:
        return None
    message = f"{names_of(hash_)[0]}, or its {SALTED}, is not the photograph that an event names"
    return Fault(StorageFault.kind, message, None, hash_, got)
