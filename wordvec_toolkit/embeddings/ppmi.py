"""Positive pointwise mutual information of co-occurrence counts."""

from typing import TYPE_CHECKING, Any

import numpy as np

from .._kernels import association
from ..counts.cooccurrence import Cooccurrence
from ..counts.storage import csr_of
from ..errors import EmptyResultError, SettingError
from ..runtime.parallel import n_threads, run_blocks, weighted_bounds
from ..runtime.progress import SILENT, Progress
from .vectors import WordVectors

if TYPE_CHECKING:
    from scipy.sparse import csr_array

KIND = "ppmi"
_BLOCK_CELLS = 1 << 20


def ppmi(
    counts: Cooccurrence,
    cds: float = 1.0,
    shift: float = 1.0,
    negative: bool = False,
    smoothing: float = 0.0,
    threads: int | None = None,
    progress: Progress = SILENT,
) -> WordVectors:
    """Weigh counts by how much more often a pair occurs than chance would have it.

    With n(w, c) a count, n(w) and n(c) its row and column totals::

        PMI(w, c) = log( n(w, c) * sum_c' n(c')^cds / (n(w) * n(c)^cds) ) - log(shift)

    and a cell is kept where that is above zero (Levy, Goldberg and Dagan 2015, sections 2.1
    and 3.2; Levy and Goldberg 2014 for the shift).

    Parameters
    ----------
    counts : Cooccurrence
    cds : float
        Context distribution smoothing: exponent of the contexts' counts; 1 = none, 0.75 =
        word2vec's.
    shift : float
        k, the number of negative samples that word2vec would draw; 1 = none.
    negative : bool
        Keep observed cells whose value is zero or less, too.
    smoothing : float
        Add so much to the count of every pair, seen or not, before all else: Dirichlet smoothing,
        with 1 Laplace's.  It takes the edge off the high PMI of pairs seen once or twice, for
        small corpora; try 0.1 to 3 (Turney and Pantel 2010, section 4.2; Jurafsky and Martin,
        Speech and Language Processing, 3rd edition, section on PMI).  The totals hold what
        was added to all pairs; of the pairs themselves only those that were seen are kept, so
        that the matrix stays sparse.

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
    settings = {"cds": cds, "shift": shift, "smoothing": smoothing, "negative": negative}
    check_settings(settings)
    threads = n_threads(threads)
    matrix = counts.matrix
    progress.start("weighing by PPMI", matrix.nnz, "cell")
    added = float(smoothing) * counts.divisor  # to numerators
    n_rows, n_columns = matrix.shape
    column_terms = (counts.column_totals + added * n_rows) ** cds
    numerator = float(column_terms.sum())
    row_terms = (counts.row_totals + added * n_columns) * float(shift)
    weighted = pmi_cells(matrix, row_terms, column_terms, numerator, added, negative, threads)
    if weighted.nnz == 0:
        raise EmptyResultError(
            f"no cell of the counts has a positive PMI at shift {shift:g} and cds {cds:g}; lower "
            "the shift or give more text"
        )
    progress.advance(matrix.nnz)
    progress.finish(f"{weighted.nnz:,} of {matrix.nnz:,} cells")
    return WordVectors(counts.vocabulary, weighted, settings)


def check_settings(settings: dict[str, Any]) -> None:
    """Refuse settings of `ppmi` that make no sense.

    Raises
    ------
    SettingError
        Naming the setting and what it may be.
    """
    cds, shift, smoothing = settings["cds"], settings["shift"], settings["smoothing"]
    if not 0 < cds <= 1:
        raise SettingError(f"cds is {cds}; it must be above 0 and at most 1")
    if not 1e-9 <= shift <= 1e9:
        raise SettingError(f"shift is {shift}; it must be from 1e-9 to 1e9 (1 = no shift)")
    if not 0 <= smoothing <= 1e9:
        raise SettingError(f"smoothing is {smoothing}; it must be from 0 (none) to 1e9")


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
    bounds = weighted_bounds(indptr, _BLOCK_CELLS)
    row_cells = np.diff(indptr)
    if not negative:
        run_blocks(
            lambda first, last: association.count_positive(
                indptr,
                matrix.indices,
                matrix.data,
                first,
                last,
                row_terms,
                column_terms,
                numerator,
                added,
                row_cells,
            ),
            bounds,
            threads,
        )
    out_indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(row_cells)])
    out_indices = np.empty(out_indptr[-1], np.int32)
    out_values = np.empty(out_indptr[-1], np.float32)
    run_blocks(
        lambda first, last: association.fill_pmi(
            indptr,
            matrix.indices,
            matrix.data,
            first,
            last,
            row_terms,
            column_terms,
            numerator,
            added,
            negative,
            out_indptr,
            out_indices,
            out_values,
        ),
        bounds,
        threads,
    )
    return csr_of(out_indptr, out_indices, out_values, matrix.shape)
