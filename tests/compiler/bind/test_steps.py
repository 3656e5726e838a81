"""Steps, branches, actions, effects, timers, codes, messages and places."""

from __future__ import annotations

import pytest

from flowrunner.model.duration import Duration
from flowrunner.model.flow import Branch, EffectUse, Flow
from tests.compiler.bind.writing import flow_of, found

FLOW = """
time_zone: America/Toronto
territory: CA
roles: {officer: {staff: true}, member: {}}
accounts: {sign_in_with: email, profile: [email], unique: [[email]], confirm_sign_in: pin, sign_out_after: 20 minutes}
resume: [email]
retention: {undecided: 90 days, decided: 2 years}
sources:
  people:
    asks: {mail: email}
    gives: {known: yes_no, count: integer, role: [nobody, member], since: date}
    timeout: 2 seconds
    on_failure: {known: no, count: 0, role: nobody}
fields:
  email: {type: email, label: Email}
  reason: {type: text, label: Reason}
  deadline: {type: date, label: Deadline}
  pin_typed: {type: code, code: pin, label: Code}
codes:
  pin: {length: 6, alphabet: digits, valid: 10 minutes, tries: 5, tries_in_all: 20 a day, send: hello}
  ticket: {length: 8, alphabet: unambiguous, valid: until late, bound_to: [email]}
messages:
  hello: {by: [email, account], languages: all, to: email, subject: Hello, body: Your code}
timers:
  late:
    after: 30 days
    since: begun
    until: submitted
    go: out
    remind: [{after: 23 days, send: hello, when: false}]
  slow: {at: deadline, in: more, return: review}
every_page:
  - link: {flow: report, text: Report}
home: {title: Home, content: [{list: {of: cases, submitted: Sent}}]}
desk: {columns: [case.reference, email], show: [answers]}
steps:
  first:
    fields: [email]
    look_up: [people, {source: people, fresh: 15 minutes}]
    enter: [{remember: begun}]
    actions:
      quit: {label: Quit, go: out, when: people.known is answered}
      note: {label: Note, fields: [reason], do: [{send: hello}], confirm: Sure}
      pick:
        label: Pick
        look_up: [people]
        next: [{when: people.count > 1, go: out}, {go: review}]
    next:
      - {when: people.known, go: review}
      - {do: [{create_account: {if_taken: out}}, {grant: member}], go: second, say: Done}
  second:
    title: Second
  review:
    title: Review
    content:
      - summary: [{fields: [email], change: change}, {fields: [reason], change: never}]
    next: {do: [submit], go: more}
  change:
    fields: [email]
    next: back
  more:
    kind: wait
    role: officer
    title: More
    actions:
      again: {label: Again, fields: [deadline], return: review}
  out: {kind: end, outcome: out, title: Out}
"""


@pytest.fixture(scope="module")
def flow() -> Flow:
    return flow_of(FLOW, start="first")


def plain(branches: tuple[Branch, ...]) -> list[tuple[str, str | None]]:
    return [(branch.move, branch.to) for branch in branches]


class TestSteps:
    def test_left_out_next_is_the_following_step(self, flow: Flow) -> None:
        assert plain(flow.steps["second"].next) == [("go", "review")]
        assert flow.steps["more"].next == ()
        assert flow.steps["out"].next == ()

    def test_title_of_a_page_with_one_field_is_its_label(self, flow: Flow) -> None:
        assert flow.steps["first"].title is flow.fields["email"].label

    def test_step_that_goes_back_is_a_side_step(self, flow: Flow) -> None:
        assert plain(flow.steps["change"].next) == [("back", None)]
        assert [name for name, step in flow.steps.items() if step.side] == ["change"]

    def test_branches_keep_their_order_guards_and_effects(self, flow: Flow) -> None:
        known, rest = flow.steps["first"].next
        assert plain((known, rest)) == [("go", "review"), ("go", "second")]
        assert known.when is not None
        assert rest.when is None
        assert [(use.effect, use.argument) for use in rest.do] == [
            ("create_account", {"if_taken": "out"}),
            ("grant", "member"),
        ]
        assert rest.say is not None

    def test_action_stays_leads_or_branches(self, flow: Flow) -> None:
        actions = flow.steps["first"].actions
        assert plain(actions["quit"].branches) == [("go", "out")]
        assert actions["quit"].when is not None
        assert actions["quit"].branches[0].when is None
        assert plain(actions["note"].branches) == [("stay", None)]
        assert [use.field.name for use in actions["note"].fields] == ["reason"]
        assert plain(actions["pick"].branches) == [("go", "out"), ("go", "review")]
        assert plain(flow.steps["more"].actions["again"].branches) == [("return", "review")]

    def test_entering_and_looking_up(self, flow: Flow) -> None:
        first = flow.steps["first"]
        assert [(use.effect, use.argument) for use in first.enter] == [("remember", "begun")]
        assert [(look_up.source, look_up.fresh) for look_up in first.look_up] == [
            ("people", None),
            ("people", Duration(15, "minute")),
        ]

    def test_summary_says_where_each_line_is_changed(self, flow: Flow) -> None:
        (block,) = flow.steps["review"].content
        assert block.kind == "summary"
        assert [(line.fields, line.change) for line in block.lines] == [(("email",), "change"), (("reason",), None)]

    def test_role_and_bare_effect(self, flow: Flow) -> None:
        assert flow.steps["more"].role == "officer"
        assert flow.steps["first"].role == "owner"
        (use,) = flow.steps["review"].next[0].do
        assert (use.effect, use.argument) == ("submit", None)
        assert isinstance(use, EffectUse)


