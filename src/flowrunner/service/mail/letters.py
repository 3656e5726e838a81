"""A message of a flow as a letter: its words in the language of the person, on a page of its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flowrunner.fields.wording import wording
from flowrunner.letters.page import Letter, letter_page
from flowrunner.letters.pdf import NoPdf, letter_pdf, letters_possible
from flowrunner.model.expression.hole import text_shows
from flowrunner.model.flow import Flow, Message

__all__ = ["NoPdf", "letter_html", "letter_pdf", "letters_possible"]


def letter_html(
    flow: Flow,
    message: Message,
    language: str,
    values: Mapping[str, Any],
    *,
    written: datetime,
    reference: str | None = None,
    sender: str = "",
) -> str:
    """The page of a letter: a complete document that needs nothing else, to be shown, printed, kept or made a PDF.

    `values` is what the words of the message read. `written` is when it was sent and `reference` the number of its
    case: they stand above the body unless its words say them. `sender` is who writes. A language that the flow does not
    have becomes its first.
    """
    spoken = language if language in flow.languages else flow.languages[0]
    formatter = wording(flow, spoken)
    body = message.body
    says_day = text_shows(body, spoken, "today")
    letter = Letter(
        language=body.lang or spoken,
        title=message.subject.plain(spoken, values, formatter),
        body=body.html(spoken, values, formatter),
        title_lang=message.subject.lang or spoken,
        day=None if says_day else written.astimezone(ZoneInfo(flow.time_zone)).date(),
        reference=reference or "",
        refers=text_shows(body, spoken, "case.reference"),
        sender=sender,
        territory=flow.territory,
    )
    return letter_page(letter)
