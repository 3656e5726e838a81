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

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from flowrunner.model.case import Value
from flowrunner.model.flow import Source
from flowrunner.registry import nearest
from flowrunner.sources.base import CannotServe, Connector, Lookup, Misfit, failure, refuse_misfits, unknown_names
from flowrunner.sources.gives import not_of_type
from flowrunner.sources.values import characters_of, no_values, parse_value

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

    def misfits(self, source: Source, configuration: Mapping[str, Any]) -> Iterable[Misfit]:
        for number, answer in enumerate(configuration.get("answers", ())):
            yield from unknown_names(answer, {"given": source.asks}, ("answers", number))
            yield from _misfits(source, ("answers", number, "gives"), answer["gives"])
        yield from _misfits(source, ("otherwise",), configuration.get("otherwise", {}))

    def open(self, source: Source, configuration: Mapping[str, Any], folder: Path) -> Lookup:
        refuse_misfits(self, source, configuration)
        return FakeLookup(source, configuration.get("answers", ()), configuration.get("otherwise", {}))


class FakeLookup(Lookup):
    """`answers` pairs what is given (its own names, characters) with plain data, `fails` or `late`."""

    def __init__(self, source: Source, answers: Any = (), otherwise: Any = None) -> None:
        self._source = source
        self._answers = [(_characters(answer["given"]), self._facts(answer["gives"])) for answer in answers]
        self._otherwise = self._facts(otherwise if otherwise is not None else {})

    def find(self, answers: Mapping[str, Value]) -> Mapping[str, Value]:
        question = _characters(answers)
        response = next(
            (response for pattern, response in self._answers if pattern.items() <= question.items()), self._otherwise
        )
        if isinstance(response, str):
            raise failure("told_not_to", where=self._source.name, late=response == LATE)
        return response

    def _facts(self, written: Any) -> Mapping[str, Value] | str:
        for misfit in _misfits(self._source, (), written):
            raise CannotServe(self._source, misfit)
        if isinstance(written, str):
            return written
        return {
            name: parse_value(written[name], expected) if name in written else no_values(expected)
            for name, expected in self._source.gives.items()
        }


def _misfits(source: Source, at: tuple[str | int, ...], written: Any) -> Iterable[Misfit]:
    if written in (FAILS, LATE):
        return
    if not isinstance(written, Mapping):
        yield Misfit("not_an_answer", at, {"known": (FAILS, LATE)})
        return
    for name, data in written.items():
        if name not in source.gives:
            names = tuple(source.gives)
            yield Misfit("unknown_fact", (*at, name), {"name": name, "known": names}, nearest(name, names))
        else:
            yield from not_of_type((*at, name), name, data, source.gives[name])


def _characters(answers: Mapping[str, Any]) -> dict[str, str]:
    return {name: characters_of(value) for name, value in answers.items()}
