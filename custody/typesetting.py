"""QR codes and PDFs: segno makes the code, typst sets the page, without system fonts: the same bytes on any machine."""

import json
import re
from pathlib import Path
from typing import Any

import segno
import typst
from msgspec import Struct

from custody.core.errors import ConfigFault

QUIET_ZONE = 4  # modules on each side, ISO/IEC 18004


class Code(Struct, frozen=True):
    """A QR code as SVG; `modules` is its side with the quiet zone, in modules."""

    svg: str
    modules: int


def qr_code(text: str) -> Code:
    """Error correction level M, or better where it fits into the same size. `text` is ASCII."""
    code = segno.make_qr(text, error="m", mode="byte", encoding="ascii")
    modules = len(code.matrix) + 2 * QUIET_ZONE
    # One path of all dark runs: where runs touch, a renderer then leaves no hairline.
    path = "".join(
        f"M{run.start()} {row}h{run.end() - run.start()}v1H{run.start()}z"
        for row, line in enumerate(code.matrix)
        for run in re.finditer(rb"\x01+", line)
    )
    view = f'viewBox="{-QUIET_ZONE} {-QUIET_ZONE} {modules} {modules}" width="{modules}" height="{modules}"'
    return Code(f'<svg xmlns="http://www.w3.org/2000/svg" {view}><path d="{path}"/></svg>', modules)


def typeset(template: Path, data: dict[str, Any]) -> bytes:
    """PDF bytes of a template's file, filled with `data` (`sys.inputs.data`); the same data gives the same bytes.

    Raises ConfigFault with the template's words when the data does not fit on the paper.
    """
    try:
        return typst.compile(
            template.read_bytes(),
            format="pdf",
            ignore_system_fonts=True,
            sys_inputs={"data": json.dumps(data)},
            pdf_tags=False,
        )
    except typst.TypstError as error:
        raise ConfigFault(
            error.message.removeprefix("panicked with: "), remedy="Take fewer words, or a larger format."
        ) from error
