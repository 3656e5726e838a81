"""A question as a template draws it: labels, hint, problem, what was typed, choices, parts."""

from __future__ import annotations

import unicodedata

from markupsafe import Markup
from msgspec import Struct

from flowrunner.fields.base import PartInput
from flowrunner.fields.built_in import FIELD_TYPES
from flowrunner.model.case import Inputs, Value
from flowrunner.model.expression.expression import Expression
from flowrunner.model.flow import Choice, Field
from flowrunner.runtime.answers import open_choices
from flowrunner.runtime.look import PageQuestion
from flowrunner.web.localizer import Localizer
from flowrunner.web.page.address_input import AddressInput, address_input
from flowrunner.web.page.file_input import FileInput, file_input
from flowrunner.web.page.input_size import is_numeric, width_of
from flowrunner.web.page.renderer import NO_WORDS, PageRenderer

MOST_RADIOS = 6


class Option(Struct, frozen=True):
    """One choice as it is drawn; `id` is that of its control, `mark` says that it was chosen."""

    id: str
    value: str
    label: Markup
    hint: Markup = NO_WORDS
    lang: str = ""
    mark: Markup = NO_WORDS


class InputPart(Struct, frozen=True):
    """One input of a question that has several. `problem` stands at it, where the question shows each at its own."""

    id: str
    label: str
    value: Markup
    autocomplete: str
    wrong: bool
    width: int = 0
    optional: bool = False
    options: tuple[Option, ...] = ()
    problem: str = ""


class Control(Struct, frozen=True):
    """One question. `id` is the field's name, which is also the name of its input and the id of its first control.

    `group` is true when it has several controls under one legend. `described_by` are the ids of hint and problem.
    `html` is the whole question when it was drawn before.
    """

    id: str
    widget: str
    label: Markup
    lang: str
    hint: Markup
    need: str
    required: bool
    value: Markup
    autocomplete: str
    problem: str
    described_by: str
    group: bool
    width: int = 0
    numeric: bool = False
    unit: Markup = NO_WORDS
    elsewhere: str = ""
    heading: bool = False
    options: tuple[Option, ...] = ()
    parts: tuple[InputPart, ...] = ()
    shown: tuple[str, ...] = ()
    html: Markup = NO_WORDS
    box: FileInput | None = None
    search: AddressInput | None = None

    @classmethod
    def drawn(cls, name: str, html: Markup) -> Control:
        """A question that is drawn already."""
        nothing = NO_WORDS
        return cls(name, "", nothing, "", nothing, "", False, nothing, "", "", "", False, html=html)


def control(question: PageQuestion, pen: PageRenderer, elsewhere: Inputs | None, heading: bool) -> Control:
    """Make a question ready. `elsewhere` is what another window made of the answer since it was shown; `heading` says
    whether its label is that of the page."""
    about, voice = question.field, pen.voice
    kind = FIELD_TYPES[about.kind]
    hint = pen.html(about.hint)
    options = _options(question, pen)
    widget = widget_of(about, len(options))
    problem = pen.own(f"wrong {about.name}") if pen.wrong.above(about.name) else NO_WORDS
    described = [
        f"{about.name}-hint" if hint else "",
        f"{about.name}-limits" if kind.takes_files else "",
        f"{about.name}-problem" if problem else "",
    ]
    return Control(
        id=about.name,
        widget=widget,
        label=pen.html(about.label),
        lang=voice.lang(about.label),
        hint=hint,
        need=voice.words.say(f"page.{_need(question)}"),
        required=_need(question) == "required",
        value=NO_WORDS if kind.secret or kind.parts else pen.value(about.name, about.name),
        autocomplete=about.autocomplete or "",
        problem=problem,
        described_by=" ".join(filter(None, described)),
        group=kind.drawn_as_group or widget == "radios",
        width=width_of(about, voice),
        numeric=is_numeric(about, voice),
        unit=pen.plain(about.unit),
        elsewhere=_elsewhere(about, voice, elsewhere),
        heading=heading,
        options=_sorted(options) if widget == "choice" else options,
        parts=_parts(question, pen),
        shown=tuple(answer_lines(about, pen.env.get(about.name), voice)) if about.value is not None else (),
        box=file_input(about, pen) if kind.takes_files else None,
        search=address_input(question, pen, pen.wrong.has(about.name)),
    )


def widget_of(about: Field, options: int) -> str:
    """The template of a question: a choice of few is drawn as radio buttons."""
    kind = FIELD_TYPES[about.kind]
    return "radios" if kind.radios_if_few and options <= MOST_RADIOS else kind.widget


