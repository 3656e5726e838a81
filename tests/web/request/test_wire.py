"""Requests that no browser sends: what cannot be read is refused, names nothing, and harms nobody else."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from flowrunner.model.record import replace
from flowrunner.service.deployment import migrate, open_services
from flowrunner.settings import Server, Settings
from flowrunner.web.addresses import where
from flowrunner.web.server.deployment import application
from tests.web.conftest import House, Visitor
from tests.web.producing import Production, producing, write_settings
from tests.web.reading import Read, check_house_rules

HOST = "Host: service.example.org\r\n"
UNREADABLE = {
    "no version": ("GET /secret\r\n\r\n", 400),
    "another version": (f"GET /secret HTTP/9.9\r\n{HOST}\r\n", 400),
    "no method": (f"/secret HTTP/1.1\r\n{HOST}\r\n", 400),
    "a line too long": (f"GET /secret{'x' * 9000} HTTP/1.1\r\n{HOST}\r\n", 414),
    "a header too long": (f"GET / HTTP/1.1\r\n{HOST}Cookie: a=secret{'x' * 9000}\r\n\r\n", 431),
    "too many headers": (f"GET / HTTP/1.1\r\n{HOST}" + "".join(f"X-{n}: secret\r\n" for n in range(99)) + "\r\n", 431),
    "a header without a name": (f"GET / HTTP/1.1\r\n{HOST}: secret\r\n\r\n", 400),
    "a folded header": (f"GET / HTTP/1.1\r\n{HOST}X: a\r\n secret\r\n\r\n", 400),
    "two lengths": (f"POST / HTTP/1.1\r\n{HOST}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
    "a length in words": (f"POST / HTTP/1.1\r\n{HOST}Content-Length: secret\r\n\r\n", 400),
    "a length below nothing": (f"POST / HTTP/1.1\r\n{HOST}Content-Length: -1\r\n\r\n", 400),
    "a length and chunks": (
        f"POST / HTTP/1.1\r\n{HOST}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        400,
    ),
    "an unknown coding": (f"POST / HTTP/1.1\r\n{HOST}Transfer-Encoding: secret\r\n\r\n", 501),
    "an unknown expectation": (f"POST / HTTP/1.1\r\n{HOST}Content-Length: 1\r\nExpect: secret\r\n\r\n", 417),
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Production]:
    with producing(write_settings(tmp_path_factory.mktemp("wire"), workers=1)) as production:
        yield production


def send(port: int, raw: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
        plain.sendall(raw)
        found = b""
        while part := plain.recv(65536):
            found += part
            if b"</html>" in found:
                break
        return found


class TestUnreadable:
    @pytest.mark.parametrize("what", UNREADABLE)
    def test_it_is_refused_by_a_page_in_every_language(self, served: Production, what: str) -> None:
        raw, status = UNREADABLE[what]
        answer = send(served.port, raw.encode()).decode()
        assert re.match(rf"HTTP/1.1 {status} ", answer), answer[:200]
        head, _, body = answer.partition("\r\n\r\n")
        assert {section["lang"] for section in Read(body).all("section")} == {"en", "fr"}
        assert "Content-Security-Policy: default-src 'none'" in head
        assert "secret" not in answer
        assert served.ask("/en/small").status == 200

    def test_nothing_is_heard_of_whoever_says_nothing(self, served: Production) -> None:
        for _ in range(50):
            socket.create_connection(("127.0.0.1", served.port), timeout=20).close()
        assert served.ask("/en/small").status == 200

    @pytest.mark.parametrize("path", [b"/%ff%fe/", b"/en/%00", b"/\xff\xfe", b"/en/..%2f..%2fsecrets.json", b"//evil/"])
    def test_a_path_that_is_no_text_is_not_found(self, served: Production, path: bytes) -> None:
        answer = send(served.port, b"GET " + path + b" HTTP/1.1\r\n" + HOST.encode() + b"Connection: close\r\n\r\n")
        assert re.match(rb"HTTP/1.1 (400|404|308) ", answer), answer[:200]
        assert b"Location: //" not in answer
        assert b"Location: http" not in answer

    def test_a_body_that_is_too_large_is_answered_by_a_page(self, tmp_path: Path) -> None:
        settings = write_settings(tmp_path, workers=1)
        settings.write_text(settings.read_text() + "max_body: 100 kB\n")
        with producing(settings) as production:
            answer = production.ask("/fr/small/two", "POST", b"town=" + b"x" * 2_000_000, {"Content-Type": FORM})
        assert answer.status == 413
        assert "/fr/small/two" in {link["href"] for link in check_house_rules(answer.text, "fr").all("a")}


FORM = "application/x-www-form-urlencoded"


class TestMethods:
    @pytest.mark.parametrize("path", ["/en/", "/en/registration", "/en/registration/page/resume", "/static/page.css"])
    def test_head_says_what_get_would_without_it(self, visitor: Visitor, path: str) -> None:
        with visitor.client.get(path) as get, visitor.client.head(path) as head:
            assert (head.status_code, head.data) == (get.status_code, b"")
            assert head.headers["Content-Type"] == get.headers["Content-Type"]
            assert head.headers["Content-Security-Policy"] == get.headers["Content-Security-Policy"]

    @pytest.mark.parametrize(
        ("path", "methods"),
        [
            ("/en/registration", {"GET", "HEAD", "OPTIONS", "POST"}),
            ("/en/", {"GET", "HEAD", "OPTIONS"}),
        ],
    )
    def test_options_lists_them_and_does_nothing(
        self, house: House, visitor: Visitor, path: str, methods: set[str]
    ) -> None:
        answer = visitor.client.options(path)
        assert answer.status_code == 200
        assert set(answer.headers["Allow"].split(", ")) == methods
        assert "Access-Control-Allow-Origin" not in answer.headers
        assert house.count("cases") == 0

    @pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "NONSENSE"])
    def test_any_other_is_refused_and_told_which_there_are(self, visitor: Visitor, method: str) -> None:
        answer = visitor.client.open("/en/registration", method=method)
        assert answer.status_code == 405
        assert "POST" in answer.headers["Allow"]
        check_house_rules(answer.text, "en")

    def test_a_method_in_a_header_or_an_input_changes_nothing(self, house: House, visitor: Visitor) -> None:
        visitor.open("/en/registration")
        answer = visitor.client.get("/en/registration?_method=POST", headers={"X-HTTP-Method-Override": "POST"})
        assert answer.status_code == 200
        assert house.count("cases") == 0


class TestHeaders:
    @pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Forwarded-Proto", "X-Original-URL", "Forwarded", "Host"])
    def test_no_header_puts_itself_into_a_page_or_an_address(self, visitor: Visitor, name: str) -> None:
        for path in ("/", "/en", "/en/registration", "/en/nothing"):
            answer = visitor.client.get(path, headers={name: "evil.example"})
            assert "evil.example" not in answer.text + str(answer.headers)

    @pytest.mark.parametrize(
        "value", ["x" * 8000, "a=b; " * 1000, "session=" + "A" * 4000, "session=\x7f", "language=xx"]
    )
    def test_cookies_of_others_do_no_harm(self, visitor: Visitor, value: str) -> None:
        answer = visitor.client.get("/en/registration", headers={"Cookie": value})
        assert answer.status_code == 200

    @pytest.mark.parametrize("value", ["xx", "*", ";;;,,,q=", "fr;q=banana", "é" * 500, "en," * 2000])
    def test_languages_that_are_no_languages_do_no_harm(self, visitor: Visitor, value: str) -> None:
        assert visitor.client.get("/", headers={"Accept-Language": value}).status_code == 302

    @pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data", "x", ""])
    def test_a_body_of_another_kind_is_refused_as_a_form(self, house: House, visitor: Visitor, kind: str) -> None:
        visitor.open("/en/registration")
        answer = visitor.client.post("/en/registration", data=b'{"a": 1}', content_type=kind)
        assert answer.status_code == 400
        assert house.count("cases") == 0


class TestHosts:
    @pytest.fixture
    def app(self, house: House, repository: Path, tmp_path: Path) -> Iterator[Flask]:
        settings = Settings(flows=(repository / "flows",), data=tmp_path / "hosts")
        settings = replace(settings, server=Server(hosts=("service.example.org", ".example.ca"), proxies=1, https=True))
        migrate(settings)
        deployment = open_services(settings, where)
        yield application(deployment)
        deployment.close()

    @pytest.mark.parametrize("host", ["service.example.org", "service.example.org:443", "www.example.ca"])
    def test_one_of_ours_is_answered(self, app: Flask, host: str) -> None:
        assert app.test_client().get("/en/registration", headers={"Host": host}).status_code == 200

    @pytest.mark.parametrize("host", ["evil.example", "service.example.org.evil.example", "", "a b", "[::1"])
    def test_any_other_is_refused_by_a_page(self, app: Flask, host: str) -> None:
        answer = app.test_client().get("/fr/registration", headers={"Host": host})
        assert answer.status_code == 400
        check_house_rules(answer.text, "fr")
        assert "evil" not in answer.text

    def test_health_is_told_under_any_name(self, app: Flask) -> None:
        for path in ("/healthz", "/readyz"):
            assert app.test_client().get(path, headers={"Host": "10.0.0.7"}).status_code == 200

    def test_the_server_before_us_says_who_asks_and_how(self, app: Flask) -> None:
        given = {"Host": "10.0.0.7", "X-Forwarded-Host": "service.example.org", "X-Forwarded-Proto": "https"}
        answer = app.test_client().get("/en/registration", headers={**given, "X-Request-Id": "abc-12345"})
        assert answer.status_code == 200
        assert answer.headers["X-Request-Id"] == "abc-12345"

    def test_only_the_nearest_of_several_is_believed(self, app: Flask) -> None:
        given = {"Host": "x", "X-Forwarded-Host": "service.example.org, evil.example", "X-Forwarded-Proto": "https"}
        assert app.test_client().get("/en/registration", headers=given).status_code == 400


class TestForged:
    """Ids of forms, sessions and steps that were made up open nothing and keep nothing."""

    @pytest.mark.parametrize("form", ["", "x", "../..", "x" * 5000, "\x00", "'; drop table cases; --"])
    def test_an_id_of_a_form_is_only_ever_used_once(self, house: House, visitor: Visitor, form: str) -> None:
        visitor.open("/en/registration")
        sent = visitor.form() | {"_form": [form]}
        first, second = visitor.post(sent), visitor.post(sent)
        assert first.status_code == second.status_code == 303
        assert house.count("cases") == 1

    def test_the_form_of_somebody_else_is_theirs_alone(self, house: House) -> None:
        mine, theirs = house.visitor(), house.visitor()
        mine.open("/en/registration")
        form = mine.form()["_form"]
        mine.press()
        theirs.open("/en/registration")
        answer = theirs.post(theirs.form() | {"_form": form})
        assert answer.status_code == 303
        assert house.count("cases") == 2

    @pytest.mark.parametrize(
        "value", ["eyJpZCI6ImEifQ.aaaa.bbbb", "e30.", ".", "eyJpZCI6eyIgYiI6ImEifX0.x.y", "\u00e9"]
    )
    def test_a_session_that_we_did_not_sign_is_none(self, visitor: Visitor, value: str) -> None:
        visitor.client.set_cookie("session", value)
        answer = visitor.client.get("/en/registration/invitation")
        assert (answer.status_code, answer.headers["Location"]) == (303, "/en/registration")
