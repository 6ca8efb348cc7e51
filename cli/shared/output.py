"""Printing: tables for people, tab-separated lines for pipes, JSON for programs."""

import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from ...runtime.plain_json import as_json
from ...runtime.printing import plain_stream
from ...runtime.printing import printable as printable
from ...runtime.printing import short_names as short_names

if TYPE_CHECKING:
    from ...runtime.results import Result

#: What is aligned right: numbers with their units, marked or not, and missing values.
_NUMBER = re.compile(r"-|[-+]?[\d.,]+(e[-+]?\d+)?%?( (\d+|h|min|s|B|kB|MB|GB))*( [*~])?")
_FOLDED = 8  # the width that is left to a folded column at least
_MOST_FOLDED = 2  # columns; where there would be more, the table is turned


def print_json(data: object) -> None:
    """Print `data` as JSON; numbers that are not finite become null."""
    click.echo(as_json(data))


def print_rows(titles: Sequence[str], rows: "Sequence[tuple[Sequence[str], Result]]") -> None:
    """Print results as a table with the columns that they declare, after others of text."""
    if rows:
        columns = rows[0][1].columns
        print_table(
            (*titles, *(column.title for column in columns)),
            [(*before, *(column.cell(row) for column in columns)) for before, row in rows],
        )


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]], err: bool = False) -> None:
    """Print a table: drawn on a terminal, tab-separated into a pipe; with `err` on stderr.

    Text wraps between words.  What is too wide for that is turned, a column for each row: no word
    and no number is cut.
    """
    rows = [[printable(cell) for cell in row] for row in rows]
    if not (sys.stderr if err else sys.stdout).isatty():
        # Cells are printable by now; the stream of messages would escape the tabs, too.
        file = plain_stream(sys.stderr) if err else None
        for row in [header, *rows]:
            click.echo("\t".join(row), file=file)
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(file=plain_stream(sys.stderr) if err else None)
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    whole = _kept_whole(widths, console.width)
    least = [_longest_word([row[i] for row in [header, *rows]]) for i in range(len(header))]
    wraps = sum(least) + 2 * (len(least) - 1) <= console.width
    is_crowded = not wraps or len(whole) < len(widths) - _MOST_FOLDED
    if is_crowded and (n := _fitting(header, rows, console.width)):
        for first in range(0, len(rows), n):
            part = rows[first : first + n]
            turned = Table(box=None, pad_edge=False, show_header=False)
            turned.add_column(style="bold", no_wrap=True)
            for _ in part:
                turned.add_column(no_wrap=True)
            for title, *cells in zip(header, *part):
                turned.add_row(title, *map(Text, cells))
            if first:
                console.print()
            console.print(turned)
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    for i, title in enumerate(header):
        numeric = bool(rows) and all(_is_number(row[i]) for row in rows)
        table.add_column(
            title,
            justify="right" if numeric else "left",
            overflow="fold",
            no_wrap=i in whole,
            min_width=least[i] if wraps else None,
        )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    console.print(table)


def _longest_word(cells: Sequence[str]) -> int:
    return max((len(word) for cell in cells for word in cell.split()), default=0)


def _fitting(header: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> int:
    """Return how many rows fit side by side as columns, none of them folded; 0: not even one."""
    left = room - max(map(len, header))
    widest = max((len(cell) for row in rows for cell in row), default=0)
    return left // (widest + 2)


def _kept_whole(widths: Sequence[int], room: int) -> set[int]:
    """Return the narrow columns that are not folded, so that the wide ones still have room."""
    room -= 2 * (len(widths) - 1)
    if sum(widths) <= room:
        return set(range(len(widths)))
    whole: set[int] = set()
    for i in sorted(range(len(widths)), key=lambda i: widths[i]):
        room -= widths[i]
        if room < _FOLDED * (len(widths) - len(whole) - 1):
            break
        whole.add(i)
    return whole


def _is_number(cell: str) -> bool:
    return _NUMBER.fullmatch(cell) is not None
