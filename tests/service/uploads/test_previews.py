"""Documents as pictures: made anew, bounded, and nothing of the file but what it shows."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from flowrunner.model.case import FileRef
from flowrunner.service.uploads.contents import judge as judging
from flowrunner.service.uploads.contents.judge import Judge
from flowrunner.service.uploads.contents.pictures import LARGEST
from flowrunner.service.uploads.previews import can_be_shown
from tests.service import making

TELLING = b"a secret that the file holds beside the picture"


def opened(made: bytes | None) -> Image.Image:
    assert made is not None
    picture = Image.open(BytesIO(made))
    picture.load()
    assert picture.format == "JPEG"
    return picture


def colour(picture: Image.Image) -> tuple[int, ...]:
    """That of its middle."""
    found = picture.getpixel((picture.width // 2, picture.height // 2))
    assert isinstance(found, tuple)
    return tuple(map(int, found))


def telling_jpeg() -> bytes:
    """Wider than high, but to be turned; with words in its metadata, a comment and a tail."""
    made, more = BytesIO(), Image.Exif()
    more[0x0112] = 6
    more[0x010E] = TELLING.decode()
    Image.new("RGB", (60, 20), "teal").save(made, "JPEG", exif=more, comment=TELLING)
    return made.getvalue() + TELLING


class TestPicture:
    @pytest.mark.parametrize("form", ["JPEG", "PNG", "TIFF", "GIF", "WEBP"])
    def test_each_kind_that_shows_something(self, form: str) -> None:
        frames = 3 if form in ("TIFF", "GIF") else 1
        content = making.picture(form, (40, 30), frames=frames)
        picture = opened(Judge().picture(content, {"JPEG": "jpg"}.get(form, form.lower())))
        assert picture.size == (40, 30)
        assert all(abs(found - there) < 12 for found, there in zip(colour(picture), (0, 128, 128), strict=True))

    def test_it_is_upright_and_holds_nothing_else(self) -> None:
        content = telling_jpeg()
        assert content.count(TELLING) == 3
        made = Judge().picture(content, "jpg")
        assert opened(made).size == (20, 60)
        assert made is not None
        assert TELLING not in made
        assert not opened(made).getexif()

    def test_a_large_one_is_made_smaller(self) -> None:
        assert opened(Judge().picture(making.picture("PNG", (4000, 1000)), "png")).size == (LARGEST, LARGEST // 4)

    def test_what_is_clear_is_white(self) -> None:
        made = BytesIO()
        Image.new("RGBA", (8, 8), (0, 0, 0, 0)).save(made, "PNG")
        assert colour(opened(Judge().picture(made.getvalue(), "png"))) == (255, 255, 255)

    @pytest.mark.parametrize("form", ["1", "L", "P", "CMYK", "I;16"])
    def test_every_way_to_write_colours(self, form: str) -> None:
        made = BytesIO()
        Image.new(form, (8, 8)).save(made, "TIFF")
        assert opened(Judge().picture(made.getvalue(), "tiff")).size == (8, 8)

    @pytest.mark.parametrize(
        "content",
        [
            making.bomb(),
            making.pdf(),
            b"",
            b"\x89PNG\r\n\x1a\nscript",
            making.picture("PNG")[:-60],
            making.picture("GIF"),
        ],
    )
    def test_what_cannot_be_shown(self, content: bytes) -> None:
        assert Judge().picture(content, "png") is None

    def test_one_that_is_too_large_or_too_slow(self, monkeypatch: pytest.MonkeyPatch) -> None:
        content = making.picture("PNG")
        assert Judge(patience=0.001).picture(content, "png") is None
        monkeypatch.setattr(judging, "LARGEST", 10)
        assert Judge().picture(content, "png") is None

    @pytest.mark.parametrize(("kind", "shown"), [("jpg", True), ("tiff", True), ("pdf", False), ("heic", False)])
    def test_which_kinds_are_offered(self, kind: str, shown: bool) -> None:
        assert can_be_shown(FileRef("id", "name", kind, 1, "")) is shown
