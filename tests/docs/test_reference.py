"""The reference is in step with the program: nothing lacks there, and nothing is told there that is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from flowrunner.compiler.schema.files import SCHEMAS
from flowrunner.effects.built_in import EFFECTS
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.lint.checks.built_in import CHECKS
from flowrunner.model.expression.filters import FILTERS, TESTS, WORDS
from flowrunner.rules.built_in import RULES
from flowrunner.sources.built_in import CONNECTORS
from flowrunner.step_kinds.built_in import STEP_KINDS
from tests.docs.examples import REFERENCE, examples, pages, sections
from tests.docs.keys import objects, tabled
from tests.docs.tables import MARKED, TABLES, every_check, problem_codes, written
from tests.house.checkout import REPOSITORY, files

FLOW = SCHEMAS["flow"]()["$defs"]
BLOCKS = {key for name in ("block", "place_block", "submitted_block") for key in FLOW[name]["properties"]}
STEP_KEYS = {key for kind in STEP_KINDS.values() for key in kind.keys}

# Mappings with the keys of another one.
TWINS = {
    "choices_of_field": "choices",
    **{f"flow.{place}": "flow.home" for place in ("submitted", "profile", "sign_in", "recover")},
}

# The headings of a page that are the names of something: the page, their level, the heading above them, the names.
NAMED = {
    "keys of a flow": ("flow.md", 2, None, {*FLOW["flow"]["properties"], *FLOW["part"]["properties"]}),
    "kinds of steps": ("steps.md", 3, "Kinds", set(STEP_KINDS.names)),
    "keys of a step": ("steps.md", 3, "Keys", STEP_KEYS),
    "blocks": ("content.md", 2, None, BLOCKS),
    "field types": ("fields.md", 3, "Types", set(FIELD_TYPES.names)),
    "keys of a field": ("fields.md", 3, "Keys of every field", set(tabled()["field"]["properties"])),
    "rules": ("rules.md", 3, "The rules", set(RULES.names)),
    "effects": ("effects.md", 2, None, set(EFFECTS.names)),
    "connectors": ("sources.md", 3, "Connectors", set(CONNECTORS.names)),
    "keys of a message": ("messages.md", 2, None, set(tabled()["flow.messages"]["properties"])),
}


def headings(page: str, level: int, above: str | None) -> dict[str, str]:
    """The sections of a level, those below one heading only if it is given."""
    found = sections(page, level)
    if above is None:
        return found
    text = sections(page, level - 1)[above]
    return {name: section for name, section in found.items() if section in text}


def told(where: str) -> set[str]:
    """The keys that the tables tell of a mapping of the schemas."""
    tables = {name: set(schema["properties"]) for name, schema in tabled().items()}
    if where in TWINS:
        return tables[TWINS[where]]
    if where == "step" or where.endswith("_step"):
        return STEP_KEYS
    if where == "block" or where.endswith("_block"):
        return BLOCKS
    if where.split(".", maxsplit=1)[0] == "effect":
        return {*EFFECTS.names, *(key for effect in EFFECTS.values() for key in effect.required)}
    if where == "field_use":
        return set().union(*(told(f"{kind}_field") for kind in FIELD_TYPES.names), tables[where])
    if where.endswith("_field"):
        return tables["field"] | tables.get(where, set())
    return tables[re.sub(r"^\w+_(field|use)\.", "field.", where).replace("submitted_block", "block")]


class TestTables:
    @pytest.mark.parametrize("page", pages(), ids=lambda page: page.name)
    def test_are_as_the_program_is(self, page: Path) -> None:
        text = page.read_text("utf-8")
        assert written(text) == text, "run: make reference"

    def test_each_stands_on_one_page(self) -> None:
        marked = [mark[2] for page in pages() for mark in MARKED.finditer(page.read_text("utf-8"))]
        assert sorted(marked) == sorted(TABLES)

    def test_every_key_of_every_schema_has_a_row(self) -> None:
        every = {(where, key) for where, schema in objects().items() for key in schema["properties"]}
        assert {(where, key) for where, key in every if key not in told(where)} == set()

    @pytest.mark.parametrize(
        ("table", "names"),
        [
            ("field types", FIELD_TYPES.names),
            ("rules", RULES.names),
            ("effects", EFFECTS.names),
            ("connectors", CONNECTORS.names),
            ("filters", tuple(FILTERS)),
            ("tests", tuple(f"is {name}" for name in TESTS)),
            ("words filters", tuple(WORDS)),
            ("problems", tuple(problem_codes())),
        ],
    )
    def test_a_row_for_each(self, table: str, names: tuple[str, ...]) -> None:
        assert tuple(re.findall(r"^\| \[?`([^`]+)`", TABLES[table](), re.MULTILINE)) == names

    def test_every_code_of_a_finding_has_a_row(self) -> None:
        told = set(re.findall(r"\[(FR\d{3})\]", TABLES["checks"]()))
        assert told == {check.code for check in every_check()}
        assert told >= {check.check.code for check in CHECKS.values()}
        assert told == {path.stem for path in REPOSITORY.glob("locales/en/checks/*.md")}

    def test_a_page_that_is_out_of_step_is_told(self) -> None:
        page = (REFERENCE / "rules.md").read_text("utf-8")
        assert written(page.replace("| [`pattern`]", "| [`patern`]")) == page
        with pytest.raises(KeyError):
            written("<!-- table: nothing -->\n<!-- end -->")


class TestHeadings:
    @pytest.mark.parametrize("what", NAMED)
    def test_one_for_each(self, what: str) -> None:
        page, level, above, names = NAMED[what]
        told = {name for name in headings(page, level, above) if re.fullmatch("[a-z][a-z_]*", name)}
        assert told == names

    @pytest.mark.parametrize("what", [what for what in NAMED if what != "connectors"])
    def test_each_has_an_example_of_it(self, what: str) -> None:
        page, level, above, names = NAMED[what]
        found = headings(page, level, above)
        assert [name for name in names if not re.search(rf"```yaml\n.*?\b{name}\b.*?```", found[name], re.DOTALL)] == [
            *(["page"] if what == "kinds of steps" else [])  # the kind of a step that says none
        ]

    def test_connectors_have_an_example(self) -> None:
        configured = next(
            each.data["sources"] for each in examples() if each.noun == "settings" and "sources" in each.data
        )
        assert {one["connector"] for flow in configured.values() for one in flow.values()} == set(CONNECTORS.names)

    @pytest.mark.parametrize("name", [*FILTERS, *WORDS, *(f"is {name}" for name in TESTS)])
    def test_filters_and_tests_have_an_example(self, name: str) -> None:
        before = "" if name.startswith("is ") else r"\| "
        assert any(re.search(rf"{before}{name}\b", each.text) for each in examples())


class TestGlossary:
    WORDS = (
        *("account", "action", "actor", "answer", "branch", "case", "checkpoint", "condition", "diagnostic", "draft"),
        *("effect", "fact", "field", "flow", "lease", "moment", "outbox", "outcome", "path", "problem", "role", "rule"),
        *("scenario", "source", "step", "timer", "trail", "visit"),
    )
    TERMS = ("audit event", "idempotency key", "key rotation", "optimistic lock", "rate limit", "side step")

    def rows(self) -> list[str]:
        return re.findall(r"^\| ([^|]+?) \| [^|]+ \| \[", (REFERENCE / "glossary.md").read_text("utf-8"), re.MULTILINE)

    def test_is_in_order_and_says_each_word_once(self) -> None:
        assert self.rows() == sorted(set(self.rows()), key=str.casefold)

    def test_has_the_words_of_the_house(self) -> None:
        assert {*self.WORDS, *self.TERMS} - set(self.rows()) == set()


class TestAnchors:
    def test_no_link_to_a_heading_is_broken(self) -> None:
        broken = [
            f"{path.name}: {target}"
            for path in files()
            if path.suffix == ".md"
            for file, target in re.findall(r"\]\(([^)#:\s]*)#([^)\s]+)\)", path.read_text("utf-8"))
            if target not in anchors(path.parent / file if file else path)
        ]
        assert broken == []


def anchors(path: Path) -> set[str]:
    """What a link can name after `#`: the headings in small letters with hyphens; a second one of a name gets -1."""
    text = re.sub(r"^```.*?^```$", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    found: set[str] = set()
    for heading in re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE):
        slug = (
            re.sub(r"[^\w\- ]", "", re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading)).strip().lower().replace(" ", "-")
        )
        number = next(n for n in range(1000) if (f"{slug}-{n}" if n else slug) not in found)
        found.add(f"{slug}-{number}" if number else slug)
    return found
