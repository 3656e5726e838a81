"""E-mail as MIME: the same bytes each time that the same mail is tried.

What this takes is long to load, so a process that only hands mail on does without it.
"""

from __future__ import annotations

import re
from email import policy
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from hashlib import sha256
from html import escape
from typing import NamedTuple

from flowrunner.carriers.base import DeliveryRefused
from flowrunner.carriers.mail import Mail, MailSection, Sender, localized
from flowrunner.carriers.mail_footer import mail_footer

_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_OUR_PATH = re.compile(r'href="(/(?!/)[^"]*)"')


class Composed(NamedTuple):
    """A mail ready for SMTP. `utf8` is true when its recipient's address needs a server that speaks SMTPUTF8."""

    message_id: str
    sender: str
    to: str
    utf8: bool
    content: bytes


def compose(mail: Mail, sender: Sender) -> Composed:
    """Write a mail down. Raises DeliveryRefused when nothing can go to its address."""
    to, utf8 = _recipient(mail.to)
    language = mail.sections[0].language
    who = mailbox(localized(sender.sender, language))
    message_id = f"<{sha256(f'message:{mail.key}'.encode()).hexdigest()[:40]}@{who.domain}>"
    message = EmailMessage(policy.SMTPUTF8 if utf8 else policy.SMTP)
    subject = " / ".join(dict.fromkeys(one_line(section.subject) for section in mail.sections))
    message["From"] = who
    message["To"] = to
    if sender.reply_to:
        message["Reply-To"] = mailbox(localized(sender.reply_to, language))
    message["Date"] = format_datetime(mail.written)
    message["Message-ID"] = message_id
    # Nobody's "out of office" is to answer a machine (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(_plain(mail, sender), subtype="plain", charset="utf-8", cte="quoted-printable")
    message.add_alternative(_html(mail, sender, subject), subtype="html", charset="utf-8", cte="quoted-printable")
    message["Content-Language"] = ", ".join(section.language for section in mail.sections)
    message.set_boundary(f"=_{sha256(f'boundary:{mail.key}'.encode()).hexdigest()[:40]}")
    return Composed(message_id, who.addr_spec, to, utf8, _subject_line(subject) + message.as_bytes())


def _subject_line(subject: str) -> bytes:
    """The header, folded. The message's own policy doubles the space before a word that it must encode."""
    header = Header(subject, None if subject.isascii() else "utf-8", header_name="Subject")
    folded = header.encode(linesep="\r\n")
    return f"Subject: {folded}\r\n".encode("ascii")


def one_line(text: str) -> str:
    """Words for a header: whatever could begin another one is a space."""
    return " ".join(_CONTROLS.sub(" ", text.encode("utf-8", "replace").decode()).split())


def mailbox(written: str) -> Address:
    """`Name <name@example.org>` or the address alone. Raises ValueError."""
    match = re.fullmatch(r"\s*(?:(?P<name>[^<>]*?)\s*<(?P<there>[^<>\s]+)>|(?P<alone>[^<>\s]+))\s*", written)
    if match is None or _CONTROLS.search(written):
        raise ValueError(written)
    try:
        address = Address((match["name"] or "").strip('" '), addr_spec=match["there"] or match["alone"])
    except (HeaderParseError, IndexError) as error:
        raise ValueError(written) from error
    if not address.domain or not address.username:
        raise ValueError(written)
    return address


def _recipient(written: str) -> tuple[str, bool]:
    """The address as it goes over the wire, and whether that takes SMTPUTF8: a domain can be written in ASCII."""
    # Its grammar takes long to load: it comes with the first mail.
    from email_validator import EmailNotValidError, validate_email

    try:
        address = validate_email(written, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        raise DeliveryRefused("address") from None
    return (address.ascii_email, False) if address.ascii_email else (address.normalized, True)


# --- The two bodies -----------------------------------------------------------------------


def _plain(mail: Mail, sender: Sender) -> str:
    parts = []
    for section in mail.sections:
        body = section.plain
        for path in dict.fromkeys(_OUR_PATH.findall(section.html)):
            body = body.replace(f"({path})", f"({sender.address}{path})") if sender.address else body
        foot = "\n".join(mail_footer(section, sender))
        parts.append("\n\n".join(part for part in (body.strip(), foot) if part))
    return f"\n\n{'-' * 20}\n\n".join(parts) + "\n"


def _html(mail: Mail, sender: Sender, title: str) -> str:
    several = len(mail.sections) > 1
    parts = [_section(section, sender, several) for section in mail.sections]
    return (
        f'<!doctype html>\n<html lang="{escape(mail.sections[0].language)}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n</head>\n"
        '<body style="margin: 0 auto; max-width: 40em; padding: 1em; font: 1.125em/1.5 sans-serif">\n'
        f"<main>\n{'<hr>'.join(parts)}</main>\n</body>\n</html>\n"
    )


def _section(section: MailSection, sender: Sender, several: bool) -> str:
    body = section.html
    if sender.address:
        body = _OUR_PATH.sub(lambda match: f'href="{escape(sender.address)}{match[1]}"', body)
    spoken = f' lang="{escape(section.lang)}"' if section.lang and section.lang != section.language else ""
    foot = "<br>\n".join(_linked(line) for line in mail_footer(section, sender))
    inside = f"<div{spoken}>\n<h1>{escape(section.subject)}</h1>\n{body}</div>\n<p>{foot}</p>\n"
    return f'<section lang="{escape(section.language)}">\n{inside}</section>\n' if several else inside


def _linked(line: str) -> str:
    return f'<a href="{escape(line)}">{escape(line)}</a>' if line.startswith(("http://", "https://")) else escape(line)
