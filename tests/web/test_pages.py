"""What holds for every flow that is served, whatever it is about."""

from __future__ import annotations

import pytest

from flowrunner.catalogue import Catalogue
from tests.web.conftest import House, Visitor

BILINGUAL = ("registration", "report_problem", "recover_account", "permit")
FLOWS = [*((flow, language) for flow in BILINGUAL for language in ("en", "fr")), ("jardin", "fr")]
ASKED = [("fr-CA,fr;q=0.9", "/fr/"), ("en", "/en/"), ("de, fr;q=0.1", "/fr/"), ("*", "/en/"), ("", "/en/")]


class TestFlows:
    def test_no_flow_is_left_out(self, catalogue: Catalogue) -> None:
        served = {(name, language) for name in catalogue.names() for language in _languages(catalogue, name)}
        assert served == set(FLOWS)

    @pytest.mark.parametrize(("flow", "language"), FLOWS)
    def test_the_first_pages_keep_the_house_rules(self, visitor: Visitor, flow: str, language: str) -> None:
        titles = [visitor.open(f"/{language}/{flow}").title]
        assert visitor.status == 200
        titles.append(visitor.press().title)
        assert visitor.status in (200, 422)
        assert len(set(titles)) == 2

    @pytest.mark.parametrize(("flow", "language"), FLOWS)
    def test_the_language_link_leads_to_the_same_page(
        self, visitor: Visitor, catalogue: Catalogue, flow: str, language: str
    ) -> None:
        page = visitor.open(f"/{language}/{flow}")
        links = {button["lang"]: button["formaction"] for button in page.all("button") if button["formaction"]}
        others = [other for other in _languages(catalogue, flow) if other != language]
        assert links == {other: f"/{other}/{flow}" for other in others}

    @pytest.mark.parametrize(("flow", "language"), FLOWS)
    def test_every_link_leads_to_a_page(self, visitor: Visitor, flow: str, language: str) -> None:
        page = visitor.open(f"/{language}/{flow}")
        for link in [element["href"] for element in page.all("a")]:
            if link.startswith("/"):
                visitor.open(link)
                assert visitor.status == 200, link

    def test_every_place_leads_somewhere(self, visitor: Visitor) -> None:
        for name in ("home", "sign_in", "resume", "recover", "profile", "submitted"):
            for language in ("en", "fr"):
                visitor.open(f"/{language}/registration/page/{name}")
                assert visitor.status == 200


class TestWayIn:
    @pytest.mark.parametrize(("header", "to"), ASKED)
    def test_the_browser_says_which_language(self, visitor: Visitor, header: str, to: str) -> None:
        answer = visitor.client.get("/", headers={"Accept-Language": header})
        assert (answer.status_code, answer.headers["Location"]) == (302, to)

    def test_the_last_language_is_remembered(self, visitor: Visitor) -> None:
        visitor.open("/fr/")
        answer = visitor.client.get("/", headers={"Accept-Language": "en"})
        assert answer.headers["Location"] == "/fr/"

    def test_a_service_in_one_language_is_linked_in_it(self, visitor: Visitor) -> None:
        page = visitor.open("/en/")
        garden = next(link for link in page.all("a") if link["href"].endswith("/jardin"))
        assert (garden["href"], garden["lang"]) == ("/fr/jardin", "fr")


class TestReport:
    def test_a_report_leads_back_to_its_page_and_another_can_follow(self, house: House, visitor: Visitor) -> None:
        welcome = visitor.open("/en/registration")
        report = next(link["href"] for link in welcome.all("a") if "report_problem" in link["href"])
        for count in (1, 2):
            asked = visitor.open(report)
            sent = visitor.press(problem_kind="broken", problem_details="The button does nothing.")
            assert visitor.path == "/en/report_problem/received"
            assert house.count("cases") == count
            for page in (asked, sent):
                assert "/en/registration/welcome" in [link["href"] for link in page.all("a")]

    def test_only_a_page_of_ours_is_led_back_to(self, visitor: Visitor) -> None:
        for forged in ("//evil.example", "registration/nothing", "https://evil.example/x", "nothing/welcome"):
            page = visitor.open(f"/en/report_problem?from={forged}")
            assert not [link for link in page.all("a") if "evil" in link["href"] and "hreflang" not in link.attributes]
            assert page.form().get("_from") is None

    def test_a_refused_report_makes_no_case(self, house: House, visitor: Visitor) -> None:
        visitor.open("/fr/report_problem")
        visitor.press(problem_details="Rien ne va.")
        assert visitor.status == 422
        assert visitor.page is not None
        assert visitor.page.form()["problem_details"] == ["Rien ne va."]
        assert house.count("cases") == 0


def _languages(catalogue: Catalogue, flow: str) -> tuple[str, ...]:
    program = catalogue.current(flow)
    assert program is not None
    return program.flow.languages
