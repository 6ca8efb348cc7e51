"""What a section is made of; the template knows each block by its `kind`."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from markupsafe import Markup

from ...runtime.results import Column, Result
from ..data import WordMap
from ..figures import Figure, Panel
from .numbers import shown


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
        Beside it, in smaller letters: an interval.
    mark : str
        ``best``, ``tied`` (with the best, as far as can be told), ``good``, ``bad``, ``shared``.
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
        A cell a column, styled as what stands below it.
    groups : tuple of Rows
    """

    kind: ClassVar[str] = "table"
    caption: str
    head: tuple[Cell, ...]
    groups: tuple[Rows, ...]


@dataclass(frozen=True)
class MapFigure:
    """Maps of words, one of which is shown at a time."""

    kind: ClassVar[str] = "map"
    maps: tuple[WordMap, ...]
    json: Markup
    stills: tuple[Panel, ...]
    reading: str
    handling: str
    origin: str


@dataclass(frozen=True)
class Text:
    """A paragraph; `heading` stands above it."""

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
class Missing:
    """What is not there, and how to get it."""

    kind: ClassVar[str] = "missing"
    text: str


@dataclass(frozen=True)
class Code:
    """Text to be copied: settings, a command."""

    kind: ClassVar[str] = "code"
    text: str
    heading: str = ""
    note: str = ""


@dataclass(frozen=True)
class Origin:
    """How a number or a model came about."""

    kind: ClassVar[str] = "origin"
    title: str
    note: str
    command: str
    signature: str
    settings: tuple[tuple[str, str], ...] = ()


Block = Table | Figure | MapFigure | Text | Items | Missing | Code | Origin


@dataclass(frozen=True)
class Section:
    """A part of the report."""

    id: str
    title: str
    blocks: tuple[Block, ...]


def table(
    caption: str, head: Sequence[Cell], rows: Sequence[Sequence[Cell]] | Sequence[Rows]
) -> Table:
    """Return a table of rows, or of groups of rows."""
    groups = [each for each in rows if isinstance(each, Rows)]
    plain = tuple(tuple(each) for each in rows if not isinstance(each, Rows))
    return Table(caption, tuple(head), tuple(groups) if groups else (Rows("", plain),))


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
