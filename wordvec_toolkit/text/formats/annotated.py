"""Annotated text with a token on each line: CoNLL-U and its relatives, verticals of CWB."""

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from ...errors import SettingError
from .head import DOCUMENT_END, Head, Reading, attributes, name_in, without_marks

_FIRST_ID = re.compile(r"1(-\d+)?|0(\.1)?")
_ID = re.compile(r"\d+([-.]\d+)?")
_TAG = re.compile(r"</?([A-Za-z][\w:.-]*)(\s[^<>]*)?/?>\s*")
_CHUNK = re.compile(r"O|[BIESLMUW]-\S+|-X-|_")
_NUMBER = re.compile(r"[-+]?\d*[.,]?\d+(e[-+]?\d+)?")
_SENTENCES = ("s", "sentence", "p", "seg", "u")
_DOCUMENTS = ("text", "doc", "document", "article", "file", "corpus", "story")
_CONLLU = ("id", "form", "lemma", "upos", "xpos", "feats", "head", "deprel", "deps", "misc")
_SAMPLE = 4000  # lines


@dataclass(frozen=True)
class Columns:
    """Layout of the lines of annotated text.

    Attributes
    ----------
    names : tuple of str
        Of the columns, as far as they are known.
    n : int
    separator : str or None
        None: any white space.
    is_numbered : bool
        Whether the first column counts the tokens of a sentence.
    has_tags : bool
    """

    names: tuple[str, ...]
    n: int
    separator: str | None
    is_numbered: bool = False
    has_tags: bool = False


def is_conllu(head: Head) -> bool:
    """Return whether a text is CoNLL-U, or one of its forerunners with ids."""
    return _find(head) is not None and bool(_find(head).is_numbered)  # type: ignore[union-attr]


def is_vertical(head: Head) -> bool:
    """Return whether a text has a token on each line and marks of sentences between."""
    return _find(head) is not None and not is_conllu(head)


@lru_cache(maxsize=4)
def _find(head: Head) -> Columns | None:
    lines = head.lines[:_SAMPLE]
    named = next((line for line in lines[:50] if line.startswith("# global.columns")), None)
    names = tuple(named.partition("=")[2].lower().split()) if named else ()
    tags = [match for line in lines if (match := _TAG.fullmatch(line))]
    tokens = [
        line
        for line in lines
        if line.strip() and not _TAG.fullmatch(line) and not _is_remark(line, head)
    ]
    if len(tokens) < 2:
        return None
    separator = "\t" if sum("\t" in line for line in tokens) >= 0.95 * len(tokens) else None
    rows = [line.split(separator) for line in tokens]
    (n, count), *_ = Counter(map(len, rows)).most_common(1)
    if count < 0.98 * len(rows) and not (count >= len(rows) - 1 and not head.is_whole):
        return None
    if any(" " in row[0].strip() for row in rows[:50]):
        return None
    first = rows[0][0]
    has_words = any(not _NUMBER.fullmatch(row[1]) for row in rows if len(row) == n > 1)
    has_ids = all(_ID.fullmatch(row[0]) for row in rows)
    if n >= 4 and _FIRST_ID.fullmatch(first) and has_ids and has_words:
        known = names or (_CONLLU if n == 10 else _CONLLU[:3])
        return Columns(known, n, separator, True)
    has_sentences = any(match[1].lower() in _SENTENCES for match in tags)
    n_blank = sum(not line.strip() for line in lines[:-1])
    if not (n_blank or tags) or len(tokens) <= n_blank:
        return None
    if separator and n > 1:
        spaced = sum(any(" " in cell for cell in row) for row in rows)
        return (
            Columns(("form",), n, separator, False, bool(tags))
            if spaced <= 0.02 * len(rows)
            else None
        )
    if separator is None and n == 1:
        closed = any(match[0].startswith("</") for match in tags)
        return Columns(("form",), 1, None, False, True) if has_sentences and closed else None
    chunks = sum(bool(_CHUNK.fullmatch(row[-1])) for row in rows)
    is_chunked = n >= 2 and chunks >= 0.95 * len(rows) and any(row[-1] != "_" for row in rows)
    return Columns(("form",), n, None, False, bool(tags)) if is_chunked else None


