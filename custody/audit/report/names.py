"""What ids are called that a report names."""

from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct


def strings(value: Any) -> Iterator[str]:
    """Every string in a value of structs, lists and dictionaries."""
    match value:
        case str():
            yield value
        case Struct():
            for name in value.__struct_fields__:
                yield from strings(getattr(value, name))
        case dict():
            for one in value.values():
                yield from strings(one)
        case list():
            for one in value:
                yield from strings(one)


def people(value: Any, name_of: Callable[[str], str | None]) -> dict[str, str]:
    """Handlers and keys that a value names, as far as `name_of` knows them."""
    ids = {one for one in strings(value) if one.startswith("h-") or len(one) == 64}
    return {one: name for one in sorted(ids) if (name := name_of(one)) is not None}
