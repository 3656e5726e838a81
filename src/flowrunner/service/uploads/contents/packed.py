"""Zip files, and the documents that are zip files inside: every member is unpacked once, within bounds."""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Mapping
from typing import BinaryIO

from flowrunner.service.uploads.contents.refused import ContentRefused

BEGINNING = b"PK\x03\x04"
MOST_MEMBERS = 5_000
MOST_BYTES = 300 * 1024 * 1024
_BLOCK = 1024 * 1024
_ENCRYPTED = 1
_TYPES = "[Content_Types].xml"
_MOST_WORDS = 4 * _BLOCK
_ACTIVE = re.compile(
    r"vbaproject|/activex/|/embeddings/|(^|/)basic/|(^|/)scripts/|(^|/)objectreplacements/object", re.IGNORECASE
)
_ELSEWHERE = re.compile(rb"attachedTemplate[^>]*Target\s*=\s*[\"'](https?:|\\\\|file:////)", re.IGNORECASE)
_OFFICE = {
    "docx": ("word/document.xml", b"wordprocessingml.document.main+xml"),
    "xlsx": ("xl/workbook.xml", b"spreadsheetml.sheet.main+xml"),
}
_OPEN: Mapping[bytes, str] = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}


def check(content: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(content) as packed:
            return _judge(packed)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError, RuntimeError):
        raise ContentRefused("file_broken") from None


def _judge(packed: zipfile.ZipFile) -> str:
    members = packed.infolist()
    if len(members) > MOST_MEMBERS:
        raise ContentRefused("file_too_complex")
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise ContentRefused("file_encrypted")
    _unpack(packed, members)
    names = packed.namelist()
    kind = _kind(packed, names)
    if kind != "zip" and any(_ACTIVE.search(name) for name in names):
        raise ContentRefused("file_active")
    return kind


def _unpack(packed: zipfile.ZipFile, members: list[zipfile.ZipInfo]) -> None:
    """Read every member to its end, which compares its checksum; what it says of its own size is not believed."""
    budget = MOST_BYTES
    for member in members:
        with packed.open(member) as opened:
            while block := opened.read(_BLOCK):
                budget -= len(block)
                if budget < 0:
                    raise ContentRefused("file_too_complex")


def _kind(packed: zipfile.ZipFile, names: list[str]) -> str:
    if _TYPES in names:
        return _office(packed, names)
    if "mimetype" in names and "content.xml" in names:
        kind = _OPEN.get(_words(packed, "mimetype").strip())
        if kind is None:
            raise ContentRefused("file_kind")
        return kind
    return "zip"


def _office(packed: zipfile.ZipFile, names: list[str]) -> str:
    types = _words(packed, _TYPES)
    if b"macroEnabled" in types:
        raise ContentRefused("file_active")
    for kind, (main, content_type) in _OFFICE.items():
        if main in names and content_type in types:
            settings = "word/_rels/settings.xml.rels"
            if settings in names and _ELSEWHERE.search(_words(packed, settings)):
                raise ContentRefused("file_active")
            return kind
    raise ContentRefused("file_kind")


def _words(packed: zipfile.ZipFile, name: str) -> bytes:
    with packed.open(name) as opened:
        return opened.read(_MOST_WORDS)
