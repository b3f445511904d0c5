"""What is said of archives: Bahasa Indonesia first, then English."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from custody.audit.archive.write import Written


def written(target: Path, site: str | None, made: "Written", *, asked: bool) -> str:
    """That an archive was made, and what is in it; `asked`: photographs were wanted."""
    result = made.result
    lines = [
        f"Arsip / Archive: {target}",
        f"  {made.here} dari / of {result.size} entri / entries   {result.origin}",
        f"  akar / root {result.root}",
    ]
    if site is not None:
        lines.append(f"  bagian milik / the part of {site}")
    if asked:
        lines.append(f"  foto / photographs: {made.photographs}; tidak ada / not there: {made.missing}")
    return "\n".join(lines)
