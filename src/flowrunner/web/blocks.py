"""The blocks of a page as templates draw them, one template for each kind in `templates/blocks/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from flowrunner.model.case import FileRef
from flowrunner.model.flow import (
    Block,
    Copy,
    Details,
    Documents,
    Fields,
    Link,
    ListBlock,
    Notice,
    Summary,
    TextBlock,
)
from flowrunner.runtime.page import Page, ShownLine
from flowrunner.web.controls import Control, shown
from flowrunner.web.voice import Voice


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a summary: labels with the lines of their answers, and where it can be changed ("" if nowhere)."""

    answers: tuple[tuple[Markup, tuple[str, ...]], ...]
    change: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A block ready to be drawn. `kind` names its template; the others are filled as that template reads them."""

    kind: str
    id: str
    html: Markup = field(default=Markup(""))
    title: Markup = field(default=Markup(""))
    tone: str = ""
    lang: str = ""
    value: str = ""
    href: str = ""
    href_lang: str = ""
    rows: tuple[Row, ...] = ()
    files: tuple[str, ...] = ()
    controls: tuple[Control, ...] = ()


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things are: a step (to change a line of the present one), a place of the flow, another flow."""

    change: Callable[[str], str]
    step: Callable[[str], str]
    page: Callable[[str], str]
    flow: Callable[[str], tuple[str, str]]


def draw(
    block: Block, index: int, page: Page, voice: Voice, controls: Mapping[str, Control], at: Addresses
) -> Drawn | None:
    """Make a block ready; None when there is nothing to draw."""
    env = page.reading
    ident = f"block-{index}"
    match block:
        case TextBlock():
            return Drawn("text", ident, voice.html(block.text, env), lang=voice.lang(block.text))
        case Notice():
            title = Markup.escape(voice.words.say(f"page.notice.{block.kind}"))
            return Drawn("notice", ident, voice.html(block.text, env), title, block.kind, voice.lang(block.text))
        case Details():
            return Drawn("details", ident, voice.html(block.text, env), voice.html(block.title, env))
        case Summary():
            rows = tuple(_row(line, voice, at) for line in page.lines.get(index, ()))
            return Drawn("summary", ident, rows=rows) if rows else None
        case Copy():
            value = voice.words.format.value(block.value.evaluate(env))
            return Drawn("copy", ident, title=voice.html(block.label, env), value=value) if value else None
        case Documents():
            return Drawn("documents", ident, files=_files(env.get(block.field)))
        case Link():
            href, language = _address(block, voice, env, at)
            return Drawn("link", ident, voice.html(block.text, env), href=href, href_lang=language)
        case Fields():
            asked = tuple(controls[use.field.name] for use in block.uses if use.field.name in controls)
            return Drawn("fields", ident, controls=asked) if asked else None
        case ListBlock():
            return Drawn("list", ident, title=voice.html(block.title, env)) if block.title else None
    return None


def _row(line: ShownLine, voice: Voice, at: Addresses) -> Row:
    answers = tuple(
        (voice.html(answer.field.label), tuple(shown(answer.field, answer.value, voice))) for answer in line.answers
    )
    what = voice.words.format.join(voice.plain(answer.field.label) for answer in line.answers)
    return Row(answers, at.change(line.change) if line.change else "", what)


def _files(value: object) -> tuple[str, ...]:
    return tuple(file.name for file in value if isinstance(file, FileRef)) if isinstance(value, tuple) else ()


def _address(link: Link, voice: Voice, env: Mapping[str, Any], at: Addresses) -> tuple[str, str]:
    if link.page:
        return at.page(link.page), ""
    if link.flow:
        return at.flow(link.flow)
    if link.step:
        return at.step(link.step), ""
    return voice.plain(link.address, env), ""
