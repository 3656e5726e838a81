"""Marks of a tagged PDF: what is content hangs in the tree of the document, and all else is said to be none.

pikepdf reads and writes the file; what WeasyPrint's own `pdf/ua-1` leaves without a mark is all that is added.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf


def well_marked(written: bytes) -> bytes:
    """The PDF of WeasyPrint with two things mended that PDF/UA-1 does not allow.

    Page numbers belong to the paper and are not read out, but hang nowhere in the tree (7.1). What stands in an item of
    a list is its body, but a paragraph in it hangs there by itself (7.6).
    """
    with pikepdf.open(BytesIO(written)) as pdf:
        for element in list(elements(pdf.Root.StructTreeRoot)):
            if element.S == pikepdf.Name.LI:
                _give_body(pdf, element)
        hung = set(marks_in_tree(pdf.Root.StructTreeRoot))
        parents = _parents(pdf.Root.StructTreeRoot)
        for number, page in enumerate(pdf.pages):
            _set_apart(pdf, page, {mark for at, mark in hung if at == page.objgen}, parents[number])
        out = BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def elements(root: Any) -> Iterator[Any]:
    """The elements of the tree of a document in reading order, parents first."""
    waiting = kids_of(root)
    while waiting:
        element = waiting.pop(0)
        if not isinstance(element, int) and "/S" in element:
            yield element
            waiting = kids_of(element) + waiting


def kids_of(element: Any) -> list[Any]:
    """What hangs in an element: elements, numbers of marks, references to links."""
    kids = element.get("/K", [])
    return list(kids) if isinstance(kids, pikepdf.Array) else [kids]


def marks_in_tree(root: Any) -> Iterator[tuple[tuple[int, int], int]]:
    """The marks that hang in the tree of a document: each as its page and its number there."""
    for element in elements(root):
        for kid in kids_of(element):
            if isinstance(kid, int):
                yield element.Pg.objgen, kid


def tag_of(operands: Any, operator: Any) -> int | None:
    """The number of the mark that an operation of a page begins, None when it begins none."""
    if str(operator) != "BDC" or not isinstance(operands[1], pikepdf.Dictionary):
        return None
    mark = operands[1].get("/MCID")
    return int(mark) if mark is not None else None


def _give_body(pdf: pikepdf.Pdf, item: Any) -> None:
    own = [kid for kid in kids_of(item) if kid.S in (pikepdf.Name.Lbl, pikepdf.Name.LBody)]
    loose = [kid for kid in kids_of(item) if kid.S not in (pikepdf.Name.Lbl, pikepdf.Name.LBody)]
    if loose:
        body = pikepdf.Dictionary(Type=pikepdf.Name.StructElem, S=pikepdf.Name.LBody, P=item, Pg=item.Pg, K=loose)
        indirect = pdf.make_indirect(body)
        for kid in loose:
            kid.P = indirect
        item.K = pikepdf.Array([*own, indirect])


def _parents(root: pikepdf.Object) -> dict[int, pikepdf.Object]:
    """Page → the elements of its marks, in order."""
    numbers = list(root.ParentTree.Nums)
    return {int(number): parents for number, parents in zip(numbers[::2], numbers[1::2], strict=True)}


def _set_apart(pdf: pikepdf.Pdf, page: pikepdf.Page, hung: set[int], parents: pikepdf.Object) -> None:
    loose = set()
    operations = []
    read: Any = pikepdf.parse_content_stream(page)
    for operands, operator in read:
        mark = tag_of(operands, operator)
        if mark is None or mark in hung:
            operations.append((operands, operator))
        else:
            loose.add(mark)
            kind = pikepdf.Dictionary(Type=pikepdf.Name.Pagination, Subtype=pikepdf.Name.Footer)
            operations.append(([pikepdf.Name.Artifact, kind], operator))
    if loose:
        page.Contents = pdf.make_stream(pikepdf.unparse_content_stream(operations))
        for mark in loose:
            parents[mark] = None
