"""One case as officers see it: all that is in it, who else is at work on it."""

from __future__ import annotations

from tempfile import TemporaryFile

import pytest

from flowrunner.model.case import Case, FileRef, Value, Visit
from flowrunner.model.record import replace
from flowrunner.service.uploads.uploads import Incoming
from flowrunner.store import cases
from tests.placing import IN_DOUBT, Placing
from tests.service.making import picture
from tests.web.conftest import House, Visitor
from tests.web.desk.conftest import Clock, at_desk, cells, words

PNG = picture("PNG")


def uploaded(house: House, case: Case) -> FileRef:
    """A picture that was added to a case."""
    program, uploads = house.cases.program_of(case.flow, case), house.services.uploads
    assert program is not None
    assert uploads is not None
    step = program.flow.steps["review"]
    with TemporaryFile() as content:
        content.write(PNG)
        assert uploads.take(case, step, [Incoming("photo_id", "Pièce.png", len(PNG), content)]).count == 1
    (file,) = uploads.files_by_field(case, step)["photo_id"]
    assert isinstance(file, FileRef)
    return file


def of_kind(case: Case, kind: str) -> Case:
    """The case with files of another kind."""

    def changed(value: Value) -> Value:
        if isinstance(value, FileRef):
            return replace(value, kind=kind, name=value.name.replace("pdf", kind))
        return tuple(map(changed, value)) if isinstance(value, tuple) else value

    def visit(one: Visit) -> Visit:
        return replace(one, answers={name: changed(value) for name, value in one.answers.items()})

    trail, path = (tuple(map(visit, visits)) for visits in (case.trail, case.path))
    return replace(case, trail=trail, path=path, revision=case.revision + 1)


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
        file = uploaded(house, case)
        answer = officer.client.get(f"/en/desk/{case.id}/file/{file.id}")
        assert (answer.status_code, answer.data) == (200, PNG)
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
        assert placing.events(case)[-1][0] == "took_out"
        assert officer.client.get(f"/en/desk/{placing.place().id}/file/{file.id}").status_code == 404

    def test_what_a_picture_shows_is_made_anew(self, house: House, officer: Visitor, placing: Placing) -> None:
        case = placing.place()
        file = uploaded(house, case)
        answer = officer.client.get(f"/en/desk/{case.id}/picture/{file.id}")
        assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
        assert answer.data.startswith(b"\xff\xd8\xff")
        assert answer.headers["Content-Disposition"] == "inline"
        assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert (answer.headers["Cache-Control"], answer.headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
        assert placing.events(case)[-1][0] == "took_out"
        assert officer.client.get(f"/en/desk/{placing.place().id}/picture/{file.id}").status_code == 404
        assert officer.client.get(f"/en/desk/{case.id}/picture/{'0' * 32}").status_code == 404

    @pytest.mark.parametrize(
        ("kind", "offered"),
        [
            ("pdf", []),
            ("png", ["Show the picture passport.png", "Show the picture licence.png"]),
            ("tiff", ["Show the first page of passport.tiff", "Show the first page of licence.tiff"]),
        ],
    )
    def test_a_picture_is_offered_where_there_can_be_one(
        self, house: House, officer: Visitor, placing: Placing, kind: str, offered: list[str]
    ) -> None:
        case = placing.place(IN_DOUBT)
        with house.database.writing() as transaction:
            cases.save(transaction, of_kind(case, kind), case.revision, cases.Schedule("officer"))
        officer.open(f"/en/desk/{case.id}")
        assert officer.page is not None
        buttons = [one for one in officer.page.all("button") if "picture" in one.words or "first page" in one.words]
        assert [one.words for one in buttons] == offered
        assert [one["src"] for one in officer.page.all("img") if "/picture/" in one["src"]] == []

    def test_a_picture_is_shown_and_what_was_typed_is_kept(
        self, house: House, officer: Visitor, placing: Placing
    ) -> None:
        case = placing.place(IN_DOUBT)
        with house.database.writing() as transaction:
            cases.save(transaction, of_kind(case, "png"), case.revision, cases.Schedule("officer"))
        officer.open(f"/en/desk/{case.id}")
        assert officer.page is not None
        button = next(one for one in officer.page.all("button") if one.words == "Show the picture licence.png")
        assert button["formaction"] == f"/en/desk/{case.id}#file-2"
        page = officer.press(button["value"], issued_id="P12")
        assert [(one["src"], one["alt"]) for one in page.all("img") if "/picture/" in one["src"]] == [
            (f"/en/desk/{case.id}/picture/{button['value'].removeprefix('_show:')}", "Secondary ID")
        ]
        assert next(one for one in page.all("input") if one["name"] == "issued_id")["value"] == "P12"
        assert [one.words for one in page.all("button") if "picture" in one.words] == ["Show the picture passport.png"]

    def test_where_nothing_can_be_sent_it_is_a_link(self, house: House, officer: Visitor, placing: Placing) -> None:
        case = placing.place("review_c_two_rounds_of_documents", "approved")
        with house.database.writing() as transaction:
            cases.save(transaction, of_kind(case, "png"), case.revision, cases.Schedule("officer"))
        officer.open(f"/fr/desk/{case.id}")
        assert officer.page is not None
        links = [one for one in officer.page.all("a") if one["href"].startswith("?show=")]
        assert links
        assert links[0].words.startswith("Afficher l’image ")
        ident = links[0]["href"].removeprefix("?show=").partition("#")[0]
        page = officer.open(f"/fr/desk/{case.id}?show={ident}")
        # The two documents of this scenario are one file.
        assert {one["src"] for one in page.all("img") if "/picture/" in one["src"]} == {
            f"/fr/desk/{case.id}/picture/{ident}"
        }

    def test_the_documents_of_others_are_not_theirs(self, house: House, placing: Placing, clock: Clock) -> None:
        support = at_desk(house, placing, clock, "sam@example.org", "support")
        case = placing.place(IN_DOUBT)
        assert support.client.get(f"/en/desk/{case.id}/file/x").status_code == 403
        assert support.client.get(f"/en/desk/{case.id}/picture/x").status_code == 403
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
