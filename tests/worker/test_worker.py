"""The loop: prompt when it is woken, patient when the database is away, done when it is told to stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flowrunner.carriers.smtp import Smtp
from flowrunner.carriers.tray import FOLDER, Tray, tray_mails
from flowrunner.model.case import Submission
from flowrunner.model.record import replace
from flowrunner.service.cases.cases import FormStamp
from flowrunner.service.deployment import Services, mail_carrier, migrate, open_services
from flowrunner.settings import MailSettings, Settings
from flowrunner.worker.loop import Worker, make_worker, start
from tests.mail_server import MailServer, mail_server
from tests.service.club import FLOW

__all__ = ["mail_server"]

PATIENCE = 20.0


def wait_for(there: Callable[[], bool]) -> float:
    """How many seconds it took."""
    begun = time.monotonic()
    while not there():
        assert time.monotonic() - begun < PATIENCE
        time.sleep(0.01)
    return time.monotonic() - begun


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "club.yaml").write_text(FLOW, encoding="utf-8")
    return Settings(folder=tmp_path, flows=(tmp_path / "flows",), data=tmp_path / "data")


@pytest.fixture
def opened(settings: Settings) -> Iterator[Callable[[Settings], Services]]:
    made: list[Services] = []

    def open_it(said: Settings) -> Services:
        migrate(said)
        made.append(open_services(said, lambda case, step: f"/{step}"))
        return made[-1]

    yield open_it
    for each in made:
        each.close()


def ask_for_code(deployment: Services, browser: str = "one") -> None:
    typed = {"email": ("zoe@example.org",), "name": ("Zoé",)}
    sent = deployment.cases.act("club", browser, FormStamp(browser), Submission("first", inputs=typed, language="en"))
    assert sent is not None
    assert sent.decision is not None
    assert sent.decision.problems == ()


class TestWorker:
    def test_a_code_is_there_within_a_second(
        self, settings: Settings, opened: Callable[[Settings], Services], mail_server: MailServer
    ) -> None:
        deployment = opened(replace(settings, mail=mail_server.settings))
        worker = make_worker(deployment)
        thread = start(worker)
        time.sleep(0.2)
        ask_for_code(deployment)
        assert wait_for(lambda: len(mail_server.taken) == 1) < 1.0
        worker.stop()
        thread.join(PATIENCE)
        assert not thread.is_alive()

    def test_what_another_process_posts_is_found_soon(
        self, settings: Settings, opened: Callable[[Settings], Services], mail_server: MailServer
    ) -> None:
        said = replace(settings, mail=mail_server.settings)
        worker = make_worker(opened(said))
        thread = start(worker)
        ask_for_code(opened(said))
        wait_for(lambda: len(mail_server.taken) == 1)
        worker.stop()
        thread.join(PATIENCE)

    def test_without_a_mail_server_it_goes_to_the_tray(
        self, settings: Settings, opened: Callable[[Settings], Services]
    ) -> None:
        deployment = opened(settings)
        ask_for_code(deployment)
        make_worker(deployment).once()
        (letter,) = tray_mails(settings.data / FOLDER)
        assert letter.to == "zoe@example.org"
        assert letter.subject == "Your code / Votre code"

    def test_it_outlives_a_database_that_is_away(
        self,
        settings: Settings,
        opened: Callable[[Settings], Services],
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        deployment = opened(settings)
        ask_for_code(deployment)
        deployment.context.database.close()
        away = settings.data.rename(settings.data.with_name("away"))
        worker = make_worker(deployment)
        thread = start(worker)
        wait_for(lambda: "the worker cannot work: Unavailable" in caplog.text)
        away.rename(settings.data)
        wait_for(lambda: len(tray_mails(settings.data / FOLDER)) == 1)
        wait_for(lambda: "the worker works again" in caplog.text)
        worker.stop()
        thread.join(PATIENCE)

    def test_a_stop_ends_it_after_what_is_under_way(self) -> None:
        under_way, may_end, done = threading.Event(), threading.Event(), []

        def work(stopped: Callable[[], bool]) -> bool:
            under_way.set()
            may_end.wait(PATIENCE)
            done.append(stopped())
            return True

        worker = Worker([work])
        thread = start(worker)
        under_way.wait(PATIENCE)
        worker.stop()
        may_end.set()
        thread.join(PATIENCE)
        assert done == [True]

    def test_more_work_is_done_at_once_and_what_is_seldom_seldom(self) -> None:
        often: list[int] = []
        seldom: list[int] = []

        def some(stopped: Callable[[], bool]) -> bool:
            often.append(1)
            if len(often) == 50:
                worker.stop()
            return True

        def rare(stopped: Callable[[], bool]) -> bool:
            seldom.append(1)
            return False

        worker = Worker([some], [rare])
        begun = time.monotonic()
        worker.run()
        assert (len(often), len(seldom)) == (50, 1)
        assert time.monotonic() - begun < 5


class TestCarrier:
    def test_the_settings_choose(self, settings: Settings, opened: Callable[[Settings], Services]) -> None:
        elsewhere = replace(settings, mail=MailSettings(host="mail.example.org"))
        assert isinstance(mail_carrier(elsewhere), Smtp)
        assert isinstance(mail_carrier(settings), Tray)

    def test_what_was_in_the_tray_goes_even_when_mail_leaves_by_now(
        self, settings: Settings, opened: Callable[[Settings], Services]
    ) -> None:
        deployment = opened(settings)
        ask_for_code(deployment)
        make_worker(deployment).once()
        later = make_worker(opened(replace(settings, mail=MailSettings(host="mail.example.org"))))
        (kept,) = (settings.data / FOLDER).glob("*.eml")
        kept.rename(kept.with_name("20260101T000000-0123456789abcdef.eml"))
        (settings.data / FOLDER / "20260101T000000-fedcba9876543210.77.abcd").write_bytes(b"never finished")
        later.once()
        assert list((settings.data / FOLDER).iterdir()) == []
