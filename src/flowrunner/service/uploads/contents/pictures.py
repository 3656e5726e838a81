"""Pictures: decoded whole, as whoever opens them would, within bounds on how large they become."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import BinaryIO

from PIL import Image, ImageFile, ImageOps, UnidentifiedImageError

from flowrunner.service.uploads.contents.refused import ContentRefused

# An A4 page at 600 dots an inch has 35 million; four bytes each.
MOST_PIXELS = 120_000_000
MOST_PIXELS_OF_ALL = 5 * MOST_PIXELS
MOST_FRAMES = 200
LARGEST = 1600
_QUALITY = 85
_FORMATS = {"jpg": ("JPEG", "MPO"), "png": ("PNG",), "tiff": ("TIFF",), "gif": ("GIF",), "webp": ("WEBP",)}
_SHORTEST_BOX = 8


def checking(kind: str) -> Callable[[BinaryIO], str]:
    """What decodes pictures of one kind."""

    def check(content: BinaryIO) -> str:
        with _bounded():
            _decode(content, kind)
        return kind

    return check


def remade_picture(content: bytes, kind: str) -> bytes:
    """What a picture of a kind shows, its first page if it has several: a JPEG of at most LARGEST pixels a side,
    upright, on white, with nothing else that the file holds. Raises ContentRefused."""
    with _bounded(), Image.open(BytesIO(content), formats=_FORMATS[kind]) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise ContentRefused("file_too_complex")
        # Of a JPEG no more is decoded than is shown.
        opened.draft("RGB", (LARGEST, LARGEST))
        upright = ImageOps.exif_transpose(opened)
        upright.thumbnail((LARGEST, LARGEST))
        colours = upright.convert("RGBA")
        canvas = Image.new("RGB", colours.size, "white")
        canvas.paste(colours, mask=colours.getchannel("A"))
        output = BytesIO()
        canvas.save(output, "JPEG", quality=_QUALITY)
    return output.getvalue()


@contextmanager
def _bounded() -> Iterator[None]:
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with warnings.catch_warnings():
        # Pillow only warns of a bomb below twice its limit; of all else that it warns of, nothing harms.
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            yield
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise ContentRefused("file_too_complex") from None
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, KeyError, EOFError, ArithmeticError):
            raise ContentRefused("file_broken") from None


def _decode(content: BinaryIO, kind: str) -> None:
    with Image.open(content, formats=_FORMATS[kind]) as picture:
        frames = getattr(picture, "n_frames", 1)
        if frames > MOST_FRAMES:
            raise ContentRefused("file_too_complex")
        pixels = 0
        for frame in range(frames):
            picture.seek(frame)
            pixels += picture.width * picture.height
            if picture.width * picture.height > MOST_PIXELS or pixels > MOST_PIXELS_OF_ALL:
                raise ContentRefused("file_too_complex")
            picture.load()


def check_heic(content: BinaryIO) -> str:
    """Boxes that follow each other to the end of the file, with the two that make a picture among them. We have no
    decoder for it, so that is as far as a parse goes."""
    size = content.seek(0, 2)
    place, boxes = 0, set()
    while place < size:
        content.seek(place)
        head = content.read(16)
        length = int.from_bytes(head[:4], "big")
        if length == 1:
            length = int.from_bytes(head[8:16], "big")
        length = length or size - place
        if length < _SHORTEST_BOX or place + length > size:
            raise ContentRefused("file_broken")
        boxes.add(head[4:8])
        place += length
    if not {b"ftyp", b"meta"} <= boxes:
        raise ContentRefused("file_broken")
    return "heic"
