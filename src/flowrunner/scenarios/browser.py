"""A browser without a screen: what it keeps between two pages, and what is typed into the page that it shows."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.fields.file import file_named
from flowrunner.model.case import FileRef, Problem, Secret
from flowrunner.runtime.look import Page
from flowrunner.text.holes import split_holes

Typed = dict[str, tuple[str, ...]]


class Browser(Struct):
    """`typed` are the inputs as they stand in the controls once somebody typed (None: as the page came), `files` what
    was added, `change` the page whose change link opened this one."""

    step: str
    change: str | None = None
    typed: Typed | None = None
    files: dict[str, tuple[FileRef, ...]] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def inputs(self, page: Page | None) -> Typed:
        """What the page would send now."""
        if self.typed is not None:
            return dict(self.typed)
        fields = page.questions.values() if page is not None else ()
        return {name: values for one in fields for name, values in one.inputs.items()}

    def fill(self, page: Page | None, answers: Mapping[str, Any], codes: Mapping[str, str]) -> tuple[str, ...]:
        """Type answers into the page; the names of those that it does not ask come back."""
        typed = self.inputs(page)
        fields = {name: one.field for name, one in page.questions.items()} if page is not None else {}
        for name, data in answers.items():
            if name not in fields:
                continue
            kind = FIELD_TYPES[fields[name].kind]
            spelled = kind.spell(fields[name], _written(data, codes))
            if kind.takes_files:
                self.files[name] = tuple(file_named(written) for written in spelled.get(name, ()))
                continue
            for old in [key for key in typed if key == name or key.startswith(f"{name}.")]:
                del typed[old]
            typed.update(spelled)
        self.typed = typed
        return tuple(name for name in answers if name not in fields)

    def take_secrets(self, page: Page | None, typed: Typed) -> dict[str, Secret]:
        """Judge and take away what was typed in password fields, as the shell does before the core."""
        secrets = {}
        everything = {name: "".join(values) for name, values in typed.items()}
        for name, one in (page.questions if page is not None else {}).items():
            kind = FIELD_TYPES[one.field.kind]
            value = everything.get(name, "")
            if kind.secret and value:
                broken = kind.judge_secret(one.field, value, everything)
                secrets[name] = Secret(hashlib.sha256(value.encode()).hexdigest(), tuple(broken))
        for name in secrets:
            typed.pop(name, None)
        return secrets


def _written(data: Any, codes: Mapping[str, str]) -> Any:
    """What a scenario writes, with `{{ code.x }}` filled in."""
    if isinstance(data, dict):
        return {key: _written(value, codes) for key, value in data.items()}
    if isinstance(data, list):
        return [_written(value, codes) for value in data]
    if not isinstance(data, str) or "{{" not in data:
        return data
    return "".join(
        codes.get(part.source.strip().removeprefix("code."), "") if part.kind == "hole" else part.source
        for part in split_holes(data)
    )
