"""Searching for an address with JavaScript off: a box, a button, a list to choose from, and the boxes to fill by hand.

The search is a button that stays on the page (`leaving`); what is found is looked up again when the page is shown, from
what is kept of the box, so that no address stands in an address line. Choosing a match sends its digest, and the source
is asked once more: no list of other people's addresses is stored, and none that a browser sends back is trusted. Enter
in the box presses the page's first button; while no part of the address is filled, that is taken as a search.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from flask import request

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Inputs, Submission
from flowrunner.model.flow import Field, Flow, Step
from flowrunner.model.record import replace
from flowrunner.runtime.look import Page
from flowrunner.runtime.program import Program
from flowrunner.service.sources.address_search import Found, fill, search
from flowrunner.web.addresses import CHOOSE, SEARCH
from flowrunner.web.site import services

ARGUMENT = "search"


def searching(program: Program, submission: Submission) -> Submission:
    """The same submission; but when Enter was pressed in the box of a search and no part of the address is there yet,
    its button is the search."""
    step = program.flow.steps.get(submission.step)
    if step is None or submission.button != "next":
        return submission
    for field in _searched(step):
        if _typed(field, submission.inputs) and not _has_parts(field, submission.inputs):
            return replace(submission, button=f"{SEARCH}{field.name}")
    return submission


def chosen_address(flow: Flow, step: Step, button: str, inputs: Inputs) -> Inputs:
    """The inputs, with the address in its boxes if the button chooses one that the search still finds."""
    if not button.startswith(CHOOSE):
        return inputs
    name, _, key = button.removeprefix(CHOOSE).partition(":")
    for field in _searched(step):
        if field.name == name:
            match = next((one for one in _search(flow, field, inputs).matches if one.key == key), None)
            return fill(field, match, inputs) if match else inputs
    return inputs


def found_for(flow: Flow, page: Page) -> Mapping[str, Found]:
    """What the search that this request asks for finds, by field; nothing when it asks for none."""
    if not any(one.field.options.get("search") for one in page.questions.values()):
        return {}
    pressed = request.form.get("_button", "") if request.method == "POST" else ""
    name = request.args.get(ARGUMENT, "") or pressed.removeprefix(SEARCH)
    question = page.questions.get(name)
    if question is None or not question.field.options.get("search") or not _typed(question.field, question.inputs):
        return {}
    return {name: _search(flow, question.field, question.inputs)}


def _search(flow: Flow, field: Field, inputs: Inputs) -> Found:
    return search(services().sources, flow, field, _typed(field, inputs), services().context.clock())


def _searched(step: Step) -> Iterator[Field]:
    uses = [*step.uses, *(use for action in step.actions.values() for use in action.fields)]
    return (use.field for use in uses if use.field.options.get("search"))


def _typed(field: Field, inputs: Inputs) -> str:
    values = inputs.get(f"{field.name}.search", ())
    return values[0].strip() if values else ""


def _has_parts(field: Field, inputs: Inputs) -> bool:
    """Whether somebody typed a part; the country is always sent."""
    parts = set(FIELD_TYPES[field.kind].parts) - {"country"}
    return any(value.strip() for part in parts for value in inputs.get(f"{field.name}.{part}", ()))
