"""The flow that `flowrunner new` writes: small, sound, with a branch, a rule, a summary and an end."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flowrunner.i18n.words import Words, words

_TEMPLATE = """\
# yaml-language-server: $schema=../schemas/flow.schema.json
# ((new.comment_head))
flowrunner: 1
flow: ((name))
languages: [((languages))]  # ((new.comment_languages))
title: <<new.title>>
start: welcome

# ((new.comment_fields))
fields:
  full_name:
    type: text
    label: <<new.name_label>>
    rules:
      - max_length: 100
  visitors:
    type: integer
    label: <<new.visitors_label>>
    hint: <<new.visitors_hint>>
    rules:
      - min: 1
      - max: 20
    examples:
      valid: [1, 20]
      invalid: [0, 21]
  remark:
    type: long_text
    optional: true  # ((new.comment_optional))
    label: <<new.note_label>>
    rules:
      - max_length: 500

# ((new.comment_conditions))
conditions:
  large_group:
    means: <<new.group_means>>
    when: visitors > 5

# ((new.comment_steps))
steps:
  welcome:
    title: <<new.title>>
    content:
      - text: <<new.welcome>>
    next_label: <<new.start>>

  questions:
    title: <<new.questions>>
    fields: [full_name, visitors, remark]

  check_answers:
    title: <<new.check_title>>
    content:
      - summary:
          - {fields: [full_name], change: questions}
          - {fields: [visitors, remark], change: questions}
    next:  # ((new.comment_next))
      - {when: large_group, do: [submit], go: we_call}
      - {do: [submit], go: received}
    next_label: <<new.send>>

  we_call:
    kind: end
    outcome: to_be_called
    title: <<new.group_title>>
    content:
      - text: <<new.group_text>>
      - text: <<new.done_text>>

  received:
    kind: end
    outcome: received
    title: <<new.done_title>>
    content:
      - text: <<new.done_text>>
"""


def first_flow(name: str, languages: Sequence[str], say: Words) -> str:
    """The text of the file: words in the flow's languages, comments in that of `say`."""
    values = {"name": name, "languages": ", ".join(languages)}
    text = re.sub(
        r"\(\(([a-z_.]+)\)\)", lambda hole: values[hole[1]] if hole[1] in values else say.say(hole[1]), _TEMPLATE
    )
    return "".join(_with_words(line, languages) for line in text.splitlines(keepends=True))


def _with_words(line: str, languages: Sequence[str]) -> str:
    match = re.fullmatch(r"( *(?:- )?)([a-z_]+): <<([a-z_.]+)>>\n", line)
    if match is None:
        return line
    indent = " " * (len(match[1]) + 2)
    translations = (f"{indent}{language}: {_scalar(words(language).say(match[3]))}\n" for language in languages)
    return f"{match[1]}{match[2]}:\n{''.join(translations)}"


def _scalar(written: str) -> str:
    """The words as YAML reads them back: quoted where plain characters would mean something else."""
    if re.search(r": |:$| #|^[-?:,\[\]{}#&*!|>'\"%@`]", written):
        return "'" + written.replace("'", "''") + "'"
    return written
