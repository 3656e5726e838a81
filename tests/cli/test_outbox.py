"""`flowrunner worker` and `flowrunner outbox`, as an operator runs them."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import update

from flowrunner.carriers.tray import FOLDER, tray_mails
from flowrunner.service.deployment import Services, migrate, open_services
from flowrunner.settings import Settings
from flowrunner.store.tables import outbox as table
from tests.cli.conftest import Run
from tests.service.club import FLOW
from tests.worker.test_worker import ask_for_code

PROGRAM = Path(sys.executable).with_name("flowrunner")


@pytest.fixture
def deployment(tmp_path: Path) -> Services:
    """A deployment in which one code waits to be mailed."""
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "club.yaml").write_text(FLOW, encoding="utf-8")
    settings = Settings(folder=tmp_path, flows=(tmp_path / "flows",), data=tmp_path / "data")
    migrate(settings)
    opened = open_services(settings, lambda case, step: f"/{step}")
    ask_for_code(opened)
    opened.close()
    return opened


def bury(deployment: Services) -> None:
    with deployment.context.database.writing() as transaction:
        transaction.connection.execute(update(table).values(state="dead", reason="recipient 550", tries=1))
    deployment.close()


class TestOutbox:
    def test_it_lists_without_saying_who(self, run: Run, deployment: Services) -> None:
        told = run("outbox")
        assert told.code == 0
        assert re.search(r"^1: send of club, .*\. Next try: ", told.out)
        assert "1 waits." in told.out
        assert "zoe" not in told.out

    def test_the_dead_are_told_with_their_reason_in_each_language(self, run: Run, deployment: Services) -> None:
        bury(deployment)
        told = run("outbox")
        assert told.code == 1
        assert "Given up after 1 try. Reason: the server does not take this recipient (answer 550)." in told.out
        assert "le serveur n’accepte pas ce destinataire (réponse 550)" in run("outbox", "--lang", "fr").out

    def test_a_program_reads_json(self, run: Run, deployment: Services) -> None:
        bury(deployment)
        told = run("outbox", "--format", "json")
        (row,) = json.loads(told.out)
        assert (row["id"], row["state"], row["reason"], row["flow"]) == (1, "dead", "recipient 550", "club")

    @pytest.mark.parametrize("arguments", [["retry", "1"], ["retry", "--all"]])
    def test_the_dead_are_tried_again(
        self, run: Run, deployment: Services, tmp_path: Path, arguments: list[str]
    ) -> None:
        bury(deployment)
        assert "1 is tried again at once." in run("outbox", *arguments).out
        assert run("worker", "--once").code == 0
        assert len(tray_mails(tmp_path / "data" / FOLDER)) == 1
        assert "0 wait" in run("outbox").out

    @pytest.mark.parametrize("arguments", [["retry"], ["--all"], ["retry", "x"], ["retry", "1", "--all"], ["send"]])
    def test_a_slip_is_told(self, run: Run, deployment: Services, arguments: list[str]) -> None:
        told = run("outbox", *arguments)
        assert told.code == 2
        assert "retry" in told.err


class TestWorker:
    def test_it_works_until_it_is_told_to_stop(self, deployment: Services, tmp_path: Path) -> None:
        process = subprocess.Popen([PROGRAM, "worker", "--lang", "en"], cwd=tmp_path, stdout=subprocess.PIPE, text=True)
        until = time.monotonic() + 30
        while not tray_mails(tmp_path / "data" / FOLDER):
            assert time.monotonic() < until
            time.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=30)
        assert process.returncode == 0
        assert "Stopped." in out
