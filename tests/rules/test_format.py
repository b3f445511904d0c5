"""FORMAT.md gives the default policy in full."""

import re
from pathlib import Path

from custody.core.policy import DEFAULT

HOUR = 3_600_000
PAGE = (Path(__file__).parents[2] / "custody" / "core" / "FORMAT.md").read_text()


def rows(header: str) -> list[list[str]]:
    """The cells of the rows beneath a table's header."""
    table = PAGE.partition(header)[2].partition("\n\n")[0]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()[2:]]


def test_the_default_legs_are_those_of_the_page_in_both_directions() -> None:
    said: dict[tuple[str, str], int] = {}
    for between, hours in rows("| between | hours |"):
        start, ends = between.split(" – ")
        for group, hour in zip(ends.split("; "), hours.split("; "), strict=True):
            for end in group.split(", "):
                said[start, end] = said[end, start] = int(hour) * HOUR
    assert {pair: list(times) for pair, times in DEFAULT.legs.items()} == {pair: [ms] for pair, ms in said.items()}


def test_the_default_asks_for_photographs_as_the_page_says() -> None:
    said = {row[0]: row[1] for row in rows("| rule | default |")}["`photographs`"]
    asked = {}
    for part in said.split(", "):
        of, *actions = re.findall(r"`([a-z]+)`", part)
        asked |= dict.fromkeys(actions, of)
    assert asked == DEFAULT.photographs


def test_the_default_signatures_and_roles_are_those_of_the_page() -> None:
    said = {row[0]: row[1] for row in rows("| rule | default |")}
    two = re.findall(r"`([a-z]+)`", said["`signatures`"].partition(",")[0])
    assert {action for action, count in DEFAULT.signatures.items() if count == 2} == set(two)
    assert set(DEFAULT.signatures.values()) == {1, 2}
    for part, roles in zip(said["`roles`"].split("; ")[:2], (5, 2), strict=True):
        actions = re.findall(r"`([a-z]+)`", part.partition(" for ")[2])
        assert {action for action, may in DEFAULT.roles.items() if len(may) == roles} == set(actions)
