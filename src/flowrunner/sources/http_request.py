"""What is sent to a source over HTTP: where each answer goes, and the headers with their secrets.

An answer is always data: encoded as one piece of a path, one query parameter, or one value of a JSON body.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlsplit

import httpx

from flowrunner.model.case import Value
from flowrunner.model.flow import Source
from flowrunner.registry import nearest
from flowrunner.sources.base import Misfit, failure
from flowrunner.sources.values import characters_of

PIECE = re.compile(r"\{([^{}]*)\}")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_SECRET = re.compile(r"authorization|cookie|token|secret|password|api[-_]?key", re.IGNORECASE)
_OURS = frozenset({"accept", "accept-encoding", "content-type", "content-length", "host", "transfer-encoding"})
_ON_THIS_MACHINE = frozenset({"127.0.0.1", "::1", "localhost"})


def request_for(source: Source, configuration: Mapping[str, Any], answers: Mapping[str, Value]) -> httpx.Request:
    """The request that asks with these answers, without its secrets. Raises SourceFailed for an answer that would lead
    to another place as a piece of the path."""
    address = str(configuration["url"])
    in_path = PIECE.findall(address)
    match = configuration.get("match", {})
    named = {str(match.get(each, each)): answers[each] for each in source.asks if each not in in_path}
    url = httpx.URL(PIECE.sub(lambda piece: _path_piece(source, answers[piece[1]]), address))
    headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
    method = str(configuration.get("method", "GET"))
    if sent_as(configuration) == "json":
        body = json.dumps({name: _json_value(value) for name, value in named.items()}, ensure_ascii=False)
        headers["Content-Type"] = "application/json"
        return httpx.Request(method, url, headers=headers, content=body.encode())
    pairs = tuple((name, item) for name, value in named.items() for item in _query_values(value))
    return httpx.Request(method, url.copy_merge_params(pairs) if pairs else url, headers=headers)


def sent_as(configuration: Mapping[str, Any]) -> str:
    """query or json: where answers go that are no piece of the path."""
    return str(configuration.get("send", "json" if configuration.get("method") == "POST" else "query"))


def secret_headers(
    source: Source, configuration: Mapping[str, Any], environment: Mapping[str, str]
) -> Mapping[str, str]:
    """The headers of the configuration, secrets filled in. Raises SourceFailed when a variable is not set."""
    headers: dict[str, str] = {}
    for name, written in configuration.get("headers", {}).items():
        if not isinstance(written, Mapping):
            headers[name] = str(written)
            continue
        variable = str(written["environment"])
        secret = environment.get(variable, "").strip()
        if not secret or not secret.isascii() or not secret.isprintable():
            raise failure("no_secret", where=f"sources: {source.name}", variable=variable)
        headers[name] = f"{written['scheme']} {secret}" if "scheme" in written else secret
    return headers


def _path_piece(source: Source, value: Value) -> str:
    characters = characters_of(value)
    # Some servers decode a piece before they take the path apart, so no part of it may lead up.
    if not characters or {".", ".."} & set(re.split(r"[/\\]", characters)):
        raise failure("not_a_piece", where=f"sources: {source.name}")
    return quote(characters, safe="")


def _query_values(value: Value) -> list[str]:
    return [characters_of(item) for item in value] if isinstance(value, (tuple, list)) else [characters_of(value)]


def _json_value(value: Value) -> Any:
    if isinstance(value, Mapping):
        return {name: _json_value(item) for name, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_json_value(item) for item in value]
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    # A number with decimals goes as its characters: as a JSON number it could be rounded on the way.
    return value if isinstance(value, bool) or value is None else characters_of(value)


# --- Judging the configuration --------------------------------------------------------------


def misfits_of_request(source: Source, configuration: Mapping[str, Any]) -> Iterable[Misfit]:
    """Why nothing, or not everything, can be sent as it is configured."""
    address = str(configuration["url"])
    yield from _misfits_of_url(address)
    for name in PIECE.findall(address):
        if name not in source.asks:
            names = tuple(source.asks)
            values = {"key": "url", "name": name[:60], "known": names}
            yield Misfit("unknown_name", ("url",), values, nearest(name, names))
    if sent_as(configuration) == "json" and configuration.get("method", "GET") == "GET":
        yield Misfit("get_with_body", ("send",))
    for name, written in configuration.get("headers", {}).items():
        yield from _misfits_of_header(name, written)


def _misfits_of_url(address: str) -> Iterable[Misfit]:
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname or "", parts.port
        httpx.URL(PIECE.sub("x", address))
    except (ValueError, httpx.InvalidURL):
        host = ""
    if not host or parts.scheme not in ("http", "https"):
        yield Misfit("url", ("url",))
    elif parts.username is not None or parts.password is not None:
        yield Misfit("url_with_secret", ("url",))
    elif PIECE.search(parts.netloc) or PIECE.search(parts.query) or PIECE.search(parts.fragment):
        yield Misfit("piece_elsewhere", ("url",))
    elif parts.scheme == "http" and host not in _ON_THIS_MACHINE:
        yield Misfit("url_not_encrypted", ("url",))


def _misfits_of_header(name: str, written: Any) -> Iterable[Misfit]:
    at = ("headers", name)
    if not _HEADER.fullmatch(name) or name.lower() in _OURS:
        yield Misfit("header", at, {"name": name[:60]})
    elif isinstance(written, Mapping):
        return
    elif _SECRET.search(name):
        yield Misfit("secret_in_file", at, {"name": name[:60]})
    elif not (str(written).isascii() and str(written).isprintable()):
        yield Misfit("header", at, {"name": name[:60]})
