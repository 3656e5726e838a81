"""How what differs from one request to the next comes onto a page: written at once, or left as a hole.

A page of a flow version in a language says nearly the same to everybody. It is drawn once with a `PageRecorder`, which
puts a hole where a person's own words, the moment or the form will stand; after that only the holes are filled. A
page that shows what another window changed is drawn at once with a `PageRenderer`. Both go through the same templates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from operator import methodcaller
from typing import Any, TypeAlias

from flask import render_template
from markupsafe import Markup, escape
from msgspec import Struct, field

from flowrunner.blocks.built_in import BLOCKS
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import FileRef, Inputs, Problem
from flowrunner.model.flow import Block, Field
from flowrunner.runtime.account_page import PlacePage
from flowrunner.runtime.look import Page
from flowrunner.service.sources.address_search import Found
from flowrunner.text.text import Text
from flowrunner.web.addresses import Addresses, PageLink
from flowrunner.web.localizer import Localizer
from flowrunner.web.page.account_lists import NO_ROWS, AccountLists
from flowrunner.web.page.page_cache import Objects, Recorder, hole

# --- What is wrong with a page that was sent ----------------------------------------------


class Wrong(Struct, frozen=True):
    """Where a page says that something is wrong. `targets` are the ids that the lines of the error summary lead to, ""
    for the whole page; `fields` the questions, each with the input that its first problem names; `inputs` those that
    say what is wrong with them themselves. The words have names: `line N`, `wrong FIELD`, `wrong INPUT`."""

    targets: tuple[str, ...] = ()
    fields: tuple[tuple[str, str | None], ...] = ()
    inputs: frozenset[str] = frozenset()

    def marks(self, field: str, part: str) -> bool:
        """Whether an input of a question is marked: a problem of the whole marks each, one of a part that part."""
        return part in self.inputs or any(name == field and of in (None, part) for name, of in self.fields)

    def above(self, field: str) -> bool:
        """Whether a question says what is wrong above its inputs."""
        return any(name == field and of not in self.inputs for name, of in self.fields)

    def has(self, field: str) -> bool:
        """Whether anything is wrong with a question."""
        return any(name == field for name, _ in self.fields)


NOTHING_WRONG = Wrong()


def read_problems(page: Page, voice: Localizer) -> tuple[Wrong, Mapping[str, str]]:
    """Where a page says what is wrong, and the words by name."""
    if not page.problems:
        return NOTHING_WRONG, {}
    spoken = [(problem, about, voice.problem(problem, about, page.reading)) for problem, about in _in_order(page)]
    lines = tuple(_lines(spoken, voice))
    words = {f"line {number}": line for number, (line, _) in enumerate(lines)}
    fields: dict[str, str | None] = {}
    inputs = set()
    for problem, about, sentence in spoken:
        if about is None:
            continue
        name = f"wrong {about.name}"
        if about.name not in fields:
            fields[about.name], words[name] = problem.input, sentence
        elif "file" in problem.values:
            # Of several files, what is wrong with each.
            words[name] = f"{words[name]} {sentence}"
        if problem.input and FIELD_TYPES[about.kind].says_at_parts:
            inputs.add(problem.input)
            words[f"wrong {problem.input}"] = sentence
    return Wrong(tuple(target for _, target in lines), tuple(fields.items()), frozenset(inputs)), words


def _in_order(page: Page) -> list[tuple[Problem, Field | None]]:
    """The problems as the page is read: those of the whole page, then those of its questions from top to bottom."""
    places = {name: place for place, name in enumerate(page.questions)}
    problems = sorted(page.problems, key=lambda problem: places.get(problem.field or "", -1))
    about = ((problem, page.questions.get(problem.field or "")) for problem in problems)
    return [(problem, question.field if question else None) for problem, question in about]


def _lines(spoken: list[tuple[Problem, Field | None, str]], voice: Localizer) -> Iterator[tuple[str, str]]:
    """The lines of the error summary, each with where it leads. Those that would read alike say of which question."""
    words = [sentence for _, _, sentence in spoken]
    for problem, about, sentence in spoken:
        if about is None:
            yield sentence, ""
            continue
        alone = words.count(sentence) == 1
        line = (
            sentence if alone else voice.words.say("page.problem_of", label=voice.plain(about.label), problem=sentence)
        )
        yield line, problem.input or FIELD_TYPES[about.kind].inputs(about)[0]


# --- Drawing ------------------------------------------------------------------------------


class PageData(Struct, frozen=True):
    """`files` are the kept files of each file field of the step, `searches` what a search for an address came to,
    `lists` the cases and messages of the account that is signed in."""

    files: Mapping[str, tuple[FileRef, ...]] = field(default_factory=dict)
    searches: Mapping[str, Found] = field(default_factory=dict)
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
