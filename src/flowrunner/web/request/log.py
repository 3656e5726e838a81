"""The request log: what came of a request, told once it is answered to the log and to whatever else counts.

It is made of what a deployment decides (routes, flows, steps) and of numbers; nothing in it comes from a person.
"""

from __future__ import annotations

import logging
import re
import secrets
import time
from collections.abc import Callable, Iterable

from flask import Flask, Response, g, request
from msgspec import Struct, to_builtins

from flowrunner.service.cases.cases import SubmissionResult
from flowrunner.service.log import TOLD
from flowrunner.web.site import services

HEADER = "X-Request-Id"
METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
_ID = re.compile("[A-Za-z0-9-]{8,64}")

REQUESTS = "flowrunner.request"
_log = logging.getLogger(REQUESTS)


class RequestRecord(Struct, frozen=True, rename={"result": "came"}):
    """One request and its answer. `route` is the pattern of the address, "" for one that we do not have; `flow` and
    `step` are of the flows that are served; `result` is what came of a page that was sent (`result_of`), `outcome` the
    outcome that it led to.
    """

    id: str
    method: str
    route: str
    endpoint: str
    status: int
    ms: float
    flow: str = ""
    step: str = ""
    result: str = ""
    outcome: str = ""


Watcher = Callable[[RequestRecord], None]


def register_log(app: Flask, watchers: Iterable[Watcher], *, trust_id: bool) -> None:
    """Report every request to the watchers. Register before anything else: what comes first ends last.

    `trust_id` takes the id of a request from the server before us, if there is one.
    """
    all_watchers = tuple(watchers)

    def begin() -> None:
        g.began = time.perf_counter()
        header = request.headers.get(HEADER, "") if trust_id else ""
        g.request_id = header if _ID.fullmatch(header) else secrets.token_hex(16)

    def finish(response: Response) -> Response:
        if "began" not in g:
            begin()
        response.headers[HEADER] = g.request_id
        seen = _seen(response)
        for watcher in all_watchers:
            watcher(seen)
        return response

    app.before_request(begin)
    app.after_request(finish)


def write_log(seen: RequestRecord) -> None:
    """Write a line of the log for a request."""
    if _log.isEnabledFor(logging.INFO):
        _log.info("request", extra={TOLD: to_builtins(seen)})


def note(sent: SubmissionResult | None) -> None:
    """Remember what came of a page that was sent, until the request is answered."""
    g.sent = sent


def result_of(sent: SubmissionResult) -> str:
    """The result of a page that was sent: moved, ended (what is shown now is an end of the flow), refused (there
    are problems), stale (the page has no place any more), elsewhere (the answers were changed in another window), again
    (the same form was sent before), or nowhere (there is no case)."""
    if sent.redirect is not None:
        return "again"
    if sent.elsewhere:
        return "elsewhere"
    if sent.decision is None:
        return "nowhere"
    if sent.decision.problems:
        return "refused"
    if sent.decision.stale:
        return "stale"
    return "ended" if outcome_of(sent) else "moved"


def outcome_of(sent: SubmissionResult) -> str:
    """The outcome that a page led to, "" when the flow goes on."""
    if sent.decision is None or sent.decision.problems:
        return ""
    return sent.program.flow.steps[sent.decision.show].outcome or ""


def _seen(response: Response) -> RequestRecord:
    flow, step = _place()
    sent: SubmissionResult | None = g.get("sent")
    method, rule = request.method, request.url_rule
    return RequestRecord(
        id=g.request_id,
        method=method if method in METHODS else "other",
        route=rule.rule if rule else "",
        endpoint=rule.endpoint if rule else "",
        status=response.status_code,
        ms=round((time.perf_counter() - g.began) * 1000, 1),
        flow=flow,
        step=step,
        result=result_of(sent) if sent else "",
        outcome=outcome_of(sent) if sent else "",
    )


def _place() -> tuple[str, str]:
    """The flow and the step of the address, if they are of those that we serve; else they are what somebody typed."""
    arguments = request.view_args or {}
    program = services().catalogue.current(arguments["flow"]) if "flow" in arguments else None
    if program is None:
        return "", ""
    step = arguments.get("step", "")
    return program.flow.name, step if step in program.flow.steps else ""
