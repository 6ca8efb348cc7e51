"""Weighted factorisation of PMI: cells count by how often they were observed.

The truncated SVD gives every cell the same weight, whether a pair was seen once, ten thousand times
or never.  Here the word vectors x_i and context vectors y_j minimise::

    sum over all i, j of  (1 + c_ij) (t_ij - x_i . y_j)^2

    c_ij = confidence * n_ij^confidence_exponent        n_ij the weighted count, 0 if not observed
    t_ij = PMI, also below zero, where observed; else 0

by alternating least squares, as for implicit feedback (Hu, Koren and Volinsky 2008, section 4): the
cells that were not observed enter through the Gram matrix of the other side, and each row takes a
few conjugate-gradient steps (Takacs, Pilaszy and Tikk 2011).  The start is the SVD of PPMI; the
result U S^eig, from the SVD of the product of both sides.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from .._kernels import weighted as kernels
from ..bundles.reading import Bundle
from ..bundles.writing import BundleWriter
from ..counts.cooccurrence import Cooccurrence
from ..counts.storage import csr_of
from ..errors import FormatError, SettingError
from ..runtime.parallel import n_threads, one_blas_thread, run_blocks, weighted_bounds
from ..runtime.progress import Progress, ProgressLike, as_progress
from ..runtime.settings import takes
from .lanczos import PanelAlgebra
from .ppmi import ppmi
from .settings import WeightedSettings
from .svd import fix_signs, svd_vectors
from .vectors import WordVectors

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import WeightedVectorsKeywords

    #: Offsets of the rows, and column, target t and weight c of each observed cell.
    Cells = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]

KIND = "weighted"
STATE_KIND = "weighted-state"
_BLOCK_CELLS = 1 << 16  # that a thread takes at a time
_TINY = 1e-12  # of the largest eigenvalue: what is below is rounding


@dataclass
class WeightedState:
    """Where an alternating least squares stands: all that it takes to go on.

    Attributes
    ----------
    words, contexts : float32 arrays (n, dim)
    losses : list of float
        The sum that is minimised, before each sweep that is done.
    """

    words: np.ndarray
    contexts: np.ndarray
    losses: list[float] = field(default_factory=list)

    def write(self, writer: BundleWriter) -> None:
        """Write all of it as files of a bundle."""
        writer.array("words", self.words)
        writer.array("contexts", self.contexts)
        writer.facts.update(losses=self.losses)

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "WeightedState":
        """Read an opened bundle.

        Raises
        ------
        FormatError
            If it holds what no sweep can have left.
        """
        words, contexts = (bundle.array(name, "f4", ndim=2) for name in ("words", "contexts"))
        losses = bundle.facts.get("losses")
        if not isinstance(losses, list) or not all(
            isinstance(loss, float) and math.isfinite(loss) for loss in losses
        ):
            raise FormatError(bundle.path, "no list of losses", "one loss a sweep")
        if words.shape[1] != contexts.shape[1] or not (
            np.isfinite(words).all() and np.isfinite(contexts).all()
        ):
            raise FormatError(bundle.path, "arrays that no sweep leaves", "finite ones that fit")
        return cls(words.copy(), contexts.copy(), losses)


@takes(WeightedSettings)
def weighted_vectors(
    counts: Cooccurrence,
    *,
    state: WeightedState | None = None,
    on_sweep: Callable[[WeightedState], None] | None = None,
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[WeightedVectorsKeywords]",
) -> WordVectors:
    """Factorise the PMI of counts, each cell weighted by its count; see the module.

    Parameters
    ----------
    counts : Cooccurrence
    state : WeightedState, optional
        Go on from here; it is changed.  The sweeps that it has behind it count.
    on_sweep : callable, optional
        Called with the state after each sweep.
    threads : int, optional
        Default: all processors.  The result does not depend on it.

    Returns
    -------
    WordVectors
        Dense float32.  Their fact ``losses`` holds the sum that is minimised, before each sweep and
        after the last.

    Raises
    ------
    SettingError
        If `dim` is larger than the rank of the PPMI matrix, or a setting is not usable.
    EmptyResultError
        If no cell is above zero.
    """
    chosen = WeightedSettings.among(settings)
    progress = as_progress(progress)
    n_rows, n_columns = counts.matrix.shape
    if chosen.add_context and n_rows != n_columns:
        raise SettingError("add_context needs one context column a word; split columns have two")
    if state is None:
        state = _start(counts, chosen, n_threads(threads), progress)
    elif (len(state.words), len(state.contexts)) != (n_rows, n_columns):
        raise SettingError(
            f"the state has {len(state.words)} words and {len(state.contexts)} contexts; expected "
            f"{n_rows} and {n_columns}"
        )
    solver = _Solver(counts, chosen, n_threads(threads))
    words, contexts, losses = state.words, state.contexts, state.losses
    with one_blas_thread():
        progress.start("weighted factorisation", 2 * chosen.sweeps + 1, "half-sweep")
        progress.advance(2 * len(losses))
        while len(losses) < chosen.sweeps:
            loss = solver.improve(solver.rows, words, contexts, chosen.steps)
            progress.advance(1)
            solver.improve(solver.columns, contexts, words, chosen.steps)
            progress.advance(1)
            losses.append(loss)
            if on_sweep is not None:
                on_sweep(state)
        losses = [*losses, solver.improve(solver.rows, words, contexts, 0)]
        left, values, right = _svd_of_product(words, contexts, solver.algebra)
        scale = (values**chosen.eig).astype(np.float32)
        result = left + right if chosen.add_context else left
        result = fix_signs(result * scale)
    progress.finish(f"loss {losses[0]:.5g} to {losses[-1]:.5g}")
    facts = {
        "dim": result.shape[1],
        "losses": losses,
        "singular_values": [float(f"{value:.7g}") for value in values],
    }
    return WordVectors(counts.vocabulary, result, chosen.as_dict(), facts)


def _start(
    counts: Cooccurrence, chosen: WeightedSettings, threads: int, progress: Progress
) -> WeightedState:
    """Return U S^1/2 and V S^1/2 of the SVD of PPMI."""
    positive = ppmi(counts, threads=threads, progress=progress)
    found = svd_vectors(
        positive, dim=chosen.dim, eig=0.5, seed=chosen.seed, threads=threads, progress=progress
    )
    words = np.ascontiguousarray(found.matrix, np.float32)
    roots = np.sqrt(np.array(found.facts["singular_values"], np.float32))
    with one_blas_thread():
        # M'U S^-1/2 = V S^1/2
        matrix = positive.sparse_matrix().T.tocsr()
        contexts = PanelAlgebra(threads).sparse(matrix, np.ascontiguousarray(words / roots)) / roots
    return WeightedState(words, contexts)


class _Solver:
    """The observed cells, by rows and by columns."""

    def __init__(self, counts: Cooccurrence, chosen: WeightedSettings, threads: int) -> None:
        self.threads, self.algebra = threads, PanelAlgebra(threads)
        matrix = counts.matrix
        indptr = matrix.indptr.astype(np.int64)
        targets = np.empty(matrix.nnz, np.float32)
        log_total = np.log(float(counts.row_totals.sum()))
        log_rows, log_columns = (
            np.log(np.maximum(totals, 1).astype(np.float64))
            for totals in (counts.row_totals, counts.column_totals)
        )

        def fill(first: int, last: int) -> None:
            cells = slice(indptr[first], indptr[last])
            of_row = np.repeat(log_rows[first:last], np.diff(indptr[first : last + 1]))
            expected = of_row + log_columns[matrix.indices[cells]] - log_total
            targets[cells] = np.log(matrix.data[cells].astype(np.float64)) - expected

        run_blocks(fill, weighted_bounds(indptr, 1 << 18), threads)
        extras = (matrix.data / np.float32(counts.divisor)).astype(np.float32)
        np.power(extras, np.float32(chosen.confidence_exponent), out=extras)
        extras *= np.float32(chosen.confidence)
        self.rows: Cells = (indptr, matrix.indices, targets, extras)
        order = csr_of(indptr, matrix.indices, np.arange(matrix.nnz), matrix.shape).T.tocsr()
        self.columns: Cells = (
            order.indptr.astype(np.int64),
            order.indices.astype(matrix.indices.dtype),
            targets[order.data],
            extras[order.data],
        )

    def improve(self, cells: "Cells", own: np.ndarray, other: np.ndarray, steps: int) -> float:
        """Improve one side in place, and return the loss before."""
        gram = self.algebra.gram(other, other).astype(np.float32)
        losses = np.empty(len(own))
        run_blocks(
            lambda i, j: kernels.solve_rows(cells, other, gram, steps, i, j, own, losses),
            weighted_bounds(cells[0], _BLOCK_CELLS),
            self.threads,
        )
        return float(losses.sum())


def _svd_of_product(
    left: np.ndarray, right: np.ndarray, algebra: PanelAlgebra
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return U, s and V of ``left @ right.T``, by way of the factors' Gram matrices."""
    roots, inverses = [], []
    for factor in (left, right):
        values, vectors = np.linalg.eigh(algebra.gram(factor, factor))
        root = np.sqrt(np.maximum(values, _TINY * values[-1]))
        roots.append((vectors * root).T)
        inverses.append(vectors / root)
    u, s, vt = np.linalg.svd(roots[0] @ roots[1].T)
    return (algebra.multiply(left, inverses[0] @ u), s, algebra.multiply(right, inverses[1] @ vt.T))
