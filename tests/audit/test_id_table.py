"""Statement ids to indexes, with the ids kept elsewhere."""

from hashlib import sha256

import pytest

from custody.audit.id_table import IdTable


def ids(count: int) -> list[bytes]:
    return [sha256(b"%d" % number).digest() for number in range(count)]


@pytest.mark.parametrize("count", [0, 1, 511, 512, 513, 5000])
def test_each_id_is_found_at_its_index_and_no_other_is(count: int) -> None:
    known = ids(count + 100)
    table = IdTable(known.__getitem__)
    for index, one in enumerate(known[:count]):
        table.add(one, index)

    assert [table.find(one) for one in known] == [*range(count), *[None] * 100]


def test_of_two_statements_with_one_id_the_first_is_found_also_after_the_table_has_grown() -> None:
    known = [*ids(400), *ids(400), *(one[::-1] for one in ids(400))]
    table = IdTable(known.__getitem__)
    for index, one in enumerate(known):
        table.add(one, index)

    assert [table.find(one) for one in known[:400]] == list(range(400))
