"""A source over HTTP, asked for real: a service that answers, fails, stalls and lies."""

from __future__ import annotations

import json
import logging
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowrunner.model.flow import Source
from flowrunner.model.types import ADDRESS, DATE, NUMBER, TEXT, YES_NO, choice_of, list_of
from flowrunner.sources.base import CannotServe, Lookup, SourceFailed
from flowrunner.sources.built_in import CONNECTORS
from flowrunner.sources.http_request import request_for
from flowrunner.words import words
from tests.sources.http_service import Service, service_running

STATUS = choice_of(["active", "lapsed", "unknown"])
SECRET = "you@example.org"
MEMBERS = Source(
    "members",
    {"body": "body", "number": "number"},
    {"status": STATUS, "since": DATE, "fee": NUMBER, "full": YES_NO},
    timeout=0.6,
)
ASKED = {"body": "a", "number": SECRET}


@pytest.fixture
def service() -> Iterator[Service]:
    with service_running() as running:
        yield running


@pytest.fixture
def lookups() -> Iterator[list[Lookup]]:
    opened: list[Lookup] = []
    yield opened
    for lookup in opened:
        lookup.close()


@pytest.fixture
def members(service: Service, lookups: list[Lookup]) -> Any:
    """Opens the source with more settings, over the service."""

    def open_members(source: Source = MEMBERS, **more: Any) -> Lookup:
        lookup = CONNECTORS["http"].open(source, {"url": f"{service.address}/members", **more}, Path())
        lookups.append(lookup)
        return lookup

    return open_members


def failure(lookup: Lookup, given: Mapping[str, Any] = ASKED) -> SourceFailed:
    with pytest.raises(SourceFailed) as raised:
        lookup.find(given)
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None
    assert raised.value.told(words("fr"))
    return raised.value


def ident(error: SourceFailed) -> str:
    assert error.sentence is not None
    return error.sentence.id


