"""Whatever is sent, the answer is a page that tells nothing about other people and breaks nothing."""

from __future__ import annotations

import logging

import pytest

from flowrunner.service.cases.cases import Cases
from tests.web.conftest import House, Visitor
from tests.web.reading import check_house_rules
from tests.web.test_registration import GOOD, walk

NASTY = {
    "nul": "a\x00b@example.org",
    "half a character": "\ud800",
    "huge": "x" * 50_000,
    "controls": "\x1b[31m",
    "markup": "<script>alert(1)</script>",
    "template": "{{ 7 * 7 }}",
}


class TestInputs:
    @pytest.mark.parametrize("name", ["email", "membership_number", "representative_id", "regulator"])
    @pytest.mark.parametrize("what", NASTY)
    def test_a_field_refuses_what_it_cannot_hold(self, visitor: Visitor, name: str, what: str) -> None:
        visitor.open("/fr/registration")
        visitor.press()
        page = visitor.press(fill={**GOOD, name: NASTY[what]})
        assert visitor.status == 422
        assert f'href="#{name}"' in page.source
        assert "<script>" not in page.source
        assert "49" not in page.form().get(name, [""])

    def test_a_doubled_input_is_a_problem_of_its_own(self, visitor: Visitor) -> None:
        visitor.open("/en/registration")
        visitor.press()
        page = visitor.press(fill={**GOOD, "email": ["a@example.org", "b@example.org"]})
        assert visitor.status == 422
        assert 'href="#email"' in page.source

    def test_bytes_that_are_no_text_are_a_problem(self, visitor: Visitor) -> None:
        visitor.open("/en/registration")
        visitor.press()
        token = visitor.form()["_csrf"][0]
        answer = visitor.client.post(
            visitor.action,
            data=b"_csrf=" + token.encode() + b"&email=%ff%fe",
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code == 422

    def test_a_request_that_is_too_large_is_refused(self, visitor: Visitor) -> None:
        visitor.open("/fr/registration")
        answer = visitor.post({**visitor.form(), "more": ["x" * 1_100_000]}, "/fr/registration")
        assert answer.status_code == 413
        check_house_rules(answer.text, "fr")

    @pytest.mark.parametrize("button", ["nothing", "new_code", "timer:too_late", "taken:next", "change", "_", "\x00"])
    def test_a_forged_button_moves_nothing(self, visitor: Visitor, button: str) -> None:
        visitor.open("/en/registration")
        visitor.press()
        visitor.press(button, fill=GOOD)
        assert visitor.path == "/en/registration/access_request"

    def test_forged_inputs_of_our_own_do_no_harm(self, visitor: Visitor) -> None:
        visitor.open("/en/registration")
        forged = {"_form": "x" * 5000, "_shown": "\x00", "_change": "../../etc", "_from": "//evil.example/x"}
        visitor.press(fill=dict(forged))
        assert visitor.path == "/en/registration/access_request"


class TestAddresses:
    @pytest.mark.parametrize(
        "path",
        [
            "/xx/",
            "/en/nothing",
            "/fr/jardin/accueil/x",
            "/en/jardin",
            "/en/registration/page/nothing",
            "/en/registration/a/b/c",
            "/%00/",
            "/en/%ff",
            "/static/../secrets.json",
        ],
    )
    def test_an_unknown_address_is_not_found(self, visitor: Visitor, path: str) -> None:
        assert visitor.client.get(path).status_code == 404

    @pytest.mark.parametrize("step", ["approved", "sign_up", "in_review", "nothing", "home", "%00", "%2e%2e"])
    def test_a_step_off_the_path_leads_to_the_right_one(self, visitor: Visitor, step: str) -> None:
        first = visitor.client.get(f"/en/registration/{step}")
        assert (first.status_code, first.headers["Location"]) == (303, "/en/registration")
        visitor.open("/en/registration")
        visitor.press()
        later = visitor.client.get(f"/en/registration/{step}")
        assert (later.status_code, later.headers["Location"]) == (303, "/en/registration/access_request")

    def test_a_page_that_was_sent_without_a_case_leads_to_the_start(self, house: House, visitor: Visitor) -> None:
        visitor.open("/en/registration")
        answer = visitor.post(visitor.form(), "/en/registration/invitation")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/en/registration")
        assert house.count("cases") == 0

    def test_a_forged_step_moves_nothing(self, house: House, visitor: Visitor) -> None:
        visitor.open("/en/registration")
        visitor.press()
        answer = visitor.post(visitor.form(), "/en/registration/in_review")
        assert answer.headers["Location"] == "/en/registration/access_request"

    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_a_method_that_is_not_there_is_told(self, visitor: Visitor, language: str) -> None:
        answer = visitor.client.put(f"/{language}/registration")
        assert answer.status_code in (400, 405)
        check_house_rules(answer.text, language)


class TestStrangers:
    def test_the_case_of_another_browser_cannot_be_seen(self, house: House, visitor: Visitor) -> None:
        walk(visitor, "en", GOOD)
        stranger = house.visitor()
        for step in ("invitation", "access_request"):
            answer = stranger.client.get(f"/en/registration/{step}")
            assert (answer.status_code, answer.headers["Location"]) == (303, "/en/registration")
            assert "you@example.org" not in answer.text

    def test_a_form_of_another_browser_is_refused(self, house: House, visitor: Visitor) -> None:
        walk(visitor, "en", GOOD)
        visitor.open("/en/registration/access_request")
        stranger = house.visitor()
        stranger.open("/en/registration")
        answer = stranger.post(visitor.form(), "/en/registration/access_request")
        assert answer.status_code == 400
        assert house.count("cases") == 1

    def test_a_changed_cookie_holds_nothing(self, visitor: Visitor) -> None:
        walk(visitor, "en", GOOD)
        cookie = visitor.client.get_cookie("session")
        assert cookie is not None
        visitor.client.set_cookie("session", cookie.value[:-3] + "xyz")
        assert visitor.client.get("/en/registration/invitation").headers["Location"] == "/en/registration"


class TestTokens:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_a_page_without_its_token_is_shown_again_as_typed(
        self, house: House, visitor: Visitor, language: str
    ) -> None:
        visitor.open(f"/{language}/registration")
        visitor.press()
        sent = {**visitor.form(fill={**GOOD, "email": "mine@example.org"}), "_csrf": ["wrong"]}
        events = house.count("events")
        answer = visitor.post(sent)
        assert answer.status_code == 400
        assert check_house_rules(answer.text, language).form()["email"] == ["mine@example.org"]
        assert house.count("events") == events

    def test_the_first_page_makes_no_case_without_its_token(self, house: House, visitor: Visitor) -> None:
        assert visitor.client.post("/en/registration", data={}).status_code == 400
        assert house.count("cases") == 0

    def test_cookies_are_for_us_alone(self, visitor: Visitor) -> None:
        answer = visitor.client.get("/en/registration")
        assert "no-store" in answer.headers["Cache-Control"]
        for cookie in answer.headers.getlist("Set-Cookie"):
            assert "HttpOnly" in cookie
            assert "SameSite=Lax" in cookie


class TestFailures:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_a_fault_of_ours_shows_and_logs_nothing_typed(
        self,
        visitor: Visitor,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
        language: str,
    ) -> None:
        visitor.open(f"/{language}/registration")
        visitor.press()

        def fail(*_args: object, **_more: object) -> None:
            raise RuntimeError("you@example.org R000123")

        monkeypatch.setattr(Cases, "act", fail)
        with caplog.at_level(logging.DEBUG):
            page = visitor.press(fill=GOOD)
        assert visitor.status == 500
        assert "RuntimeError" in caplog.text
        for secret in ("you@example.org", "R000123"):
            assert secret not in page.source
            assert secret not in caplog.text
        assert "Traceback" not in page.source
