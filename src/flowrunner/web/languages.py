"""Language negotiation: which languages the pages have, and which one a person would like."""

from __future__ import annotations

import re

from flask import abort, request

from flowrunner.i18n.translations import languages
from flowrunner.i18n.words import words
from flowrunner.runtime.program import Program
from flowrunner.web.site import services

COOKIE = "language"


def site_languages() -> tuple[str, ...]:
    """The languages of all flows that can be started, those of the first flow first."""
    programs = services().catalogue
    startable = (program for name in programs.names() if (program := programs.current(name)))
    spoken = dict.fromkeys(language for program in startable for language in program.flow.languages)
    return tuple(language for language in spoken if language in languages()) or languages()[:1]


def checked(language: str, among: tuple[str, ...] | None = None) -> str:
    """The language of an address; 404 when the pages do not have it."""
    if language not in (site_languages() if among is None else among):
        abort(404)
    return language


def preferred() -> str:
    """The language that was used last, else the best that the browser asks for, else the first."""
    choices = site_languages()
    last = request.cookies.get(COOKIE)
    if last in choices:
        return last
    return request.accept_languages.best_match(choices) or choices[0]


def language_of_address() -> str:
    """For error pages: the language in the address if there is one, else the preferred one."""
    first = request.path.strip("/").partition("/")[0]
    return first if first in site_languages() else preferred()


def name_of(language: str) -> str:
    """What a language calls itself."""
    return words(language).say("language.name")


def speaks(program: Program, language: str) -> str:
    """The language, if the flow has it, else the flow's first."""
    return language if language in program.flow.languages else program.flow.languages[0]


def in_language(address: str, language: str) -> str:
    """An address of ours as it is in a language, if what is there speaks it; else as it was."""
    first, _, rest = address.lstrip("/").partition("/")
    program = services().catalogue.current(re.split("[/?]", rest, maxsplit=1)[0])
    speaks_it = program is None or language in program.flow.languages
    return f"/{language}/{rest}" if first in site_languages() and speaks_it else address


def other_address(language: str) -> str:
    """The same page in another language."""
    _, _, rest = request.path.lstrip("/").partition("/")
    query = f"?{request.query_string.decode('ascii', 'ignore')}" if request.query_string else ""
    return f"/{language}/{rest}{query}"
