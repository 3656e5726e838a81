"""A small flow with a code that is mailed, messages, a deadline with a reminder, and a service over it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flowrunner.carriers.base import Undelivered
from flowrunner.carriers.calls import Webhooks
from flowrunner.carriers.mail import Mail, Sender
from flowrunner.carriers.smtp import Smtp
from flowrunner.catalogue import Catalogue
from flowrunner.effects.base import Carriers
from flowrunner.model.case import Case, Submission
from flowrunner.model.record import replace
from flowrunner.service.cases.cases import Cases, FormStamp, SubmissionResult
from flowrunner.service.context import ServiceContext
from flowrunner.service.mail.messages import Messages
from flowrunner.service.mail.outbox import Outbox
from flowrunner.service.sources.sources import Sources
from flowrunner.service.upkeep.timers import Timers
from flowrunner.settings import CallSettings, MailSettings
from flowrunner.store import accounts, cases, outbox, versions
from flowrunner.store.accounts import AccountRow
from flowrunner.store.cases import Schedule
from flowrunner.store.database import Database
from flowrunner.store.outbox import OutboxLine
from flowrunner.store.sealing.keys import open_keys

NOW = datetime(2026, 3, 6, 15, 0, tzinfo=UTC)  # 10 am in Toronto, two days before its clocks change
NAME = "club"
FLOW = """\
flowrunner: 1
flow: club
languages: [en, fr]
territory: CA
time_zone: America/Toronto
title: Club
start: first
accounts: {sign_in_with: email, profile: [name], unique: [[email]]}
retention: {undecided: 10 days, decided: 1 year}
fields:
  email: {type: email, label: Email}
  name: {type: text, label: Name}
  check: {type: code, code: check, label: Code}
codes:
  check: {length: 6, alphabet: digits, valid: 10 minutes, tries: 3, tries_in_all: 9 a day, send: check_it}
messages:
  check_it:
    by: [email]
    languages: all
    subject:
      en: Your code
      fr: Votre code
    body:
      en: Your code is {{ code.check }}, {{ name }}.
      fr: Votre code est {{ code.check }}, {{ name }}.
  hurry:
    by: [email]
    subject:
      en: Hurry
      fr: Vite
    body:
      en: You have until {{ timer.too_late | date }}.
      fr: Vous avez jusqu’au {{ timer.too_late | date }}.
  welcome:
    by: [email, account, letter]
    subject:
      en: Hello {{ name }}
      fr: Bonjour {{ name }}
    body:
      en: "{{ today | date }}: number {{ case.reference }}, until {{ timer.too_late | date }}."
      fr: "Le {{ today | date }} : numéro {{ case.reference }}, jusqu’au {{ timer.too_late | date }}."
timers:
  too_late:
    after: 3 days
    since: begun
    until: submitted
    go: expired
    remind:
      - {after: 1 day, send: hurry}
steps:
  first:
    title: First
    fields: [email, name]
    next: checking
  checking:
    title: Checking
    enter: [{remember: begun}, {issue_code: check}]
    fields: [check]
    next: more
  more:
    title: More
    next: {do: [submit, {send: welcome}], go: done}
  done: {kind: end, outcome: done, title: Done}
  expired: {kind: end, outcome: expired, title: Expired}
