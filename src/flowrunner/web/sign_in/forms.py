"""The forms of signing in and of coming back as they are drawn: what is asked, what is wrong, which buttons."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from flask import current_app, request
from markupsafe import Markup
from msgspec import Struct
from werkzeug.exceptions import HTTPException

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Problem
from flowrunner.model.flow import Field
from flowrunner.model.record import replace
from flowrunner.runtime.program import Program
from flowrunner.runtime.sign_in_code import confirming_code
from flowrunner.service.accounts.sign_in import PendingCode
from flowrunner.web.addresses import page_address
from flowrunner.web.localizer import Localizer
from flowrunner.web.page.controls import Control
from flowrunner.web.page.input_size import is_numeric, width_of
from flowrunner.web.page.renderer import NO_WORDS
from flowrunner.web.page.view import Complaint

PASSWORD, CODE = "_password", "_code"
CONFIRM, NEW_CODE, START_AGAIN = "next", "new_code", "_start_again"
_LONGEST = 2_000


class Pressable(Struct, frozen=True):
    name: str
    label: str


class FormLink(Struct, frozen=True):
    href: str
    label: str


class SignInForm(Struct, frozen=True):
    """`heading` is "" where the page has one of its own."""

    heading: str
    texts: tuple[str, ...] = ()
    controls: tuple[Control, ...] = ()
    buttons: tuple[Pressable, ...] = ()
    links: tuple[FormLink, ...] = ()
    complaints: tuple[Complaint, ...] = ()

    @property
    def keeps(self) -> bool:
        """Whether something is asked that may be shown again: passwords and codes are typed anew."""
        return any(control.id not in (PASSWORD, CODE) for control in self.controls)


def typed_inputs(name: str) -> str:
    """What was typed in a box of the interpreter's own; "" for what no person types."""
    value = request.form.get(name, "")
    return value if len(value) <= _LONGEST else ""


def lacking(**boxes: str) -> tuple[Problem, ...]:
    """What is wrong with a form whose boxes, given by name with their type, were left empty. That is no try, as nothing
    is compared with it. A box that was not sent belongs to another form, which may come a second time."""
    empty = (name for name in boxes if name in request.form and not typed_inputs(name).strip())
    return tuple(Problem(name, "required", {"kind": boxes[name]}) for name in empty)


def password_form(program: Program, voice: Localizer, problems: tuple[Problem, ...], address: str | None) -> SignInForm:
    """The address and the password. `address` is None where it is known already: then it is not asked."""
    say = voice.words.say
    controls = [] if address is None else [_address(program, voice, address, problems)]
    controls.append(_box(PASSWORD, "password", say("page.sign_in.password"), voice, "current-password", problems))
    return SignInForm(
        say("page.sign_in.title"),
        controls=tuple(controls),
        buttons=(Pressable(CONFIRM, say("page.sign_in.title")),),
        links=tuple(_links(program, voice, address is not None)),
        complaints=_complaints(problems, voice, controls),
    )


def code_form(program: Program, voice: Localizer, problems: tuple[Problem, ...], waits: PendingCode) -> SignInForm:
    """The code that was sent to confirm signing in."""
    say = voice.words.say
    code = confirming_code(program)
    box = _box(CODE, "code", say("page.sign_in.code"), voice, "one-time-code", problems, code.length + 2)
    until = voice.words.format.time(waits.until.astimezone(voice.zone)) if waits.until is not None else ""
    life = say("page.sign_in.code_until", time=until) if until else say("page.sign_in.code_over")
    return SignInForm(
        say("page.sign_in.code_title"),
        texts=(say("page.sign_in.code_sent"), life),
        controls=(_numeric(box) if code.alphabet == "digits" else box,),
        buttons=(
            Pressable(CONFIRM, say("page.sign_in.confirm")),
            Pressable(NEW_CODE, say("page.request_new_code")),
            Pressable(START_AGAIN, say("page.sign_in.start_again")),
        ),
        complaints=_complaints(problems, voice, (box,)),
    )


