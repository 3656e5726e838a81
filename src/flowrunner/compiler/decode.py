"""From the bytes of a file to characters that YAML may hold, or to the diagnostics that say which it may not.

charset-normalizer was weighed: it guesses an encoding, and a file is UTF-8 or it is refused.
"""

from __future__ import annotations

import codecs
import re

from flowrunner.diagnostics.codes import ENCODING, NOT_ONE_FLOW, SLIP, TOO_LARGE
from flowrunner.diagnostics.diagnostic import Diagnostic
from flowrunner.span import Span

MOST_BYTES = 1_000_000
MOST_FINDINGS = 20

# What YAML 1.2 refuses, and three that YAML 1.1 readers take for the end of a line and editors do not.
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
_BREAK = re.compile(r"\r\n|\r|\n")
_TAB = re.compile(r"[ \t]*\t")
_OTHER_ENCODINGS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)


def split_lines(text: str) -> list[str]:
    """The lines as YAML and editors count them, without their ends; always one at least."""
    return _BREAK.split(text)


def printable(data: bytes) -> str:
    """The characters of any bytes, for showing source lines: what is not UTF-8 becomes U+FFFD."""
    return data.removeprefix(codecs.BOM_UTF8).decode("utf-8", errors="replace")


def decode_text(data: bytes, file: str) -> tuple[str, list[Diagnostic]]:
    """The text of a file without its byte order mark, and what keeps it from being read ("" and findings then)."""
    if len(data) > MOST_BYTES:
        values = {"size": len(data), "most": MOST_BYTES}
        return "", [Diagnostic(TOO_LARGE, Span(file, 1, 1, 1, 1), "bytes", values)]
    if data.startswith(_OTHER_ENCODINGS):
        return "", [Diagnostic(ENCODING, Span(file, 1, 1, 1, 1), "utf16")]
    try:
        text = data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        return "", [_not_utf8(data, error.start, file)]
    if diagnostics := _refused(text, file):
        return "", diagnostics
    if all(not line.strip() or line.lstrip().startswith("#") for line in split_lines(text)):
        return "", [Diagnostic(NOT_ONE_FLOW, Span(file, 1, 1, 1, 1), "empty")]
    diagnostics = _tabs(text, file)
    return ("" if diagnostics else text), diagnostics


def _not_utf8(data: bytes, start: int, file: str) -> Diagnostic:
    lines = split_lines(printable(data[:start]))
    line, column = len(lines), len(lines[-1]) + 1
    values = {"byte": f"0x{data[start]:02X}"}
    return Diagnostic(ENCODING, Span(file, line, column, line, column + 1), "not_utf8", values)


def _refused(text: str, file: str) -> list[Diagnostic]:
    if not _REFUSED.search(text):
        return []
    diagnostics = []
    for number, line in enumerate(split_lines(text), start=1):
        for match in _REFUSED.finditer(line):
            span = Span(file, number, match.start() + 1, number, match.start() + 2)
            variant = "nul" if match.group() == "\x00" else "control"
            diagnostics.append(Diagnostic(ENCODING, span, variant, {"character": f"U+{ord(match.group()):04X}"}))
            if len(diagnostics) == MOST_FINDINGS:
                return diagnostics
    return diagnostics


def _tabs(text: str, file: str) -> list[Diagnostic]:
    if "\t" not in text:
        return []
    diagnostics = []
    for number, line in enumerate(split_lines(text), start=1):
        match = _TAB.match(line)
        if match is None or not line.strip():
            continue
        span = Span(file, number, line.index("\t") + 1, number, match.end() + 1)
        corrected = (match.group().replace("\t", "  ") + line[match.end() :],)
        diagnostics.append(Diagnostic(SLIP, span, "tab", corrected=corrected))
        if len(diagnostics) == MOST_FINDINGS:
            break
    return diagnostics
