"""`flowrunner schema [--write]`."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import click

from flowrunner.cli.base import Command, LocalizedCommand, argument
from flowrunner.cli.output import tell
from flowrunner.compiler.schema.files import SCHEMAS, Noun, schema_files, schema_text
from flowrunner.i18n.words import Words


class SchemaCommand(Command):
    name = "schema"

    def make(self, say: Words) -> click.Command:
        def run(noun: str, write: bool, folder: str) -> int:
            return schema(noun, write, Path(folder), say)

        params = [
            argument(say, "schema.noun", required=False, type=click.Choice(list(SCHEMAS)), default="flow"),
            click.Option(["--write"], is_flag=True, help=say.say("schema.write")),
            click.Option(["--folder"], default="schemas", metavar="FOLDER", help=say.say("schema.folder")),
        ]
        return LocalizedCommand(say, self.name, run, params, say.say("schema.noun"))


def schema(noun: str, write: bool, folder: Path, say: Words) -> int:
    """Print one schema, or write all."""
    if not write:
        click.echo(schema_text(cast("Noun", noun)), nl=False)
        return 0
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in schema_files().items():
        (folder / name).write_text(text, encoding="utf-8")
        tell(say.say("schema.written", path=str(folder / name)))
    return 0
