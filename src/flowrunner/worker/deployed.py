"""The worker of a deployment, put together from its settings."""

from __future__ import annotations

from datetime import timedelta

from flowrunner.carriers.calls import Webhooks
from flowrunner.carriers.mail import MailCarrier, Sender
from flowrunner.carriers.smtp import Smtp
from flowrunner.carriers.tray import FOLDER, Tray, sweep
from flowrunner.effects.base import Carriers
from flowrunner.service.deployment import Deployment
from flowrunner.service.mail.notices import Notices
from flowrunner.service.mail.outbox import Outbox
from flowrunner.service.upkeep.timers import Timers
from flowrunner.settings import Settings
from flowrunner.worker.loop import Bell, Worker

IN_THE_TRAY = timedelta(days=7)


def make_worker(deployment: Deployment, bell: Bell | None = None) -> Worker:
    """The worker of a deployment; what its cases post wakes it, or whoever listens to the `bell`."""
    settings, database, catalogue = deployment.settings, deployment.database, deployment.catalogue
    carriers = Carriers(mail_carrier(settings), Webhooks(settings.calls))
    outbox = Outbox(database, catalogue, carriers, notices=Notices(settings.notify))
    timers = Timers(database, catalogue, told=settings.notify)
    retention = deployment.retention
    # A mail server that is named later leaves what was in the tray before.
    retention.swept["tray"] = lambda now: sweep(settings.data / FOLDER, now - IN_THE_TRAY)
    worker = Worker(
        often=[timers.fire_all, outbox.deliver_some],
        seldom=[deployment.redaction.redact_all, retention.erase_all, retention.sweep],
        bell=bell,
    )
    deployment.cases.wake = worker.wake
    return worker


def mail_carrier(settings: Settings) -> MailCarrier:
    """The mail server, or the tray."""
    said = settings.mail
    sender = Sender(said.mailbox, said.reply_to, settings.name, settings.address)
    return Tray(settings.data / FOLDER, sender) if said.tray else Smtp(said, sender)
