"""The passwords of a page that was sent, judged and hashed before the core sees the page."""

from __future__ import annotations

from collections.abc import Iterator

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.fields.wording import Wording
from flowrunner.model.case import Actor, Case, Submission
from flowrunner.model.flow import Field
from flowrunner.model.record import replace
from flowrunner.runtime.environment import answers_of
from flowrunner.runtime.program import Program
from flowrunner.service.sessions.passwords import Passwords


def with_secrets(
    passwords: Passwords, program: Program, case: Case | None, actor: Actor, submission: Submission
) -> Submission:
    """The submission with `secrets` for the password fields that its button sends, and without what was typed in them.

    Raises HasherBusy.
    """
    fields = [use.field for use in program.asks(submission.step, submission.button).uses if _is_secret(use.field)]
    hidden = {name for name in submission.inputs if (field := program.flow.fields.get(name)) and _is_secret(field)}
    inputs = {name: values for name, values in submission.inputs.items() if name not in hidden}
    if not fields:
        return replace(submission, inputs=inputs)
    personal = tuple(_personal(program, case, actor, replace(submission, inputs=inputs)))
    secrets = passwords.secrets(fields, submission.inputs, personal)
    return replace(submission, inputs=inputs, secrets=secrets)


def _is_secret(field: Field) -> bool:
    return FIELD_TYPES[field.kind].secret


def _personal(program: Program, case: Case | None, actor: Actor, submission: Submission) -> Iterator[str]:
    """Words that others can know of the person and the service."""
    flow = program.flow
    yield flow.name
    yield from (flow.title.plain(language, {}, Wording(flow, language)) for language in flow.languages)
    if flow.accounts is None:
        return
    answers = answers_of(case) if case is not None else {}
    profile = actor.account.profile if actor.account is not None else {}
    for name in (flow.accounts.sign_in_with, *flow.accounts.profile):
        for value in (*submission.inputs.get(name, ()), answers.get(name), profile.get(name)):
            if isinstance(value, str):
                yield value
    if actor.account is not None:
        yield actor.account.sign_in
