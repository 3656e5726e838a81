"""The templates of the pages, compiled once for every process that shows them.

To compile them all takes about half as long as to load all that serves them. What was compiled is kept beside the
templates, as Python keeps what it compiles beside its modules, and under the same conditions; where nothing may be
written there, it goes from process to process. A template that changed since is compiled again by whoever shows it.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from jinja2 import BaseLoader, ChoiceLoader, Environment, FileSystemBytecodeCache, FileSystemLoader, TemplateNotFound
from jinja2.bccache import Bucket

from flowrunner.blocks.built_in import BLOCKS

FOLDER = Path(__file__).parents[1] / "templates"
# Not Flask's own: what a template is compiled to depends on these.
OPTIONS: Mapping[str, Any] = {"trim_blocks": True, "lstrip_blocks": True}


class BlockTemplates(BaseLoader):
    """`blocks/<name>.html` stands beside the part of that name, be it ours or of another package."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        name = template.removeprefix("blocks/").removesuffix(".html")
        if f"blocks/{name}.html" != template or name not in BLOCKS:
            raise TemplateNotFound(template)
        folder = Path(inspect.getfile(type(BLOCKS[name]))).parent
        return FileSystemLoader(folder).get_source(environment, f"{name}.html")

    def list_templates(self) -> list[str]:
        return [f"blocks/{name}.html" for name in BLOCKS.names]


LOADER = ChoiceLoader([FileSystemLoader(FOLDER), BlockTemplates()])


class CompiledTemplates(FileSystemBytecodeCache):
    """The code of templates, by Jinja's key: in files of `folder`, or here when they cannot be written. `code` may come
    from another process of this Python. Jinja sees to it that code is of the present source."""

    def __init__(self, code: Mapping[str, bytes] | None = None, folder: Path = FOLDER / "__pycache__") -> None:
        super().__init__(str(folder), f"%s.{sys.implementation.cache_tag}.jinja")
        self.code = dict(code or {})

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give the code if there is any."""
        if bucket.key in self.code:
            bucket.bytecode_from_string(self.code[bucket.key])
        else:
            with suppress(OSError):
                super().load_bytecode(bucket)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled."""
        if not sys.dont_write_bytecode:
            with suppress(OSError):
                Path(self.directory).mkdir(exist_ok=True)
                super().dump_bytecode(bucket)
                return
        self.code[bucket.key] = bucket.bytecode_to_string()


def compile_templates(cache: CompiledTemplates | None = None) -> Mapping[str, bytes]:
    """Compile all templates that are not compiled; the code of those that could not be kept in files comes back."""
    cache = CompiledTemplates() if cache is None else cache
    # All of them are HTML, which Flask escapes by their names.
    environment = Environment(loader=LOADER, autoescape=True, bytecode_cache=cache, **OPTIONS)
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)
    return cache.code
