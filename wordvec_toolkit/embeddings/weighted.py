"""Weighted factorisation of PMI: cells count by how often they were observed.

The truncated SVD gives every cell the same weight, whether a pair was seen once, ten thousand times
or never.  Here the word vectors x_i and context vectors y_j minimise::

    sum over all i, j of  (u_i v_j + c_ij) (t_ij - x_i . y_j)^2

    c_ij = confidence * n_ij^confidence_exponent    n_ij the weighted count, 0 if not observed
    t_ij = PMI, also below zero, where observed; else 0
    u_i, v_j = totals of word and context, to the power unobserved_exponent, of mean 1

by alternating least squares, as for implicit feedback (Hu, Koren and Volinsky 2008, section 4): the
cells that were not observed enter through the Gram matrix of the other side, and each row takes a
few conjugate-gradient steps (Takacs, Pilaszy and Tikk 2011).  That two frequent words were never
seen together says more than that two rare ones were not: hence the weights u_i v_j.  The start is
the SVD of PPMI; the result U S^eig, from the SVD of the product of both sides.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..bundles.reading import Bundle
from ..bundles.writing import BundleWriter
from ..counts.cooccurrence import Cooccurrence
from ..errors import FormatError, SettingError, expect
from ..runtime.memory import check_room
from ..runtime.parallel import n_threads, one_blas_thread
from ..runtime.progress import Progress, ProgressLike, as_progress
from ..runtime.settings import takes
from .lanczos import PanelAlgebra
from .ppmi import ppmi
from .settings import NOT_OF_SPLIT, NOT_SQUARE, WeightedSettings
from .solving import Equations, Solver, solver_for
from .svd import DEFAULT_DIM, SMALLEST_BASIS, fix_signs, svd_vectors
from .vectors import WordVectors

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import WeightedVectorsKeywords

KIND = "weighted"
STATE_KIND = "weighted-state"
_BASIS_PER_DIM = 3  # of the SVD, which is only where the sweeps start: `svd` takes 4
_TINY = 1e-12  # of the largest eigenvalue: what is below is rounding


@dataclass
class WeightedState:
    """State of an alternating least squares: all that is needed to continue.

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
            raise FormatError(bundle.path, "arrays that no sweep produces", "finite ones that fit")
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
    expect("counts", counts, Cooccurrence)
    chosen = WeightedSettings.among(settings)
    progress = as_progress(progress)
    n_rows, n_columns = counts.matrix.shape
    is_split = counts.settings.get("direction") == "split"
    if chosen.add_context and (is_split or n_rows != n_columns):
        raise SettingError(NOT_SQUARE.format("add_context"))
    if chosen.context_weight and (is_split or n_columns > n_rows):
        raise SettingError(NOT_OF_SPLIT)
    check_weighted((n_rows, n_columns), counts.n_cells, chosen.dim)
    if state is None:
        state = _start(counts, chosen, n_threads(threads), progress)
    elif (len(state.words), len(state.contexts)) != (n_rows, n_columns):
        raise SettingError(
            f"the state has {len(state.words)} words and {len(state.contexts)} contexts; expected "
            f"{n_rows} and {n_columns}"
        )
    _check_state(state)
    words, contexts, losses = state.words, state.contexts, state.losses
    algebra = PanelAlgebra(n_threads(threads))
    with one_blas_thread(), solver_for(counts.n_cells, n_threads(threads)) as solve:
        sides = _Sides(counts, chosen, algebra, solve)
        progress.start("weighted factorisation", 2 * chosen.sweeps + 1, "half-sweep")
        progress.advance(2 * len(losses))
        while len(losses) < chosen.sweeps:
            loss = sides.improve_words(words, contexts, chosen.steps)
            progress.advance(1)
            sides.improve_contexts(words, contexts, chosen.steps)
            progress.advance(1)
            losses.append(loss)
            if on_sweep is not None:
                on_sweep(state)
        losses = [*losses, sides.improve_words(words, contexts, 0)]
        left, values, right = _svd_of_product(words, contexts, algebra)
        scale = (values**chosen.eig).astype(np.float32)
        result = left + right if chosen.add_context else left
        if chosen.context_weight:
            result = left + np.float32(chosen.context_weight) * _contexts_of_words(left, right)
        result = fix_signs(result * scale)
    progress.finish(f"loss {losses[0]:.5g} to {losses[-1]:.5g}")
    facts = {
        "dim": result.shape[1],
        "losses": losses,
        "singular_values": [float(f"{value:.7g}") for value in values],
    }
    return WordVectors(counts.vocabulary, result, chosen.as_dict(), facts)


