"""What the browser loads: little, and nothing from elsewhere."""

import re
from importlib.resources import files
from pathlib import Path

import pytest

from tests.test_house import ROOT

KIOSK = Path(str(files("scanner_agent.kiosk")))
ASSETS = sorted([*KIOSK.glob("static/*"), *KIOSK.glob("templates/*")])
ELSEWHERE = re.compile(r"(?:https?:)?//(?!www\.w3\.org/2000/svg)[\w.-]+\.\w|@import|url\(")
INLINE = re.compile(r"<script(?![^>]*\bsrc=)|<style|\bstyle=|\bon[a-z]+=|javascript:", re.IGNORECASE)


def test_all_of_it_is_less_than_200_kb() -> None:
    assert 10_000 < sum(asset.stat().st_size for asset in ASSETS) < 200_000


@pytest.mark.parametrize("asset", ASSETS, ids=lambda asset: asset.name)
def test_nothing_comes_from_elsewhere_or_stands_in_line(asset: Path) -> None:
    text = asset.read_text()
    assert ELSEWHERE.search(text) is None
    if asset.suffix == ".html":
        assert INLINE.search(text) is None


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (ELSEWHERE, '<script src="https://cdn.example/x.js">'),
        (ELSEWHERE, "background: url(x.png)"),
        (INLINE, '<p style="color: red">'),
        (INLINE, "<script>alert()</script>"),
        (INLINE, '<button onclick="go()">'),
    ],
)
def test_the_search_finds_what_it_looks_for(pattern: re.Pattern[str], text: str) -> None:
    assert pattern.search(text)


@pytest.mark.parametrize("script", sorted(KIOSK.glob("static/*.js")), ids=lambda script: script.name)
def test_a_script_is_short(script: Path) -> None:
    assert len(script.read_text().splitlines()) <= 60


def test_an_installed_agent_has_them() -> None:
    settings = (ROOT / "pyproject.toml").read_text()
    [patterns] = re.findall(r"^scanner_agent = \[(.*)\]$", settings, re.MULTILINE)
    kinds = set(re.findall(r'"\*\*/\*\.(\w+)"', patterns))
    assert {asset.suffix.lstrip(".") for asset in ASSETS} <= kinds
