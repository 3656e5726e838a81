"""Reading `flowrunner.yaml`, checked as a flow is checked; environment variables go over it.

FLOWRUNNER_DATA, FLOWRUNNER_FLOWS (several with the path separator of the system), FLOWRUNNER_DATABASE, FLOWRUNNER_HOST,
FLOWRUNNER_PORT, FLOWRUNNER_MAX_BODY, FLOWRUNNER_NAME, FLOWRUNNER_ADDRESS; FLOWRUNNER_MAIL_PASSWORD stands nowhere else.
Those of `server` stand in `compiler.settings.server`.

pydantic-settings was weighed: its errors name a key, and not the line and column where it stands.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from pathlib import Path
from typing import Any

from msgspec import Struct

from flowrunner.compiler.nodes import Mapping, Node, Scalar, Sequence, to_data
from flowrunner.compiler.parse import parse_yaml
from flowrunner.compiler.settings.mail import read_mail, read_notify
from flowrunner.compiler.settings.server import read_server, server_over
from flowrunner.compiler.shape import check_shape
from flowrunner.diagnostics.codes import NOT_ONE_OF
from flowrunner.diagnostics.diagnostic import Diagnostic, has_errors
from flowrunner.errors import FlowrunnerError
from flowrunner.model.record import replace
from flowrunner.settings import EVERY_LANGUAGE, FILE, Bucket, CallSettings, Settings, VirusScan

MOST_PORTS = 65535
_SIZE = re.compile(r"([0-9]{1,6})(?: *(kB|KB|MB|GB))?")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+(?:/[A-Za-z0-9._~/-]*)?")
_UNITS = {None: 1, "kB": 1024, "KB": 1024, "MB": 1024**2, "GB": 1024**3}


class SettingsRead(Struct, frozen=True):
    """`settings` is None when the file has errors; `texts` are for showing its lines, `root` for finding places."""

    settings: Settings | None
    diagnostics: tuple[Diagnostic, ...] = ()
    texts: MappingOf[str, str] | None = None
    root: Mapping | None = None


def read_settings(
    path: Path | None = None, environment: MappingOf[str, str] | None = None, *, to_run: bool = True
) -> SettingsRead:
    """Read a settings file. Without a path it is `flowrunner.yaml` of the working folder, if there is one. Unless it is
    `to_run` anything, the secrets that it names need not be there.

    Raises FlowrunnerError for a file that is asked for and cannot be read, and for a wrong environment variable.
    """
    environment = os.environ if environment is None else environment
    file = path or Path(FILE)
    if path is None and not file.is_file():
        return SettingsRead(_over(Settings(), environment))
    try:
        data = file.read_bytes()
    except OSError as error:
        raise FlowrunnerError(
            "the settings cannot be read.", where=str(file), way_out="Check the path and its permissions."
        ) from error
    parsed = parse_yaml(data, str(file))
    diagnostics = list(parsed.diagnostics)
    settings = None
    if parsed.root is not None:
        diagnostics += check_shape(parsed.root, "settings")
        if not has_errors(diagnostics):
            settings, wrong = _settings(parsed.root, file.parent, environment, to_run=to_run)
            diagnostics += wrong
    sound = None if has_errors(diagnostics) or settings is None else _over(settings, environment)
    return SettingsRead(sound, tuple(diagnostics), {str(file): parsed.text}, parsed.root)


def _settings(
    root: Mapping, folder: Path, environment: MappingOf[str, str], *, to_run: bool
) -> tuple[Settings, list[Diagnostic]]:
    wrong: list[Diagnostic] = []
    values: dict[str, Any] = {"folder": folder, "flows": (folder / "flows",), "data": folder / "data"}
    for key, node in root.entries:
        if key.value == "server":
            values["server"], slips = read_server(node)
            wrong += slips
            continue
        if key.value == "mail" and isinstance(node, Mapping):
            values["mail"], slips = read_mail(node)
            wrong += slips
            continue
        if key.value == "calls":
            values["calls"] = _calls(node, environment, to_run=to_run)
            continue
        if key.value == "notify" and isinstance(node, Mapping):
            values["notify"], slips = read_notify(node)
            wrong += slips
            continue
        setting = _value(key.value, node, folder)
        if setting is None:
            written = node.value if isinstance(node, Scalar) else ""
            wrong.append(Diagnostic(NOT_ONE_OF, node.span, key.value, {"found": written[:60]}))
        else:
            values[key.value] = setting
    return Settings(**values), wrong


def _value(key: str, node: Node, folder: Path) -> Any:
    """The value of a key; None when its characters cannot be read."""
    if key == "flows":
        written = node.items if isinstance(node, Sequence) else (node,)
        return tuple(folder / item.value for item in written if isinstance(item, Scalar))
    if key in ("name", "footer"):
        return _words(node)
    if key == "sources":
        return to_data(node)
    if key == "sample_accounts":
        return {flow: folder / file for flow, file in to_data(node).items()}
    if key == "files":
        return _files(to_data(node), folder)
    if key == "virus_scan":
        return _virus_scan(to_data(node), folder)
    characters = node.value if isinstance(node, Scalar) else ""
    if key == "data":
        return folder / characters
    if key == "port":
        return _port(characters)
    if key == "address":
        return _address(characters)
    return _size(characters) if key == "max_body" else characters


def _files(entries: MappingOf[str, str], folder: Path) -> Path | Bucket:
    if "folder" in entries:
        return folder / entries["folder"]
    return Bucket(entries["bucket"], **{key: entries.get(key, "") for key in ("endpoint", "region", "prefix")})


def _virus_scan(entries: MappingOf[str, str], folder: Path) -> VirusScan:
    if "socket" in entries:
        return VirusScan(folder / entries["socket"])
    return VirusScan(host=entries["host"], port=int(entries.get("port", VirusScan().port)))


def _calls(node: Node, environment: MappingOf[str, str], *, to_run: bool) -> dict[str, dict[str, CallSettings]]:
    """Where calls go. Raises FlowrunnerError for a secret that the environment does not hold."""
    return {
        flow: {source: _call(entries, environment, to_run=to_run) for source, entries in sources.items()}
        for flow, sources in to_data(node).items()
    }


def _call(entries: MappingOf[str, str], environment: MappingOf[str, str], *, to_run: bool) -> CallSettings:
    variable = entries["secret_from"]
    if to_run and not environment.get(variable):
        raise FlowrunnerError("this secret is not there.", where=variable, way_out="Set it in the environment.")
    return CallSettings(entries["url"], environment.get(variable, ""))


def _words(node: Node) -> dict[str, str]:
    if isinstance(node, Scalar):
        return {EVERY_LANGUAGE: node.value}
    data: dict[str, str] = to_data(node)
    return {language: words for language, words in data.items() if language not in ("note", "lang")}


def _port(written: str) -> int | None:
    port = int(written) if re.fullmatch("[0-9]{1,5}", written) else None
    return port if port is not None and port <= MOST_PORTS else None


def _address(written: str) -> str | None:
    return written.rstrip("/") if _ADDRESS.fullmatch(written) else None


def _size(written: str) -> int | None:
    match = _SIZE.fullmatch(written.strip())
    return int(match[1]) * _UNITS[match[2]] if match and int(match[1]) else None


# --- The environment ----------------------------------------------------------------------


def _over(settings: Settings, environment: MappingOf[str, str]) -> Settings:
    changes: dict[str, Any] = {}
    for key in ("data", "flows", "database", "host", "port", "max_body", "name", "address"):
        variable = f"FLOWRUNNER_{key.upper()}"
        written = environment.get(variable, "")
        if written:
            changes[key] = _from_environment(key, written, variable)
    if password := environment.get("FLOWRUNNER_MAIL_PASSWORD", ""):
        changes["mail"] = replace(settings.mail, password=password)
    return replace(settings, server=server_over(settings.server, environment), **changes)


def _from_environment(key: str, written: str, variable: str) -> Any:
    if key == "flows":
        return tuple(Path(folder) for folder in written.split(os.pathsep) if folder)
    if key == "name":
        return {EVERY_LANGUAGE: written}
    if key == "data":
        return Path(written)
    if key not in _READERS:
        return written
    read, shape = _READERS[key]
    setting = read(written)
    if setting is None:
        raise FlowrunnerError("this value cannot be used.", where=variable, way_out=f"Write {shape}.")
    return setting


_READERS: MappingOf[str, tuple[Callable[[str], Any], str]] = {
    "port": (_port, f"a number up to {MOST_PORTS}"),
    "max_body": (_size, "a size such as 20 MB"),
    "address": (_address, "an address such as https://example.org"),
}