"""


@dataclass(slots=True)
class Clock:
    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)


@dataclass(slots=True)
class Hands:
    """A carrier that keeps what it is given, or cannot."""

    taken: list[Mail] = field(default_factory=list)
    fails: Callable[[], Undelivered] | None = None

    def carry(self, mail: Mail) -> None:
        if self.fails is not None:
            raise self.fails()
        self.taken.append(mail)

    def rest(self) -> None:
        pass

    @property
    def subjects(self) -> list[str]:
        return [mail.sections[0].subject for mail in self.taken]


class Club:
    """One deployment of the flow, in a folder of its own. Several may be open over the same folder."""

    def __init__(
        self,
        folder: Path,
        clock: Clock | None = None,
        mail: MailSettings | None = None,
        url: str = "",
        calls: Mapping[str, Mapping[str, CallSettings]] | None = None,
    ) -> None:
        flows = folder / "flows"
        if not flows.exists():
            flows.mkdir()
            (flows / "club.yaml").write_text(FLOW, encoding="utf-8")
        self.clock = clock or Clock()
        self.database = Database(url or f"sqlite:///{folder}/club.db", open_keys(folder))
        self.database.upgrade()
        self.catalogue = Catalogue([flows], self._stored)
        self.sources = Sources(self.database, {}, folder)
        self.context = ServiceContext(self.database, self.catalogue, self.clock)
        self.cases = Cases(self.context, self.sources, lambda case, step: f"/{step}")
        self.messages = Messages(self.context)
        self.timers = Timers(self.context)
        self.hands = Hands()
        sender = Sender(mail.mailbox, {}, {"": "Club"}) if mail else None
        carrier = Smtp(mail, sender) if mail and sender else self.hands
        self.outbox = Outbox(self.context, Carriers(carrier, Webhooks(calls or {})), lambda: 0.0)
        self._forms = 0

    def close(self) -> None:
        self.sources.close()
        self.database.close()

    def _stored(self, flow: str, version: str) -> str | None:
        with self.database.reading() as transaction:
            return versions.find(transaction, flow, version)

    # --- What a person does -----------------------------------------------------------------

    def send(
        self, step: str, browser: str = "one", button: str = "next", language: str = "en", **typed: str
    ) -> SubmissionResult:
        self._forms += 1
        submission = Submission(step, button, {name: (value,) for name, value in typed.items()}, language=language)
        sent = self.cases.act(NAME, browser, FormStamp(f"{browser}-{self._forms}"), submission)
        assert sent is not None
        return sent

    def ask_for_code(self, browser: str = "one", email: str = "zoe@example.org", language: str = "en") -> Case:
        """Fill in the first page, so that a code is mailed."""
        return self.case(self.send("first", browser, language=language, email=email, name="Zoé"))

    def case(self, sent: SubmissionResult) -> Case:
        assert sent.decision is not None
        assert sent.case is not None
        assert sent.decision.problems == ()
        return sent.case

    def code(self) -> str:
        """The code in the newest mail."""
        return "".join(filter(str.isdigit, self.hands.taken[-1].sections[0].plain))

    def submit(self, browser: str = "one", email: str = "zoe@example.org") -> Case:
        """Go on to the end, so that the welcome waits to be delivered."""
        self.ask_for_code(browser, email)
        self.deliver()
        self.send("checking", browser, check=self.code())
        return self.case(self.send("more", browser))

    def sign_in(self, case_id: str, account: str = "a1", email: str = "zoe@example.org") -> None:
        """What signing in does: the case is the account's from now on."""
        with self.database.writing() as transaction:
            accounts.add(transaction, AccountRow(account, email), [], NOW)
            case = cases.load(transaction, case_id)
            assert case is not None
            owned = replace(case, owner=account, revision=case.revision + 1)
            cases.save(transaction, owned, case.revision, Schedule("owner"))

    # --- What is there ----------------------------------------------------------------------

    def load(self, case_id: str) -> Case:
        with self.database.reading() as transaction:
            found = cases.load(transaction, case_id)
        assert found is not None
        return found

    def lines(self) -> list[OutboxLine]:
        with self.database.reading() as transaction:
            return outbox.lines(transaction)

    def states(self) -> list[tuple[str, str | None]]:
        """State and reason of every row of the outbox, in order."""
        with self.database.reading() as transaction:
            rows = transaction.connection.exec_driver_sql("select state, reason from outbox order by id")
            return [(state, reason) for state, reason in rows]

    def deliver(self) -> None:
        while self.outbox.deliver_some():
            pass
