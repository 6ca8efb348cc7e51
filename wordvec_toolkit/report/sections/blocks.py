"""The parts of a section; the template knows each block by its `kind`."""

import csv
import io
import re
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from ...runtime.results import Column, Result
from ..data import WordMap
from ..figures import Figure, Panel
from .numbers import shown
from .verdicts import Verdict

_GROUPED = re.compile(r"−?\d{1,3}(,\d{3})+(\.\d+)?")


@dataclass(frozen=True)
class Cell:
    """A cell of a table.

    Attributes
    ----------
    text : str
    style : str
        ``number`` (aligned right), ``word`` (of the corpus, in any script), ``code``, ``copyable``
        (code with a button that copies it), ``text``.
    small : str
        Next to it, in smaller letters: an interval.
    mark : str
        ``best``, ``tied`` (no significant difference from the best), ``good``, ``bad``, ``shared``.
    span : int
        Columns that it fills.
    """

    text: str
    style: str = "text"
    small: str = ""
    mark: str = ""
    span: int = 1


@dataclass(frozen=True)
class Rows:
    """Rows of a table that belong together under a heading."""

    heading: str
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True)
class Table:
    """A table.

    Attributes
    ----------
    head : tuple of Cell
        A cell for each column, styled as those below it.
    groups : tuple of Rows
    name : str
        Of its CSV file.
    records : tuple of mappings
        Rows of the CSV file, numbers in full precision; default: what the table shows.
    """

    kind: ClassVar[str] = "table"
    caption: str
    head: tuple[Cell, ...]
    groups: tuple[Rows, ...]
    name: str = "table"
    records: tuple[Mapping[str, object], ...] = ()

    @property
    def csv(self) -> str:
        """Return it as a CSV file."""
        stream = io.StringIO()
        writer = csv.writer(stream, lineterminator="\n")
        if self.records:
            names = list(dict.fromkeys(name for record in self.records for name in record))
            writer.writerow(names)
            writer.writerows([record.get(name, "") for name in names] for record in self.records)
            return stream.getvalue()
        headed = any(group.heading for group in self.groups)
        writer.writerow([*(["part"] * headed), *(cell.text for cell in self.head)])
        for group in self.groups:
            for row in group.rows:
                cells = (_plain(f"{cell.text} {cell.small}".rstrip()) for cell in row)
                writer.writerow([*([group.heading] * headed), *cells])
        return stream.getvalue()

    @property
    def address(self) -> Markup:
        """Return the CSV file as an address that holds it, which works without a network."""
        text = b64encode(self.csv.encode("utf-8", "replace")).decode("ascii")
        return Markup(f"data:text/csv;charset=utf-8;base64,{text}")


def _plain(text: str) -> str:
    """Return a number as programs read it; other text as it is."""
    text = text.replace(",", "") if _GROUPED.fullmatch(text) else text
    return text.replace("−", "-").replace("\u00a0", " ")


@dataclass(frozen=True)
class MapFigure:
    """Maps of words, one of which is shown at a time, at first that which keeps most."""

    kind: ClassVar[str] = "map"
    maps: tuple[WordMap, ...]
    json: Markup
    stills: tuple[Panel, ...]
    reading: str
    handling: str

    @property
    def first(self) -> int:
        kept = [each.kept or 0.0 for each in self.maps]
        return kept.index(max(kept))


@dataclass(frozen=True)
class Text:
    """A paragraph; `heading` is above it."""

    kind: ClassVar[str] = "text"
    text: str
    heading: str = ""


@dataclass(frozen=True)
class Items:
    """A list, or the meanings of terms."""

    kind: ClassVar[str] = "items"
    items: tuple[str, ...] = ()
    terms: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Card:
    """The conclusions, before all else.

    Attributes
    ----------
    failed, warnings : tuple of str
        What a reader has to know before the conclusions.
    verdict : str
        One sentence.
    tasks : tuple of Verdict
    meaning : tuple of str
        What that means for this corpus.
    note : str
        How to read it.
    """

    kind: ClassVar[str] = "card"
    failed: tuple[str, ...]
    warnings: tuple[str, ...]
    verdict: str
    about: str
    tasks: tuple[Verdict, ...]
    meaning: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Tabs:
    """Blocks with names, of which one is shown at a time; on paper and without scripts, all."""

    kind: ClassVar[str] = "tabs"
    label: str
    names: tuple[str, ...]
    blocks: tuple["Block", ...]


@dataclass(frozen=True)
class Code:
    """Text to be copied: settings, a command."""

    kind: ClassVar[str] = "code"
    text: str
    heading: str = ""
    note: str = ""


@dataclass(frozen=True)
class Origin:
    """Origin of a number or a model."""

    kind: ClassVar[str] = "origin"
    title: str
    note: str
    command: str
    signature: str
    settings: tuple[tuple[str, str], ...] = ()


Block = Card | Table | Figure | MapFigure | Tabs | Text | Items | Code | Origin


@dataclass(frozen=True)
class Section:
    """A part of the report; those that are folded make up its appendix."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    folded: bool = False


def table(
    name: str,
    caption: str,
    head: Sequence[Cell],
    rows: Sequence[Sequence[Cell]] | Sequence[Rows],
    records: Sequence[Mapping[str, object]] = (),
) -> Table:
    """Return a table of rows, or of groups of rows; see `Table`."""
    groups = tuple(each for each in rows if isinstance(each, Rows))
    plain = tuple(tuple(each) for each in rows if not isinstance(each, Rows))
    return Table(caption, tuple(head), groups or (Rows("", plain),), name, tuple(records))


def records_of(results: Sequence[Result]) -> list[Mapping[str, object]]:
    """Return the rows of a CSV file of results."""
    return [record for each in results for record in each.records()]


def right(text: str, small: str = "", mark: str = "") -> Cell:
    """Return a cell with a number, at the right."""
    return Cell(text, "number", small, mark)


def heads(*names: str, numbers: Sequence[str] = ()) -> list[Cell]:
    """Return the head of a table: columns of text, then columns of numbers."""
    return [Cell(name) for name in names] + [Cell(name, "number") for name in numbers]


def number_columns(kind: type[Result], *names: str) -> list[Column]:
    """Return the columns of numbers that results declare, all or those of some names."""
    return [
        column
        for column in kind.COLUMNS
        if column.style != "text" and (not names or column.name in names)
    ]


def number_cells(columns: Sequence[Column], row: Result, mark: str = "") -> tuple[Cell, ...]:
    """Return what columns show of a result; `mark` is of the first."""
    return tuple(
        right(shown(column, row), mark="" if place else mark)
        for place, column in enumerate(columns)
    )