class TestAsking:
    def test_answers_go_into_the_query_as_data(self, service: Service, members: Any) -> None:
        members(match={"number": "member no"}).find({"body": "a&b=c", "number": "é #?/%"})
        method, target, headers, body = service.asked[0]
        assert (method, body) == ("GET", b"")
        assert parse_qsl(urlsplit(target).query) == [("body", "a&b=c"), ("member no", "é #?/%")]
        assert headers["Accept"] == "application/json"

    def test_answers_go_into_the_path_one_piece_each(self, service: Service, members: Any) -> None:
        lookup = members(url=f"{service.address}/v1/{{body}}/of/{{number}}?format=json")
        lookup.find({"body": "a/b?c#d", "number": "x y%2F"})
        assert service.asked[0][1] == "/v1/a%2Fb%3Fc%23d/of/x%20y%252F?format=json"

    @pytest.mark.parametrize("piece", ["..", ".", "../../admin", "a/../b", "..\\b", ""])
    def test_an_answer_never_leads_to_another_place(self, service: Service, members: Any, piece: str) -> None:
        lookup = members(url=f"{service.address}/v1/{{number}}")
        assert ident(failure(lookup, {"body": "a", "number": piece})) == "source.not_a_piece"
        assert service.asked == []

    def test_answers_go_into_a_body_with_their_types(self, service: Service, members: Any) -> None:
        asks = {name: name for name in ("text", "whole", "decimal", "yes", "several")}
        source = Source("all", asks, {"status": STATUS}, timeout=1)
        lookup = members(source, method="POST", match={"yes": "agreed"})
        values = {"text": '"}', "whole": Decimal("3.0"), "decimal": Decimal("0.10"), "yes": True, "several": ("a", "b")}
        lookup.find(values)
        method, target, headers, body = service.asked[0]
        assert (method, target, headers["Content-Type"]) == ("POST", "/members", "application/json")
        sent = {"text": '"}', "whole": 3, "decimal": "0.1", "agreed": True, "several": ["a", "b"]}
        assert json.loads(body) == sent

    def test_secrets_come_from_the_environment(
        self, service: Service, members: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        headers = {"Authorization": {"environment": "REGISTER_TOKEN", "scheme": "Bearer"}, "Accept-Language": "en"}
        with pytest.raises(SourceFailed, match="REGISTER_TOKEN"):
            members(headers=headers)
        monkeypatch.setenv("REGISTER_TOKEN", "s3cret")
        members(headers=headers).find(ASKED)
        assert service.asked[0][2]["Authorization"] == "Bearer s3cret"
        assert service.asked[0][2]["Accept-Language"] == "en"

    def test_nothing_is_asked_with_nothing(self, service: Service, members: Any) -> None:
        assert members(none={"status": "unknown"}).find({"body": "a", "number": None})["status"] == "unknown"
        assert service.asked == []

    def test_connections_are_kept(self, service: Service, members: Any) -> None:
        lookup = members()
        for _ in range(5):
            lookup.find(ASKED)
        assert service.connections == 1

    def test_a_proxy_of_the_environment_is_not_told(
        self, service: Service, members: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
        monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
        members().find(ASKED)
        assert len(service.asked) == 1

    @given(st.text(min_size=1), st.text(min_size=1))
    def test_whatever_is_typed_stays_where_it_belongs(self, piece: str, parameter: str) -> None:
        url = "https://register.example.org/v1/{body}/members"
        try:
            request = request_for(MEMBERS, {"url": url}, {"body": piece, "number": parameter})
        except SourceFailed:
            return
        except UnicodeEncodeError:
            assert any(0xD800 <= ord(character) <= 0xDFFF for character in piece + parameter)
            return
        assert request.url.host == "register.example.org"
        pieces = request.url.raw_path.partition(b"?")[0].split(b"/")
        assert pieces[:2] + pieces[3:] == [b"", b"v1", b"members"]
        assert list(request.url.params) == ["number"]
        assert not request.url.fragment


class TestAnswers:
    def test_values_are_found_by_paths_and_typed(self, service: Service, members: Any) -> None:
        service.says({"standing": {"code": "A"}, "terms": [{"since": "2010-01-31"}], "fee": 1e2, "full": True})
        gives = {"status": {"path": "standing.code", "values": {"A": "active"}}, "since": "terms.0.since"}
        found = members(gives=gives).find(ASKED)
        assert {**found, "since": str(found["since"])} == {
            "status": "active",
            "since": "2010-01-31",
            "fee": Decimal(100),
            "full": True,
        }

    def test_numbers_are_not_rounded(self, service: Service, members: Any) -> None:
        service.body = b'{"fee": 1234567890123456789012.12345}'
        assert members().find(ASKED)["fee"] == Decimal("1234567890123456789012.12345")

    def test_what_is_not_there_is_nothing(self, service: Service, members: Any) -> None:
        service.says({"fee": None, "standing": None})
        assert set(members(gives={"status": "standing.code"}).find(ASKED).values()) == {None}

    def test_records_are_counted_and_only_one_is_given(self, service: Service, members: Any) -> None:
        source = Source("parties", {"number": "number"}, {"matches": NUMBER, "name": TEXT}, timeout=1)
        lookup = members(source, rows="found.list", gives={"matches": {"count": "rows"}, "name": {"only": "name"}})
        for names in ([], ["Alpha"], ["Alpha", "Beta"]):
            service.says({"found": {"list": [{"name": name} for name in names]}})
            found = lookup.find({"number": "P1"})
            assert found == {"matches": len(names), "name": names[0] if len(names) == 1 else None}

    def test_an_answer_that_is_a_list(self, service: Service, members: Any) -> None:
        service.says([{"status": "active"}, {"status": "active"}])
        lookup = members(rows=".")
        assert lookup.find(ASKED)["status"] == "active"
        service.says([{"status": "active"}, {"status": "lapsed"}])
        assert ident(failure(lookup)) == "source.rows_differ"

    @pytest.mark.parametrize(("status", "body"), [(404, b"<p>none"), (204, b""), (200, b'{"list": []}')])
    def test_nothing_found(self, service: Service, members: Any, status: int, body: bytes) -> None:
        service.status, service.body = status, body
        lookup = members(rows="list", none={"status": "unknown"}, none_on=["404", "204"])
        assert lookup.find(ASKED) == {"status": "unknown", "since": None, "fee": None, "full": None}

    def test_addresses_are_suggested(self, service: Service, members: Any) -> None:
        source = Source("search", {"typed": "typed"}, {"suggestions": list_of(ADDRESS)}, timeout=1)
        service.says({"items": [{"line": f"{number} Main", "town": {"name": "Ottawa"}} for number in range(12)]})
        parts = {"street": "line", "city": "town.name"}
        found = members(source, rows="items", gives={"suggestions": {"addresses": parts}}).find({"typed": "main"})
        assert found["suggestions"][0] == {"street": "0 Main", "city": "Ottawa"}
        assert len(found["suggestions"]) == 10


class TestFailures:
    @pytest.mark.parametrize(
        ("status", "told"), [(500, "status"), (404, "status"), (401, "status"), (302, "redirected")]
    )
    def test_a_status_that_is_no_answer(self, service: Service, members: Any, status: int, told: str) -> None:
        service.status, service.body = status, SECRET.encode()
        service.headers["Location"] = f"{service.address}/elsewhere"
        error = failure(members())
        assert (ident(error), error.late) == (f"source.{told}", False)
        assert [target for _, target, _, _ in service.asked if target.startswith("/elsewhere")] == []

    def test_a_404_means_nobody_only_where_the_settings_say_so(self, service: Service, members: Any) -> None:
        service.status = 404
        assert ident(failure(members())) == "source.status"
        assert members(none={"status": "unknown"}).find(ASKED)["status"] == "unknown"

    @pytest.mark.parametrize(
        ("body", "told"),
        [
            ("<html>", "not_json"),
            ('{"status": "act', "not_json"),
            ('{"fee": NaN}', "not_json"),
            ("[" * 100_000, "not_json"),
            ('{"status": "blue-secret"}', "lies"),
            ('{"status": ["active"]}', "lies"),
            ('{"since": "31/01/2010"}', "lies"),
            ('{"since": "2010-02-30"}', "lies"),
            ('{"fee": "much"}', "lies"),
            ('{"fee": 1e999999999}', "lies"),
            ('{"fee": ' + "9" * 5000 + "}", "lies"),
            ('{"full": "perhaps"}', "lies"),
            ("[]", "lies"),
            ('"active"', "lies"),
            ("null", "lies"),
        ],
    )
    def test_an_answer_that_lies(self, service: Service, members: Any, body: str, told: str) -> None:
        service.body = body.encode()
        error = failure(members())
        assert ident(error) == f"source.{told}"
        assert "blue-secret" not in error.told(words("fr"))

    def test_a_word_that_is_not_in_the_table(self, service: Service, members: Any) -> None:
        service.says({"status": "Z"})
        status: dict[str, Any] = {"path": "status", "values": {"A": "active"}}
        assert ident(failure(members(gives={"status": status}))) == "source.lies"
        assert members(gives={"status": {**status, "otherwise": "unknown"}}).find(ASKED)["status"] == "unknown"

    def test_rows_that_are_no_list(self, service: Service, members: Any) -> None:
        answers: list[Any] = [{}, {"list": {}}, {"list": "x"}, "x", ["x"]]
        for data in answers:
            service.says(data)
            assert ident(failure(members(rows="list"))) == "source.lies"

    @pytest.mark.parametrize(
        "headers",
        [{"Content-Type": "text/html"}, {}, {"Content-Type": "application/json", "Content-Encoding": "gzip"}],
    )
    def test_an_answer_that_does_not_say_that_it_is_json(
        self, service: Service, members: Any, headers: dict[str, str]
    ) -> None:
        service.headers = headers
        assert ident(failure(members())) == "source.not_said_to_be_json"

    def test_a_huge_answer_is_not_read_to_its_end(self, service: Service, members: Any) -> None:
        service.body = b'"' + b"x" * 50_000_000 + b'"'
        begun = time.monotonic()
        assert ident(failure(members(max_bytes="1000"))) == "source.answer_too_large"
        assert time.monotonic() - begun < 5

    def test_an_answer_that_is_cut_off(self, service: Service, members: Any) -> None:
        service.says({"status": "active"})
        service.cut = True
        assert ident(failure(members())) == "source.unreachable"

    def test_nobody_listens(self, members: Any) -> None:
        assert ident(failure(members(url="http://127.0.0.1:1/"))) == "source.unreachable"

    def test_it_heals(self, service: Service, members: Any) -> None:
        lookup = members()
        service.status = 500
        failure(lookup)
        service.status = 200
        assert lookup.find(ASKED)["status"] is None


class TestTime:
    @pytest.mark.parametrize("drip", ["headers", "body"])
    def test_an_answer_that_drips_ends_in_time(self, service: Service, members: Any, drip: str) -> None:
        """Each byte comes long before a limit of one read; all of them would take many times the contract's time."""
        service.drip = drip
        service.body = b'"' + b"x" * 400 + b'"'
        self._is_late(members())

    def test_an_answer_that_never_begins(self, service: Service, members: Any) -> None:
        service.wait = 20
        self._is_late(members())

    def _is_late(self, lookup: Lookup) -> None:
        begun = time.monotonic()
        error = failure(lookup)
        took = time.monotonic() - begun
        assert (error.late, ident(error)) == (True, "source.too_late")
        assert MEMBERS.timeout - 0.05 <= took < MEMBERS.timeout + 1.5


class TestQuiet:
    def test_no_log_holds_what_was_asked(
        self, service: Service, members: Any, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            lookup = members(url=f"{service.address}/v1/{{number}}/x")
            lookup.find(ASKED)
            service.status = 500
            failure(lookup)
        assert "example.org" not in caplog.text
        assert [record for record in caplog.records if record.name.startswith("http")] == []


class TestCheckConfig:
    def test_without_an_example_it_only_looks_whether_somebody_speaks(self, service: Service, members: Any) -> None:
        service.status = 405
        assert members().check_config() is None
        assert service.asked[0][:2] == ("HEAD", "/")
        assert "could not be asked" in str(members(url="http://127.0.0.1:1/").check_config())

    def test_with_an_example_it_asks(self, service: Service, members: Any) -> None:
        lookup = members(try_with={"body": "a", "number": "R0"})
        assert lookup.check_config() is None
        assert service.asked[0][1] == "/members?body=a&number=R0"
        service.says({"status": "blue"})
        assert "“status” lies" in str(lookup.check_config())

    def test_it_ends_in_time(self, service: Service, members: Any) -> None:
        service.wait = 20
        error = members().check_config()
        assert error is not None
        assert error.late


class TestTls:
    def test_a_certificate_that_nobody_vouches_for_is_refused(self, tmp_path: Path, members: Any) -> None:
        certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
        name = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
        made = ("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *name)
        subprocess.run([*made, "-keyout", key, "-out", certificate], check=True, capture_output=True)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server = HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
        server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        server.handle_error = lambda request, client_address: None  # type: ignore[method-assign]
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            assert ident(failure(members(url=f"https://localhost:{server.server_port}/"))) == "source.unreachable"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


class TestMisfits:
    @pytest.mark.parametrize(
        ("settings", "variant", "at"),
        [
            ({"url": "ftp://x.org"}, "url", ("url",)),
            ({"url": "https://"}, "url", ("url",)),
            ({"url": "https://x.org:port/"}, "url", ("url",)),
            ({"url": "https://user:secret@x.org/"}, "url_with_secret", ("url",)),
            ({"url": "http://x.org/"}, "url_not_encrypted", ("url",)),
            ({"url": "https://{body}.org/"}, "piece_elsewhere", ("url",)),
            ({"url": "https://x.org/?q={body}"}, "piece_elsewhere", ("url",)),
            ({"url": "https://x.org/{boddy}"}, "unknown_name", ("url",)),
            ({"send": "json"}, "get_with_body", ("send",)),
            ({"headers": {"Authorization": "Bearer s3cret"}}, "secret_in_file", ("headers", "Authorization")),
            ({"headers": {"X-Api-Key": "s3cret"}}, "secret_in_file", ("headers", "X-Api-Key")),
            ({"headers": {"Host": "x.org"}}, "header", ("headers", "Host")),
            ({"headers": {"X-A": "a\r\nX-B: b"}}, "header", ("headers", "X-A")),
            ({"match": {"town": "town"}}, "unknown_name", ("match", "town")),
            ({"gives": {"colour": "x"}}, "unknown_name", ("gives", "colour")),
            ({"gives": {"fee": {"count": "rows"}}}, "no_rows", ("gives", "fee")),
            ({"gives": {"fee": {"column": "x"}}}, "not_a_way", ("gives", "fee")),
            ({"none": {"status": "blue"}}, "not_a_value", ("none", "status")),
            ({"try_with": {"town": "x"}}, "unknown_name", ("try_with", "town")),
        ],
    )
    def test_are_told_with_their_place(self, settings: Mapping[str, Any], variant: str, at: tuple[str, ...]) -> None:
        configuration = {"url": "https://x.org/", **settings}
        found = list(CONNECTORS["http"].misfits(MEMBERS, configuration))
        assert [(misfit.variant, misfit.at) for misfit in found] == [(variant, at)]
        with pytest.raises(CannotServe) as raised:
            CONNECTORS["http"].open(MEMBERS, configuration, Path())
        assert "s3cret" not in str(raised.value)

    @pytest.mark.parametrize(
        "url", ["https://x.org/", "http://127.0.0.1:8000/", "http://localhost/", "http://[::1]:80/"]
    )
    def test_good_addresses(self, url: str) -> None:
        assert list(CONNECTORS["http"].misfits(MEMBERS, {"url": url})) == []
