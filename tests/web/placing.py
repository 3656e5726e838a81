"""Cases at every page of every flow: where the scenarios of the flow lead, with what they type there."""

from __future__ import annotations

import io
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import delete

from flowrunner.catalogue import Catalogue
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Account, Ask, Case, Fact
from flowrunner.model.flow import Flow
from flowrunner.model.record import replace
from flowrunner.runtime.environment import reading
from flowrunner.runtime.program import Program
from flowrunner.scenarios.player import Player
from flowrunner.scenarios.read import read_scenario
from flowrunner.scenarios.scenario import Played, ScenarioLine
from flowrunner.scenarios.surroundings import fake_seal
from flowrunner.service.cases.decisions import schedule
from flowrunner.service.sessions.visitor import idle_of
from flowrunner.store import accounts, cases, sessions, versions
from flowrunner.store.accounts import AccountRow
from flowrunner.store.sealing.keys import Keys
from flowrunner.store.tables import accounts as account_rows
from flowrunner.web.addresses import step_address
from tests.service.making import picture
from tests.web.conftest import House, Visitor

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Placed:
    """A page at a moment of a scenario, and what is pressed there. `typed` are its inputs as a person would type them,
    codes still to be filled in; `files` the fields that files are added to; `leads` the step that is shown next."""

    flow: str
    step: str
    button: str
    case: Case
    now: datetime
    account: Account | None
    typed: Mapping[str, tuple[str, ...]]
    codes: Mapping[str, str]
    files: tuple[str, ...]
    leads: str
    facts: Mapping[str, Any]
    file: str

    @property
    def name(self) -> str:
        return f"{self.flow}-{self.step}-{self.button}"


class Watching(Player):
    """Plays a scenario, and notes every page of the owner as it is just before it is sent."""

    noted: list[Placed]

    def _press(self, line: ScenarioLine, button: str, work: list[Any]) -> bool:
        before, browser, now = self.case, self.browser, self.around.now
        page = self.page()
        typed = browser.inputs(page)
        account = self.actor().account if self.role == "owner" else None
        is_owner = self.role == "owner"
        went = super()._press(line, button, work)
        asked = page.questions if page is not None else {}
        can = not self.decision.problems and before.ended is None and button != "new_code" and not line.taken
        if went and is_owner and can and page is not None and page.step.kind != "sign_in" and browser.change is None:
            codes = {name: one.field.options["code"] for name, one in asked.items() if one.field.kind == "code"}
            self.noted.append(
                Placed(
                    self.program.flow.name,
                    browser.step,
                    button,
                    before,
                    now,
                    account,
                    {name: values for name, values in typed.items() if name not in codes},
                    codes,
                    tuple(browser.files),
                    self.decision.show,
                    dict(self.around.facts),
                    self.scenario.file,
                )
            )
        return went


@cache
def programs() -> Catalogue:
    return Catalogue([REPOSITORY / "flows", REPOSITORY / "tests" / "flows" / "valid"])


@cache
def every_page() -> tuple[Placed, ...]:
    """One for each button of each page that a scenario sends, of each flow that is shipped."""
    found: dict[tuple[str, str, str], Placed] = {}
    for name in programs().names():
        program = programs().current(name)
        assert program is not None
        for placed in _of_flow(program):
            found.setdefault((placed.flow, placed.step, placed.button), placed)
    return tuple(found.values())


def _of_flow(program: Program) -> Iterator[Placed]:
    folders = [REPOSITORY / "flows" / "scenarios", REPOSITORY / "tests" / "flows" / "scenarios"]
    for file in sorted(file for folder in folders for file in folder.glob(f"{program.flow.name}/*.yaml")):
        if file.name == "items.yaml":
            continue
        scenario, _ = read_scenario(file)
        if scenario is None:
            continue
        # A case under another switch is not one that the pages of this flow lead to.
        conditions = program.flow.conditions
        if any(conditions[name].when.evaluate({}) != value for name, value in scenario.switches.items()):
            continue
        player = Watching(program, scenario, Played(scenario))
        player.noted = []
        all(player.play(line) for line in scenario.lines)
        yield from player.noted


# --- In a house ---------------------------------------------------------------------------


class PlayedSources:
    """Sources that answer what the scenario says."""

    def __init__(self, facts: Mapping[str, Any], program: Program) -> None:
        self._facts = facts
        self._program = program

    def ask(self, flow: Flow, asks: Sequence[Ask], now: datetime) -> tuple[Fact, ...]:
        from flowrunner.sources.values import parse_value

        found = []
        for ask in asks:
            data, gives = self._facts[ask.source], flow.sources[ask.source].gives
            if isinstance(data, str):
                found.append(Fact(ask.source, ask.given, {}, now, "late" if data == "late" else "failed"))
                continue
            values = {key: parse_value(value, gives[key]) for key, value in data.items() if key in gives}
            found.append(Fact(ask.source, ask.given, values, now))
        return tuple(found)