def _is_remark(line: str, head: Head) -> bool:
    return (line.startswith("#") and len(line.split("\t")) < 3) or line.startswith("-DOCSTART-")


def read_annotated(blocks: Iterable[str], reading: Reading) -> Iterator[str]:
    """Yield sentences of one column, or of several joined by ``/``, a line each.

    Of CoNLL-U, the syntactic words are read: neither the ranges of multiword tokens (``3-4``) nor
    empty nodes (``3.1``).
    """
    columns = _find(reading.head) or _widest(reading)
    wanted = (reading.column or "form").lower()
    places = [_place(name, columns, reading) for name in wanted.split("/")]
    what = f"column {wanted}" + ("" if columns.names[1:] else f" (of {columns.n})")
    reading.note(
        f"read as annotated text: {what} of each line is a token (--column takes another; "
        "--tokenizer whitespace leaves tokens whole)"
    )
    tokens: list[str] = []
    sentences: list[str] = []
    name: object = ""
    for number, line in reading.lines(blocks):
        tag = _TAG.fullmatch(line) if line.startswith("<") else None
        is_document = _begins_document(line) or (tag and tag[1].lower() in _DOCUMENTS)
        if is_document or not line.strip() or (tag and tag[1].lower() in _SENTENCES):
            if tokens:
                sentences.append(" ".join(tokens) + "\n")
                tokens = []
            if is_document:
                if sentences[-1:] != [DOCUMENT_END]:
                    sentences.append(DOCUMENT_END)
                    reading.name_document(name)
                name = name_in(attributes(line)) if tag else line.partition("=")[2]
            if len(sentences) > 1000:
                yield without_document_marks(sentences)
                sentences = []
            continue
        if tag or _is_remark(line, reading.head):
            continue
        cells = line.rstrip("\n").split(columns.separator)
        if columns.is_numbered and not cells[0].strip().isdigit():
            if _ID.fullmatch(cells[0].strip()):
                continue
            raise reading.error(repr(line[:40]), "a number and the columns of a token", number)
        if len(cells) <= max(places):
            raise reading.error(f"{len(cells)} columns ({line[:40]!r})", f"{columns.n}", number)
        token = "/".join(cells[place].strip().replace(" ", "_") for place in places)
        tokens.append(html.unescape(token) if columns.has_tags else token)
    if tokens:
        sentences.append(" ".join(tokens) + "\n")
    reading.name_document(name)
    yield without_document_marks(sentences)


def without_document_marks(sentences: list[str]) -> str:
    """Join sentences and ends of documents."""
    return "".join(one if one == DOCUMENT_END else without_marks(one) for one in sentences)


def _begins_document(line: str) -> bool:
    return line.startswith(("# newdoc", "-DOCSTART-"))


def _widest(reading: Reading) -> Columns:
    """Return a layout for a text that was called annotated by its user."""
    head = reading.head
    rows = [
        line.split("\t") if "\t" in line else line.split()
        for line in head.filled
        if not _TAG.fullmatch(line) and not _is_remark(line, head)
    ]
    if not rows:
        raise reading.error("no tokens", "annotated text, a token on each line")
    n = Counter(map(len, rows)).most_common(1)[0][0]
    numbered = n >= 4 and all(_ID.fullmatch(row[0]) for row in rows[:50])
    separator = "\t" if any("\t" in line for line in head.filled) else None
    names = (_CONLLU if n == 10 else _CONLLU[:3]) if numbered else ("form",)
    return Columns(names, n, separator, numbered, any(map(_TAG.fullmatch, head.filled)))


def _place(name: str, columns: Columns, reading: Reading) -> int:
    name = {"word": "form", "pos": "upos", "token": "form"}.get(name, name)
    if name in columns.names:
        return columns.names.index(name)
    if name.isascii() and name.isdigit() and 1 <= int(name) <= columns.n:
        return int(name) - 1
    known = ", ".join([*columns.names, f"1 to {columns.n}"])
    raise SettingError(f"column is {name!r}; {reading.name} has the columns {known}")
