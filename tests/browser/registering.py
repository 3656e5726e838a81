"""A person who registers from the first page to the confirmation, with a browser and with the mail that they get."""

from __future__ import annotations

import re
import time
from email.message import EmailMessage

from playwright.sync_api import FilePayload, Page

from tests.browser.walking import STEPS, Axe, Walker
from tests.mail_server import Script
from tests.service import making

PASSWORD = "four words in the rain"
SCAN = FilePayload(name="Permis de conduire.pdf", mimeType="application/pdf", buffer=making.pdf(mark="scan"))
LETTER = FilePayload(name="naissance.png", mimeType="image/png", buffer=making.picture("PNG"))
CODE_PAGE = {"en": "Enter your sign-in code", "fr": "Entrer votre code d’ouverture de session"}
ROWS = """() => [...document.querySelectorAll('dl.summary .row')].map(row =>
    [...row.querySelectorAll('dt, dd:not(.change)')].map(cell => {
        const box = cell.getBoundingClientRect();
        return [Math.round(box.left), Math.round(box.top)];
    }))"""
MAIL_TAKES = 20.0  # seconds at most


class Post:
    """The mail that a server took. Each mail is read once."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._read = 0

    def newest(self, to: str) -> EmailMessage:
        """The newest mail to an address since the last look; waits for one."""
        return self.next(to, 1)[-1]

    def next(self, to: str, count: int) -> list[EmailMessage]:
        """The mails to an address since the last look; waits for so many."""
        until = time.monotonic() + MAIL_TAKES
        while time.monotonic() < until:
            new = [mail for mail in self._script.taken[self._read :] if mail["To"] == to]
            if len(new) >= count:
                self._read = len(self._script.taken)
                return new
            time.sleep(0.05)
        raise AssertionError(f"Less than {count} came to {to}.")

    def code(self, to: str) -> str:
        """The six digits that the newest mail carries, the same in plain words and in HTML."""
        mail = self.newest(to)
        found = {kind: re.findall(r"(?<![\d#])\d{6}(?!\d)", _part(mail, kind)) for kind in ("plain", "html")}
        assert len(set(found["plain"])) == 1
        assert set(found["plain"]) == set(found["html"])
        return str(found["plain"][0])


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


class Person(Walker):
    """Registers with one address. Pages that this person `looks` at are looked at with axe, on a screen and a phone."""

    def __init__(self, page: Page, axe: Axe, address: str, language: str, post: Post, email: str) -> None:
        super().__init__(page, axe, address, language)
        self.post = post
        self.email = email
        self.looks = True

    def elsewhere(self, page: Page) -> Person:
        """The same person with another browser."""
        return Person(page, self.axe, self.address, self.language, self.post, self.email)

    def see(self, step: str, heading: str = "") -> None:
        """This is the page of a step, whatever stands behind its address."""
        assert self.page.url.startswith(f"{self.address}/{self.language}/registration/{step}")
        assert self.heading() == (heading or STEPS[step]["title"][self.language])
        if self.looks:
            self.sound(f"journey-{step}{'-code' if heading else ''}")

    def type(self, **typed: str) -> None:
        for name, value in typed.items():
            self.page.fill(f"[name='{name.replace('__', '.')}']", value)

    def send(self, **typed: str) -> None:
        self.type(**typed)
        self.follow("main button[value=next]")

    # --- Parts of the way -------------------------------------------------------------------

    def invited(self, regulator: str, number: str, irc_number: str = "") -> str:
        """From the first page to the invitation; its code."""
        self.start()
        self.see("access_request")
        self.fill(self.email, regulator, number, irc_number)
        self.see("invitation")
        return self.page.locator("input[readonly]").input_value()

    def sign_up(self, invitation: str) -> None:
        """From the sign-up to the identity page, by the code of the mail."""
        self.see("sign_up")
        names = {"family_name": "Tremblay", "given_name": "Léa", "phone": "613-555-0142"}
        self.send(invitation_code=invitation, password=PASSWORD, confirm_password=PASSWORD, **names)
        self.see("confirm_sign_up")
        self.send(verification_code=self.post.code(self.email))
        assert self.page.locator("[role=status]").count() == 1

    def sign_up_from(self, regulator: str, number: str, irc_number: str = "") -> None:
        """From the first page to the identity page."""
        invitation = self.invited(regulator, number, irc_number)
        self.press("next")
        self.sign_up(invitation)

    def sign_in(self) -> None:
        """Password, code of the mail, terms."""
        self.see("sign_in")
        self.send(_password=PASSWORD)
        self.see("sign_in", CODE_PAGE[self.language])
        self.send(_code=self.post.code(self.email))
        self.see("terms")
        self.page.check("[name=terms_accepted]")
        self.press("next")

    def add_address(self, search: str, match: str) -> None:
        """Look an address up and choose what was found."""
        self.type(mailing_address__search=search)
        self.follow("[value='_search:mailing_address']")
        with self.page.expect_navigation():
            self.page.locator("button.match", has_text=match).click()

    def add_documents(self) -> None:
        """Two documents of two types, each by its button."""
        self.page.check("[name=photo_id_type][value=drivers_licence]")
        self.page.set_input_files("#photo_id", SCAN)
        self.follow("[value='_upload:photo_id']")
        self.page.select_option("#second_id_type", "birth_certificate")
        self.page.set_input_files("#second_id", LETTER)
        self.follow("[value='_upload:second_id']")

    def submit(self) -> None:
        self.page.check("[name=declaration]")
        self.press("next")

    def switch_language(self) -> None:
        self.follow(".languages [lang]")
        self.language = "fr" if self.language == "en" else "en"

    # --- What the page says -----------------------------------------------------------------

    def files(self) -> list[str]:
        return [name.strip() for name in self.page.locator(".documents a").all_inner_texts()]

    def says(self, words: str) -> bool:
        return words in self.page.locator("main").inner_text().replace("\N{NO-BREAK SPACE}", " ")

    def summary_is_in_columns(self) -> bool:
        """Labels under labels, answers under answers, each beside its own."""
        cells = [cell for row in self.page.evaluate(ROWS) for cell in row]
        labels, answers = cells[::2], cells[1::2]
        columns = ({left for left, _ in labels}, {left for left, _ in answers})
        beside = all(label[1] == answer[1] for label, answer in zip(labels, answers, strict=True))
        return beside and [len(column) for column in columns] == [1, 1]
