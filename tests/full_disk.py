"""A disk that takes no more."""

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """The first write that would make one longer writes what there is room for."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def block(file: Path) -> Path:
    """Lets nothing be written durably as `file`; what is to be removed before something can."""
    blocking = file.with_name(f".{file.name}.new")
    blocking.mkdir()
    return blocking
