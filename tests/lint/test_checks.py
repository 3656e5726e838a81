"""Each check of lint: what it must find, where, and what it must let pass."""

from __future__ import annotations

from textwrap import dedent

import pytest

from flowrunner.compiler.pipeline import compile_flow
from flowrunner.diagnostics.diagnostic import Diagnostic, Level
from flowrunner.diagnostics.explain import explained_codes
from flowrunner.diagnostics.report import as_text
from flowrunner.i18n.words import words
from flowrunner.lint.checks.built_in import CHECKS
from flowrunner.lint.linter import lint

HEAD = """\
flowrunner: 1
flow: small
languages: [en, fr]
time_zone: America/Toronto
title: Small
start: first
"""
SOUND = (
    HEAD
    + """\
steps:
  first:
    title: First
    next: done
  done: {kind: end, outcome: done, title: Done}
"""
)
NUMBERS = """\
sources:
  known:
    asks: [number]
    gives:
      role: [nobody, client]
      email: email
fields:
  email: {type: email, label: Email}
  body:
    type: choice
    label: Body
    choices:
      one: {label: One}
      two: {label: Two}
  number: {type: text, label: Number, when: body != 'two'}
"""


def asking(guard: str) -> str:
    return (
        HEAD
        + NUMBERS
        + f"""\
conditions:
  elsewhere:
    when: {guard}
steps:
  first:
    title: First
    fields: [email, body, number]
    look_up: [known]
    next:
      - {{when: elsewhere, go: other}}
      - {{go: done}}
  other: {{kind: end, outcome: other, title: Other}}
  done: {{kind: end, outcome: done, title: Done}}
"""
    )


def found(text: str) -> list[Diagnostic]:
    made = compile_flow({"flow.yaml": dedent(text).encode()}, "flow.yaml")
    assert made.flow is not None, as_text(made.diagnostics, made.texts, "en")
    return list(lint(made.flow))


def places(text: str) -> list[tuple[str, int, int]]:
    return [(one.code, one.span.line, one.span.column) for one in found(text)]


class TestPath:
    """FR401 to FR404: steps and the ways between them."""

    def test_a_sound_flow_has_no_findings(self) -> None:
        assert found(SOUND) == []

    def test_a_step_that_nothing_reaches(self) -> None:
        lost = SOUND + "  lost:\n    title: Lost\n    next: done\n"
        assert places(lost) == [("FR401", 12, 3)]

    def test_a_side_step_that_nothing_opens(self) -> None:
        side = HEAD + "fields:\n  a: {type: text, label: A}\n" + SOUND.removeprefix(HEAD)
        side += "  change_a:\n    title: Change\n    fields: [a]\n    next: back\n"
        assert [(one.code, one.message_id) for one in found(side)][:1] == [("FR401", "FR401.side")]

    def test_a_timer_reaches_its_step(self) -> None:
        timed = HEAD + "timers:\n  late: {after: 1 day, in: first, go: over}\n" + SOUND.removeprefix(HEAD)
        timed += "  over: {kind: end, outcome: over, title: Over}\n"
        assert found(timed) == []

    def test_a_step_with_no_way_on(self) -> None:
        stuck = SOUND.replace("    next: done\n", "    actions:\n      stay: {label: Stay}\n    next: wait\n")
        stuck += (
            "  wait:\n    kind: wait\n    role: officer\n    title: Wait\n    actions:\n      look: {label: Look}\n"
        )
        stuck = stuck.replace("steps:", "roles:\n  officer: {staff: true}\nsteps:")
        assert ("FR402", "wait") in {(one.code, one.values["step"]) for one in found(stuck) if "step" in one.values}

    def test_a_list_of_branches_without_a_default(self) -> None:
        undecided = asking("body == 'one'").replace("      - {go: done}\n", "      - {when: not elsewhere, go: done}\n")
        assert [one[0] for one in places(undecided)] == ["FR403"]

    def test_a_default_that_is_not_last(self) -> None:
        early = asking("body == 'one'").replace(
            "      - {when: elsewhere, go: other}\n      - {go: done}\n",
            "      - {go: done}\n      - {when: elsewhere, go: other}\n",
        )
        assert {one.message_id for one in found(early)} >= {"FR403.not_last"}

    def test_a_circle_of_go(self) -> None:
        circle = SOUND.replace("    next: done\n", "    next: second\n", 1) + (
            "  second:\n    title: Second\n    actions:\n      back: {label: Back, go: first}\n    next: done\n"
        )
        assert [one[0] for one in places(circle)] == ["FR404"]
        assert "first → second → first" in found(circle)[0].message(words("en"))

    def test_a_return_is_no_circle(self) -> None:
        returns = SOUND.replace("    next: done\n", "    next: second\n", 1) + (
            "  second:\n    title: Second\n    actions:\n      back: {label: Back, return: first}\n    next: done\n"
        )
        assert found(returns) == []


