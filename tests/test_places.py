"""Where the demo's places lie."""

from custody.simulation import places


def test_each_place_of_the_demo_has_a_position_of_its_own_in_yogyakarta() -> None:
    found = [place.position for place in places.regency("34.71", 14, 7, 5)]
    assert None not in found
    known = {position for position in found if position is not None}
    assert len(known) == len(found)
    assert all(-7_850_000 < lat < -7_760_000 and 110_340_000 < lon < 110_410_000 for lat, lon in known)


def test_a_place_elsewhere_has_none() -> None:
    assert {place.position for place in places.regency("31.71")} == {None}
    assert next(places.regency("31.71")).cells()[-2:] == ["", ""]
