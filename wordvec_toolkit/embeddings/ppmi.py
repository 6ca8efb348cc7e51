"""Positive pointwise mutual information of co-occurrence counts."""

from typing import TYPE_CHECKING, Any

import numpy as np

from .._kernels import association
from ..counts.cooccurrence import Cooccurrence
from ..counts.storage import csr_of
from ..errors import EmptyResultError, SettingError
from ..parallel import n_threads, run_blocks, weighted_bounds
from ..progress import SILENT, Progress
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
    settings = {"cds": cds, "shift": shift, "negative": negative}
    check_settings(settings)
    threads = n_threads(threads)
    matrix = counts.matrix
    progress.start("weighing by PPMI", matrix.nnz, "cell")
    column_terms = counts.column_totals.astype(np.float64) ** cds
    numerator = float(column_terms.sum())
    row_terms = counts.row_totals * float(shift)
    weighted = _weigh(matrix, row_terms, column_terms, numerator, negative, threads)
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
    cds, shift = settings["cds"], settings["shift"]
    if not 0 < cds <= 1:
        raise SettingError(f"cds is {cds}; it must be above 0 and at most 1")
    if not 1e-9 <= shift <= 1e9:
        raise SettingError(f"shift is {shift}; it must be from 1e-9 to 1e9 (1 = no shift)")


def _weigh(
    matrix: "csr_array",
    row_terms: np.ndarray,
    column_terms: np.ndarray,
    numerator: float,
    negative: bool,
    threads: int,
) -> "csr_array":
    indptr = matrix.indptr.astype(np.int64)
    bounds = weighted_bounds(indptr, _BLOCK_CELLS)
    row_cells = np.diff(indptr)
    if not negative:
        run_blocks(
            lambda first, last: association.count_positive(
                indptr, matrix.indices, matrix.data, first, last,
                row_terms, column_terms, numerator, row_cells,
            ),
            bounds,
            threads,
        )  # fmt: skip
    out_indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(row_cells)])
    out_indices = np.empty(out_indptr[-1], np.int32)
    out_values = np.empty(out_indptr[-1], np.float32)
    run_blocks(
        lambda first, last: association.fill_pmi(
            indptr, matrix.indices, matrix.data, first, last, row_terms, column_terms,
            numerator, negative, out_indptr, out_indices, out_values,
        ),
        bounds,
        threads,
    )  # fmt: skip
    return csr_of(out_indptr, out_indices, out_values, matrix.shape)