class TestNegations:
    """FR405: a guard that holds only because a question was not asked, or a source not asked."""

    @pytest.mark.parametrize(
        "guard",
        [
            "known.email != email",
            "not (known.role == 'client')",
            "known.role not in ['client']",
            "number != 'A1'",
            "body == 'two' and number != 'A1'",
        ],
    )
    def test_is_told_with_an_example(self, guard: str) -> None:
        (one,) = found(asking(guard))
        assert (one.code, one.level) == ("FR405", Level.WARNING)
        assert one.span.line == 31

    @pytest.mark.parametrize(
        "guard",
        [
            "known.role in ['client'] and known.email != email",
            "known.email is answered and known.email != email",
            "body != 'two'",
            "number is not answered",
            "body == 'one' and number != 'A1'",
            "email != 'person@example.org'",
        ],
    )
    def test_is_not_told_of_what_was_asked(self, guard: str) -> None:
        assert found(asking(guard)) == []

    def test_failure_values_are_values(self) -> None:
        with_values = asking("known.role != 'client'").replace(
            "      email: email\nfields", "      email: email\n    on_failure: {role: nobody}\nfields"
        )
        assert found(with_values) == []


class TestLanguages:
    """FR501 to FR503: words in each language."""

    def test_a_missing_language(self) -> None:
        assert places(SOUND.replace("title: First", "title:\n      en: First")) == [("FR501", 10, 7)]

    def test_an_empty_one(self) -> None:
        text = SOUND.replace("title: First", "title:\n      en: First\n      fr: ''")
        assert [one[0] for one in places(text)] == ["FR501"]

    def test_one_text_for_all_is_written_in_all(self) -> None:
        assert found(SOUND.replace("title: First", "title:\n      en: First\n      fr: Premier")) == []

    def test_placeholders_that_differ(self) -> None:
        text = SOUND.replace("title: First", "title:\n      en: First {{ today | date }}\n      fr: Premier")
        (one,) = found(text)
        assert one.code == "FR502"
        assert one.values["language"] == "fr"

    def test_a_language_that_the_interpreter_lacks(self) -> None:
        (one,) = found(SOUND.replace("languages: [en, fr]", "languages: [en, xx]"))
        assert one.code == "FR503"
        assert one.span.line == 3


class TestExamples:
    """FR601: examples are tests."""

    def flow(self, examples: str) -> str:
        field = "fields:\n  badge:\n    type: text\n    label: Code\n    rules:\n      - pattern: 'P[0-9]{3}'\n"
        shown = SOUND.removeprefix(HEAD).replace("    next: done", "    fields: [badge]\n    next: done", 1)
        return HEAD + field + f"    examples:\n{examples}" + shown

    def test_that_are_right_pass(self) -> None:
        assert found(self.flow("      valid: [P123]\n      invalid: [P12, X123]\n")) == []

    def test_a_valid_one_that_is_refused(self) -> None:
        (one,) = found(self.flow("      valid: [P12]\n"))
        assert (one.message_id, one.span.line, one.span.column) == ("FR601.refused", 14, 15)

    def test_an_invalid_one_that_is_accepted(self) -> None:
        (one,) = found(self.flow("      invalid: [P123]\n"))
        assert one.message_id == "FR601.accepted"


class TestEveryCheck:
    """All checks can be explained and said in every language."""

    @pytest.mark.parametrize("check", list(CHECKS.values()), ids=lambda check: check.check.code)
    def test_has_words_and_a_help_page(self, check: object) -> None:
        code = check.check.code  # type: ignore[attr-defined]
        assert code in explained_codes()
        for language in ("en", "fr"):
            assert f"{code}.title" in words(language)
            assert f"{code}.help" in words(language)

    def test_findings_are_said_in_both_languages(self) -> None:
        for text in (asking("known.email != email"), SOUND + "  lost:\n    title: Lost\n    next: done\n"):
            for one in found(text):
                english, french = one.message(words("en")), one.message(words("fr"))
                assert english != french
                assert one.help(words("en")) != one.help(words("fr"))
