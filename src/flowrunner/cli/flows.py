"""Which files a command is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from flowrunner.catalogue import Checked, flow_files
from flowrunner.cli.base import CommandRefused
from flowrunner.cli.output import tell_findings
from flowrunner.compiler.settings.read import SettingsRead, read_settings
from flowrunner.compiler.settings.sources import check_sources
from flowrunner.diagnostics.diagnostic import Diagnostic
from flowrunner.i18n.words import Words
from flowrunner.model.record import replace
from flowrunner.settings import Settings


def settings_of(file: str | None, say: Words, data: str | None = None) -> Settings:
    """The settings of the deployment, with another data folder if one is named. Raises CommandRefused when they have
    errors, after telling these."""
    settings = settings_and_text(file, say)[0]
    return replace(settings, data=Path(data)) if data else settings


def settings_and_text(file: str | None, say: Words) -> tuple[Settings, SettingsRead]:
    """The same, with the file as it was read."""
    read = read_settings(Path(file) if file else None)
    if read.settings is None:
        tell_findings(read.diagnostics, read.texts or {}, say.language)
        raise CommandRefused(say.say("cli.settings_wrong"))
    return read.settings, read


def settings_against(read: SettingsRead, flows: Iterable[Checked]) -> tuple[Diagnostic, ...]:
    """What in the settings does not fit these flows (FR0); nothing for settings that are not written or not sound."""
    if read.root is None or read.settings is None:
        return ()
    checked = tuple(flows)
    compiled = tuple(one.flow for one in checked if one.flow is not None)
    return check_sources(read.root, compiled, tuple(one.bundle.declared_name for one in checked if one.flow is None))


def existing_files(paths: Sequence[str], say: Words) -> list[Path]:
    """These paths, if all of them exist. Raises CommandRefused for the first that does not exist."""
    files = [Path(path) for path in paths]
    for path in files:
        if not path.exists():
            raise CommandRefused(say.say("cli.no_file", path=str(path)))
    return files


def flow_named(name: str, settings: Settings, say: Words) -> Path:
    """The file of a flow: a path, or the name of a flow of the deployment (of its file, without the ending)."""
    if Path(name).is_file():
        return Path(name)
    files = {path.stem: path for folder in settings.flows for path in flow_files(folder)}
    if name in files:
        return files[name]
    if "/" in name or name.endswith((".yaml", ".yml")):
        raise CommandRefused(say.say("cli.no_file", path=name))
    raise CommandRefused(say.say("cli.no_flow", name=name, known=tuple(files)))
