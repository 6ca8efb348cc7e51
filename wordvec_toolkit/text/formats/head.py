"""The beginning of a text file, what a reader of a format is given, and what it reports."""

import html
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ...errors import FormatError

#: In text that has been read a newline ends a line, and this a document.
DOCUMENT_END = "\x1e"
TOKEN_END = "\x1f"
#: Characters of a line, a cell or an element that are held in memory.
LONGEST = 1 << 26

_MARKS_TO_SPACES = {0x1E: " ", 0x1F: " "}
_BLANK_LINES = re.compile(r"\n\s*\n")
#: Attributes, fields and columns that name a document, the best first.
NAMES = ("id", "_id", "doc_id", "docid", "title", "name", "n", "url")
LONGEST_NAME = 200
_KEYWORDS = {
    "--format": "text_format",
    "--field": "jsonl_field",
    "--element": "element",
    "--column": "column",
}
_ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')""")


@dataclass(frozen=True)
class Head:
    """The first 64 KiB of a file, decoded, with line ends as newlines.

    Attributes
    ----------
    name : str
        Of the file, without suffixes of compression.
    text : str
    is_whole : bool
        Whether the file ends there.
    """

    name: str
    text: str
    is_whole: bool = True

    @cached_property
    def lines(self) -> list[str]:
        """The lines that are there whole."""
        lines = self.text.split("\n")
        return lines if self.is_whole else lines[:-1]

    @cached_property
    def filled(self) -> list[str]:
        """The lines that are there whole and not blank."""
        return [line for line in self.lines if line.strip()]

    @cached_property
    def start(self) -> str:
        """The text from its first character on that is not white space."""
        return self.text.lstrip()


@dataclass
class Damage:
    """Repairs made while reading, and notes."""

    n_invalid: int = 0  # byte sequences that are not in the encoding
    n_nul: int = 0
    files: set[str] = field(default_factory=set)
    advice: str = ""
    notes: dict[str, list[str]] = field(default_factory=dict)
    document_names: list[str] = field(default_factory=list)  # see `Reading.name_document`

    def note(self, message: str, name: str) -> None:
        """Say something of a file once."""
        names = self.notes.setdefault(message, [])
        if name not in names:
            names.append(name)

    def messages(self) -> list[str]:
        """Return the notes, with the files that each is about."""
        return [
            f"{', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''}: "
            f"{message}"
            for message, names in self.notes.items()
        ]


@dataclass
class Reading:
    """Input of the reader of a format.

    Attributes
    ----------
    name : str
        Of the file, for messages.
    head : Head
    damage : Damage
        Takes notes.
    field, column, element : str or None
        Where the text is, as the user names it.
    """

    name: str
    head: Head
    damage: Damage
    field: str | None = None
    column: str | None = None
    element: str | None = None

    def note(self, message: str) -> None:
        self.damage.note(message, self.name)

    def name_document(self, name: object = "") -> None:
        """Name the document that the next `DOCUMENT_END` ends; called once for each of them."""
        text = str(name) if isinstance(name, str | int) else ""
        shown = text[: 2 * LONGEST_NAME].encode("utf-8", "replace").decode()
        self.damage.document_names.append(" ".join(shown.split())[:LONGEST_NAME])

    def error(
        self, found: str, expected: str, line: int | None = None, advice: str = ""
    ) -> FormatError:
        return FormatError(self.name, found, expected, line, with_keywords(advice))

    def lines(self, blocks: Iterable[str]) -> Iterator[tuple[int, str]]:
        """Yield the lines of a text with their numbers."""
        number, waiting = 1, ""
        for block in blocks:
            *lines, rest = block.split("\n")
            if lines:
                yield number, waiting + lines[0]
                yield from enumerate(lines[1:], number + 1)
                number, waiting = number + len(lines), ""
            waiting += rest
            if len(waiting) > LONGEST:
                raise self.error(f"more than {LONGEST >> 20} MiB", "shorter lines", number)
        if waiting:
            yield number, waiting


def with_keywords(advice: str) -> str:
    """Return an advice that names options with the keywords of the library that it names."""
    named = [keyword for option, keyword in _KEYWORDS.items() if option in advice]
    return f"{advice} (in Python: {', '.join(named)})" if named else advice


def without_marks(text: str) -> str:
    """Return text without the marks of the toolkit's own."""
    marked = DOCUMENT_END in text or TOKEN_END in text
    return text.translate(_MARKS_TO_SPACES) if marked else text


def as_document(text: str) -> str:
    """Return a text as one document: no blank line ends it, its end does."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", " ")
    return _BLANK_LINES.sub("\n", f"\n{without_marks(text)}\n").strip("\n") + DOCUMENT_END


def attributes(tag: str) -> dict[str, str]:
    """Return the attributes of a tag."""
    return {key: html.unescape(value[1:-1]) for key, value in _ATTRIBUTE.findall(tag)}


def name_in(record: Mapping[str, object]) -> object:
    """Return what names a document among its attributes, fields or columns."""
    values = {key.lower().rpartition(":")[2]: value for key, value in record.items()}
    return next((values[key] for key in NAMES if values.get(key) not in (None, "")), "")


def shortened(values: Iterable[str], n: int = 8) -> str:
    """Return the first of some names, for a message."""
    values = [value[:40] for value in values]
    return ", ".join(values[:n]) + (f" and {len(values) - n} more" if len(values) > n else "")
