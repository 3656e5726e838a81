"""The containers of Word and Excel before 2007, read by olefile: a folder of streams."""

from __future__ import annotations

from typing import BinaryIO

from olefile import DEFECT_INCORRECT, OleFileIO

from flowrunner.service.uploads.contents.refused import ContentRefused

BEGINNING = bytes.fromhex("d0cf11e0a1b11ae1")
_MACROS = frozenset({"macros", "vba", "_vba_project", "_vba_project_cur"})
_KINDS = {"worddocument": "doc", "workbook": "xls", "book": "xls"}


def check(content: BinaryIO) -> str:
    names = _names(content)
    if "encryptedpackage" in names:
        raise ContentRefused("file_encrypted")
    kind = next((kind for name, kind in _KINDS.items() if name in names), None)
    if kind is None:
        raise ContentRefused("file_kind")
    if names & _MACROS or any(name.startswith("\x01ole10native") for name in names):
        raise ContentRefused("file_active")
    return kind


def _names(content: BinaryIO) -> set[str]:
    """The names of streams and storages, in lower case."""
    try:
        with OleFileIO(content, raise_defects=DEFECT_INCORRECT) as container:
            return {name.lower() for path in container.listdir(storages=True) for name in path}
    # What olefile does not tell as broken, it falls over.
    except (OSError, ValueError, IndexError, TypeError, OverflowError):
        raise ContentRefused("file_broken") from None
