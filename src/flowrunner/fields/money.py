"""An amount of money."""

from __future__ import annotations

import re
from decimal import Decimal

from flowrunner.fields.base import Context, Reading
from flowrunner.fields.number import MOST_DIGITS, Number, signed
from flowrunner.fields.one_input import refusal
from flowrunner.i18n.words import Words
from flowrunner.model.case import Value
from flowrunner.model.flow import Field

_CURRENCY_SIGN = re.compile(r"^[$€£¥]\s*|\s*[$€£¥]$")


class Money(Number):
    """An amount in the territory's currency, to the cent; its sign may be typed along."""

    name = "money"
    widget = "money"
    width = 10
    thousandths = False
    unread = "not_money"

    def understand(self, field: Field, characters: str, context: Context) -> Reading:
        return super().understand(field, _CURRENCY_SIGN.sub("", characters), context)

    def hold(self, field: Field, sign: str, whole: str, fraction: str) -> Reading:
        cents = fraction.rstrip("0").ljust(2, "0")
        if len(cents) > 2:
            return refusal(field, "not_money")
        if len(whole) + 2 > MOST_DIGITS:
            return refusal(field, "too_many_digits")
        return Reading(signed(Decimal(f"{sign}{whole}.{cents}")))

    def show(self, field: Field, value: Value, words: Words, language: str) -> str:
        return words.format.money(value) if isinstance(value, Decimal) else ""
