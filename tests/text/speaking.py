"""Names of every type, and a speaker whose formats show what was asked of them."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flowrunner.model.expression.expression import Scope
from flowrunner.model.expression.hole import Filling, compile_hole
from flowrunner.model.types import (
    ADDRESS,
    CODE,
    DATE,
    FILE,
    MOMENT,
    NUMBER,
    TEXT,
    YES_NO,
    choice_of,
    list_of,
    record_of,
)
from flowrunner.text.parts import Formats
from flowrunner.text.text import Form, LocalizedText, Speaker, constant_text, make_words

COLOUR = choice_of(["red", "blue"], "colours")
SCOPE = Scope(
    {
        "name": TEXT,
        "site": TEXT,
        "agreed": YES_NO,
        "number": NUMBER,
        "born": DATE,
        "begun": MOMENT,
        "colour": COLOUR,
        "colours": list_of(COLOUR),
        "address": ADDRESS,
        "files": list_of(FILE),
        "code": record_of({"entry": CODE}),
        "facts": record_of({"name": TEXT}),
    },
    zone=ZoneInfo("America/Toronto"),
)


class PlainFormats:
    """Formats that show what was asked of them."""

    def date(self, value: date, /) -> str:
        return f"date {value.year}-{value.month}-{value.day}"

    def time(self, value: datetime, /) -> str:
        return f"time {value:%H:%M}"

    def moment(self, value: datetime, /) -> str:
        return f"moment {value:%Y-%m-%d %H:%M}"

    def number(self, value: Decimal, /) -> str:
        return f"number {value}"

    def money(self, value: Decimal, /) -> str:
        return f"money {value}"

    def join(self, items: tuple[str, ...], /) -> str:
        return " and ".join(items)

    def value(self, value: object, /) -> str:
        return f"value {value}"


FORMATS: Formats = PlainFormats()
LABELS = {"colours": {"red": constant_text({"en": "Red & hot"}), "blue": constant_text({"en": "Bleu"}, lang="fr")}}
SPEAKER = Speaker(FORMATS, "en", LABELS)


def resolve(inside: str, offset: int) -> Filling:
    made = compile_hole(inside, SCOPE)
    assert isinstance(made, Filling), made
    return made


def words(source: str, form: Form = "block") -> LocalizedText:
    return make_words(source, form, resolve)


def html(source: str, form: Form = "block", **env: Any) -> str:
    return words(source, form).html(env, SPEAKER)


def plain(source: str, form: Form = "block", **env: Any) -> str:
    return words(source, form).plain(env, SPEAKER)
