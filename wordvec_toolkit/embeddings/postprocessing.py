"""Better vectors from finished ones: centred, without common directions, at length 1.

Each function takes `WordVectors` and returns new ones; what was done is added to the list
``settings["postprocessing"]``.  Zero vectors (words that nothing is known about) stay zero, and do
not count in means and directions; so do vectors that are not finite, which become zero.
"""

from collections.abc import Callable

import numpy as np

from ..errors import SettingError
from ..runtime.arguments import checks_types
from ..runtime.parallel import even_bounds, map_blocks, n_threads, one_blas_thread, run_blocks
from .queries import Matrix
from .vectors import WordVectors

_BLOCK_ROWS = 1 << 14
_DONE = "postprocessing"


def center(vectors: WordVectors) -> WordVectors:
    """Subtract the mean vector.

    Raises
    ------
    SettingError
        If the vectors are sparse: without their zeros they would fill the memory.
    """
    matrix = dense_matrix(vectors, "centring")
    return _derived(
        vectors, _without(vectors, matrix, mean_row(matrix, vectors.norms > 0), None), "center"
    )


def all_but_the_top(vectors: WordVectors, n: int) -> WordVectors:
    """Centre, then remove the `n` first principal directions.

    Mu and Viswanath 2018, algorithm 1.  These directions are common to most words and hold their
    frequency more than their meaning.

    Parameters
    ----------
    n : int
        The paper advises a hundredth of the dimensions.

    Raises
    ------
    SettingError
        If the vectors are sparse, or `n` is not below their dimensions.
    """
    matrix = dense_matrix(vectors, "all-but-the-top")
    _check_n(n, vectors.dim, "all-but-the-top")
    mean = mean_row(matrix, vectors.norms > 0)
    with one_blas_thread():
        top = np.linalg.eigh(gram(matrix, vectors.norms > 0, mean))[1][:, ::-1][:, :n]  # (dim, n)
    return _derived(vectors, _without(vectors, matrix, mean, top), "all_but_the_top", n=n)


def normalize_rows(vectors: WordVectors) -> WordVectors:
    """Bring every vector to length 1; works on sparse vectors, too."""
    lengths = np.where(vectors.norms > 0, vectors.norms, np.float32(1))
    matrix: Matrix
    if isinstance(vectors.matrix, np.ndarray):
        matrix = np.array(vectors.matrix, np.float32)
        matrix[vectors.norms == 0] = 0
        matrix /= lengths[:, None]
    else:
        matrix = vectors.matrix.copy()
        n_cells = np.diff(matrix.indptr)
        matrix.data = matrix.data / np.repeat(lengths, n_cells)
        matrix.data[np.repeat(vectors.norms == 0, n_cells)] = 0
    return _derived(vectors, matrix, "normalize_rows")


def drop_components(vectors: WordVectors, n: int) -> WordVectors:
    """Leave the `n` first columns out, those with the largest singular values.

    Bullinaria and Levy 2012 found the first of them to do more harm than good in their tasks.  For
    vectors made by an SVD, where columns have an order.

    Raises
    ------
    SettingError
        If the columns have no order, or `n` is not below the dimensions.
    """
    values = _singular_values(vectors, "drop_components")
    _check_n(n, vectors.dim, "drop_components")
    matrix = np.array(dense_matrix(vectors, "dropping components")[:, n:])
    derived = _derived(vectors, matrix, "drop_components", n=n)
    derived.facts.update(singular_values=values[n:].tolist())
    return derived


@checks_types
def reweight_components(vectors: WordVectors, eig: float) -> WordVectors:
    """Change the exponent p of the singular values to `eig`: columns times s^(eig - p).

    A smaller exponent weighs the leading columns down (Caron 2001; Bullinaria and Levy 2012);
    0 gives all the same weight.  The result is that of `svd_vectors` with this `eig`,
    to the seven digits of the stored values.

    Raises
    ------
    SettingError
        If the vectors do not come from an SVD of ours, or `eig` makes no sense.
    """
    values = _singular_values(vectors, "reweight_components")
    before = vectors.settings.get("eig")
    if not isinstance(before, (int, float)) or not np.isfinite(before):
        raise SettingError("the vectors have no note of their exponent")
    if not -10 <= eig <= 10:
        raise SettingError(f"eig is {eig}; it must be a number such as 0, 0.5 or 1")
    if {step["step"] for step in steps_done(vectors)} - {"drop_components", "reweight_components"}:
        raise SettingError(
            "reweight_components comes before centring, removing directions and normalising; "
            "these vectors have had one of them"
        )
    with np.errstate(over="ignore"):
        weights = (values ** (eig - before)).astype(np.float32)
    if not np.isfinite(weights).all() or not weights.all():
        raise SettingError(f"eig is {eig}; the vectors then exceed the range of float32")
    matrix = dense_matrix(vectors, "reweighting") * weights
    derived = _derived(vectors, matrix, "reweight_components", eig=eig)
    derived.settings["eig"] = eig
    return derived


#: Steps in the order in which `postprocess` takes them.
STEPS: dict[str, Callable[..., WordVectors]] = {
    "reweight_components": reweight_components,
    "drop_components": drop_components,
    "center": center,
    "all_but_the_top": all_but_the_top,
    "normalize_rows": normalize_rows,
}


