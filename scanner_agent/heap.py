"""Memory that is used for a moment, as a camera's picture is, goes back to the system."""

import ctypes

LARGE = 512 * 1024
"""Bytes; a frame of 720p in grey has 900 KiB."""
_M_MMAP_THRESHOLD = -3
"""Of glibc's malloc.h."""


def give_back_large_blocks() -> bool:
    """From now on each block of `LARGE` bytes and more is memory of its own; False where malloc is not glibc's.

    By itself glibc takes the size of a mapped block that is freed for the least that it maps (mallopt(3)). Later frames
    then lie in the heap, where what is small and stays comes to lie behind them, and the heap never shrinks again.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and mallopt(_M_MMAP_THRESHOLD, LARGE) == 1
