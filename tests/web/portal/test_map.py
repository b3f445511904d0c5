"""Where points and names come to lie on a map."""

from itertools import combinations, pairwise

import pytest

from custody.web.portal.map import COUNTRY, LARGEST, MOST, SMALLEST, WIDEST, Box, Map, Spot, draw

SABANG, MERAUKE, YOGYAKARTA = (5_890_000, 95_320_000), (-8_490_000, 140_400_000), (-7_797_000, 110_370_000)


def spots(*at: tuple[int, int]) -> list[Spot]:
    return [Spot(f"414/{number}", f"TPS {number:03}", *where, size=number) for number, where in enumerate(at)]


def drawn(found: Map | None) -> Map:
    assert found is not None
    return found


def around(count: int, step: int = 900) -> list[tuple[int, int]]:
    """So many places in rows of ten."""
    lat, lon = YOGYAKARTA
    return [(lat - number // 10 * step, lon + number % 10 * step) for number in range(count)]


def test_there_is_no_map_of_nothing() -> None:
    assert draw([], None) is None


def test_what_is_far_apart_is_shown_in_the_whole_country() -> None:
    shown = drawn(draw(spots(SABANG, MERAUKE), None))
    assert shown.frame == Box(*COUNTRY)
    assert shown.middle is None
    west, east = shown.points
    assert west.x < 100
    assert 600 < east.x < shown.width
    assert west.y < east.y < shown.height


@pytest.mark.parametrize("at", [[YOGYAKARTA], around(5), around(300), [SABANG, YOGYAKARTA]])
def test_every_point_lies_on_the_canvas(at: list[tuple[int, int]]) -> None:
    shown = drawn(draw(spots(*at), YOGYAKARTA))
    assert len(shown.points) == len(at)
    for point in shown.points:
        assert 0 < point.x < shown.width
        assert 0 < point.y < shown.height
        assert SMALLEST <= point.r <= LARGEST
    assert shown.width / shown.height <= WIDEST + 1e-9


def test_the_more_there_is_of_a_spot_the_larger_it_is() -> None:
    sizes = [point.r for point in drawn(draw(spots(*around(6)), None)).points]
    assert sizes == sorted(set(sizes))
    assert (sizes[0], sizes[-1]) == (SMALLEST, LARGEST)


def test_names_meet_neither_points_nor_each_other() -> None:
    lat, lon = YOGYAKARTA
    near = [(lat, lon), (lat - 100, lon + 100), (lat - 9000, lon + 9000), (lat - 9000, lon), (lat, lon + 9000)]
    shown = drawn(draw(spots(*near), (lat - 3000, lon + 3000)))
    named = [point for point in shown.points if point.name is not None]
    assert len(named) >= 3
    boxes = []
    for point in named:
        assert point.name is not None
        wide = 7 * 6.0
        left = {"start": 0.0, "middle": wide / 2, "end": wide}[point.name.anchor]
        boxes.append(Box(point.name.x - left, point.name.y - 6, wide, 12))
    assert not any(one.meets(other) for one, other in combinations(boxes, 2))
    discs = [Box(one.x - one.r, one.y - one.r, 2 * one.r, 2 * one.r) for one in shown.points]
    assert not any(box.meets(disc) for box in boxes for disc in discs)


def test_many_points_have_no_names_and_no_more_are_shown_than_a_page_can_bear() -> None:
    shown = drawn(draw(spots(*around(MOST + 5)), None))
    assert len(shown.points) == MOST
    assert {point.name for point in shown.points} == {None}


def test_the_scale_is_a_round_number_and_as_long_as_it_says() -> None:
    shown = drawn(draw(spots(*around(20)), None))
    assert str(shown.metres).rstrip("0") in ("1", "2", "5")
    across = shown.frame.width / 100 * 111_320 * 0.9908
    assert shown.bar == pytest.approx(shown.width * shown.metres / across, rel=1e-3)


def test_lines_of_the_grid_lie_on_round_degrees() -> None:
    shown = drawn(draw(spots(*around(20)), None))
    columns, lines = shown.lines
    assert 2 <= len(columns) <= 12
    assert lines
    degrees = [(x / shown.width * shown.frame.width + shown.frame.x) / 100 for x in columns]
    steps = {round(b - a, 9) for a, b in pairwise(degrees)}
    assert len(steps) == 1
