"""The part of `flowrunner.yaml` that says how it is served, and the environment variables over it.

FLOWRUNNER_WORKERS, FLOWRUNNER_THREADS, FLOWRUNNER_PROXIES, FLOWRUNNER_GRACE, FLOWRUNNER_HTTPS, FLOWRUNNER_HOSTS
(several with spaces), FLOWRUNNER_LOG, FLOWRUNNER_METRICS, FLOWRUNNER_WORKER.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from typing import Any

from flowrunner.compiler.nodes import Mapping, Node, Scalar, Sequence
from flowrunner.diagnostics.codes import NOT_ONE_OF
from flowrunner.diagnostics.diagnostic import Diagnostic
from flowrunner.errors import FlowrunnerError
from flowrunner.model.record import replace
from flowrunner.settings import BOUNDS, LOGS, Server

_LISTENER = re.compile(r"(?:(?P<host>[A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\]):)?(?P<port>[0-9]{1,5})")
_HOST = re.compile(r"\.?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?|\[[0-9A-Fa-f:]+\](:[0-9]{1,5})?")
_MOST_PORTS = 65535


def read_server(node: Node) -> tuple[Server, list[Diagnostic]]:
    """The values of the mapping `server`, which has the shape of the schema, and what is wrong with them."""
    changes: dict[str, Any] = {}
    wrong: list[Diagnostic] = []
    for key, value in node.entries if isinstance(node, Mapping) else ():
        items = value.items if isinstance(value, Sequence) else (value,)
        for item in items:
            written = item.value if isinstance(item, Scalar) else ""
            setting = _setting(key.value, written)
            if setting is None:
                wrong.append(_wrong(key.value, item, written))
            elif key.value == "hosts":
                changes["hosts"] = (*changes.get("hosts", ()), setting)
            else:
                changes[key.value] = setting
    return replace(Server(), **changes), wrong


def server_over(server: Server, environment: MappingOf[str, str]) -> Server:
    """The same with what the environment says. Raises FlowrunnerError for a value that cannot be used."""
    changes: dict[str, Any] = {}
    for key in (*BOUNDS, "https", "hosts", "log", "metrics", "worker"):
        variable = f"FLOWRUNNER_{key.upper()}"
        written = environment.get(variable, "")
        if not written:
            continue
        settings = [_setting(key, one) for one in (written.split() if key == "hosts" else [written])]
        if None in settings:
            raise FlowrunnerError("this value cannot be used.", where=variable, way_out=f"Write {_shape(key)}.")
        changes[key] = tuple(settings) if key == "hosts" else settings[0]
    return replace(server, **changes)


def _setting(key: str, written: str) -> Any:
    """The value of a key; None when its characters cannot be read."""
    if key in BOUNDS:
        least, most = BOUNDS[key]
        return int(written) if re.fullmatch("[0-9]{1,9}", written) and least <= int(written) <= most else None
    if key in ("https", "worker"):
        return {"true": True, "false": False}.get(written)
    if key == "hosts":
        return written.lower() if _HOST.fullmatch(written) else None
    if key == "log":
        return written if written in LOGS else None
    match = _LISTENER.fullmatch(written)
    if match is None or not 0 < int(match["port"]) <= _MOST_PORTS:
        return None
    return f"{match['host'] or '127.0.0.1'}:{match['port']}"


def _wrong(key: str, node: Node, written: str) -> Diagnostic:
    values: dict[str, Any] = {"found": written[:60]}
    if key in BOUNDS:
        least, most = BOUNDS[key]
        return Diagnostic(NOT_ONE_OF, node.span, "out_of_bounds", values | {"least": least, "most": most})
    return Diagnostic(NOT_ONE_OF, node.span, {"hosts": "host_name", "metrics": "listener"}.get(key, "found"), values)


def _shape(key: str) -> str:
    if key in BOUNDS:
        least, most = BOUNDS[key]
        return f"a whole number from {least} to {most}"
    return {
        "https": "true or false",
        "worker": "true or false",
        "hosts": "names such as service.example.org",
        "log": "json or plain",
        "metrics": "HOST:PORT, such as 127.0.0.1:9464",
    }[key]
