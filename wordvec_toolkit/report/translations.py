"""The report in other languages: its fixed words, replaced in the finished page.

What is the corpus's (words, names of files, commands) stays, and so does what a catalogue lacks.
"""

import json
import re
from functools import cache
from html import unescape
from pathlib import Path

from markupsafe import escape

from ..errors import SettingError
from .page import OPTION, embedded_json

ENGLISH = "en"
#: Languages with a catalogue: a line for each English text, a tab and its translation.  ``{}``
#: stands for what changes, ``{n}`` for a number, in the translation ``{0}``, ``{1}`` for these in
#: turn; no text has a full stop at its end.
_CATALOGUES = ("ko",)
#: Elements whose texts stay: words of the corpus, commands, programs.
_KEPT = r"<(script|style|bdi|code)\b.*?</\2>"
_PIECES = re.compile(rf"({_KEPT}|<[^>]*>)", re.DOTALL)
_ATTRIBUTES = re.compile(r'\b(aria-label|title|placeholder)="([^"]*)"')
#: Options within sentences, which the page shows as code.
_OPTIONS = re.compile(r"<code>(--[a-z][a-z-]*)</code>")
_MARKED = re.compile(r"\x02(--[a-z-]+)\x03")
#: Texts of scripts, and those in the data of maps.
_SAID = re.compile(r'\bsay\("([^"]+)"')
_IN_DATA = re.compile(r'(?<="said":)"(?:[^"\\]|\\.)*"')
_STILL = 'class="chart still"'
_DATA = '<script type="application/json">'
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z“])")


def report_languages() -> tuple[str, ...]:
    """Return the languages of reports."""
    return (ENGLISH, *_CATALOGUES)


def check_report_language(language: str) -> None:
    """Refuse a language without a catalogue."""
    if language not in report_languages():
        raise SettingError(
            f"report_language is {language!r}; expected {' or '.join(report_languages())}"
        )


@cache
def catalogue(language: str) -> dict[str, str]:
    """Return English texts with their translations."""
    path = Path(__file__).with_name("templates") / f"{language}.tsv"
    lines = path.read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))


def translated_page(page: str, language: str) -> str:
    """Return a page with its fixed words in a language; the same page gives the same text."""
    check_report_language(language)
    if language == ENGLISH:
        return page
    script_words = {text: translated(text, language) for text in _SAID.findall(page)}
    page = _OPTIONS.sub("\x02\\1\x03", page)
    pieces: list[str] = []
    is_map, last = False, 0
    for found in _PIECES.finditer(page):
        pieces.append(_text(page[last : found.start()], language, is_map))
        tag = found[0]
        is_map = _STILL in tag or (is_map and not tag.startswith("</svg"))
        if tag.startswith(_DATA):
            tag = _IN_DATA.sub(lambda said: _data(said[0], language), tag)
        pieces.append(tag if found[2] else _with_attributes(tag, language))
        last = found.end()
    pieces.append(page[last:])
    words = escape(json.dumps(script_words, ensure_ascii=False))
    head = f'<html lang="{language}" data-words="{words}"'
    done = "".join(pieces).replace('<html lang="en"', head, 1)
    return _MARKED.sub(r"<code>\1</code>", done)


def _data(said: str, language: str) -> str:
    """Return a text in the data of a script, in a language."""
    return embedded_json(translated(json.loads(said), language))


def _with_attributes(tag: str, language: str) -> str:
    def of_one(found: "re.Match[str]") -> str:
        return f'{found[1]}="{_text(found[2], language)}"'

    return _ATTRIBUTES.sub(of_one, tag)


def _text(html: str, language: str, is_map: bool = False) -> str:
    """Return a text of a page; words of maps stay, which are those of the corpus."""
    plain = html.strip()
    if not plain or is_map:
        return html
    english = unescape(plain)
    unmarked = _MARKED.sub(r"\1", english)
    found = translated(unmarked, language)
    if found == unmarked:
        return html
    shown = found if unmarked == english else OPTION.sub("\x02\\1\x03", found)
    return html.replace(plain, str(escape(shown)), 1)


@cache
def translated(text: str, language: str) -> str:
    """Return a text in a language, sentence by sentence; what has no translation stays."""
    known = catalogue(language)
    core = text.removesuffix(".")
    end = text[len(core) :]
    for form in (core, core[:1].lower() + core[1:]):
        if form in known:
            return known[form] + end
    if len(sentences := _SENTENCE_END.split(text)) > 1:
        return " ".join(translated(each, language) for each in sentences)
    for pattern, translation in _patterns(language):
        if match := pattern.fullmatch(core):
            changing = (translated(part, language) for part in match.groups())
            return translation.format(*changing) + end
    for mark in ("; ", ": "):
        if len(parts := core.split(mark)) > 1:
            return mark.join(translated(each, language) for each in parts) + end
    return text


@cache
def _patterns(language: str) -> tuple[tuple["re.Pattern[str]", str], ...]:
    """Return the entries with placeholders, the longest first."""
    changing = [entry for entry in catalogue(language).items() if "{" in entry[0]]
    changing.sort(key=lambda entry: -len(entry[0]))
    return tuple((_pattern(english), translation) for english, translation in changing)


def _pattern(english: str) -> "re.Pattern[str]":
    parts = (re.escape(part) for part in re.split(r"(\{n?\})", english))
    written = "".join(parts).replace(r"\{n\}", r"([\d,.]+)").replace(r"\{\}", "((?:(?!; |: ).)+?)")
    return re.compile(written, re.IGNORECASE)
