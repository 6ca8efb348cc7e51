"""Counts to sparse vectors, by PPMI or another association measure."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from ..counts.cooccurrence import Cooccurrence
from ..counts.storage import csr_of
from ..errors import EmptyResultError, SettingError
from ..runtime.parallel import n_threads, run_blocks, weighted_bounds
from ..runtime.progress import SILENT, Progress
from . import ppmi as ppmi_module
from .measures import MEASURES, Measure
from .vectors import WordVectors

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_BLOCK_CELLS = 1 << 18  # a dozen float64 arrays of this length at work in each thread


def _log(values: np.ndarray) -> None:
    np.copysign(np.log1p(np.abs(values)), values, out=values)


def _root(values: np.ndarray) -> None:
    np.copysign(np.sqrt(np.abs(values)), values, out=values)


#: What can be done to the values, in place.
TRANSFORMS: dict[str, Callable[[np.ndarray], object]] = {
    "none": lambda values: values,
    "log": _log,
    "root": _root,
}


def weigh_counts(
    counts: Cooccurrence,
    measure: str = "ppmi",
    cds: float = 1.0,
    shift: float = 1.0,
    smoothing: float = 0.0,
    negative: bool = False,
    transform: str = "none",
    threads: int | None = None,
    progress: Progress = SILENT,
) -> WordVectors:
    """Weigh counts by an association measure, keeping positive association.

    Parameters
    ----------
    counts : Cooccurrence
        The weighted counts (``matrix / divisor``) are what the measures see.  With a weighted
        window these are fractions, and a symmetric window counts each pair from both sides: the
        statistics rank pairs, but their significance levels do not hold.
    measure : str
        A name in `MEASURES`: ``ppmi``; ``pmi``, the same with the observed cells at or below zero
        kept; ``npmi``, ``lmi``, ``log-likelihood``, ``t-score``, ``z-score``, ``chi-squared``,
        ``dice``, ``log-dice``, or one that a plugin adds.
    cds, shift, smoothing : float
        Settings of ``ppmi`` and ``pmi``, see `ppmi`; the other measures do not have them.
    negative : bool
        Keep observed cells whose value is zero or less, too.
    transform : {"none", "log", "root"}
        Flatten the values x: sign(x) log(1 + abs(x)), or sign(x) sqrt(abs(x)).  ``lmi``,
        ``log-likelihood``, ``chi-squared`` and ``z-score`` want it before cosines or an SVD, or
        a few huge cells are all that counts (Lapesa and Evert 2014).

    Returns
    -------
    WordVectors
        Sparse float32 rows.

    Raises
    ------
    SettingError
        If there is no such measure, or it does not know a setting.
    EmptyResultError
        If no cell is above zero.
    """
    settings: dict[str, Any] = {
        "measure": measure,
        "cds": cds,
        "shift": shift,
        "smoothing": smoothing,
        "negative": negative,
        "transform": transform,
    }
    check_settings(settings)
    chosen = MEASURES[measure]
    negative = negative or chosen.keeps_negative
    if chosen.weigh is not None:
        vectors = chosen.weigh(counts, cds, shift, negative, smoothing, threads, progress)
        matrix = vectors.sparse_matrix()
        TRANSFORMS[transform](matrix.data)
        return WordVectors(counts.vocabulary, matrix, settings)
    n_cells = counts.n_cells
    progress.start(f"weighing by {measure}", n_cells, "cell")
    weighted = _weigh(counts, chosen, negative, n_threads(threads))
    if weighted.nnz == 0:
        raise EmptyResultError(
            f"no cell of the counts has a positive {measure}; give more text, or keep the others "
            "too with --negative"
        )
    TRANSFORMS[transform](weighted.data)
    progress.advance(n_cells)
    progress.finish(f"{weighted.nnz:,} of {n_cells:,} cells")
    return WordVectors(counts.vocabulary, weighted, settings)


def check_settings(settings: dict[str, Any]) -> None:
    """Refuse settings of `weigh_counts` that make no sense.

    Raises
    ------
    SettingError
        Naming the setting and what it may be.
    """
    measure, transform = settings["measure"], settings["transform"]
    if measure not in MEASURES:
        raise SettingError(f"measure is {measure!r}; expected one of {', '.join(MEASURES)}")
    if transform not in TRANSFORMS:
        raise SettingError(f"transform is {transform!r}; expected {', '.join(TRANSFORMS)}")
    ppmi_module.check_settings(settings)
    if MEASURES[measure].weigh is not None:
        return
    for name, neutral in (("cds", 1), ("shift", 1), ("smoothing", 0)):
        if settings[name] != neutral:
            raise SettingError(
                f"{name} is {settings[name]}, but {measure} has no such setting; leave it out, or "
                "take the measure ppmi"
            )


def _weigh(counts: Cooccurrence, measure: Measure, negative: bool, threads: int) -> "csr_array":
    matrix = counts.matrix
    indptr = matrix.indptr.astype(np.int64)
    row_totals = counts.row_totals / counts.divisor
    column_totals = counts.column_totals / counts.divisor
    total = float(counts.row_totals.sum()) / counts.divisor
    values = np.empty(matrix.nnz, np.float32)

    def weigh_rows(first: int, last: int) -> None:
        cells = slice(indptr[first], indptr[last])
        observed = matrix.data[cells] / counts.divisor
        rows = np.repeat(row_totals[first:last], np.diff(indptr[first : last + 1]))
        values[cells] = measure.formula(observed, rows, column_totals[matrix.indices[cells]], total)

    run_blocks(weigh_rows, weighted_bounds(indptr, _BLOCK_CELLS), threads)
    if negative:
        return csr_of(indptr, matrix.indices, values, matrix.shape)
    kept = values > 0
    kept_before = np.concatenate([np.zeros(1, np.int64), np.cumsum(kept, dtype=np.int64)])
    return csr_of(kept_before[indptr], matrix.indices[kept], values[kept], matrix.shape)
