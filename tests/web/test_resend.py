"""The database goes away and comes back: the page says so, and what was typed is sent again by one button."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import psycopg
import pytest
from psycopg import sql

from flowrunner.compiler.settings.read import read_settings
from flowrunner.service.deployment import Services, migrate, open_services
from flowrunner.store.database import Database
from flowrunner.store.engine.engine import is_sqlite
from flowrunner.web.addresses import where
from flowrunner.web.server.deployment import application
from tests.web.conftest import House, Visitor
from tests.web.producing import write_settings
from tests.web.reading import Read, check_house_rules

TYPED = {"email": "mine@example.org", "regulator": "cicc", "membership_number": "R000123"}


class Away:
    """While this is open nobody reaches a database: its folder is somewhere else, or its server lets nobody in."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.engine = database.engine
        self.folder = Path(database.engine.url.database or "").parent

    def __enter__(self) -> None:
        self.database.close()
        if is_sqlite(self.engine):
            self.folder.rename(self.folder.with_name("elsewhere"))
        else:
            self.let_in("false")

    def __exit__(self, *_error: object) -> None:
        if is_sqlite(self.engine):
            self.folder.with_name("elsewhere").rename(self.folder)
        else:
            self.let_in("true")

    def let_in(self, whom: str) -> None:
        url = self.engine.url
        with psycopg.connect(f"host={url.query['host']} user=postgres dbname=postgres", autocommit=True) as server:
            text = sql.SQL("ALTER DATABASE {} ALLOW_CONNECTIONS {}")
            server.execute(text.format(sql.Identifier(url.database or ""), sql.SQL(whom)))
            server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [url.database])


@pytest.mark.parametrize("language", ["en", "fr"])
class TestAway:
    def test_what_was_typed_is_still_there_and_goes_through_later(
        self, house: House, visitor: Visitor, language: str
    ) -> None:
        visitor.open(f"/{language}/registration")
        visitor.press()
        with Away(house.database):
            page = visitor.press(fill=TYPED)
            assert visitor.status == 503
            assert {name: values for name, values in page.form().items() if name in TYPED} == {
                name: [value] for name, value in TYPED.items()
            }
            again = visitor.press()
            assert visitor.status == 503
            assert again.form() == page.form()
        visitor.press()
        assert (visitor.status, visitor.path) == (200, f"/{language}/registration/invitation")
        assert house.count("cases") == 1

    def test_what_was_typed_can_be_read(self, house: House, visitor: Visitor, language: str) -> None:
        visitor.open(f"/{language}/registration")
        visitor.press()
        with Away(house.database):
            page = visitor.press(fill={**TYPED, "email": "<b>mine</b>"})
        shown = {dd.words for dd in page.all("dd")}
        assert {"<b>mine</b>", "R000123"} <= shown
        assert "cicc" not in shown
        assert "<b>" not in page.source

    def test_it_is_told_with_a_time_and_is_kept_nowhere(self, house: House, visitor: Visitor, language: str) -> None:
        visitor.open(f"/{language}/registration")
        visitor.press()
        with Away(house.database):
            answer = visitor.client.get(f"/{language}/registration/access_request")
        assert answer.status_code == 503
        assert int(answer.headers["Retry-After"]) > 0
        assert answer.headers["Cache-Control"] == "no-store"
        page = check_house_rules(answer.text, language)
        assert f"/{language}/registration/access_request" in {link["href"] for link in page.all("a")}
        assert not page.all("form")

    def test_the_other_language_keeps_it_too(self, house: House, visitor: Visitor, language: str) -> None:
        other = {"en": "fr", "fr": "en"}[language]
        visitor.open(f"/{language}/registration")
        visitor.press()
        with Away(house.database):
            page = visitor.press(fill=TYPED)
            toggle = next(button for button in page.all("button") if button["lang"] == other)
            assert toggle["formaction"] == f"/{other}/registration/access_request"
            sent = {**page.form(), "_button": [toggle["value"]]}
            answer = visitor.post(sent, toggle["formaction"])
            assert answer.status_code == 503
            assert check_house_rules(answer.text, other).form()["email"] == [TYPED["email"]]


class TestSecrets:
    @pytest.fixture
    def small(self, tmp_path: Path) -> Iterator[Services]:
        settings = read_settings(write_settings(tmp_path), {}).settings
        assert settings is not None
        migrate(settings)
        deployment = open_services(settings, where)
        yield deployment
        deployment.close()

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_a_password_never_comes_back(self, small: Services, language: str) -> None:
        client = application(small).test_client()
        form = Read(client.get(f"/{language}/small").text).form()
        sent = {**form, "town": ["Gaspé"], "secret": ["Quatorze-Chevaux"], "other": ["x"]}
        with Away(small.context.database):
            answer = client.post(f"/{language}/small/two", data=sent)
        assert answer.status_code == 503
        assert "Quatorze-Chevaux" not in answer.text
        page = check_house_rules(answer.text, language)
        assert page.form()["town"] == ["Gaspé"]
        assert "other" not in page.form()
        assert {"en": "passwords", "fr": "mots de passe"}[language] in page.source


class TestWayBack:
    @pytest.mark.parametrize("language", ["en", "fr"])
    @pytest.mark.parametrize("step", ["", "/access_request"])
    def test_too_much_leads_back_to_its_page(self, visitor: Visitor, language: str, step: str) -> None:
        visitor.open(f"/{language}/registration")
        visitor.press()
        answer = visitor.post({**visitor.form(), "more": ["x" * 1_100_000]}, f"/{language}/registration{step}")
        assert answer.status_code == 413
        links = links_of(check_house_rules(answer.text, language))
        assert f"/{language}/registration{step}" in links
        visitor.open(f"/{language}/registration/access_request")
        assert visitor.status == 200

    @pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/x-www-form-urlencoded"])
    def test_a_long_text_under_the_cap_is_no_request_too_large(self, visitor: Visitor, kind: str) -> None:
        """The library would refuse parts of more than 500 kB before any page is asked."""
        visitor.open("/en/registration")
        visitor.press()
        token = visitor.form()["_csrf"][0]
        long = "x" * 700_000
        if kind.startswith("multipart"):
            parts = (("_csrf", token), ("email", long))
            body = "".join(f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in parts)
            body += "--x--\r\n"
        else:
            body = urlencode({"_csrf": token, "email": long})
        assert visitor.client.post(visitor.action, data=body, content_type=kind).status_code == 422

    def test_what_is_not_there_leads_to_the_services_alone(self, visitor: Visitor) -> None:
        page = check_house_rules(visitor.client.get("/fr/registration/page/nothing").text, "fr")
        assert "/fr/" in links_of(page)
        assert not {link for link in links_of(page) if link.startswith("/fr/registration")}

    def test_a_method_that_is_not_there_leads_to_the_page(self, visitor: Visitor) -> None:
        page = check_house_rules(visitor.client.put("/fr/registration").text, "fr")
        assert visitor.client.put("/fr/registration").status_code in (400, 405)
        assert "/fr/registration" in links_of(page)


def links_of(page: Read) -> set[str]:
    return {link["href"] for link in page.all("a")}
