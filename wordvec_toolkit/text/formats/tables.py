"""Tables with a row for each document: CSV, TSV and the like."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import dropwhile
from typing import Literal

from ...errors import SettingError
from .head import LONGEST, Head, Reading, as_document, name_in, shortened

_NUMBER = re.compile(r"[-+]?\d+([.,]\d+)*%?|")
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_SAMPLE = 200  # rows
_NAMED = {"csv": ",;\t|", "tsv": "\t", "tab": "\t"}


@dataclass(frozen=True)
class Table:
    """Layout of a table.

    Attributes
    ----------
    delimiter : str
    is_quoted : bool
        Whether cells are in quotation marks where they need it.
    rows : list of list of str
        The first rows.
    has_header : bool
    """

    delimiter: str
    is_quoted: bool
    rows: list[list[str]]
    has_header: bool

    @property
    def n_columns(self) -> int:
        return len(self.rows[0])


@lru_cache(maxsize=4)
def find_table(head: Head) -> Table | None:
    """Return the layout of a table: every row has the same number of cells."""
    suffix = head.name.lower().rpartition(".")[2]
    for delimiter in _NAMED.get(suffix, "\t,;|"):
        rows, is_quoted = _rows(head, delimiter, False), False
        if '"' in head.text and (rows is None or not _has_loose_quotes(rows)):
            quoted = _rows(head, delimiter, True)
            rows, is_quoted = (quoted, True) if quoted is not None else (rows, False)
        if rows is not None and _is_table(rows, head, delimiter, suffix in _NAMED):
            return Table(delimiter, is_quoted, rows, _has_header(rows))
    return None


def _has_loose_quotes(rows: list[list[str]]) -> bool:
    """Return whether quotation marks are part of the text: a cell begins with an unclosed one."""
    return any(
        cell.startswith('"') and not _QUOTED.fullmatch(cell.strip()) for row in rows for cell in row
    )


def _rows(head: Head, delimiter: str, is_quoted: bool) -> list[list[str]] | None:
    """Return the first rows if nearly all have the same number of cells."""
    lines = (line + "\n" for _, line in _without_remarks(enumerate(head.lines)))
    rows = []
    try:
        for row in csv.reader(lines, delimiter=delimiter, quoting=_quoting(is_quoted)):
            rows.append(row)
            if len(rows) > _SAMPLE:
                break
    except csv.Error:
        return None
    if is_quoted and len(rows) <= _SAMPLE and not head.is_whole:
        rows = rows[:-1]  # whose quotation may be cut off
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        return None
    (n, count), *_ = Counter(map(len, rows)).most_common(1)
    same = [row for row in rows if len(row) == n]
    return same if count >= 0.98 * len(rows) and len(rows[0]) == n else None


def _without_remarks(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Skip the lines before the table that begin with #."""
    return dropwhile(lambda numbered: numbered[1].startswith("#"), lines)


def _quoting(is_quoted: bool) -> Literal[0, 3]:
    return csv.QUOTE_MINIMAL if is_quoted else csv.QUOTE_NONE


def _is_table(rows: list[list[str]], head: Head, delimiter: str, is_named: bool) -> bool:
    n = len(rows[0])
    columns = list(zip(*rows[1:]))
    if sum(any(cell.strip() for cell in column) for column in columns) < 2:
        return is_named and n == 1 and ('"' in head.text or rows[0][0].lower() == "text")
    if is_named or delimiter == "\t":
        return True
    if len(rows) < 4:
        return False
    has_numbers = any(all(map(_NUMBER.fullmatch, column)) for column in columns)
    n_quoted = sum(bool(_QUOTED.search(line)) for line in head.filled)
    starts_quoted = sum(line.startswith('"') for line in head.filled)
    is_quoted = n_quoted > 0.5 * len(head.filled) and starts_quoted > 0.3 * len(head.filled)
    names = [cell.strip() for cell in rows[0]]
    is_header = all(re.fullmatch(r"[\w .-]{1,30}", name) for name in names) and all(
        len(name.split()) <= 2 for name in names
    )
    return has_numbers or is_quoted or (is_header and n > 2)


def _has_header(rows: list[list[str]]) -> bool:
    """Return whether the first row names the columns."""
    names = [cell.strip() for cell in rows[0]]
    if len(set(names)) < len(names) or any(
        len(name) > 40 or _NUMBER.fullmatch(name) for name in (names[1:] if not names[0] else names)
    ):
        return False
    if "text" in map(str.lower, names):
        return True
    columns = list(zip(*rows[1:]))
    if any(all(map(_NUMBER.fullmatch, column)) and any(column) for column in columns):
        return True
    lengths = [sum(map(len, column)) / len(column) for column in columns]
    longest = max(range(len(names)), key=lengths.__getitem__)
    return len(names[longest].split()) == 1 and lengths[longest] > 4 * len(names[longest])


