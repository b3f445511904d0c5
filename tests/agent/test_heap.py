"""That the memory of pictures does not stay in the heap, as glibc itself counts it (mallinfo2(3))."""

import ctypes
import subprocess
import sys

import pytest

from scanner_agent.heap import give_back_large_blocks

COUNT = """
import ctypes
from scanner_agent.heap import LARGE, give_back_large_blocks

{first}
libc = ctypes.CDLL(None)
libc.malloc.restype, libc.free.argtypes = ctypes.c_void_p, [ctypes.c_void_p]
libc.free(libc.malloc(ctypes.c_size_t(20 * LARGE)))  # a large picture came, and is gone

class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_size_t) for name in "arena ordblks smblks hblks hblkhd a b c d e".split()]

libc.mallinfo2.restype = Info
before = libc.mallinfo2().hblks
libc.malloc(ctypes.c_size_t(2 * LARGE))
print(libc.mallinfo2().hblks - before)
"""


def mapped(first: str) -> int:
    """How many of one block of twice the size that is large are memory of their own."""
    told = subprocess.run([sys.executable, "-c", COUNT.format(first=first)], capture_output=True, text=True, check=True)
    return int(told.stdout)


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "mallinfo2"), reason="this system's malloc is not glibc's")
def test_a_picture_s_memory_is_apart_from_the_heap_also_after_a_larger_one() -> None:
    assert mapped("give_back_large_blocks()") == 1
    assert mapped("") == 0


def test_a_system_with_another_malloc_is_left_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _name: object())
    assert not give_back_large_blocks()
