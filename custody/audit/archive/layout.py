"""What an archive holds, and where: names, limits, `bag-info.txt` (FORMAT.md, "Archive")."""

import re
from collections.abc import Iterable

from msgspec import Struct

from custody.core.errors import Malformed, NewerFormat, Unsafe
from custody.core.head import ORIGIN
from custody.core.ids import check_site

VERSION = 1
"""Of the layout, of what is derived from the log, and of how. Whatever changes the bytes of an archive raises it."""

MAX_FILES = 250_000
MAX_FILE_NAME = 200

BAGIT = "bagit.txt"
BAG_INFO = "bag-info.txt"
MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
README = "README.md"
TAGGED = (README, BAG_INFO, BAGIT, MANIFEST)
"""What the tag manifest covers, in its order."""
BAGIT_TEXT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"

DATA = "data/"
LOG = "data/log/"
VKEY, ENTRY0 = "data/keys/vkey", "data/keys/entry0"
ROSTER = "data/roster.csv"
EPCIS = "data/epcis.jsonld"
CSV = "data/csv/"
PHOTOGRAPHS = "data/photographs/"
REPORT = "report/"
REPORT_SUMS = "report/sha256.txt"

_PART = r"[A-Za-z0-9_-][A-Za-z0-9._-]*"
_NAME = re.compile(rf"{_PART}(?:/{_PART})*")
_AGENT = "custody archive"
_OXUM = re.compile(r"(0|[1-9][0-9]{0,15})\.(0|[1-9][0-9]{0,6})")


class Info(Struct, frozen=True):
    """What an archive says of itself; nothing here is believed. `site`: it is a part, of this site and those below.

    `octets` and `files`: of the payload.
    """

    origin: str
    size: int
    root: str
    site: str | None
    octets: int
    files: int

    def encode(self) -> bytes:
        """The bytes of `bag-info.txt`."""
        site = [] if self.site is None else [f"Custody-Site: {self.site}"]
        lines = [
            f"Bag-Software-Agent: {_AGENT}",
            f"Custody-Archive: {VERSION}",
            f"Custody-Log: {self.origin}",
            f"Custody-Root: {self.root}",
            *site,
            f"Custody-Size: {self.size}",
            f"Payload-Oxum: {self.octets}.{self.files}",
        ]
        return "".join(f"{line}\n" for line in lines).encode()

    @classmethod
    def decode(cls, data: bytes) -> "Info":
        """Inverse of `encode`. Raises Malformed for any other spelling, NewerFormat."""
        pairs = [line.partition(": ") for line in data.decode("ascii", "replace").split("\n")]
        said = {name: value for name, _, value in pairs}
        version = said.get("Custody-Archive", "")
        if version.isdecimal() and version.isascii() and version != str(VERSION):
            raise NewerFormat(
                "the archive is of another version",
                expected=VERSION,
                got=version,
                remedy="Verify it with the software of its time, or a newer one.",
            )
        oxum = _OXUM.fullmatch(said.get("Payload-Oxum", ""))
        size = said.get("Custody-Size", "")
        if oxum and re.fullmatch(r"[0-9]{1,18}", size) and ORIGIN.search(said.get("Custody-Log", "")):
            site = said.get("Custody-Site")
            found = cls(
                origin=said["Custody-Log"],
                size=int(size),
                root=said.get("Custody-Root", ""),
                site=None if site is None else check_site(site),
                octets=int(oxum[1]),
                files=int(oxum[2]),
            )
            if found.encode() == data:
                return found
        raise Malformed(f"{BAG_INFO} is none of an archive", expected="as FORMAT.md has it", got=data[:200])


def check_file_name(name: str) -> str:
    """`name` if it is one that an archive may have: ASCII, relative, and nothing that leads out. Raises Unsafe."""
    if len(name) > MAX_FILE_NAME or not _NAME.fullmatch(name):
        raise Unsafe(
            "a file in the archive has a name that none may have",
            expected="letters, digits, `.`, `_`, `-`, in folders, without a dot at the beginning",
            got=repr(name),
        )
    return name


def check_file_names(names: Iterable[str], folders: Iterable[str] = ()) -> list[str]:
    """The names, sorted. Raises Unsafe, and Malformed for two that one name may stand for.

    `folders`, which need no file in them, are held to the same.
    """
    found: dict[str, str] = {}
    for name in names:
        key = check_file_name(name).lower()
        if key in found:
            got = f"{found[key]}, {name}"
            raise Malformed("two files of the archive have one name", expected="each its own", got=got)
        found[key] = name
    for name in [*found, *(f"{check_file_name(folder).lower()}/" for folder in folders)]:
        above = name
        while above := above.rpartition("/")[0]:
            if above in found:
                raise Malformed("a file of the archive is a folder too", expected="one of both", got=found[above])
    return sorted(found.values())
