"""Read a table of test items: encoding, lines, and what separates its columns.

The whole file is looked at before a row is believed, and one separator holds for all of it.  Which
columns are taken is chosen in `columns`.
"""

import codecs
import csv
import hashlib
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import FormatError, SettingError, WordvecError, expect
from ..registry.listing import registry
from ..registry.store import fetched_path
from ..runtime.extras import gensim_data
from ..text.encodings import codec_name, strictly_utf8
from .column_names import word_place

#: What may separate columns, the surest first.
_SEPARATORS = {"\t": "tabs", ";": "semicolons", "|": "bars", ",": "commas", ":": "colons"}
_DECIMAL = re.compile(r"(?<=\d),(?=\d)")
_BLANKS = "blanks"
_LINE_END = re.compile(r"\r\n|\n|\r")
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


@dataclass(frozen=True)
class Line:
    """A line of a file that is neither empty nor a comment, and its section."""

    number: int
    text: str
    section: str | None = None


@dataclass(frozen=True)
class Row:
    """A line split into fields."""

    line: Line
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Source:
    """The text of a test set, where it comes from, and how it was read."""

    name: str
    path: Path
    sha256: str
    lines: tuple[Line, ...]
    notes: tuple[str, ...] = ()

    def error(self, found: str, expected: str, line: Line | None = None) -> FormatError:
        """Return the error for a line that is not as expected, or for the whole."""
        return FormatError(self.path, found, expected, line=line.number if line else None)


@dataclass(frozen=True)
class Table:
    """Rows of a file under one way of separating them; `width` is None where rows differ."""

    source: Source
    separator: str
    rows: tuple[Row, ...]
    width: int | None

    def error(self, found: str, expected: str, row: Row | None = None) -> FormatError:
        """Return the error for a row that is not as expected, or for the whole."""
        return self.source.error(found, expected, row.line if row else None)

    def column(self, place: int) -> list[str]:
        return [row.fields[place] for row in self.rows]


def open_source(
    name_or_path: str | Path,
    known: Mapping[str, str] | Sequence[str],
    sections: bool = False,
    encoding: str | None = None,
) -> Source:
    """Open a test set.

    Parameters
    ----------
    known : mapping or sequence
        Names that an error suggests; those with a file are found in gensim's data.
    sections : bool
        Whether a line ``: name`` begins a section.
    encoding : str, optional
        Of the file; default: UTF-8, or what its byte order mark says.
    """
    expect("dataset", name_or_path, (str, Path), "a file or a name")
    name = str(name_or_path)
    path = Path(name_or_path)
    if not path.exists() and isinstance(known, Mapping) and name in known:
        path = gensim_data(known[name])
    elif path.is_file():
        name = path.name
    elif (fetched := fetched_path(name)) is not None:
        path = fetched
    elif name in registry() and registry()[name].addresses:
        raise WordvecError(f"the test set {name} is not downloaded yet; try: wvt fetch {name}")
    else:
        raise WordvecError(
            f"there is no test set {name}; expected a file, "
            + (f"one of {', '.join(known)}, " if known else "")
            + "or one that wvt fetch lists"
        )
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise WordvecError(f"cannot read {path}: {error.strerror}") from None
    text, notes = _decoded(raw, path, encoding)
    lines: list[Line] = []
    section, n_comments = None, 0
    for number, line in enumerate(_LINE_END.split(text), 1):
        if line.startswith("#"):
            n_comments += 1
        elif sections and line.startswith(":"):
            section = line[1:].strip()
        elif line.strip("\t;|, \xa0"):
            lines.append(Line(number, line, section))
    if n_comments:
        s = "s" * (n_comments > 1)
        notes = (*notes, f"{n_comments} line{s} after # skipped")
    return Source(name, path, hashlib.sha256(raw).hexdigest(), tuple(lines), notes)


def _decoded(raw: bytes, path: Path, encoding: str | None) -> tuple[str, tuple[str, ...]]:
    expect("encoding", encoding, (str, type(None)), "a name such as latin-1, cp949 or utf-16")
    codec = codec_name(encoding) if encoding else None
    if encoding and codec is None:
        raise SettingError(
            f"encoding is {encoding!r}; expected a name such as latin-1, cp949 or utf-16"
        )
    marked = next((name for mark, name in _MARKS.items() if raw.startswith(mark)), None)
    if codec in (None, "utf-8", "utf-8-sig") and marked is None:
        return strictly_utf8(raw, str(path)), ()
    try:
        text = raw.decode(codec or marked or "")
    except UnicodeDecodeError:
        advice = "give the right encoding (--encoding)"
        raise FormatError(
            path,
            f"bytes that are not {codec or marked}",
            f"text in {codec or marked}",
            advice=advice,
        ) from None
    if "\0" in text:
        raise FormatError(path, "a NUL byte", "text", advice="name its encoding (--encoding)")
    return text, () if codec else (f"encoding {str(marked).upper()}",)


