"""`flowrunner serve --production` as an operator has it: started, asked how it is, changed and stopped."""

from __future__ import annotations

import socket
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.web.producing import Production, ask, command, flow, free_port, producing, write_settings
from tests.web.reading import check_house_rules


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Production:  # type: ignore[misc]
    metrics = free_port()
    settings = write_settings(tmp_path_factory.mktemp("production"), metrics=metrics)
    with producing(settings, metrics) as production:
        yield production


class TestServing:
    @pytest.mark.parametrize("language", ["en", "fr"])
    def test_a_case_is_walked(self, served: Production, language: str) -> None:
        browser = served.browser()
        browser.open(f"/{language}/small")
        browser.press()
        browser.press(fill={"town": "Gaspé"})
        assert (browser.status, browser.path) == (200, f"/{language}/small/three")

    def test_every_worker_knows_the_case(self, served: Production) -> None:
        browser = served.browser()
        browser.open("/en/small")
        browser.press()
        pages = [browser.open("/en/small/two").heading for _ in range(20)]
        assert pages == ["Where"] * 20

    def test_a_page_is_whole_and_strict(self, served: Production) -> None:
        answer = served.ask("/en/small")
        check_house_rules(answer.text, "en")
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
        assert "Strict-Transport-Security" not in answer.headers

    def test_https_is_meant_unless_something_else_is_said(self, tmp_path: Path) -> None:
        settings = write_settings(tmp_path)
        settings.write_text("flows: flows\ndata: data\n")
        with producing(settings) as production:
            answer = production.ask("/en/small")
        assert "max-age=" in answer.headers["Strict-Transport-Security"]
        cookie = next(line for line in answer.headers["Set-Cookie"].split("\n") if line.startswith("__Host-session="))
        assert "; Secure" in cookie
        assert "Domain" not in cookie


class TestRefusing:
    """What nobody should be served by does not start, and says why in one line."""

    def start(self, settings: Path, port: int) -> subprocess.CompletedProcess[str]:
        run = command(settings, port)
        return subprocess.run(run, cwd=settings.parent, capture_output=True, text=True, timeout=60, check=False)

    def test_sample_accounts(self, tmp_path: Path) -> None:
        settings = write_settings(tmp_path)
        (tmp_path / "accounts.csv").write_text("email\na@example.org\n")
        settings.write_text(settings.read_text() + "sample_accounts: {small: accounts.csv}\n")
        ended = self.start(settings, free_port())
        assert ended.returncode == 2
        assert "Take sample_accounts out of the settings" in ended.stderr
        assert not (tmp_path / "data").exists()

    def test_no_sound_flow(self, tmp_path: Path) -> None:
        settings = write_settings(tmp_path)
        (tmp_path / "flows" / "small.yaml").write_text(flow("x").replace("next: two", "next: tow"))
        ended = self.start(settings, free_port())
        assert ended.returncode == 2
        assert "there is nothing to serve" in ended.stderr
        assert "FR301" in ended.stdout

    def test_settings_that_are_wrong(self, tmp_path: Path) -> None:
        ended = self.start(write_settings(tmp_path, workers=0), free_port())
        assert ended.returncode == 2
        assert "FR204" in ended.stdout

    def test_a_port_that_is_taken(self, tmp_path: Path) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            taken.listen()
            ended = self.start(write_settings(tmp_path), taken.getsockname()[1])
        assert ended.returncode == 2
        assert "this port cannot be used" in ended.stderr

    def test_one_port_for_pages_and_figures(self, tmp_path: Path) -> None:
        port = free_port()
        ended = self.start(write_settings(tmp_path, metrics=port), port)
        assert ended.returncode == 2
        assert "two ports" in ended.stderr


class TestHealth:
    @pytest.mark.parametrize(("path", "text"), [("/healthz", "alive\n"), ("/readyz", "ready\n")])
    def test_it_is_told_in_plain_text_and_leaves_no_trace(self, served: Production, path: str, text: str) -> None:
        answer = served.ask(path)
        assert (answer.status, answer.text) == (200, text)
        assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert answer.headers["Cache-Control"] == "no-store"
        assert not answer.headers["Set-Cookie"]
        assert (served.ask(path, "HEAD").status, served.ask(path, "HEAD").text) == (200, "")
        assert served.ask(path, "POST").status == 405

    def test_who_cannot_serve_is_not_ready_but_alive(self, tmp_path: Path) -> None:
        # A worker would have the file open, and could go on with it wherever it is; a second process that still opens
        # the deployment would make the folder anew.
        with producing(write_settings(tmp_path, worker=False, workers=1)) as production:
            (tmp_path / "data").rename(tmp_path / "elsewhere")
            answer = production.ask("/readyz")
            assert (answer.status, answer.text) == (503, "not ready: the database does not answer\n")
            assert production.ask("/healthz").status == 200
            (tmp_path / "elsewhere").rename(tmp_path / "data")
            assert production.ask("/readyz").status == 200


