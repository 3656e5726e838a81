"""What every installation looks at, in the order in which it is told. A new concern is a file and a line here."""

from __future__ import annotations

from typing import Final

from flowrunner.registry import Registry
from flowrunner.service.checkup.base import Concern
from flowrunner.service.checkup.calls import CallsConcern
from flowrunner.service.checkup.data_folder import DataFolderConcern
from flowrunner.service.checkup.database import DatabaseConcern
from flowrunner.service.checkup.debugging import DebuggingConcern
from flowrunner.service.checkup.flows import FlowsConcern
from flowrunner.service.checkup.listening import ListeningConcern
from flowrunner.service.checkup.mail import MailConcern
from flowrunner.service.checkup.sample_accounts import SampleAccountsConcern
from flowrunner.service.checkup.secrets import SecretsConcern
from flowrunner.service.checkup.settings import SettingsConcern
from flowrunner.service.checkup.sources import SourcesConcern

CONCERNS: Final[Registry[Concern]] = Registry(
    "concerns",
    [
        SettingsConcern(),
        FlowsConcern(),
        DataFolderConcern(),
        SecretsConcern(),
        DatabaseConcern(),
        SourcesConcern(),
        MailConcern(),
        CallsConcern(),
        SampleAccountsConcern(),
        ListeningConcern(),
        DebuggingConcern(),
    ],
)
