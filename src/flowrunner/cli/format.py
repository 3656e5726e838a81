"""`flowrunner format [FILE|FOLDER …]`."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from difflib import unified_diff
from pathlib import Path

import click

from flowrunner.cli.base import Command, CommandRefused, LocalizedCommand, argument, settings_option
from flowrunner.cli.flows import existing_files, settings_of
from flowrunner.cli.output import tell, tell_findings
from flowrunner.compiler.format.layout import Formatted, format_file
from flowrunner.diagnostics.diagnostic import Diagnostic
from flowrunner.i18n.words import Words

FINDINGS = 1
_IN_FOLDERS = ("*.y*ml", "scenarios/*/*.y*ml")


class FormatCommand(Command):
    name = "format"

    def make(self, say: Words) -> click.Command:
        def run(paths: Sequence[str], only_check: bool, settings: str | None) -> int:
            chosen = existing_files(paths, say) or list(settings_of(settings, say).flows)
            return format_files(chosen, say, only_check=only_check)

        params = [
            argument(say, "format.paths", required=False, many=True),
            click.Option(["--check", "only_check"], is_flag=True, help=say.say("format.check")),
            settings_option(say),
        ]
        return LocalizedCommand(say, self.name, run, params, say.say("format.paths"))


def format_files(paths: Sequence[Path], say: Words, *, only_check: bool) -> int:
    """Format files, and those of folders; the exit code comes back."""
    files = list(dict.fromkeys(file for path in paths for file in _files(path)))
    if not files:
        raise CommandRefused(say.say("format.none", folders=tuple(map(str, paths))))
    diagnostics: list[Diagnostic] = []
    texts: dict[str, str] = {}
    changed = 0
    for file in files:
        formatted = format_file(file.read_bytes(), str(file))
        if formatted.text is None:
            diagnostics += formatted.diagnostics
            texts[str(file)] = formatted.before
        elif formatted.text.encode() != file.read_bytes():
            changed += 1
            _take(file, formatted, say, only_check=only_check)
    if diagnostics:
        tell_findings(diagnostics, texts, say.language)
    for path in texts:
        tell(say.say("format.refused", path=path), "red")
    if well := len(files) - changed - len(texts):
        tell(say.say_n("format.done", well))
    return FINDINGS if diagnostics or (only_check and changed) else 0


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    for pattern in _IN_FOLDERS:
        yield from sorted(file for file in path.glob(pattern) if file.is_file())


def _take(file: Path, formatted: Formatted, say: Words, *, only_check: bool) -> None:
    assert formatted.text is not None
    if not only_check:
        replace_text(file, formatted.text, say)
        tell(say.say("format.written", path=str(file)), "green")
        return
    tell(say.say("format.would_write", path=str(file)), "yellow")
    before, after = (text.splitlines(keepends=True) for text in (formatted.before, formatted.text))
    for line in unified_diff(before, after, str(file), str(file)):
        click.echo(line if line.endswith("\n") else f"{line}\n", nl=False)


def replace_text(file: Path, text: str, say: Words) -> None:
    """Write a file whole or not at all; it keeps its permissions, and a link stays one. Raises CommandRefused."""
    target = file.resolve()
    draft = target.with_name(f".{target.name}.{os.getpid()}.{os.urandom(4).hex()}")
    if not os.access(target, os.W_OK):
        raise CommandRefused(say.say("format.unwritable", path=str(file)))
    try:
        mode = stat.S_IMODE(target.stat().st_mode)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as written:
                written.write(text.encode())
                written.flush()
                os.fchmod(written.fileno(), mode)
                os.fsync(written.fileno())
            draft.replace(target)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
    except OSError:
        raise CommandRefused(say.say("format.unwritable", path=str(file))) from None
