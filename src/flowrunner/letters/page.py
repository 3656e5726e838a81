"""A letter as a page of HTML that stands alone: nothing in it is fetched, and nothing that was typed is markup."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from html import escape
from pathlib import Path

from msgspec import Struct

from flowrunner.i18n.translations import languages
from flowrunner.i18n.words import Words, words

# The territories that write on Letter paper (CLDR); the others use A4.
LETTER_PAPER = frozenset(("BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"))


class Letter(Struct, frozen=True):
    """A letter in the words of one language. `title` is plain words, `body` HTML that is safe to show.

    `title_lang` is not "" when the title is in another language. `day` stands above the body, None when its words say
    it; so does `reference` unless `refers`: its words say it. `sender` is who writes, "" for nobody.
    """

    language: str
    title: str
    body: str
    title_lang: str = ""
    day: date | None = None
    reference: str = ""
    refers: bool = False
    sender: str = ""
    territory: str | None = None


def letter_page(letter: Letter) -> str:
    """The whole document."""
    say = _say(letter)
    about = [say.say("letter.date", date=letter.day)] if letter.day is not None else []
    about += [say.say("letter.reference", reference=letter.reference)] if letter.reference and not letter.refers else []
    sender = f'<p class="writer">{escape(letter.sender)}</p>\n' if letter.sender else ""
    lang = f' lang="{escape(letter.title_lang)}"' if letter.title_lang not in ("", letter.language) else ""
    title = letter.title if not letter.reference else f"{letter.title} – {letter.reference}"
    return _characters(
        f'<!doctype html>\n<html lang="{escape(letter.language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>\n{_sheet()}{_paper(letter.territory, say)}</style>\n</head>\n"
        f"<body>\n<main>\n{sender}<h1{lang}>{escape(letter.title)}</h1>\n"
        f"{''.join(f'<p>{escape(line)}</p>' for line in about)}\n{letter.body}</main>\n</body>\n</html>\n"
    )


def _characters(page: str) -> str:
    """The page with a sign in place of what is half a character: it can be typed, and written down nowhere."""
    return page.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _say(letter: Letter) -> Words:
    """Our own words beside those of the letter: in its language, if we speak it."""
    return words(letter.language if letter.language in languages() else languages()[0], letter.territory)


@lru_cache(maxsize=1)
def _sheet() -> str:
    return Path(__file__).with_name("letter.css").read_text(encoding="utf-8")


def _paper(territory: str | None, say: Words) -> str:
    """The size of the paper, and the number of each page at its foot: by words in which CSS counts."""
    size = "letter" if territory in LETTER_PAPER else "A4"
    counted = say.say("letter.page", page="\x01", pages="\x02")
    quoted = counted.replace("\\", "\\\\").replace('"', '\\"')
    content = quoted.replace("\x01", '" counter(page) "').replace("\x02", '" counter(pages) "')
    foot = f'@bottom-right {{ content: "{content}"; font: 10pt "Liberation Sans", "DejaVu Sans", sans-serif; }}'
    return f"@page {{ size: {size}; {foot} }}\n"
