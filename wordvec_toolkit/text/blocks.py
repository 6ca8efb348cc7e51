r"""Turn bytes into blocks of clean text of bounded size.

In the text that leaves this module a newline ends a line, U+001E ends a document, U+001F ends a
token of a tokenizer written in Python, and none of them comes from the user's text by accident.
"""

import codecs
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, get_args

from ..errors import FormatError, SettingError
from .choices import Errors as Errors
from .files import Source, open_source

DOCUMENT_END = "\x1e"
TOKEN_END = "\x1f"
BLOCK_SIZE = 1 << 22  # bytes; what is held in memory at a time, however long a line is

_LONGEST_RECORD = 1 << 26  # bytes of a line of JSON, which is parsed as a whole: 15 times as much

ERRORS: tuple[str, ...] = get_args(Errors)

_BOM = b"\xef\xbb\xbf"
_MARKS_TO_SPACES = {0x1E: " ", 0x1F: " "}
_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass
class Damage:
    """What had to be mended while reading."""

    n_invalid: int = 0  # byte sequences that are not UTF-8
    n_nul: int = 0
    files: set[str] = field(default_factory=set)


class _Replacement:
    """A codec error handler that counts."""

    def __init__(self, name: str, with_text: str) -> None:
        self.name = name
        self.with_text = with_text
        self.n = 0
        codecs.register_error(name, self)

    def __call__(self, error: UnicodeError) -> tuple[str, int]:
        if not isinstance(error, UnicodeDecodeError):
            raise error
        self.n += 1
        return self.with_text, error.end


_REPLACEMENTS = {
    "replace": _Replacement("wordvec_toolkit.replace", "\N{REPLACEMENT CHARACTER}"),
    "ignore": _Replacement("wordvec_toolkit.ignore", ""),
}


def read_blocks(
    source: Source, errors: Errors, damage: Damage, jsonl_field: str | None = None
) -> Iterator[str]:
    """Yield the text of one file in blocks, cut at line ends where lines are short enough.

    A line longer than a block (4 MiB) is cut at a space, or anywhere if there is none.

    Parameters
    ----------
    errors : {"replace", "strict", "ignore"}
        What to do with bytes that are not UTF-8: put U+FFFD, refuse, or leave them out.  NUL bytes
        mean that the file is no text and are refused except with "ignore".
    damage : Damage
        Receives the counts of what was mended.
    jsonl_field : str, optional
        Read each line as a JSON object and take this field; a line is then one document.

    Raises
    ------
    FormatError
        On what `errors` refuses, or a line that is not such a JSON object.
    """
    if errors not in ERRORS:
        raise SettingError(f"errors is {errors!r}; expected one of {', '.join(ERRORS)}")
    decoder = _Decoder(source.name, errors, damage)
    waiting = ""  # the end of a document goes with its last block
    with open_source(source) as stream:
        longest = None if jsonl_field is None else _LONGEST_RECORD
        blocks = map(decoder.decode, _cut(stream, source.name, longest))
        if jsonl_field is not None:
            texts = _jsonl_texts(blocks, source.name, jsonl_field)
        else:
            texts = map(_without_marks, blocks)
        for text in texts:
            if waiting:
                yield waiting
            waiting = text
    yield waiting + DOCUMENT_END


def _without_marks(text: str) -> str:
    marked = DOCUMENT_END in text or TOKEN_END in text
    return text.translate(_MARKS_TO_SPACES) if marked else text


def _cut(stream: IO[bytes], name: str, longest: int | None) -> Iterator[bytes]:
    """Yield the bytes in pieces that end at a line end, else a space, else a character.

    With `longest`, lines stay whole, and a longer one is refused.
    """
    rest = b""
    at_start = True
    n_lines = 0
    while data := stream.read(BLOCK_SIZE):
        block = rest + data if rest else data
        if at_start and len(block) >= len(_BOM):
            block = block.removeprefix(_BOM)
            at_start = False
        cut = block.rfind(b"\n") + 1
        if not cut and longest is None:
            cut = block.rfind(b" ") + 1 or _character_boundary(block)
        rest = block[cut:]
        n_lines += block.count(b"\n")
        if longest is not None and len(rest) > longest:
            raise FormatError(
                name,
                f"more than {longest >> 20} MiB",
                "a JSON object for each document",
                line=n_lines + 1,
                advice="put each document on a line of its own",
            )
        if cut:
            yield block[:cut]
    if rest:
        yield rest


def _character_boundary(block: bytes) -> int:
    """Return the last place where no UTF-8 sequence (and no \\r\\n) is cut in two."""
    if block.endswith(b"\r"):
        return len(block) - 1
    for back in range(1, min(4, len(block)) + 1):
        byte = block[-back]
        if byte & 0xC0 != 0x80:  # the first byte of a character
            width = 1 if byte < 0xC0 else 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            return len(block) if width <= back else len(block) - back
    return len(block)


class _Decoder:
    def __init__(self, name: str, errors: Errors, damage: Damage) -> None:
        self._name = name
        self._errors = errors
        self._damage = damage
        self._first_line = 1
        self._at_start = True

    def decode(self, raw: bytes) -> str:
        if self._at_start:
            self._at_start = False
            if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
                raise FormatError(
                    self._name,
                    "UTF-16 or UTF-32 text",
                    "UTF-8",
                    advice="convert it, for instance: iconv -f UTF-16 -t UTF-8 IN > OUT",
                )
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            if self._errors == "strict":
                raise FormatError(
                    self._name,
                    f"bytes that are not UTF-8 ({raw[error.start : error.end]!r})",
                    "UTF-8",
                    line=self._first_line + raw.count(b"\n", 0, error.start),
                    advice="convert the file, or use --errors replace or ignore",
                ) from None
            replacement = _REPLACEMENTS[self._errors]
            seen = replacement.n
            text = raw.decode("utf-8", replacement.name)
            self._damage.n_invalid += replacement.n - seen
            self._damage.files.add(self._name)
        if "\0" in text:
            if self._errors != "ignore":
                raise FormatError(
                    self._name,
                    "a NUL byte, so probably a binary or UTF-16 file",
                    "UTF-8 text",
                    line=self._first_line + text.count("\n", 0, text.index("\0")),
                    advice="convert it to UTF-8, leave it out, or drop such bytes with "
                    "--errors ignore",
                )
            self._damage.n_nul += text.count("\0")
            self._damage.files.add(self._name)
            text = text.replace("\0", "")
        self._first_line += raw.count(b"\n")
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text


def _jsonl_texts(blocks: Iterator[str], name: str, field_name: str) -> Iterator[str]:
    line_number = 0
    for block in blocks:
        texts = []
        for line in block.removesuffix("\n").split("\n"):
            line_number += 1
            if not line.strip():
                continue
            try:
                record = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise FormatError(
                    name, f"a line that is not JSON ({error})", "a JSON object", line=line_number
                ) from None
            text = record.get(field_name) if isinstance(record, dict) else None
            if not isinstance(text, str):
                fields = ", ".join(list(record)[:8]) if isinstance(record, dict) else "no fields"
                raise FormatError(
                    name,
                    f"no text in a field {field_name!r} (the line has {fields})",
                    "a JSON object with that field",
                    line=line_number,
                    advice="name the right one with --field",
                )
            # A lone surrogate (\ud800) is legal in JSON and in no UTF-8 text.
            text = text.encode("utf-8", "replace").decode("utf-8").replace("\0", " ")
            text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_MARKS_TO_SPACES)
            texts.append(_BLANK_LINES.sub("\n", text) + DOCUMENT_END)
        yield "".join(texts)
