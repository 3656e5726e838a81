"""A source over HTTP that fails, stalls and lies; what an operator is told of it, and what nobody is."""

from __future__ import annotations

import logging
import ssl
import subprocess
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from flowrunner.i18n.words import words
from flowrunner.sources.base import CannotServe, Lookup
from flowrunner.sources.built_in import CONNECTORS
from tests.sources.http_service import ASKED, MEMBERS, SECRET, Service, failure, ident


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
        assert "blue-secret" not in error.text(words("fr"))

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
