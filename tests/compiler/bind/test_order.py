"""Names that may be read before anything sets them."""

from __future__ import annotations

from tests.compiler.bind.writing import found

HEAD = """
sources:
  register: {asks: [name], gives: {known: [some, many]}}
fields:
  name: {type: text, label: Name}
  other: {type: text, label: Other}
codes:
  pin: {length: 6, alphabet: digits, valid: 1 hour}
conditions:
  known: {when: register.known == 'some'}
steps:
"""
END = "  done: {kind: end, outcome: done, title: Done}\n"


def read(steps: str) -> list[str]:
    return found(HEAD + steps + END, start="ask")


class TestOrder:
    def test_own_facts_are_there_for_guards_and_not_for_words(self) -> None:
        steps = """  ask:
    fields: [name]
    look_up: [register]
    next: [{when: known, go: done}, {go: done}]
"""
        assert read(steps) == []
        said = steps.replace("fields:", "title: It is {{ register.known }}\n    fields:")
        assert read(said) == ["FR303.on_a_way register"]

    def test_own_facts_are_there_for_must(self) -> None:
        steps = """  ask:
    fields:
      - {field: name, rules: [{must: not known}]}
    look_up: [register]
    next: done
"""
        assert read(steps) == []
        assert read(steps.replace("rules: [{must: not known}]", "when: not known")) == ["FR303.on_a_way known"]

    def test_a_way_around_is_told_with_its_steps(self) -> None:
        steps = """  ask:
    fields: [name]
    actions:
      skip: {label: Skip, go: use}
    next: [{do: [{issue_code: pin}], go: use}]
  use:
    title: Use {{ code.pin }}
    next: done
"""
        assert read(steps) == ["FR303.on_a_way pin"]
        assert read(steps.replace("go: use}\n    next", "do: [{issue_code: pin}], go: use}\n    next")) == []

    def test_tested_name_may_be_missing(self) -> None:
        steps = """  ask:
    fields: [name]
    next: [{when: register.known is answered and known, go: done}, {go: done}]
"""
        assert read(steps) == []

    def test_answer_that_some_way_asks_is_enough(self) -> None:
        steps = """  ask:
    fields: [name]
    actions:
      skip: {label: Skip, go: use}
    next: more
  more:
    fields: [other]
    next: use
  use:
    title: '{{ name }} and {{ other }}'
    next: done
"""
        assert read(steps) == []
        assert read(steps.replace("fields: [other]", "title: Nothing")) == ["FR303.never_asked other"]

    def test_step_that_nothing_reaches_is_another_check(self) -> None:
        steps = """  ask:
    fields: [name]
    next: done
  lost:
    title: '{{ other }}'
    next: done
"""
        assert read(steps) == []

    def test_message_reads_what_was_set_before_it_is_sent(self) -> None:
        body = HEAD.replace(
            "conditions:", "messages:\n  mail: {by: [email], subject: S, body: '{{ code.pin }}'}\nconditions:"
        )
        steps = """  ask:
    fields: [name]
    enter: [{%s}, {%s}]
    next: done
"""
        early = body + steps % ("send: mail", "issue_code: pin") + END
        late = body + steps % ("issue_code: pin", "send: mail") + END
        assert found(early, start="ask") == ["FR303.on_a_way pin"]
        assert found(late, start="ask") == []

    def test_timer_reads_the_moment_from_which_it_counts(self) -> None:
        body = HEAD.replace(
            "conditions:", "timers: {late: {after: 3 days, since: begun, until: submitted, go: done}}\nconditions:"
        )
        steps = """  ask:
    title: Before {{ timer.late | date }}
    %s
    next: {%sgo: done}
"""
        assert found(body + steps % ("enter: [{remember: begun}]", "") + END, start="ask") == []
        told = found(body + steps % ("look_up: []", "do: [{remember: begun}], ") + END, start="ask")
        assert told == ["FR303.on_a_way late"]
