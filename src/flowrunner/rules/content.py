"""What makes two items of a list the same, for the rules that compare lists."""

from __future__ import annotations

from flowrunner.model.case import FileRef, Value


def contents(value: Value) -> frozenset[object]:
    """The items of a list, a file by the digest of its content; a single value is a list of one."""
    items = value if isinstance(value, tuple) else () if value is None else (value,)
    return frozenset(item.digest if isinstance(item, FileRef) else item for item in items)
