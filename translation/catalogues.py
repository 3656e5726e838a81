"""The catalogues as translators have them: `locales/<language>/LC_MESSAGES/*.po`, read and written by Babel.

English is the template of all others: what has no English has no id. The English words stand beside each id of another
language as an extracted comment (`#. `).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po

ENGLISH = "en"
# The catalogue of an id that shares its first word with no other.
_OTHERS = "flowrunner"
# A sentence is one line, however long: a change of a word is a change of one line.
_ONE_LINE = 1_000_000
# No dates and no versions: a catalogue changes when its words do.
_HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms};\\n"

"""


def languages(locales: Path) -> list[str]:
    """The languages that have a folder of catalogues, in the order of their codes."""
    return sorted(folder.parent.name for folder in locales.glob("*/LC_MESSAGES"))


def catalogues(locales: Path, language: str) -> dict[str, Catalog]:
    """The catalogues of a language by their names (`desk`); one that English has and it lacks is empty."""
    paths = {path.stem: path for path in sorted(locales.glob(f"{ENGLISH}/LC_MESSAGES/*.po"))}
    paths |= {path.stem: path for path in sorted(locales.glob(f"{language}/LC_MESSAGES/*.po"))}
    return {name: _read(path_of(locales, language, name), language) for name in paths}


def path_of(locales: Path, language: str, name: str) -> Path:
    """Where a catalogue stands."""
    return locales / language / "LC_MESSAGES" / f"{name}.po"


def messages(catalogue: Catalog) -> Iterator[Message]:
    """The entries of a catalogue, without its header."""
    return (message for message in catalogue if message.id)


def ident_of(message: Message) -> str:
    """The id of an entry; with plural forms it stands twice."""
    return message.id if isinstance(message.id, str) else message.id[0]


def forms_of(message: Message) -> tuple[str, ...]:
    """What stands for an entry: one sentence, or one for each plural form."""
    return (message.string or "",) if isinstance(message.string, str | None) else tuple(message.string)


def update(locales: Path, said: Iterable[str]) -> list[str]:
    """Add what the code says to the English catalogues, empty, and bring all others up to date with these. What has no
    English any longer is taken out; each of these is told."""
    english = catalogues(locales, ENGLISH)
    _add(english, said)
    removed = []
    for language in languages(locales):
        own = english if language == ENGLISH else catalogues(locales, language)
        for name, catalogue in own.items():
            if language != ENGLISH:
                _follow(catalogue, english.get(name, Catalog()))
            path = path_of(locales, language, name)
            removed += [f"{path}: {ident_of(message)}: taken out" for message in catalogue.obsolete.values()]
            _write(path, catalogue)
    return removed


def english_words(message: Message) -> list[str]:
    """What stands beside an id for a translator: the English words, those of each plural form on a line."""
    return list(dict.fromkeys(form for form in forms_of(message) if form))


def _add(english: dict[str, Catalog], said: Iterable[str]) -> None:
    names = {ident_of(message): name for name, catalogue in english.items() for message in messages(catalogue)}
    kinds = {ident.partition(".")[0]: name for ident, name in names.items()}
    for ident in sorted(set(said) - names.keys()):
        english[kinds.get(ident.partition(".")[0], _OTHERS)].add(ident)


def _follow(catalogue: Catalog, english: Catalog) -> None:
    """Take over ids and English words. An entry whose English words have changed is fuzzy until somebody has read it
    again. Ids are symbolic: one that resembles another says nothing of its words."""
    template = Catalog()
    for message in messages(english):
        template.add(message.id, auto_comments=english_words(message), user_comments=message.user_comments)
    before = {ident_of(message): message.auto_comments for message in messages(catalogue)}
    catalogue.update(template, no_fuzzy_matching=True)
    for message in messages(catalogue):
        if any(forms_of(message)) and before.get(ident_of(message), []) not in ([], message.auto_comments):
            message.flags.add("fuzzy")


def _read(path: Path, language: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def _write(path: Path, catalogue: Catalog) -> None:
    header = _HEADER.format(language=catalogue.locale_identifier, plural_forms=catalogue.plural_forms.rstrip(";"))
    body = BytesIO()
    write_po(body, catalogue, width=_ONE_LINE, no_location=True, omit_header=True, ignore_obsolete=True)
    path.write_bytes(header.encode() + body.getvalue().strip() + b"\n")
