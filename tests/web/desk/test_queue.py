"""The queue as officers see it: columns, pages, filters, search."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.placing import Placing
from tests.web.conftest import House, Visitor
from tests.web.desk.conftest import Clock, at_desk, cells, words


class TestQueue:
    @pytest.mark.parametrize(
        ("language", "headings", "row"),
        [
            (
                "en",
                [
                    "Reference number",
                    "Surname or last name",
                    "Regulatory body",
                    "Status",
                    "Submitted",
                    "Waiting since",
                    "Held by",
                ],
                ["Tremblay", "Law Society of Ontario", "In review", "March 2, 2026 at 9 am", "Nobody"],
            ),
            (
                "fr",
                [
                    "Numéro de référence",
                    "Nom de famille",
                    "Organisme de réglementation",
                    "État",
                    "Soumission",
                    "En attente depuis",
                    "Pris en charge par",
                ],
                ["Tremblay", "Barreau de l’Ontario", "En cours d’examen", "2 mars 2026 à 9 h", "Personne"],
            ),
        ],
    )
    def test_the_columns_that_the_flow_names(
        self, officer: Visitor, placing: Placing, language: str, headings: list[str], row: list[str]
    ) -> None:
        case = placing.place()
        page = officer.open(f"/{language}/desk")
        assert [" ".join(e.words.split()) for e in page.all("th") if e["scope"] == "col"] == headings
        (found,) = cells(officer)
        assert found[0] == case.reference
        for heading, expected, cell in zip(headings[1:5], row[:4], found[1:5], strict=True):
            assert cell == f"{heading}{expected}"
        assert found[6] == f"{headings[6]}{row[4]}"

    def test_pages_of_twenty_five(self, officer: Visitor, placing: Placing, clock: Clock) -> None:
        made = [placing.place(since=clock.now - timedelta(minutes=60 - n)).reference for n in range(30)]
        page = officer.open("/en/desk")
        assert [row[0] for row in cells(officer)] == made[:25]
        (on,) = (link["href"] for link in page.all("a") if link["rel"] == "next")
        page = officer.open(on)
        assert [row[0] for row in cells(officer)] == made[25:]
        (back,) = (link["href"] for link in page.all("a") if link["rel"] == "prev")
        assert not [link for link in page.all("a") if link["rel"] == "next"]
        officer.open(back)
        assert [row[0] for row in cells(officer)] == made[:25]

    @pytest.mark.parametrize(
        "query", ["after=x", "after=2026-99-99T00:00:00~ab", "before=%00", "status=registration.nothing", "service=%F0"]
    )
    def test_what_no_address_of_ours_says_counts_for_nothing(
        self, officer: Visitor, placing: Placing, query: str
    ) -> None:
        placing.place()
        officer.open(f"/en/desk?{query}")
        assert (officer.status, len(cells(officer))) == (200, 1)

    def test_several_services_and_a_filter(self, house: House, placing: Placing, clock: Clock) -> None:
        both = at_desk(house, placing, clock, "both@example.org", "officer", "support")
        request = placing.place()
        report = placing.place("report_and_close", "received", "report_problem")
        page = both.open("/en/desk")
        assert {row[0] for row in cells(both)} == {request.reference, report.reference}
        assert "ServiceReport a problem" in [cell for row in cells(both) for cell in row]
        statuses = [option["value"] for option in page.all("option")]
        assert statuses == [
            "",
            "registration",
            "report_problem",
            "",
            "registration.in_review",
            "report_problem.received",
        ]
        both.open("/en/desk?service=report_problem")
        assert [row[0] for row in cells(both)] == [report.reference]
        both.open("/en/desk?status=registration.in_review")
        assert [row[0] for row in cells(both)] == [request.reference]

    def test_a_reference_leads_to_its_case(self, officer: Visitor, placing: Placing) -> None:
        case = placing.place()
        officer.open("/en/desk")
        officer.press("", _search=f" {str(case.reference).lower()} ")
        assert officer.path == f"/en/desk/{case.id}"

    def test_a_reference_that_nobody_has_is_a_problem(self, officer: Visitor) -> None:
        officer.open("/fr/desk")
        page = officer.press("", _search="<b>AAAAA</b>")
        assert officer.status == 422
        assert page.title.startswith("Problème")
        assert page.form()["_search"] == ["<b>AAAAA</b>"]

    def test_a_row_is_drawn_again_when_its_case_changes_or_time_passes(
        self, house: House, officer: Visitor, placing: Placing, clock: Clock
    ) -> None:
        def opened() -> bool:
            """Whether the queue opens its cases."""
            heard = house.statements()
            officer.open("/en/desk")
            return any("FROM cases" in said and "cases.sealed" in said for said in heard())

        case = placing.place()
        assert [opened(), opened()] == [True, False]
        officer.open(f"/en/desk/{case.id}")
        officer.press("ask_again")
        assert [opened(), opened()] == [True, False]
        clock.wait(minutes=11)
        assert opened()

    def test_an_empty_queue_says_so(self, officer: Visitor) -> None:
        officer.open("/en/desk")
        assert "No case waits for you here." in words(officer)
