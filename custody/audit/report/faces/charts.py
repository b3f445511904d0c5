"""Charts as SVG by matplotlib: told apart by pattern and label, not by colour alone. The same data, the same bytes.

The SVG has no `style`, so that a page's content security policy needs no exception, and its words stay text.
"""

import re
from collections.abc import Sequence
from io import StringIO
from textwrap import wrap
from typing import Any
from xml.etree import ElementTree as ET

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from msgspec import Struct

MOST_PARTS = 5
FONT = "Libertinus Serif"
"""The typesetter has it; a page may set another."""
_INK = "#1d1d1b"
_DARK = "#16324f"
_LOOKS = ((_DARK, ""), ("#ffffff", "/////"), ("#b9c6d3", ""), ("#ffffff", "-----"), ("#ffffff", "xxxxx"))
"""A fill and a hatch for each part of a bar, apart in grey as well."""
_LABELS, _BARS, _SAID = 2.0, 3.5, 1.2
"""Inches across: the labels, the bars, what is said after them; together the text's width on A4."""
_ROW, _LEGEND = 0.22, 0.24
"""Inches down: a bar, the legend above the bars."""
_SHORTEST = 0.05
"""Of the longest bar: a part that is wide enough for its number."""
_PER_INCH, _LEGEND_LINE, _HEADING = 16, 60, 90
"""Characters."""
_SETTINGS: dict[Any, Any] = {
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 9,
    "hatch.color": _INK,
    "hatch.linewidth": 0.5,
    "svg.fonttype": "none",
    "text.color": _INK,
    "text.parse_math": False,
}
_SVG = "http://www.w3.org/2000/svg"


class Bar(Struct, frozen=True):
    """A row: what it is of, the count of each part and how it is written, and what is said at the bar's end."""

    label: str
    counts: tuple[int, ...]
    numbers: tuple[str, ...]
    said: str


def stacked_bars(
    name: str,
    parts: Sequence[str],
    bars: Sequence[Bar],
    *,
    share: bool,
    heading: Sequence[str] = (),
    labels: float = _LABELS,
) -> str:
    """An SVG of horizontal bars, one below the other, each of `parts` (at most five), which a legend names.

    `share`: each bar with a count is as long as any other. `name`, of letters, is the chart's own on its page.
    `heading`: lines above, for a chart that stands by itself. `labels`: how wide these are, in inches.
    """
    with mpl.rc_context(_SETTINGS | {"svg.hashsalt": name}):
        per_line = len(parts) if len("".join(parts)) <= _LEGEND_LINE else 3
        legend = _LEGEND * -(-len(parts) // per_line)
        lines = [line for one in heading for line in wrap(one, _HEADING)]
        above = legend + _LEGEND * len(lines)
        height = above + _ROW * (len(bars) + 0.2)
        width = labels + _BARS + _SAID
        figure = Figure(figsize=(width, height))
        figure.patch.set_visible(False)
        axes = figure.add_axes((labels / width, 0, _BARS / width, 1 - above / height))
        for number, line in enumerate(lines, 1):
            figure.text(0, 1 - (number - 0.3) * _LEGEND / height, line)
        axes.set_axis_off()
        axes.set(xlim=(0, 1), ylim=(len(bars) - 0.4, -0.6))
        longest = max((sum(bar.counts) for bar in bars), default=0)
        for row, bar in enumerate(bars):
            _draw(axes, row, bar, sum(bar.counts) if share else longest, int(labels * _PER_INCH))
        looks = [Patch(facecolor=fill, hatch=hatch, edgecolor=_INK, linewidth=0.6) for fill, hatch in _LOOKS]
        axes.legend(
            looks[: len(parts)],
            parts,
            loc="lower left",
            bbox_to_anchor=(-labels / _BARS, 1),
            ncols=per_line,
            frameon=False,
            borderaxespad=0.1,
            borderpad=0.2,
            columnspacing=1.4,
            handlelength=1.5,
        )
        file = StringIO()
        nothing = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        FigureCanvasSVG(figure).print_svg(file, metadata=nothing)  # type: ignore[no-untyped-call]
    return _plain(file.getvalue(), name)


def _draw(axes: Axes, row: int, bar: Bar, longest: int, most: int) -> None:
    """`longest`: what makes a bar of full length. `most`: characters of its label."""
    end = 0.0
    for count, number, (fill, hatch) in zip(bar.counts, bar.numbers, _LOOKS, strict=False):
        length = count / longest if count else 0.0
        if count:
            axes.barh(row, length, 0.7, end, color=fill, hatch=hatch, edgecolor=_INK, linewidth=0.6)
        if length >= _SHORTEST:
            behind = {"facecolor": "#ffffff", "edgecolor": "none", "pad": 0.8} if hatch else None
            ink = "#ffffff" if fill == _DARK else _INK
            axes.text(
                end + length / 2, row, number, ha="center", va="center_baseline", color=ink, bbox=behind, fontsize=8
            )
        end += length
    label = bar.label if len(bar.label) <= most else f"{bar.label[: most - 1]}…"
    axes.text(-0.02, row, label, ha="right", va="center_baseline")
    axes.text(end + 0.02, row, bar.said, ha="left", va="center_baseline")


def _plain(svg: str, name: str) -> str:
    """Styles become attributes; ids that nothing refers to go, the others become the chart's own."""
    ET.register_namespace("", _SVG)
    root = ET.fromstring(re.sub(r"<!DOCTYPE[^>]*>", "", svg))  # noqa: S314  # our own output
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag == f"{{{_SVG}}}style":
                parent.remove(child)
    for element in root.iter():
        for declaration in element.attrib.pop("style", "").split(";"):
            if declaration:
                prop, _, value = declaration.partition(":")
                element.set(prop.strip(), FONT if prop.strip() == "font-family" else value.strip())
    root.attrib |= {"stroke-linejoin": "round", "stroke-linecap": "butt"}
    used = set(re.findall(r"url\(#([^)]+)", ET.tostring(root, encoding="unicode")))
    for element in root.iter():
        identity = element.attrib.pop("id", None)
        if identity in used:
            element.set("id", f"{name}-{identity}")
        for prop in ("fill", "clip-path"):
            if prop in element.attrib:
                element.set(prop, element.attrib[prop].replace("url(#", f"url(#{name}-"))
    return ET.tostring(root, encoding="unicode")
