"""The words of a flow in each of its languages: Markdown read once, holes that are filled when a page is made.

`make_words` reads one text in one language. What comes out is literal chunks and holes, each hole knowing where it
stands. Nothing here knows expressions: a hole holds anything that `Fills`.
"""

from flowrunner.text.holes import Segment, split_holes
from flowrunner.text.parts import (
    Attribute,
    Env,
    Fills,
    Formats,
    Hole,
    Paragraph,
    Part,
    Piece,
    ShownValue,
    ValueFormatter,
    html_of,
    is_safe_address,
    plain_of,
)
from flowrunner.text.text import Form, LocalizedText, Speaker, Text, constant_text, make_words

__all__ = [
    "Attribute",
    "Env",
    "Fills",
    "Form",
    "Formats",
    "Hole",
    "LocalizedText",
    "Paragraph",
    "Part",
    "Piece",
    "Segment",
    "ShownValue",
    "Speaker",
    "Text",
    "ValueFormatter",
    "constant_text",
    "html_of",
    "is_safe_address",
    "make_words",
    "plain_of",
    "split_holes",
]
