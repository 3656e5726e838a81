"""The lists of an account as templates draw them: its cases, and its messages."""

from __future__ import annotations

from typing import Any, TypeVar

from msgspec import Struct

from flowrunner.model.record import replace
from flowrunner.service.accounts.home import CaseLine, Lists, MessageLine
from flowrunner.web.addresses import Addresses, message_address, page_address, step_address
from flowrunner.web.localizer import Localizer
from flowrunner.web.page.page_cache import hole

# Buttons of the home page: the case that they choose stands behind them.
CASE, SUBMITTED = "case:", "submitted:"


Row = TypeVar("Row", "CaseRow", "MessageRow")
_WORD = str(hole("a person's own"))


class CaseRow(Struct, frozen=True):
    """One case in words. `href` and `submitted_href` lead to it where this browser opens it by itself; where it has to
    be chosen, `button` and `submitted_button` do. Nothing is "". `named` tells it from others at the same step."""

    title: str
    lang: str
    status: str
    status_lang: str
    named: str
    reference: str
    began: str
    submitted: str
    href: str = ""
    button: str = ""
    submitted_href: str = ""
    submitted_button: str = ""


class MessageRow(Struct, frozen=True):
    """One message in words; `is_new` until it is read."""

    subject: str
    lang: str
    date: str
    kind: str
    href: str
    is_new: bool


class AccountLists(Struct, frozen=True):
    """`chooses`: a case is opened by a button. `more_cases` and `more_messages`: there are more than are shown."""

    cases: tuple[CaseRow, ...] = ()
    messages: tuple[MessageRow, ...] = ()
    chooses: bool = False
    more_cases: bool = False
    more_messages: bool = False

    @property
    def outline(self) -> AccountLists:
        """The same with nothing but what its drawing depends on, beside the words that stand in it: of a word only
        whether it is there. Whatever draws such a word fails, as there is nothing to fill it with."""
        cases = tuple(_outline(row, "lang", "status_lang") for row in self.cases)
        messages = tuple(_outline(row, "lang", "kind", "is_new") for row in self.messages)
        return replace(self, cases=cases, messages=messages)


def _outline(row: Row, *shown: str) -> Row:
    words: dict[str, Any] = {name: _WORD for name in row.__struct_fields__ if name not in shown and getattr(row, name)}
    return replace(row, **words)


NO_ROWS = AccountLists()


def account_lists(lists: Lists, voice: Localizer, at: Addresses) -> AccountLists:
    """Make what an account has ready."""
    cases = tuple(_case(line, voice, at, chosen=not lists.opens and not line.is_held) for line in lists.cases)
    messages = tuple(_message(line, voice, at) for line in lists.messages)
    return AccountLists(cases, messages, not lists.opens, lists.more_cases, lists.more_messages)


def _case(line: CaseLine, voice: Localizer, at: Addresses, *, chosen: bool) -> CaseRow:
    date = voice.wording.formats.date
    began = date(line.began)
    fallback = voice.words.say("page.cases.held") if line.is_held and not line.status else ""
    return CaseRow(
        title=line.title,
        lang=line.lang,
        status=line.status or fallback,
        status_lang=line.status_lang if line.status else "",
        named=line.reference or began,
        reference=line.reference or "",
        began=began,
        submitted=date(line.submitted) if line.submitted is not None else "",
        **_ways(line, at, chosen),
    )


def _ways(line: CaseLine, at: Addresses, chosen: bool) -> dict[str, str]:
    read = line.submitted is not None
    if chosen:
        return {"button": f"{CASE}{line.id}", **({"submitted_button": f"{SUBMITTED}{line.id}"} if read else {})}
    submitted = page_address(line.language, at.flow, "submitted")
    return {"href": step_address(line.language, at.flow, line.step), **({"submitted_href": submitted} if read else {})}


def _message(line: MessageLine, voice: Localizer, at: Addresses) -> MessageRow:
    return MessageRow(
        subject=line.subject,
        lang=line.lang,
        date=voice.wording.formats.date(line.at),
        kind=voice.words.say(f"page.message.{line.kind}"),
        href=message_address(at.language, at.flow, line.id),
        is_new=line.read_at is None,
    )
