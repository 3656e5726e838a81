"""An answer in JSON over HTTP: read with a bound, and where a value stands in it.

jmespath was weighed: its paths are a language, and it gives the same nothing for what is absent and for a way that is
wrong.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NoReturn

from flowrunner.sources.values import MOST_DIGITS, NotOfType

ITSELF = "."
"""The path of the whole answer."""


class NotAnAnswer(Exception):
    """What came is no answer in JSON; `ident` is the sentence `source.<ident>` that says why."""

    def __init__(self, ident: str) -> None:
        super().__init__(ident)
        self.ident = ident


def is_json(content_type: str) -> bool:
    """Whether a Content-Type header says JSON."""
    kind = content_type.partition(";")[0].strip().lower()
    return kind == "application/json" or (kind.startswith("application/") and kind.endswith("+json"))


def gather_values(pieces: Iterable[bytes], most: int) -> bytes:
    """The pieces of a body together. Raises NotAnAnswer for more than `most` bytes, without reading on."""
    whole = bytearray()
    for piece in pieces:
        whole += piece
        if len(whole) > most:
            raise NotAnAnswer("answer_too_large")
    return bytes(whole)


def read_json(body: bytes) -> Any:
    """The answer with its numbers as they were written, so that none is rounded. Raises NotAnAnswer."""
    try:
        return json.loads(body.decode("utf-8"), parse_float=_plain, parse_int=str, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise NotAnAnswer("not_json") from None


def _plain(written: str) -> str:
    number = Decimal(written)
    return f"{number:f}" if abs(number.adjusted()) <= MOST_DIGITS else written


def _no_number(written: str) -> NoReturn:
    raise ValueError(written)


def at_path(data: Any, path: str) -> Any:
    """What stands at a dotted path: keys, and positions in lists from 0. A key or position that is absent is nothing.

    Raises NotOfType when the way leads through a plain value.
    """
    if path == ITSELF:
        return data
    for key in path.split("."):
        if data is None:
            return None
        if isinstance(data, Mapping):
            data = data.get(key)
        elif isinstance(data, list) and key.isdecimal() and key.isascii():
            data = data[int(key)] if len(key) < MOST_DIGITS and int(key) < len(data) else None
        else:
            raise NotOfType("record")
    return data
