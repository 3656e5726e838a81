"""A question as a template draws it: labels, hint, problem, what was typed, choices, parts."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.fields.confirm import Confirm
from flowrunner.fields.places import countries
from flowrunner.model.case import Inputs, Problem, Value
from flowrunner.model.flow import Choice, Field
from flowrunner.runtime.answers import open_choices
from flowrunner.runtime.page import Asked
from flowrunner.web.voice import Voice

NO_WORDS = Markup("")
MOST_RADIOS = 6
_GROUPS = frozenset({"yes_no", "choices", "date", "address"})
_WIDTHS = {"number": 10, "money": 10, "phone": 20}


@dataclass(frozen=True, slots=True)
class Option:
    """One choice as it is drawn; `id` is that of its control."""

    id: str
    value: str
    label: Markup
    hint: Markup = NO_WORDS
    lang: str = ""
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """One input of a question that has several."""

    id: str
    label: str
    value: str
    autocomplete: str
    wrong: bool
    width: int = 0
    optional: bool = False
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True)
class Control:
    """One question. `id` is the field's name, which is also the name of its input and the id of its first control.

    `group` is true when it has several controls under one legend. `described_by` are the ids of hint and problem.
    """

    id: str
    widget: str
    label: Markup
    lang: str
    hint: Markup
    need: str
    required: bool
    value: str
    autocomplete: str
    problem: str
    described_by: str
    group: bool
    width: int = 0
    numeric: bool = False
    unit: str = ""
    elsewhere: str = ""
    heading: bool = False
    options: tuple[Option, ...] = ()
    parts: tuple[Part, ...] = ()
    shown: tuple[str, ...] = field(default=())


def control(
    asked: Asked,
    voice: Voice,
    env: Mapping[str, Any],
    problems: Mapping[str, tuple[Problem, str]],
    elsewhere: Mapping[str, Inputs],
    heading: bool,
) -> Control:
    """Make a question ready. `problems` are by field, each with its words; `elsewhere` as in `service.cases.Sent`."""
    about = asked.field
    kind = FIELD_TYPES[about.kind]
    problem = problems.get(about.name)
    hint = voice.html(about.hint, env)
    options = _options(about, voice, env, asked.inputs)
    widget = kind.widget if kind.name != "choice" or len(options) > MOST_RADIOS else "radios"
    described = [f"{about.name}-hint" if hint else "", f"{about.name}-problem" if problem else ""]
    return Control(
        id=about.name,
        widget=widget,
        label=voice.html(about.label, env),
        lang=voice.lang(about.label),
        hint=hint,
        need=voice.words.say(f"page.{_need(asked)}"),
        required=_need(asked) == "required",
        value="" if kind.secret else _first(asked.inputs, about.name),
        autocomplete=about.autocomplete or "",
        problem=problem[1] if problem else "",
        described_by=" ".join(filter(None, described)),
        group=widget in _GROUPS or widget == "radios",
        width=_width(about, voice),
        numeric=_is_numeric(about, voice),
        unit=voice.plain(about.unit, env),
        elsewhere=_elsewhere(about, voice, elsewhere.get(about.name)),
        heading=heading,
        options=_sorted(options) if widget == "choice" else options,
        parts=_parts(about, voice, asked.inputs, problem[0] if problem else None),
        shown=tuple(shown(about, env.get(about.name), voice)) if about.value is not None else (),
    )


def shown(about: Field, value: Value, voice: Voice) -> list[str]:
    """An answer in words, line by line; none when there is no answer."""
    if value is None:
        return []
    written = FIELD_TYPES[about.kind].show(about, value, voice.words, voice.language)
    return [line for line in written.split("\n") if line]


# --- Choices ------------------------------------------------------------------------------


def _options(about: Field, voice: Voice, env: Mapping[str, Any], inputs: Inputs) -> tuple[Option, ...]:
    chosen = inputs.get(about.name, ())
    if about.kind == "yes_no":
        said = (("yes", voice.words.say("answer.yes")), ("no", voice.words.say("answer.no")))
        return tuple(_option(about, i, value, Markup.escape(label), chosen) for i, (value, label) in enumerate(said))
    if about.kind == "confirm":
        return (_option(about, 0, Confirm().sends(about), NO_WORDS, chosen),)
    if not FIELD_TYPES[about.kind].has_choices:
        return ()
    found = [choice for choice in open_choices(about, env) if not choice.retired or choice.value in chosen]
    return tuple(_of_choice(about, index, choice, voice, env, chosen) for index, choice in enumerate(found))


def _of_choice(
    about: Field, index: int, choice: Choice, voice: Voice, env: Mapping[str, Any], chosen: tuple[str, ...]
) -> Option:
    if voice.language not in choice.label.words:
        return _option(about, index, choice.value, Markup.escape(choice.value), chosen)
    label = voice.html(choice.label, env)
    hint = voice.html(choice.hint, env)
    return _option(about, index, choice.value, label, chosen, hint, voice.lang(choice.label))


def _option(
    about: Field,
    index: int,
    value: str,
    label: Markup,
    chosen: tuple[str, ...],
    hint: Markup = NO_WORDS,
    lang: str = "",
) -> Option:
    # The link of the error summary leads to the field's name, so the first control bears it.
    return Option(about.name if index == 0 else f"{about.name}.{index}", value, label, hint, lang, value in chosen)


def _sorted(options: tuple[Option, ...]) -> tuple[Option, ...]:
    """A list is sorted in the language that it is read in, unless its labels are quantities, which have their order."""
    if any(option.label[:1].isdigit() for option in options):
        return options
    return tuple(sorted(options, key=lambda option: _sort_key(option.label.striptags())))


def _sort_key(label: str) -> str:
    parted = unicodedata.normalize("NFKD", label.casefold())
    return "".join(character for character in parted if not unicodedata.combining(character))


# --- Parts --------------------------------------------------------------------------------


def _parts(about: Field, voice: Voice, inputs: Inputs, problem: Problem | None) -> tuple[Part, ...]:
    widths = {"day": 2, "month": 2, "year": 4, "unit": 10, "postal_code": 10}
    found = []
    for part, autocomplete in FIELD_TYPES[about.kind].parts.items():
        name = f"{about.name}.{part}"
        # A problem of the whole marks every part, a problem of a part that part alone.
        wrong = problem is not None and problem.input in (None, name)
        value = _first(inputs, name)
        options: tuple[Option, ...] = ()
        if part == "country":
            value = value or (voice.flow.territory or "").lower()
            named = countries(voice.language).items()
            options = _sorted(
                tuple(Option("", code, Markup.escape(name), chosen=code == value) for code, name in named)
            )
        optional = part in ("unit", "province", "postal_code")
        label = voice.words.say(f"page.{part}")
        found.append(Part(name, label, value, autocomplete or "", wrong, widths.get(part, 0), optional, options))
    return tuple(found)


def _first(inputs: Inputs, name: str) -> str:
    values = inputs.get(name, ())
    return values[0] if values else ""


def _need(asked: Asked) -> str:
    """Whether an answer is required: of a question that hangs on another answer of the page, only if it applies."""
    if asked.field.optional:
        return "optional"
    return "required" if asked.always else "required_if"


# --- Looks --------------------------------------------------------------------------------


def _width(about: Field, voice: Voice) -> int:
    """How many characters the box should look made for; 0 is as wide as the column."""
    if about.kind == "code":
        return voice.flow.codes[about.options["code"]].length + 2
    bounds = [use.bound for use in about.rules if use.rule == "max_length" and isinstance(use.bound, int)]
    if bounds and min(bounds) <= 20:
        return min(bounds)
    lengths = [len(example.value) for example in about.valid if isinstance(example.value, str)]
    if about.kind == "text" and lengths and max(lengths) <= 20:
        return 20
    return _WIDTHS.get(FIELD_TYPES[about.kind].widget, 0)


def _is_numeric(about: Field, voice: Voice) -> bool:
    return about.kind == "code" and voice.flow.codes[about.options["code"]].alphabet == "digits"


def _elsewhere(about: Field, voice: Voice, stored: Inputs | None) -> str:
    if stored is None:
        return ""
    if not FIELD_TYPES[about.kind].has_choices:
        return ", ".join(value for values in stored.values() for value in values)
    labels = (voice.wording.label(about.name, value).words for values in stored.values() for value in values)
    return voice.words.format.join(labels)
