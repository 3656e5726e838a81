"""Asking a service over HTTP, as `http` is configured: the exchange, and the values of its answer."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Mapping
from typing import Any

import httpx

from flowrunner.model.case import Value
from flowrunner.model.flow import Source
from flowrunner.sources.base import Lookup, SourceFailed, failure
from flowrunner.sources.deadline import Transport, within
from flowrunner.sources.gives import constants, give, givings
from flowrunner.sources.http_request import request_for, secret_headers
from flowrunner.sources.json_answer import ITSELF, NotAnAnswer, at_path, gather_values, is_json, read_json
from flowrunner.sources.values import NotOfType

MOST_CONNECTIONS = 8
MOST_BYTES = 1024 * 1024

# They log addresses, and what is asked stands in addresses. No level that a deployment sets for all brings that back.
for _chatty in ("httpx", "httpcore"):
    logging.getLogger(_chatty).setLevel(logging.CRITICAL)


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

    def find(self, answers: Mapping[str, Value]) -> Mapping[str, Value]:
        if any(answers.get(name) is None for name in self._source.asks):
            return self._typed(())
        request = request_for(self._source, self._configuration, answers)
        return self._typed(self._records(request))

    def check_config(self) -> SourceFailed | None:
        """Ask with `try_with`; without it, only whether the other side speaks HTTP."""
        tried = self._configuration.get("try_with")
        try:
            if tried is not None:
                self.find({name: tried.get(name, "") for name in self._source.asks})
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
            return gather_values(response.iter_raw(), self._most)
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
        facts: dict[str, Value] = {}
        for name, giving in self._gives.items():
            expected = self._source.gives[name]
            try:
                values = [give(giving, expected, (row,), at_path) for row in rows if giving.how == "place"]
                facts[name] = values[0] if values else give(giving, expected, rows, at_path)
            except NotOfType as error:
                raise self._lies(name, error) from None
            if any(value != values[0] for value in values):
                raise self._failed("rows_differ", name=name)
        return facts if rows else {**facts, **self._none}

    def _lies(self, name: str, error: NotOfType) -> SourceFailed:
        return self._failed("lies", name=name, expected=error.sentence)

    def _failed(self, ident: str, *, late: bool = False, **values: object) -> SourceFailed:
        return failure(ident, where=self._where, late=late, **values)


def _statuses(configuration: Mapping[str, Any], key: str, otherwise: str) -> frozenset[int]:
    written = configuration.get(key, [otherwise] if otherwise else [])
    return frozenset(int(status) for status in written)
