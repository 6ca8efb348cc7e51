"""Choose the columns of a table that hold the items and the scores, or refuse to.

A column is taken because a name says so, because no other is left, or because its numbers are the
means of others.  Where more than one reading is left, the error lists the columns and says how to
name them.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from numbers import Integral

from ..errors import SettingError
from .column_names import is_label, is_name, parts_of, word_place
from .layout import Layout, is_missing, is_number, rated_by, same_order
from .tables import Row, Table

# What a comma leaves of a number between blanks.
_CUT = re.compile(r"(^|.*\s)[+-]?\d+,\d+(\s.*|$)")
Columns = str | Sequence[str | int] | None


@dataclass(frozen=True)
class Chosen:
    """The columns taken, and what they are.

    Attributes
    ----------
    header : Row or None
    rows : tuple of Row
        Below the header.
    items : list of tuple of str
        The fields of the columns of words, row by row.
    scores : list of float
        Where a column of scores was wanted.
    text : str
        What was taken, for people.
    """

    header: Row | None
    rows: tuple[Row, ...]
    items: list[tuple[str, ...]]
    scores: list[float]
    text: str


def choose_scored(tables: Sequence[Table], columns: Columns = None) -> Chosen:
    """Choose two columns of words and one of scores.

    Parameters
    ----------
    tables : sequence of Table
        The readings of a file under the separators that fit all its rows.
    columns : str or sequence of str or int, optional
        Names or numbers, from 1, of the three columns.

    Raises
    ------
    FormatError
        If none or more than one reading is left.
    """
    for table in tables:
        chosen = _scored(table, columns)
        if not any(
            all(mark in word for word in words) for words in zip(*chosen.items) for mark in "\t;|,"
        ):
            return chosen
    raise tables[0].error(f"words such as {' and '.join(chosen.items[0])!r}", "one separator")


def _scored(table: Table, columns: Columns) -> Chosen:
    why = ""
    if columns is not None:
        layout, (first, second, score) = _named(table, columns, 3, score=True)
    else:
        layout = Layout(table, _header(table))
        score, why = _score_column(layout)
        first, second = _word_columns(layout, 2, score)
    layout = layout.without_rows((first, second, score))
    scores = _scores(layout, score)
    _refuse_cut_numbers(layout)
    text = f"words: {layout.shown([first, second])}; score: {layout.shown([score])}{why}"
    text += ", decimal commas" * any("," in cell for cell in layout.cells[score])
    items = layout.items((first, second))
    pairs = {tuple(sorted(map(str.casefold, item))) for item in items}
    if (n := len(items) - len(pairs)) > 0:
        text += f"; {n} pair{'s' * (n > 1)} more than once"
    return Chosen(layout.header, layout.table.rows, items, scores, text + layout.notes)


def _refuse_cut_numbers(layout: Layout) -> None:
    """Refuse commas as separators that occur in numbers between blanks."""
    if layout.table.separator != "commas":
        return
    for left, right in zip(layout.cells, layout.cells[1:]):
        around = [f"{one},{other}" for one, other in zip(left, right)]
        if all(map(_CUT.fullmatch, around)) and any(" " in text for text in around):
            raise layout.table.error(f"{around[0][:60]!r}", "one separator, and not in numbers")


def choose_words(
    tables: Sequence[Table], n: int, columns: Columns = None, titles: Sequence[Sequence[str]] = ()
) -> Chosen:
    """Choose `n` columns of words.

    Parameters
    ----------
    columns : str or sequence of str or int, optional
        Names or numbers, from 1, of the columns.
    titles : sequence of sequences of str
        Names that each column has in headers, where they are not ``word1``, ``word2``, ...

    Raises
    ------
    FormatError
        If none or more than one reading is left.
    """
    table = tables[0]
    if columns is not None:
        layout, places = _named(table, columns, n, titles)
    else:
        layout = Layout(table, table.rows[0] if all_names(table, titles) else None)
        places = _word_columns(layout, n, None, titles)
    layout = layout.without_rows(places[:1])
    text = f"words: {layout.shown(places)}{layout.notes}"
    return Chosen(layout.header, layout.table.rows, layout.items(places), [], text)


def all_names(table: Table, titles: Sequence[Sequence[str]] = ()) -> bool:
    """Return whether the first row holds names alone."""
    told = {name for title in titles for name in title}
    cells = [cell for cell in table.rows[0].fields if cell]
    return all(is_name(cell) or bool(told & set(parts_of(cell))) for cell in cells)


def _named(
    table: Table,
    columns: Columns,
    n: int,
    titles: Sequence[Sequence[str]] = (),
    score: bool = False,
) -> tuple[Layout, tuple[int, ...]]:
    """Return the columns that the user names."""
    wanted = columns.split(",") if isinstance(columns, str) else columns
    example = "word1,word2,score" if score else ",".join(str(k + 1) for k in range(n))
    if (
        not isinstance(wanted, Sequence)
        or isinstance(wanted, bytes)
        or not all(isinstance(one, (str, Integral)) and not isinstance(one, bool) for one in wanted)
        or len(wanted) != n
    ):
        raise SettingError(
            f"columns is {columns!r}; expected {n} names or numbers, such as {example}"
        )
    first = [cell.casefold() for cell in table.rows[0].fields]
    places: list[int] = []
    has_names = False
    for one in (str(one).strip() for one in wanted):
        if one.isdecimal():
            place = int(one) - 1
        elif first.count(one.casefold()) == 1:
            place, has_names = first.index(one.casefold()), True
        else:
            place = -1
        if not 0 <= place < len(first) or place in places:
            raise SettingError(
                f"columns names {one!r}; expected {n} different columns of {table.source.path}: "
                f"numbers from 1 to {len(first)}, or names in its first row ({', '.join(first)})"
            )
        places.append(place)
    if score:
        cell = table.rows[0].fields[places[-1]]
        has_names = has_names or not (is_number(cell) or is_missing(cell))
    else:
        has_names = has_names or all_names(table, titles)
    return Layout(table, table.rows[0] if has_names else None), tuple(places)


def _header(table: Table) -> Row | None:
    """Return the first row of a table of scores if it holds names.

    It does where the names of words are known, or where a column of numbers begins with none.
    """
    first, others = table.rows[0], table.rows[1:]
    # A word alone is no name: "first" and "second" may be a pair.
    if {0, 1} <= {word_place(name) for name in first.fields if len(parts_of(name)) > 1}:
        return first
    known = any(map(is_name, first.fields))
    for j, name in enumerate(first.fields):
        cells = [row.fields[j] for row in others]
        told = [cell for cell in cells if not is_missing(cell)]
        n = sum(map(is_number, told))
        if is_number(name) or is_missing(name) or 2 * n <= len(told):
            continue
        words = {field.casefold() for row in others for field in row.fields}
        if not known and (
            any(char.isdigit() for char in name)
            or any(cell and cell.casefold() in words for cell in first.fields)
        ):
            raise table.error(
                f"{name!r} in column {j + 1}, where other rows have a number",
                "a number, or names of columns",
                first,
            )
        return first
    return None


def _score_column(layout: Layout) -> tuple[int, str]:
    """Return the column of scores, and what is known of it."""
    kinds, header = layout.kinds, layout.header
    words = [j for j in layout.places if header and word_place(layout.names[j]) is not None]
    free = [j for j in layout.numeric if j not in words and kinds[j] not in ("id", "label")]
    if not header and free and free[0] == 0 and layout.counts(0):
        free = free[1:]
    by_name: list[int] = []
    for kind in ("mean", "score"):
        by_name = by_name or [j for j in layout.places if kinds[j] == kind and j not in words]
    by_name = [j for j in by_name if j in layout.numeric] or by_name
    if by_name and all(same_order(layout, by_name[0], j) for j in by_name[1:]):
        raters = _raters(layout, by_name[0], free) if kinds[by_name[0]] == "mean" else ""
        return by_name[0], raters
    possible = [j for j in free if kinds[j] != "other"]
    if not by_name and len(possible) == 1:
        return possible[0], ""
    means = [j for j in possible if not by_name and rated_by(layout, j, free)]
    if len(means) == 1:
        return means[0], _raters(layout, means[0], free)
    seen = by_name or possible
    raise layout.refusal(
        f"{layout.shown(seen)} of numbers" if seen else "no column of scores",
        "one column of scores",
        "word1,word2,score" if header else "1,2,3",
    )


def _word_columns(
    layout: Layout, n: int, score: int | None = None, titles: Sequence[Sequence[str]] = ()
) -> tuple[int, ...]:
    """Return the columns of words: those that names tell, or all that are left."""
    left = [j for j in layout.places if j != score]
    if layout.header:
        told = [_place(layout.names[j], titles) for j in left]
        by_name = [[j for j, k in zip(left, told) if k == place] for place in range(n)]
        if all(len(places) == 1 for places in by_name):
            return tuple(places[0] for places in by_name)
    kinds = ("id",) if titles else ("id", "label")
    left = [j for j in left if layout.kinds[j] not in kinds]
    if score is None and len(left) > n and not layout.header and layout.counts(0):
        left = left[1:]
    if score is not None:
        left = [j for j in left if j not in layout.numeric]
        if len(left) > n and layout.table.separator != "blanks":
            left = [j for j in left if not all(map(is_label, filter(None, layout.cells[j])))]
            left = [j for j in left if not layout.is_context(j, left)]
    labels = [j for j in left if all("_" in c and is_label(c) for c in layout.cells[j])]
    if len(left) != n or labels:
        names = [title[0] for title in titles[:n]] or [f"word{k}" for k in range(1, n + 1)]
        names += ["score"] * (score is not None)
        if not layout.header:
            names = [str(k) for k in range(1, len(names) + 1)]
        raise layout.refusal(
            f"{len(left)} columns of words" if not labels else f"labels in {layout.shown(labels)}",
            f"{n} columns of words",
            ",".join(names),
        )
    return tuple(left)


def _place(name: str, titles: Sequence[Sequence[str]]) -> int | None:
    """Return which of the wanted columns a name is that of, None if none or several."""
    if not titles:
        return word_place(name)
    places = [k for k, title in enumerate(titles) if set(title) & set(parts_of(name))]
    return places[0] if len(places) == 1 else None


def _raters(layout: Layout, place: int, free: Sequence[int]) -> str:
    """Return what is known of a column of means, verified on the raters."""
    raters = rated_by(layout, place, free)
    if raters:
        return f", the mean of {len(raters)} raters ({layout.shown(raters).split(' (')[0]})"
    said = [j for j in free if layout.kinds[j] == "rater"]
    return ", which is not the mean of all raters" if len(said) > 1 else ""


def _scores(layout: Layout, place: int) -> list[float]:
    scores = []
    for row, cell in zip(layout.table.rows, layout.cells[place]):
        value = layout.number(cell)
        if value is None:
            raise layout.table.error(f"{cell[:40]!r} as score", "a number", row)
        scores.append(value)
    if len(scores) < 2:
        raise layout.table.error(f"{len(scores)} scored pairs", "at least two")
    if min(scores) == max(scores):
        raise layout.refusal(
            f"the same score in all rows of {layout.shown([place])}",
            "scores that differ",
            "word1,word2,score",
        )
    return scores
