"""`send: MESSAGE` puts a message into the outbox: its name and what it reads, never its rendered words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flowrunner.carriers.mail import Mail, MailSection
from flowrunner.effects.base import Carriers, Change, Leaving, NotWanted, Parcel, Records
from flowrunner.model import codes
from flowrunner.model.case import Work
from flowrunner.model.expression.hole import text_names
from flowrunner.model.flow import EffectUse, Flow, Message
from flowrunner.text.parts import ValueFormatter

RECORDS = frozenset({"case", "code", "timer", "account", "actor", "today"})


class Send(Leaving):
    """By e-mail it leaves; messages and letters in the account are our own records (`service.mail.messages`)."""

    name = "send"
    takes = "message"
    on_enter = True

    def apply(self, use: EffectUse, change: Change) -> None:
        send_message(change.flow.messages[use.argument], change)

    def perform(self, work: Work, records: Records) -> None:
        """Messages and letters are there with the decision; only e-mail leaves."""
        values = work.values
        for kind in values["by"]:
            if kind == "email":
                records.post(work)
            else:
                reads = {name: values[name] for name in ("reads", "records", "code", "at")}
                records.message(f"{work.key}:{kind}", kind, values["message"], reads, values["at"])

    def sends(self, argument: Any, flow: Flow) -> str | None:
        return str(argument)

    def without(self, values: Mapping[str, Any], flow: Flow, names: frozenset[str]) -> Mapping[str, Any] | None:
        """The words are said without them; without its address it goes nowhere."""
        message = flow.messages[values["message"]]
        addressed = message.to.names if message.to is not None else {_addressed_by(flow)}
        if addressed & names:
            return None
        return {**values, "reads": {name: value for name, value in values["reads"].items() if name not in names}}

    def deliver(self, parcel: Parcel, carriers: Carriers) -> None:
        message = parcel.flow.messages[parcel.values["message"]]
        to = parcel.values["to"]
        if not to:
            raise NotWanted("no_address")
        code = parcel.values["code"]
        if code is not None:
            _check_code(code, parcel)
        elif to.casefold() not in {address.casefold() for address in parcel.proved}:
            raise NotWanted("not_proved")
        languages = languages_of(message, parcel.flow, parcel.values["language"])
        sections = tuple(section(message, language, parcel.env, parcel.speak(language)) for language in languages)
        carriers.mail.carry(Mail(parcel.key, to, sections, parcel.posted))


def send_message(message: Message, change: Change, code: str | None = None) -> None:
    """Hand a message to the outbox. A message that carries a code names it; its value is derived on delivery."""
    work: dict[str, Any] = {
        "message": message.name,
        "by": message.by,
        "to": address_of(message, change),
        "account": change.case.owner,
        "language": change.case.language,
        "reads": {name: change.env.get(name) for name in sorted(message_reads(message)) if name in change.env},
        "records": _records(message, change.env),
        "code": code,
        "at": change.now,
    }
    change.do("send", work)


def address_of(message: Message, change: Change) -> str | None:
    """Where the message goes: its `to`, else the sign-in e-mail; None when that is not known."""
    if message.to is not None:
        address = message.to.evaluate(change.env)
    else:
        address = change.answer(_addressed_by(change.flow))
    return address if isinstance(address, str) else None


def _addressed_by(flow: Flow) -> str:
    """The question whose answer a message goes to that says nothing else."""
    return flow.accounts.sign_in_with if flow.accounts is not None else "email"


def message_reads(message: Message) -> frozenset[str]:
    """The names that the words of a message read, the records of the interpreter not among them."""
    return _names(message) - RECORDS


def _records(message: Message, env: Mapping[str, Any]) -> dict[str, Any]:
    """The records as they stand now: a deadline that moves later, or another day, does not change what was said.
    A code is none of them: its value is never stored."""
    records = {name: env[name] for name in _names(message) & RECORDS - {"code"} if name in env}
    return {name: dict(value) if isinstance(value, Mapping) else value for name, value in sorted(records.items())}


def _names(message: Message) -> frozenset[str]:
    return text_names(message.subject) | text_names(message.body)


# --- Delivery -----------------------------------------------------------------------------


def _check_code(name: str, parcel: Parcel) -> None:
    """A code that is of no use any more is not sent, nor one that a later mail carries."""
    state = parcel.case.codes.get(name)
    shown = parcel.env["code"].get(name) if state is not None else None
    expires = shown.expires if shown is not None else None
    if state is None or not codes.live(parcel.flow.codes[name], state, parcel.now, expires):
        raise NotWanted("code_of_no_use")
    if state.sent != parcel.values["at"] or state.to != parcel.values["to"]:
        raise NotWanted("sent_again")


def languages_of(message: Message, flow: Flow, language: str) -> tuple[str, ...]:
    """The languages that a message is written in: the person's, or all with the person's first."""
    first = language if language in flow.languages else flow.languages[0]
    others: Iterable[str] = flow.languages if message.all_languages else ()
    return tuple(dict.fromkeys((first, *others)))


def section(message: Message, language: str, env: Mapping[str, Any], formatter: ValueFormatter) -> MailSection:
    """A message in one language."""
    return MailSection(
        language,
        subject=message.subject.plain(language, env, formatter),
        plain=message.body.plain(language, env, formatter),
        html=message.body.html(language, env, formatter),
        lang=message.body.lang,
    )
