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

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar

from flowrunner.model.flow import Source
from flowrunner.sources.base import Connector, Lookup, Misfit, refuse_misfits, unknown_names
from flowrunner.sources.gives import NAMED, SCALAR, gives_schema, givings, misfits_of_gives

_STATUSES: Mapping[str, Any] = {"type": "array", "items": {**SCALAR, "pattern": "^[1-5][0-9]{2}$"}, "minItems": 1}


class HttpConnector(Connector):
    """What speaks HTTP is loaded when a source is opened: a process that asks nobody over HTTP stays small."""

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

        from flowrunner.sources.http_request import misfits_of_request

        names_of = {"match": source.asks, "gives": source.gives, "none": source.gives, "try_with": source.asks}
        yield from unknown_names(configuration, names_of)
        yield from misfits_of_request(source, configuration)
        yield from misfits_of_gives(source, configuration, "path")
        if "rows" not in configuration:
            for name, giving in givings(source, configuration, "path").items():
                if giving.how in ("count", "addresses"):
                    yield Misfit("no_rows", ("gives", name), {"name": name})

    def open(self, source: Source, configuration: Mapping[str, Any], folder: Path) -> Lookup:
        refuse_misfits(self, source, configuration)
        from flowrunner.sources.http_lookup import HttpLookup

        return HttpLookup(source, configuration, os.environ)
