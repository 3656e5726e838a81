"""Telling a team by e-mail that a case of a flow was submitted, where the deployment says so.

Not the flow but the deployment wants it, so it is no effect of the language, and its words are the interpreter's own.
The mail says the number and where to read the case: nothing of what anybody answered leaves the house. The row holds no
address: it is read from the settings when the mail leaves, and a row that nobody wants by then is dropped.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from html import escape

from flowrunner.carriers.mail import Mail, MailSection
from flowrunner.effects.base import Carriers, NotWanted, Parcel
from flowrunner.fields.wording import wording
from flowrunner.i18n.translations import languages
from flowrunner.i18n.words import words
from flowrunner.model.case import Case, Work
from flowrunner.store import outbox
from flowrunner.store.database import Transaction

NOTICE = "notice"
"""What such a row of the outbox is called where the others name their effect."""

SUBMIT = "submit"
# Where staff read a case.
_DESK = "/{language}/desk/{case}"


def post_notice(transaction: Transaction, case: Case, done: Collection[Work], now: datetime) -> None:
    """Post a notice when the decision submitted the case."""
    if any(work.effect == SUBMIT for work in done):
        outbox.post(transaction, case, Work(NOTICE, f"{case.id}:{NOTICE}", {}), now)


class Notices:
    """Delivers them; `to` is the address of each flow's team."""

    def __init__(self, to: Mapping[str, str]) -> None:
        self._to = to

    def deliver(self, parcel: Parcel, carriers: Carriers) -> None:
        """Raises NotWanted when nobody is to be told any more, and what the carrier raises."""
        to = self._to.get(parcel.flow.name)
        if not to:
            raise NotWanted("nobody_to_tell")
        spoken = [language for language in parcel.flow.languages if language in languages()]
        sections = tuple(_section(parcel, language) for language in spoken or languages())
        carriers.mail.carry(Mail(parcel.key, to, sections, parcel.posted))


def _section(parcel: Parcel, language: str) -> MailSection:
    say, flow = words(language, parcel.flow.territory), parcel.flow
    spoken = language if language in flow.languages else flow.languages[0]
    title = flow.title.plain(spoken, {}, wording(flow, spoken))
    reference = parcel.case.reference or ""
    body = say.say("notice.body", flow=title, reference=reference)
    where = _DESK.format(language=language, case=parcel.case.id)
    link = say.say("notice.desk")
    return MailSection(
        language,
        subject=say.say("notice.subject", flow=title, reference=reference),
        plain=f"{body}\n\n{link} ({where})",
        html=f'<p>{escape(body)}</p>\n<p><a href="{where}">{escape(link)}</a></p>\n',
    )
