"""One case as officers see it: all that is in it, who else is at work on it."""

from __future__ import annotations

from tempfile import TemporaryFile

import pytest

from flowrunner.service.uploads import Incoming
from tests.placing import IN_DOUBT, Placing
from tests.service.making import picture
from tests.web.conftest import House, Visitor
from tests.web.desk.conftest import Clock, at_desk, cells, words

PNG = picture("PNG")


class TestCase:
    def test_all_that_is_in_it(self, officer: Visitor, placing: Placing) -> None:
        case = placing.place()
        page = officer.open(f"/en/desk/{case.id}")
        said = words(officer)
        assert page.heading == f"Case {case.reference}"
        for part in (
            "The register could not confirm that this person is in good standing",
            "person@example.org",
            "12 Main Street",
            "Register of the regulatory body",
            "The source failed.",
            "Law Society of Ontario",
            "Pressed “Submit the request”. Next: In review.",
            "The person",
            "Looked at the case.",
        ):
            assert part in said, part
        assert "four words" not in said
        assert [link["href"] for link in page.all("a") if link["href"].startswith("#")] == [
            "#content",
            "#answers",
            "#facts",
            "#files",
            "#decide",
            "#history",
        ]

    @pytest.mark.parametrize(
        ("language", "said"),
        [
            ("en", ["Register of the regulatory body", "Standing Not known", "Who has it No account"]),
            ("fr", ["Registre de l’organisme de réglementation", "Situation Inconnue", "Titulaire Aucun compte"]),
        ],
    )
    def test_what_sources_said_is_in_the_words_of_the_flow(
        self, officer: Visitor, placing: Placing, language: str, said: list[str]
    ) -> None:
        officer.open(f"/{language}/desk/{placing.place().id}")
        shown = words(officer)
        for part in said:
            assert part in shown, shown
        for name in ("good_standing", "good standing,", "email_account", "member account", "membership_number"):
            assert name not in shown

    def test_documents_are_listed(self, officer: Visitor, placing: Placing) -> None:
        case = placing.place(IN_DOUBT)
        officer.open(f"/en/desk/{case.id}")
        assert officer.page is not None
        assert [link.words for link in officer.page.all("a") if "/file/" in link["href"]] == [
            "passport.pdf",
            "licence.pdf",
        ]

    def test_a_document_is_saved_and_never_shown(self, house: House, officer: Visitor, placing: Placing) -> None:
        case = placing.place()
        program, uploads = house.cases.program_of(case.flow, case), house.app.extensions["flowrunner"].uploads
        assert program is not None
        step = program.flow.steps["review"]
        with TemporaryFile() as content:
            content.write(PNG)
            assert uploads.take(case, step, [Incoming("photo_id", "Pièce.png", len(PNG), content)]).count == 1
        (file,) = uploads.kept(case, step)["photo_id"]
        answer = officer.client.get(f"/en/desk/{case.id}/file/{file.id}")
        assert (answer.status_code, answer.data) == (200, PNG)
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
        assert placing.events(case)[-1][0] == "took_out"
        assert officer.client.get(f"/en/desk/{placing.place().id}/file/{file.id}").status_code == 404

    def test_the_documents_of_others_are_not_theirs(self, house: House, placing: Placing, clock: Clock) -> None:
        support = at_desk(house, placing, clock, "sam@example.org", "support")
        case = placing.place(IN_DOUBT)
        assert support.client.get(f"/en/desk/{case.id}/file/x").status_code == 403
        assert placing.events(case)[-1][0] == "refused"

    def test_rounds_come_the_newest_first(self, officer: Visitor, placing: Placing) -> None:
        case = placing.place("review_c_two_rounds_of_documents", "approved")
        officer.open(f"/en/desk/{case.id}")
        said = words(officer)
        assert said.index("(newest)") < said.index("Round 1")
        assert officer.page is not None
        assert not [form for form in officer.page.all("form") if "main" in form.within]

    @pytest.mark.parametrize(("language", "sentence"), [("en", "for someone with the role officer"), ("fr", "officer")])
    def test_how_it_came_here_is_told(self, officer: Visitor, placing: Placing, language: str, sentence: str) -> None:
        case = placing.place(IN_DOUBT)
        page = officer.open(f"/{language}/desk/{case.id}")
        (there,) = (link["href"] for link in page.all("a") if link["href"].endswith("/explanation"))
        page = officer.open(there)
        assert len(page.all("li")) > 8
        assert "flows/registration.yaml" in page.source or "registration.yaml" in page.source
        assert sentence in words(officer)
        assert placing.events(case)[-1][0] == "looked"

    def test_another_holds_it(self, house: House, officer: Visitor, placing: Placing, clock: Clock) -> None:
        case = placing.place()
        officer.open(f"/en/desk/{case.id}")
        other = at_desk(house, placing, clock, "bob@example.org", "officer")
        other.open(f"/en/desk/{case.id}")
        assert "ann@example.org has had this case open since March 3, 2026 at 10 am" in words(other)
        other.open("/en/desk")
        assert "Held byann@example.org" in cells(other)[0]
        officer.open(f"/en/desk/{case.id}")
        officer.press("_release")
        assert officer.path == "/en/desk"
        other.open("/en/desk")
        assert "Held byNobody" in cells(other)[0]

    def test_the_other_language_keeps_what_was_typed(self, officer: Visitor, placing: Placing) -> None:
        case = placing.place()
        officer.open(f"/en/desk/{case.id}")
        page = officer.toggle({"documents_note": "Please write soon"})
        assert officer.path == f"/fr/desk/{case.id}"
        assert page.heading == f"Dossier {case.reference}"
        assert page.form()["documents_note"] == ["Please write soon"]

    def test_a_report_of_another_flow(self, house: House, placing: Placing, clock: Clock) -> None:
        support = at_desk(house, placing, clock, "sam@example.org", "support")
        case = placing.place("report_and_close", "received", "report_problem")
        support.open(f"/fr/desk/{case.id}")
        support.press("close_report", team_note="Réparé")
        assert placing.load(case).outcome == "closed"
        assert "Réparé" in words(support)
