"""Words that a person reads: in each language of the flow, shared words in place, holes compiled."""

from __future__ import annotations

from flowrunner.compiler.bind.binder import Binder, characters
from flowrunner.compiler.bind.expansion import Expanded, words_in
from flowrunner.compiler.nodes import Mapping, Node, Scalar
from flowrunner.diagnostics.codes import EXPRESSION, UNKNOWN_NAME
from flowrunner.model.expression.hole import Filling, compile_hole, constant_filling, unknown_hole
from flowrunner.model.mistake import Mistake
from flowrunner.model.record import replace
from flowrunner.registry import nearest
from flowrunner.text.holes import split_holes
from flowrunner.text.parts import Fills
from flowrunner.text.text import Form, LocalizedText, Text, make_words

EXAMPLE = "example"
NO_TEXT = Text({})
_BESIDE_WORDS = ("lang", "note")


def bind_text(
    binder: Binder, node: Node | None, form: Form = "inline", *, example: str | None = None, lang: str = ""
) -> Text:
    """A plain string, or words for each language. A language that is missing or empty has no words: lint tells.

    `example` fills `{{ example }}`; `lang` is the language that stands beside a text that is the same in all.
    """
    if node is None:
        return NO_TEXT
    if isinstance(node, Mapping):
        _check_languages(binder, node)
    words: dict[str, LocalizedText] = {}
    same: tuple[Scalar, LocalizedText] | None = None
    for language in binder.languages:
        scalar = words_in(node, language)
        if scalar is None:
            continue
        if same is not None and same[0] is scalar:
            words[language] = same[1]
            continue
        expanded = binder.expander.expand(scalar, language)
        words[language] = _words(binder, scalar, expanded, form, example)
        if not expanded.shared:
            same = (scalar, words[language])
    note = characters(node.get("note")) if isinstance(node, Mapping) else None
    own = characters(node.get("lang")) if isinstance(node, Mapping) else None
    return Text(words, own or lang, note or "", node.span)


def text_under(
    binder: Binder, node: Node | None, key: str, form: Form = "inline", *, example: str | None = None
) -> Text:
    """The text that stands behind a key; one without words when there is none."""
    return maybe_text(binder, node, key, form, example=example) or NO_TEXT


def maybe_text(
    binder: Binder, node: Node | None, key: str, form: Form = "inline", *, example: str | None = None
) -> Text | None:
    """The text that stands behind a key, if any. `lang` beside it says which language its words are in."""
    if not isinstance(node, Mapping) or key not in node:
        return None
    return bind_text(binder, node.get(key), form, example=example, lang=characters(node.get("lang")) or "")


def bind_shared(binder: Binder) -> dict[str, Text]:
    """The shared texts as lint reads them. Their own slips are told where they stand, once."""
    own = binder.draft.root.span.file
    texts = {}
    for name, entry in binder.draft["texts"].items():
        if entry.key.span.file == own or name in binder.expander.used:
            form: Form = "block" if _is_block(entry.node) else "inline"
            texts[name] = bind_text(binder, entry.node, form, example="")
    return texts


def _is_block(node: Node) -> bool:
    nodes = [value for _, value in node.entries] if isinstance(node, Mapping) else [node]
    return any(isinstance(one, Scalar) and one.block for one in nodes)


def _check_languages(binder: Binder, node: Mapping) -> None:
    """A language that the flow does not have. A part may have more than the flows that include it."""
    if node.span.file != binder.draft.root.span.file:
        return
    for key, _ in node.entries:
        if key.value not in binder.languages and key.value not in _BESIDE_WORDS:
            binder.findings.unknown("language", key, binder.languages)


def _words(binder: Binder, scalar: Scalar, expanded: Expanded, form: Form, example: str | None) -> LocalizedText:
    def resolve(inside: str, offset: int) -> Fills:
        origin, begin = expanded.origin(offset)
        return _fill(binder, inside, origin, begin, example)

    source = expanded.source
    if "{{" in source:
        _check_closed(binder, source, expanded)
    return replace(make_words(source, form, resolve), span=scalar.span, shared=tuple(expanded.names))


def _check_closed(binder: Binder, source: str, expanded: Expanded) -> None:
    for segment in split_holes(source):
        if segment.kind == "unclosed":
            origin, begin = expanded.origin(segment.offset)
            binder.findings.add(EXPRESSION, binder.findings.part(origin, begin, 2), "unclosed_hole")


def _with_texts(binder: Binder, mistake: Mistake) -> Mistake:
    """In a text, an unknown name may be that of a shared text."""
    if mistake.code != "unknown_name" or mistake.nearest is not None:
        return mistake
    return replace(mistake, nearest=nearest(mistake.values.get("name", ""), binder.draft["texts"]))


def _fill(binder: Binder, inside: str, origin: Scalar, begin: int, example: str | None) -> Fills:
    if inside.strip() == EXAMPLE:
        if example is None:
            at = begin + inside.index(EXAMPLE)
            binder.findings.add(UNKNOWN_NAME, binder.findings.part(origin, at, len(EXAMPLE)), "no_example")
            return unknown_hole(inside)
        return constant_filling(EXAMPLE, example)
    cached = binder.fillings.get((inside, origin.span))
    if cached is not None:
        return cached
    filling = compile_hole(inside, binder.scope, span=origin.span)
    if not isinstance(filling, Filling):
        binder.findings.mistakes(origin, (_with_texts(binder, mistake) for mistake in filling), begin)
        filling = unknown_hole(inside)
    binder.fillings[inside, origin.span] = filling
    return filling
