"""What kind of file a YAML file is: asked in one place by `check`, `format` and the catalogue."""

from __future__ import annotations

import re
from collections.abc import Container
from pathlib import PurePath

from flowrunner.compiler.schema.files import Noun
from flowrunner.settings import FILE

_KEY = re.compile(rb"^([a-z_]+)\s*:", re.MULTILINE)


def top_level_keys(data: bytes) -> frozenset[str]:
    """The keys of a file, which may be broken further down."""
    return frozenset(key.decode() for key in _KEY.findall(data))


def noun_of(keys: Container[str], name: str) -> Noun:
    """What a file of this name holds, by its keys; a broken one counts as what stands where it does. A part that flows
    include is written as a flow is."""
    path = PurePath(name)
    if path.name == FILE:
        return "settings"
    if "steps" in keys:
        return "flow"
    return "scenario" if "walk" in keys or "items" in keys or path.parent.parent.name == "scenarios" else "flow"


def is_part(keys: Container[str]) -> bool:
    """Whether a file is no flow by itself."""
    return "part" in keys and "flow" not in keys
