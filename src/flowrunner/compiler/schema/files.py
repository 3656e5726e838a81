"""The schema files that editors and other tools read."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, TypeAlias

from flowrunner.compiler.schema.flow import flow_schema
from flowrunner.compiler.schema.scenario import scenario_schema
from flowrunner.compiler.schema.settings import settings_schema
from flowrunner.json_schema import Schema

Noun: TypeAlias = Literal["flow", "scenario", "settings"]

SCHEMAS: Mapping[Noun, Callable[[], Schema]] = MappingProxyType(
    {"flow": flow_schema, "scenario": scenario_schema, "settings": settings_schema}
)


def schema_files() -> dict[str, str]:
    """File name → its JSON text, ended by a line break."""
    return {f"{noun}.schema.json": schema_text(noun) for noun in SCHEMAS}


def schema_text(noun: Noun) -> str:
    """The schema of one noun as JSON."""
    return json.dumps(SCHEMAS[noun](), indent=2, ensure_ascii=False) + "\n"
