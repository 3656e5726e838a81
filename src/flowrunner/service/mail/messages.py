"""Messages and letters in an account: what they read is kept, their words are made when somebody looks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from msgspec import Struct

from flowrunner.effects.send import languages_of, section
from flowrunner.fields.wording import wording
from flowrunner.model.case import Actor, Case, World
from flowrunner.runtime.environment import reading
from flowrunner.runtime.program import Program
from flowrunner.service.context import ServiceContext
from flowrunner.service.mail.letters import letter_html
from flowrunner.store import cases, messages
from flowrunner.store.database import Transaction


class AccountMessage(Struct, frozen=True):
    """A message as the owner of its case sees it.

    `kind` is `account` or `letter`; `language` is the one that its words are for, which is another than the asked one
    when the flow does not have that; `lang` is not "" when the words are in another language than they are for. `html`
    is safe to show. `read_at` is None while it is new.
    """

    id: int
    case_id: str
    reference: str | None
    flow: str
    name: str
    kind: str
    at: datetime
    read_at: datetime | None
    language: str
    lang: str
    subject: str
    html: str
    plain: str


class Messages:
    """The messages of accounts."""

    def __init__(self, context: ServiceContext) -> None:
        self._context = context
        self._database = context.database

    def of_account(self, account: str, language: str, limit: int = 200) -> list[AccountMessage]:
        """The messages of all cases that an account owns, the newest first, said in a language."""
        with self._database.reading() as transaction:
            case_by_id: dict[str, Case | None] = {}
            rows = messages.of_account(transaction, account, limit)
            for row in rows:
                if row.case_id not in case_by_id:
                    case_by_id[row.case_id] = cases.load(transaction, row.case_id)
            return [
                self._content(transaction, row, case, language) for row in rows if (case := case_by_id[row.case_id])
            ]

    def find(self, account: str, message: int, language: str) -> AccountMessage | None:
        """One message; None when there is none, or when it is another's."""
        with self._database.reading() as transaction:
            row = messages.find(transaction, account, message)
            case = cases.load(transaction, row.case_id) if row else None
            return self._content(transaction, row, case, language) if row and case else None

    def count_new(self, account: str) -> int:
        """How many messages of an account are new."""
        with self._database.reading() as transaction:
            return messages.count_new(transaction, account)

    def mark_read(self, account: str, message: int) -> bool:
        """Whether the account has such a message; it was read now, unless it was before."""
        with self._database.writing() as transaction:
            row = messages.find(transaction, account, message)
            if row is not None:
                messages.mark_read(transaction, row, self._context.clock())
            return row is not None

    def letter(self, account: str, message: int, language: str, sender: str = "") -> str | None:
        """A message as the page of a letter, with who sends it; None when there is none, or when it is another's."""
        with self._database.reading() as transaction:
            row = messages.find(transaction, account, message)
            case = cases.load(transaction, row.case_id) if row else None
            if row is None or case is None:
                return None
            program, env = self._read(transaction, row, case)
        message_of = program.flow.messages[row.name]
        return letter_html(
            program.flow, message_of, language, env, written=row.at, reference=case.reference, sender=sender
        )

    def _read(
        self, transaction: Transaction, row: messages.MessageRecord, case: Case
    ) -> tuple[Program, Mapping[str, Any]]:
        """The version in which a message was said, and what its words read."""
        program = self._context.catalogue.program(case.flow, case.version)
        return program, what_it_reads(program, case, messages.unseal_message(transaction, row), self._context.world())

    def _content(
        self, transaction: Transaction, row: messages.MessageRecord, case: Case, language: str
    ) -> AccountMessage:
        program, env = self._read(transaction, row, case)
        message = program.flow.messages[row.name]
        spoken = languages_of(message, program.flow, language)[0]
        content = section(message, spoken, env, wording(program.flow, spoken))
        return AccountMessage(
            id=row.id,
            case_id=case.id,
            reference=case.reference,
            flow=case.flow,
            name=row.name,
            kind=row.kind,
            at=row.at,
            read_at=row.read_at,
            language=spoken,
            lang=content.lang if content.lang != spoken else "",
            subject=content.subject,
            html=content.html,
            plain=content.plain,
        )


def what_it_reads(program: Program, case: Case, payload: Mapping[str, Any], world: World) -> Mapping[str, Any]:
    """What the words of a message may read: what was kept when it was sent, and the codes of the case as they are."""
    return {**reading(program, case, Actor(), world), **payload["records"], **payload["reads"]}
