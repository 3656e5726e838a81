"""A CSV file read whole: its rows by line, with an index for each set of columns that is asked for."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from flowrunner.sources.base import failure

LARGEST = 256 * 1024 * 1024


class RegisterRow(Struct, frozen=True):
    """The cells of one row by column, trimmed and composed (NFC), and the line of the file on which it ends."""

    line: int
    cells: Mapping[str, str]


class Register(Struct, frozen=True):
    """What the file held at one moment. `mark` changes when the file does."""

    columns: tuple[str, ...]
    rows: tuple[RegisterRow, ...]
    mark: tuple[int, int]


def stamp_of(path: Path) -> tuple[int, int]:
    """Time of the last change and size. Raises SourceFailed."""
    try:
        status = path.stat()
    except OSError:
        raise failure("no_file", where=path.name) from None
    return status.st_mtime_ns, status.st_size


def read_register(path: Path) -> Register:
    """Read a file of comma-separated values in UTF-8 whose first line names the columns.

    Raises SourceFailed, which names the file and the line and repeats no cell.
    """
    mark = stamp_of(path)
    if mark[1] > LARGEST:
        raise failure("file_too_large", where=path.name, most=LARGEST)
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            columns = tuple(_regular(cell) for cell in next(reader, ()))
            _check_columns(path, columns)
            rows = tuple(_row(path, columns, cells, reader.line_num) for cells in reader if any(cells))
    except UnicodeDecodeError:
        raise failure("not_utf8", where=path.name) from None
    except csv.Error:
        raise failure("not_csv", where=f"{path.name}:{reader.line_num}") from None
    except OSError:
        raise failure("file_unreadable", where=path.name) from None
    return Register(columns, rows, mark)


def _check_columns(path: Path, columns: tuple[str, ...]) -> None:
    if not columns or not all(columns):
        raise failure("unnamed_column", where=f"{path.name}:1")
    if len(set(columns)) < len(columns):
        raise failure("same_column", where=f"{path.name}:1")


def _row(path: Path, columns: tuple[str, ...], cells: list[str], line: int) -> RegisterRow:
    if len(cells) != len(columns):
        raise failure("cells", where=f"{path.name}:{line}", cells=len(cells), columns=len(columns))
    return RegisterRow(line, dict(zip(columns, map(_regular, cells), strict=True)))


def _regular(cell: str) -> str:
    return unicodedata.normalize("NFC", cell).strip()
