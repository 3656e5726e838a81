"""Keeping processes small that are forked from one another."""

from __future__ import annotations

import ctypes
import gc

_ARENAS = -8  # M_ARENA_MAX of glibc's mallopt


def settle() -> None:
    """Give back what loading left over, and leave what is loaded alone from now on, so that it stays shared.

    Each thread would otherwise take a heap of its own, and mostly one of them runs at a time. Where the library of the
    system knows none of this, nothing is done.
    """
    gc.collect()
    gc.freeze()
    # What a request makes goes when nobody holds it any more; looking for circles is for what is left.
    gc.set_threshold(10_000, 20, 20)
    system = ctypes.CDLL(None)
    if hasattr(system, "mallopt") and hasattr(system, "malloc_trim"):
        system.mallopt(_ARENAS, 1)
        system.malloc_trim(0)
