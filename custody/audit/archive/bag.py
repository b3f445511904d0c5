"""The manifests of an archive (RFC 8493), written and held against its files.

The library `bagit` validates what is written here. It could not write it: its lists follow the order of the disk, its
dates the clock. And it follows links and reads without a limit, so that a stranger's archive is not for it.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import bagit

from custody.audit.archive import layout
from custody.audit.archive.members import Members, read
from custody.audit.pool import in_order
from custody.audit.result import Fault
from custody.core.errors import CustodyError, Malformed, StorageFault

_LINE = re.compile(r"([0-9a-f]{64})  (\S+)")
_HASHING = 2
"""Files at a time: hashing lets other threads go on."""
_MAX_LINE = 64 + 2 + layout.MAX_FILE_NAME + 1
Progress = Callable[[int, int], None]


def lines(sums: Mapping[str, str] | Iterable[tuple[str, str]]) -> bytes:
    """A manifest: what `sha256sum` prints of these files, in their order."""
    pairs = sums.items() if isinstance(sums, Mapping) else sums
    return "".join(f"{digest}  {name}\n" for name, digest in pairs).encode()


def digest_of(members: Members, name: str) -> str:
    """The SHA-256 (hex) of a file."""
    found = sha256()
    for piece in members.pieces(name):
        found.update(piece)
    return found.hexdigest()


def digest_of_file(path: Path) -> str:
    """The same of a file of our own. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def validate(folder: Path) -> None:
    """Has the library judge a bag of our own making: structure, completeness, every hash. Raises StorageFault."""
    try:
        bagit.Bag(str(folder)).validate()
    except bagit.BagError as error:
        raise StorageFault("what was written is no valid bag", got=error, remedy="Look at the disk.") from None


def faults(members: Members, progress: Progress = lambda *_: None) -> Iterator[Fault]:
    """Every file that is not as the manifests have it: changed, missing, or there and not listed."""
    said: dict[str, tuple[str, str]] = {}
    for manifest, within, mine in _MANIFESTS:
        there = {name for name in members.sizes if mine(name)}
        if manifest == layout.REPORT_SUMS and not there and manifest not in members.sizes:
            continue
        try:
            listed = {within + name: digest for name, digest in _read_manifest(members, manifest).items()}
        except CustodyError as error:
            yield Fault.of(error)
            continue
        for name in sorted(there ^ listed.keys()):
            yield _misfit(name, manifest, listed=name in listed)
        said |= {name: (listed[name], manifest) for name in there & listed.keys()}
    with ThreadPoolExecutor(_HASHING) as threads:
        found = in_order(threads, lambda name: _changed(members, name, *said[name]), sorted(said), 8 * _HASHING)
        for number, fault in enumerate(found, 1):
            if fault is not None:
                yield fault
            progress(number, len(said))


def _is_payload(name: str) -> bool:
    return name.startswith(layout.DATA)


def _is_tagged(name: str) -> bool:
    return name in layout.TAGGED


def _is_report(name: str) -> bool:
    return name.startswith(layout.REPORT) and name != layout.REPORT_SUMS


_MANIFESTS = (
    (layout.MANIFEST, "", _is_payload),
    (layout.TAG_MANIFEST, "", _is_tagged),
    (layout.REPORT_SUMS, layout.REPORT, _is_report),
)
"""Each with what stands before the names in it, and which files it has to list."""


def _changed(members: Members, name: str, expected: str, manifest: str) -> Fault | None:
    try:
        got = digest_of(members, name)
    except CustodyError as error:
        return Fault.of(error)
    if got == expected:
        return None
    message = f"{name} is not what {manifest} says: one of them was changed"
    return Fault(StorageFault.kind, message, None, expected, got)


def _misfit(name: str, manifest: str, *, listed: bool) -> Fault:
    if listed:
        return Fault(StorageFault.kind, f"{name} is missing", None, f"it, as in {manifest}", "nothing")
    return Fault(StorageFault.kind, f"{name} is in the archive and not in {manifest}", None, "listed, or not there")


def _read_manifest(members: Members, name: str) -> dict[str, str]:
    text = read(members, name, layout.MAX_FILES * _MAX_LINE).decode("ascii", "replace")
    found: dict[str, str] = {}
    last = ""
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        match = _LINE.fullmatch(line)
        if not match or match[2] <= last:
            raise Malformed(
                f"line {number} of {name} is none of a manifest",
                expected="64 hex digits, two spaces, a name; each after the one before",
                got=line,
            )
        last = layout.check_file_name(match[2])
        found[last] = match[1]
    if not text.endswith("\n"):
        raise Malformed(f"{name} is cut short", expected="a line feed at the end", got=text[-80:])
    return found
