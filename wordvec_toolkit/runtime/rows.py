"""Tables of notebooks, and lists that are shown as one."""

from collections.abc import Sequence
from dataclasses import fields
from html import escape
from typing import TYPE_CHECKING, TypeVar

from .extras import require

if TYPE_CHECKING:
    from pandas import DataFrame

T = TypeVar("T")


def html_table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table as notebooks show it."""
    head = "".join(f"<th>{escape(title)}</th>" for title in titles)
    body = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return f"<table><tr>{head}</tr>{body}</table>"


def frame_of(records: Sequence[dict[str, object]]) -> "DataFrame":
    """Return a pandas DataFrame with a row for each record.

    Raises
    ------
    MissingExtraError
        If pandas is not installed.
    """
    pandas = require("pandas", "to_frame", "pandas")
    frame: DataFrame = pandas.DataFrame(records)
    return frame


class Rows(list[T]):
    """A list of named tuples or dataclasses, which notebooks show as a table."""

    def records(self) -> list[dict[str, object]]:
        """Return a dict for each item, of what its repr shows."""
        return [{name: getattr(item, name) for name in _names(item)} for item in self]

    def to_frame(self) -> "DataFrame":
        """Return a pandas DataFrame with a row for each item.

        Raises
        ------
        MissingExtraError
            If pandas is not installed.
        """
        return frame_of(self.records())

    def _repr_html_(self) -> str:
        rows = [[_text(value) for value in record.values()] for record in self.records()]
        return html_table(_names(self[0]) if self else (), rows)


def _names(item: object) -> Sequence[str]:
    named: Sequence[str] | None = getattr(item, "_fields", None)
    return named or [each.name for each in fields(item) if each.repr]  # type: ignore[arg-type]


def _text(value: object) -> str:
    return with_minus(f"{value:.4f}") if isinstance(value, float) else str(value)


def with_minus(number: str) -> str:
    """Return a number as pages write it; the terminal and files have the sign that programs read.

    What stands for no number, ``-``, stays.
    """
    return number.replace("-", "\u2212") if number != "-" else number
