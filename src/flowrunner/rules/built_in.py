"""The rules that come with the interpreter. A new one is a file and a line here."""

from __future__ import annotations

from typing import Final

from flowrunner.registry import Registry
from flowrunner.rules.after import After
from flowrunner.rules.at_least import AtLeast
from flowrunner.rules.at_most import AtMost
from flowrunner.rules.base import Rule
from flowrunner.rules.before import Before
from flowrunner.rules.different_from import DifferentFrom
from flowrunner.rules.less_than import LessThan
from flowrunner.rules.max import Max
from flowrunner.rules.max_length import MaxLength
from flowrunner.rules.min import Min
from flowrunner.rules.min_length import MinLength
from flowrunner.rules.more_than import MoreThan
from flowrunner.rules.must import Must
from flowrunner.rules.one_of import OneOf
from flowrunner.rules.pattern import Pattern
from flowrunner.rules.same_as import SameAs

RULES: Final[Registry[Rule]] = Registry(
    "rules",
    [
        Pattern(),
        MinLength(),
        MaxLength(),
        Min(),
        Max(),
        MoreThan(),
        LessThan(),
        After(),
        Before(),
        OneOf(),
        SameAs(),
        DifferentFrom(),
        AtLeast(),
        AtMost(),
        Must(),
    ],
)
