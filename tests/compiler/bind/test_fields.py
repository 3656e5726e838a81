"""Fields, their rules, choices and examples, and how a step adapts them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from flowrunner.model.duration import Duration
from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import Field, Privacy
from tests.compiler.bind.writing import flow_of, found

FIELDS = """
purposes: {lending: To lend, other: Other}
choices:
  shelves:
    novels: {label: Novels, floor: '2'}
    poems:
      label:
        en: Poems
        fr: Poèmes
      opens: poet
      hint: In verse
    maps: {label: Cartes, lang: fr, retired: true, exclusive: true}
fields:
  shelf: {type: choice, choices: shelves, label: Shelf}
  few: {type: choices, choices: shelves, only: [poems, novels], label: Few}
  poet: {type: text, label: Poet}
  pages:
    type: integer
    label: Pages
    rules: [{min: 1}, {max: most}, {one_of: [1, 2]}, {must: pages > 0, when: shelf == 'novels', at: most}]
  most: {type: integer, label: Most, optional: true, prefill: pages + 1}
  day: {type: date, label: Day, rules: [{after: today}, {before: 2030-01-31}]}
  card:
    type: text
    label: Card
    hint: 'Such as {{ example }}'
    normalize: [trim, upper]
    rules: [{pattern: 'A[0-9]+'}, {min_length: 2}, {max_length: pages}, {same_as: poet}]
    examples: {valid: [A1, {shelf: novels, pages: 3, value: A22}], invalid: ['1']}
    privacy: {keep: 3 days}
  twice: {type: computed, label: Twice, value: half + half}
  half: {type: computed, label: Half, value: pages / 2}
"""


@pytest.fixture(scope="module")
def fields() -> dict[str, Field]:
    return dict(flow_of(FIELDS, languages="en, fr").fields)


class TestFields:
    def test_type_of_a_choice_has_its_ids_and_the_name_of_its_labels(self, fields: dict[str, Field]) -> None:
        assert fields["shelf"].type.values == ("novels", "poems", "maps")
        assert fields["shelf"].type.choices == "shelf"
        item = fields["few"].type.item
        assert item is not None
        assert item.values == ("poems", "novels")

    def test_choice_keeps_what_stands_beside_its_label(self, fields: dict[str, Field]) -> None:
        choices = fields["shelf"].choices
        assert isinstance(choices, tuple)
        novels, poems, maps = choices
        assert novels.facts == {"floor": "2"}
        assert poems.opens == "poet"
        assert poems.label.words["fr"].source == "Poèmes"
        assert (maps.exclusive, maps.retired, maps.label.lang) == (True, True, "fr")

    def test_field_knows_the_choices_that_open_it(self, fields: dict[str, Field]) -> None:
        assert fields["poet"].opened_by == (("shelf", "poems"), ("few", "poems"))
        assert fields["card"].opened_by == ()

    def test_bound_is_a_constant_of_the_fields_type_or_an_expression(self, fields: dict[str, Field]) -> None:
        least, most, several, guard = fields["pages"].rules
        assert least.bound == Decimal(1)
        assert isinstance(most.bound, Expression)
        assert most.bound.evaluate({"most": Decimal(9)}) == Decimal(9)
        assert several.bound == (Decimal(1), Decimal(2))
        assert isinstance(guard.bound, Expression)
        assert guard.at == "most"
        assert guard.when is not None
        assert guard.when.evaluate({"shelf": "novels"}) is True
        after, before = fields["day"].rules
        assert isinstance(after.bound, Expression)
        assert before.bound == date(2030, 1, 31)

    def test_pattern_count_and_field_are_ready_to_judge(self, fields: dict[str, Field]) -> None:
        pattern, least, most, same = fields["card"].rules
        assert pattern.bound.fullmatch("A1")
        assert not pattern.bound.fullmatch("A1x")
        assert least.bound == 2
        assert isinstance(most.bound, Expression)
        assert same.bound == "poet"

    def test_examples_keep_their_characters_and_type_the_other_answers(self, fields: dict[str, Field]) -> None:
        plain, needs = fields["card"].valid
        assert (plain.value, dict(plain.given)) == ("A1", {})
        assert (needs.value, dict(needs.given)) == ("A22", {"shelf": "novels", "pages": Decimal(3)})
        assert [example.value for example in fields["card"].invalid] == ["1"]

    def test_first_purpose_is_the_default(self, fields: dict[str, Field]) -> None:
        assert fields["card"].privacy == Privacy("lending", Duration(3, "day"))

    def test_computed_field_has_the_type_of_its_expression(self, fields: dict[str, Field]) -> None:
        assert fields["twice"].type.kind == "number"
        assert fields["twice"].value is not None
        assert fields["twice"].value.evaluate({"half": Decimal(2)}) == Decimal(4)

    def test_type_gives_the_autocomplete_token(self) -> None:
        flow = flow_of("fields: {mail: {type: email, label: M}, own: {type: email, label: M, autocomplete: 'off'}}")
        assert flow.fields["mail"].autocomplete == "email"
        assert flow.fields["own"].autocomplete == "off"

    def test_words_of_a_rule_may_be_the_authors(self) -> None:
        body = "fields: {age: {type: integer, label: Age, rules: [{min: 1, message: Too small}]}}"
        message = flow_of(body).fields["age"].rules[0].message
        assert message is not None
        assert message.words["en"].source == "Too small"

    @pytest.mark.parametrize("bound", ["1,2,3.4.5", "'2 3 +'"])
    def test_what_is_neither_constant_nor_expression_is_told(self, bound: str) -> None:
        body = f"fields: {{age: {{type: integer, label: Age, rules: [{{min: '{bound.strip(chr(39))}'}}]}}}}"
        assert [line.split(" ")[0] for line in found(body)] == ["FR306.not_a_value"]


SECRET = """
fields:
  name: {{type: text, label: Name}}
  long: {{type: integer, label: Long}}
  secret: {{type: password, label: Secret}}
  again:
    type: {type}
    label: Again
    rules: [{rule}]
