"""Every check has its help page in every language, with the four headings."""

from __future__ import annotations

import re

import pytest

from flowrunner.diagnostics.codes import BY_CODE, COMPILER_CHECKS
from flowrunner.diagnostics.explain import HEADINGS, UnknownCheck, explained_codes, help_page
from flowrunner.i18n.translations import UnknownLanguage, languages
from flowrunner.i18n.words import words


class TestHelpPages:
    @pytest.mark.parametrize("language", languages())
    def test_every_language_has_its_headings(self, language: str) -> None:
        assert len(set(HEADINGS[language])) == 4

    @pytest.mark.parametrize("language", languages())
    @pytest.mark.parametrize("code", sorted({*explained_codes(), *BY_CODE}))
    def test_every_code_has_a_page_with_the_headings(self, code: str, language: str) -> None:
        page = help_page(code, language)
        assert page.startswith(f"# {code} ")
        assert tuple(re.findall(r"^## (.+)$", page, flags=re.MULTILINE)) == HEADINGS[language]
        assert all(part.strip() for part in re.split(r"^#.*$", page, flags=re.MULTILINE)[2:])

    @pytest.mark.parametrize("language", languages())
    @pytest.mark.parametrize("check", COMPILER_CHECKS, ids=lambda check: check.code)
    def test_the_title_is_that_of_the_catalogue(self, check: object, language: str) -> None:
        code = str(getattr(check, "code", ""))
        title = words(language).say(f"{code}.title")
        assert help_page(code, language).splitlines()[0] == f"# {code} {title}"

    def test_a_code_may_be_written_in_small_letters(self) -> None:
        assert help_page(" fr102 ", "en") == help_page("FR102", "en")

    @pytest.mark.parametrize("code", ["FR999", "", "../../README", "FR10", "x" * 10_000])
    def test_an_unknown_code_is_refused(self, code: str) -> None:
        with pytest.raises(UnknownCheck):
            help_page(code, "en")

    def test_the_nearest_code_is_told(self) -> None:
        with pytest.raises(UnknownCheck) as refused:
            help_page("FR1002", "en")
        assert refused.value.nearest == "FR102"

    def test_an_unknown_language_is_refused(self) -> None:
        with pytest.raises(UnknownLanguage):
            help_page("FR102", "tlh")


class TestCodes:
    def test_a_code_and_a_name_stand_once(self) -> None:
        assert len(BY_CODE) == len(COMPILER_CHECKS) == len({check.name for check in COMPILER_CHECKS})

    def test_a_name_is_a_readable_slug(self) -> None:
        assert all(re.fullmatch(r"[a-z]+(_[a-z]+)*", check.name) for check in COMPILER_CHECKS)
