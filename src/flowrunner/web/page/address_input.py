"""The search above the boxes of an address as its template draws it."""

from __future__ import annotations

from msgspec import Struct

from flowrunner.fields.address import Address, address_lines
from flowrunner.runtime.look import PageQuestion
from flowrunner.web.addresses import CHOOSE
from flowrunner.web.page.renderer import PageRenderer, first


class ShownMatch(Struct, frozen=True):
    """An address to choose: the value of its button, and its lines."""

    button: str
    lines: tuple[str, ...]


class AddressInput(Struct, frozen=True):
    """`typed` stands in the box of the search; `notice` is what the search came to, in words, "" before it; `manual`
    says whether the boxes of the address are open."""

    typed: str
    notice: str = ""
    quiet: bool = False
    matches: tuple[ShownMatch, ...] = ()
    manual: bool = False


def address_input(question: PageQuestion, pen: PageRenderer, wrong: bool) -> AddressInput | None:
    """Make it ready; None for an address that no source is asked for."""
    field, inputs = question.field, question.inputs
    if not field.options.get("search"):
        return None
    typed = first(inputs, f"{field.name}.search")
    filled = any(first(inputs, f"{field.name}.{part}") for part in Address.parts if part != "country")
    manual = filled or wrong or bool(first(inputs, f"{field.name}.manual"))
    search = pen.beside.searches.get(field.name)
    if search is None:
        return AddressInput(typed, manual=manual)
    words = pen.voice.words
    if not search.matches:
        notice = words.say("page.address_search_failed" if search.failed else "page.no_address_found")
        return AddressInput(typed, notice, quiet=True, manual=True)
    matches = tuple(
        ShownMatch(f"{CHOOSE}{field.name}:{match.key}", address_lines(match.parts, words)) for match in search.matches
    )
    return AddressInput(typed, words.say_n("page.addresses_found", len(matches)), matches=matches, manual=manual)
