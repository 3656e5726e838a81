"""`flowrunner doctor`: what is missing or unsafe, told in both languages, with nothing changed by looking."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flowrunner.cli.main import CANNOT_RUN
from flowrunner.i18n.translations import languages
from flowrunner.service.checkup.built_in import CONCERNS
from flowrunner.service.checkup.listening import stays_on_this_machine
from flowrunner.store.database import Database
from flowrunner.store.migrations.inspection import database_state
from flowrunner.store.sealing.keys import open_keys
from tests.cli.conftest import Run
from tests.sources.http_service import Service, service_running

SOURCES = """\
sources:
  people:
    asks: {number: age}
    gives: {status: [here, gone]}
    timeout: 1 second
    on_failure: {status: gone}
steps:
"""


@pytest.fixture
def deployment(flows: Path, tmp_path: Path) -> Path:
    """A deployment that has run once; its folder."""
    (tmp_path / "flowrunner.yaml").write_text("port: 8000\n")
    database = Database(f"sqlite:///{tmp_path}/data/flowrunner.sqlite", open_keys(tmp_path / "data"))
    database.upgrade()
    database.close()
    return tmp_path


@pytest.fixture
def service() -> Iterator[Service]:
    with service_running() as running:
        yield running


def findings(run: Run, *arguments: str) -> dict[str, dict[str, Any]]:
    """The findings by concern and name; told in each language, and nothing of them is left unsaid."""
    told = {}
    for language in languages():
        outcome = run("doctor", "--format", "json", "--lang", language, *arguments)
        assert outcome.err == ""
        data = json.loads(outcome.out)
        assert data["concerns"] == list(CONCERNS.names)
        assert sum(data["counts"].values()) == len(data["findings"])
        assert outcome.code == (1 if data["counts"]["error"] + data["counts"]["warning"] else 0)
        assert all(one["what"] and one["why"] and one["way_out"] for one in data["findings"])
        told[language] = {f"{one['concern']}.{one['name']}": one for one in data["findings"]}
    assert told["en"].keys() == told["fr"].keys()
    return told["en"]


def levels(run: Run, *arguments: str) -> dict[str, str]:
    return {name: one["level"] for name, one in findings(run, *arguments).items()}


def with_source(folder: Path, settings: str) -> None:
    flow = folder / "flows" / "small.yaml"
    text = flow.read_text().replace("steps:\n", SOURCES, 1)
    flow.write_text(text.replace("    fields: [age]\n", "    fields: [age]\n    look_up: [people]\n"))
    (folder / "flowrunner.yaml").write_text(f"sources:\n  small:\n    people:\n{settings}")


class TestWell:
    def test_a_deployment_that_is_well(self, run: Run, deployment: Path) -> None:
        assert findings(run) == {}
        told = run("doctor")
        assert told.code == 0
        assert told.out.splitlines()[-1] == "No problem was found."
        assert len(told.out.splitlines()) == len(CONCERNS) + 2

    def test_one_that_has_never_run_is_only_told_so(self, run: Run, flows: Path, tmp_path: Path) -> None:
        expected = {"settings.none": "note", "data_folder.not_there": "note", "database.not_there": "note"}
        assert levels(run) == expected
        assert not (tmp_path / "data").exists()

    def test_looking_changes_nothing(self, run: Run, deployment: Path) -> None:
        def state() -> dict[str, tuple[int, bytes]]:
            files = sorted(path for path in deployment.rglob("*") if path.is_file())
            return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}

        before = state()
        findings(run)
        assert state() == before


class TestSettings:
    def test_settings_of_the_wrong_shape_cannot_be_looked_at(self, run: Run, deployment: Path) -> None:
        (deployment / "flowrunner.yaml").write_text("prot: 80\n")
        told = run("doctor")
        assert told.code == CANNOT_RUN
        assert "FR201" in told.out

    def test_a_file_that_is_not_there(self, run: Run, deployment: Path) -> None:
        assert run("doctor", "--settings", "none.yaml").code == CANNOT_RUN

    def test_settings_that_do_not_fit_the_flows(self, run: Run, deployment: Path) -> None:
        (deployment / "flowrunner.yaml").write_text("sources:\n  smal: {}\n")
        found = findings(run)
        assert list(found) == ["settings.findings"]
        assert "flowrunner.yaml:2:3" in found["settings.findings"]["what"]


class TestFlows:
    def test_a_flow_with_errors(self, run: Run, deployment: Path) -> None:
        (deployment / "flows" / "bad.yaml").write_text("flowrunner: 1\nflow: bad\n")
        assert levels(run) == {"flows.unsound": "error"}

    def test_no_flow(self, run: Run, deployment: Path) -> None:
        (deployment / "flows" / "small.yaml").unlink()
        assert levels(run) == {"flows.none": "error"}


class TestData:
    @pytest.mark.parametrize("mode", [0o750, 0o705, 0o770])
    def test_a_folder_open_to_others(self, run: Run, deployment: Path, mode: int) -> None:
        (deployment / "data").chmod(mode)
        found = findings(run)
        assert [(name, one["level"]) for name, one in found.items()] == [("data_folder.open", "warning")]
        assert f"0{mode:o}" in found["data_folder.open"]["what"]
        assert found["data_folder.open"]["way_out"] == "chmod 700 data"

    def test_secrets_open_to_others(self, run: Run, deployment: Path) -> None:
        (deployment / "data" / "secrets.json").chmod(0o640)
        assert levels(run) == {"secrets.open": "warning"}

    def test_secrets_that_are_lost_or_spoilt(self, run: Run, deployment: Path) -> None:
        secrets = deployment / "data" / "secrets.json"
        secrets.write_text("{}")
        assert levels(run) == {"secrets.unreadable": "error"}
        secrets.unlink()
        assert levels(run) == {"secrets.lost": "error"}
        assert not secrets.exists()

    def test_a_file_in_place_of_the_folder(self, run: Run, flows: Path, tmp_path: Path) -> None:
        (tmp_path / "kept").write_text("")
        assert levels(run, "--data", "kept")["data_folder.no_folder"] == "error"


class TestDatabase:
    @pytest.mark.parametrize(("revision", "finding"), [("0001", "behind"), ("9999_later", "unknown"), (None, "empty")])
    def test_tables_of_another_time(self, run: Run, deployment: Path, revision: str | None, finding: str) -> None:
        with sqlite3.connect(deployment / "data" / "flowrunner.sqlite") as connection:
            connection.execute("DELETE FROM alembic_version")
            if revision:
                connection.execute("INSERT INTO alembic_version VALUES (?)", (revision,))
        connection.close()
        assert f"database.{finding}" in levels(run)

    def test_one_that_is_away_is_told_without_its_password(
        self, run: Run, deployment: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("FLOWRUNNER_DATABASE", "postgresql+psycopg://me:s3cret@127.0.0.1:1/cases")
        outcome = run("doctor")
        assert "s3cret" not in outcome.out
        assert levels(run)["database.unreachable"] == "error"

    def test_a_file_that_is_no_database(self, run: Run, deployment: Path) -> None:
        (deployment / "data" / "flowrunner.sqlite").write_bytes(b"x" * 5000)
        assert levels(run)["database.unreachable"] == "error"

    def test_an_address_that_is_none(self, run: Run, deployment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FLOWRUNNER_DATABASE", "s3cret")
        found = findings(run)
        assert found["database.bad_url"]["level"] == "error"
        assert "s3cret" not in str(found)

    def test_one_whose_driver_is_not_installed(self) -> None:
        assert database_state("oracle+oracledb://host/name").standing == "no_driver"

    def test_a_password_in_the_file(self, run: Run, deployment: Path) -> None:
        settings = deployment / "flowrunner.yaml"
        settings.write_text("port: 80\ndatabase: postgresql+psycopg://me:s3cret@127.0.0.1:1/cases\n")
        found = findings(run)
        assert "flowrunner.yaml:2:11" in found["database.password_in_file"]["what"]
        assert "s3cret" not in str(found)


class TestSources:
    def test_without_a_connector(self, run: Run, deployment: Path) -> None:
        with_source(deployment, "")
        (deployment / "flowrunner.yaml").write_text("port: 80\n")
        assert levels(run) == {"settings.findings": "warning", "sources.no_connector": "error"}

    def test_over_http(self, run: Run, deployment: Path, service: Service) -> None:
        with_source(deployment, f"      connector: http\n      url: {service.address}/\n")
        assert findings(run) == {}
        service.wait = 30
        found = findings(run)
        assert found["sources.late"]["level"] == "error"
        assert "no whole answer came in time" in found["sources.late"]["what"]

    def test_a_secret_that_is_not_set(
        self, run: Run, deployment: Path, service: Service, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        header = "      headers: {Authorization: {environment: PEOPLE_TOKEN}}\n"
        with_source(deployment, f"      connector: http\n      url: {service.address}/\n{header}")
        assert "PEOPLE_TOKEN" in findings(run)["sources.fails"]["what"]
        monkeypatch.setenv("PEOPLE_TOKEN", "s3cret")
        assert findings(run) == {}

    def test_a_file_that_is_not_there(self, run: Run, deployment: Path) -> None:
        with_source(deployment, "      connector: csv\n      file: people.csv\n")
        assert "people.csv: there is no such file." in findings(run)["sources.fails"]["what"]
        (deployment / "people.csv").write_text("number,status\n1,here\n")
        assert findings(run) == {}

    def test_our_own_accounts(self, run: Run, deployment: Path) -> None:
        with_source(deployment, "      connector: accounts\n")
        assert findings(run) == {}
        with sqlite3.connect(deployment / "data" / "flowrunner.sqlite") as connection:
            for table in ("account_keys", "accounts"):
                connection.execute(f"DROP TABLE {table}")
        connection.close()
        assert "our own accounts cannot be read" in findings(run)["sources.fails"]["what"]

    def test_one_that_is_made_up(self, run: Run, deployment: Path) -> None:
        with_source(deployment, "      connector: fake\n")
        assert levels(run) == {"sources.for_trying": "warning"}

    def test_one_that_cannot_serve_is_told_once(self, run: Run, deployment: Path) -> None:
        with_source(deployment, "      connector: http\n      url: http://x.org/\n")
        assert levels(run) == {"settings.findings": "error"}


class TestMail:
    MESSAGE = "messages:\n  hello: {by: [email], subject: Hello, body: Hello}\nsteps:\n"

    @pytest.fixture
    def sending(self, deployment: Path) -> Path:
        flow = deployment / "flows" / "small.yaml"
        flow.write_text(flow.read_text().replace("steps:\n", self.MESSAGE, 1))
        return deployment / "flowrunner.yaml"

    def test_that_stays_here(self, run: Run, sending: Path) -> None:
        assert levels(run) == {"mail.tray": "warning"}

    def test_that_leaves_well(self, run: Run, sending: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        said = "address: https://example.org\nmail: {host: smtp.example.org, user: me, from: me@example.org}\n"
        sending.write_text(said)
        assert levels(run) == {"mail.no_password": "error"}
        monkeypatch.setenv("FLOWRUNNER_MAIL_PASSWORD", "s3cret")
        assert findings(run) == {}

    def test_that_leaves_badly(self, run: Run, sending: Path) -> None:
        sending.write_text("mail: {host: smtp.example.org, security: none, from: a@example.org}\n")
        assert set(levels(run)) == {"mail.not_encrypted", "mail.no_address"}
        sending.write_text(
            "address: https://example.org\nmail: {host: 127.0.0.1, security: none, from: a@example.org}\n"
        )
        assert findings(run) == {}


class TestUnsafe:
    def test_sample_accounts(self, run: Run, deployment: Path) -> None:
        (deployment / "flowrunner.yaml").write_text("sample_accounts: {small: a.csv}\n")
        assert levels(run) == {"sample_accounts.present": "warning", "sample_accounts.no_file": "error"}
        (deployment / "a.csv").write_text("")
        assert levels(run) == {"sample_accounts.present": "warning"}

    @pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.org"])  # noqa: S104 (what is warned of)
    def test_listening_beyond_this_machine(self, run: Run, deployment: Path, host: str) -> None:
        (deployment / "flowrunner.yaml").write_text(f"host: '{host}'\n")
        assert levels(run) == {"listening.beyond_this_machine": "warning"}

    @pytest.mark.parametrize("host", ["127.0.0.1", "127.1.2.3", "::1", "[::1]", "localhost"])
    def test_listening_on_this_machine(self, host: str) -> None:
        assert stays_on_this_machine(host)

    def test_an_address_that_is_not_encrypted(self, run: Run, deployment: Path) -> None:
        (deployment / "flowrunner.yaml").write_text("address: http://example.org\n")
        assert levels(run) == {"listening.address_not_encrypted": "warning"}

    def test_calls_in_the_clear(self, run: Run, deployment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PEOPLE_SECRET", "s3cret")
        call = "calls:\n  small:\n    people: {url: http://x.org/, secret_from: PEOPLE_SECRET}\n"
        with_source(deployment, f"      connector: fake\n{call}")
        assert levels(run) == {"sources.for_trying": "warning", "calls.not_encrypted": "warning"}

    def test_debugging(self, run: Run, deployment: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("FLASK_DEBUG", "0")
        assert findings(run) == {}
        monkeypatch.setenv("FLASK_DEBUG", "1")
        assert levels(run) == {"debugging.on": "warning"}
