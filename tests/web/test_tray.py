"""The page of the mail tray: for this machine alone, in both languages, and not there in production."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from flowrunner.carriers.mail import Mail, MailSection, Sender
from flowrunner.carriers.tray import FOLDER, Tray
from flowrunner.catalogue import Catalogue
from flowrunner.service.deployment import Services, migrate, open_services
from flowrunner.settings import Settings
from flowrunner.web.addresses import where
from flowrunner.web.server.deployment import application
from tests.web.reading import check_house_rules

EVIL = "<script>alert(1)</script>"


@pytest.fixture
def deployment(catalogue: Catalogue, repository: Path, tmp_path: Path) -> Iterator[Services]:
    settings = Settings(flows=(repository / "flows",), data=tmp_path)
    migrate(settings)
    opened = open_services(settings, where, catalogue)
    yield opened
    opened.close()


@pytest.fixture
def client(deployment: Services) -> FlaskClient:
    return application(deployment, tray=True).test_client()


@pytest.fixture
def letter(tmp_path: Path) -> None:
    section = MailSection("en", f"Your code {EVIL}", f"Your code is 123456 {EVIL}", "<p>Your code is 123456</p>")
    sender = Sender({"": "portal@example.org"}, {}, {})
    written = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
    Tray(tmp_path / FOLDER, sender).carry(Mail("k", "person@example.org", (section,), written))


class TestTray:
    @pytest.mark.parametrize(("language", "title"), [("en", "Mail tray"), ("fr", "Bac à courriels")])
    def test_it_lists_mails_and_shows_them(self, client: FlaskClient, letter: None, language: str, title: str) -> None:
        listed = check_house_rules(client.get(f"/{language}/mail").text, language)
        assert listed.heading == title
        (link,) = (link for link in listed.all("a") if "Your code" in link.words)
        answer = client.get(link["href"])
        shown = check_house_rules(answer.text, language)
        assert shown.heading == f"Your code {EVIL}"
        assert "Your code is 123456" in answer.text
        assert answer.headers["Cache-Control"] == "no-store"
        (alone,) = (other for other in shown.all("a") if other["href"].endswith("/html"))
        html = client.get(alone["href"])
        assert "<p>Your code is 123456</p>" in html.text
        assert "sandbox" in html.headers["Content-Security-Policy"]
        assert "<script" not in html.text

    def test_an_empty_one_says_so_and_the_way_in_chooses_the_language(self, client: FlaskClient) -> None:
        answer = client.get("/mail", headers={"Accept-Language": "fr"})
        assert answer.headers["Location"] == "/fr/mail"
        assert "Aucun courriel" in client.get("/fr/mail").text

    @pytest.mark.parametrize("path", ["/en/mail/nothing", "/en/mail/20260302T140000-0123456789abcdef", "/de/mail"])
    def test_what_is_not_there_is_not_found(self, client: FlaskClient, path: str) -> None:
        assert client.get(path).status_code == 404

    @pytest.mark.parametrize(
        "asked",
        [
            {"environ_base": {"REMOTE_ADDR": "192.0.2.7"}},
            {"environ_base": {"REMOTE_ADDR": "127.0.0.1"}, "headers": {"Host": "evil.example"}},
            {"headers": {"X-Forwarded-For": "192.0.2.7"}},
        ],
    )
    def test_it_is_for_this_machine_alone(self, client: FlaskClient, asked: dict[str, dict[str, str]]) -> None:
        assert client.get("/en/mail", **asked).status_code == 404

    @pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.1", "[::1]:8000"])
    def test_by_each_of_its_own_names(self, client: FlaskClient, host: str) -> None:
        assert client.get("/en/mail", headers={"Host": host}).status_code == 200

    def test_a_real_deployment_does_not_have_it(self, deployment: Services) -> None:
        assert application(deployment).test_client().get("/en/mail").status_code == 404
