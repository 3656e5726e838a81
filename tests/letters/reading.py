"""A PDF as a reader has it: its words, and where they stand on the page."""

from __future__ import annotations

import re
import subprocess
from html import unescape
from pathlib import Path
from typing import NamedTuple


class Word(NamedTuple):
    """A word and its box, in points from the top left of its page."""

    page: int
    words: str
    left: float
    top: float
    right: float
    bottom: float


class Sheet(NamedTuple):
    width: float
    height: float


def words_of(written: bytes) -> str:
    """All words as they stand on the paper, with single spaces; a no-break space is a space."""
    told = subprocess.run(
        ["pdftotext", "-layout", "-enc", "UTF-8", "-", "-"], input=written, capture_output=True, check=True
    )
    return " ".join(told.stdout.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def read_out(written: bytes, folder: Path) -> str:
    """The words of the tree, which is what a screen reader reads out."""
    (folder / "letter.pdf").write_bytes(written)
    told = subprocess.run(["pdfinfo", "-struct-text", folder / "letter.pdf"], capture_output=True, check=True)
    found = re.findall(r'^ *"(.*)"$', told.stdout.decode(), re.MULTILINE)
    return " ".join(" ".join(found).replace("\N{NO-BREAK SPACE}", " ").split())


def boxes(written: bytes) -> tuple[list[Sheet], list[Word]]:
    """The pages, and every word with its place."""
    told = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=written, capture_output=True, check=True
    ).stdout.decode()
    sheets, words = [], []
    for line in told.splitlines():
        if page := re.search(r'<page width="([\d.]+)" height="([\d.]+)"', line):
            sheets.append(Sheet(float(page[1]), float(page[2])))
        elif word := re.search(
            r'<word xMin="([-\d.]+)" yMin="([-\d.]+)" xMax="([-\d.]+)" yMax="([-\d.]+)">(.*)</word>', line
        ):
            left, top, right, bottom = map(float, word.groups()[:4])
            words.append(Word(len(sheets) - 1, unescape(word[5]), left, top, right, bottom))
    return sheets, words
