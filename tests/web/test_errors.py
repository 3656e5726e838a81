"""The pages for what went wrong: always a page, whatever is broken."""

from __future__ import annotations

import logging
from collections.abc import Callable

import pytest
from sqlalchemy import text

from flowrunner.i18n.translations import MissingWord
from flowrunner.service.cases.cases import AskedTooOften, Busy, Cases
from flowrunner.web import errors
from tests.web.conftest import House, Visitor
from tests.web.reading import Read, check_house_rules


def failing(error: Exception) -> Callable[..., None]:
    def fail(*_given: object, **_more: object) -> None:
        raise error

    return fail


class TestErrorPages:
    @pytest.mark.parametrize("language", ["en", "fr"])
    @pytest.mark.parametrize("status", sorted(errors.KNOWN))
    def test_each_keeps_the_house_rules(self, house: House, language: str, status: int) -> None:
        with house.app.test_request_context(f"/{language}/anything"):
            answer = errors.error_page(status)
        assert answer.status_code == status
        assert check_house_rules(answer.get_data(as_text=True), language).heading

    @pytest.mark.parametrize("language", ["en", "fr"])
    @pytest.mark.parametrize("error", [Busy("busy."), AskedTooOften("again.")])
    def test_too_busy_is_told_as_such(
        self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, language: str, error: Exception
    ) -> None:
        visitor.open(f"/{language}/registration")
        monkeypatch.setattr(Cases, "act", failing(error))
        visitor.press()
        assert visitor.status == 503


class TestLastResort:
    @pytest.mark.parametrize("what", ["render_template", "site_languages", "site", "language_of_address"])
    def test_what_the_error_page_needs_is_missing(
        self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, what: str
    ) -> None:
        visitor.open("/fr/registration")
        form = visitor.form()
        monkeypatch.setattr(Cases, "act", failing(RuntimeError("you@example.org")))
        monkeypatch.setattr(errors, what, failing(MissingWord("no word.")))
        with caplog.at_level(logging.ERROR):
            answer = visitor.post(form, "/fr/registration")
        assert answer.status_code == 500
        assert answer.headers["Cache-Control"] == "no-store"
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        page = Read(answer.text)
        assert {section["lang"] for section in page.all("section")} == {"en", "fr"}
        assert "RuntimeError" in caplog.text
        assert "you@example.org" not in caplog.text + answer.text

    def test_a_page_that_is_not_there_is_told_even_then(
        self, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(errors, "render_template", failing(RuntimeError()))
        assert visitor.client.get("/en/nothing").status_code == 500

    @pytest.mark.parametrize("table", ["cases", "form_ids", "session_cases", "events"])
    def test_a_database_that_lost_a_table_is_our_own_fault(
        self, house: House, visitor: Visitor, caplog: pytest.LogCaptureFixture, table: str
    ) -> None:
        visitor.open("/en/registration")
        visitor.press()
        with house.database.writing() as transaction:
            transaction.connection.execute(text(f"alter table {table} rename to lost"))
        visitor.press(email="you@example.org", regulator="cicc", membership_number="R000123")
        assert visitor.status == 500
        assert visitor.page is not None
        assert "Traceback" not in visitor.page.source
        assert "you@example.org" not in caplog.text
