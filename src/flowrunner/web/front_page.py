"""The front page: which language, which service."""

from __future__ import annotations

from flask import Blueprint, make_response, redirect, render_template
from werkzeug.wrappers import Response as AnyResponse

from flowrunner.i18n.words import words
from flowrunner.web.languages import checked, preferred, site_languages, speaks
from flowrunner.web.localizer import localizer
from flowrunner.web.site import services, site

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def language() -> AnyResponse:
    """To the pages in the language that the person prefers."""
    response = redirect(f"/{preferred()}/", 302)
    response.headers["Vary"] = "Accept-Language, Cookie"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/<language>/")
def list_services(language: str) -> AnyResponse:
    """The services that can be started, each in this language if it has it."""
    checked(language)
    programs = services().catalogue
    links = []
    for name in programs.names():
        program = programs.current(name)
        if program is not None:
            spoken = speaks(program, language)
            title = localizer(program, spoken).plain(program.flow.title)
            links.append((f"/{spoken}/{name}", title, spoken if spoken != language else ""))
    say = words(language).say
    html = render_template(
        "services.html",
        say=say,
        language=language,
        service=site().name_in(language, say("page.services")),
        languages=site_languages(),
        home="",
        services=links,
    )
    return make_response(html)
