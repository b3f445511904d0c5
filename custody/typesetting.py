"""QR codes and PDFs: segno makes the code, typst sets the page, without system fonts: the same bytes on any machine.

Run as a program, this module is the child of `typeset_apart`.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import segno
import typst
from msgspec import Struct

from custody.core.errors import ConfigFault, Unavailable

QUIET_ZONE = 4  # modules on each side, ISO/IEC 18004
_FEWER = "Take fewer words, or a larger format."
_APART_S = 60.0
_ARCHIVAL = "archival"
_REFUSED = 3
"""The child's exit code where the data does not fit."""


class Code(Struct, frozen=True):
    """A QR code as SVG; `modules` is its side with the quiet zone, in modules."""

    svg: str
    modules: int


def qr_code(text: str, encoding: str = "ascii") -> Code:
    """Error correction level M, or better where it fits into the same size. Readers take UTF-8 as it is."""
    code = segno.make_qr(text, error="m", mode="byte", encoding=encoding)
    modules = len(code.matrix) + 2 * QUIET_ZONE
    # One path of all dark runs: where runs touch, a renderer then leaves no hairline.
    path = "".join(
        f"M{run.start()} {row}h{run.end() - run.start()}v1H{run.start()}z"
        for row, line in enumerate(code.matrix)
        for run in re.finditer(rb"\x01+", line)
    )
    view = f'viewBox="{-QUIET_ZONE} {-QUIET_ZONE} {modules} {modules}" width="{modules}" height="{modules}"'
    return Code(f'<svg xmlns="http://www.w3.org/2000/svg" {view}><path d="{path}"/></svg>', modules)


def typeset(template: Path, data: dict[str, Any], *, archival: bool = False) -> bytes:
    """PDF bytes of a template's file, filled with `data` (`sys.inputs.data`); the same data gives the same bytes.

    `archival`: tagged, after PDF/A-2a (ISO 19005-2) and PDF/UA-1 (ISO 14289-1); the template sets title and date then.
    Raises ConfigFault with the template's words when the data does not fit on the paper.
    """
    try:
        return typst.compile(
            template.read_bytes(),
            format="pdf",
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data)},
            pdf_tags=archival,
            pdf_standards=["a-2a", "ua-1"] if archival else [],
        )
    except typst.TypstError as error:
        raise ConfigFault(error.message.removeprefix("panicked with: "), remedy=_FEWER) from error


def typeset_apart(template: Path, data: dict[str, Any], *, archival: bool = False) -> bytes:
    """`typeset` in a process of its own, whose memory goes with it: typst keeps tens of megabytes of what it has set.

    Raises ConfigFault as `typeset` does; Unavailable where that process fails.
    """
    command = [sys.executable, "-P", "-m", "custody.typesetting", str(template), *([_ARCHIVAL] if archival else [])]
    try:
        done = subprocess.run(  # noqa: S603  # our own module
            command, input=json.dumps(data).encode(), capture_output=True, timeout=_APART_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable("the page was not set", got=error) from None
    said = done.stderr.decode("utf-8", "replace").strip()
    if done.returncode == _REFUSED:
        raise ConfigFault(said, remedy=_FEWER)
    if done.returncode:
        raise Unavailable("the page was not set", expected="a PDF", got=said.rpartition("\n")[2] or done.returncode)
    return done.stdout


def _main(template: str, *kind: str) -> int:
    """Data as JSON in, a PDF out; or words about what does not fit."""
    try:
        document = typeset(Path(template), json.load(sys.stdin.buffer), archival=_ARCHIVAL in kind)
    except ConfigFault as fault:
        print(fault.message, file=sys.stderr)
        return _REFUSED
    sys.stdout.buffer.write(document)
    return 0


if __name__ == "__main__":
    sys.exit(_main(*sys.argv[1:]))
