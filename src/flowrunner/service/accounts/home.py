"""What an account finds again: its cases of a flow and the messages that belong to them.

An account may have cases of several flows. A page of a flow shows those of that flow alone, because flows differ in how
surely they want to know who signed in.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from flowrunner.fields.wording import wording
from flowrunner.model.case import Actor, Case, World
from flowrunner.model.expression.hole import text_names
from flowrunner.model.flow import Flow
from flowrunner.model.graph import SUBMITTED
from flowrunner.runtime.environment import reading
from flowrunner.runtime.program import Program
from flowrunner.runtime.timers import fire_due
from flowrunner.service.cases.cases import Cases
from flowrunner.service.context import ServiceContext
from flowrunner.service.mail.messages import what_it_reads
from flowrunner.service.sessions.visitor import Visitor, idle_of, still_lives
from flowrunner.store import cases, messages, sessions
from flowrunner.store.database import Transaction
from flowrunner.store.engine.failures import Conflict
from flowrunner.text.text import Text

# The newest are shown, and the page says so when there are more.
MOST_CASES = 50
MOST_MESSAGES = 100


class CaseLine(Struct, frozen=True):
    """One case as its owner sees it now, what is due by the clock included. `title` is that of its current step.

    `language` is the one that the words are for, another than the asked one when the case's version does not have that;
    `lang` and `status_lang` are the languages of words that are in another one. `is_held` is true for a case that this
    browser holds and no account has yet.
    """

    id: str
    step: str
    language: str
    title: str
    lang: str
    status: str
    status_lang: str
    reference: str | None
    began: datetime
    submitted: datetime | None
    is_held: bool = False


class MessageLine(Struct, frozen=True):
    """One message of a list. `kind` is `account` or `letter`; `read_at` is None while it is new."""

    id: int
    kind: str
    at: datetime
    read_at: datetime | None
    subject: str
    lang: str


class Lists(Struct, frozen=True):
    """`opens` is true when there is one case and the addresses of this flow open it in this browser; else one has to
    be chosen. `more_cases` and `more_messages`: there are more than are shown."""

    cases: tuple[CaseLine, ...] = ()
    messages: tuple[MessageLine, ...] = ()
    opens: bool = False
    more_cases: bool = False
    more_messages: bool = False


NOTHING_LISTED = Lists()


class Home:
    """The cases and messages of accounts."""

    def __init__(self, context: ServiceContext, cases: Cases) -> None:
        self._context = context
        self._cases = cases

    def visit(self, token: str | None, flow: Flow, language: str) -> tuple[Visitor, Lists]:
        """Who has this token, and what their account has of a flow, read together."""
        read = [NOTHING_LISTED]

        def also(transaction: Transaction, who: Visitor) -> None:
            read.append(self._lists(transaction, who, flow, language))

        return self._cases.visitor(token, flow.name, also=also), read[-1]

    def _lists(self, transaction: Transaction, who: Visitor, flow: Flow, language: str) -> Lists:
        """What the account of a visitor has of this flow; `who` came to a page of it. One statement for all cases, one
        for all messages."""
        if who.account is None:
            return NOTHING_LISTED
        case_by_id = {who.case.id: who.case} if who.case is not None else {}
        own = cases.of_account(transaction, who.account.id, flow.name, MOST_CASES + 1, case_by_id)
        rows = messages.list_messages(transaction, who.account.id, flow.name, MOST_MESSAGES + 1)
        world = self._context.world()
        case_by_id |= {case.id: case for case in own}
        message_lines = tuple(
            self._message(transaction, row, case_by_id, language, world) for row in rows[:MOST_MESSAGES]
        )
        unowned = [who.case] if who.case is not None and who.case.owner is None and who.case.ended is None else []
        case_lines = tuple(self._line(case, who.actor, language, world) for case in (*unowned, *own[:MOST_CASES]))
        opens = who.case is not None and [line.id for line in case_lines] == [who.case.id]
        return Lists(case_lines, message_lines, opens, len(own) > MOST_CASES, len(rows) > MOST_MESSAGES)

    def choose(self, who: Visitor, token: str, flow: Flow, case_id: str) -> Case | None:
        """Let this browser hold one of the account's cases of a flow, instead of the one that it holds. None when it
        is no case of the account, whoever's it is, or when the session is not what it was."""
        now = self._context.clock()
        try:
            with self._context.database.writing() as transaction:
                if who.account is None or not still_lives(transaction, token, who, now):
                    return None
                if not cases.belongs(transaction, case_id, who.account.id, flow.name):
                    return None
                sessions.bind_case(transaction, token, flow.name, case_id, now, idle_of(flow))
                return cases.load(transaction, case_id)
        except Conflict:
            return None

    # --- Lines ------------------------------------------------------------------------------

    def _line(self, stored: Case, actor: Actor, language: str, world: World) -> CaseLine:
        program = self._context.catalogue.program(stored.flow, stored.version)
        case = fire_due(program, stored, world).case
        spoken = language if language in program.flow.languages else program.flow.languages[0]
        step = program.flow.steps[case.step]
        title = step.title or (step.uses[0].field.label if step.uses else program.flow.title)
        texts = [text for text in (title, step.status) if text is not None]
        env = _env(texts, spoken, program, case, actor, world)
        form = wording(program.flow, spoken)
        return CaseLine(
            id=case.id,
            step=step.name,
            language=spoken,
            title=title.plain(spoken, env, form),
            lang=_lang(title, spoken, language),
            status=step.status.plain(spoken, env, form) if step.status is not None else "",
            status_lang=_lang(step.status, spoken, language),
            reference=case.reference,
            began=case.began,
            submitted=case.moments.get(SUBMITTED),
            is_held=case.owner is None,
        )

    def _message(
        self,
        transaction: Transaction,
        row: messages.ListedMessage,
        case_by_id: dict[str, Case],
        language: str,
        world: World,
    ) -> MessageLine:
        program = self._context.catalogue.program(row.flow, row.version)
        message = row.message
        subject = program.flow.messages[message.name].subject
        spoken = language if language in program.flow.languages else program.flow.languages[0]
        env: Mapping[str, Any] = {}
        if not subject.is_constant(spoken):
            env = self._reads(transaction, row, subject, case_by_id, world)
        words = subject.plain(spoken, env, wording(program.flow, spoken))
        return MessageLine(
            message.id, message.kind, message.at, message.read_at, words, _lang(subject, spoken, language)
        )

    def _reads(
        self,
        transaction: Transaction,
        row: messages.ListedMessage,
        subject: Text,
        case_by_id: dict[str, Case],
        world: World,
    ) -> Mapping[str, Any]:
        """What a subject reads. It is nearly always what was kept with the message; the case is opened only for what
        was not."""
        payload = row.unseal(transaction)
        if text_names(subject) <= payload["records"].keys() | payload["reads"].keys():
            return {**payload["records"], **payload["reads"]}
        program = self._context.catalogue.program(row.flow, row.version)
        case = case_by_id.get(row.message.case_id) or cases.load(transaction, row.message.case_id)
        if case is None:
            return {}
        case_by_id[case.id] = case
        return what_it_reads(program, case, payload, world)


def _env(
    texts: Iterable[Text], language: str, program: Program, case: Case, actor: Actor, world: World
) -> Mapping[str, Any]:
    """What texts read; worked out only if one of them has a hole."""
    if all(text.is_constant(language) for text in texts):
        return {}
    return reading(program, case, actor, world)


def _lang(text: Text | None, spoken: str, language: str) -> str:
    """The language of words when it is not that of the page, else ""."""
    lang = (text.lang if text is not None else "") or spoken
    return lang if lang != language else ""
