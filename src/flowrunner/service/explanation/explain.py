"""Opening a case to explain it: the case, what is recorded of it, and the version of the flow that it began with."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from flowrunner.catalogue import Catalogue
from flowrunner.compiler.bundle import load_bundle
from flowrunner.model.case import Case
from flowrunner.runtime.explain import explain
from flowrunner.runtime.program import Program
from flowrunner.runtime.sentence import ExplainedEvent
from flowrunner.service.context import ServiceContext
from flowrunner.span import Span
from flowrunner.store import cases
from flowrunner.store import events as event_rows


class Explained(Struct, frozen=True):
    """A case told as values. `sources` are the files of its version of the flow, as the spans of rules name them."""

    case: Case
    program: Program
    sentences: tuple[ExplainedEvent, ...]
    sources: Mapping[str, str]

    def line(self, span: Span) -> str:
        """The line of a file on which a rule begins, with single spaces; "" for a place that is not there."""
        lines = self.sources.get(span.file, "").split("\n")
        return " ".join(lines[span.line - 1].split()) if 0 < span.line <= len(lines) else ""


def explain_case(context: ServiceContext, named: str) -> Explained | None:
    """Explain the case of a reference number or an id; None when there is none. Nothing is changed.

    Raises FlowrunnerError when its version of the flow is not there or what is stored cannot be read.
    """
    with context.database.reading() as transaction:
        ident = cases.cases_named(transaction, named)
        case = cases.load(transaction, ident) if ident is not None else None
        events = event_rows.events_of(transaction, case.id) if case is not None else ()
    if case is None:
        return None
    program = context.catalogue.program(case.flow, case.version)
    sentences = explain(program, case, events, context.world())
    return Explained(case, program, sentences, sources_of(context.catalogue, case))


def sources_of(programs: Catalogue, case: Case) -> Mapping[str, str]:
    """The files of the version that a case began with. Raises FlowrunnerError."""
    bundle = load_bundle(programs.bundle(case.flow, case.version))
    return {name: data.decode("utf-8") for name, data in bundle.sources.items()}
