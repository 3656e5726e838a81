"""A flow in which everything is kept that flowrunner keeps of a person, a deployment of it, and people who walk it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest
from argon2 import PasswordHasher

from flowrunner.carriers.calls import Webhooks
from flowrunner.carriers.mail import Sender
from flowrunner.carriers.tray import FOLDER, Tray, sweep
from flowrunner.catalogue import Catalogue
from flowrunner.effects.base import Carriers
from flowrunner.model.case import Actor, Case, Decision, Submission
from flowrunner.model.record import replace
from flowrunner.runtime.interpreter import act
from flowrunner.runtime.program import Program
from flowrunner.service.accounts.accounts import Accounts
from flowrunner.service.accounts.sign_in import SignIn
from flowrunner.service.cases.cases import Cases, FormStamp, SubmissionResult
from flowrunner.service.cases.conflicts import digest_of
from flowrunner.service.cases.decisions import keep_decision, schedule
from flowrunner.service.cases.drafts import DraftStore
from flowrunner.service.context import ServiceContext
from flowrunner.service.mail.messages import Messages
from flowrunner.service.mail.outbox import Outbox
from flowrunner.service.sessions.passwords import Passwords
from flowrunner.service.sources.sources import Sources
from flowrunner.service.upkeep.redaction import Redaction
from flowrunner.service.upkeep.retention import Retention
from flowrunner.service.upkeep.timers import Timers
from flowrunner.service.uploads.contents.judge import Judge
from flowrunner.service.uploads.uploads import Incoming, Uploads
from flowrunner.store.blobs.blob_store import open_folder
from flowrunner.store.database import Database
from flowrunner.store.sealing.keys import open_keys
from tests.service import making
from tests.service.club import Clock
from tests.service.walking import code_of, newest_code

NAME = "garden"
PASSWORD = "four words in the rain"
REMOTE = "203.0.113.9"
FLOW = """\
flowrunner: 1
flow: garden
languages: [en]
territory: CA
time_zone: America/Toronto
title: Garden
start: first
roles:
  officer: {staff: true}
  gardener: {}
accounts: {sign_in_with: email, profile: [name], unique: [[email]], confirm_sign_in: entry}
resume: [email, name]
retention: {undecided: 10 days, decided: 60 days}
fields:
  email: {type: email, label: Email}
  name: {type: text, label: Name}
  check: {type: code, code: check, label: Code}
  secret: {type: password, label: Password}
  paper: {type: file, kinds: [pdf], label: Paper, privacy: {keep: 30 days}}
  wish: {type: text, label: Wish, privacy: {keep: 20 days}}
codes:
  check: {length: 6, alphabet: digits, valid: 1 hour, tries: 3, tries_in_all: 9 a day, send: check_it}
  entry: {length: 6, alphabet: digits, valid: 10 minutes, tries: 3, tries_in_all: 9 a day, send: enter_it}
messages:
  check_it: {by: [email], subject: Code, body: "{{ code.check }} for {{ name }}"}
  enter_it: {by: [email], subject: Code, body: "{{ code.entry }}"}
  welcome: {by: [email, account, letter], subject: "Hello {{ name }}", body: "{{ wish }}"}
steps:
  first:
    title: First
    fields: [email, name]
    next: checking
  checking:
    title: Checking
    enter: [{issue_code: check}]
    fields: [check]
    next: choosing
  choosing:
    title: Choosing
    fields: [secret]
    next: {do: [{create_account: {if_taken: taken}}], go: come_in}
  taken: {kind: end, outcome: taken, title: Taken}
  come_in:
    kind: sign_in
    title: Come in
    next: plot
  plot:
    title: Plot
    fields: [wish, paper]
    next: {do: [submit, {send: welcome}], go: waiting}
  waiting:
    kind: wait
    role: officer
    status: Waiting
    title: Waiting
    actions:
      accept: {label: Accept, do: [{grant: gardener}], go: accepted}
      refuse: {label: Refuse, go: refused}
      trust: {label: Trust, do: [{grant: officer}], go: accepted}
  accepted: {kind: end, outcome: accepted, status: Accepted, title: Accepted}
  refused: {kind: end, outcome: refused, status: Refused, title: Refused}