def resume_form(
    program: Program, voice: Localizer, problems: tuple[Problem, ...], fields: Iterable[Field]
) -> SignInForm:
    """What opens a case in another browser."""
    say = voice.words.say
    controls = tuple(_control(field, voice, problems) for field in fields)
    links = () if program.flow.accounts is None else (_link(program, voice, "sign_in", "page.sign_in.title"),)
    return SignInForm(
        say("page.resume.title"),
        texts=(say("page.resume.text"),),
        controls=controls,
        buttons=(Pressable(CONFIRM, say("page.continue")),),
        links=links,
        complaints=_complaints(problems, voice, controls),
    )


def own_address(url: str) -> str:
    """An address of ours that a page can be opened at, as it was given; "" for any other."""
    path, _, query = url.partition("?")
    if not path.startswith("/") or path.startswith("//") or "\\" in url or not url.isprintable() or len(url) > 300:
        return ""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path, method="GET")
    except HTTPException:
        return ""
    return "" if endpoint == "static" else f"{path}?{query}" if query else path


# --- Questions ----------------------------------------------------------------------------


def _address(program: Program, voice: Localizer, value: str, problems: tuple[Problem, ...]) -> Control:
    assert program.flow.accounts is not None
    field = program.flow.fields[program.flow.accounts.sign_in_with]
    label = voice.html(field.label)
    return _box(field.name, FIELD_TYPES[field.kind].widget, label, voice, "username", problems, value=value)


def _control(field: Field, voice: Localizer, problems: tuple[Problem, ...]) -> Control:
    kind = FIELD_TYPES[field.kind]
    label = voice.html(field.label)
    value = "" if kind.is_code else typed_inputs(field.name)
    width = width_of(field, voice) if kind.is_code else 0
    # A code that was kept is no code that was just sent: nothing is to be filled in for it.
    autocomplete = "off" if kind.is_code else field.autocomplete or ""
    box = _box(field.name, kind.widget, label, voice, autocomplete, problems, width, value)
    return _numeric(box) if is_numeric(field, voice) else box


def _box(
    name: str,
    widget: str,
    label: str,
    voice: Localizer,
    autocomplete: str,
    problems: tuple[Problem, ...],
    width: int = 0,
    value: str = "",
) -> Control:
    problem = next((each for each in problems if each.field == name), None)
    words = voice.problem(problem, voice.flow.fields.get(name), {}) if problem is not None else ""
    return Control(
        id=name,
        widget=widget,
        label=Markup.escape(label),
        lang="",
        hint=NO_WORDS,
        need=voice.words.say("page.required"),
        required=True,
        value=Markup.escape(value),
        autocomplete=autocomplete,
        problem=words,
        described_by=f"{name}-problem" if problem is not None else "",
        group=False,
        width=width,
    )


def _numeric(control: Control) -> Control:
    return replace(control, numeric=True)


def _complaints(problems: tuple[Problem, ...], voice: Localizer, controls: Sequence[Control]) -> tuple[Complaint, ...]:
    """What is wrong with one question leads to it, and what is wrong with all of them to the first."""
    named = {control.id for control in controls}
    complaints = []
    for problem in problems:
        target = problem.field if problem.field in named else controls[0].id
        complaints.append(
            Complaint(voice.problem(problem, voice.flow.fields.get(problem.field or ""), {}), target or "")
        )
    return tuple(complaints)


def _links(program: Program, voice: Localizer, asks_address: bool) -> Iterable[FormLink]:
    accounts = program.flow.accounts
    if accounts is not None and accounts.recover is not None:
        yield _link(program, voice, "recover", "page.sign_in.recover")
    if asks_address and program.flow.resume:
        yield _link(program, voice, "resume", "page.resume.title")


def _link(program: Program, voice: Localizer, page: str, label: str) -> FormLink:
    return FormLink(page_address(voice.language, program.flow.name, page), voice.words.say(label))
