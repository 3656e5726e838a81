"""Into the desk and out of it: whoever is no staff stays outside."""

from __future__ import annotations

import pytest

from flowrunner.service.sessions.passwords import Passwords
from tests.placing import Placing
from tests.service.walking import newest_code
from tests.web.conftest import House, Visitor
from tests.web.desk.conftest import Clock

PASSWORD = "four words in the rain"


class TestSigningIn:
    @pytest.fixture
    def account(self, placing: Placing) -> str:
        return placing.account("ann@example.org", "officer", password=Passwords().hash(PASSWORD))

    @pytest.mark.parametrize(
        ("language", "heading"), [("en", "Sign in to the desk"), ("fr", "Ouvrir une session au bureau")]
    )
    def test_an_officer_comes_in_with_a_password_and_a_code(
        self, house: House, visitor: Visitor, account: str, language: str, heading: str
    ) -> None:
        page = visitor.open(f"/{language}/desk")
        assert visitor.path == f"/{language}/desk/sign_in?next=/{language}/desk"
        assert page.heading == heading
        visitor.press(email="Ann@Example.org", _password=PASSWORD)
        assert visitor.status == 200
        visitor.press(_code=newest_code(house.cases, "sign_in"))
        assert (visitor.path, visitor.status) == (f"/{language}/desk", 200)
        assert visitor.page is not None
        assert "ann@example.org" in visitor.page.source

    def test_it_leads_on_to_the_case_that_was_asked_for(
        self, house: House, visitor: Visitor, placing: Placing, account: str
    ) -> None:
        case = placing.place()
        visitor.open(f"/en/desk/{case.id}")
        visitor.press(email="ann@example.org", _password=PASSWORD)
        visitor.press(_code=newest_code(house.cases, "sign_in"))
        assert visitor.path == f"/en/desk/{case.id}"

    def test_a_wrong_password_is_refused_in_the_words_of_everybody(self, visitor: Visitor, account: str) -> None:
        visitor.open("/en/desk")
        page = visitor.press(email="ann@example.org", _password="another thing entirely")
        assert visitor.status == 422
        assert page.title.startswith("Problem")

    @pytest.mark.parametrize("empty", ["", "  "])
    def test_an_empty_box_is_named_and_is_no_try(
        self, house: House, visitor: Visitor, account: str, empty: str
    ) -> None:
        visitor.open("/en/desk")
        for _ in range(12):
            assert visitor.press(email=empty, _password=PASSWORD).complained_of == ["#email"]
            assert visitor.press(email="ann@example.org", _password=empty).complained_of == ["#_password"]
            assert visitor.status == 422
        visitor.press(email="ann@example.org", _password=PASSWORD)
        for _ in range(12):
            assert visitor.press(_code=empty).complained_of == ["#_code"]
            assert visitor.status == 422
        visitor.press(_code=newest_code(house.cases, "sign_in"))
        assert (visitor.path, visitor.status) == ("/en/desk", 200)

    def test_whoever_is_no_staff_is_refused_and_that_is_logged(
        self, house: House, visitor: Visitor, placing: Placing, caplog: pytest.LogCaptureFixture
    ) -> None:
        account = placing.account("rep@example.org", "representative", password=Passwords().hash(PASSWORD))
        visitor.open("/en/desk")
        visitor.press(email="rep@example.org", _password=PASSWORD)
        visitor.press(_code=newest_code(house.cases, "sign_in"))
        assert visitor.status == 403
        visitor.open("/en/desk")
        assert visitor.status == 403
        said = [record.getMessage() for record in caplog.records if record.name.startswith("flowrunner.web.desk")]
        assert said == [f"desk: refused account {account}"] * 2

    def test_out(self, officer: Visitor) -> None:
        page = officer.open("/en/desk")
        (form,) = (form for form in page.all("form") if form["action"].endswith("sign_out"))
        officer._take(officer.post({"_csrf": page.form()["_csrf"][:1]}, form["action"]), form["action"])
        assert officer.path == "/en/desk/signed_out"
        officer.open("/en/desk")
        assert "/sign_in" in officer.path

    def test_a_session_that_is_over_is_told_so(self, officer: Visitor, clock: Clock) -> None:
        clock.wait(minutes=30)
        page = officer.open("/en/desk")
        assert "/sign_in" in officer.path
        assert "Your session ended" in page.source

    def test_nothing_of_the_desk_is_kept_in_a_cache(self, officer: Visitor, placing: Placing) -> None:
        case = placing.place()
        for path in ("/en/desk", f"/en/desk/{case.id}", "/en/desk/sign_in"):
            assert officer.client.get(path).headers["Cache-Control"] == "no-store"
