"""One flow version in one language: its texts and the interpreter's words, ready to be put on a page."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from flowrunner.fields.wording import Wording
from flowrunner.i18n.words import Words, words
from flowrunner.model.case import Problem
from flowrunner.model.flow import Field
from flowrunner.rules.words import say_problem
from flowrunner.runtime.program import Program
from flowrunner.text.text import Text

Env = Mapping[str, Any]
NOTHING: Env = {}


class Localizer:
    """Says texts in one language. `html` gives what is safe to show; whatever fills a hole was escaped."""

    def __init__(self, program: Program, language: str) -> None:
        self.flow = program.flow
        self.language = language
        self.words: Words = words(language, program.flow.territory)
        self.wording = Wording(program.flow, language)
        self.zone = ZoneInfo(program.flow.time_zone)

    def html(self, text: Text | None, env: Env = NOTHING) -> Markup:
        return Markup(text.html(self.language, env, self.wording)) if text else Markup("")  # noqa: S704

    def plain(self, text: Text | None, env: Env = NOTHING) -> str:
        return text.plain(self.language, env, self.wording) if text else ""

    def lang(self, text: Text | None) -> str:
        """The language of a text when it is not that of the page, else ""."""
        return text.lang if text is not None and text.lang != self.language else ""

    def problem(self, problem: Problem, field: Field | None, env: Env) -> str:
        """What is wrong, in plain words: the author's own, else the interpreter's."""
        if problem.message is not None:
            return self.plain(problem.message, env)
        return say_problem(self.words, problem, field.kind if field else "")

    def frame(self) -> dict[str, Any]:
        """What `layout.html` asks for on every page of the flow."""
        return {
            "say": self.words.say,
            "language": self.language,
            "service": self.plain(self.flow.title),
            "languages": self.flow.languages,
            "home": f"/{self.language}/",
        }


@lru_cache(maxsize=64)
def localizer(program: Program, language: str) -> Localizer:
    """The voice of a program, made once."""
    return Localizer(program, language)
