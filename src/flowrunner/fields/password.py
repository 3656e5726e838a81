"""A password."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from flowrunner.fields.base import Context, Reading
from flowrunner.fields.text import TextField
from flowrunner.i18n.words import Words
from flowrunner.model.case import Inputs, Value
from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import Field
from flowrunner.rules.built_in import RULES

LONGEST = 1_000


class Password(TextField):
    """Read, judged and hashed outside the core: here it has no value, is written nowhere and shown never."""

    name = "password"
    widget = "password"
    sized_by_example = kept_as_draft = shown_to_staff = False
    autocomplete = "new-password"
    longest = LONGEST
    secret = True

    def read(self, field: Field, inputs: Inputs, context: Context) -> Reading:
        return Reading()

    def write(self, field: Field, value: Value) -> Inputs:
        return {}

    def show(self, field: Field, value: Value, words: Words, language: str) -> str:
        return ""

    def judge_secret(self, field: Field, value: str, others: Mapping[str, str]) -> tuple[str, ...]:
        """What is wrong with a password, as `Secret.broken` takes it: `required`, a code of `clear_secret`, or the
        names of the rules that it breaks.

        A rule with a `when` or an expression as its bound is not judged: what these read is known in the core alone,
        and the compiler refuses such rules.
        """
        try:
            return _broken(field, clear_secret((value,)), others)
        except ValueError as error:
            return (str(error),)


def clear_secret(sent: tuple[str, ...]) -> str:
    """The password as it is judged and hashed: the composed form (NFC) of what was sent, nothing trimmed; "" when none.

    Raises ValueError with the code of the problem, `doubled`, `encoding`, `characters` or `too_long`.
    """
    if len(sent) > 1:
        raise ValueError("doubled")
    raw = sent[0] if sent else ""
    if len(raw) > LONGEST:
        raise ValueError("too_long")
    if any("\ud800" <= character <= "\udfff" or character == "\ufffd" for character in raw):
        raise ValueError("encoding")
    if any(unicodedata.category(character) == "Cc" for character in raw):
        raise ValueError("characters")
    return unicodedata.normalize("NFC", raw)


def _broken(field: Field, value: str, others: Mapping[str, str]) -> tuple[str, ...]:
    if not value:
        return () if field.optional else ("required",)
    broken: list[str] = []
    for use in field.rules:
        if use.when is not None or isinstance(use.bound, Expression):
            continue
        rule = RULES[use.rule]
        bound = others.get(use.bound) if rule.takes == "field" else use.bound
        if bound is not None and not rule.judge(value, bound):
            broken.append(use.rule)
    return tuple(broken)
