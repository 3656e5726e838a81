"""What stands in our own catalogues, as translators wrote it."""

from __future__ import annotations

from flowrunner.i18n.translations import locales_folder
from translation.catalogues import catalogues, forms_of, ident_of, messages


def entries(language: str) -> dict[str, tuple[str, ...]]:
    """Every sentence of a language by its id: one form, or one for each plural form."""
    return {
        ident_of(message): forms_of(message)
        for catalogue in catalogues(locales_folder(), language).values()
        for message in messages(catalogue)
    }
