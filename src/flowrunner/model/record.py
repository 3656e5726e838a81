"""Records made again with parts of them otherwise: what a decision does a dozen times.

A record is a `msgspec.Struct`, which costs little to define and little to make, or a dataclass where a part is to be
left out of a comparison or of what is printed.

`copy.replace` does the same from Python 3.13 on.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from msgspec import Struct

__all__ = ["replace"]

if TYPE_CHECKING:
    # The type checker knows this one, so it checks the names and the types of what is replaced.
    from dataclasses import replace
else:

    def replace(record, /, **parts):
        """The record with these parts in place of its own. Raises TypeError for a part that it does not have."""
        if isinstance(record, Struct):
            return record.__replace__(**parts)
        return dataclasses.replace(record, **parts)
