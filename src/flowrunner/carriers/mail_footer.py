"""The footer of every e-mail: who sends it, where the service is, and that nobody reads an answer."""

from __future__ import annotations

from flowrunner.carriers.mail import MailSection, Sender, localized
from flowrunner.i18n.words import words


def mail_footer(section: MailSection, sender: Sender) -> list[str]:
    """Its lines in the language of a section, as plain words; addresses among them become links in HTML."""
    lines = [localized(sender.name, section.language)] if sender.name else []
    if sender.address:
        lines.append(f"{sender.address}/{section.language}/")
    if not sender.reply_to:
        lines.append(words(section.language).say("mail.no_reply"))
    return lines
