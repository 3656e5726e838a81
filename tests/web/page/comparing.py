"""A cache of pages that draws each page it gives once more: from its shape alone, and without holes where it can."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from flowrunner.web.accounts.account_pages import HomePage
from flowrunner.web.accounts.account_pages import _draw as draw_place
from flowrunner.web.desk.actions import DecideForm, _drawn_form, _only_questions
from flowrunner.web.page.page_cache import Filler, PageCache, Shape, Template
from flowrunner.web.page.step_page import StepPage
from flowrunner.web.page.step_page import _draw as draw_step_at_once

# How a page of this shape is drawn when nothing is kept.
AT_ONCE: Mapping[type[Shape], Callable[[Any, Any], str]] = {
    StepPage: lambda shape, pen: draw_step_at_once(pen.page, pen, shape.around),
    HomePage: lambda shape, pen: draw_place(pen.page, pen),
    DecideForm: lambda shape, pen: _drawn_form(_only_questions(pen.page, pen.voice), pen, holds=shape.holds),
}


class ComparingCache(PageCache):
    """`given` are all pages and parts that it gave, `wrong` those that are not as they are when nothing is kept."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        self.given: list[tuple[Shape, Filler]] = []
        self.wrong: list[str] = []

    def html(self, shape: Shape, filler: Filler) -> Markup:
        html = super().html(shape, filler)
        self._compare(shape, filler, html)
        return html

    def each(self, shape: Shape, fillers: Iterable[Filler]) -> Markup:
        every = list(fillers)
        for filler in every:
            self._compare(shape, filler, super().each(shape, [filler]))
        return super().each(shape, every)

    def _compare(self, shape: Shape, filler: Filler, html: str) -> None:
        self.given.append((shape, filler))
        drawn = AT_ONCE.get(type(shape))
        others = [self.record(shape).fill(filler), *([drawn(shape, filler)] if drawn else [])]
        if any(other != html for other in others):
            self.wrong.append(type(shape).__name__)


class ForgetfulCache(ComparingCache):
    """One whose key leaves out a part of a shape: the fault that cannot be written."""

    def __init__(self, environment: Environment, kind: type[Shape], part: str) -> None:
        super().__init__(environment)
        self._kind, self._part = kind, part
        self._forgetful: dict[tuple[object, ...], Template] = {}

    def _template(self, shape: Shape) -> Template:
        if not isinstance(shape, self._kind):
            return super()._template(shape)
        key = tuple(getattr(shape, name) for name in shape.__struct_fields__ if name != self._part)
        return self._forgetful.setdefault(key, self.record(shape))
