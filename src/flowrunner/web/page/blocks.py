"""The blocks of a page as templates draw them: what each part gives, with what the web knows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from flask import render_template
from markupsafe import Markup
from msgspec import Struct

from flowrunner.blocks.built_in import BLOCKS
from flowrunner.model.case import Value
from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import Block
from flowrunner.runtime.look import ShownLine
from flowrunner.text.text import Text
from flowrunner.web.addresses import PageLink
from flowrunner.web.page.controls import Control, answer_lines
from flowrunner.web.page.file_input import ShownFile, shown_files
from flowrunner.web.page.renderer import PageRenderer

# A block ready to be drawn: `kind` names its template in `blocks/`, `id` is its own on the page, the rest that template
# reads.
RenderedBlock: TypeAlias = Mapping[str, Any]
NO_CONTROLS: Mapping[str, Control] = {}


class SummaryRow(Struct, frozen=True):
    """One line of a summary: labels with the lines of their answers, and where it can be changed (None: nowhere)."""

    answers: tuple[tuple[Markup, tuple[str, ...]], ...]
    change: PageLink | None = None
    what: str = ""


def render_blocks(
    blocks: Iterable[tuple[int, Block]],
    pen: PageRenderer,
    controls: Mapping[str, Control] = NO_CONTROLS,
    *,
    keeps: bool = False,
) -> tuple[RenderedBlock, ...]:
    """Make the blocks of a page ready, each with its index on it; those without anything to draw are left out. `keeps`
    says whether what was typed on the page is to be kept when somebody follows one of its links."""
    rendered = (_render(block, index, pen, controls, keeps) for index, block in blocks)
    return tuple(one for one in rendered if one is not None)


def _render(
    block: Block, index: int, pen: PageRenderer, controls: Mapping[str, Control], keeps: bool
) -> RenderedBlock | None:
    if not BLOCKS[block.kind].personal:
        return BlockRenderer(block, index, pen, controls).view()

    def anew(now: PageRenderer) -> Markup:
        view = BlockRenderer(block, index, now, controls).view()
        if view is None:
            return Markup("")
        html = render_template(f"blocks/{block.kind}.html", block=view, say=now.voice.words.say, keeps=keeps)
        return Markup(html)  # noqa: S704 - a template of ours, which escapes

    return {"kind": "anew", "html": pen.anew(anew)}


class BlockRenderer(Struct, frozen=True):
    """Draws one block: what `blocks.base.Pen` asks for."""

    block: Block
    index: int
    pen: PageRenderer
    controls: Mapping[str, Control]

    def view(self) -> RenderedBlock | None:
        view = BLOCKS[self.block.kind].view(self.block.content, self)
        return None if view is None else {"kind": self.block.kind, "id": f"block-{self.index}", **view}

    def html(self, text: Text | None) -> Markup:
        return self.pen.html(text)

    def plain(self, text: Text | None) -> Markup:
        return self.pen.plain(text)

    def lang(self, text: Text | None) -> str:
        return self.pen.voice.lang(text)

    def say(self, sentence: str, **values: Any) -> str:
        return self.pen.voice.words.say(sentence, **values)

    def value(self, expression: Expression) -> str:
        return self.pen.voice.words.format.value(expression.evaluate(self.pen.env))

    def answer(self, field: str) -> Value:
        answer: Value = self.pen.env.get(field)
        return answer

    def asks(self, field: str) -> bool:
        return field in self.pen.page.questions

    def link(self, *, page: str | None, flow: str | None, step: str | None, address: Text | None) -> PageLink:
        at = self.pen.at
        if page:
            return at.page(page)
        if flow:
            return self.pen.other(flow)
        return at.step(step) if step else PageLink(self.pen.plain(address))

    def answers(self) -> Sequence[SummaryRow]:
        return [self._row(line) for line in self.pen.page.lines.get(self.index, ())]

    def questions(self) -> Sequence[Control]:
        names = (use.field.name for use in self.block.uses)
        return [self.controls[name] for name in names if name in self.controls]

    def files(self, value: Value) -> Sequence[ShownFile]:
        return shown_files(value, self.pen.voice, self.pen.at)

    def account_list(self, of: str) -> Mapping[str, Any]:
        lists = self.pen.beside.lists
        if of == "messages":
            return {"lines": lists.messages, "word": self.pen.message, "more": lists.more_messages}
        chooses = self.pen.at.page("home") if lists.chooses else None
        return {"lines": lists.cases, "word": self.pen.case, "more": lists.more_cases, "way": chooses}

    def _row(self, line: ShownLine) -> SummaryRow:
        voice = self.pen.voice
        answers = tuple(
            (voice.html(answer.field.label), tuple(answer_lines(answer.field, answer.value, voice)))
            for answer in line.answers
        )
        what = voice.words.format.join(voice.plain(answer.field.label) for answer in line.answers)
        return SummaryRow(answers, self.pen.at.change(line.change) if line.change else None, what)