class TestMetrics:
    def test_what_was_answered_is_counted_for_all_processes(self, served: Production) -> None:
        for _ in range(20):
            served.ask("/en/small")
        served.ask("/en/secret-in-the-path")
        told = ask(served.metrics, "/metrics")
        assert told.status == 200
        assert told.headers["Content-Type"].startswith("text/plain; version=")
        counted = sum(
            float(line.rpartition(" ")[2])
            for line in told.text.splitlines()
            if line.startswith('flowrunner_requests_total{flow="small",method="GET",route="/<language>/<flow>"')
        )
        assert counted >= 20
        assert 'flowrunner_request_seconds_bucket{le="0.1",method="GET",route="/<language>/<flow>"}' in told.text
        assert "secret-in-the-path" not in told.text

    def test_what_came_of_pages_is_counted_by_flow(self, served: Production) -> None:
        browser = served.browser()
        browser.open("/en/small")
        browser.press()
        browser.press(fill={"town": ""})
        browser.press(fill={"town": "Gaspé"})
        told = ask(served.metrics, "/metrics").text
        for came, outcome in (("moved", ""), ("refused", ""), ("ended", "done")):
            assert f'flowrunner_decisions_total{{came="{came}",flow="small",outcome="{outcome}"}}' in told

    def test_they_stand_on_their_own_port_alone(self, served: Production) -> None:
        assert "flowrunner_requests" not in served.ask("/metrics").text
        assert ask(served.metrics, "/en/small").status == 404
        assert ask(served.metrics, "/healthz").status == 404

    def test_a_host_that_a_request_names_opens_nothing(self, served: Production) -> None:
        forged = {"Host": f"127.0.0.1:{served.metrics}", "X-Forwarded-Port": str(served.metrics)}
        assert "flowrunner_requests" not in served.ask("/metrics", headers=forged).text

    def test_there_are_none_unless_they_are_asked_for(self, tmp_path: Path) -> None:
        with producing(write_settings(tmp_path)) as production:
            assert production.ask("/metrics", headers={"Accept": "text/plain"}).status in (308, 404)


class TestStopping:
    def test_who_is_being_answered_is_answered_and_nobody_new_is_let_in(self, tmp_path: Path) -> None:
        with producing(write_settings(tmp_path, grace=20)) as production:
            browser = production.browser()
            browser.open("/en/small")
            sender = slow_post(production.port, b"town=Gasp")
            production.process.terminate()
            wait_until(lambda: is_refused(production.port))
            assert production.process.poll() is None
            sender.sendall(b"e")
            sender.settimeout(20)
            assert sender.recv(20).startswith(b"HTTP/1.1 400")
            sender.close()
            assert production.process.wait(timeout=20) == 0

    def test_it_ends_in_time_whoever_hangs_on(self, tmp_path: Path) -> None:
        with producing(write_settings(tmp_path, grace=2)) as production:
            sender = slow_post(production.port, b"town=Gasp")
            began = time.monotonic()
            production.stop()
            assert time.monotonic() - began < 10
            sender.close()
        assert production.process.returncode == 0


class TestReloading:
    def test_a_sound_flow_takes_over_and_a_slip_does_not(self, tmp_path: Path) -> None:
        file = tmp_path / "flows" / "small.yaml"
        with producing(write_settings(tmp_path)) as production:
            browser = production.browser()
            browser.open("/en/small")
            browser.press()
            file.write_text(flow("After"))
            production.process.send_signal(1)
            production.wait_for("the flow is served")
            wait_until(lambda: "<h1>After</h1>" in production.ask("/en/small").text)
            assert browser.press(fill={"town": "Gaspé"}).heading == "Done"
            file.write_text(flow("Broken").replace("next: two", "next: tow"))
            production.process.send_signal(1)
            production.wait_for("the flow is not sound")
            wait_until(lambda: production.printed.count("Worker exiting") >= 4)
            assert {production.ask("/en/small").text.count("<h1>After</h1>") for _ in range(10)} == {1}


def slow_post(port: int, begun: bytes) -> socket.socket:
    """A request whose body is sent but for one byte."""
    sender = socket.create_connection(("127.0.0.1", port), timeout=20)
    head = f"POST /en/small HTTP/1.1\r\nHost: x\r\nContent-Length: {len(begun) + 1}\r\n"
    sender.sendall(head.encode() + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n" + begun)
    time.sleep(0.5)
    return sender


def is_refused(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except ConnectionRefusedError:
        return True
    return False


def wait_until(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


class TestSlowSenders:
    """Twenty people on bad lines, or one who means harm, stop nobody else."""

    @pytest.mark.parametrize("what", ["body", "headers"])
    def test_a_page_answers_within_a_second(self, served: Production, what: str) -> None:
        senders = [drip(served.port, what) for _ in range(20)]
        ended = threading.Event()
        thread = threading.Thread(target=keep_dripping, args=(senders, ended))
        thread.start()
        try:
            times = []
            for _ in range(10):
                began = time.monotonic()
                assert served.ask("/en/small").status == 200
                times.append(time.monotonic() - began)
            assert sorted(times)[5] < 1, times
        finally:
            ended.set()
            thread.join()
            for sender in senders:
                sender.close()


def drip(port: int, what: str) -> socket.socket:
    sender = socket.create_connection(("127.0.0.1", port), timeout=20)
    sender.sendall(b"POST /en/small HTTP/1.1\r\nHost: x\r\n")
    if what == "body":
        sender.sendall(b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\na=")
    return sender


def keep_dripping(senders: list[socket.socket], ended: threading.Event) -> None:
    while not ended.wait(0.2):
        for sender in senders:
            sender.sendall(b"x")
