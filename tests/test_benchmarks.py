"""The benchmarks run, and say what they mean; what they measure is no test's business."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.figures import Figure, outcomes, percentile
from tests.agent.photographs import IMAGES
from tests.conftest import CHROMIUM

ROOT = Path(__file__).parents[1]
FIGURES = {
    "agent": 2,
    "beep": 3,
    "decode": 14 if IMAGES.is_dir() else 8,
    "ingest": 2,
    "verify": 2,
    "growth": 2,
    "rules": 2,
    "live": 2,
    "pages": 13,
    "archive": 4,
    "report": 4,
    "viewers": 1,
    **({"paint": 14} if CHROMIUM.exists() else {}),
}


def figure(measured: float, sense: str = "at least") -> Figure:
    return Figure("speed", measured, 100.0, "1/s", "the limit", sense, 0.5)


@pytest.mark.parametrize("name", FIGURES)
def test_a_benchmark_runs_at_its_smallest_size_and_keeps_its_figures(name: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "--tiny", name],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    kept = json.loads((tmp_path / "var/bench/results.json").read_text())
    assert len(kept["outcomes"]) == FIGURES[name]
    assert list((tmp_path / "var/bench").iterdir()) == [tmp_path / "var/bench/results.json"]
    assert list(tmp_path.iterdir()) == [tmp_path / "var"]


def test_of_several_runs_the_one_with_the_median_ratio_counts() -> None:
    runs = [[figure(measured)] for measured in (90.0, 40.0, 60.0)]
    [outcome] = outcomes(runs)
    assert (outcome.figure.measured, outcome.ratios) == (60.0, [0.4, 0.6, 0.9])


@pytest.mark.parametrize(
    ("measured", "sense", "holds"),
    [(50.0, "at least", True), (49.0, "at least", False), (50.0, "at most", True), (51.0, "at most", False)],
)
def test_a_figure_holds_if_its_ratio_is_on_the_wanted_side(measured: float, sense: str, holds: bool) -> None:
    assert figure(measured, sense).holds is holds


def test_a_percentile_is_the_nearest_rank() -> None:
    assert [percentile([3.0, 1.0, 2.0, 4.0], percent) for percent in (25, 50, 99)] == [1.0, 2.0, 4.0]
