"""How what differs from one request to the next comes onto a page: written at once, or left as a hole.

A page of a flow version in a language says nearly the same to everybody. It is drawn once with a `PageRecorder`, which
puts a hole where a person's own words, the moment or the form will stand; after that only the holes are filled. A
page that shows what another window changed is drawn at once with a `PageRenderer`. Both go through the same templates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from operator import methodcaller
from typing import Any, TypeAlias

from flask import render_template
from markupsafe import Markup, escape
from msgspec import Struct, field

from flowrunner.blocks.built_in import BLOCKS
from flowrunner.model.case import FileRef, Inputs
from flowrunner.model.flow import Block
from flowrunner.runtime.account_page import PlacePage
from flowrunner.runtime.look import Page
from flowrunner.service.sources.address_search import Found
from flowrunner.text import Text
from flowrunner.web.addresses import Addresses, PageLink
from flowrunner.web.localizer import Localizer
from flowrunner.web.page.account_lists import NO_ROWS, AccountLists
from flowrunner.web.page.page_cache import Objects, Recorder, hole
from flowrunner.web.page.problems import NOTHING_WRONG, Wrong, read_problems


class PageData(Struct, frozen=True):
    """`files` are the kept files of each file field of the step, `found` what a search for an address came to, `lists`
    the cases and messages of the account that is signed in."""

    files: Mapping[str, tuple[FileRef, ...]] = field(default_factory=dict)
    found: Mapping[str, Found] = field(default_factory=dict)
    lists: AccountLists = NO_ROWS


NO_DATA = PageData()
NO_LINKS: Mapping[str, PageLink] = {}


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
        self.wrong, words = read_problems(page, voice) if isinstance(page, Page) else (NOTHING_WRONG, {})
        self._own = {**own, **words} if words else own

    @property
    def env(self) -> Mapping[str, Any]:
        return self.page.reading

    @property
    def foot(self) -> tuple[Block, ...]:
        """The blocks that the flow shows at the foot of every page, and of this one."""
        return tuple(b for b in self.voice.flow.every_page if b.when is None or b.when.evaluate(self.env))

    def render(self, template: str, **values: object) -> str:
        """A template of ours."""
        return render_template(template, **values)

    def other(self, flow: str) -> PageLink:
        """The link to another flow."""
        return self.at.other(flow)

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


class PageRecorder(PageRenderer):
    """Leaves holes. What it knows of its page is the same for every page of the shape."""

    def __init__(
        self,
        recorder: Recorder,
        page: AnyPage,
        voice: Localizer,
        at: Addresses,
        foot: tuple[Block, ...] = (),
        links: Mapping[str, PageLink] = NO_LINKS,
        beside: PageData = NO_DATA,
        wrong: Wrong = NOTHING_WRONG,
    ) -> None:
        super().__init__(page, voice, at, {}, beside)
        self.wrong = wrong
        self._recorder, self._foot, self._links = recorder, foot, links

    @property
    def foot(self) -> tuple[Block, ...]:
        return self._foot

    def render(self, template: str, **values: object) -> str:
        return self._recorder.render(template, **values)

    def other(self, flow: str) -> PageLink:
        return self._links[flow]

    def html(self, text: Text | None) -> Markup:
        if text is None or text.is_constant(self.voice.language):
            return self.voice.html(text)
        return self.anew(methodcaller("html", text))

    def plain(self, text: Text | None) -> Markup:
        if text is None or text.is_constant(self.voice.language):
            return escape(self.voice.plain(text))
        return self.anew(methodcaller("plain", text))

    def value(self, field: str, name: str) -> Markup:
        return self.anew(methodcaller("value", field, name))

    def mark(self, field: str, value: str, word: str) -> Markup:
        return self.anew(methodcaller("mark", field, value, word))

    def own(self, name: str) -> Markup:
        return hole(name)

    def case(self, index: int, name: str) -> Markup:
        return self.anew(methodcaller("case", index, name))

    def message(self, index: int, name: str) -> Markup:
        return self.anew(methodcaller("message", index, name))

    def anew(self, draw: Callable[[PageRenderer], Markup]) -> Markup:
        return self._recorder.anew(draw)


def links_to_flows(blocks: Iterable[Block], at: Addresses) -> tuple[tuple[str, PageLink], ...]:
    """Where the links of blocks to other flows lead, by flow: each speaks the languages that it has now."""
    return tuple((flow, at.other(flow)) for flow in _linked(Objects(blocks)))


@lru_cache(maxsize=1_000)
def _linked(blocks: Objects[Block]) -> tuple[str, ...]:
    return tuple(flow for block in blocks for flow in BLOCKS[block.kind].flows(block.content))


def first(inputs: Inputs, name: str) -> str:
    """The first value of an input, "" when it has none."""
    values = inputs.get(name, ())
    return values[0] if values else ""