"""


class TestPasswords:
    @pytest.mark.parametrize(
        ("rule", "told"),
        [
            ("{min_length: 12, when: long > 2}", ["FR306.secret_when when"]),
            ("{min_length: long}", ["FR306.secret_bound min_length"]),
            ("{must: name is answered}", ["FR306.secret_bound must"]),
        ],
    )
    def test_rule_that_could_not_be_judged_outside_the_core_is_refused(self, rule: str, told: list[str]) -> None:
        assert found(SECRET.format(type="password", rule=rule)) == told
        assert found(SECRET.format(type="text", rule=rule)) == []

    @pytest.mark.parametrize("rule", ["{min_length: 12}", "{pattern: '.*[0-9].*'}", "{different_from: name}"])
    def test_rule_with_a_fixed_bound_is_fine(self, rule: str) -> None:
        assert found(SECRET.format(type="password", rule=rule)) == []

    def test_only_a_password_is_compared_with_a_password(self) -> None:
        assert found(SECRET.format(type="password", rule="{same_as: secret}")) == []
        assert found(SECRET.format(type="text", rule="{same_as: secret}")) == ["FR306.secret_other secret"]


USES = """
sources:
  register: {asks: [name], gives: {known: [some, many]}}
conditions:
  free: {when: pages is not answered}
fields:
  name: {type: text, label: Name, when: free, rules: [{max_length: 9}]}
  pages: {type: integer, label: Pages}
  shelf: {type: choice, label: Shelf, choices: {a: {label: A}, b: {label: B}}}
steps:
  only:
    title: T
    content:
      - fields:
          - field: name
            optional: true
            label: Another
            when: shelf == 'a'
            prefill: register.known
            rules: [{min_length: 2}]
          - {field: shelf, only: [b]}
          - pages
        when: pages is not answered or pages > 1
    look_up: [register]
    next: done
  before:
    fields: [name]
    look_up: [register]
    next: only
  done: {kind: end, outcome: done, title: Done}
"""


class TestAdaptation:
    def test_rules_add_and_other_keys_replace(self) -> None:
        flow = flow_of(USES, start="before")
        name, shelf, pages = flow.steps["only"].uses
        assert [rule.rule for rule in name.field.rules] == ["max_length", "min_length"]
        assert name.field.optional
        assert name.field.label.words["en"].source == "Another"
        assert [rule.rule for rule in flow.fields["name"].rules] == ["max_length"]
        assert not flow.fields["name"].optional
        assert shelf.field.type.values == ("b",)
        assert pages.field is flow.fields["pages"]

    def test_shown_only_if_block_field_and_use_all_say_so(self) -> None:
        name, _, pages = flow_of(USES, start="before").steps["only"].uses
        assert name.when is not None
        assert pages.when is not None
        assert pages.when.evaluate({"pages": Decimal(1)}) is False
        assert pages.when.evaluate({"pages": Decimal(2)}) is True
        assert name.when.evaluate({"shelf": "a"}) is True
        assert name.when.evaluate({"shelf": "b"}) is False
        assert name.when.evaluate({"shelf": "a", "pages": Decimal(2)}) is False
        assert name.when.names == {"shelf", "pages"}