@checks_types
def postprocess(
    vectors: WordVectors,
    eig: float | None = None,
    drop_components: int = 0,
    center: bool = False,
    all_but_the_top: int = 0,
    normalize: bool = False,
) -> WordVectors:
    """Take several steps in the order in which they make sense.

    Parameters
    ----------
    eig : float, optional
        New exponent of the singular values: `reweight_components`.
    drop_components : int
        Leading columns to drop: `drop_components`.
    center : bool
        `center`.
    all_but_the_top : int
        Principal directions to take away: `all_but_the_top`, which centres by itself.
    normalize : bool
        `normalize_rows`.

    Raises
    ------
    SettingError
        If no step was asked for, or one is not possible.
    """
    asked: dict[str, tuple[object, ...] | None] = {
        "reweight_components": None if eig is None else (eig,),
        "drop_components": (drop_components,) if drop_components else None,
        "center": () if center and not all_but_the_top else None,
        "all_but_the_top": (all_but_the_top,) if all_but_the_top else None,
        "normalize_rows": () if normalize else None,
    }
    if all(arguments is None for arguments in asked.values()):
        raise SettingError(
            "no change is chosen; give eig, drop_components, center, all_but_the_top or normalize"
        )
    for name, step in STEPS.items():
        arguments = asked[name]
        if arguments is not None:
            vectors = step(vectors, *arguments)
    return vectors


def dense_matrix(vectors: WordVectors, purpose: str) -> np.ndarray:
    """Return the matrix of dense vectors.

    Raises
    ------
    SettingError
        If they are sparse.
    """
    if not isinstance(vectors.matrix, np.ndarray):
        raise SettingError(
            f"{purpose} needs dense vectors, and these are sparse: it would fill all of their "
            f"zeros; make SVD vectors of them first with wvt build-svd"
        )
    return vectors.matrix


def steps_done(vectors: WordVectors) -> list[dict[str, object]]:
    """Return the steps applied to these vectors, first to last."""
    done = vectors.settings.get(_DONE)
    if not isinstance(done, list):
        return []
    return [step for step in done if isinstance(step, dict) and isinstance(step.get("step"), str)]


def _check_n(n: int, dim: int, what: str) -> None:
    if not 1 <= n < dim:
        raise SettingError(f"{what} is {n}; with {dim} dimensions it must be from 1 to {dim - 1}")


def gram(matrix: np.ndarray, usable: np.ndarray, mean: np.ndarray | None = None) -> np.ndarray:
    """Return X'X (dim, dim) in float64, X being the `usable` rows minus `mean`."""

    def of_block(first: int, last: int) -> np.ndarray:
        rows = _usable_rows(matrix, usable, first, last)
        if mean is not None:
            rows -= mean
        return rows.T @ rows

    bounds = even_bounds(len(matrix), _BLOCK_ROWS)
    return sum(map_blocks(of_block, bounds, n_threads(None)), np.zeros((matrix.shape[1],) * 2))


def mean_row(matrix: np.ndarray, usable: np.ndarray) -> np.ndarray:
    """Return the mean of the `usable` rows in float64."""

    def of_block(first: int, last: int) -> np.ndarray:
        return _usable_rows(matrix, usable, first, last).sum(axis=0)

    bounds = even_bounds(len(matrix), _BLOCK_ROWS)
    total = sum(map_blocks(of_block, bounds, n_threads(None)), np.zeros(matrix.shape[1]))
    return total / max(1, int(usable.sum()))


def _usable_rows(matrix: np.ndarray, usable: np.ndarray, first: int, last: int) -> np.ndarray:
    return matrix[first:last][usable[first:last]].astype(np.float64)


def _without(
    vectors: WordVectors, matrix: np.ndarray, mean: np.ndarray, directions: np.ndarray | None
) -> np.ndarray:
    """Return the vectors minus their mean and their part in `directions` (dim, n)."""
    result = np.zeros(matrix.shape, np.float32)
    usable = vectors.norms > 0

    def fill(first: int, last: int) -> None:
        rows = _usable_rows(matrix, usable, first, last) - mean
        if directions is not None:
            rows -= (rows @ directions) @ directions.T
        result[first:last][usable[first:last]] = rows

    with one_blas_thread():
        run_blocks(fill, even_bounds(len(matrix), _BLOCK_ROWS), n_threads(None))
    return result


def _singular_values(vectors: WordVectors, what: str) -> np.ndarray:
    values = vectors.facts.get("singular_values")
    if (
        vectors.is_sparse
        or not isinstance(values, list)
        or len(values) != vectors.dim
        or not all(isinstance(value, (int, float)) and 0 < value < 1e300 for value in values)
    ):
        raise SettingError(
            f"{what} is for vectors made by an SVD of this toolkit: columns of others have no "
            "order; all_but_the_top finds the leading directions of any dense vectors"
        )
    return np.array(values, np.float64)


def _derived(vectors: WordVectors, matrix: Matrix, step: str, **settings: object) -> WordVectors:
    done = [*steps_done(vectors), {"step": step, **settings}]
    facts = {**vectors.facts, "dim": int(matrix.shape[1])}
    return WordVectors(vectors.vocabulary, matrix, {**vectors.settings, _DONE: done}, facts)
