"""The templates of the pages, compiled once for every process that shows them.

To compile them all takes about half as long as to load all that serves them. What was compiled goes from process to
process as bytes; a template that changed since is compiled again by whoever shows it.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import BytecodeCache, Environment, FileSystemLoader
from jinja2.bccache import Bucket

FOLDER = Path(__file__).parent / "templates"
# Not Flask's own: what a template is compiled to depends on these.
OPTIONS: Mapping[str, Any] = {"trim_blocks": True, "lstrip_blocks": True}


class CompiledTemplates(BytecodeCache):
    """The code of templates by Jinja's key, in memory. `code` may come from another process of this Python."""

    def __init__(self, code: Mapping[str, bytes] | None = None) -> None:
        self.code = dict(code or {})

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code if there is any; Jinja sees to it that it is of the present source."""
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        self.code[bucket.key] = bucket.bytecode_to_string()


def compile_templates() -> Mapping[str, bytes]:
    """The code of all templates, as `CompiledTemplates` takes it."""
    cache = CompiledTemplates()
    # All of them are HTML, which Flask escapes by their names.
    environment = Environment(loader=FileSystemLoader(FOLDER), autoescape=True, bytecode_cache=cache, **OPTIONS)
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)
    return cache.code
