"""The home page of an account: its cases and messages, and nobody else's."""

from __future__ import annotations

import re

import pytest

from tests.web.accounts.walking import words
from tests.web.conftest import House
from tests.web.gardening import (
    ADA,
    BEN,
    HOME,
    PROFILE,
    SIGN_IN,
    SUBMITTED,
    Gardener,
    decide,
    gardener,
    newest,
    reference_of,
)


@pytest.fixture
def ada(house: House) -> Gardener:
    return gardener(house)


class TestWhoComes:
    def test_a_stranger_signs_in_and_is_back(self, ada: Gardener) -> None:
        for place in (HOME, PROFILE):
            other = gardener(ada.house, new=False)
            other.open(place)
            assert other.path == f"{SIGN_IN}?next={place}"
            other.press(email=ADA, _password="rain on four dry beans")
            assert other.path == place

    def test_who_signed_out_sees_nothing_of_it(self, ada: Gardener) -> None:
        ada.ask()
        assert "We look at your request" in words(ada.open(HOME))
        ada.sign_out()
        page = ada.open(HOME)
        assert ada.path.startswith(SIGN_IN)
        assert "We look at your request" not in page.source
        ada.open(SUBMITTED)
        assert ada.path.startswith(SIGN_IN)

    def test_a_flow_without_accounts_has_no_home(self, ada: Gardener) -> None:
        for name in ("home", "profile"):
            assert ada.client.get(f"/en/report_problem/page/{name}").status_code == 404
        assert ada.client.get("/en/nothing/page/home").status_code == 404
        assert ada.client.get("/xx/permit/page/home").status_code == 404

    def test_a_form_of_another_session_chooses_nothing(self, ada: Gardener) -> None:
        ada.ask()
        ada.again("Eve")
        ada.open(HOME)
        (button, *_) = ada.buttons().values()
        answer = ada.post({"_csrf": ["forged"], "_button": [button]}, HOME)
        assert answer.status_code == 400
        assert "My garden" in answer.text


class TestCases:
    def test_nothing_is_there_yet(self, ada: Gardener) -> None:
        ada.sign_in()
        page = ada.open(HOME)
        assert page.heading == "My garden"
        assert words(page).count("There is nothing here yet.") == 2
        assert "Welcome" not in words(page)

    def test_one_case_is_a_line_with_a_link(self, ada: Gardener) -> None:
        ada.fill_in()
        page = ada.open(HOME)
        assert ada.links()["Your plot"] == "/en/permit/details"
        assert "Draft" in words(page)
        assert "Started on" in words(page)
        assert "Submitted on" not in words(page)

    def test_what_was_submitted_can_be_read(self, ada: Gardener) -> None:
        ada.ask()
        reference = reference_of(newest(ada.house))
        ada.open("/en/permit/in_review")
        ada.open(ada.links()["Return to my garden"])
        page = ada.page
        assert page is not None
        assert page.heading == "My garden"
        assert "Welcome, Ada." in words(page)
        assert reference in words(page)
        assert "In review" in words(page)
        assert ada.links()["We look at your request"] == "/en/permit/in_review"
        page = ada.open(ada.links()["Read what you submitted"])
        assert page.heading == "Your request as you sent it"
        french = ada.open("/fr/permit/page/home")
        assert "En cours d’examen" in words(french)
        assert "Bonjour" not in words(french)
        assert "Nous examinons votre demande" in ada.links()

    def test_the_owner_of_a_case_that_waits_only_looks(self, ada: Gardener) -> None:
        ada.ask()
        page = ada.open("/en/permit/in_review")
        assert page.heading == "We look at your request"
        assert ada.buttons() == {}

    def test_of_several_the_chosen_one_opens(self, ada: Gardener) -> None:
        ada.ask(name="First")
        first = newest(ada.house)
        ada.again("Second")
        second = newest(ada.house)
        assert first.id != second.id
        for case in (first, second, first):
            page = ada.open(HOME)
            assert case.id not in str(ada.links().values())
            ada.press(f"case:{case.id}")
            assert ada.path == "/en/permit/in_review"
            assert f"Your number is {case.reference}" in words(ada.open("/en/permit/in_review"))
            ada.open(HOME)
            page = ada.press(f"submitted:{case.id}")
            assert ada.path == SUBMITTED
            assert reference_of(case) in words(page)
        ada.open(HOME)
        labels = list(ada.buttons())
        assert len(labels) == len(set(labels)) == 4

    def test_the_newest_stands_first_and_one_that_ended_stays(self, ada: Gardener) -> None:
        ada.ask(name="First")
        first = newest(ada.house)
        ada.again("Second")
        decide(ada.house, first, "approve")
        page = ada.open(HOME)
        said = words(page)
        assert said.index("Your plot is yours") < said.index("We look at your request")
        page = ada.press(f"case:{first.id}")
        assert page.heading == "Your plot is yours"

    def test_one_case_that_ended_opens_in_any_browser(self, ada: Gardener) -> None:
        ada.ask()
        case = decide(ada.house, newest(ada.house), "approve")
        other = gardener(ada.house, new=False)
        other.sign_in()
        other.open(HOME)
        page = other.press(f"case:{case.id}")
        assert page.heading == "Your plot is yours"

    def test_a_case_of_another_opens_nothing(self, ada: Gardener) -> None:
        ada.ask()
        theirs = newest(ada.house)
        ben = gardener(ada.house, BEN)
        ben.ask(BEN, "Ben")
        ben.again("Ben", BEN)
        for kind in ("case", "submitted"):
            ben.open(HOME)
            ben.press(f"{kind}:{theirs.id}")
            assert (ben.status, ben.path) == (200, HOME)
        assert reference_of(theirs) not in ben.open("/en/permit/in_review").source
        assert reference_of(theirs) not in ben.open(SUBMITTED).source
        assert reference_of(theirs) not in ben.open(HOME).source

    def test_words_that_are_no_case_open_nothing(self, ada: Gardener) -> None:
        ada.ask()
        ada.again("Second")
        for button in ("", "case:", "case", "submitted:x", "case:" + "a" * 5000, "case:\0", "case:é"):
            ada.open(HOME)
            ada.press(button)
            assert (ada.status, ada.path) == (200, HOME)

    def test_the_list_does_not_ask_once_a_line(self, ada: Gardener) -> None:
        ada.ask()
        decide(ada.house, newest(ada.house), "ask", wanted="A bill")
        ada.open(HOME)
        few = self._count(ada)
        for number in range(3):
            ada.again(f"Ada {number}")
            decide(ada.house, newest(ada.house), "ask", wanted="A bill")
        assert self._count(ada) == few

    def _count(self, ada: Gardener) -> list[str]:
        stop = ada.house.statements()
        ada.open(HOME)
        return [re.sub(r"\s+", " ", each)[:40] for each in stop()]

    def test_a_case_that_no_account_has_yet_is_not_lost(self, ada: Gardener) -> None:
        ada.ask()
        done = newest(ada.house)
        decide(ada.house, done, "approve")
        ada.open("/en/permit")
        ada.press(email=ADA, name="Again")
        page = ada.open(HOME)
        assert ada.links()["Sign in to go on (" + _day(page.source) + ")"] == "/en/permit/sign_in"
        assert "Not in your account yet" in words(page)


def _day(source: str) -> str:
    found = re.search(r'Sign in to go on<span class="hidden"> \(([^)]*)\)', source)
    assert found is not None
    return " ".join(found[1].split())
