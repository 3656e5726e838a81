"""What holds of every page block, whoever wrote it."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest
from jinja2 import Environment
from jsonschema import Draft202012Validator

from flowrunner.blocks.built_in import BLOCKS
from flowrunner.compiler.schema.files import schema_files
from tests.compiler.bind.writing import flow_of

SHOWN = """
fields: {name: {type: text, label: Name}, papers: {type: file, label: Papers}}
every_page:
- text: Hello {{ today }}
- notice: {kind: info, text: 'Until {{ today }}'}
- details: {title: 'Why {{ today }}', text: 'So {{ case.language }}'}
- copy: {value: name, label: 'Copy {{ today }}'}
- link: {address: 'https://example.org/{{ name }}', text: 'To {{ today }}'}
- documents: papers
home: {content: [list: {of: cases, title: 'Yours {{ today }}', submitted: Sent}]}
"""
READS = {
    "text": [{"today"}],
    "notice": [{"today"}],
    "details": [{"today"}, {"case.language"}],
    "copy": [{"name"}, {"today"}],
    "link": [{"today"}, {"name"}],
    "documents": [],
    "list": [{"today"}],
}


@pytest.mark.parametrize("name", BLOCKS.names)
class TestEveryBlock:
    def test_its_template_stands_beside_it(self, name: str) -> None:
        template = Path(inspect.getfile(type(BLOCKS[name]))).with_suffix(".html")
        assert template.stem == name
        Environment(autoescape=True).parse(template.read_text(encoding="utf-8"))

    def test_editors_know_it(self, name: str) -> None:
        Draft202012Validator.check_schema(BLOCKS[name].schema())
        assert f'"{BLOCKS[name].description}"' in schema_files()["flow.schema.json"]

    def test_it_stands_on_some_page(self, name: str) -> None:
        assert BLOCKS[name].stands_on


class TestReading:
    def test_a_block_knows_which_expressions_it_shows(self) -> None:
        flow = flow_of(SHOWN)
        blocks = (*flow.every_page, *flow.places["home"].content)
        assert {block.kind: reads_of(block.kind, block.content) for block in blocks} == READS


def reads_of(kind: str, content: object) -> list[set[str]]:
    part = BLOCKS[kind]
    fills = [fill for text in part.texts(content) if text is not None for fill in text.words["en"].fills]
    expressions = [*part.values(content), *(fill.expression for fill in fills if hasattr(fill, "expression"))]
    return [set(expression.reads) for expression in expressions]
