"""What a machine can check of PDF/UA-1 (ISO 14289-1, as the Matterhorn Protocol lists it), with pikepdf alone."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any

import pikepdf

STANDARD = {"Document", "Part", "Art", "Sect", "Div", "BlockQuote", "P", "H1", "H2", "H3", "H4", "H5", "H6"}
STANDARD |= {"L", "LI", "Lbl", "LBody", "Span", "Link", "NonStruct"}
PAINTS = {"Tj", "TJ", "'", '"', "f", "F", "f*", "B", "B*", "b", "b*", "S", "s", "Do", "sh", "BI", "INLINE IMAGE"}
ACTIVE = ("/OpenAction", "/AA", "/AcroForm", "/Names")


def faults(written: bytes) -> list[str]:
    """What is wrong, in words; nothing when nothing is."""
    with pikepdf.open(BytesIO(written)) as pdf:
        return [
            *_document(pdf),
            *_metadata(pdf),
            *_tree(pdf),
            *(fault for page in pdf.pages for fault in _page(pdf, page)),
        ]


def elements(pdf: pikepdf.Pdf) -> Iterator[Any]:
    """The elements of the tree in reading order, parents first."""
    waiting = list(_kids(pdf.Root.StructTreeRoot))
    while waiting:
        element = waiting.pop(0)
        if "/S" in element:
            yield element
            waiting = [kid for kid in _kids(element) if not isinstance(kid, int)] + waiting


def kinds(pdf: pikepdf.Pdf) -> list[str]:
    """The kinds of all elements, in reading order."""
    return [_kind(element) for element in elements(pdf)]


def _kids(element: Any) -> list[Any]:
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def _kind(element: Any) -> str:
    return str(element.S).removeprefix("/")


def _document(pdf: pikepdf.Pdf) -> Iterator[str]:
    root: Any = pdf.Root
    if not str(root.get("/Lang", "")):
        yield "no language"
    if not root.get("/MarkInfo", {}).get("/Marked", False) or root.MarkInfo.get("/Suspects", False):
        yield "not marked"
    if not root.get("/ViewerPreferences", {}).get("/DisplayDocTitle", False):
        yield "the title is not shown"
    if pdf.is_encrypted:
        yield "encrypted"
    yield from (f"active content {name}" for name in ACTIVE if name in root)


def _metadata(pdf: pikepdf.Pdf) -> Iterator[str]:
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as said:
        if said.get("pdfuaid:part") != "1":
            yield "not said to be PDF/UA-1"
        if not said.get("dc:title"):
            yield "no title"


def _tree(pdf: pikepdf.Pdf) -> Iterator[str]:
    if "/StructTreeRoot" not in pdf.Root:
        yield "no tree"
        return
    headings = []
    for element in elements(pdf):
        kind = _kind(element)
        if kind not in STANDARD:
            yield f"no standard kind: {kind}"
        inside = {_kind(kid) for kid in _kids(element) if not isinstance(kid, int) and "/S" in kid}
        if kind == "L" and inside - {"LI", "L"}:
            yield f"in a list: {sorted(inside)}"
        if kind == "LI" and inside - {"Lbl", "LBody"}:
            yield f"in an item of a list: {sorted(inside)}"
        if kind[0] == "H":
            headings.append(int(kind[1]))
    if headings.count(1) != 1 or headings[0] != 1:
        yield f"headings {headings}"
    yield from (f"headings {headings}" for a, b in pairwise(headings) if b > a + 1)


def _page(pdf: pikepdf.Pdf, page: pikepdf.Page) -> Iterator[str]:
    hung = {(element.Pg.objgen, kid) for element in elements(pdf) for kid in _kids(element) if isinstance(kid, int)}
    parents = dict(_parents(pdf))[int(page.obj.StructParents)]
    inside: list[bool] = []
    read: Any = pikepdf.parse_content_stream(page)
    for operands, operator in read:
        name = str(operator)
        if name in ("BDC", "BMC"):
            mark = operands[1].get("/MCID") if name == "BDC" else None
            if mark is not None and (page.objgen, int(mark)) not in hung:
                yield f"mark {mark} hangs nowhere"
            if mark is not None and int(mark) not in _kids(parents[int(mark)]):
                yield f"mark {mark} has another parent"
            inside.append(mark is not None or operands[0] == pikepdf.Name.Artifact)
        elif name == "EMC":
            inside.pop()
        elif name in PAINTS and not any(inside):
            yield f"painted without a mark: {name}"
    for font in page.Resources.get("/Font", {}).values():
        held = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(held.FontDescriptor.keys()):
            yield f"not embedded: {font.BaseFont}"
        if "/ToUnicode" not in font:
            yield f"no characters for {font.BaseFont}"
    for annotation in page.get("/Annots", []):
        owner = dict(_parents(pdf)).get(int(annotation.get("/StructParent", -1)))
        if not str(annotation.get("/Contents", "")) or owner is None or _kind(owner) != "Link":
            yield "a link that is not told"
        if page.get("/Tabs") != pikepdf.Name.S:
            yield "the order of links is not that of the text"


def _parents(pdf: pikepdf.Pdf) -> Iterator[tuple[int, Any]]:
    numbers = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
    yield from ((int(number), found) for number, found in zip(numbers[::2], numbers[1::2], strict=True))
