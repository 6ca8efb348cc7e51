"""GloVe: word vectors fitted to the logarithms of co-occurrence counts.

The words are dealt to groups in the order of their frequency, and so are the contexts.  A block is
what a group of words shares with a group of contexts, and blocks that lie on a diagonal share
neither: they can be trained at the same time without locks or races (the stratification of
Gemulla et al. 2011, section 4, for matrix factorisation).  The groups never depend on the number
of threads, so neither do the vectors.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._kernels import glove as kernels
from ..bundles.reading import Bundle
from ..bundles.writing import BundleWriter
from ..counts.cooccurrence import Cooccurrence
from ..errors import EmptyResultError, FormatError, SettingError, WordvecError, expect
from ..runtime.memory import check_room
from ..runtime.parallel import even_bounds, map_blocks, n_threads, run_blocks, weighted_bounds
from ..runtime.progress import Progress, ProgressLike, as_progress
from ..runtime.settings import takes
from .settings import NOT_SQUARE, GloveSettings
from .vectors import WordVectors

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import TrainGloveKeywords

KIND = "glove"
STATE_KIND = "glove-state"
_MOST_GROUPS = 32
_SMALLEST_GROUP = 8  # words
_LANES = 16  # float32 numbers in the widest register: rows are padded to whole ones
_BLOCK_CELLS = 1 << 20
_LEAST = float(np.finfo(np.float32).min)


@dataclass
class GloveState:
    """State of training: all that is needed to continue.

    Attributes
    ----------
    words, contexts : tuple of float32 arrays
        Vectors (n, dim), sums of their squared gradients (n, dim), biases (n,) and the sums of
        theirs (n,).  Rows are padded with zeros to a multiple of 16 numbers.
    dim : int
    losses : list of float
        Mean loss of a cell in each epoch done.
    """

    words: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    contexts: tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
    dim: int
    losses: list[float]

    @classmethod
    def initial(cls, n: int, dim: int, seed: int) -> "GloveState":
        """Draw vectors and biases from +-0.5 / dim, as Pennington et al.'s program does."""
        generator = np.random.default_rng(seed)
        sides = []
        for _ in range(2):
            vectors, squares = _padded(n, dim), _padded(n, dim)
            vectors[:, :dim] = (generator.random((n, dim), np.float32) - 0.5) / dim
            squares[:] = 1
            biases = (generator.random(n, np.float32) - np.float32(0.5)) / np.float32(dim)
            sides.append((vectors, squares, biases, np.ones(n, np.float32)))
        return cls(sides[0], sides[1], dim, [])

    def write(self, writer: BundleWriter) -> None:
        """Write all of it as files of a bundle."""
        for side, name in ((self.words, "words"), (self.contexts, "contexts")):
            writer.array(name, side[0][:, : self.dim])
            writer.array(f"{name}_squares", side[1][:, : self.dim])
            writer.array(f"{name}_biases", np.stack(side[2:]))
        writer.facts.update(losses=self.losses, n_epochs=len(self.losses))

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "GloveState":
        """Read an opened bundle.

        Raises
        ------
        FormatError
            If its arrays do not fit together, or hold what training cannot have left.
        """
        sides = []
        shape = bundle.array("words", "f4", ndim=2).shape
        losses = bundle.facts.get("losses")
        if not isinstance(losses, list) or not all(
            isinstance(loss, float) and math.isfinite(loss) for loss in losses
        ):
            raise FormatError(bundle.path, "no list of losses", "one loss an epoch")
        for name in ("words", "contexts"):
            vectors = bundle.array(name, "f4", ndim=2)
            squares = bundle.array(f"{name}_squares", "f4", ndim=2)
            biases = bundle.array(f"{name}_biases", "f4", ndim=2)
            if not (vectors.shape == squares.shape == shape and biases.shape == (2, shape[0])):
                raise FormatError(bundle.path, "arrays of different lengths", "one row a word")
            if not (
                all(_is_within(values, _LEAST) for values in (vectors, biases[0]))
                and all(_is_within(sums, 1) for sums in (squares, biases[1]))
            ):
                raise FormatError(
                    bundle.path,
                    "numbers that training cannot produce",
                    "finite ones, sums from 1 up",
                )
            padded, padded_squares = _padded(*shape), _padded(*shape)
            padded_squares[:] = 1
            padded[:, : shape[1]], padded_squares[:, : shape[1]] = vectors, squares
            sides.append((padded, padded_squares, biases[0].copy(), biases[1].copy()))
        return cls(sides[0], sides[1], shape[1], losses)


def _is_within(values: np.ndarray, lowest: float) -> bool:
    return bool(values.size and values.min() >= lowest and values.max() < np.inf)


