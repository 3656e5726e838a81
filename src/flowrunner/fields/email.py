"""An e-mail address."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flowrunner.fields.base import Context, Reading
from flowrunner.fields.one_input import refusal
from flowrunner.fields.text import TextField
from flowrunner.model.flow import Choice, Field
from flowrunner.model.types import Type


class Email(TextField):
    """Its form is judged, not whether it takes mail: nothing is asked of the network.

    The whole address is kept in lower case, because it is the key of an account and people type it as it comes; a
    domain in another script is kept in its ASCII form. Letters with accents before the @ are refused: most servers
    would not deliver there.
    """

    name = "email"
    widget = "email"
    sized_by_example = False
    autocomplete = "email"
    longest = 254

    def type(self, choices: tuple[Choice, ...], options: Mapping[str, Any]) -> Type:
        # The grammar takes long to load: it comes with a flow that asks for an address, not with somebody's answer.
        import email_validator  # noqa: F401

        return super().type(choices, options)

    def understand(self, field: Field, characters: str, context: Context) -> Reading:
        from email_validator import EmailNotValidError, validate_email

        try:
            address = validate_email(characters, check_deliverability=False, allow_smtputf8=False)
        except (EmailNotValidError, UnicodeError):
            return refusal(field, "not_an_email")
        if address.ascii_email is None:
            return refusal(field, "not_an_email")
        return Reading(address.ascii_email.lower())
