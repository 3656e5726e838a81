"""French as Canada sets it: what is put right, and what is never touched."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowrunner.compiler.format.typography import TABLE, rules_of, set_words

# ~ stands for a no-break space here.
RIGHT = [
    ("Réponse: oui", "Réponse~: oui"),
    ("Réponse : oui", "Réponse~: oui"),
    ("Les voici :", "Les voici~:"),
    ("**Note** : oui", "**Note**~: oui"),
    ("Numéro {{ n }} : oui", "Numéro {{ n }}~: oui"),
    ("« oui »", "«~oui~»"),
    ("«oui»", "«~oui~»"),
    ("« {{ name }} »", "«~{{ name }}~»"),
    ("« oui » : non", "«~oui~»~: non"),
    ("50 % et 50%", "50~% et 50~%"),
    ("{{ rate }} %", "{{ rate }}~%"),
    ("12 $ ou 12$", "12~$ ou 12~$"),
    ("à 16 h 30", "à 16~h 30"),
    ("2 Mo et 3 km", "2~Mo et 3~km"),
    ("Quoi ?", "Quoi?"),
    ("Fini !", "Fini!"),
    ("Oui ; non", "Oui; non"),
    ("l'eau d'{{ place }}", "l’eau d’{{ place }}"),
    ("[Lien](https://x.org) : ici", "[Lien](https://x.org)~: ici"),
]
KEPT = [
    "https://x.org/a?b=c:d",
    "à 16:30",
    "{{ a if b else 'c' }}",
    "{{ x | plus('3 h') }}",
    "`a : b ?`",
    "```\na : b ?\nl'eau\n```",
    "Du code\n\n    a : b ?",
    "[un]: https://x.org/?a=b : c",
    "[lien](https://x.org/l'eau 'titre : ici')",
    "<https://x.org/l'eau>",
    "mailto:a@x.org",
    "aide.l'eau@exemple.org",
    "Voir ![image](a.png)",
    "| a | b |\n|:--|--:|",
    "3 hommes, 4 minutes",
    "'cité'",
    'Il dit "oui"',
    "1. un\n2. deux",
    "- un\n- deux",
    "ligne  \nsuite",
]


def french(text: str, territory: str = "CA") -> str:
    return set_words(text, rules_of("fr", territory))


class TestFrench:
    @pytest.mark.parametrize(("wrong", "right"), RIGHT)
    def test_puts_right(self, wrong: str, right: str) -> None:
        assert french(wrong).replace("\N{NO-BREAK SPACE}", "~") == right

    @pytest.mark.parametrize("text", KEPT)
    def test_keeps(self, text: str) -> None:
        assert french(text) == text

    @pytest.mark.parametrize(("wrong", "right"), RIGHT)
    def test_what_is_right_stays(self, wrong: str, right: str) -> None:
        assert french(french(wrong)) == french(wrong)

    @given(st.text(alphabet="aé1 '\u00a0\u202f:;!?«»%$h`*_[](){}<>|#-\n\ue000"))
    def test_any_text_settles_at_once_and_keeps_all_but_spaces_and_apostrophes(self, text: str) -> None:
        once = french(text)
        assert french(once) == once

        def bare(words: str) -> str:
            return "".join(words.split()).replace("’", "'")

        assert bare(once) == bare(text)

    def test_a_territory_may_set_it_otherwise(self) -> None:
        assert french("Quoi ?", "FR") == "Quoi\N{NO-BREAK SPACE}?"
        assert french("Quoi ?", "") == "Quoi?"


class TestOtherLanguages:
    @pytest.mark.parametrize("language", ["en", "en-CA", "de", "fra", "lang"])
    def test_are_not_touched(self, language: str) -> None:
        assert rules_of(language, "CA") == ()
        assert set_words("It's : « so » ?", rules_of(language)) == "It's : « so » ?"

    def test_the_table_is_small(self) -> None:
        assert set(TABLE) == {"fr", "fr-FR"}
