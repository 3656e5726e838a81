"""The promise: each mail once, whatever dies on the way; twice at most when we die with the server's yes in our hands,
and then with the same Message-ID."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from flowrunner.service.mail.outbox import LEASE, LONGEST_AWAY
from flowrunner.settings import MailSettings
from tests.mail_server import MailServer, Script, Server
from tests.service.club import Clock, Club
from tests.service.conftest import at_once
from tests.service.dying import KILLED


def settings(port: int) -> MailSettings:
    return MailSettings("127.0.0.1", port, "none", mailbox={"": "club@example.org"}, timeout=5.0)


def start(point: str, folder: Path, url: str, port: int, repository: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.service.dying", point, str(folder), url, str(port)]
    return subprocess.Popen(command, cwd=repository)


def ids(server: MailServer) -> list[str]:
    return [str(message["Message-ID"]) for message in server.taken]


class TestKilled:
    @pytest.mark.parametrize(
        ("point", "copies"),
        [("lease", 1), ("connect", 1), ("data", 1), ("acceptance", 2), ("mark", 2), ("rest", 1)],
    )
    def test_at_each_point_of_the_way(
        self, tmp_path: Path, database_url: str, repository: Path, mail_server: MailServer, point: str, copies: int
    ) -> None:
        club = Club(tmp_path, mail=settings(mail_server.server.port), url=database_url)
        club.ask_for_code()
        assert start(point, tmp_path, database_url, mail_server.server.port, repository).wait(60) == KILLED
        # Nobody else touches it before the lease ends, and then at once.
        arrived = len(mail_server.taken)
        club.clock.now += LEASE - timedelta(seconds=1)
        club.deliver()
        assert len(mail_server.taken) == arrived
        club.clock.now += timedelta(seconds=1)
        for _ in range(2):
            club.deliver()
        assert len(mail_server.taken) == copies
        assert len(set(ids(mail_server))) == 1
        assert club.states() == [("delivered", None)]
        club.close()

    def test_before_the_commit_nothing_is_there_and_pressing_again_sends_one(
        self, tmp_path: Path, database_url: str, repository: Path, mail_server: MailServer
    ) -> None:
        assert start("commit", tmp_path, database_url, mail_server.server.port, repository).wait(60) == KILLED
        club = Club(tmp_path, mail=settings(mail_server.server.port), url=database_url)
        club.deliver()
        assert mail_server.taken == []
        club.ask_for_code()
        club.deliver()
        assert len(mail_server.taken) == 1
        club.close()


class TestTogether:
    def test_two_processes_send_each_mail_once(
        self, tmp_path: Path, database_url: str, repository: Path, mail_server: MailServer
    ) -> None:
        club = Club(tmp_path, url=database_url)
        for number in range(30):
            club.ask_for_code(str(number), f"p{number}@example.org")
        workers = [start("", tmp_path, database_url, mail_server.server.port, repository) for _ in range(2)]
        assert [worker.wait(120) for worker in workers] == [0, 0]
        assert Counter(ids(mail_server)).most_common(1)[0][1] == 1
        assert len(mail_server.taken) == 30
        club.close()

    def test_many_threads_do(self, tmp_path: Path, database_url: str, mail_server: MailServer) -> None:
        clubs = [Club(tmp_path, mail=settings(mail_server.server.port), url=database_url) for _ in range(4)]
        for number in range(30):
            clubs[0].ask_for_code(str(number), f"p{number}@example.org")
        at_once(4, lambda number: clubs[number].deliver())
        assert len(mail_server.taken) == len(set(ids(mail_server))) == 30
        for club in clubs:
            club.close()


class TestAway:
    def test_a_server_that_is_down_for_an_hour(self, tmp_path: Path, database_url: str, closed_port: int) -> None:
        clock = Clock()
        club = Club(tmp_path, clock, settings(closed_port), database_url)
        writer = Club(tmp_path, clock, url=database_url)
        for number in range(20):
            writer.ask_for_code(str(number), f"p{number}@example.org")
            writer.deliver()
            writer.send("checking", str(number), check=writer.code())
        for number in range(20):
            writer.send("more", str(number))
        for _ in range(360):
            club.deliver()
            clock.wait(seconds=10)
        assert [line.tries for line in club.lines()] == [0] * 20
        script = Script()
        server = Server(script, at=closed_port)
        server.start()
        back = clock.now
        while club.lines():
            clock.wait(seconds=1)
            club.deliver()
            assert clock.now - back <= 2 * LONGEST_AWAY
        server.stop()
        arrived = Counter(str(message["To"]) for message in script.taken)
        assert arrived == Counter({f"p{number}@example.org": 1 for number in range(20)})
        club.close()
        writer.close()