def is_table(head: Head) -> bool:
    """Return whether a text is a table."""
    return find_table(head) is not None


def read_table(blocks: Iterable[str], reading: Reading) -> Iterator[str]:
    """Yield the cell of one column in each row as a document."""
    table = find_table(reading.head) or _plain_table(reading)
    place, skips_first = _place(table, reading)
    first = [f"column {place + 1}", "a header in its first row"][: 1 + skips_first]
    named = f" ({table.rows[0][place].strip()[:40]})" if skips_first else ""
    reading.note(
        f"read as a table of {table.n_columns} columns: {first[0]}{named} of each row is a "
        "document (--column takes another, --format plain the lines as they are)"
    )
    titles = [cell.strip() for cell in table.rows[0]] if skips_first else []
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST))
    lines = (line + "\n" for _, line in _without_remarks(reading.lines(blocks)))
    rows = csv.reader(lines, delimiter=table.delimiter, quoting=_quoting(table.is_quoted))
    waiting: list[str] = []
    size = 0
    try:
        for number, row in enumerate(rows):
            if not any(cell.strip() for cell in row) or (number == 0 and skips_first):
                continue
            if len(row) < table.n_columns or any(map(str.strip, row[table.n_columns :])):
                raise reading.error(
                    f"a row of {len(row)} cells",
                    f"{table.n_columns}, as in the first rows",
                    rows.line_num,
                    "correct the row, or read the lines as they are with --format plain",
                )
            waiting.append(as_document(row[place]))
            reading.name_document(name_in(dict(zip(titles, row))))
            size += len(waiting[-1])
            if size > 1 << 20:
                yield "".join(waiting)
                waiting, size = [], 0
    except csv.Error as error:
        raise reading.error(
            f"a row that cannot be read ({error})", "a table", rows.line_num
        ) from None
    yield "".join(waiting)


def _plain_table(reading: Reading) -> Table:
    """Return a layout for a text that was called a table by its user."""
    delimiter = "\t" if "\t" in reading.head.text else ","
    is_quoted = '"' in reading.head.text
    rows = [
        row
        for row in csv.reader(
            (line + "\n" for line in reading.head.lines),
            delimiter=delimiter,
            quoting=_quoting(is_quoted),
        )
        if row
    ]
    if not rows:
        raise reading.error("no rows", "a table")
    return Table(delimiter, is_quoted, rows, _has_header(rows) if len(rows) > 1 else False)


def _place(table: Table, reading: Reading) -> tuple[int, bool]:
    """Return which column is read, and whether the first row names the columns."""
    names = [cell.strip() for cell in table.rows[0]]
    column = reading.column
    if column is None:
        lower = [name.lower() for name in names]
        if table.has_header and lower.count("text") == 1:
            return lower.index("text"), True
        raise _unknown(table, reading)
    if column in names:
        return names.index(column), True
    if column.isascii() and column.isdigit() and 1 <= int(column) <= len(names):
        return int(column) - 1, table.has_header
    raise SettingError(
        f"column is {column!r}; {reading.name} has the columns {shortened(_called(table))}"
    )


def _called(table: Table) -> Sequence[str]:
    names = [cell.strip() for cell in table.rows[0]]
    return names if table.has_header else [str(number) for number in range(1, len(names) + 1)]


def _unknown(table: Table, reading: Reading) -> Exception:
    rows = table.rows[table.has_header :]
    lengths = [sum(map(len, column)) for column in zip(*rows)]
    called = _called(table)
    example = "" if table.has_header else f" (line 1: {' | '.join(table.rows[0])[:80]!r})"
    longest = called[max(range(len(called)), key=lengths.__getitem__)]
    if table.delimiter == "\t" and not any(" " in cell for row in rows for cell in row):
        return reading.error(
            f"lines of {table.n_columns} columns of single words, without ends of sentences"
            f"{example}",
            "text",
            advice="--format vertical --column 1 reads them as the tokens of one sentence, "
            "--column 1 each as a document, --format plain the lines as they are",
        )
    quoted = f'"{longest}"' if " " in longest else longest
    return reading.error(
        f"a table with the columns {shortened(called)}{example}",
        "text",
        advice=f"name the column that holds it, perhaps --column {quoted}, or read the lines as "
        "they are with --format plain",
    )
