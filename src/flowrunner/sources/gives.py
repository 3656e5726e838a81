"""How the values of a contract are taken from what a source found: rows of a file, or records of an answer.

```yaml
gives:
  status: status                                       # the place (a column, a path) of the row that matches
  class: {PLACE: kind, values: {F: full}, otherwise: unknown}   # their words: ours; PLACE is `column` or `path`
  matches: {count: rows}                               # how many rows match
  name: {only: name}                                   # given only when exactly one row matches
  register: {value: members}                           # the same whatever row matches
  found: {addresses: [street, city]}                   # at most ten of the rows; {street: line} where names differ
```
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, Literal, TypeAlias, TypeVar

from msgspec import Struct

from flowrunner.diagnostics.diagnostic import Filling, Term
from flowrunner.model.case import Value
from flowrunner.model.flow import Source
from flowrunner.model.types import ADDRESS, Type
from flowrunner.registry import nearest
from flowrunner.sources.base import Misfit
from flowrunner.sources.values import NotOfType, no_values, parse_value

MOST_SUGGESTIONS = 10
How: TypeAlias = Literal["place", "count", "only", "value", "addresses"]
Row = TypeVar("Row")
SCALAR: Mapping[str, Any] = {"type": ["string", "number", "boolean", "null"]}
NAMED: Mapping[str, Any] = {"type": "object", "additionalProperties": SCALAR}
_WITH_A_TABLE = ("place", "only")


class Giving(Struct, frozen=True):
    """How one value is given; `of` is a place, a constant, or the place of each part of an address.

    `table` turns the source's words into the contract's; what is not in it is `otherwise`, or no value of the contract.
    """

    how: How
    of: Any
    table: Mapping[str, str] | None = None
    otherwise: str | None = None


def gives_schema(place: str, description: str) -> Mapping[str, Any]:
    """The JSON Schema of `gives` where a value stands at a `place` (column, path)."""
    way: Mapping[str, Any] = {
        "type": ["string", "object"],
        "properties": {
            place: {**SCALAR, "description": "Where the value stands."},
            "values": {**NAMED, "description": "The source's word: the contract's."},
            "otherwise": {**SCALAR, "description": "The contract's word for what is not under `values`."},
            "count": {**SCALAR, "description": "rows: how many rows match."},
            "only": {**SCALAR, "description": "Where the value stands; given only when exactly one row matches."},
            "value": {"type": [*SCALAR["type"], "array"], "description": "A value that is always the same."},
            "addresses": {
                "type": ["string", "array", "object"],
                "items": SCALAR,
                "additionalProperties": SCALAR,
                "description": "The parts of the addresses found, or each part with its place.",
            },
        },
        "additionalProperties": False,
    }
    return {"type": "object", "additionalProperties": way, "description": description}


def givings(source: Source, configuration: Mapping[str, Any], place: str) -> dict[str, Giving]:
    """How each value of the contract is given; each under its own name when nothing is said of it.

    The configuration has no misfits.
    """
    written = configuration.get("gives", {})
    by_name = {name: _giving(written.get(name, name), place) for name in source.gives}
    return {name: giving for name, giving in by_name.items() if giving is not None}


def constants(source: Source, written: Mapping[str, Any]) -> dict[str, Value]:
    """The values of `none`, typed."""
    return {name: parse_value(data, source.gives[name]) for name, data in written.items()}


def give(giving: Giving, expected: Type, rows: Sequence[Row], cell: Callable[[Row, str], Any]) -> Value:
    """The value that the rows give; `cell` reads a place of one. Raises NotOfType."""
    match giving.how:
        case "count":
            return Decimal(len(rows))
        case "value":
            return parse_value(giving.of, expected) if rows else no_values(expected)
        case "addresses":
            return tuple(_address(row, giving.of, cell) for row in rows[:MOST_SUGGESTIONS])
        case "only" if len(rows) != 1:
            return no_values(expected)
        case _:
            return _in_our_words(giving, cell(rows[0], giving.of), expected) if rows else no_values(expected)


def _in_our_words(giving: Giving, data: Any, expected: Type) -> Value:
    if giving.table is None or data is None or data == "":
        return parse_value(data, expected)
    if isinstance(data, (Mapping, list, tuple)):
        raise NotOfType("one")
    theirs = ("true" if data else "false") if isinstance(data, bool) else str(data).strip()
    ours = giving.table.get(theirs, giving.otherwise)
    if ours is None:
        raise NotOfType("choice", known=tuple(giving.table))
    return parse_value(ours, expected)


def _address(row: Row, parts: Mapping[str, str], cell: Callable[[Row, str], Any]) -> Mapping[str, Value]:
    read = ((part, parse_value(cell(row, place), ADDRESS.keys[part])) for part, place in parts.items())
    return {part: value for part, value in read if value is not None}


def cells_of(giving: Giving) -> tuple[str, ...]:
    """The places that it reads."""
    if giving.how in _WITH_A_TABLE:
        return (str(giving.of),)
    return tuple(giving.of.values()) if giving.how == "addresses" else ()


# --- Reading and judging the configuration --------------------------------------------------


def _giving(written: Any, place: str) -> Giving | None:
    """None for what is no way to give a value."""
    if not isinstance(written, Mapping):
        return Giving("place", str(written))
    ways: Mapping[str, How] = {
        place: "place",
        "count": "count",
        "only": "only",
        "value": "value",
        "addresses": "addresses",
    }
    chosen = [key for key in written if key in ways]
    if len(chosen) != 1 or not written.keys() <= {chosen[0], "values", "otherwise"}:
        return None
    how = ways[chosen[0]]
    if "values" in written or "otherwise" in written:
        table = written.get("values")
        if how not in _WITH_A_TABLE or not isinstance(table, Mapping):
            return None
        table_of_words = {str(theirs): str(ours) for theirs, ours in table.items()}
        return Giving(how, str(written[chosen[0]]), table_of_words, written.get("otherwise"))
    return Giving(how, _parts(written["addresses"]) if how == "addresses" else written[chosen[0]])


def _parts(written: Any) -> Mapping[str, str]:
    if isinstance(written, Mapping):
        return {str(part): str(place) for part, place in written.items()}
    return {str(part): str(part) for part in ([written] if isinstance(written, str) else written)}


def misfits_of_gives(source: Source, configuration: Mapping[str, Any], place: str) -> Iterable[Misfit]:
    """Why `gives` and `none` cannot serve the contract. Names are judged by `base.unknown_names`."""
    for name, written in configuration.get("gives", {}).items():
        if name in source.gives:
            yield from _misfits(name, _giving(written, place), source.gives[name], place)
    for name, data in configuration.get("none", {}).items():
        if name in source.gives:
            yield from not_of_type(("none", name), name, data, source.gives[name])


def _misfits(name: str, giving: Giving | None, expected: Type, place: str) -> Iterable[Misfit]:
    at = ("gives", name)
    if giving is None:
        yield Misfit("not_a_way", at, {"name": name, "place": place})
    elif giving.how == "count" and (giving.of != "rows" or expected.kind != "number"):
        yield Misfit("count", at, {"name": name})
    elif giving.how == "addresses":
        yield from _misfits_of_addresses(name, giving.of, expected)
    elif giving.how == "value":
        yield from not_of_type((*at, "value"), name, giving.of, expected)
    elif giving.table is not None:
        for theirs, ours in giving.table.items():
            yield from not_of_type((*at, "values", theirs), name, ours, expected)
        if giving.otherwise is not None:
            yield from not_of_type((*at, "otherwise"), name, giving.otherwise, expected)


def _misfits_of_addresses(name: str, parts: Mapping[str, str], expected: Type) -> Iterable[Misfit]:
    if expected.item is None or expected.item.kind != "address":
        yield Misfit("not_addresses", ("gives", name), {"name": name})
    for part in parts:
        if part not in ADDRESS.keys:
            parts_known = tuple(ADDRESS.keys)
            values: Mapping[str, Filling] = {"name": part, "known": parts_known}
            yield Misfit("address_part", ("gives", name, "addresses"), values, nearest(part, parts_known))


def not_of_type(at: tuple[str | int, ...], name: str, data: Any, expected: Type) -> Iterable[Misfit]:
    """A misfit when written data cannot be a value of the contract."""
    try:
        parse_value(data, expected)
    except NotOfType:
        excerpt = str(data)[:60]
        if expected.kind == "choice":
            values: Mapping[str, Filling] = {"name": name, "found": excerpt, "known": expected.values}
            yield Misfit("not_a_value", at, values, nearest(excerpt, expected.values))
        else:
            yield Misfit("not_of_type", at, {"name": name, "found": excerpt, "wanted": Term(f"type_{expected.kind}")})
