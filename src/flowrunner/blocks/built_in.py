"""The blocks that come with the interpreter. A new one is a file, its template and a line here."""

from __future__ import annotations

from typing import Any, Final

from flowrunner.blocks.base import BlockType
from flowrunner.blocks.copy import CopyBlock
from flowrunner.blocks.details import DetailsBlock
from flowrunner.blocks.documents import DocumentsBlock
from flowrunner.blocks.fields import FieldsBlock
from flowrunner.blocks.link import LinkBlock
from flowrunner.blocks.list import ListBlock
from flowrunner.blocks.notice import NoticeBlock
from flowrunner.blocks.summary import SummaryBlock
from flowrunner.blocks.text import TextBlock
from flowrunner.registry import Registry

BLOCKS: Final[Registry[BlockType[Any]]] = Registry(
    "blocks",
    [
        TextBlock(),
        NoticeBlock(),
        DetailsBlock(),
        SummaryBlock(),
        CopyBlock(),
        DocumentsBlock(),
        LinkBlock(),
        FieldsBlock(),
        ListBlock(),
    ],
)
