"""A service that answers questions over HTTP, in JSON.

```yaml
connector: http
url: https://register.example.org/v1/bodies/{body}/members      # a piece of the path in braces: what is asked
method: GET                                # or POST
send: query                                # what is not in the path; json for a POST
match: {number: member_no}                 # what is asked: its name there; each under its own name when left out
headers:
  Accept-Language: en
  Authorization: {environment: REGISTER_TOKEN, scheme: Bearer}  # the secret stands in the environment, never here
rows: results                              # where the list of records is; without it, the answer is the one record
gives:                                     # see `giving`; a place is a dotted path in the record
  status: {path: standing.code, values: {A: active, L: lapsed}, otherwise: unknown}
  matches: {count: rows}
none: {status: unknown}                    # when the list is empty, or the status is under `none_on` (404)
```

The contract's `timeout` is for the whole exchange. Redirects are not followed, TLS is verified, an answer that is not
what the contract says is a failure. Asking must be safe to do twice: the other side may have seen a question whose
answer came too late.
"""

from __future__ import annotations

import logging
import os
import ssl
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import httpx

from flowrunner.model.case import Value
from flowrunner.model.flow import Source
from flowrunner.sources.base import Connector, Lookup, Misfit, SourceFailed, failed, refuse_misfits, unknown_names
from flowrunner.sources.deadline import Transport, within
from flowrunner.sources.giving import (
    NAMED,
    SCALAR,
    constants,
    give,
    gives_schema,
    givings,
    misfits_of_gives,
)
from flowrunner.sources.http_request import misfits_of_request, request_for, secret_headers
from flowrunner.sources.json_answer import ITSELF, NotAnAnswer, at_path, gather, is_json, read_json
from flowrunner.sources.values import NotOfType

MOST_CONNECTIONS = 8
MOST_BYTES = 1024 * 1024
_STATUSES: Mapping[str, Any] = {"type": "array", "items": {**SCALAR, "pattern": "^[1-5][0-9]{2}$"}, "minItems": 1}

# They log addresses, and what is asked stands in addresses. No level that a deployment sets for all brings that back.
for _chatty in ("httpx", "httpcore"):
    logging.getLogger(_chatty).setLevel(logging.CRITICAL)


class HttpConnector(Connector):
    name = "http"
    keys: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "url": {**SCALAR, "description": "The address; a piece of its path in braces is what is asked by that name."},
        "method": {"enum": ["GET", "POST"], "description": "How it is asked; GET when it is not said."},
        "send": {
            "enum": ["query", "json"],
            "description": "How answers are sent that are not in the path: query (for GET), or json (for POST).",
        },
        "match": {**NAMED, "description": "What is asked: its name in the query or in the JSON body."},
        "headers": {
            "type": "object",
            "additionalProperties": {
                "type": [*SCALAR["type"], "object"],
                "properties": {
                    "environment": {**SCALAR, "description": "The environment variable that holds the secret."},
                    "scheme": {**SCALAR, "description": "The word before the secret, such as: Bearer."},
                },
                "required": ["environment"],
                "additionalProperties": False,
            },
            "description": "Headers to send; a secret by the name of its environment variable.",
        },
        "rows": {**SCALAR, "description": "The dotted path to the list of records; . when the answer is the list."},
        "gives": gives_schema("path", "The value: its dotted path, or one of path, count, only, value, addresses."),
        "none": {**NAMED, "description": "What is given when nothing is found."},
        "answer_on": {**_STATUSES, "description": "The statuses that come with an answer; 200 when it is not said."},
        "none_on": {
            **_STATUSES,
            "description": "The statuses that mean that nothing is found; 404 when `none` is said.",
        },
        "max_bytes": {
            **SCALAR,
            "pattern": "^[1-9][0-9]{0,7}$",
            "description": "The largest answer in bytes; 1048576 when it is not said.",
        },
        "try_with": {**NAMED, "description": "What to ask when doctor looks whether it works; nobody's real answers."},
    }
    required_keys = frozenset({"url"})

    def misfits(self, source: Source, configuration: Mapping[str, Any]) -> Iterable[Misfit]:
        known = {"match": source.asks, "gives": source.gives, "none": source.gives, "try_with": source.asks}
        yield from unknown_names(configuration, known)
        yield from misfits_of_request(source, configuration)
        yield from misfits_of_gives(source, configuration, "path")
        if "rows" not in configuration:
            for name, giving in givings(source, configuration, "path").items():
                if giving.how in ("count", "addresses"):
                    yield Misfit("no_rows", ("gives", name), {"name": name})

    def open(self, source: Source, configuration: Mapping[str, Any], folder: Path) -> Lookup:
        refuse_misfits(self, source, configuration)
        return HttpLookup(source, configuration, os.environ)


