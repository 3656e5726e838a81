"""A telephone number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flowrunner.fields.base import Context, Reading
from flowrunner.fields.one_input import refusal
from flowrunner.fields.text import TextField
from flowrunner.i18n.words import Words
from flowrunner.model.case import Inputs, Value
from flowrunner.model.flow import Field

if TYPE_CHECKING:
    # Large: a deployment whose flows ask for no number does without it.
    from phonenumbers import PhoneNumber

_EXTENSION = re.compile(r"(?<=\d)[\s,;.]*\bposte\b\.?\s*", re.IGNORECASE)


class Phone(TextField):
    """A number of the flow's territory, or + and a country code; kept as E.164 with its extension
    (`+16135550142;ext=12`)."""

    name = "phone"
    widget = "phone"
    width = 20
    sized_by_example = False
    autocomplete = "tel"
    longest = 60

    def understand(self, field: Field, characters: str, context: Context) -> Reading:
        import phonenumbers

        try:
            number = phonenumbers.parse(_EXTENSION.sub(" ext. ", characters), context.territory)
        except phonenumbers.NumberParseException:
            return refusal(field, "not_a_phone")
        # Many countries share a code: the flow's own is asked first.
        here = context.territory is not None and phonenumbers.is_valid_number_for_region(number, context.territory)
        if not here and not phonenumbers.is_valid_number(number):
            return refusal(field, "not_a_phone")
        return Reading(_canonical(number))

    def write(self, field: Field, value: Value) -> Inputs:
        """As a person can read and change it, with + and the country code: a box knows no territory.

        Without them, what stands in the box could be read with the flow's territory alone, and a number of another
        country would be read wrongly.
        """
        if not isinstance(value, str):
            return super().write(field, value)
        import phonenumbers

        try:
            number = phonenumbers.parse(value, None)
        except phonenumbers.NumberParseException:
            return super().write(field, value)
        written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        return super().write(field, written)

    def show(self, field: Field, value: Value, words: Words, language: str) -> str:
        """As the territory writes its own numbers, and the others in groups after + and the country code."""
        if not isinstance(value, str):
            return ""
        if value.startswith("+1"):  # no other country code begins so
            return words.format.phone(value)
        import phonenumbers

        try:
            number = phonenumbers.parse(value, None)
        except phonenumbers.NumberParseException:
            return value
        grouped = phonenumbers.format_number(_without_extension(number), phonenumbers.PhoneNumberFormat.INTERNATIONAL)
        return words.format.phone(f"{grouped};ext={number.extension}" if number.extension else grouped)


def _canonical(number: PhoneNumber) -> str:
    import phonenumbers

    written: str = phonenumbers.format_number(_without_extension(number), phonenumbers.PhoneNumberFormat.E164)
    return f"{written};ext={number.extension}" if number.extension else written


def _without_extension(number: PhoneNumber) -> PhoneNumber:
    bare = type(number)()
    bare.merge_from(number)
    bare.extension = None
    return bare
