"""Looking up addresses for who types one: the source that the field names is asked, and its matches can be chosen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime

from msgspec import Struct

from flowrunner.fields.address import Address
from flowrunner.model.case import Ask, Inputs, Value
from flowrunner.model.flow import Field, Flow
from flowrunner.service.sources.sources import Sources

LONGEST = 200
MOST = 10


class Match(Struct, frozen=True):
    """An address that was found, by its parts. `key` names it for as long as the source says the same of it."""

    key: str
    parts: Mapping[str, str]


class Found(Struct, frozen=True):
    """What a search came to: nothing is found when `matches` is empty, or the source did not answer (`failed`)."""

    matches: tuple[Match, ...] = ()
    failed: bool = False


def search(sources: Sources, flow: Flow, field: Field, typed: str, now: datetime) -> Found:
    """Ask the source of an address field. Never raises for a source that fails."""
    name = str(field.options["search"])
    (fact,) = sources.ask(flow, (Ask(name, (typed[:LONGEST],)),), now)
    if fact.why != "answered":
        return Found(failed=True)
    values = (value for gives, value in fact.values.items() if _is_addresses(flow, name, gives))
    items = next(values, ())
    addresses = (_parts(one) for one in (items if isinstance(items, tuple) else ())[:MOST])
    return Found(tuple(Match(_key(parts), parts) for parts in addresses if parts))


def fill(field: Field, match: Match, inputs: Inputs) -> Inputs:
    """The inputs with an address that was chosen in the boxes; a part that it does not have is left as it was typed
    only if it is the unit, which registers seldom know."""
    changed = dict(inputs)
    for part in Address.parts:
        if part in match.parts:
            changed[f"{field.name}.{part}"] = (match.parts[part],)
        elif part != "unit":
            changed.pop(f"{field.name}.{part}", None)
    changed[f"{field.name}.manual"] = ("yes",)
    return changed


def _is_addresses(flow: Flow, source: str, name: str) -> bool:
    item = flow.sources[source].gives[name].item
    return item is not None and item.kind == "address"


def _parts(value: Value) -> dict[str, str]:
    if not isinstance(value, Mapping):
        return {}
    parts = {part: str(value[part]) for part in Address.parts if value.get(part)}
    if "country" in parts:
        parts["country"] = parts["country"].lower()
    return parts


def _key(parts: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()[:16]