def is_steady(about: Field) -> bool:
    """Whether a question is drawn alike for everybody, but for what stands in its boxes and which choice is marked."""
    if about.value is not None or FIELD_TYPES[about.kind].drawn_anew or isinstance(about.choices, Expression):
        return False
    return not any(choice.retired for choice in about.choices)


def answer_lines(about: Field, value: Value, voice: Localizer) -> list[str]:
    """An answer in words, line by line; none when there is no answer."""
    if value is None:
        return []
    written = FIELD_TYPES[about.kind].show(about, value, voice.words, voice.language)
    return [line for line in written.split("\n") if line]


# --- Choices ------------------------------------------------------------------------------


def _options(question: PageQuestion, pen: PageRenderer) -> tuple[Option, ...]:
    about, kind = question.field, FIELD_TYPES[question.field.kind]
    say = pen.voice.words.say
    if not kind.has_choices:
        boxes = ((sent, Markup.escape(say(word) if word else "")) for sent, word in kind.boxes(about).items())
        return tuple(_option(about, index, sent, label, pen) for index, (sent, label) in enumerate(boxes))
    choices = open_choices(about, pen.env)
    offered = [each for each in choices if not each.retired or each.value in question.inputs.get(about.name, ())]
    word = " selected" if widget_of(about, len(offered)) == "choice" else " checked"
    return tuple(_of_choice(about, index, choice, pen, word) for index, choice in enumerate(offered))


def _of_choice(about: Field, index: int, choice: Choice, pen: PageRenderer, word: str) -> Option:
    if pen.voice.language not in choice.label.words:
        return _option(about, index, choice.value, Markup.escape(choice.value), pen, word)
    lang = pen.voice.lang(choice.label)
    return _option(about, index, choice.value, pen.html(choice.label), pen, word, pen.html(choice.hint), lang)


def _option(
    about: Field,
    index: int,
    value: str,
    label: Markup,
    pen: PageRenderer,
    word: str = " checked",
    hint: Markup = NO_WORDS,
    lang: str = "",
) -> Option:
    # The link of the error summary leads to the field's name, so the first control bears it.
    ident = about.name if index == 0 else f"{about.name}.{index}"
    return Option(ident, value, label, hint, lang, pen.mark(about.name, value, word))


def _sorted(options: tuple[Option, ...]) -> tuple[Option, ...]:
    """A list is sorted in the language that it is read in, unless its labels are quantities, which have their order."""
    if any(option.label[:1].isdigit() for option in options):
        return options
    return tuple(sorted(options, key=lambda option: _sort_key(option.label.striptags())))


def _sort_key(label: str) -> str:
    parted = unicodedata.normalize("NFKD", label.casefold())
    return "".join(character for character in parted if not unicodedata.combining(character))


# --- Parts --------------------------------------------------------------------------------


def _parts(question: PageQuestion, pen: PageRenderer) -> tuple[InputPart, ...]:
    about, voice, kind = question.field, pen.voice, FIELD_TYPES[question.field.kind]
    parts = []
    for part, autocomplete in kind.parts.items():
        name = f"{about.name}.{part}"
        wrong = pen.wrong.marks(about.name, name)
        box = kind.part(about, part, question.inputs, voice.flow.territory, voice.language)
        label, value, options = voice.words.say(f"page.{part}"), pen.value(about.name, name), _listed(box)
        problem = pen.own(f"wrong {name}") if name in pen.wrong.inputs else NO_WORDS
        parts.append(
            InputPart(name, label, value, autocomplete or "", wrong, box.width, box.optional, options, problem)
        )
    return tuple(parts)


def _listed(box: PartInput) -> tuple[Option, ...]:
    marks = {box.chosen: Markup(" selected")}
    named = box.choices.items()
    return _sorted(tuple(Option("", code, Markup.escape(name), mark=marks.get(code, NO_WORDS)) for code, name in named))


def _need(question: PageQuestion) -> str:
    """Whether an answer is required: of a question that hangs on another answer of the page, only if it applies."""
    if question.field.optional:
        return "optional"
    return "required" if question.always else "required_if"


def _elsewhere(about: Field, voice: Localizer, stored: Inputs | None) -> str:
    if stored is None:
        return ""
    if not FIELD_TYPES[about.kind].has_choices:
        return ", ".join(value for values in stored.values() for value in values)
    labels = (voice.wording.label(about.name, value).words for values in stored.values() for value in values)
    return voice.words.format.join(labels)
