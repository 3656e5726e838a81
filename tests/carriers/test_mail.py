"""How an e-mail is written down: the same bytes each time, no header of anybody's making, readable by everybody."""

from __future__ import annotations

from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from html.parser import HTMLParser

import pytest

from flowrunner.carriers.base import DeliveryRefused
from flowrunner.carriers.mail import Mail, MailSection, Sender
from flowrunner.carriers.mime import Composed, compose, mailbox, one_line
from flowrunner.model.record import replace

WRITTEN = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)
SENDER = Sender({"": "Portal <donotreply@example.org>"}, {}, {"en": "The portal", "fr": "Le portail"}, "")
EN = MailSection("en", "Your code", "Your code is 123456.", "<p>Your code is <strong>123456</strong>.</p>\n")
FR = MailSection("fr", "Votre code à six chiffres", "Voici : 123456.", "<p>Voici : 123456.</p>\n")
MAIL = Mail("case:1:send", "person@example.org", (EN,), WRITTEN)


def read(composed: Composed) -> EmailMessage:
    return BytesParser(EmailMessage, policy=policy.default).parsebytes(composed.content)


def body(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


class Outline(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


class TestHeaders:
    def test_who_what_when(self) -> None:
        message = read(compose(MAIL, replace(SENDER, reply_to={"": "help@example.org"})))
        assert str(message["From"]) == "Portal <donotreply@example.org>"
        assert str(message["To"]) == "person@example.org"
        assert str(message["Reply-To"]) == "help@example.org"
        assert str(message["Subject"]) == "Your code"
        assert message["Date"].datetime == WRITTEN
        assert str(message["Auto-Submitted"]) == "auto-generated"
        assert message.get_content_type() == "multipart/alternative"

    def test_the_same_mail_is_the_same_bytes_and_another_has_another_id(self) -> None:
        first, again = compose(MAIL, SENDER), compose(MAIL, SENDER)
        other = compose(replace(MAIL, key="case:2:send"), SENDER)
        assert first == again
        assert first.message_id != other.message_id
        assert first.message_id.endswith("@example.org>")
        assert "case" not in first.message_id

    def test_a_subject_is_folded_without_another_space(self) -> None:
        subject = "Your verification code for the IRCC Portal / Votre code de vérification pour le portail d’IRCC"
        composed = compose(replace(MAIL, sections=(replace(EN, subject=subject),)), SENDER)
        assert str(read(composed)["Subject"]) == subject

    def test_subjects_in_any_script_survive_in_ascii(self) -> None:
        subject = "Renseignements demandés 日本語 " * 12
        composed = compose(replace(MAIL, sections=(replace(EN, subject=subject),)), SENDER)
        assert composed.content.isascii()
        assert str(read(composed)["Subject"]) == subject.strip()
        assert max(map(len, composed.content.split(b"\r\n"))) <= 78

    @pytest.mark.parametrize(
        "evil", ["x\r\nBcc: other@example.org", "x\nBcc: y", "x\rBcc: y", "x\x0bBcc: y", "x\u2028B: y"]
    )
    def test_nobody_adds_a_header(self, evil: str) -> None:
        message = read(compose(replace(MAIL, sections=(replace(EN, subject=evil),)), SENDER))
        assert "Bcc" not in message
        assert "B" not in message
        assert "\n" not in one_line(evil)
        with pytest.raises(DeliveryRefused):
            compose(replace(MAIL, to=f"person@example.org{evil[1:]}"), SENDER)

    @pytest.mark.parametrize("to", ["", "nobody", "a@b@example.org", "a@example.org, b@example.org", "<a@example.org>"])
    def test_only_one_address_is_an_address(self, to: str) -> None:
        with pytest.raises(DeliveryRefused) as refused:
            compose(replace(MAIL, to=to), SENDER)
        assert refused.value.reason == "address"

    def test_a_domain_is_written_in_ascii_and_a_name_needs_utf8(self) -> None:
        domain = compose(replace(MAIL, to="zoe@exämple.org"), SENDER)
        assert (domain.to, domain.utf8) == ("zoe@xn--exmple-cua.org", False)
        name = compose(replace(MAIL, to="zoé@example.org"), SENDER)
        assert (name.to, name.utf8) == ("zoé@example.org", True)
        assert "To: zoé@example.org" in name.content.decode()

    @pytest.mark.parametrize("written", ["", "Portal", "a <b", "x@", "@y", "N <a@example.org>\nBcc: b@example.org"])
    def test_what_is_no_mailbox_is_told(self, written: str) -> None:
        with pytest.raises(ValueError, match=r".*"):
            mailbox(written)


class TestBodies:
    def test_all_languages_stand_in_one_mail_each_marked(self) -> None:
        message = read(compose(replace(MAIL, sections=(FR, EN)), SENDER))
        assert str(message["Subject"]) == "Votre code à six chiffres / Your code"
        assert str(message["Content-Language"]) == "fr, en"
        plain = body(message, "plain")
        assert plain.index("Voici : 123456.") < plain.index("Your code is 123456.")
        tags = Outline(body(message, "html")).tags
        assert [attributes["lang"] for tag, attributes in tags if tag in ("html", "section")] == ["fr", "fr", "en"]

    def test_the_html_asks_nothing_of_anybody(self) -> None:
        html = body(read(compose(MAIL, SENDER)), "html")
        tags = Outline(html).tags
        assert ("html", {"lang": "en"}) in tags
        assert "<title>Your code</title>" in html
        assert not [tag for tag, _ in tags if tag in ("img", "link", "script", "iframe", "form")]
        assert "src=" not in html
        assert "http" not in html

    def test_words_in_another_language_say_so(self) -> None:
        section = replace(EN, lang="fr")
        html = body(read(compose(replace(MAIL, sections=(section,)), SENDER)), "html")
        assert '<div lang="fr">' in html

    def test_our_own_paths_lead_to_the_service(self) -> None:
        section = MailSection(
            "fr",
            "S",
            "Ouvrez une session (/fr/portal). Votre note (/x) est là.",
            '<p><a href="/fr/portal">Ouvrez une session</a>. Votre note (/x) est <a href="//evil.example">là</a>.</p>',
        )
        sender = replace(SENDER, address="https://service.example.org/app")
        message = read(compose(replace(MAIL, sections=(section,)), sender))
        plain, html = body(message, "plain"), body(message, "html")
        assert "(https://service.example.org/app/fr/portal)" in plain
        assert "(/x)" in plain
        assert 'href="https://service.example.org/app/fr/portal"' in html
        assert 'href="//evil.example"' in html
        assert "https://service.example.org/app/fr/" in plain
        assert "Le portail" in plain

    def test_who_does_not_read_answers_says_so(self) -> None:
        assert "Do not reply" in body(read(compose(MAIL, SENDER)), "plain")
        answered = replace(SENDER, reply_to={"": "help@example.org"})
        assert "Do not reply" not in body(read(compose(MAIL, answered)), "plain")

    def test_a_line_of_any_length_and_a_dot_alone_survive(self) -> None:
        long = "é" * 5000
        section = replace(EN, plain=f"{long}\n.\nFrom here", html=f"<p>{long}</p>")
        composed = compose(replace(MAIL, sections=(section,)), SENDER)
        assert max(map(len, composed.content.split(b"\r\n"))) <= 78
        assert f"{long}\n.\nFrom here" in body(read(composed), "plain")
