"""Answers that are kept for a shorter time than their case: 20 days for the wish, 30 for the paper, 60 for all else."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select, update

from flowrunner.carriers.tray import FOLDER, tray_mails
from flowrunner.model.case import Case
from flowrunner.service.desk.case_file import dossier
from flowrunner.service.explanation.explain import explain_case
from flowrunner.service.explanation.wording import explanation_text
from flowrunner.service.upkeep.redaction import REDACTED
from flowrunner.service.uploads.uploads import files_of
from flowrunner.store import cases, events
from flowrunner.store import outbox as rows
from flowrunner.store.tables import cases as table
from flowrunner.store.tables import outbox
from tests.databases import SQLITE
from tests.service.garden import Garden, Person


@pytest.fixture
def zoe(garden: Garden) -> Person:
    """Her case was submitted, and accepted today."""
    person = Person(garden, "Zoe")
    person.join()
    person.submit()
    garden.work()
    person.is_decided("accept")
    return person


def pass_days(garden: Garden, days: int) -> None:
    garden.clock.wait(days=days)
    garden.work()


def now(garden: Garden, before: Case) -> Case:
    """The case as it is stored now."""
    with garden.database.reading() as transaction:
        found = cases.load(transaction, before.id)
    assert found is not None
    return found


def answered(garden: Garden, case: Case) -> set[str]:
    """The questions to which an officer sees answers."""
    held = dossier(garden.program, case)
    return {answer.field.name for section in held.sections for one in section.rounds for answer in one.answers}


class TestRedaction:
    def test_nothing_goes_before_its_day_or_while_the_case_waits(self, garden: Garden) -> None:
        person = Person(garden, "Zoe")
        person.join()
        person.submit()
        waiting = person.case
        pass_days(garden, 100)
        assert answered(garden, now(garden, waiting)) >= {"wish", "paper", "name"}
        person.come_back()
        person.is_decided("accept")
        before = now(garden, waiting)
        pass_days(garden, 20)
        assert now(garden, before) == before

    def test_each_answer_goes_on_its_own_day(self, garden: Garden, zoe: Person) -> None:
        before = zoe.case
        pass_days(garden, 21)
        assert answered(garden, now(garden, before)) == answered(garden, before) - {"wish"}
        assert zoe.wish not in repr(now(garden, before))
        assert files_of(now(garden, before)) == files_of(before)
        pass_days(garden, 10)
        assert answered(garden, now(garden, before)) == answered(garden, before) - {"wish", "paper"}
        assert files_of(now(garden, before)) == frozenset()
        (paper,) = files_of(before)
        assert garden.uploads.open(before, paper) is None
        assert list((garden.data / "files").iterdir()) == []

    def test_messages_are_said_without_it(self, garden: Garden, zoe: Person) -> None:
        owner = zoe.case.owner or ""

        def bodies() -> list[str]:
            return [message.plain.strip() for message in garden.messages.of_account(owner, "en")]

        assert bodies() == [zoe.wish, zoe.wish]
        pass_days(garden, 21)
        assert bodies() == ["", ""]
        assert {message.subject for message in garden.messages.of_account(owner, "en")} == {"Hello Zoe"}

    def test_mail_that_leaves_later_is_said_without_it(self, garden: Garden) -> None:
        person = Person(garden, "Zoe")
        person.join()
        person.submit()
        with garden.database.writing() as transaction:
            given_up = update(outbox).where(outbox.c.state == "waiting").values(state="dead", reason="server 550")
            assert transaction.connection.execute(given_up).rowcount
        person.is_decided("accept")
        pass_days(garden, 21)
        assert list((garden.data / FOLDER).glob("*")) == []
        with garden.database.writing() as transaction:
            assert rows.retry(transaction, garden.clock())
        while garden.outbox.deliver_some():
            pass
        (welcome,) = (mail for mail in tray_mails(garden.data / FOLDER) if mail.subject == "Hello Zoe")
        assert person.wish not in welcome.plain + welcome.html

    def test_it_is_recorded_once_and_told_in_both_languages(self, garden: Garden, zoe: Person) -> None:
        ident = zoe.case.id
        for _ in range(25):
            pass_days(garden, 1)
        with garden.database.reading() as transaction:
            found = [event for event in events.events_of(transaction, ident) if event.kind == REDACTED]
        assert len(found) == 1
        explained = explain_case(garden.context, ident)
        assert explained is not None
        assert [one.kind for one in explained.sentences].count("redacted") == 1
        words = {language: [told.words for told in explanation_text(explained, language)] for language in ("en", "fr")}
        assert "Answers whose retention period was over were erased." in words["en"]
        assert any("ont été effacées" in said for said in words["fr"])

    def test_the_case_still_goes_as_a_whole_on_its_own_day(self, garden: Garden, zoe: Person) -> None:
        def erase_at() -> object:
            with garden.database.reading() as transaction:
                return transaction.connection.execute(select(table.c.erase_at)).scalar_one()

        before = erase_at()
        pass_days(garden, 31)
        assert erase_at() == before
        pass_days(garden, 30)
        with garden.database.reading() as transaction:
            assert transaction.connection.execute(select(table.c.id)).all() == []

    def test_what_was_stored_is_overwritten(self, garden: Garden, zoe: Person, kind: str, tmp_path: Path) -> None:
        with garden.database.reading() as transaction:
            sealed = bytes(transaction.connection.execute(select(table.c.sealed)).scalar_one())[:48]

        def is_there() -> bool:
            return any(sealed in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())

        assert kind != SQLITE or is_there()
        pass_days(garden, 21)
        assert not is_there()

    def test_one_that_cannot_be_opened_stops_no_other(
        self, garden: Garden, zoe: Person, caplog: pytest.LogCaptureFixture
    ) -> None:
        max_ = Person(garden, "Max")
        max_.join()
        max_.submit()
        max_.is_decided("accept")
        broken, other = zoe.case.id, max_.case.id
        with garden.database.writing() as transaction:
            transaction.connection.execute(update(table).where(table.c.id == broken).values(sealed=b"noise"))
        garden.clock.wait(days=21)
        garden.redaction.redact_all()
        with garden.database.reading() as transaction:
            assert cases.to_redact(transaction, garden.clock()) == [broken]
            left = cases.load(transaction, other)
        assert left is not None
        assert "wish" not in answered(garden, left)
        assert [record.getMessage() for record in caplog.records if record.levelname == "ERROR"] == [
            "a case could not be cleared: Broken"
        ]