"""


class Garden:
    """One deployment of the flow: its database at `url`, all else in `data`."""

    def __init__(self, folder: Path, url: str) -> None:
        (folder / "flows").mkdir()
        (folder / "flows" / "garden.yaml").write_text(FLOW, encoding="utf-8")
        self.data = folder / "data"
        self.data.mkdir()
        self.clock = Clock()
        self.database = Database(url, open_keys(self.data))
        catalogue = Catalogue([folder / "flows"])
        program = catalogue.current(NAME)
        assert program is not None
        self.program: Program = program
        self.sources = Sources(self.database, {}, folder)
        quick = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        context = ServiceContext(self.database, catalogue, self.clock, quick)
        self.context = context
        self.cases = Cases(context, self.sources, lambda case, step: f"/{step}")
        self.accounts = Accounts(context, lambda case, step: f"/{step}")
        self.typed = DraftStore(context)
        files = open_folder(self.data / "files")
        self.uploads = Uploads(context, files, Judge())
        tray = Tray(self.data / FOLDER, Sender({"": "garden@example.org"}, {}, {}))
        self.outbox = Outbox(context, Carriers(tray, Webhooks({})), lambda: 0.0)
        self.messages = Messages(context)
        self.timers = Timers(context)
        self.redaction = Redaction(context)
        self.retention = Retention(
            context,
            {"uploads": self.uploads.erase_of},
            {"uploads": self.uploads.sweep, "tray": lambda now: sweep(self.data / FOLDER, now)},
        )

    def close(self) -> None:
        self.sources.close()
        self.database.close()

    def work(self) -> None:
        """What the worker does, in its order."""
        self.timers.fire_all()
        while self.outbox.deliver_some():
            pass
        self.redaction.redact_all()
        self.retention.erase_all()
        self.retention.sweep()


@pytest.fixture
def garden(tmp_path: Path, database_url: str) -> Iterator[Garden]:
    opened = Garden(tmp_path, database_url)
    yield opened
    opened.close()


class Person:
    """Somebody with a browser."""

    def __init__(self, garden: Garden, name: str) -> None:
        self.garden = garden
        self.name = name
        self.email = f"{name.casefold()}.tremblay@example.org"
        self.token = f"token of {name}"
        self.wish = f"{name} wishes roses"

    @property
    def case(self) -> Case:
        found = self.garden.cases.find(self.token, NAME)
        assert found is not None
        return found

    def send(self, step: str, files: Mapping[str, Any] | None = None, **typed: str) -> SubmissionResult:
        inputs = {name: (value,) for name, value in typed.items()}
        shown = digest_of(self.garden.cases.find(self.token, NAME), step)
        submission = Submission(step, inputs=inputs, files=files or {}, language="en")
        sent = self.garden.cases.act(NAME, self.token, FormStamp(os.urandom(8).hex(), shown), submission)
        assert sent is not None
        assert sent.decision is not None
        assert sent.decision.problems == ()
        self.token = sent.token or self.token
        return sent

    def begin(self) -> None:
        """Go as far as the code that was mailed."""
        self.send("first", email=self.email, name=self.name)

    def join(self) -> None:
        """Make an account, and sign in with a password and a code."""
        self.begin()
        self.send("checking", check=code_of(self.garden.cases, self.case, "check"))
        self.send("choosing", secret=PASSWORD)
        self.sign_in()

    def come_back(self) -> None:
        """Sign in with another browser, some days later."""
        self.token = f"{self.name} at {self.garden.clock()}"
        self.sign_in()

    def give_password(self) -> SignIn:
        """The code of the sign-in is asked for now."""
        form = SignIn(self.garden.program, self.token, os.urandom(8).hex(), REMOTE, stays=True)
        came = self.garden.accounts.sign_ins.give_password(form, self.email, PASSWORD, "en", lambda case: "/")
        assert came.asks_code
        return form

    def sign_in(self) -> None:
        form = replace(self.give_password(), form=os.urandom(8).hex())
        code = newest_code(self.garden.cases, "entry")
        came = self.garden.accounts.sign_ins.give_code(form, code, lambda case: "/")
        assert came.token is not None
        self.token = came.token

    def type(self, step: str, **typed: str) -> None:
        """Leave a page without sending it."""
        page = self.garden.cases.look(self.garden.program, self.case, step, "en")
        assert page is not None
        self.garden.typed.keep(page, {name: (value,) for name, value in typed.items()}, "")

    def upload(self, content: bytes) -> None:
        step = self.garden.program.flow.steps["plot"]
        with TemporaryFile() as file:
            file.write(content)
            taken = self.garden.uploads.take(
                self.case, step, [Incoming("paper", f"{self.name}.pdf", len(content), file)]
            )
        assert taken.problems == ()

    def submit(self) -> None:
        self.send("come_in")
        self.upload(making.pdf(mark=self.name))
        files = self.garden.uploads.files_by_field(self.case, self.garden.program.flow.steps["plot"])
        self.send("plot", files, wish=self.wish)

    def is_decided(self, button: str) -> None:
        """What an officer says of the case."""
        garden, before = self.garden, self.case
        officer, world = Actor(roles=frozenset({"officer"})), garden.cases._context.world()
        decided = act(garden.program, before, officer, Submission(before.step, button), world)
        assert isinstance(decided, Decision)
        case = replace(decided.case, revision=before.revision + 1)
        with garden.database.writing() as transaction:
            keep_decision(transaction, case, before.revision, decided, schedule(garden.program, case, world), world.now)
