"""A team is told what was submitted, where the deployment says so: "report a problem" as it is shipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flowrunner.compiler.settings.read import read_settings
from flowrunner.model.case import Case, Submission
from flowrunner.model.record import replace
from flowrunner.service.cases.cases import FormStamp
from flowrunner.service.deployment import Services, migrate, open_services
from flowrunner.store import outbox
from flowrunner.worker.loop import make_worker
from tests.mail_server import MailServer, mail_server

__all__ = ["mail_server"]

Open = Callable[..., Services]
DETAILS = "The button on the last page hides my grandmother"


@pytest.fixture
def opened(tmp_path: Path, repository: Path, mail_server: MailServer) -> Iterator[Open]:
    """A deployment with the project's flow; `said` are lines of its settings."""
    made: list[Services] = []

    def open_it(said: str = "notify: {report_problem: {to: team@example.org}}\n") -> Services:
        file = tmp_path / "flowrunner.yaml"
        file.write_text(f"address: https://portal.example.org\nflows: {repository / 'flows'}\ndata: data\n{said}")
        read = read_settings(file, {}).settings
        assert read is not None
        settings = replace(read, mail=mail_server.settings)
        migrate(settings)
        made.append(open_services(settings, lambda case, step: f"/{step}"))
        return made[-1]

    yield open_it
    for each in made:
        each.close()


def report(deployment: Services, language: str = "fr") -> Case:
    typed = {"problem_kind": ("broken",), "problem_details": (DETAILS,)}
    submission = Submission("tell_us", inputs=typed, language=language)
    sent = deployment.cases.act("report_problem", language, FormStamp(language), submission, "/fr/registration/sign_up")
    assert sent is not None
    assert sent.case is not None
    assert sent.case.reference is not None
    return sent.case


def rows(deployment: Services) -> list[tuple[str, str | None]]:
    with deployment.context.database.reading() as transaction:
        found = transaction.connection.exec_driver_sql("select state, reason from outbox order by id")
        return [(state, reason) for state, reason in found]


class TestATeam:
    def test_gets_the_number_and_the_way_to_the_desk_in_the_languages_of_the_flow(
        self, opened: Open, mail_server: MailServer
    ) -> None:
        deployment = opened()
        case = report(deployment)
        make_worker(deployment).once()
        (mail,) = mail_server.taken
        assert mail["To"] == "team@example.org"
        said = "Report a problem: a case was submitted, {0} / Signaler un problème : un dossier a été soumis, {0}"
        assert str(mail["Subject"]).split() == said.format(case.reference).split()
        plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
        assert plain is not None
        assert html is not None
        for language in ("en", "fr"):
            address = f"https://portal.example.org/{language}/desk/{case.id}"
            assert f"({address})" in plain.get_content()
            assert f'href="{address}"' in html.get_content()
        assert "Son numéro de référence est" in plain.get_content()

    def test_gets_nothing_that_was_typed(self, opened: Open, mail_server: MailServer) -> None:
        deployment = opened()
        report(deployment)
        make_worker(deployment).once()
        (mail,) = mail_server.taken
        parts = [part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"]
        for typed in (DETAILS, "broken", "Something does not work", "sign_up"):
            assert not [part for part in (*parts, str(mail["Subject"])) if typed in part]

    def test_is_told_once_of_each_case(self, opened: Open, mail_server: MailServer) -> None:
        deployment = opened()
        numbers = {report(deployment, language).reference for language in ("en", "fr")}
        for _ in range(2):
            report(deployment, "en")
            make_worker(deployment).once()
        assert len(mail_server.taken) == len({str(mail["Message-ID"]) for mail in mail_server.taken}) == 2
        assert {str(mail["Subject"]).rpartition(" ")[2] for mail in mail_server.taken} == numbers

    def test_waits_for_its_mail_server_like_everybody(self, opened: Open, mail_server: MailServer) -> None:
        mail_server.script.rcpt = "450 later"
        deployment = opened()
        report(deployment)
        make_worker(deployment).once()
        with deployment.context.database.reading() as transaction:
            (line,) = outbox.lines(transaction)
        assert (line.effect, line.flow, line.tries) == ("notice", "report_problem", 1)


class TestNobody:
    def test_is_told_unless_the_settings_say_so(self, opened: Open, mail_server: MailServer) -> None:
        deployment = opened("notify: {registration: {to: team@example.org}}\n")
        report(deployment)
        assert rows(deployment) == []

    def test_is_told_once_the_settings_say_it_no_more(self, opened: Open, mail_server: MailServer) -> None:
        report(opened())
        later = opened("")
        make_worker(later).once()
        assert mail_server.taken == []
        assert rows(later) == [("dropped", "nobody_to_tell")]