class HttpLookup(Lookup):
    """A service made ready: its connections are kept between questions."""

    def __init__(self, source: Source, configuration: Mapping[str, Any], environment: Mapping[str, str]) -> None:
        self._source = source
        self._where = f"sources: {source.name}"
        self._configuration = configuration
        self._gives = givings(source, configuration, "path")
        self._none = constants(source, configuration.get("none", {}))
        self._answer_on = _statuses(configuration, "answer_on", "200")
        self._none_on = _statuses(configuration, "none_on", "404" if "none" in configuration else "")
        self._most = int(configuration.get("max_bytes", MOST_BYTES))
        self._headers = {"User-Agent": "flowrunner", **secret_headers(source, configuration, environment)}
        # Nothing of the environment is trusted but the secrets that the settings name and OpenSSL's own variables.
        self._client = httpx.Client(
            transport=Transport(ssl.create_default_context(), MOST_CONNECTIONS),
            timeout=source.timeout,
            follow_redirects=False,
            trust_env=False,
        )

    def find(self, given: Mapping[str, Value]) -> Mapping[str, Value]:
        if any(given.get(asked) is None for asked in self._source.asks):
            return self._typed(())
        request = request_for(self._source, self._configuration, given)
        return self._typed(self._records(request))

    def check_config(self) -> SourceFailed | None:
        """Ask with `try_with`; without it, only whether the other side speaks HTTP."""
        tried = self._configuration.get("try_with")
        try:
            if tried is not None:
                self.find({asked: tried.get(asked, "") for asked in self._source.asks})
            else:
                root = httpx.URL(str(self._configuration["url"])).copy_with(path="/", query=None)
                self._exchange(httpx.Request("HEAD", root), lambda response: None)
        except SourceFailed as error:
            return error
        return None

    def close(self) -> None:
        self._client.close()

    # --- The exchange ---------------------------------------------------------------------

    def _records(self, request: httpx.Request) -> tuple[Any, ...]:
        body = self._exchange(request, self._body)
        if body is None:
            return ()
        try:
            answer = read_json(body)
            return self._rows(answer)
        except NotAnAnswer as error:
            raise self._failed(error.ident) from None
        except NotOfType as error:
            raise self._lies(str(self._configuration["rows"]), error) from None

    def _exchange(self, request: httpx.Request, read: Any) -> Any:
        try:
            with within(self._source.timeout):
                request.headers.update(self._headers)
                response = self._client.send(request, stream=True)
                try:
                    return read(response)
                finally:
                    response.close()
        except httpx.TimeoutException:
            raise self._failed("too_late", late=True) from None
        except httpx.HTTPError as error:
            # The kind of fault tells an operator enough; its words could hold the address with what was asked.
            raise self._failed("unreachable", kind=type(error).__name__) from None

    def _body(self, response: httpx.Response) -> bytes | None:
        """The body of an answer, None when the status says that nothing is found. Raises SourceFailed."""
        status = response.status_code
        if status in self._none_on:
            return None
        if status not in self._answer_on:
            raise self._failed("redirected" if response.has_redirect_location else "status", status=str(status))
        coded = response.headers.get("Content-Encoding", "identity") != "identity"
        if coded or not is_json(response.headers.get("Content-Type", "")):
            raise self._failed("not_said_to_be_json")
        try:
            return gather(response.iter_raw(), self._most)
        except NotAnAnswer as error:
            raise self._failed(error.ident, most=self._most) from None

    def _rows(self, answer: Any) -> tuple[Any, ...]:
        if "rows" not in self._configuration:
            if not isinstance(answer, Mapping):
                raise self._lies(ITSELF, NotOfType("record"))
            return (answer,)
        rows = at_path(answer, str(self._configuration["rows"]))
        if not isinstance(rows, list):
            raise NotOfType("list")
        return tuple(rows)

    # --- The values -----------------------------------------------------------------------

    def _typed(self, rows: tuple[Any, ...]) -> Mapping[str, Value]:
        found: dict[str, Value] = {}
        for name, giving in self._gives.items():
            expected = self._source.gives[name]
            try:
                values = [give(giving, expected, (row,), at_path) for row in rows if giving.how == "place"]
                found[name] = values[0] if values else give(giving, expected, rows, at_path)
            except NotOfType as error:
                raise self._lies(name, error) from None
            if any(value != values[0] for value in values):
                raise self._failed("rows_differ", name=name)
        return found if rows else {**found, **self._none}

    def _lies(self, name: str, error: NotOfType) -> SourceFailed:
        return self._failed("lies", name=name, expected=error.sentence)

    def _failed(self, ident: str, *, late: bool = False, **values: object) -> SourceFailed:
        return failed(ident, where=self._where, late=late, **values)


def _statuses(configuration: Mapping[str, Any], key: str, otherwise: str) -> frozenset[int]:
    written = configuration.get(key, [otherwise] if otherwise else [])
    return frozenset(int(status) for status in written)
