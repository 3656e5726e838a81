"""The blocks of a page as templates draw them, one template for each kind in `templates/blocks/`."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import render_template
from markupsafe import Markup
from msgspec import Struct, field

from flowrunner.model.case import FileRef
from flowrunner.model.flow import (
    Block,
    CopyBlock,
    DetailsBlock,
    DocumentsBlock,
    FieldsBlock,
    LinkBlock,
    ListBlock,
    NoticeBlock,
    SummaryBlock,
    TextBlock,
)
from flowrunner.runtime.look import ShownLine
from flowrunner.web.addresses import PageLink
from flowrunner.web.page.account_lists import CaseRow, MessageRow
from flowrunner.web.page.controls import Control, answer_lines
from flowrunner.web.page.file_input import ShownFile, shown_files
from flowrunner.web.page.renderer import PageRenderer


class SummaryRow(Struct, frozen=True):
    """One line of a summary: labels with the lines of their answers, and where it can be changed (None: nowhere)."""

    answers: tuple[tuple[Markup, tuple[str, ...]], ...]
    change: PageLink | None = None
    what: str = ""


class RenderedBlock(Struct, frozen=True):
    """A block ready to be drawn. `kind` names its template; the others are filled as that template reads them."""

    kind: str
    id: str
    html: Markup = field(default=Markup(""))
    title: Markup = field(default=Markup(""))
    tone: str = ""
    lang: str = ""
    value: str = ""
    way: PageLink | None = None
    rows: tuple[SummaryRow, ...] = ()
    files: tuple[ShownFile, ...] = ()
    controls: tuple[Control, ...] = ()
    lines: tuple[CaseRow, ...] | tuple[MessageRow, ...] = ()
    word: Callable[[int, str], Markup] | None = None
    more: bool = False


def render_block(
    block: Block, index: int, pen: PageRenderer, controls: Mapping[str, Control], keeps: bool
) -> RenderedBlock | None:
    """Make a block ready; None when there is nothing to draw. `keeps` says whether what was typed on the page is to be
    kept when somebody follows one of its links."""
    ident = f"block-{index}"
    voice = pen.voice
    match block:
        case TextBlock():
            return RenderedBlock("text", ident, pen.html(block.text), lang=voice.lang(block.text))
        case NoticeBlock():
            title = Markup.escape(voice.words.say(f"page.notice.{block.kind}"))
            return RenderedBlock("notice", ident, pen.html(block.text), title, block.kind, voice.lang(block.text))
        case DetailsBlock():
            return RenderedBlock("details", ident, pen.html(block.text), pen.html(block.title))
        case LinkBlock():
            return RenderedBlock("link", ident, pen.html(block.text), way=_way(block, pen))
        case FieldsBlock():
            asked = tuple(controls[use.field.name] for use in block.uses if use.field.name in controls)
            return RenderedBlock("fields", ident, controls=asked) if asked else None
        case ListBlock():
            return _list(block, ident, pen)
        case SummaryBlock() | CopyBlock() | DocumentsBlock():
            # What these show is a person's own: it is drawn anew for each.
            return RenderedBlock("anew", ident, pen.anew(lambda now: _anew(block, index, ident, now, keeps)))
    return None


def _anew(block: Block, index: int, ident: str, pen: PageRenderer, keeps: bool) -> Markup:
    made = _personal(block, index, ident, pen)
    if made is None:
        return Markup("")
    html = render_template(f"blocks/{made.kind}.html", block=made, say=pen.voice.words.say, keeps=keeps)
    return Markup(html)  # noqa: S704 - a template of ours, which escapes


def _personal(block: Block, index: int, ident: str, pen: PageRenderer) -> RenderedBlock | None:
    match block:
        case SummaryBlock():
            rows = tuple(_row(line, pen) for line in pen.page.lines.get(index, ()))
            return RenderedBlock("summary", ident, rows=rows) if rows else None
        case CopyBlock():
            value = pen.voice.words.format.value(block.value.evaluate(pen.env))
            return RenderedBlock("copy", ident, title=pen.html(block.label), value=value) if value else None
        case DocumentsBlock():
            return _documents(block, ident, pen)
    return None


def _row(line: ShownLine, pen: PageRenderer) -> SummaryRow:
    voice = pen.voice
    answers = tuple(
        (voice.html(answer.field.label), tuple(answer_lines(answer.field, answer.value, voice)))
        for answer in line.answers
    )
    what = voice.words.format.join(voice.plain(answer.field.label) for answer in line.answers)
    return SummaryRow(answers, pen.at.change(line.change) if line.change else None, what)


def _documents(block: DocumentsBlock, ident: str, pen: PageRenderer) -> RenderedBlock | None:
    """The files of a field with their status. Where the page asks for them, the question itself lists them."""
    if block.field in pen.page.questions:
        return None
    value = pen.env.get(block.field)
    files = tuple(file for file in value if isinstance(file, FileRef)) if isinstance(value, tuple) else ()
    return RenderedBlock("documents", ident, files=shown_files(files, pen))


def _list(block: ListBlock, ident: str, pen: PageRenderer) -> RenderedBlock:
    own = pen.beside.lists
    title = pen.html(block.title) or Markup.escape(pen.voice.words.say(f"page.{block.of}.title"))
    if block.of == "messages":
        return RenderedBlock(
            "messages", ident, title=title, lines=own.messages, word=pen.message, more=own.more_messages
        )
    way = pen.at.page("home") if own.chooses else None
    submitted = pen.html(block.submitted)
    return RenderedBlock("cases", ident, submitted, title, way=way, lines=own.cases, word=pen.case, more=own.more_cases)


def _way(link: LinkBlock, pen: PageRenderer) -> PageLink:
    if link.page:
        return pen.at.page(link.page)
    if link.flow:
        return pen.at.other(link.flow)
    if link.step:
        return pen.at.step(link.step)
    return PageLink(pen.plain(link.address))
