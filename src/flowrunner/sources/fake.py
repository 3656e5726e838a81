"""A source that answers what it was told to: for scenarios, tests and a flow that has no register yet.

```yaml
connector: fake
answers:
  - {given: {number: A1}, gives: {status: active}}
  - {given: {number: A2}, gives: fails}
otherwise: {status: unknown}               # or: fails, late
```
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Value
from flowrunner.model.flow import Source
from flowrunner.sources.base import Connector, Lookup, SourceFailed
from flowrunner.sources.values import characters_of, nothing, parse_value

_MAPPING: Mapping[str, Any] = {"type": "object"}
FAILS, LATE = "fails", "late"


class FakeConnector(Connector):
    name = "fake"
    keys: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "answers": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"given": _MAPPING, "gives": {"type": ["object", "string"]}},
                "required": ["given", "gives"],
                "additionalProperties": False,
            },
            "description": "What is asked and what is answered; `gives` may be: fails, late.",
        },
        "otherwise": {"type": ["object", "string"], "description": "What is answered to anything else."},
    }

    def open(self, source: Source, configuration: Mapping[str, Any], folder: Path) -> Lookup:
        return FakeLookup(source, configuration.get("answers", ()), configuration.get("otherwise", {}))


class FakeLookup(Lookup):
    """`answers` pairs what is given (its own names, characters) with plain data, `fails` or `late`."""

    def __init__(self, source: Source, answers: Any = (), otherwise: Any = None) -> None:
        self._source = source
        self._answers = [(_characters(answer["given"]), self._told(answer["gives"])) for answer in answers]
        self._otherwise = self._told(otherwise if otherwise is not None else {})

    def find(self, given: Mapping[str, Value]) -> Mapping[str, Value]:
        asked = _characters(given)
        told = next((told for wanted, told in self._answers if wanted.items() <= asked.items()), self._otherwise)
        if isinstance(told, str):
            raise SourceFailed("the source was told not to answer.", where=self._source.name, late=told == LATE)
        return told

    def _told(self, written: Any) -> Mapping[str, Value] | str:
        if written in (FAILS, LATE):
            return str(written)
        if not isinstance(written, Mapping) or not written.keys() <= self._source.gives.keys():
            raise FlowrunnerError(
                "an answer holds what the flow does not expect.",
                where=f"sources: {self._source.name}",
                way_out=f"Use {', '.join(self._source.gives)}, or: {FAILS}, {LATE}.",
            )
        try:
            return {
                name: parse_value(written[name], expected) if name in written else nothing(expected)
                for name, expected in self._source.gives.items()
            }
        except ValueError as error:
            raise FlowrunnerError(
                f"an answer cannot be that: {error}.", where=f"sources: {self._source.name}"
            ) from None


def _characters(given: Mapping[str, Any]) -> dict[str, str]:
    return {name: characters_of(value) for name, value in given.items()}
