"""Every text of a flow, found by walking the model, so that no check forgets a place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from msgspec import Struct

from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import Flow
from flowrunner.model.types import Type
from flowrunner.span import Span
from flowrunner.text.text import Text


def texts_of(flow: Flow) -> Iterator[Text]:
    """All texts, each once, in the order of the model."""
    seen: set[int] = set()
    waiting: list[Any] = [flow]
    while waiting:
        part = waiting.pop()
        if id(part) in seen or isinstance(part, (Expression, Type, Span, str)):
            continue
        seen.add(id(part))
        if isinstance(part, Text):
            yield part
        elif isinstance(part, Struct):
            waiting.extend(getattr(part, name) for name in reversed(part.__struct_fields__))
        elif is_dataclass(part):
            waiting.extend(getattr(part, each.name) for each in reversed(fields(part)))
        elif isinstance(part, Mapping):
            waiting.extend(reversed(list(part.values())))
        elif isinstance(part, tuple):
            waiting.extend(reversed(part))
