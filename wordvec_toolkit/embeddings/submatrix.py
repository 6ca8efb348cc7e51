"""Rows and columns of a matrix of words, to look at."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from ..counts.cooccurrence import Cooccurrence
from ..errors import SettingError, expect
from ..runtime.extras import require
from ..runtime.results import Column, Result
from ..runtime.rows import html_table, with_minus
from ..runtime.settings import takes
from ..text.vocabulary import Vocabulary
from .measures import pmi
from .settings import SubmatrixSettings
from .vectors import WordVectors

if TYPE_CHECKING:
    from pandas import DataFrame
    from typing_extensions import Unpack

    from ..runtime.keywords import SubmatrixKeywords

_SIDES = ("{} (left)", "{} (right)")  # columns of counts with direction="split"


@dataclass(frozen=True, repr=False)
class Submatrix(Result):
    """Some rows and columns of a matrix.

    Attributes
    ----------
    values : str
        ``counts``, ``pmi``, ``ppmi`` or another association measure, or ``vectors``.
    words : tuple of str
        Of the rows.
    contexts : tuple of str
        Of the columns: words, or numbers of dimensions from 1.
    cells : tuple of tuples of float
        The PMI of a pair that was never seen is -inf.
    log : float or None
        Base of the logarithm; None: e, or there is none.
    """

    COLUMNS: ClassVar = (
        Column("values", "values", "text"),
        Column("n_words", "words", "whole"),
        Column("n_contexts", "contexts", "whole"),
    )

    values: str
    words: tuple[str, ...]
    contexts: tuple[str, ...]
    cells: tuple[tuple[float, ...], ...]
    log: float | None = None

    @property
    def n_words(self) -> int:
        return len(self.words)

    @property
    def n_contexts(self) -> int:
        return len(self.contexts)

    def records(self) -> list[dict[str, object]]:
        rows = zip(self.words, self.cells)
        return [{"word": word, **dict(zip(self.contexts, row))} for word, row in rows]

    def to_frame(self) -> "DataFrame":
        """Return it as a pandas DataFrame, indexed by word; see `Result.to_frame`."""
        pandas = require("pandas", "to_frame", "pandas")
        frame: DataFrame = pandas.DataFrame(self.cells, self.words, self.contexts)
        return frame

    def table(self) -> tuple[list[str], list[list[str]]]:
        """Return the titles of the columns and the rows as text, rounded to 3 digits."""
        is_whole = all(float(value).is_integer() for row in self.cells for value in row)
        column = Column("", "", digits=0 if is_whole and self.values == "counts" else 3)
        rows = [
            [word, *(column.text(round(value, 3) + 0.0) for value in row)]  # no -0.000
            for word, row in zip(self.words, self.cells)
        ]
        return ["word", *self.contexts], rows

    def _repr_html_(self) -> str:
        base = "" if self.log is None else f", log {self.log:g}"
        titles, rows = self.table()
        table = html_table(titles, [[word, *map(with_minus, row)] for word, *row in rows])
        return f"{table}<small>{escape(self.values)}{base}</small>"


@takes(SubmatrixSettings)
def submatrix(
    model: Cooccurrence | WordVectors,
    words: Sequence[str] | None = None,
    contexts: Sequence[str | int] | None = None,
    **settings: "Unpack[SubmatrixKeywords]",
) -> Submatrix:
    """Return rows and columns of co-occurrence counts or of vectors as a table.

    From counts n(w, c) with totals n(w), n(c) and N::

        PMI(w, c) = log( n(w, c) N / (n(w) n(c)) ),   PPMI(w, c) = max(0, PMI(w, c))

    without smoothing, shift or context distribution smoothing, which vectors of `ppmi` may have.

    Parameters
    ----------
    model : Cooccurrence or WordVectors
        ``load("corpus.wvt/counts")``, ``load("corpus.wvt/ppmi")``, ``load("corpus.wvt/svd")`` ...
    words : sequence of str, optional
        Rows; default: the most frequent words.
    contexts : sequence of str or int, optional
        Columns: words, or for dense vectors numbers of dimensions from 1; default: the first ones.

    Raises
    ------
    UnknownWordError
        If a word is not in the vocabulary.
    SettingError
        If a setting does not fit the model.

    Examples
    --------
    >>> counts = load("corpus.wvt/counts")  # doctest: +SKIP
    >>> submatrix(counts, ["you", "say"], values="ppmi", log=2).to_frame()  # doctest: +SKIP
    """
    expect("model", model, (WordVectors, Cooccurrence))
    chosen = SubmatrixSettings.among(settings)
    vocabulary, n_columns = model.vocabulary, model.matrix.shape[1]
    has_contexts = isinstance(model, Cooccurrence) or (model.is_sparse and "cds" in model.settings)
    values = _values(model, has_contexts, chosen)
    rows = _places(vocabulary, words, chosen.n)
    if has_contexts:
        columns, titles = _context_columns(
            vocabulary, _n_contexts(model), contexts, chosen.n, n_columns
        )
    else:
        columns = _dimensions(contexts, chosen.n, n_columns)
        titles = [str(column + 1) for column in columns]
    part = model.matrix[rows][:, columns]
    cells = np.asarray(part if isinstance(part, np.ndarray) else part.toarray(), np.float64)
    if isinstance(model, Cooccurrence):
        cells = _weighed(model, cells, rows, columns, values)
    if chosen.log is not None:
        cells = cells / math.log(chosen.log)
    return Submatrix(
        values,
        tuple(vocabulary.word(row) for row in rows),
        tuple(titles),
        tuple(map(tuple, cells.tolist())),
        chosen.log,
    )


def _values(
    model: Cooccurrence | WordVectors, has_contexts: bool, chosen: SubmatrixSettings
) -> str:
    """Return what the cells are, once the settings are known to fit that."""
    values: str
    if isinstance(model, Cooccurrence):
        values, is_log = chosen.values or "counts", chosen.values in ("pmi", "ppmi")
    elif chosen.values is not None:
        raise SettingError(
            f"values is {chosen.values!r}, which is computed from counts; vectors have their own; "
            "omit values, or give the bundle counts"
        )
    else:
        values = str(model.settings.get("measure", "ppmi")) if has_contexts else "vectors"
        is_log = values in ("ppmi", "pmi") and model.settings.get("transform", "none") == "none"
    if chosen.log is not None and not is_log:
        raise SettingError(f"log is the base of pmi and ppmi, not of {values}; omit it")
    return values


def _weighed(
    counts: Cooccurrence, cells: np.ndarray, rows: list[int], columns: list[int], values: str
) -> np.ndarray:
    """Return numerators of counts as counts or PMI."""
    if values == "counts":
        return cells / counts.divisor
    totals = counts.row_totals[rows][:, None].astype(np.float64), counts.column_totals[columns]
    with np.errstate(divide="ignore", invalid="ignore"):
        association = pmi(cells, *totals, float(counts.row_totals.sum()))
    association[cells == 0] = -np.inf
    return np.maximum(0, association) if values == "ppmi" else association


def _places(vocabulary: Vocabulary, words: Sequence[str | int] | None, n: int) -> list[int]:
    """Return the ids of words, of the first `n` if none are given."""
    if isinstance(words, str):
        raise SettingError(f"words and contexts are lists; got {words[:40]!r}")
    if words is None:
        return list(range(min(n, len(vocabulary))))
    found = [(vocabulary.find(str(word)), str(word)) for word in words]
    return [vocabulary.id(word) if place is None else place for place, word in found]


def _n_contexts(model: Cooccurrence | WordVectors) -> int:
    if isinstance(model, Cooccurrence):
        return model.n_contexts
    noted = model.facts.get("n_contexts")
    return noted if isinstance(noted, int) else len(model.vocabulary)


def _context_columns(
    vocabulary: Vocabulary,
    n_contexts: int,
    contexts: Sequence[str | int] | None,
    n: int,
    n_columns: int,
) -> tuple[list[int], list[str]]:
    """Return the columns of contexts and their titles; split ones have a column for each side."""
    places = _places(vocabulary, contexts, min(n, n_contexts))
    for place in places:
        if place >= n_contexts:
            raise SettingError(
                f"{vocabulary.word(place)!r} is not among the {n_contexts:,} contexts that were "
                "counted; count more of them (max_contexts, --max-contexts)"
            )
    if n_columns == n_contexts:
        return places, [vocabulary.word(place) for place in places]
    columns = [place + side * n_contexts for place in places for side in (0, 1)]
    return columns, [side.format(vocabulary.word(place)) for place in places for side in _SIDES]


def _dimensions(contexts: Sequence[str | int] | None, n: int, dim: int) -> list[int]:
    """Return the columns of numbers from 1, of the first `n` if none are given."""
    if contexts is None:
        return list(range(min(n, dim)))
    for name in contexts:
        if not str(name).isdecimal() or not 1 <= int(name) <= dim:
            raise SettingError(
                f"{str(name)[:40]!r} is no dimension of these vectors; expected numbers from 1 to "
                f"{dim}"
            )
    return [int(name) - 1 for name in contexts]
