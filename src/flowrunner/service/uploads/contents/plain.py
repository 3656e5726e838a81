"""Text: characters and nothing else; and RTF, which is text with commands."""

from __future__ import annotations

import codecs
import re
from typing import BinaryIO

from flowrunner.service.uploads.contents.refused import ContentRefused

RTF = rb"{\rtf"
_BLOCK = 1024 * 1024
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
# Commands of RTF that hold another file or start something.
_ACTIVE = re.compile(rb"\\(object|objdata|objocx|objautlink|objemb|template|datafield)\b", re.IGNORECASE)


def check(content: BinaryIO) -> str:
    """`txt` for text in UTF-8 or UTF-16 with its mark, or in the Windows code page of western languages."""
    beginning = content.read(4)
    content.seek(0)
    marked = beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if not _is_text(content, "utf-16" if marked else "utf-8") and (marked or not _is_text(content, "cp1252")):
        raise ContentRefused("file_kind")
    return "txt"


def _is_text(content: BinaryIO, encoding: str) -> bool:
    content.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while block := content.read(_BLOCK):
            if _CONTROLS.search(decoder.decode(block)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def check_rtf(content: BinaryIO) -> str:
    data = content.read()
    if _ACTIVE.search(data):
        raise ContentRefused("file_active")
    if not data.rstrip(b"\r\n\t \x00").endswith(b"}"):
        raise ContentRefused("file_broken")
    return "rtf"
