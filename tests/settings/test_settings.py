"""What a deployment decides: read with places, the environment over it, nothing wrong taken silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from flowrunner.compiler.settings.read import read_settings
from flowrunner.errors import FlowrunnerError
from flowrunner.i18n.words import words
from flowrunner.settings import Bucket, Server, Settings, VirusScan, by_language


def write(folder: Path, text: str) -> Path:
    file = folder / "flowrunner.yaml"
    file.write_text(text, encoding="utf-8")
    return file


class TestSettings:
    def test_a_deployment_may_say_nothing(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        assert read_settings(environment={}).settings == Settings()

    def test_paths_are_relative_to_the_file(self, tmp_path: Path) -> None:
        read = read_settings(write(tmp_path, "flows: [a, b]\ndata: kept\n"), {})
        assert read.settings is not None
        assert read.settings.flows == (tmp_path / "a", tmp_path / "b")
        assert read.settings.data == tmp_path / "kept"
        assert read.settings.database_url.endswith("kept/flowrunner.sqlite")

    def test_values_are_read(self, tmp_path: Path) -> None:
        text = "name:\n  en: Portal\n  fr: Portail\nfooter: Same\nport: 8080\nmax_body: 3 MB\nhost: 0.0.0.0\n"
        settings = read_settings(write(tmp_path, text), {}).settings
        assert settings is not None
        assert (settings.port, settings.max_body, settings.host) == (8080, 3 * 1024 * 1024, "0.0.0.0")  # noqa: S104
        assert by_language(settings.name, "fr") == "Portail"
        assert by_language(settings.name, "de", "Service") == "Service"
        assert by_language(settings.footer, "fr") == "Same"

    def test_where_uploads_lie_and_what_looks_at_them(self, tmp_path: Path) -> None:
        def said(text: str) -> Settings:
            settings = read_settings(write(tmp_path, text), {}).settings
            assert settings is not None
            return settings

        assert said("port: 80\n").files_at == tmp_path / "data" / "files"
        assert said("files: {folder: kept}\n").files_at == tmp_path / "kept"
        bucket = Bucket("b", "https://s3.example.org", "ca-central-1", "")
        text = "files: {bucket: b, endpoint: 'https://s3.example.org', region: ca-central-1}\n"
        assert said(text).files_at == bucket
        assert said("virus_scan: {host: clamd, port: 3311}\n").virus_scan == VirusScan(host="clamd", port=3311)
        assert said("virus_scan: {socket: /run/clamd}\n").virus_scan == VirusScan(Path("/run/clamd"))

    def test_the_environment_goes_over_the_file(self, tmp_path: Path) -> None:
        environment = {"FLOWRUNNER_PORT": "81", "FLOWRUNNER_DATA": "/kept", "FLOWRUNNER_NAME": "Ours"}
        settings = read_settings(write(tmp_path, "port: 80\ndata: here\n"), environment).settings
        assert settings is not None
        assert (settings.port, settings.data, by_language(settings.name, "fr")) == (81, Path("/kept"), "Ours")

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("prot: 80\n", "FR201.found"),
            ("port: 99999\n", "FR204.port"),
            ("max_body: much\n", "FR204.max_body"),
            ("port: [80]\n", "FR203.found"),
            ("files: {folder: a, bucket: b}\n", "FR207.found"),
            ("files: {region: a}\n", "FR202.one_of"),
            ("virus_scan: {host: a, port: 65536}\n", "FR204.other_pattern"),
            ("port: 80\nport: 81\n", "FR102.found"),
            ("\x00", "FR106.nul"),
        ],
    )
    def test_what_is_wrong_is_told_with_its_place(self, tmp_path: Path, text: str, code: str) -> None:
        read = read_settings(write(tmp_path, text), {})
        assert read.settings is None
        assert [one.message_id for one in read.diagnostics] == [code]
        assert read.diagnostics[0].span.line >= 1

    def test_a_wrong_variable_is_refused_by_its_name(self, tmp_path: Path) -> None:
        with pytest.raises(FlowrunnerError, match="FLOWRUNNER_PORT"):
            read_settings(write(tmp_path, "port: 80\n"), {"FLOWRUNNER_PORT": "many"})

    def test_a_file_that_is_asked_for_must_be_there(self, tmp_path: Path) -> None:
        with pytest.raises(FlowrunnerError, match="cannot be read"):
            read_settings(tmp_path / "none.yaml", {})


class TestServer:
    def test_values_are_read(self, tmp_path: Path) -> None:
        text = (
            "server:\n  workers: 4\n  threads: 8\n  https: false\n  hosts: [Service.example.org, .example.ca]\n"
            "  proxies: 1\n  log: plain\n  metrics: 9464\n"
        )
        settings = read_settings(write(tmp_path, text), {}).settings
        assert settings is not None
        hosts = ("service.example.org", ".example.ca")
        assert settings.server == Server(4, 8, False, hosts, 1, "plain", "127.0.0.1:9464")

    def test_one_host_may_stand_alone(self, tmp_path: Path) -> None:
        settings = read_settings(write(tmp_path, "server: {hosts: service.example.org}\n"), {}).settings
        assert settings is not None
        assert settings.server.hosts == ("service.example.org",)

    def test_the_environment_goes_over_the_file(self, tmp_path: Path) -> None:
        environment = {
            "FLOWRUNNER_WORKERS": "3",
            "FLOWRUNNER_HTTPS": "true",
            "FLOWRUNNER_HOSTS": "a.example.org b.example.org",
            "FLOWRUNNER_METRICS": "0.0.0.0:9464",
        }
        settings = read_settings(write(tmp_path, "server: {workers: 4, threads: 8}\n"), environment).settings
        assert settings is not None
        assert (settings.server.workers, settings.server.threads, settings.server.https) == (3, 8, True)
        assert settings.server.hosts == ("a.example.org", "b.example.org")
        assert settings.server.metrics == "0.0.0.0:9464"

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("workers: 0", "FR204.out_of_bounds"),
            ("threads: 1000", "FR204.out_of_bounds"),
            ("proxies: many", "FR204.whole_number"),
            ("https: perhaps", "FR204"),
            ("log: xml", "FR204"),
            ("hosts: [a b]", "FR204.host_name"),
            ("hosts: [http://a]", "FR204.host_name"),
            ("metrics: everywhere", "FR204.listener"),
            ("metrics: 127.0.0.1:0", "FR204.listener"),
            ("metrics: 127.0.0.1:99999", "FR204.listener"),
            ("speed: 3", "FR201.found"),
        ],
    )
    def test_what_is_wrong_is_told_with_its_place(self, tmp_path: Path, text: str, code: str) -> None:
        read = read_settings(write(tmp_path, f"server: {{{text}}}\n"), {})
        assert read.settings is None
        (found,) = read.diagnostics
        assert found.message_id.startswith(code)
        assert found.span.line == 1

    @pytest.mark.parametrize("key", ["WORKERS", "THREADS", "PROXIES", "HTTPS", "HOSTS", "LOG", "METRICS"])
    def test_a_wrong_variable_is_refused_by_its_name(self, tmp_path: Path, key: str) -> None:
        with pytest.raises(FlowrunnerError, match=f"FLOWRUNNER_{key}.*Write"):
            read_settings(write(tmp_path, "port: 80\n"), {f"FLOWRUNNER_{key}": "?"})


class TestMail:
    def test_without_a_server_it_goes_to_the_tray(self, tmp_path: Path) -> None:
        for text in ("port: 80\n", "mail: {tray: true}\n"):
            settings = read_settings(write(tmp_path, text), {}).settings
            assert settings is not None
            assert settings.mail.tray

    def test_the_server_and_the_sender_are_read(self, tmp_path: Path) -> None:
        text = (
            "address: https://example.org/app/\n"
            "mail:\n  host: smtp.example.org\n  security: tls\n  user: portal\n  timeout: 5 seconds\n"
            "  from:\n    en: The Portal <donotreply@example.org>\n    fr: Le portail <nepasrepondre@example.org>\n"
        )
        environment = {"FLOWRUNNER_MAIL_PASSWORD": "of the server"}
        settings = read_settings(write(tmp_path, text), environment).settings
        assert settings is not None
        mail = settings.mail
        assert settings.address == "https://example.org/app"
        assert (mail.host, mail.port, mail.security, mail.user, mail.timeout) == (
            "smtp.example.org",
            465,
            "tls",
            "portal",
            5.0,
        )
        assert mail.mailbox["fr"] == "Le portail <nepasrepondre@example.org>"
        assert mail.password == "of the server"
        assert "of the server" not in repr(settings)
        assert not mail.tray

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("mail: {host: a.example.org}\n", "FR202.found"),
            ("mail: {from: a@example.org}\n", "FR202.one_of"),
            ("mail: {host: a, from: a@example.org, tray: true}\n", "FR207.found"),
            ("mail: {host: a, from: nobody}\n", "FR204.mail_from"),
            ("mail: {host: a, from: zoé@example.org}\n", "FR204.mail_from"),
            ("mail: {host: a, from: a@example.org, reply_to: <}\n", "FR204.mail_reply_to"),
            ("mail: {host: a, from: a@example.org, port: 0}\n", "FR204.mail_port"),
            ("mail: {host: a, from: a@example.org, timeout: 1 hour}\n", "FR204.mail_timeout"),
            ("mail: {host: a, from: a@example.org, security: none, user: me}\n", "FR204.mail_user"),
            ("mail: {host: a, from: a@example.org, password: x}\n", "FR201.found"),
            ("notify: {small: {to: nobody}}\n", "FR204.notify_to"),
            ("notify: {small: {to: Team <team@example.org>}}\n", "FR204.notify_to"),
            ("notify: {small: {}}\n", "FR202.found"),
            ("address: example.org\n", "FR204.address"),
            ("address: javascript:alert(1)\n", "FR204.address"),
        ],
    )
    def test_what_is_wrong_is_told_with_its_place(self, tmp_path: Path, text: str, code: str) -> None:
        read = read_settings(write(tmp_path, text), {})
        assert read.settings is None
        assert code in {f"{found.check.code}.{found.variant}" for found in read.diagnostics}
        assert all(found.help(words("fr")) for found in read.diagnostics if found.check.code == "FR204")


class TestCalls:
    TEXT = "calls:\n  club:\n    ledger: {url: 'https://example.org/hook', secret_from: LEDGER}\n"

    def test_the_secret_is_in_the_environment_alone(self, tmp_path: Path) -> None:
        settings = read_settings(write(tmp_path, self.TEXT), {"LEDGER": "between us"}).settings
        assert settings is not None
        assert settings.calls["club"]["ledger"].url == "https://example.org/hook"
        assert settings.calls["club"]["ledger"].secret == "between us"
        assert "between us" not in repr(settings)

    def test_one_that_is_missing_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(FlowrunnerError, match="LEDGER"):
            read_settings(write(tmp_path, self.TEXT), {})
