"""Our own accounts as a source: who has this e-mail address, who has this number?

The rows are ours, so the service hands in the reader; here stand the contract and what the settings say.

```yaml
connector: accounts
match: {email: email}                      # what is asked: the account's field; each under its own name when left out
gives: {role: role, status: status}        # the value: what the reader calls it; likewise
none: {role: nobody, status: none}         # when nobody has it
states: {open: draft, submitted: in_review}    # how the account's newest case stands: the flow's word for it
```
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, ClassVar, Protocol

from flowrunner.model.case import Value
from flowrunner.model.flow import Source
from flowrunner.sources.base import Connector, Lookup, Misfit, SourceFailed, failure, refuse_misfits, unknown_names
from flowrunner.sources.gives import misfits_of_gives
from flowrunner.sources.values import NotOfType, no_values, parse_value

_SCALAR: Mapping[str, Any] = {"type": ["string", "number", "boolean", "null"]}
_NOBODY = ("nobody", "none")


class AccountLookup(Protocol):
    """Reads our accounts."""

    def find_account(self, criteria: Mapping[str, Value]) -> Mapping[str, Any] | None:
        """What is known of the account whose fields have these values, by name (`role`, `status`, and the fields of
        its profile), or None when there is none."""


class AccountsConnector(Connector):
    """Opens a lookup that answers once it was given a reader (`AccountsLookup.reading`)."""

    name = "accounts"
    keys: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "match": {
            "type": "object",
            "additionalProperties": _SCALAR,
            "description": "What is asked: the account's field.",
        },
        "gives": {"type": "object", "additionalProperties": _SCALAR, "description": "The value: what the account has."},
        "none": {"type": "object", "additionalProperties": _SCALAR, "description": "What is given when nobody has it."},
        "states": {
            "type": "object",
            "additionalProperties": _SCALAR,
            "description": "How the newest case of the account stands (none, open, submitted, an outcome): the status.",
        },
    }

    def misfits(self, source: Source, configuration: Mapping[str, Any]) -> Iterable[Misfit]:
        names_of = {"match": source.asks, "gives": source.gives, "none": source.gives}
        yield from unknown_names(configuration, names_of)
        yield from misfits_of_gives(source, {"none": configuration.get("none", {})}, "gives")

    def open(self, source: Source, configuration: Mapping[str, Any], folder: Path) -> AccountsLookup:
        refuse_misfits(self, source, configuration)
        return AccountsLookup(source, configuration)


class AccountsLookup(Lookup):
    """Our accounts made ready. Without `none`, a choice that has the value `nobody` or `none` takes it when nobody is
    found, anything else is nothing."""

    def __init__(self, source: Source, configuration: Mapping[str, Any], reader: AccountLookup | None = None) -> None:
        self._source = source
        self._configuration = configuration
        self._reader = reader

    def reading(self, reader: AccountLookup) -> AccountsLookup:
        """The same lookup, answered by this reader."""
        return AccountsLookup(self._source, self._configuration, reader)

    def check_config(self) -> SourceFailed | None:
        """Ask for an account that nobody can have: whether the database answers."""
        if self._reader is None:
            return self._no_reader()
        match = self._configuration.get("match", {})
        try:
            self._reader.find_account({str(match.get(name, name)): "" for name in self._source.asks})
        except Exception:  # whatever the database does wrong, the operator is told that it does
            return failure("accounts_unreadable", where=f"sources: {self._source.name}")
        return None

    def find(self, answers: Mapping[str, Value]) -> Mapping[str, Value]:
        if self._reader is None:
            raise self._no_reader()
        match = self._configuration.get("match", {})
        criteria = {str(match.get(each, each)): answers.get(each) for each in self._source.asks}
        account = None
        if all(value is not None for value in criteria.values()):
            account = self._reader.find_account(criteria)
        return {name: self._value(name, account) for name in self._source.gives}

    def _value(self, name: str, account: Mapping[str, Any] | None) -> Value:
        expected = self._source.gives[name]
        if account is None:
            none = self._configuration.get("none", {})
            if name in none:
                return self._typed(name, none[name])
            return next((value for value in _NOBODY if value in expected.values), no_values(expected))
        return self._typed(name, account.get(str(self._configuration.get("gives", {}).get(name, name))))

    def _typed(self, name: str, data: Any) -> Value:
        try:
            return parse_value(data, self._source.gives[name])
        except NotOfType as error:
            where = f"sources: {self._source.name}"
            raise failure("lies", where=where, name=name, expected=error.sentence) from None

    def _no_reader(self) -> SourceFailed:
        return failure("no_reader", where=f"sources: {self._source.name}")