def _padded(n: int, dim: int) -> np.ndarray:
    return np.zeros((n, -(-dim // _LANES) * _LANES), np.float32)


@takes(GloveSettings)
def train_glove(
    counts: Cooccurrence,
    *,
    state: GloveState | None = None,
    on_epoch: Callable[[GloveState], None] | None = None,
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[TrainGloveKeywords]",
) -> WordVectors:
    """Fit vectors whose inner products are the logarithms of the counts.

    Minimises the sum over cells x of the counts of ::

        f(x) (w . c + b + b' - log x)^2 / 2,    f(x) = min(1, (x / x_max)^weight_exponent)

    by AdaGrad, a step a cell (Pennington, Socher and Manning 2014, equations 8 and 9).

    Parameters
    ----------
    counts : Cooccurrence
        The paper counts with ``weighting="harmonic"`` and a window of 10.
    state : GloveState, optional
        Go on from here; it is changed.  The epochs that it has behind it count.
    on_epoch : callable, optional
        Called with the state after each epoch.
    threads : int, optional
        Default: all processors.  The result does not depend on it.

    Returns
    -------
    WordVectors
        Dense float32; its facts hold the mean loss of a cell in each epoch.

    Raises
    ------
    SettingError
        If a setting is not usable.
    EmptyResultError
        If there are no counts.
    WordvecError
        If the loss is no longer a number.
    """
    expect("counts", counts, Cooccurrence)
    progress = as_progress(progress)
    chosen = GloveSettings.among(settings)
    dim, epochs = chosen.dim, chosen.epochs
    n, n_columns = counts.matrix.shape
    if n != n_columns:
        raise SettingError(NOT_SQUARE.format("GloVe"))
    if counts.n_cells == 0:
        raise EmptyResultError("there are no counts to train on; give more text")
    check_glove((n, n_columns), counts.n_cells, dim)
    if state is None:
        state = GloveState.initial(n, dim, chosen.seed)
    elif state.words[0].shape[0] != n or state.dim != dim:
        raise SettingError(
            f"the state has {len(state.words[0])} words and {state.dim} dimensions; expected {n} "
            f"and {dim}"
        )
    threads = n_threads(threads)
    train_epoch = _trainer(counts, state, chosen, threads, progress)
    while len(state.losses) < epochs and not _has_settled(state.losses, chosen.tolerance):
        epoch = len(state.losses) + 1
        progress.start(f"GloVe, epoch {epoch} of {epochs}", counts.n_cells, "cell")
        loss = train_epoch()
        if not math.isfinite(loss):
            raise WordvecError(
                f"the loss is not a number in epoch {epoch}; choose a smaller learning rate than "
                f"{chosen.learning_rate:g}"
            )
        state.losses.append(loss)
        progress.finish(f"loss {loss:.6f}")
        if on_epoch is not None:
            on_epoch(state)
    result = state.words[0] + state.contexts[0] if chosen.add_context else state.words[0]
    facts = {"dim": dim, "n_epochs": len(state.losses), "losses": list(state.losses)}
    return WordVectors(counts.vocabulary, result[:, :dim].copy(), chosen.as_dict(), facts)


def check_glove(shape: tuple[int, int], n_cells: int, dim: int) -> None:
    """Refuse a training that needs more memory than there is.

    Raises
    ------
    ExhaustedError
    """
    n_words, n_columns = shape
    check_room(
        16.0 * n_columns * (dim + _LANES) + 8.0 * (n_cells + n_words * (_MOST_GROUPS + 1)),
        f"GloVe of {n_words:,} words",
        "choose a smaller dim, or fewer words (min_count, max_size)",
    )


def is_past_the_end(losses: list[float], epochs: int, tolerance: float) -> bool:
    """Return whether a run in one go would have stopped before the last of these losses."""
    return len(losses) > epochs or any(
        _has_settled(losses[n - 2 : n], tolerance) for n in range(2, len(losses))
    )


def _has_settled(losses: list[float], tolerance: float) -> bool:
    if tolerance == 0 or len(losses) < 2:
        return False
    return losses[-2] - losses[-1] < tolerance * losses[-2]


def _trainer(
    counts: Cooccurrence, state: GloveState, chosen: GloveSettings, threads: int, progress: Progress
) -> Callable[[], float]:
    """Return a function that trains for an epoch and returns the mean loss of a cell."""
    matrix = counts.matrix
    n = matrix.shape[0]
    n_groups = max(1, min(_MOST_GROUPS, n // _SMALLEST_GROUP))
    indptr = matrix.indptr.astype(np.int64, copy=False)
    cells = (
        np.empty((n, n_groups + 1), np.int64),
        np.empty(matrix.nnz, np.int32),
        np.empty(matrix.nnz, np.float32),
    )
    run_blocks(
        lambda i, j: kernels.group_columns(
            indptr, matrix.indices, matrix.data, float(counts.divisor), n_groups, i, j, cells
        ),
        weighted_bounds(indptr, _BLOCK_CELLS),
        threads,
    )
    rate = np.float32(chosen.learning_rate)
    log_x_max = np.float32(math.log(chosen.x_max))
    exponent = np.float32(chosen.weight_exponent)

    def epoch() -> float:
        total = 0.0
        for diagonal in range(n_groups):

            def block(group: int, _: int, diagonal: int = diagonal) -> float:
                return float(
                    kernels.train_block(
                        cells,
                        group,
                        (group + diagonal) % n_groups,
                        n_groups,
                        state.words,
                        state.contexts,
                        rate,
                        log_x_max,
                        exponent,
                    )
                )

            total += math.fsum(map_blocks(block, even_bounds(n_groups, 1), threads))
            progress.advance(matrix.nnz / n_groups)
        return total / matrix.nnz

    return epoch
