"""The answer, whole, is of a pattern: `pattern: 'P[0-9]{9,12}'`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

import re2

from flowrunner.model.case import Value
from flowrunner.model.types import Type
from flowrunner.rules.base import Rule

LONGEST_PATTERN = 1_000
_MEMORY = 1 << 20


class CompiledPattern(Protocol):
    """What `compile_pattern` gives: matching takes time that grows with the answer's length and no faster."""

    @property
    def pattern(self) -> str: ...

    def fullmatch(self, text: str) -> object | None: ...


def compile_pattern(source: str) -> CompiledPattern:
    """The pattern of these characters (RE2 syntax: no look-around, no back-references).

    Raises ValueError with one argument, what cannot be read, in the words of the engine.
    """
    if len(source) > LONGEST_PATTERN:
        raise ValueError(f"longer than {LONGEST_PATTERN} characters")
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _MEMORY
    try:
        compiled: CompiledPattern = re2.compile(source, options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        raise ValueError(reason.decode() if isinstance(reason, bytes) else str(reason)) from None
    except UnicodeEncodeError:
        raise ValueError("half of a character") from None
    return compiled


class Pattern(Rule):
    """From the first character to the last: `^` and `$` are not needed."""

    name = "pattern"
    takes = "pattern"

    def fits(self, type: Type) -> bool:
        return type.kind == "text"

    def judge(self, value: Value, bound: Any) -> bool:
        try:
            return bound.fullmatch(value) is not None
        except UnicodeEncodeError:
            return False

    def values(self, bound: Any) -> Mapping[str, Value]:
        return {}
