"""A flow as the interpreter sees it: bound, typed and immutable. No raw dictionary of YAML comes this far.

Names of fields, steps, sources and so on are plain strings that `compiler.bind` has proved to exist; whatever can be
read by an expression is an `Expression`, whatever a person reads is a `Text`. Each part keeps the span of its source,
so that diagnostics, explanations and diagrams can say where a rule stands.
"""

from flowrunner.model.flow.content import Block, Content, FieldUse, SummaryLine
from flowrunner.model.flow.decisions import Branch, Condition, EffectUse, LookUp, MoveKind, Source
from flowrunner.model.flow.flow import Flow
from flowrunner.model.flow.questions import Choice, Example, Field, Privacy, RuleUse
from flowrunner.model.flow.steps import OWNER, Action, Step
from flowrunner.model.flow.surroundings import AccountPage, AccountPolicy, Code, Desk, Message, Reminder, Role, Timer

__all__ = [
    "OWNER",
    "AccountPage",
    "AccountPolicy",
    "Action",
    "Block",
    "Branch",
    "Choice",
    "Code",
    "Condition",
    "Content",
    "Desk",
    "EffectUse",
    "Example",
    "Field",
    "FieldUse",
    "Flow",
    "LookUp",
    "Message",
    "MoveKind",
    "Privacy",
    "Reminder",
    "Role",
    "RuleUse",
    "Source",
    "Step",
    "SummaryLine",
    "Timer",
]
