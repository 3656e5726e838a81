"""The field types that come with the interpreter. A new one is a file and a line here."""

from __future__ import annotations

from typing import Final

from flowrunner.fields.address import Address
from flowrunner.fields.base import FieldType
from flowrunner.fields.choice import ChoiceField
from flowrunner.fields.choices import Choices
from flowrunner.fields.code import CodeField
from flowrunner.fields.computed import Computed
from flowrunner.fields.confirm import Confirm
from flowrunner.fields.date import Date
from flowrunner.fields.decimal import DecimalNumber
from flowrunner.fields.email import Email
from flowrunner.fields.file import File
from flowrunner.fields.integer import Integer
from flowrunner.fields.long_text import LongText
from flowrunner.fields.money import Money
from flowrunner.fields.password import Password
from flowrunner.fields.phone import Phone
from flowrunner.fields.text import TextField
from flowrunner.fields.yes_no import YesNo
from flowrunner.registry import Registry

FIELD_TYPES: Final[Registry[FieldType]] = Registry(
    "fields",
    [
        TextField(),
        LongText(),
        Email(),
        Phone(),
        Integer(),
        DecimalNumber(),
        Money(),
        Date(),
        YesNo(),
        ChoiceField(),
        Choices(),
        Confirm(),
        Address(),
        File(),
        Password(),
        CodeField(),
        Computed(),
    ],
)
