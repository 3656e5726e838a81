"""People of the flow `permit`: gardeners who ask for a plot, and the warden who decides."""

from __future__ import annotations

import os

from flowrunner.model.case import Actor, Case, Submission
from flowrunner.service.accounts.accounts import add_account
from flowrunner.service.cases.cases import FormStamp
from flowrunner.service.sessions.visitor import Visitor as Who
from flowrunner.store import cases
from tests.service import making
from tests.web.conftest import House
from tests.web.papers import Sender
from tests.web.reading import Read

PASSWORD = "rain on four dry beans"
HOME, SIGN_IN, PROFILE, SUBMITTED = (f"/en/permit/page/{name}" for name in ("home", "sign_in", "profile", "submitted"))
ADA, BEN = "ada@example.org", "ben@example.org"
OFFICER = Actor(roles=frozenset({"warden"}))


class Gardener(Sender):
    """A browser of somebody with an account."""

    def sign_in(self, email: str = ADA) -> Read:
        self.open(SIGN_IN)
        return self.press(email=email, _password=PASSWORD)

    def ask(self, email: str = ADA, name: str = "Ada", *, sketch: bytes = b"") -> Read:
        """Ask for a plot up to the page that says that it was submitted."""
        self.fill_in(email, name)
        fill = {"plot": "sunny", "agreed": "yes"}
        files = {"sketch": ("Mein Plan é.png", sketch)} if sketch else {}
        page = self.add(files, "next", fill)
        assert self.path == "/en/permit/in_review", page.source
        return page

    def fill_in(self, email: str = ADA, name: str = "Ada") -> Read:
        """Up to the page of the plot, signing in on the way."""
        self.open("/en/permit")
        self.press(email=email, name=name)
        page = self.press(_password=PASSWORD)
        assert self.path == "/en/permit/details", page.source
        return page

    def again(self, name: str, email: str = ADA) -> None:
        """Another request of the same account: in a browser that holds none, because a case goes on where it is."""
        other = Gardener(self.house.app.test_client(), self.house)
        other.open("/en/permit")
        other.press(email=email, name=name)
        other.press(_password=PASSWORD)
        other.add({}, "next", {"plot": "shady", "agreed": "yes"})
        assert other.path == "/en/permit/in_review"

    def links(self) -> dict[str, str]:
        """The words of the links in the page's own part, with where they lead."""
        assert self.page is not None
        found = [link for link in self.page.all("a") if "main" in link.within]
        return {" ".join(link.words.split()): link["href"] for link in found}

    def buttons(self) -> dict[str, str]:
        """The words of the buttons in the page's own part, with what they send."""
        assert self.page is not None
        found = [button for button in self.page.all("button") if "main" in button.within]
        return {" ".join(button.words.split()): button["value"] for button in found}


def gardener(house: House, email: str = ADA, *, new: bool = True) -> Gardener:
    """A browser of somebody whose account there is."""
    if new:
        secret = house.services.context.passwords.hash(PASSWORD)
        add_account(house.services.context, house.flow("permit"), email, (), secret)
    return Gardener(house.app.test_client(), house)


def decide(house: House, case: Case, button: str, **typed: str) -> Case:
    """What an warden does with a case."""
    inputs = {name: (value,) for name, value in typed.items()}
    submission = Submission(case.step, button, inputs, language="en")
    form = FormStamp(os.urandom(8).hex())
    sent = house.cases.act("permit", os.urandom(8).hex(), form, submission, None, Who(OFFICER, case))
    assert sent is not None
    assert sent.case is not None
    assert sent.decision is not None
    assert sent.decision.problems == ()
    return sent.case


def newest(house: House) -> Case:
    """The case that moved last."""
    with house.database.reading() as transaction:
        rows = transaction.connection.exec_driver_sql("select id from cases where flow = 'permit' order by since desc")
        case = cases.load(transaction, str(rows.scalars().first()))
    assert case is not None
    return case


def picture() -> bytes:
    return making.picture("PNG")


def reference_of(case: Case) -> str:
    """The number of a case that was submitted."""
    assert case.reference is not None
    return case.reference
