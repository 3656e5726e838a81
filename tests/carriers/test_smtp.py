"""Over real SMTP, to a server that takes, refuses, delays and drops."""

from __future__ import annotations

import ssl
import subprocess
import time
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from flowrunner.carriers.base import Away, DeliveryRefused, Postponed
from flowrunner.carriers.smtp import Smtp
from flowrunner.model.record import replace
from flowrunner.settings import MailSettings
from tests.carriers.test_mail import MAIL, SENDER, WRITTEN
from tests.mail_server import MailServer, Script, Server


class TestTaken:
    def test_a_mail_arrives_as_it_was_written(self, mail_server: MailServer) -> None:
        smtp = Smtp(mail_server.settings, SENDER)
        smtp.carry(MAIL)
        smtp.rest()
        (message,) = mail_server.taken
        assert str(message["Subject"]) == "Your code"
        assert message["Date"].datetime == WRITTEN
        assert mail_server.script.envelopes == [("donotreply@example.org", ["person@example.org"])]

    def test_one_connection_carries_many_and_a_dead_one_is_replaced(self, mail_server: MailServer) -> None:
        smtp = Smtp(mail_server.settings, SENDER)
        for number in range(3):
            smtp.carry(replace(MAIL, key=str(number)))
        assert mail_server.script.connections == 1
        assert smtp._open is not None
        assert smtp._open.sock is not None
        smtp._open.sock.shutdown(2)
        smtp.carry(MAIL)
        smtp.rest()
        assert len(mail_server.taken) == 4
        assert mail_server.script.connections == 2

    def test_an_address_with_accents_goes_where_it_is_understood(self, mail_server: MailServer) -> None:
        mail = replace(MAIL, to="zoé@example.org")
        with_utf8 = Server(mail_server.script, enable_SMTPUTF8=True)
        with_utf8.start()
        smtp = Smtp(replace(mail_server.settings, port=with_utf8.port), SENDER)
        smtp.carry(mail)
        smtp.rest()
        with_utf8.stop()
        assert mail_server.script.envelopes[-1][1] == ["zoé@example.org"]
        without = Server(mail_server.script, enable_SMTPUTF8=False)
        without.start()
        with pytest.raises(DeliveryRefused, match="smtputf8"):
            Smtp(replace(mail_server.settings, port=without.port), SENDER).carry(mail)
        without.stop()


class TestNotTaken:
    @pytest.mark.parametrize(
        ("script", "kind", "reason"),
        [
            ({"rcpt": "550 no person@example.org here"}, DeliveryRefused, "recipient 550"),
            ({"rcpt": "450 later"}, Postponed, "recipient 450"),
            ({"data": "554 spam"}, DeliveryRefused, "content 554"),
            ({"data": "451 busy"}, Postponed, "content 451"),
            ({"drop": "before"}, Postponed, "broken off"),
            ({"drop": "after"}, Postponed, "broken off"),
            ({"slow": 4.0}, Postponed, "broken off"),
        ],
    )
    def test_what_the_server_does_is_told_without_its_words(
        self, mail_server: MailServer, script: dict[str, object], kind: type[Exception], reason: str
    ) -> None:
        for name, value in script.items():
            setattr(mail_server.script, name, value)
        smtp = Smtp(replace(mail_server.settings, timeout=1.0), SENDER)
        with pytest.raises(kind) as told:
            smtp.carry(MAIL)
        assert told.value.reason == reason  # type: ignore[attr-defined]
        assert "person" not in str(told.value)

    def test_after_a_refusal_the_next_one_goes(self, mail_server: MailServer) -> None:
        smtp = Smtp(mail_server.settings, SENDER)
        mail_server.script.rcpt = "550 no"
        with pytest.raises(DeliveryRefused):
            smtp.carry(MAIL)
        mail_server.script.rcpt = ""
        smtp.carry(MAIL)
        smtp.rest()
        assert len(mail_server.taken) == 1

    def test_nobody_there_is_nobodys_fault(self, closed_port: int) -> None:
        with pytest.raises(Away, match="unreachable"):
            Smtp(MailSettings("127.0.0.1", closed_port, "none"), SENDER).carry(MAIL)

    def test_a_server_without_encryption_gets_nothing_when_we_want_it(self, mail_server: MailServer) -> None:
        with pytest.raises(Away):
            Smtp(replace(mail_server.settings, security="starttls"), SENDER).carry(MAIL)
        assert mail_server.taken == []

    def test_a_silent_server_does_not_hold_us(self, mail_server: MailServer) -> None:
        mail_server.script.slow = 60
        start = time.monotonic()
        with pytest.raises(Postponed):
            Smtp(replace(mail_server.settings, timeout=0.5), SENDER).carry(MAIL)
        assert timedelta(seconds=time.monotonic() - start) < timedelta(seconds=10)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 with its key, made now."""
    folder = tmp_path_factory.mktemp("certificate")
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "certificate.pem"),
        ],
        cwd=folder,
        check=True,
        capture_output=True,
    )
    return folder


class TestEncrypted:
    @pytest.mark.parametrize("security", ["starttls", "tls"])
    @pytest.mark.parametrize("password", ["right", "wrong"])
    def test_signing_in(
        self, certificate: Path, monkeypatch: pytest.MonkeyPatch, security: Literal["starttls", "tls"], password: str
    ) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "certificate.pem", certificate / "key.pem")
        script = Script()
        seen: list[object] = []

        def check(server: object, session: object, envelope: object, mechanism: str, data: object) -> AuthResult:
            seen.append(data)
            right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"portal", b"right")
            return AuthResult(success=right, handled=False)

        # From a connection that was encrypted from its start, aiosmtpd does not know that it is.
        encryption: dict[str, Any] = (
            {"tls_context": context, "require_starttls": True, "auth_require_tls": True}
            if security == "starttls"
            else {"ssl_context": context, "auth_require_tls": False}
        )
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate / "certificate.pem"))
        server = Server(script, authenticator=check, **encryption)
        server.start()
        settings = MailSettings(
            "127.0.0.1",
            server.port,
            security,
            "portal",
            password,
            timeout=5.0,
        )
        smtp = Smtp(settings, SENDER)
        try:
            if password == "right":
                smtp.carry(MAIL)
                assert len(script.taken) == 1
            else:
                with pytest.raises(Away, match="535"):
                    smtp.carry(MAIL)
                assert script.taken == []
        finally:
            smtp.rest()
            server.stop()

    def test_a_certificate_that_nobody_vouches_for_is_not_talked_to(self, certificate: Path) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate / "certificate.pem", certificate / "key.pem")
        script = Script()
        server = Server(script, tls_context=context)
        server.start()
        with pytest.raises(Away, match="encryption"):
            Smtp(MailSettings("127.0.0.1", server.port, "starttls", timeout=5.0), SENDER).carry(MAIL)
        server.stop()
        assert script.taken == []
