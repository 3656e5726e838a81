"""The containers of Word and Excel before 2007: sectors chained by a table, with a folder of streams."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

from flowrunner.service.uploads.contents.refused import ContentRefused

BEGINNING = bytes.fromhex("d0cf11e0a1b11ae1")
_HEADER = 512
_LAST = 0xFFFFFFFA  # from here on a number is no sector
_ENTRY = 128
_MACROS = frozenset({"macros", "vba", "_vba_project", "_vba_project_cur"})
_KINDS = {"worddocument": "doc", "workbook": "xls", "book": "xls"}


def check(content: BinaryIO) -> str:
    try:
        names = set(_names(content.read()))
    except (struct.error, IndexError, OverflowError):
        raise ContentRefused("file_broken") from None
    if "encryptedpackage" in names:
        raise ContentRefused("file_encrypted")
    kind = next((kind for name, kind in _KINDS.items() if name in names), None)
    if kind is None:
        raise ContentRefused("file_kind")
    if names & _MACROS or any(name.startswith("\x01ole10native") for name in names):
        raise ContentRefused("file_active")
    return kind


def _names(data: bytes) -> Iterator[str]:
    """The names of streams and storages, in lower case."""
    shift = struct.unpack_from("<H", data, 30)[0]
    if shift not in (9, 12):
        raise ContentRefused("file_broken")
    size = 1 << shift
    table = _table(data, size)
    folder = b"".join(_chain(data, table, struct.unpack_from("<I", data, 48)[0], size))
    if not folder:
        raise ContentRefused("file_broken")
    for at in range(0, len(folder) - _ENTRY + 1, _ENTRY):
        length, kind = struct.unpack_from("<HB", folder, at + 64)
        if kind and 2 <= length <= 64:
            yield folder[at : at + length - 2].decode("utf-16-le", "replace").lower()


def _table(data: bytes, size: int) -> list[int]:
    """For each sector, the one that follows it."""
    sectors = list(struct.unpack_from("<109I", data, 76))
    following, count = struct.unpack_from("<II", data, 68)
    for _ in range(min(count, len(data) // size)):
        if following >= _LAST:
            break
        more = struct.unpack(f"<{size // 4}I", _sector(data, following, size))
        sectors.extend(more[:-1])
        following = more[-1]
    table: list[int] = []
    for number in sectors:
        if number < _LAST:
            table.extend(struct.unpack(f"<{size // 4}I", _sector(data, number, size)))
    return table


def _chain(data: bytes, table: list[int], number: int, size: int) -> Iterator[bytes]:
    visited: set[int] = set()
    while number < _LAST:
        if number in visited:
            raise ContentRefused("file_broken")
        visited.add(number)
        yield _sector(data, number, size)
        number = table[number]


def _sector(data: bytes, number: int, size: int) -> bytes:
    start = max(_HEADER, size) + number * size
    sector = data[start : start + size]
    if len(sector) < size:
        raise ContentRefused("file_broken")
    return sector
