"""Charts: the same without colour, the same each time, and words that stay words."""

import re
from xml.etree import ElementTree as ET

import pytest

from custody.audit.report.faces import charts
from custody.audit.report.faces.charts import Bar, stacked_bars

PARTS = ["Sampai tepat waktu", "Sampai terlambat", "Belum jatuh tempo", "Terancam terlambat", "Lewat tenggat"]
HOSTILE = "</text><script>alert(1)</script> $x^2$ &amp;"


def bar(label: str, *counts: int) -> Bar:
    return Bar(label, counts, tuple(map(str, counts)), f"{sum(counts)} in all")


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter() if element.tag.endswith("}text")]


def drawn(svg: str) -> list[ET.Element]:
    """The bars: what is stroked and lies in the chart's clip."""
    return [e for e in ET.fromstring(svg).iter() if "clip-path" in e.attrib and "stroke-width" in e.attrib]


def test_the_same_chart_is_the_same_bytes_and_names_nothing_of_the_day_or_machine() -> None:
    svg, again = (stacked_bars("one", PARTS, [bar("Aceh", 5, 4, 3, 2, 1)], share=True) for _ in range(2))
    assert svg == again
    assert not re.search(r"<metadata|20\d\d-\d\d|atplotlib|DejaVu", svg)


def test_each_part_is_told_apart_without_colour() -> None:
    looks = {(fill, hatch) for fill, hatch in charts._LOOKS}
    assert len(looks) == charts.MOST_PARTS == len(PARTS)
    plain = [int(fill[1:3], 16) for fill, hatch in looks if not hatch]
    assert abs(plain[0] - plain[1]) > 100  # without a hatch: light and dark
    assert len({hatch for _, hatch in looks if hatch}) == 3


def test_words_and_numbers_are_text_and_markup_in_them_is_none() -> None:
    svg = stacked_bars("one", PARTS[:2], [bar(HOSTILE[:30], 60, 40), bar("Bali", 1, 0)], share=True)
    said = texts(svg)
    assert {"Sampai tepat waktu", "Sampai terlambat", HOSTILE[:30], "60", "40", "100 in all", "Bali"} <= set(said)
    assert "<script" not in svg


def test_a_chart_has_no_style_and_no_id_that_another_on_its_page_has() -> None:
    first, second = (stacked_bars(name, PARTS, [bar("Aceh", 5, 4, 3, 2, 1)], share=True) for name in ("a", "b"))
    assert "style" not in first
    ids = [set(re.findall(r' id="([^"]+)"', svg)) for svg in (first, second)]
    assert ids[0]
    assert not ids[0] & ids[1]
    referred = set(re.findall(r"url\(#([^)]+)", first))
    assert referred == ids[0]


@pytest.mark.parametrize(("share", "same"), [(True, True), (False, False)])
def test_bars_are_as_long_as_their_counts_or_all_alike(share: bool, same: bool) -> None:
    svg = stacked_bars("one", PARTS[:1], [bar("Aceh", 4), bar("Bali", 2), bar("Papua", 0)], share=share)
    widths = [
        max(xs) - min(xs)
        for element in drawn(svg)
        for xs in [[float(x) for x in re.findall(r"[ML] ([\d.]+)", element.attrib["d"])]]
    ]
    assert len(widths) == 2  # nothing is drawn of nothing
    assert widths[0] == pytest.approx(widths[1] * (1 if same else 2), rel=0.01)
