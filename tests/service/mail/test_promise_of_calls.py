"""The promise of calls is that of mails: once, whatever dies; twice at most when we die with the answer in our hands,
and then with the same `webhook-id`."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from flowrunner.service.mail.outbox import LEASE
from flowrunner.settings import CallSettings
from tests.service.club import FLOW, NAME, Club
from tests.service.conftest import at_once
from tests.service.dying import KILLED
from tests.service.mail.test_promise import start

CALLING = FLOW.replace("accounts:", "sources: {ledger: {asks: [email], gives: {done: yes_no}}}\naccounts:", 1).replace(
    "do: [submit, {send: welcome}]", "do: [submit, {call: ledger}]"
)


@dataclass(slots=True)
class Other:
    """The other system: the ids of the calls that came whole."""

    port: int
    ids: list[str] = field(default_factory=list)

    @property
    def calls(self) -> dict[str, dict[str, CallSettings]]:
        return {NAME: {"ledger": CallSettings(f"http://127.0.0.1:{self.port}/hook", "between us")}}


@pytest.fixture
def other() -> Iterator[Other]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            length = int(self.headers["content-length"])
            if len(self.rfile.read(length)) == length:
                made.ids.append(self.headers["webhook-id"])
                self.send_response(204)
                self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made = Other(server.server_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield made
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def club(tmp_path: Path, database_url: str, other: Other) -> Iterator[Club]:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "club.yaml").write_text(CALLING, encoding="utf-8")
    opened = Club(tmp_path, url=database_url, calls=other.calls)
    yield opened
    opened.close()


def submit_without_delivering(club: Club, browser: str = "one") -> None:
    club.ask_for_code(browser)
    club.deliver()
    club.send("checking", browser, check=club.code())
    club.send("more", browser)


class TestKilled:
    @pytest.mark.parametrize(
        ("point", "copies"),
        [("lease", 1), ("call_connect", 1), ("call_body", 1), ("call_answer", 2), ("mark", 2)],
    )
    def test_at_each_point_of_the_way(
        self,
        club: Club,
        tmp_path: Path,
        database_url: str,
        repository: Path,
        other: Other,
        point: str,
        copies: int,
    ) -> None:
        submit_without_delivering(club)
        assert start(point, tmp_path, database_url, other.port, repository).wait(60) == KILLED
        arrived = len(other.ids)
        club.clock.now += LEASE - timedelta(seconds=1)
        club.deliver()
        assert len(other.ids) == arrived
        club.clock.now += timedelta(seconds=1)
        for _ in range(2):
            club.deliver()
        assert len(other.ids) == copies
        assert len(set(other.ids)) == 1
        assert set(club.states()) == {("delivered", None)}


class TestTogether:
    def test_many_workers_call_once(self, club: Club, tmp_path: Path, database_url: str, other: Other) -> None:
        for number in range(10):
            submit_without_delivering(club, str(number))
        others = [Club(tmp_path, club.clock, url=database_url, calls=other.calls) for _ in range(4)]
        at_once(4, lambda number: others[number].deliver())
        assert len(other.ids) == len(set(other.ids)) == 10
        for each in others:
            each.close()
