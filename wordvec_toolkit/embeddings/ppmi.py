"""Positive pointwise mutual information of co-occurrence counts."""

from typing import TYPE_CHECKING

import numpy as np

from .._kernels import association
from ..counts.cooccurrence import Cooccurrence
from ..counts.storage import CellWriter
from ..errors import EmptyResultError, expect
from ..runtime.memory import release
from ..runtime.parallel import map_stream, n_threads, weighted_bounds
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from .settings import WeighingSettings
from .vectors import WordVectors

if TYPE_CHECKING:
    from scipy.sparse import csr_array
    from typing_extensions import Unpack

    from ..runtime.keywords import PpmiKeywords

KIND = "ppmi"
_BLOCK_CELLS = 1 << 20
_RELEASED_EVERY = 4  # blocks


@takes(WeighingSettings, only=("cds", "shift", "negative", "smoothing"))
def ppmi(
    counts: Cooccurrence,
    *,
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[PpmiKeywords]",
) -> WordVectors:
    """Weigh counts by how much more often a pair occurs than chance would have it.

    With n(w, c) a count, n(w) and n(c) its row and column totals::

        PMI(w, c) = log( n(w, c) * sum_c' n(c')^cds / (n(w) * n(c)^cds) ) - log(shift)

    and a cell is kept where that is above zero (Levy, Goldberg and Dagan 2015, sections 2.1
    and 3.2; Levy and Goldberg 2014 for the shift).  With `smoothing` the totals hold what was added
    to all pairs; of the pairs themselves only those that were seen are kept, so that the matrix
    stays sparse.

    Parameters
    ----------
    counts : Cooccurrence

    Returns
    -------
    WordVectors
        Sparse float32 rows.

    Raises
    ------
    SettingError
        If a setting is not usable.
    EmptyResultError
        If no cell is above zero.
    """
    expect("counts", counts, Cooccurrence)
    progress = as_progress(progress)
    chosen = WeighingSettings.among(settings)
    shift, negative = chosen.shift, chosen.negative
    threads = n_threads(threads)
    matrix = counts.matrix
    progress.start("weighing by PPMI", matrix.nnz, "cell")
    column_terms, numerator, added = pmi_terms(counts, chosen)
    row_terms = (counts.row_totals + added * matrix.shape[1]) * shift
    weighted = pmi_cells(matrix, row_terms, column_terms, numerator, added, negative, threads)
    expect_cells(weighted, chosen)
    progress.advance(matrix.nnz)
    progress.finish(f"{weighted.nnz:,} of {matrix.nnz:,} cells")
    described = chosen.as_dict()
    del described["measure"], described["transform"]
    return WordVectors(counts.vocabulary, weighted, described, counts.context_facts)


def expect_cells(weighted: "csr_array", chosen: WeighingSettings) -> None:
    """Raise EmptyResultError if there is none."""
    if weighted.nnz == 0:
        raise EmptyResultError(
            f"no cell of the counts has a positive PMI at shift {chosen.shift:g} and cds "
            f"{chosen.cds:g}; lower the shift or give more text"
        )


def pmi_terms(counts: Cooccurrence, chosen: WeighingSettings) -> tuple[np.ndarray, float, float]:
    """Return n(c)^cds of the contexts, their sum, and what `smoothing` adds to numerators."""
    added = chosen.smoothing * counts.divisor
    column_terms = (counts.column_totals + added * counts.matrix.shape[0]) ** chosen.cds
    return column_terms, float(column_terms.sum()), added


def pmi_cells(
    matrix: "csr_array",
    row_terms: np.ndarray,
    column_terms: np.ndarray,
    numerator: float,
    added: float,
    negative: bool,
    threads: int,
) -> "csr_array":
    """Return the PMI of the cells, of the positive ones unless `negative`; see the kernels."""
    indptr = matrix.indptr.astype(np.int64)
    row_cells = np.zeros(len(indptr) - 1, np.int64)

    def weigh(block: tuple[int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        first, last = block
        most = int(indptr[last] - indptr[first])
        indices, values = np.empty(most, np.int32), np.empty(most, np.float32)
        n = association.fill_pmi(
            *(indptr, matrix.indices, matrix.data, first, last),
            *(row_terms, column_terms, numerator, added, negative),
            *(row_cells, indices, values),
        )
        return row_cells[first:last], indices[:n], values[:n]

    bounds = weighted_bounds(indptr, _BLOCK_CELLS)
    cells = CellWriter(np.float32, matrix.nnz)
    blocks = list(zip(bounds[:-1], bounds[1:]))
    for number, found in enumerate(map_stream(weigh, blocks, threads)):
        cells.append(*found)
        if number % _RELEASED_EVERY == 0:
            release(matrix.indices, matrix.data)
    return cells.matrix(matrix.shape[1])
