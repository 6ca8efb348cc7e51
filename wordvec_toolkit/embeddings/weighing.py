"""Counts to sparse vectors, by PPMI or another association measure."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ..counts.cooccurrence import Cooccurrence
from ..counts.storage import csr_of
from ..errors import EmptyResultError, expect
from ..runtime.parallel import n_threads, run_blocks, weighted_bounds
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from .measures import MEASURES, Measure
from .settings import Transform, WeighingSettings
from .vectors import WordVectors

if TYPE_CHECKING:
    from scipy.sparse import csr_array
    from typing_extensions import Unpack

    from ..runtime.keywords import WeighCountsKeywords

_BLOCK_CELLS = 1 << 18  # a dozen float64 arrays of this length at work in each thread


def _log(values: np.ndarray) -> None:
    np.copysign(np.log1p(np.abs(values)), values, out=values)


def _root(values: np.ndarray) -> None:
    np.copysign(np.sqrt(np.abs(values)), values, out=values)


#: What can be done to the values, in place.
TRANSFORMS: dict[Transform, Callable[[np.ndarray], object]] = {
    "none": lambda values: values,
    "log": _log,
    "root": _root,
}


@takes(WeighingSettings)
def weigh_counts(
    counts: Cooccurrence,
    *,
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[WeighCountsKeywords]",
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
        kept; others, to which `cds`, `shift` and `smoothing` do not apply; or one that a plugin
        adds.

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
    expect("counts", counts, Cooccurrence)
    progress = as_progress(progress)
    chosen = WeighingSettings.among(settings)
    measure, transform = MEASURES[chosen.measure], TRANSFORMS[chosen.transform]
    negative = chosen.negative or measure.keeps_negative
    if measure.weigh is not None:
        vectors = measure.weigh(
            counts, chosen.cds, chosen.shift, negative, chosen.smoothing, threads, progress
        )
        matrix = vectors.sparse_matrix()
        transform(matrix.data)
        return WordVectors(counts.vocabulary, matrix, chosen.as_dict(), counts.context_facts)
    n_cells = counts.n_cells
    progress.start(f"weighing by {measure.name}", n_cells, "cell")
    weighted = _weigh(counts, measure, negative, n_threads(threads))
    if weighted.nnz == 0:
        raise EmptyResultError(
            f"no cell of the counts has a positive {measure.name}; give more text, or keep the "
            "others with negative (--negative)"
        )
    transform(weighted.data)
    progress.advance(n_cells)
    progress.finish(f"{weighted.nnz:,} of {n_cells:,} cells")
    return WordVectors(counts.vocabulary, weighted, chosen.as_dict(), counts.context_facts)


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
