"""Messages and letters in an account: there with the decision, read by the owner of the case alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from flowrunner.model.case import Case
from tests.service.club import Club


@pytest.fixture
def club(tmp_path: Path) -> Iterator[Club]:
    opened = Club(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def submitted(club: Club) -> Case:
    return club.submit()


class TestMessages:
    def test_they_wait_for_whoever_signs_in(self, club: Club, submitted: Case) -> None:
        assert club.messages.of_account("a1", "en") == []
        club.sign_in(submitted.id)
        letter, message = club.messages.of_account("a1", "en")
        assert (letter.kind, message.kind) == ("letter", "account")
        assert message.subject == "Hello Zoé"
        assert message.reference == submitted.reference
        assert message.read_at is None
        assert club.messages.count_new("a1") == 2

    def test_one_is_said_in_the_language_that_is_asked_and_as_it_was(self, club: Club, submitted: Case) -> None:
        club.sign_in(submitted.id)
        club.clock.wait(days=40)
        letter, _ = club.messages.of_account("a1", "fr")
        found = club.messages.find("a1", letter.id, "fr")
        assert found is not None
        assert (found.subject, found.language) == ("Bonjour Zoé", "fr")
        said = found.plain.replace("\N{NO-BREAK SPACE}", " ")
        assert said == f"Le 6 mars 2026 : numéro {submitted.reference}, jusqu’au 9 mars 2026."
        assert found.html.startswith("<p>Le 6")
        other = club.messages.find("a1", letter.id, "de")
        assert other is not None
        assert other.language == "en"

    def test_nobody_else_reads_or_marks_them(self, club: Club, submitted: Case) -> None:
        club.sign_in(submitted.id)
        letter, _ = club.messages.of_account("a1", "en")
        assert club.messages.find("a2", letter.id, "en") is None
        assert not club.messages.mark_read("a2", letter.id)
        assert club.messages.count_new("a1") == 2

    def test_it_is_new_until_it_is_read_the_first_time(self, club: Club, submitted: Case) -> None:
        club.sign_in(submitted.id)
        letter, _ = club.messages.of_account("a1", "en")
        read = club.clock.now
        for _ in range(2):
            assert club.messages.mark_read("a1", letter.id)
            club.clock.wait(hours=1)
        found = club.messages.find("a1", letter.id, "en")
        assert found is not None
        assert found.read_at == read
        assert club.messages.count_new("a1") == 1

    def test_they_are_there_without_any_worker_and_what_they_say_is_sealed(
        self, club: Club, submitted: Case, tmp_path: Path
    ) -> None:
        assert [line.effect for line in club.lines()] == ["send"]
        with club.database.reading() as transaction:
            rows = transaction.connection.exec_driver_sql("select name, kind, sealed from account_messages").all()
        assert [(name, kind) for name, kind, _ in rows] == [("welcome", "account"), ("welcome", "letter")]
        assert all("Zoé".encode() not in sealed for _, _, sealed in rows)
