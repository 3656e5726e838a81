"""A register in a CSV file.

```yaml
connector: csv
file: data/register.csv
match: {body: body, number: number}        # what is asked: the column; each under its own name when left out
gives:                                     # see `giving`; a place is a column
  status: status
  matches: {count: rows}
none: {status: unknown}                    # when no row matches; a count is then 0, the rest nothing
```

With `search: {typed: [street, city]}` instead of `match`, every word typed must begin a word of one of the columns, and
`gives: {suggestions: {addresses: [street, city, province, postal_code, country]}}` gives the rows found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar, TypeAlias

from flowrunner.model.case import Value
from flowrunner.model.flow import Source
from flowrunner.sources.base import Connector, Lookup, Misfit, SourceFailed, failure, refuse_misfits, unknown_names
from flowrunner.sources.gives import NAMED, SCALAR, cells_of, constants, give, gives_schema, givings, misfits_of_gives
from flowrunner.sources.register import Register, RegisterRow, read_register, stamp_of
from flowrunner.sources.search import found_by, search_words
from flowrunner.sources.values import NotOfType, characters_of

Index: TypeAlias = Mapping[tuple[str, ...], tuple[RegisterRow, ...]]


class CsvConnector(Connector):
    """Reads the file when it is opened and again when it has changed. Cells are compared with answers as they are kept,
    white space at both ends aside: the file holds keys in the form that the fields make them."""

    name = "csv"
    keys: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "file": {**SCALAR, "description": "The file, relative to the settings."},
        "match": {**NAMED, "description": "What is asked: its column."},
        "search": {
            "type": "object",
            "additionalProperties": {"type": "array", "items": SCALAR, "minItems": 1},
            "description": "What is typed: the columns in which it is searched.",
        },
        "gives": gives_schema("column", "The value: its column, or one of column, count, only, value, addresses."),
        "none": {**NAMED, "description": "What is given when no row matches."},
    }
    required_keys = frozenset({"file"})

    def misfits(self, source: Source, configuration: Mapping[str, Any]) -> Iterable[Misfit]:
        names_of = {"match": source.asks, "search": source.asks, "gives": source.gives, "none": source.gives}
        yield from unknown_names(configuration, names_of)
        yield from misfits_of_gives(source, configuration, "column")

    def open(self, source: Source, configuration: Mapping[str, Any], folder: Path) -> Lookup:
        refuse_misfits(self, source, configuration)
        return CsvLookup(source, configuration, folder)


class CsvLookup(Lookup):
    """A register made ready: an index from the cells of the matched columns to rows, made once for each state of the
    file and replaced whole, so that threads may ask at any time."""

    def __init__(self, source: Source, configuration: Mapping[str, Any], folder: Path) -> None:
        self._source = source
        self._path = folder / str(configuration["file"])
        self._search: Mapping[str, tuple[str, ...]] = {
            name: tuple(columns) for name, columns in configuration.get("search", {}).items()
        }
        match = configuration.get("match", {})
        self._match = {name: str(match.get(name, name)) for name in source.asks if name not in self._search}
        self._gives = givings(source, configuration, "column")
        self._none = constants(source, configuration.get("none", {}))
        self._loaded = self._load()

    def find(self, answers: Mapping[str, Value]) -> Mapping[str, Value]:
        rows = self._rows(answers)
        facts = {name: give(giving, self._source.gives[name], rows, _cell) for name, giving in self._gives.items()}
        return facts if rows else {**facts, **self._none}

    def check_config(self) -> SourceFailed | None:
        try:
            self._fresh()
        except SourceFailed as error:
            return error
        return None

    # --- Asking ---------------------------------------------------------------------------

    def _rows(self, answers: Mapping[str, Value]) -> tuple[RegisterRow, ...]:
        register, index = self._fresh()
        if any(answers.get(name) is None for name in self._source.asks):
            return ()
        rows = (
            index.get(tuple(characters_of(answers[name]) for name in self._match), ()) if self._match else register.rows
        )
        for name, columns in self._search.items():
            typed = search_words(characters_of(answers[name]))
            rows = tuple(row for row in rows if found_by(typed, (row.cells[column] for column in columns)))
        return rows

    # --- Loading --------------------------------------------------------------------------

    def _fresh(self) -> tuple[Register, Index]:
        if stamp_of(self._path) != self._loaded[0].mark:
            self._loaded = self._load()
        return self._loaded

    def _load(self) -> tuple[Register, Index]:
        register = read_register(self._path)
        self._check_columns(register)
        index: dict[tuple[str, ...], tuple[RegisterRow, ...]] = {}
        for row in register.rows:
            self._check_row(row)
            key = tuple(row.cells[column] for column in self._match.values())
            index[key] = (*index.get(key, ()), row)
        if self._match and not self._search:
            self._check_unique(index)
        return register, index

    def _check_columns(self, register: Register) -> None:
        columns_read = [*self._match.values(), *(column for columns in self._search.values() for column in columns)]
        columns_read += [column for giving in self._gives.values() for column in cells_of(giving)]
        missing = [column for column in dict.fromkeys(columns_read) if column not in register.columns]
        if missing:
            where = f"{self._path.name}:1"
            raise failure("no_column", where=where, name=missing[0], known=register.columns)

    def _check_row(self, row: RegisterRow) -> None:
        for name, giving in self._gives.items():
            if giving.how in ("place", "only"):
                try:
                    give(giving, self._source.gives[name], (row,), _cell)
                except NotOfType as error:
                    where = f"{self._path.name}:{row.line}"
                    raise failure("lies", where=where, name=str(giving.of), expected=error.sentence) from None

    def _check_unique(self, index: Index) -> None:
        """Rows of the same key may differ only in what is counted or given of an only row."""
        columns = [str(giving.of) for giving in self._gives.values() if giving.how == "place"]
        for rows in index.values():
            for row in rows[1:]:
                if any(row.cells[column] != rows[0].cells[column] for column in columns):
                    raise failure("same_key", where=f"{self._path.name}:{row.line}", line=rows[0].line)


def _cell(row: RegisterRow, column: str) -> str:
    return row.cells[column]
