"""The ids that the code and the templates say, extracted by Babel with methods of our own.

Babel's own method for Python takes `say("a" if x else "b")` for one id `ab` and does not see into an f-string.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import translate
from pathlib import Path
from typing import IO, Any, TypeAlias

from babel.messages.extract import extract_from_dir
from jinja2 import Environment, nodes

# The line, the function, the message and comments: what Babel takes from a method.
_Extracted: TypeAlias = Iterator[tuple[int, str | None, str, list[str]]]
_KEYWORDS = {"say": None, "say_n": None}
_SAID = [("**.py", "translation.ids:said_in_python"), ("**.html", "jinja2")]
_MENTIONED = [("**.py", "translation.ids:python_strings"), ("**.html", "translation.ids:template_strings")]
_IDENT = re.compile(r"\w+(?:\.\w+)*")
# A string that becomes an id when the code runs: with something where a `*` is, or after the last point.
_COMPUTED = re.compile(r"(?=.*([a-z]{2}.*\.|\.[a-z]{2}))[\w.]*(\*[\w.*]*|\.)")


def said(source: Path) -> frozenset[str]:
    """The ids that stand as they are in `say("…")` and `say_n("…", n)`."""
    return _extract(source, _SAID)


def unmentioned(source: Path, ids: Iterable[str]) -> list[str]:
    """Those of the ids that no string of the code is, or can become. An id `FR301.…` belongs to the code FR301."""
    texts = _extract(source, _MENTIONED)
    mentioned = {ident for text in texts for ident in _IDENT.findall(text)}
    patterns = {
        f"{text}*" for text in texts if _COMPUTED.fullmatch(text) and re.search(r"[a-z]{2}.*\.|\.[a-z]{2}", text)
    }
    computed = re.compile("|".join(translate(pattern.replace("**", "*")) for pattern in patterns) or r"(?!)")
    return [
        ident
        for ident in ids
        if ident not in mentioned
        and not computed.match(ident)
        and not ((code := ident.partition(".")[0]).isupper() and code in mentioned)
    ]


def _extract(source: Path, methods: list[tuple[str, str]]) -> frozenset[str]:
    extracted = extract_from_dir(source, methods, keywords=_KEYWORDS)
    return frozenset(message for _, _, message, _, _ in extracted if isinstance(message, str))


def said_in_python(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: object, options: Mapping[str, Any]
) -> _Extracted:
    """Babel's contract of a method: each call of a keyword whose first argument is a string as it stands."""
    for node in ast.walk(ast.parse(file.read())):
        match node:
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[ast.Constant(value=str(ident)), *_]):
                if name in keywords:
                    yield node.lineno, name, ident, []


def python_strings(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: object, options: Mapping[str, Any]
) -> _Extracted:
    """Babel's contract of a method: every string, with a `*` for each hole of an f-string."""
    for node in ast.walk(ast.parse(file.read())):
        match node:
            case ast.Constant(value=str(text)) if text:
                yield node.lineno, None, text, []
            case ast.JoinedStr(values=parts):
                text = "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in parts)
                yield node.lineno, None, text, []


def template_strings(
    file: IO[bytes], keywords: Mapping[str, Any], comment_tags: object, options: Mapping[str, Any]
) -> _Extracted:
    """Babel's contract of a method: every string of a template, with a `*` for each `%s`."""
    for node in Environment(autoescape=True).parse(file.read().decode()).find_all(nodes.Const):
        if isinstance(node.value, str) and node.value:
            yield node.lineno, None, node.value.replace("%s", "*"), []
