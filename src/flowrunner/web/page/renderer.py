"""How what differs from one request to the next comes onto a page: written at once, or left as a hole.

A page of a flow version in a language says nearly the same to everybody. It is drawn once with a `TemplateRecorder`,
which puts a hole where a person's own words, the moment or the form will stand; after that only the holes are filled. A
page that complains is drawn at once with a `PageRenderer`. Both go through the same templates.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from markupsafe import Markup, escape
from msgspec import Struct, field

from flowrunner.model.case import FileRef, Inputs
from flowrunner.runtime.account_page import PlacePage
from flowrunner.runtime.look import Page
from flowrunner.service.sources.address_search import Found
from flowrunner.text import Text
from flowrunner.web.addresses import Addresses
from flowrunner.web.localizer import Localizer
from flowrunner.web.page.account_lists import NO_ROWS, AccountLists


class PageData(Struct, frozen=True):
    """`files` are the kept files of each file field of the step, `found` what a search for an address came to, `lists`
    the cases and messages of the account that is signed in."""

    files: Mapping[str, tuple[FileRef, ...]] = field(default_factory=dict)
    found: Mapping[str, Found] = field(default_factory=dict)
    lists: AccountLists = NO_ROWS


NO_DATA = PageData()


NO_WORDS = Markup("")

AnyPage: TypeAlias = Page | PlacePage
"""What the core says of a step, or of a place that every flow has."""

Own: TypeAlias = Mapping[str, str]
"""What the shell knows of this request, by name: the token, the ids of the form, where its buttons lead."""


class PageRenderer:
    """Writes at once. `page` is what the core says of the step or place, `own` as above, `beside` what stands beside
    its answers."""

    def __init__(self, page: AnyPage, voice: Localizer, at: Addresses, own: Own, beside: PageData = NO_DATA) -> None:
        self.page = page
        self.voice = voice
        self.at = at
        self.beside = beside
        self._own = own

    @property
    def env(self) -> Mapping[str, Any]:
        return self.page.reading

    def html(self, text: Text | None) -> Markup:
        """A text of the flow."""
        return self.voice.html(text, self.env)

    def plain(self, text: Text | None) -> Markup:
        """A text of the flow without markup."""
        return escape(self.voice.plain(text, self.env))

    def value(self, field: str, name: str) -> Markup:
        """What stands in an input of a question."""
        return escape(first(self.page.questions[field].inputs, name))

    def mark(self, field: str, value: str, word: str) -> Markup:
        """An attribute (" checked") of the choice that was chosen."""
        return Markup(word) if value in self.page.questions[field].inputs.get(field, ()) else NO_WORDS  # noqa: S704

    def own(self, name: str) -> Markup:
        """What the shell knows of this request."""
        return escape(self._own[name])

    def case(self, index: int, name: str) -> Markup:
        """A word of one of the cases of an account."""
        return escape(getattr(self.beside.lists.cases[index], name))

    def message(self, index: int, name: str) -> Markup:
        """A word of one of its messages."""
        return escape(getattr(self.beside.lists.messages[index], name))

    def anew(self, draw: Callable[[PageRenderer], Markup]) -> Markup:
        """A part that has to be drawn each time."""
        return draw(self)


class PageTemplate(Struct, frozen=True):
    """A page as literal pieces with a hole between every two of them."""

    pieces: tuple[str, ...]
    holes: tuple[Callable[[PageRenderer], Markup], ...]

    def fill(self, pen: PageRenderer) -> str:
        """The page of one request."""
        found = [self.pieces[0]]
        for hole, piece in zip(self.holes, self.pieces[1:], strict=True):
            found.append(hole(pen))
            found.append(piece)
        return "".join(found)


class TemplateRecorder(PageRenderer):
    """Leaves holes. What a draft shows of its page is the same for every page of this shape."""

    # Two characters that no page holds: HTML forbids them, and what people type is never in a draft.
    OPEN, CLOSE = "\x02", "\x03"

    def __init__(self, page: AnyPage, voice: Localizer, at: Addresses, beside: PageData = NO_DATA) -> None:
        super().__init__(page, voice, at, {}, beside)
        self._holes: list[Callable[[PageRenderer], Markup]] = []

    def html(self, text: Text | None) -> Markup:
        if text is None or text.is_constant(self.voice.language):
            return self.voice.html(text)
        return self.anew(lambda pen: pen.html(text))

    def plain(self, text: Text | None) -> Markup:
        if text is None or text.is_constant(self.voice.language):
            return escape(self.voice.plain(text))
        return self.anew(lambda pen: pen.plain(text))

    def value(self, field: str, name: str) -> Markup:
        return self.anew(lambda pen: pen.value(field, name))

    def mark(self, field: str, value: str, word: str) -> Markup:
        return self.anew(lambda pen: pen.mark(field, value, word))

    def own(self, name: str) -> Markup:
        return self.anew(lambda pen: pen.own(name))

    def case(self, index: int, name: str) -> Markup:
        return self.anew(lambda pen: pen.case(index, name))

    def message(self, index: int, name: str) -> Markup:
        return self.anew(lambda pen: pen.message(index, name))

    def anew(self, draw: Callable[[PageRenderer], Markup]) -> Markup:
        self._holes.append(draw)
        return Markup(f"{self.OPEN}{len(self._holes) - 1}{self.CLOSE}")  # noqa: S704

    def draft(self, html: str) -> PageTemplate:
        """The page that was drawn with this pen; a hole may stand in it several times."""
        first, *rest = html.split(self.OPEN)
        pieces, holes = [first], []
        for part in rest:
            number, _, piece = part.partition(self.CLOSE)
            holes.append(self._holes[int(number)])
            pieces.append(piece)
        return PageTemplate(tuple(pieces), tuple(holes))


def first(inputs: Inputs, name: str) -> str:
    """The first value of an input, "" when it has none."""
    values = inputs.get(name, ())
    return values[0] if values else ""
