"""A table taken apart: its header, its numbers, and what its columns look like."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from ..errors import FormatError
from .column_names import kind_of
from .tables import Row, Table

_POINT = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
_COMMA = re.compile(r"[+-]?\d+,\d+")
_MISSING = {"", "na", "n/a", "nan", "none", "null", "-", "--", "?", "."}
_LARGEST = 1e9
_FEWEST_ROWS = 3  # that show that a column counts, or is a mean


class Layout:
    """A table taken apart: its header, and the kinds of its columns."""

    def __init__(self, table: Table, header: Row | None) -> None:
        self.header = header
        self.table = replace(table, rows=table.rows[1:]) if header else table
        if not self.table.rows:
            raise table.error("no rows", "rows below the header")
        assert table.width is not None
        self.names = header.fields if header else ("",) * table.width
        self.cells = [self.table.column(place) for place in range(table.width)]
        self.comma = _decimal_comma(self.table, self.cells)
        self.places = [j for j, cells in enumerate(self.cells) if any(cells)]
        self.kinds = [kind_of(name) if header else "" for name in self.names]
        self.numeric = [j for j in self.places if self.is_numeric(j)]

    @property
    def notes(self) -> str:
        return "".join(f"; {note}" for note in self.table.source.notes)

    def items(self, places: Sequence[int]) -> list[tuple[str, ...]]:
        """Return the fields of columns of words, row by row.

        Raises
        ------
        FormatError
            If one is empty.
        """
        items = [tuple(row.fields[place] for place in places) for row in self.table.rows]
        for row, item in zip(self.table.rows, items):
            if not all(item):
                raise self.table.error(
                    f"no word in column {places[item.index('')] + 1}", f"{len(item)} words", row
                )
        return items

    def without_rows(self, empty: Sequence[int]) -> "Layout":
        """Return the layout without the rows in which all these columns are empty."""
        rows = tuple(row for row in self.table.rows if any(row.fields[j] for j in empty))
        n = len(self.table.rows) - len(rows)
        if not n:
            return self
        head = (self.header,) if self.header else ()
        notes = (*self.table.source.notes, f"{n} empty row{'s' * (n > 1)} skipped")
        table = replace(
            self.table, rows=head + rows, source=replace(self.table.source, notes=notes)
        )
        return Layout(table, self.header)

    def number(self, text: str) -> float | None:
        return _number(text, self.comma)

    def is_numeric(self, place: int) -> bool:
        """Return whether most cells of a column that hold something are numbers."""
        told = [cell for cell in self.cells[place] if cell.lower() not in _MISSING]
        return 2 * sum(self.number(cell) is not None for cell in told) > len(told)

    def counts(self, place: int) -> bool:
        """Return whether a column counts its rows."""
        cells = self.cells[place]
        if not (len(cells) >= _FEWEST_ROWS and all(map(str.isdecimal, cells))):
            return False
        return [int(cell) - int(cells[0]) for cell in cells] == list(range(len(cells)))

    def is_context(self, place: int, words: Sequence[int]) -> bool:
        """Return whether each cell is a text in which the cell of another column is marked."""
        return any(
            all(
                f"<b>{word}</b>".casefold() in re.sub("(?<=>) | (?=<)", "", text.casefold())
                for text, word in zip(self.cells[place], self.cells[other])
            )
            for other in words
        )

    def shown(self, places: Sequence[int]) -> str:
        """Return columns by number, with their names."""
        numbers = [str(place + 1) for place in places]
        listed = " and ".join([", ".join(numbers[:-1]), numbers[-1]] if numbers[1:] else numbers)
        names = ", ".join(self.names[place] for place in places)
        return f"column{'s' * (len(places) > 1)} {listed}" + (f" ({names})" if self.header else "")

    def refusal(self, found: str, expected: str, example: str) -> FormatError:
        """Return the error that lists all columns."""
        listed = "; ".join(
            f"{j + 1}: " + ((self.names[j] + " ") if self.names[j] else "") + f"({cell[:20]})"
            for j, cell in enumerate(self.table.rows[0].fields[:30])
        )
        return self.table.error(
            f"{found} (columns, with the first row: {listed})",
            f"{expected}; name them with columns={example!r} (--columns), by name or number",
        )


def rated_by(layout: Layout, place: int, free: Sequence[int]) -> list[int]:
    """Return the columns next to one another whose mean a column holds in every row, or none.

    Means have decimals, so that a rater who is between two others is not taken for their mean.
    """
    others = [j for j in free if j != place and layout.kinds[j] in ("", "rater")]
    cells = layout.cells[place]
    digits = max(len(re.split("[.,]", cell)[1]) if re.search("[.,]", cell) else 0 for cell in cells)
    if len(cells) < _FEWEST_ROWS or not digits or len(others) < 2:
        return []
    numbers = {j: [layout.number(cell) for cell in layout.cells[j]] for j in (place, *others)}
    before, after = [j for j in others if j < place], [j for j in others if j > place]
    blocks = [others, *(before[:k] for k in range(len(before), 1, -1))]
    blocks += [after[k:] for k in range(len(after) - 1)]
    for block in blocks:
        if len(block) > 1 and all(
            _is_mean(numbers[place][i], [numbers[j][i] for j in block], 10.0**-digits)
            for i in range(len(cells))
        ):
            return block
    return []


def _is_mean(mean: float | None, ratings: Sequence[float | None], unit: float) -> bool:
    told = [rating for rating in ratings if rating is not None]
    return mean is not None and bool(told) and abs(sum(told) / len(told) - mean) <= 1.001 * unit


def same_order(layout: Layout, one: int, other: int) -> bool:
    """Return whether two columns put the rows in the same order, so that either serves."""
    pairs = [
        (layout.number(a), layout.number(b)) for a, b in zip(layout.cells[one], layout.cells[other])
    ]
    told = sorted((a, b) for a, b in pairs if a is not None and b is not None)
    return len(told) == len(pairs) and all(
        (a[0] < b[0]) == (a[1] < b[1]) and a[1] <= b[1] for a, b in zip(told, told[1:])
    )


def is_number(text: str) -> bool:
    """Return whether a cell is a number, with whatever decimal mark."""
    return _number(text, True) is not None


def is_missing(text: str) -> bool:
    """Return whether a cell stands for a number that is not known."""
    return text.lower() in _MISSING


def _decimal_comma(table: Table, cells: Sequence[Sequence[str]]) -> bool:
    """Return whether the numbers of a file have decimal commas; one mark holds for all of it."""
    commas: list[str] = []
    points: list[str] = []
    n_whole = 0
    for column in cells:
        told = Counter(
            "comma" if _COMMA.fullmatch(cell) else "point" if _POINT.fullmatch(cell) else "text"
            for cell in column
            if cell.lower() not in _MISSING
        )
        if told["text"] >= told["comma"] + told["point"]:
            continue
        commas += filter(_COMMA.fullmatch, column)
        points += (cell for cell in column if "." in cell and _POINT.fullmatch(cell))
        n_whole += sum(map(str.isdecimal, column)) if told["comma"] else 0
    if commas and points:
        raise table.error(f"{commas[0]!r} and {points[0]!r}", "one decimal mark in the whole file")
    thousands = all(len(cell.split(",")[1]) == 3 for cell in commas)
    if commas and thousands and n_whole:
        raise table.error(
            f"{commas[0]!r}, where the comma may separate thousands",
            "numbers with one decimal mark",
        )
    return bool(commas)


def _number(text: str, comma: bool) -> float | None:
    text = text.replace("\N{MINUS SIGN}", "-")
    if comma and _COMMA.fullmatch(text):
        text = text.replace(",", ".")
    if not _POINT.fullmatch(text):
        return None
    value = float(text)
    return value if abs(value) < _LARGEST else None
