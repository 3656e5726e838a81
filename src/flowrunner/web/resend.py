"""Resending a form from an error page: the way back to the page that it was about, with what was typed in it.

Only the flows are asked, never the database: it may be what is away.
"""

from __future__ import annotations

from collections.abc import Mapping

from flask import request, url_for
from flask.globals import request_ctx
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.flow import Field
from flowrunner.runtime.program import Program
from flowrunner.service.cases.drafts import may_be_kept
from flowrunner.web.addresses import PAGES
from flowrunner.web.languages import speaks
from flowrunner.web.localizer import Localizer, localizer
from flowrunner.web.site import services

# Inputs of the interpreter. The token is the one that the form came with: a new one might need the database.
OWN = ("_csrf", "_form", "_shown", "_change", "_from")
_LONGEST_OWN = 200

Row = tuple[str, tuple[str, ...]]
"""A question, and the lines that were typed."""


class Again(Struct, frozen=True):
    """A form that sends the same once more: where to, its inputs in order, the button that was pressed, and what is
    shown of it. `lacks` says that something must be typed again: passwords, codes and files never go back to a browser.
    """

    action: str
    inputs: tuple[tuple[str, str], ...]
    button: str
    rows: tuple[Row, ...]
    lacks: bool


def way_back() -> str:
    """The page of a flow that the request was about, "" when it was about none."""
    place = _place()
    if place is None:
        return ""
    program, endpoint, values = place
    if values.get("language") not in program.flow.languages:
        return ""
    step, name = values.get("step", program.flow.start), values.get("name", "home")
    if step not in program.flow.steps or name not in PAGES:
        return url_for("cases.first_page", language=values["language"], flow=program.flow.name)
    return _address(endpoint, values)


def sent_again(language: str) -> Again | None:
    """What was sent to a page of a flow; None when nothing was, or when it was too much to read."""
    place = _place()
    if request.method != "POST" or request.endpoint is None or place is None or not way_back():
        return None
    try:
        form = request.form
    except HTTPException:
        return None
    fields = _by_input(place[0])
    typed = [(name, value) for name, values in form.lists() for value in values]
    inputs = [(name, value) for name, value in typed if name in fields and may_be_kept(fields[name])]
    lost = any(name in fields and value and not may_be_kept(fields[name]) for name, value in typed)
    own = [(name, form.get(name, "")[:_LONGEST_OWN]) for name in OWN if name in form]
    return Again(
        action=_address(request.endpoint, request.view_args or {}),
        inputs=tuple(own + inputs),
        button=form.get("_button", "next")[:_LONGEST_OWN],
        rows=_rows(inputs, fields, localizer(place[0], speaks(place[0], language))),
        lacks=lost or any(file.filename for file in request.files.values()),
    )


def _place() -> tuple[Program, str, dict[str, str]] | None:
    """The flow that the address is about, with how the address is shown: endpoint and values."""
    adapter = request_ctx.url_adapter
    if adapter is None:
        return None
    try:
        endpoint, values = adapter.match(request.path, method="GET")
    except HTTPException:
        return None
    program = services().catalogue.current(str(values.get("flow", "")))
    return (program, endpoint, dict(values)) if program is not None else None


def _address(endpoint: str, values: Mapping[str, str]) -> str:
    return url_for(endpoint, _anchor=None, _method=None, _scheme=None, _external=False, **values)


def _by_input(program: Program) -> dict[str, Field]:
    return {name: field for field in program.flow.fields.values() for name in FIELD_TYPES[field.kind].inputs(field)}


def _rows(inputs: list[tuple[str, str]], fields: dict[str, Field], say: Localizer) -> tuple[Row, ...]:
    lines: dict[str, list[str]] = {}
    for name, value in inputs:
        if value.strip():
            lines.setdefault(fields[name].name, []).append(_read(fields[name], value, say))
    by_name = {field.name: field for field in fields.values()}
    return tuple((say.plain(by_name[name].label), tuple(values)) for name, values in lines.items())


def _read(field: Field, value: str, say: Localizer) -> str:
    """What a person reads of an input: the words of a choice in place of its id."""
    choices = field.choices if isinstance(field.choices, tuple) else ()
    label = next((choice.label for choice in choices if choice.value == value), None)
    return say.plain(label) if label is not None else value
