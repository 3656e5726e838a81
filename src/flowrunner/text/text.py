"""A text of a flow in each of its languages, and what makes one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any, Literal, TypeAlias

from flowrunner.span import NOWHERE, Span
from flowrunner.text import markdown
from flowrunner.text.holes import split_holes
from flowrunner.text.parts import Env, Fills, Formats, Part, Piece, ValueFormatter, html_of, plain_of

Form: TypeAlias = Literal["block", "inline", "address"]


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """A text in one language: literal chunks and holes, as HTML and as plain words.

    A text without holes has one chunk (or none). `fills` is what its holes hold, in order and as often as they stand.
    `span` is where the author wrote them; `source` has shared words in their place, and `shared` names those, in order
    and as often as they stand there.
    """

    source: str
    html_parts: tuple[Part, ...]
    plain_parts: tuple[Part, ...]
    fills: tuple[Fills, ...] = ()
    span: Span = field(default=NOWHERE, compare=False)
    shared: tuple[str, ...] = field(default=(), compare=False)

    @property
    def constant(self) -> bool:
        """Whether it says the same whatever is answered."""
        return not self.fills

    def html(self, env: Env, formatter: ValueFormatter) -> str:
        """As HTML that is safe to show."""
        parts = self.html_parts
        if not self.fills:
            return str(parts[0]) if parts else ""
        return html_of(parts, env, formatter)

    def plain(self, env: Env, formatter: ValueFormatter) -> str:
        """As plain words: titles, subjects, e-mail."""
        parts = self.plain_parts
        if not self.fills:
            return str(parts[0]) if parts else ""
        return plain_of(parts, env, formatter).strip()


@dataclass(frozen=True, slots=True)
class Text:
    """Words in each language of a flow. `lang` says which language they are in when they are the same in every one
    (else ""), `note` is the author's word to translators."""

    words: Mapping[str, LocalizedText] = field(hash=False)
    lang: str = ""
    note: str = ""
    span: Span = NOWHERE

    def html(self, language: str, env: Env, formatter: ValueFormatter) -> str:
        """The words of a language as HTML, what fills them escaped. Raises KeyError for a language it lacks."""
        return self.words[language].html(env, formatter)

    def plain(self, language: str, env: Env, formatter: ValueFormatter) -> str:
        """The words of a language without markup. Raises KeyError for a language it lacks."""
        return self.words[language].plain(env, formatter)

    def is_constant(self, language: str) -> bool:
        """Whether the words of a language have no holes."""
        return self.words[language].constant


def make_words(source: str, form: Form, resolve_hole: Callable[[str, int], Fills]) -> LocalizedText:
    """Read the words of one language.

    `form` is `block` (paragraphs, lists, headings), `inline` (one line: titles, labels) or `address` (where a link
    leads, no Markdown). `resolve_hole(inside, offset)` says what a hole holds; `offset` counts characters of `source`
    up to the inside of the hole. A `{{` that nothing closes stays as it is written.
    """
    prefix = markdown.mark_prefix(source)
    fills: list[Fills] = []
    numbers: dict[str, int] = {}
    marked: list[str] = []
    for segment in split_holes(source):
        if segment.kind != "hole":
            marked.append(segment.source)
            continue
        inside = segment.source.strip()
        fills.append(resolve_hole(segment.source, segment.offset))
        marked.append(markdown.mark(prefix, numbers.setdefault(inside, len(fills) - 1)))
    words = "".join(marked)
    if form == "address":
        where = markdown.address(words.strip(), prefix, fills)
        if fills:
            return LocalizedText(source, (where,), (where,), tuple(fills))
        constant = where.constant()
        return LocalizedText(source, (escape(constant),), (constant,))
    html, plain = markdown.read_block(words) if form == "block" else markdown.read_inline(words)
    if not fills:
        plain = plain.strip()
    block = form == "block"
    return LocalizedText(
        source,
        markdown.cut_html(html, prefix, fills, block),
        markdown.cut_plain(plain, prefix, fills, block),
        tuple(fills),
    )


def constant_text(words: Mapping[str, str], lang: str = "") -> Text:
    """A text that says exactly these words in each language: data, neither Markdown nor holes are read."""
    return Text({code: LocalizedText(phrase, (escape(phrase),), (phrase,)) for code, phrase in words.items()}, lang)


# --- Who speaks ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Speaker:
    """A `ValueFormatter`: the formats of one language, and the labels of a flow's choices (list name → id → text)."""

    formats: Formats
    language: str
    labels: Mapping[str, Mapping[str, Text]] = field(hash=False)

    def label(self, choices: str, value: str, /) -> Piece:
        """The label of a choice, with its language if that is another; an id that is no longer there is itself."""
        text = self.labels.get(choices, {}).get(value)
        if text is None:
            return Piece(value)
        return Piece(text.plain(self.language, {}, self), text.lang if text.lang != self.language else "")

    def address(self, value: Mapping[str, Any], /) -> tuple[str, ...]:
        """Unit and street, town, province and postal code, country: a line each, those without words left out."""
        part = {key: str(words) for key, words in value.items() if words}
        lines = (
            "-".join(part[key] for key in ("unit", "street") if key in part),
            " ".join(part[key] for key in ("city", "province", "postal_code") if key in part),
            part.get("country", ""),
        )
        return tuple(line for line in lines if line)