def _check_state(state: WeightedState) -> None:
    """Refuse vectors that kernels cannot take."""
    widths = {side.shape[1:] for side in (state.words, state.contexts)}
    if len(widths) > 1 or not all(
        side.ndim == 2 and side.dtype == np.float32 and side.flags.c_contiguous
        for side in (state.words, state.contexts)
    ):
        raise SettingError(
            f"the state has {state.words.dtype} words of shape {state.words.shape} and "
            f"{state.contexts.dtype} contexts of shape {state.contexts.shape}; expected float32 "
            "arrays of one width, row by row in memory"
        )


def _contexts_of_words(words: np.ndarray, contexts: np.ndarray) -> np.ndarray:
    """Return a context vector for each word.

    Words beyond the most frequent are no contexts: x R in place of theirs, with the matrix R that
    maps the vectors x of the words that are contexts to their context vectors y best, by least
    squares (x'x R = x'y).
    """
    n = len(contexts)
    known = words[:n].astype(np.float64)
    mapped = np.linalg.lstsq(known.T @ known, known.T @ contexts.astype(np.float64), rcond=None)[0]
    return np.concatenate([contexts, (words[n:] @ mapped).astype(np.float32)])


def check_weighted(shape: tuple[int, int], n_cells: int, dim: int | None) -> None:
    """Refuse a factorisation that needs more memory than there is.

    Raises
    ------
    ExhaustedError
    """
    # Cells by rows and, in general, by columns; both sides, and the SVD of their product.
    check_room(
        16.0 * n_cells + 12.0 * (dim or DEFAULT_DIM) * sum(shape),
        f"the weighted factorisation of {shape[0]:,} words",
        "choose fewer contexts (max_contexts, --max-contexts), a smaller dim, or fewer words "
        "(min_count, max_size)",
    )


def _start(
    counts: Cooccurrence, chosen: WeightedSettings, threads: int, progress: Progress
) -> WeightedState:
    """Return U S^1/2 and V S^1/2 of the SVD of PPMI."""
    positive = ppmi(counts, threads=threads, progress=progress)
    found = svd_vectors(
        positive,
        dim=chosen.dim,
        eig=0.5,
        basis=max(SMALLEST_BASIS, _BASIS_PER_DIM * (chosen.dim or DEFAULT_DIM)),
        restarts=0,
        seed=chosen.seed,
        threads=threads,
        progress=progress,
    )
    words = np.ascontiguousarray(found.matrix, np.float32)
    roots = np.sqrt(np.array(found.facts["singular_values"], np.float32))
    with one_blas_thread():
        # M'U S^-1/2 = V S^1/2
        matrix = positive.sparse_matrix().T.tocsr()
        contexts = PanelAlgebra(threads).sparse(matrix, np.ascontiguousarray(words / roots)) / roots
    return WeightedState(words, contexts)


class _Sides:
    """The observed cells, by rows and by columns, and what the sum weighs them by."""

    def __init__(
        self, counts: Cooccurrence, chosen: WeightedSettings, algebra: PanelAlgebra, solve: Solver
    ) -> None:
        self._algebra, self._solve = algebra, solve
        objective = (float(counts.divisor), chosen.confidence, chosen.confidence_exponent)
        half_log_total = np.log(float(counts.row_totals.sum()) / counts.divisor) / 2
        (row_logs, row_weights), (column_logs, column_weights) = (
            (
                np.log(np.maximum(totals, 1) / float(counts.divisor)) - half_log_total,
                _share_weights(totals, chosen.unobserved_exponent),
            )
            for totals in (counts.row_totals, counts.column_totals)
        )
        matrix = counts.matrix
        is_square = matrix.shape[0] == matrix.shape[1]
        is_symmetric = is_square and counts.settings.get("direction") == "both"
        self._of_words = Equations(
            matrix, row_logs, column_logs, row_weights, column_weights, objective
        )
        self._of_contexts = Equations(
            matrix if is_symmetric else matrix.T.tocsr(),
            *(column_logs, row_logs, column_weights, row_weights),
            objective=objective,
        )

    def improve_words(self, words: np.ndarray, contexts: np.ndarray, steps: int) -> float:
        """Improve the word vectors in place, and return the loss before."""
        return self._improve(self._of_words, words, contexts, steps)

    def improve_contexts(self, words: np.ndarray, contexts: np.ndarray, steps: int) -> float:
        """Improve the context vectors in place, and return the loss before."""
        return self._improve(self._of_contexts, contexts, words, steps)

    def _improve(
        self, equations: Equations, own: np.ndarray, other: np.ndarray, steps: int
    ) -> float:
        weights = equations.column_weights.astype(np.float32)[:, None]
        gram = self._algebra.gram(other * weights, other).astype(np.float32)
        return float(self._solve(equations, other, gram, steps, own).sum())


def _share_weights(totals: np.ndarray, exponent: float) -> np.ndarray:
    """Return totals^exponent, scaled to the mean 1."""
    powers = (totals / max(1.0, float(totals.mean()))) ** exponent
    return np.asarray(powers / powers.mean(), np.float64)


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
