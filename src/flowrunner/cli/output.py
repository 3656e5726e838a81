"""Printing: in colour where a person watches, plain where a program reads."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import click

from flowrunner.diagnostics.diagnostic import Diagnostic, Level
from flowrunner.i18n.words import words

if TYPE_CHECKING:
    # A terminal in colour is for people at a terminal; a server does without it.
    from rich.console import Console
    from rich.text import Text

FORMATS = ("text", "json", "sarif")
_COLOURS = {Level.ERROR: "bold red", Level.WARNING: "bold yellow", Level.NOTE: "bold cyan"}


def tell_findings(
    diagnostics: Iterable[Diagnostic], texts: Mapping[str, str], language: str, form: str = "text"
) -> None:
    """Print findings in one of FORMATS."""
    from flowrunner.diagnostics.report import as_json, as_text
    from flowrunner.diagnostics.sarif import as_sarif

    findings = tuple(diagnostics)
    if form != "text":
        write = as_json if form == "json" else as_sarif
        click.echo(write(findings, texts, language), nl=False)
    elif sys.stdout.isatty():
        _console().print(_coloured(as_text(findings, texts, language), language), end="")
    else:
        click.echo(as_text(findings, texts, language), nl=False)


def tell_markdown(source: str) -> None:
    """Print a page of Markdown."""
    if sys.stdout.isatty():
        from rich.markdown import Markdown

        _console().print(Markdown(source))
    else:
        click.echo(source.rstrip("\n"))


def tell(line: str, style: str = "") -> None:
    """Print a line, in a style where a person watches."""
    if style and sys.stdout.isatty():
        from rich.text import Text

        _console().print(Text(line, style))
    else:
        click.echo(line)


def _console() -> Console:
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True, emoji=False, markup=False)


def _coloured(report: str, language: str) -> Text:
    from rich.text import Text

    text = Text(report)
    for level, colour in _COLOURS.items():
        name = re.escape(words(language).say(f"level.{level.value}"))
        for match in re.finditer(rf"(?m)^\S[^\n]*?:[0-9]+:[0-9]+: ({name} FR[0-9]{{3}})", report):
            text.stylize(colour, *match.span(1))
            text.stylize("bold", match.start(), match.start(1))
    for match in re.finditer(r"(?m)^ +\| ( *\^+)$", report):
        text.stylize("bold magenta", *match.span(1))
    return text
