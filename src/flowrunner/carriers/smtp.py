"""E-mail over SMTP. One connection carries what is there to be carried, and is closed when there is no more."""

from __future__ import annotations

import smtplib
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING

from flowrunner.carriers.base import Away, DeliveryRefused, Postponed, Undelivered
from flowrunner.carriers.mail import Mail, Sender
from flowrunner.settings import MailSettings

if TYPE_CHECKING:
    from flowrunner.carriers.mime import Composed

FOR_GOOD = 500


class Smtp:
    """A `MailCarrier` to the server of the settings.

    What a server answers for good (5xx) to the recipient or the content is refused; whatever else keeps it from taking
    the mail is for now. A mail counts as delivered from the server's answer to its content, not before.
    """

    def __init__(self, settings: MailSettings, sender: Sender) -> None:
        self._settings = settings
        self._sender = sender
        self._open: smtplib.SMTP | None = None

    def carry(self, mail: Mail) -> None:
        """Raises Away, Postponed or DeliveryRefused."""
        from flowrunner.carriers.mime import compose  # it comes with the first mail

        composed = compose(mail, self._sender)
        connection = self._connection()
        try:
            self._send(connection, composed)
        except BaseException:
            # A conversation that broke off is not gone on with: what comes next would be taken for its rest.
            self._drop()
            raise

    def rest(self) -> None:
        """Say goodbye."""
        if self._open is not None:
            with suppress(smtplib.SMTPException, OSError):
                self._open.quit()
        self._drop()

    def _drop(self) -> None:
        if self._open is not None:
            self._open.close()
        self._open = None

    # --- The conversation -----------------------------------------------------------------

    def _connection(self) -> smtplib.SMTP:
        if self._open is not None and not _is_alive(self._open):
            self._drop()
        if self._open is None:
            try:
                self._open = self._connect()
            except smtplib.SMTPResponseException as error:
                raise Away(f"server {error.smtp_code}") from error
            except smtplib.SMTPException as error:
                raise Away("server") from error
            except ssl.SSLError as error:
                raise Away("encryption") from error
            except OSError as error:
                raise Away("unreachable") from error
        return self._open

    def _connect(self) -> smtplib.SMTP:
        server = self._settings
        context = ssl.create_default_context()
        if server.security == "tls":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=server.timeout, context=context)
        else:
            smtp = smtplib.SMTP(server.host, server.port, timeout=server.timeout)
        try:
            if server.security == "starttls":
                smtp.starttls(context=context)
            if server.user:
                smtp.login(server.user, server.password)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _send(self, connection: smtplib.SMTP, mail: Composed) -> None:
        try:
            options = ["SMTPUTF8", "BODY=8BITMIME"] if mail.utf8 else []
            connection.ehlo_or_helo_if_needed()
            if mail.utf8 and not connection.has_extn("smtputf8"):
                raise DeliveryRefused("smtputf8")
            connection.sendmail(mail.sender, [mail.to], mail.content, options)
        except smtplib.SMTPRecipientsRefused as error:
            ((code, _),) = error.recipients.values()
            raise _refusal("recipient", code) from error
        except smtplib.SMTPDataError as error:
            raise _refusal("content", error.smtp_code) from error
        except smtplib.SMTPResponseException as error:
            raise Postponed(f"server {error.smtp_code}") from error
        except (smtplib.SMTPException, OSError) as error:
            raise Postponed("broken off") from error


def _refusal(what: str, code: int) -> Undelivered:
    return DeliveryRefused(f"{what} {code}") if code >= FOR_GOOD else Postponed(f"{what} {code}")


def _is_alive(connection: smtplib.SMTP) -> bool:
    """Whether a connection that was used before still is one."""
    try:
        return connection.noop()[0] == 250
    except (smtplib.SMTPException, OSError):
        return False