def tables_of(source: Source, narrowest: int, expected: str, ragged: bool = False) -> list[Table]:
    """Return the file under each separator that all its rows have, the surest first.

    Parameters
    ----------
    narrowest : int
        The fewest columns that a row may have.
    expected : str
        What a row holds, for errors.
    ragged : bool
        Whether rows may have different numbers of fields.

    Raises
    ------
    FormatError
        If no separator gives all rows the same number of columns, with the first odd line.
    """
    if not source.lines:
        raise source.error("no rows", expected)
    found: list[Table] = []
    failures: list[tuple[int, int, Callable[[], FormatError]]] = []
    for mark in _SEPARATORS:
        if ragged and not all(mark in line.text for line in source.lines):
            continue
        ways = [_fields(source, mark, quoted) for quoted in (True, False)[: 1 + (mark != ",")]]
        if mark == "\t":  # several tabs to align two words and a number
            ways.append([[field for field in row if field] for row in ways[1]])
        tables = [_table(source, _SEPARATORS[mark], way, narrowest, ragged) for way in ways]
        if len(ways) > 2 and tables[2] is not None and tables[2].width != 3:
            tables.pop()
        table = next((table for table in tables if table is not None), None)
        if table is not None:
            found.append(table)
        else:
            failures.append(_failure(source, mark, ways[0], narrowest, expected))
    if found:
        return found
    # A comma between digits is a decimal mark where blanks separate.
    texts = [_DECIMAL.sub("", line.text) for line in source.lines]
    marked = [mark for mark in "\t;|," if any(mark in text for text in texts)]
    table = None
    blanks = [_at_blanks(line.text) for line in source.lines]
    if not marked:
        table = _table(source, _BLANKS, _with_header_joined(blanks), narrowest, ragged)
    if table is not None:
        return [table]
    failures.append(_failure(source, " ", blanks, narrowest, expected))
    if ragged and marked:
        raise _mixed(source, marked[0], expected)
    raise max(failures, key=lambda failure: failure[:2])[2]()


def _mixed(source: Source, mark: str, expected: str) -> FormatError:
    others = [line for line in source.lines if mark not in line.text] or list(source.lines)
    return source.error(
        repr(others[0].text[:60]),
        f"{expected}, separated by {_SEPARATORS[mark]} as in other lines",
        others[0],
    )


def _fields(source: Source, mark: str, quoted: bool) -> list[list[str]]:
    """Split each line separately, so that a quote that does not end takes no other line with it."""
    rows = []
    for line in source.lines:
        if quoted:
            try:
                fields = next(csv.reader([line.text], delimiter=mark, skipinitialspace=True))
            except csv.Error:
                fields = []
        else:
            fields = line.text.split(mark)
        rows.append([field.strip() for field in fields])
    return rows


def _at_blanks(line: str) -> list[str]:
    if '"' in line:
        fields = next(csv.reader([" ".join(line.split())], delimiter=" "))
        return [field for field in fields if field]
    return line.split()


def _with_header_joined(rows: list[list[str]]) -> list[list[str]]:
    """Join names such as ``word 1`` in the first row of columns that blanks separate."""
    first = rows[0]
    if len(rows) > 1 and len(first) > len(rows[1]):
        joined: list[str] = []
        for field in first:
            if joined and field.isdigit() and word_place(f"{joined[-1]} {field}") is not None:
                joined[-1] += f" {field}"
            else:
                joined.append(field)
        return [joined, *rows[1:]]
    return rows


def _table(
    source: Source, separator: str, rows: list[list[str]], narrowest: int, ragged: bool
) -> Table | None:
    """Return a table if all rows have one width, empty fields at their ends aside."""
    stripped = [_without_empty_end(row) for row in rows]
    least = min(map(len, rows))
    width = max(map(len, stripped))
    if ragged:
        kept = [[field for field in row if field] for row in stripped]
        if min(map(len, kept)) < narrowest:
            return None
        return Table(source, separator, _rows(source, kept), None)
    if _lacks_name_of_row_names(rows):
        rows = [["", *rows[0]], *rows[1:]]
        least = min(map(len, rows))
    if least < width or width < narrowest:
        return None
    return Table(source, separator, _rows(source, [row[:width] for row in rows]), width)


def _lacks_name_of_row_names(rows: list[list[str]]) -> bool:
    """Return whether the header has one name fewer than there are columns, as R writes tables."""
    counted = [row[0] if row else "" for row in rows[1:]]
    return (
        len(rows) > 1
        and {len(row) for row in rows[1:]} == {len(rows[0]) + 1}
        and counted == [str(i) for i in range(1, len(rows))]
    )


def _rows(source: Source, rows: list[list[str]]) -> tuple[Row, ...]:
    return tuple(Row(line, tuple(fields)) for line, fields in zip(source.lines, rows))


def _without_empty_end(row: list[str]) -> list[str]:
    last = len(row)
    while last and not row[last - 1]:
        last -= 1
    return row[:last]


def _failure(
    source: Source, mark: str, rows: list[list[str]], narrowest: int, expected: str
) -> tuple[int, int, Callable[[], FormatError]]:
    """Return how many rows agree on a width, and the error for the first that does not."""
    widths = [len(row) for row in rows]
    common, n = max(
        ((width, n) for width, n in Counter(widths).items() if width >= narrowest),
        key=lambda pair: (pair[1], -pair[0]),
        default=(narrowest, 0),
    )

    def error() -> FormatError:
        place = next((i for i, width in enumerate(widths) if width != common), 0)
        line, fields = source.lines[place], rows[place]
        separators = _SEPARATORS.get(mark, _BLANKS)
        advice = ""
        if mark == "," and any(_two_halves(row) for row in rows):
            advice = "; where commas are decimal marks, separate columns by tabs or semicolons"
        elif mark == " ":
            advice = "; where an item has several parts, separate columns by tabs"
        return source.error(
            f"{len(fields)} field{'s' * (len(fields) != 1)} ({' | '.join(fields)[:80]})",
            f"{common} separated by {separators}, as in other lines{advice}"
            if n
            else f"{expected}, separated by tabs, commas, semicolons or blanks",
            line,
        )

    return n, -len(set(widths)), error


def _two_halves(row: list[str]) -> bool:
    """Return whether a row looks as if a comma had split a number."""
    return any(one.isdigit() and other.isdigit() for one, other in zip(row[2:], row[3:]))
