"""PDF: it opens without a password, has pages, and nothing in it runs, starts or carries anything."""

from __future__ import annotations

from typing import Any, BinaryIO

import pikepdf

from flowrunner.service.uploads.contents.refused import ContentRefused

MOST_PAGES = 500
MOST_OBJECTS = 200_000
_DEEPEST = 60
# What runs or starts something is an action, whatever leads to it; what carries another file has the key /EF.
_KEYS = frozenset({"/EF", "/XFA", "/RichMediaContent"})
_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie", "/Sound"}
)
_ANNOTATIONS = frozenset({"/FileAttachment", "/RichMedia", "/Movie", "/Sound", "/Screen", "/3D"})


def check(content: BinaryIO) -> str:
    try:
        with pikepdf.Pdf.open(content, suppress_warnings=True) as pdf:
            _judge(pdf)
    except pikepdf.PasswordError:
        raise ContentRefused("file_encrypted") from None
    except (pikepdf.PdfError, pikepdf.DataDecodingError, ValueError, TypeError, KeyError, RuntimeError, OSError):
        raise ContentRefused("file_broken") from None
    return "pdf"


def _judge(pdf: pikepdf.Pdf) -> None:
    pages = len(pdf.pages)
    if not pages:
        raise ContentRefused("file_broken")
    if pages > MOST_PAGES or len(pdf.objects) > MOST_OBJECTS:
        raise ContentRefused("file_too_complex")
    for entry in pdf.objects:
        _walk(entry, 0)
    _walk(pdf.trailer, 0)


def _walk(entry: Any, depth: int) -> None:
    """Look at an object and at what stands directly in it; what it refers to is an object of its own."""
    if depth > _DEEPEST:
        raise ContentRefused("file_too_complex")
    if isinstance(entry, pikepdf.Array):
        inside: list[Any] = list(entry)
    elif isinstance(entry, pikepdf.Dictionary | pikepdf.Stream):
        entries = dict(entry.stream_dict.items() if isinstance(entry, pikepdf.Stream) else entry.items())
        _refuse_active(entries)
        inside = list(entries.values())
    else:
        return
    for one in inside:
        if isinstance(one, pikepdf.Object) and not one.is_indirect:
            _walk(one, depth + 1)


def _refuse_active(entries: dict[str, Any]) -> None:
    if not _KEYS.isdisjoint(entries):
        raise ContentRefused("file_active")
    for key, wrong in (("/S", _ACTIONS), ("/Subtype", _ANNOTATIONS)):
        name = entries.get(key)
        if isinstance(name, pikepdf.Name) and str(name) in wrong:
            raise ContentRefused("file_active")
