"""Signed calls over real HTTP, to a server that takes, refuses, delays and is away."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from flowrunner.carriers.base import DeliveryRefused, Postponed
from flowrunner.carriers.calls import WebhookCall, Webhooks
from flowrunner.model.case import FileRef
from flowrunner.model.record import replace
from flowrunner.settings import CallSettings

WRITTEN = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
SECRET = "between us"
GIVEN = {
    "who": "Zoé\nRoy",
    "sum": Decimal("12.50"),
    "on": date(2026, 3, 2),
    "yes": True,
    "none": None,
    "list": ("a", Decimal(1)),
    "address": {"city": "Gatineau"},
    "file": FileRef("f1", "scan.pdf", "application/pdf", 12, "ab"),
}
CALL = WebhookCall("case:1:call", "club", "ledger", GIVEN, WRITTEN)


@dataclass(slots=True)
class Other:
    """The other system, and what it was told."""

    url: str
    status: int = 204
    slow: float = 0.0
    told: list[tuple[Message, bytes]] = field(default_factory=list)

    def webhooks(self, **options: float) -> Webhooks:
        return Webhooks({"club": {"ledger": CallSettings(self.url, SECRET)}}, lambda: 1_800_000_000.5, **options)


@pytest.fixture
def other() -> Iterator[Other]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if made.slow:
                time.sleep(made.slow)
            made.told.append((self.headers, body))
            self.send_response(made.status)
            self.send_header("location", "/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Other(f"http://127.0.0.1:{server.server_port}/hook")
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield made
    server.shutdown()
    server.server_close()
    thread.join()


class TestTaken:
    def test_it_is_told_signed_and_in_order(self, other: Other) -> None:
        other.webhooks().carry(CALL)
        ((headers, body),) = other.told
        signed = b".".join((headers["webhook-id"].encode(), headers["webhook-timestamp"].encode(), body))
        expected = base64.b64encode(hmac.new(SECRET.encode(), signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
        assert headers["webhook-timestamp"] == "1800000000"
        told = json.loads(body)
        assert told["id"] == headers["webhook-id"]
        assert (told["flow"], told["source"], told["at"]) == ("club", "ledger", "2026-03-02T14:00:00+00:00")
        assert told["given"] == {
            "who": "Zoé\nRoy",
            "sum": "12.50",
            "on": "2026-03-02",
            "yes": True,
            "none": None,
            "list": ["a", "1"],
            "address": {"city": "Gatineau"},
            "file": {"name": "scan.pdf", "kind": "application/pdf", "size": 12, "digest": "ab"},
        }

    def test_a_second_time_is_the_same_call_and_another_is_another(self, other: Other) -> None:
        for call in (CALL, CALL, replace(CALL, key="case:2:call")):
            other.webhooks().carry(call)
        first, again, another = (headers["webhook-id"] for headers, _ in other.told)
        assert first == again != another
        assert "case" not in first


class TestNotTaken:
    @pytest.mark.parametrize(
        ("status", "kind"),
        [
            (500, Postponed),
            (503, Postponed),
            (429, Postponed),
            (404, DeliveryRefused),
            (410, DeliveryRefused),
            (302, DeliveryRefused),
        ],
    )
    def test_what_it_answers_says_whether_to_come_back(self, other: Other, status: int, kind: type[Exception]) -> None:
        other.status = status
        with pytest.raises(kind, match=f"answer {status}"):
            other.webhooks().carry(CALL)
        assert len(other.told) == 1

    def test_one_that_is_slow_is_late(self, other: Other) -> None:
        other.slow = 1.0
        with pytest.raises(Postponed, match="late"):
            other.webhooks(timeout=0.2).carry(CALL)

    def test_one_that_is_away_is_not_reached(self, closed_port: int) -> None:
        there = {"club": {"ledger": CallSettings(f"http://127.0.0.1:{closed_port}/", SECRET)}}
        with pytest.raises(Postponed, match="unreachable"):
            Webhooks(there).carry(CALL)

    def test_without_settings_nothing_is_called(self) -> None:
        with pytest.raises(DeliveryRefused, match="no settings"):
            Webhooks({}).carry(CALL)