class TestTheRest:
    def test_source_has_typed_facts_and_values_on_failure(self, flow: Flow) -> None:
        source = flow.sources["people"]
        assert dict(source.asks) == {"mail": "email"}
        assert {name: given.kind for name, given in source.gives.items()} == {
            "known": "yes_no",
            "count": "number",
            "role": "choice",
            "since": "date",
        }
        assert source.timeout == 2.0
        assert source.on_failure == {"known": False, "count": 0, "role": "nobody"}

    def test_codes(self, flow: Flow) -> None:
        pin, ticket = flow.codes["pin"], flow.codes["ticket"]
        assert (pin.length, pin.valid, pin.tries, pin.tries_a_day, pin.send) == (
            6,
            Duration(10, "minute"),
            5,
            20,
            "hello",
        )
        assert (ticket.alphabet, ticket.valid, ticket.until, ticket.bound_to) == (
            "unambiguous",
            None,
            "late",
            ("email",),
        )

    def test_message(self, flow: Flow) -> None:
        message = flow.messages["hello"]
        assert message.by == ("email", "account")
        assert message.all_languages
        assert message.to is not None
        assert message.to.evaluate({"email": "a@example.org"}) == "a@example.org"

    def test_timers(self, flow: Flow) -> None:
        late, slow = flow.timers["late"], flow.timers["slow"]
        assert (late.kind, late.value, late.since) == ("after", Duration(30, "day"), "begun")
        assert (late.until, late.in_step) == ("submitted", None)
        assert plain((late.branch, slow.branch)) == [("go", "out"), ("return", "review")]
        assert [(one.after, one.send) for one in late.remind] == [(Duration(23, "day"), "hello")]
        assert slow.kind == "at"
        assert slow.reads is not None
        assert slow.in_step == "more"

    def test_head_accounts_and_places(self, flow: Flow) -> None:
        assert (flow.name, flow.start, flow.territory, flow.time_zone) == ("test", "first", "CA", "America/Toronto")
        assert (flow.undecided, flow.decided) == (Duration(90, "day"), Duration(2, "year"))
        assert flow.resume == ("email",)
        assert flow.accounts is not None
        assert (flow.accounts.unique, flow.accounts.confirm_sign_in) == ((("email",),), "pin")
        assert flow.accounts.sign_out_after == Duration(20, "minute")
        (link,) = flow.every_page
        assert link.kind == "link"
        assert link.content.flow == "report"
        assert list(flow.places) == ["home"]
        assert flow.desk is not None
        assert flow.desk.columns == ("case.reference", "email")
        assert {name: role.staff for name, role in flow.roles.items()} == {"officer": True, "member": False}

    def test_switch_is_a_condition_that_is_true_or_false(self) -> None:
        conditions = flow_of("conditions: {on: {when: true}, off: {when: not on}}").conditions
        assert [name for name, condition in conditions.items() if condition.switch] == ["on"]

    def test_parts_add_to_the_flow(self) -> None:
        part = "flowrunner: 1\npart: p\nlanguages: [en, fr]\nfields: {a: {type: text, label: A}}\n"
        made = flow_of("include: [part.yaml]\nfields: {b: {type: text, label: B, rules: [{same_as: a}]}}", part=part)
        assert list(made.fields) == ["b", "a"]
        assert made.fields["a"].span.file == "part.yaml"

    def test_source_that_is_asked_while_typing_needs_no_field(self) -> None:
        body = """
        sources: {places: {asks: [typed], gives: {suggestions: addresses}, on_failure: {suggestions: []}}}
        fields: {home_address: {type: address, search: places, label: Address}}
        """
        source = flow_of(body).sources["places"]
        assert dict(source.asks) == {"typed": "typed"}
        assert source.on_failure == {"suggestions": ()}

    def test_timer_cannot_go_back(self) -> None:
        assert found("timers: {t: {after: 1 day, in: only, go: back}}") == ["FR306.timer_back back"]
