"""A one-time code that was shown or sent."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from flowrunner.fields.base import SCALAR, Context, Reading
from flowrunner.fields.one_input import no_answer
from flowrunner.fields.text import TextField
from flowrunner.model.flow import Field

_LEFT_OUT = re.compile(r"[\s\-\N{HYPHEN}\N{NON-BREAKING HYPHEN}\N{FIGURE DASH}\N{EN DASH}]+")


class CodeField(TextField):
    """Upper case, without the spaces and hyphens that people copy along. Whether it is the right one, the interpreter
    says."""

    name = "code"
    widget = "code"
    is_code = True
    sized_by_example = kept_as_draft = shown_to_staff = False
    names: ClassVar[Mapping[str, str]] = {"code": "code"}
    autocomplete = "one-time-code"
    longest = 60
    keys: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "code": {**SCALAR, "description": "The code, of those under `codes`, that must be entered."}
    }
    required_keys = frozenset({"code"})

    def options(self, keys: Mapping[str, str | tuple[str, ...]]) -> Mapping[str, Any]:
        if not isinstance(keys.get("code"), str):
            raise ValueError("code")
        return {"code": keys["code"]}

    def understand(self, field: Field, characters: str, context: Context) -> Reading:
        code = _LEFT_OUT.sub("", characters).upper()
        return Reading(code) if code else no_answer(field)
