"""Files for the tests of uploads: sound ones of every kind, and those that mean harm."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Mapping
from io import BytesIO

import pikepdf
from PIL import Image

DOCX_TYPES = (
    b'<Types><Override PartName="/word/document.xml" ContentType='
    b'"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
XLSX_TYPES = DOCX_TYPES.replace(b"wordprocessingml.document", b"spreadsheetml.sheet")


def picture(form: str, size: tuple[int, int] = (40, 30), *, colour: str = "teal", frames: int = 1) -> bytes:
    """A picture as Pillow writes it (PNG, JPEG, TIFF, GIF, WEBP)."""
    made = BytesIO()
    first = Image.new("RGB", size, colour)
    more = [Image.new("RGB", size, (number, 9, 9)) for number in range(1, frames)]
    first.save(made, form, **({"save_all": True, "append_images": more} if more else {}))
    return made.getvalue()


def bomb(side: int = 30_000) -> bytes:
    """A PNG of some kilobytes that is `side` pixels wide and high."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack("!I", len(data)) + kind + data + struct.pack("!I", zlib.crc32(kind + data))

    row = b"\0" * (side // 8 + 1)
    packed = zlib.compressobj(9)
    data = b"".join(packed.compress(row) for _ in range(side)) + packed.flush()
    head = struct.pack("!IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def pdf(*, pages: int = 1, password: str = "", mark: str = "") -> bytes:
    """A PDF; `mark` makes it another one."""
    made = BytesIO()
    with pikepdf.new() as new:
        for _ in range(pages):
            new.add_blank_page()
        new.docinfo["/Title"] = mark
        new.save(made, encryption=pikepdf.Encryption(user=password, owner=password) if password else False)
    return made.getvalue()


def pdf_with(name: str) -> bytes:
    """A PDF that runs, starts or carries something."""
    made = BytesIO()
    with pikepdf.new() as new:
        new.add_blank_page()
        script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert(1)")
        match name:
            case "script on opening":
                new.Root.OpenAction = script
            case "script in a name tree":
                names = pikepdf.Array([pikepdf.String("a"), new.make_indirect(script)])
                new.Root.Names = pikepdf.Dictionary(JavaScript=pikepdf.Dictionary(Names=names))
            case "script of a page":
                new.pages[0].AA = pikepdf.Dictionary(O=script)
            case "script after a link":
                link = pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://example.org", Next=script)
                new.pages[0].Annots = pikepdf.Array([pikepdf.Dictionary(Subtype=pikepdf.Name.Link, A=link)])
            case "a program to launch":
                new.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.Launch, F="cmd.exe")
            case "a file in it":
                new.attachments["evil.exe"] = b"MZ"
            case "a form with XFA":
                new.Root.AcroForm = pikepdf.Dictionary(XFA=new.make_stream(b"<xdp/>"), Fields=pikepdf.Array())
        new.save(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return made.getvalue()


def packed(members: Mapping[str, bytes]) -> bytes:
    """A zip file."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name, content in members.items():
            new.writestr(name, content)
    return made.getvalue()


def docx(more: Mapping[str, bytes] | None = None) -> bytes:
    """A Word document, with further members."""
    return packed({"[Content_Types].xml": DOCX_TYPES, "word/document.xml": b"<w:document/>", **(more or {})})


def ole(*names: str) -> bytes:
    """The container of Word and Excel before 2007, with these streams: a header, a table, a folder."""
    free, last, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16) + struct.pack("<HHHHH", 62, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, last, 0, last, 0)
    head += struct.pack("<109I", 0, *[free] * 108)
    # The root leads to the first of them, and each of them to the next.
    entries = [_entry("Root Entry", 5, child=1)]
    entries += [
        _entry(name, 2, following=place + 1 if place < len(names) else free) for place, name in enumerate(names, 1)
    ]
    folder = b"".join(entries).ljust(512, b"\0")
    sectors = len(folder) // 512
    chain = [table, *range(2, sectors + 1), last]
    return head + struct.pack("<128I", *chain, *[free] * (128 - len(chain))) + folder


def _entry(name: str, kind: int, following: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF) -> bytes:
    spelled = (name + "\0").encode("utf-16-le")
    links = struct.pack("<III", 0xFFFFFFFF, following, child)
    return (
        spelled.ljust(64, b"\0")
        + struct.pack("<HBB", len(spelled), kind, 1)
        + links
        + bytes(36)
        + b"\xfe\xff\xff\xff"
        + bytes(8)
    )
