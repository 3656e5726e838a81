"""What `serve --production` delivers by itself: at once, by one process, whichever of them dies."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.mail_server import MailServer, mail_server
from tests.service.club import FLOW
from tests.web.producing import Production, ask, command, free_port, producing

__all__ = ["mail_server"]

WORKS = r"process \d+ delivers mail"
PROMPT = 3.0  # seconds; a machine that is busy with other tests


def write(folder: Path, mail: Any, **server: Any) -> Path:
    (folder / "flows").mkdir()
    (folder / "flows" / "club.yaml").write_text(FLOW, encoding="utf-8")
    said = {"flows": "flows", "data": "data", "server": {"https": False, "workers": 2, "grace": 5} | server}
    settings = folder / "flowrunner.yaml"
    settings.write_text(yaml.safe_dump(said | ({"mail": mail} if mail else {})))
    return settings


def smtp(server: MailServer) -> dict[str, Any]:
    said = server.settings
    return {"host": said.host, "port": said.port, "security": "none", "from": "club@example.org"}


@contextmanager
def club(folder: Path, server: MailServer, **more: Any) -> Iterator[Production]:
    with producing(write(folder, smtp(server), **more)) as production:
        yield production


def ask_for_code(production: Production, name: str) -> None:
    browser = production.browser()
    browser.open("/en/club")
    browser.press(fill={"email": f"{name}@example.org", "name": name})
    assert browser.path == "/en/club/checking"


def wait_for(there: Callable[[], bool], patience: float = 60.0) -> float:
    """How many seconds it took."""
    begun = time.monotonic()
    while not there():
        assert time.monotonic() - begun < patience
        time.sleep(0.01)
    return time.monotonic() - begun


def who_works(production: Production) -> list[int]:
    """The processes that had the turn, the newest last."""
    lines = [line["message"].split() for line in production.lines() if "delivers mail" in line["message"]]
    return [int(words[1]) for words in lines]


def children(pid: int) -> set[int]:
    """The processes that this one forked."""
    return set(map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split()))


def work_once(folder: Path) -> None:
    subprocess.run([Path(sys.executable).with_name("flowrunner"), "worker", "--once"], cwd=folder, check=True)


class TestOneOfTheProcesses:
    def test_delivers_a_code_at_once_whichever_process_posted_it(self, tmp_path: Path, mail_server: MailServer) -> None:
        with club(tmp_path, mail_server) as production:
            production.wait_for(WORKS)
            waits = []
            for number in range(10):
                ask_for_code(production, f"p{number}")
                waits.append(wait_for(lambda n=number: len(mail_server.taken) == n + 1))  # type: ignore[misc]
            assert sorted(waits)[len(waits) // 2] < PROMPT
            assert len(who_works(production)) == 1

    def test_passes_its_turn_on_when_it_is_killed(self, tmp_path: Path, mail_server: MailServer) -> None:
        with club(tmp_path, mail_server) as production:
            production.wait_for(WORKS)
            for number in range(3):
                (*_, works) = who_works(production)
                os.kill(works, signal.SIGKILL)
                wait_for(lambda n=number: len(who_works(production)) == n + 2)  # type: ignore[misc]
                ask_for_code(production, f"p{number}")
                wait_for(lambda n=number: len(mail_server.taken) == n + 1)  # type: ignore[misc]
            assert len(set(who_works(production))) == 4

    def test_and_when_flows_are_loaded_again(self, tmp_path: Path, mail_server: MailServer) -> None:
        with club(tmp_path, mail_server) as production:
            production.wait_for(WORKS)
            wait_for(lambda: len(children(production.process.pid)) == 2)
            before = children(production.process.pid)
            production.process.send_signal(signal.SIGHUP)
            # The other one of before may have its turn for a moment, until it ends too.
            wait_for(lambda: who_works(production)[-1] not in before)
            ask_for_code(production, "p")
            wait_for(lambda: len(mail_server.taken) == 1)

    def test_ends_what_is_under_way_when_all_is_stopped(self, tmp_path: Path, mail_server: MailServer) -> None:
        mail_server.script.slow = 1.0
        with club(tmp_path, mail_server) as production:
            production.wait_for(WORKS)
            ask_for_code(production, "p")
            wait_for(lambda: mail_server.script.connections == 1)
            assert production.stop() == 0
        assert len(mail_server.taken) == 1
        work_once(tmp_path)
        assert len(mail_server.taken) == 1

    def test_none_of_them_does_where_a_worker_runs_elsewhere(self, tmp_path: Path, mail_server: MailServer) -> None:
        with club(tmp_path, mail_server, worker=False) as production:
            ask_for_code(production, "p")
            time.sleep(2.5)
            assert mail_server.taken == []
            work_once(tmp_path)
            assert len(mail_server.taken) == 1
            assert who_works(production) == []


class TestFigures:
    def test_what_waits_is_told_when_somebody_asks(self, tmp_path: Path, mail_server: MailServer) -> None:
        metrics = free_port()
        settings = write(tmp_path, smtp(mail_server), worker=False, metrics=metrics)
        with producing(settings, metrics) as production:
            assert figures(metrics) == {"outbox_waiting": 0, "outbox_oldest": 0, "outbox_dead": 0, "cases_late": 0}
            ask_for_code(production, "p")
            ask_for_code(production, "q")
            database = sqlite3.connect(tmp_path / "data" / "flowrunner.sqlite")
            database.execute("update outbox set created = '2026-01-01 00:00:00.000000' where id = 1")
            database.execute("update cases set next_due = '2026-01-01 00:00:00.000000'")
            database.commit()
            told = figures(metrics)
            assert told["outbox_oldest"] > 86_400
            assert (told["outbox_waiting"], told["outbox_dead"], told["cases_late"]) == (2, 0, 2)
            database.execute("update outbox set state = 'dead' where id = 1")
            database.commit()
            database.close()
            assert (figures(metrics)["outbox_waiting"], figures(metrics)["outbox_dead"]) == (1, 1)
            assert figures(metrics)["outbox_oldest"] < 600

    def test_while_the_database_is_away_all_others_are_told(self, tmp_path: Path, mail_server: MailServer) -> None:
        metrics = free_port()
        settings = write(tmp_path, smtp(mail_server), worker=False, workers=1, metrics=metrics)
        with producing(settings, metrics) as production:
            production.ask("/en/club")
            (tmp_path / "data").rename(tmp_path / "elsewhere")
            told = ask(metrics, "/metrics")
            (tmp_path / "elsewhere").rename(tmp_path / "data")
        assert told.status == 200
        assert "flowrunner_requests_total" in told.text
        assert "outbox" not in told.text


def figures(port: int) -> dict[str, float]:
    """The gauges of what waits."""
    lines = (line.split() for line in ask(port, "/metrics").text.splitlines() if not line.startswith("#"))
    found = {line[0].removeprefix("flowrunner_").removesuffix("_seconds"): line[1] for line in lines}
    return {name: float(found[name]) for name in ("outbox_waiting", "outbox_oldest", "outbox_dead", "cases_late")}


class TestWithoutAMailServer:
    """Nobody would get the code without which nobody goes on."""

    @pytest.mark.parametrize(("language", "words"), [("en", "Nobody gets the mails of club"), ("fr", "Personne ne")])
    def test_it_does_not_start(self, tmp_path: Path, language: str, words: str) -> None:
        run = command(write(tmp_path, None), free_port())
        run[-1] = language
        ended = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False)
        assert ended.returncode == 2
        assert words in ended.stderr
        assert not (tmp_path / "data").exists()

    def test_it_starts_and_warns_when_the_tray_is_meant(self, tmp_path: Path) -> None:
        with producing(write(tmp_path, {"tray": True})) as production:
            assert "Mails of club stay in the tray" in production.printed
            ask_for_code(production, "p")
            wait_for(lambda: len(list((tmp_path / "data" / "mail").glob("*.eml"))) == 1)
