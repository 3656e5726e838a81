"""Which kind a content is, and whether it is sound. Nothing here reads a name, or what a browser says of a file."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import BinaryIO

import filetype

from flowrunner.service.uploads.contents import ole, packed, pdf, pictures, plain
from flowrunner.service.uploads.contents.refused import ContentRefused

_HEAD = 8192
_BEGINNINGS: tuple[tuple[bytes, Callable[[BinaryIO], str]], ...] = (
    (packed.BEGINNING, packed.check),
    (ole.BEGINNING, ole.check),
    (plain.RTF, plain.check_rtf),
)
_BY_GUESS: Mapping[str, Callable[[BinaryIO], str]] = {
    "pdf": pdf.check,
    "jpg": pictures.checking("jpg"),
    "png": pictures.checking("png"),
    "tif": pictures.checking("tiff"),
    "gif": pictures.checking("gif"),
    "webp": pictures.checking("webp"),
    "heic": pictures.check_heic,
}


def probe(content: BinaryIO) -> str:
    """The kind (a key of `fields.file_kinds.KINDS`) of a sound content. Raises ContentRefused."""
    head = content.read(_HEAD)
    content.seek(0)
    for beginning, check in _BEGINNINGS:
        if head.startswith(beginning):
            return check(content)
    guess = filetype.guess(head)
    if guess is None:
        return plain.check(content)
    if guess.extension not in _BY_GUESS:
        raise ContentRefused("file_kind")
    return _BY_GUESS[guess.extension](content)