@dataclass(slots=True)
class Stage:
    """A browser at a page of a case."""

    house: House
    visitor: Visitor
    placed: Placed
    program: Program

    @property
    def path(self) -> str:
        return step_address(self.placed.case.language, self.placed.flow, self.placed.step)

    def inputs(self) -> dict[str, list[str]]:
        """What is typed on the page, the present values of its codes among it."""
        world = self.house.services.context.world()
        actor = self.house.cases.visitor(self.visitor.cookie(), self.placed.flow).actor
        shown = reading(self.program, self.placed.case, actor, world)["code"]
        found = {name: list(values) for name, values in self.placed.typed.items()}
        found.update({field: [str(shown[code])] for field, code in self.placed.codes.items()})
        return found

    def add_files(self) -> None:
        """Add a picture to each question that asks for a file, by its own button."""
        for number, field in enumerate(self.placed.files):
            assert self.visitor.page is not None
            sent: dict[str, Any] = dict(self.visitor.form(f"_upload:{field}"))
            content = picture("PNG", (40 + number, 30))
            sent[field] = (io.BytesIO(content), f"scan {number}.png")
            answer = self.visitor.client.post(self.visitor.action, data=sent, content_type="multipart/form-data")
            assert answer.status_code == 303, answer.text
            self.visitor.open(answer.headers["Location"])

    def texts(self) -> dict[str, str]:
        """Something to type in each box that is kept without being sent."""
        asked = self.house.cases.look(
            self.program, self.placed.case, self.placed.step, self.placed.case.language, actor=self._actor()
        )
        assert asked is not None
        kinds = {name: FIELD_TYPES[one.field.kind] for name, one in asked.questions.items()}
        boxes = [
            name for name, kind in kinds.items() if kind.widget in ("text", "email", "phone", "long_text", "number")
        ]
        return {name: f"half {name}" for name in boxes}

    def come_back(self) -> None:
        """Let the browser hold the case by a session of its own, signed in if it is an account's."""
        case, account, now = self.placed.case, self.placed.account, self.house.services.context.clock()
        token, idle = secrets.token_urlsafe(16), idle_of(self.program.flow)
        with self.house.database.writing() as transaction:
            sessions.bind_case(transaction, token, case.flow, case.id, now, idle)
            if account is not None:
                before, token = token, secrets.token_urlsafe(16)
                sessions.rotate(transaction, before, token, account.id, now, idle, confirmed=True)
        with self.visitor.client.session_transaction() as session:
            session["id"] = token

    def later(self, by: timedelta) -> None:
        """Let time pass in the house."""
        set_clock(self.house, self.placed.now + by)

    def _actor(self) -> Any:
        return self.house.cases.visitor(self.visitor.cookie(), self.placed.flow).actor


class KeysOfScenarios(Keys):
    """Keys with the seal of scenarios: what a case of theirs keeps of codes that were accepted was made with it."""

    def seal(self, key_id: str, message: bytes) -> bytes:
        return fake_seal(key_id, message)


def set_clock(house: House, now: datetime) -> None:
    """The time of the house."""
    house.clock.tell = lambda: now
    keys = house.database.keys
    house.database._keys = KeysOfScenarios(keys.current, keys.masters, keys.lookup)


def place(house: House, placed: Placed) -> Stage:
    """Put the case into the house and its page before a browser that holds it."""
    program = house.services.catalogue.current(placed.flow)
    assert program is not None
    set_clock(house, placed.now)
    house.services.sources.ask = PlayedSources(placed.facts, program).ask  # type: ignore[method-assign]
    case = placed.case
    with house.database.writing() as transaction:
        # The people of the scenarios are not the sample accounts, and have some of their addresses.
        transaction.connection.execute(delete(account_rows))
        bundle = house.services.catalogue.bundle(placed.flow, program.version)
        versions.keep(transaction, placed.flow, program.version, bundle, placed.now)
        case = replace(case, version=program.version)
        if placed.account is not None:
            _add_account(transaction, program, placed.account, placed.now)
        cases.add(transaction, case, schedule(program, case, house.services.context.world()))
    visitor = house.visitor()
    stage = Stage(house, visitor, placed, program)
    stage.come_back()
    return stage


def _add_account(transaction: Any, program: Program, account: Account, now: datetime) -> None:
    said = program.flow.accounts
    assert said is not None
    row = AccountRow(account.id, account.sign_in, account.roles, profile=account.profile)
    known = {**account.profile, said.sign_in_with: account.sign_in}
    keys = [(names, tuple(known.get(name) for name in names)) for names in said.unique]
    accounts.add(transaction, row, [key for key in keys if None not in key[1]], now)
