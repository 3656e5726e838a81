"""A register in a CSV file.

```yaml
connector: csv
file: data/register.csv
match: {body: body, number: number}        # what is asked: the column; each under its own name when left out
gives:
  status: status                           # the value: the column of the row that matches
  matches: {count: rows}                   # how many rows match
  name: {only: name}                       # given only when exactly one row matches
  register: {value: members}               # the same whatever row matches
none: {status: unknown}                    # when no row matches; a count is then 0, the rest nothing
```

With `search: {typed: [street, city]}` instead of `match`, every word typed must begin a word of one of the columns, and
`gives: {suggestions: {addresses: [street, city, province, postal_code, country]}}` gives the rows found.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Literal, TypeAlias

from flowrunner.errors import FlowrunnerError
from flowrunner.model.case import Value
from flowrunner.model.flow import Source
from flowrunner.model.types import ADDRESS
from flowrunner.sources.base import Connector, Lookup, SourceFailed
from flowrunner.sources.register import Register, Row, mark_of, read_register
from flowrunner.sources.search import found_by, words_in
from flowrunner.sources.values import characters_of, nothing, parse_value

MOST_SUGGESTIONS = 10
How: TypeAlias = Literal["column", "count", "only", "value", "addresses"]
_SCALAR: Mapping[str, Any] = {"type": ["string", "number", "boolean", "null"]}
_HOWS: tuple[How, ...] = ("count", "only", "value", "addresses")


@dataclass(frozen=True, slots=True)
class Giving:
    """How one value is given; `of` is a column, a constant, or the columns that are the parts of an address."""

    how: How
    of: Any


class CsvConnector(Connector):
    """Reads the file when it is opened and again when it has changed. Cells are compared with answers as they are kept,
    white space at both ends aside: the file holds keys in the form that the fields make them."""

    name = "csv"
    keys: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "file": {**_SCALAR, "description": "The file, relative to the settings."},
        "match": {"type": "object", "additionalProperties": _SCALAR, "description": "What is asked: its column."},
        "search": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": _SCALAR, "minItems": 1},
            "description": "What is typed: the columns in which it is searched.",
        },
        "gives": {
            "type": "object",
            "additionalProperties": {"type": ["string", "object"]},
            "description": "The value: its column, or one of count, only, value, addresses.",
        },
        "none": {
            "type": "object",
            "additionalProperties": _SCALAR,
            "description": "What is given when no row matches.",
        },
    }
    required_keys = frozenset({"file"})

    def open(self, source: Source, configuration: Mapping[str, Any], folder: Path) -> Lookup:
        return CsvLookup(source, configuration, folder)


class CsvLookup(Lookup):
    """A register made ready: an index from the cells of the matched columns to rows, made once for each state of the
    file and replaced whole, so that threads may ask at any time."""

    def __init__(self, source: Source, configuration: Mapping[str, Any], folder: Path) -> None:
        self._source = source
        self._path = folder / str(configuration["file"])
        self._search: Mapping[str, tuple[str, ...]] = {
            asked: tuple(columns) for asked, columns in configuration.get("search", {}).items()
        }
        match = configuration.get("match", {})
        self._match = {asked: str(match.get(asked, asked)) for asked in source.asks if asked not in self._search}
        self._gives = {name: self._giving(configuration, name) for name in source.gives}
        self._none = self._constants(configuration.get("none", {}))
        self._check_names(configuration)
        self._loaded = self._load()

    def find(self, given: Mapping[str, Value]) -> Mapping[str, Value]:
        rows = self._rows(given)
        found = {name: self._given(name, rows) for name in self._gives}
        return found if rows else {**found, **self._none}

    def check_config(self) -> str | None:
        try:
            self._fresh()
        except SourceFailed as error:
            return str(error)
        return None

    # --- Asking ---------------------------------------------------------------------------

    def _rows(self, given: Mapping[str, Value]) -> tuple[Row, ...]:
        register, index = self._fresh()
        if any(given.get(asked) is None for asked in self._source.asks):
            return ()
        rows = (
            index.get(tuple(characters_of(given[asked]) for asked in self._match), ()) if self._match else register.rows
        )
        for asked, columns in self._search.items():
            typed = words_in(characters_of(given[asked]))
            rows = tuple(row for row in rows if found_by(typed, (row.cells[column] for column in columns)))
        return rows

    def _given(self, name: str, rows: tuple[Row, ...]) -> Value:
        giving, expected = self._gives[name], self._source.gives[name]
        match giving.how:
            case "count":
                return Decimal(len(rows))
            case "value":
                return self._read(name, giving.of) if rows else nothing(expected)
            case "addresses":
                return tuple(_address(row, giving.of) for row in rows[:MOST_SUGGESTIONS])
            case "only":
                return parse_value(rows[0].cells[giving.of], expected) if len(rows) == 1 else nothing(expected)
            case _:
                return parse_value(rows[0].cells[giving.of], expected) if rows else nothing(expected)

    # --- Loading --------------------------------------------------------------------------

    def _fresh(self) -> tuple[Register, Mapping[tuple[str, ...], tuple[Row, ...]]]:
        if mark_of(self._path) != self._loaded[0].mark:
            self._loaded = self._load()
        return self._loaded

    def _load(self) -> tuple[Register, Mapping[tuple[str, ...], tuple[Row, ...]]]:
        register = read_register(self._path)
        self._check_columns(register)
        index: dict[tuple[str, ...], tuple[Row, ...]] = {}
        for row in register.rows:
            self._check_row(row)
            key = tuple(row.cells[column] for column in self._match.values())
            index[key] = (*index.get(key, ()), row)
        if self._match and not self._search:
            self._check_unique(index)
        return register, index

    def _check_columns(self, register: Register) -> None:
        wanted = [*self._match.values(), *(column for columns in self._search.values() for column in columns)]
        for giving in self._gives.values():
            if giving.how in ("column", "only"):
                wanted.append(giving.of)
            elif giving.how == "addresses":
                wanted.extend(giving.of)
        missing = [column for column in dict.fromkeys(wanted) if column not in register.columns]
        if missing:
            raise SourceFailed(
                f"there is no column {missing[0]!r}.",
                where=f"{self._path.name}:1",
                way_out=f"The file has {', '.join(register.columns)}.",
            )

    def _check_row(self, row: Row) -> None:
        for name, giving in self._gives.items():
            if giving.how in ("column", "only"):
                try:
                    parse_value(row.cells[giving.of], self._source.gives[name])
                except ValueError as error:
                    where = f"{self._path.name}:{row.line}"
                    raise SourceFailed(f"the column {giving.of!r} lies: {error}.", where=where) from None

    def _check_unique(self, index: Mapping[tuple[str, ...], tuple[Row, ...]]) -> None:
        """Rows of the same key may differ only in what is counted or given of an only row."""
        columns = [giving.of for giving in self._gives.values() if giving.how == "column"]
        for rows in index.values():
            for row in rows[1:]:
                if any(row.cells[column] != rows[0].cells[column] for column in columns):
                    raise SourceFailed(
                        f"the row has the same key as line {rows[0].line} and says something else.",
                        where=f"{self._path.name}:{row.line}",
                    )

    # --- Configuration --------------------------------------------------------------------

    def _giving(self, configuration: Mapping[str, Any], name: str) -> Giving:
        written = configuration.get("gives", {}).get(name, name)
        if isinstance(written, str):
            return Giving("column", written)
        how = next((how for how in _HOWS if isinstance(written, Mapping) and set(written) == {how}), None)
        if how is None:
            raise self._wrong(f"`gives: {name}` is none of the ways to give a value.")
        of = written[how]
        if how == "count" and (of != "rows" or self._source.gives[name].kind != "number"):
            raise self._wrong(f"`gives: {name}` can only count rows, as a number.")
        if how == "addresses":
            return Giving(how, self._address_columns(name, of))
        if how == "value":
            self._read(name, of)
        return Giving(how, of)

    def _address_columns(self, name: str, columns: Any) -> tuple[str, ...]:
        item = self._source.gives[name].item
        if item is None or item.kind != "address":
            raise self._wrong(f"`gives: {name}` is not a list of addresses in the flow.")
        found = (columns,) if isinstance(columns, str) else tuple(columns)
        if not set(found) <= ADDRESS.keys.keys():
            raise self._wrong(f"`gives: {name}` names columns that are no part of an address.")
        return found

    def _constants(self, written: Mapping[str, Any]) -> Mapping[str, Value]:
        unknown = [name for name in written if name not in self._source.gives]
        if unknown:
            raise self._wrong(f"`none` names {unknown[0]!r}, which the flow does not expect.")
        return {name: self._read(name, data) for name, data in written.items()}

    def _check_names(self, configuration: Mapping[str, Any]) -> None:
        for key, known in (("match", self._source.asks), ("search", self._source.asks), ("gives", self._source.gives)):
            unknown = [name for name in configuration.get(key, {}) if name not in known]
            if unknown:
                raise self._wrong(f"`{key}` names {unknown[0]!r}, which the flow does not know.")

    def _read(self, name: str, data: Any) -> Value:
        try:
            return parse_value(data, self._source.gives[name])
        except ValueError as error:
            raise self._wrong(f"{name!r} cannot be that: {error}.") from None

    def _wrong(self, what: str) -> FlowrunnerError:
        return FlowrunnerError(what, where=f"sources: {self._source.name}", way_out="Change the settings.")


def _address(row: Row, columns: tuple[str, ...]) -> Mapping[str, Value]:
    return {column: row.cells[column] for column in columns if row.cells[column]}
