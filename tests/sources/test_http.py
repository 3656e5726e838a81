"""A source over HTTP, asked for real: what is sent, and what comes of what is answered."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowrunner.model.flow import Source
from flowrunner.model.types import ADDRESS, NUMBER, TEXT, list_of
from flowrunner.sources.base import SourceFailed
from flowrunner.sources.http_request import request_for
from tests.sources.http_service import ASKED, MEMBERS, STATUS, Service, failure, ident


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
