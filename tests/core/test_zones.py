"""Which time zone a place is in."""

import pytest

from custody.core.zones import zone


@pytest.mark.parametrize(
    ("code", "expected"),
    [("11", "WIB"), ("34.71", "WIB"), ("62.01", "WIB"), ("51", "WITA"), ("64.02.03", "WITA"), ("76", "WITA"),
     ("81", "WIT"), ("94.01.02.2003", "WIT"), ("A1", None), ("", None)],
)  # fmt: skip
def test_a_site_is_in_the_zone_of_its_province(code: str, expected: str | None) -> None:
    assert zone(f"414/9521234567899/254/{code}" if code else "414/9521234567899") == expected
