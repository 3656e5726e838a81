"""The kinds of files that a flow can name, and sizes as an author writes them."""

from __future__ import annotations

import re
from collections.abc import Mapping

from msgspec import Struct

_SIZE = re.compile(r"([0-9]{1,6})\s*([a-z]+)", re.IGNORECASE)
_UNITS = {"b": 0, "bytes": 0, "kb": 1, "ko": 1, "mb": 2, "mo": 2, "gb": 3, "go": 3}


class FileKind(Struct, frozen=True):
    """`media` is the media type that browsers and content checks say; `suffixes` are lower case, without the point."""

    media: str
    suffixes: tuple[str, ...]


KINDS: Mapping[str, FileKind] = {
    "pdf": FileKind("application/pdf", ("pdf",)),
    "jpg": FileKind("image/jpeg", ("jpg", "jpeg")),
    "png": FileKind("image/png", ("png",)),
    "tiff": FileKind("image/tiff", ("tiff", "tif")),
    "gif": FileKind("image/gif", ("gif",)),
    "webp": FileKind("image/webp", ("webp",)),
    "heic": FileKind("image/heic", ("heic", "heif")),
    "doc": FileKind("application/msword", ("doc",)),
    "docx": FileKind("application/vnd.openxmlformats-officedocument.wordprocessingml.document", ("docx",)),
    "odt": FileKind("application/vnd.oasis.opendocument.text", ("odt",)),
    "rtf": FileKind("application/rtf", ("rtf",)),
    "xls": FileKind("application/vnd.ms-excel", ("xls",)),
    "xlsx": FileKind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ("xlsx",)),
    "ods": FileKind("application/vnd.oasis.opendocument.spreadsheet", ("ods",)),
    "csv": FileKind("text/csv", ("csv",)),
    "txt": FileKind("text/plain", ("txt",)),
    "zip": FileKind("application/zip", ("zip",)),
}
"""By the name that a flow writes under `kinds`, which is also what `FileRef.kind` holds."""


def file_kind_of(name: str) -> str:
    """The kind that a file's suffix promises, or the suffix itself when it is none of ours ("" without one)."""
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    return next((kind for kind, file_kind in KINDS.items() if suffix in file_kind.suffixes), suffix)


def read_size(characters: str) -> int:
    """Bytes of a size as an author writes it: `2 MB`, `500 kB`, `2 Mo`. Units are of 1,024. Raises ValueError."""
    match = _SIZE.fullmatch(characters.strip())
    if match is None or match[2].lower() not in _UNITS or not int(match[1]):
        raise ValueError("not a size such as 2 MB")
    return int(match[1]) << (10 * _UNITS[match[2].lower()])
