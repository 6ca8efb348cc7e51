"""The exact nearest rows of each of a few thousand rows, and how many of them a map keeps."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Union

import numpy as np

from ..counts.storage import csr_of
from ..runtime.parallel import even_bounds, n_threads, one_blas_thread, run_blocks
from ..runtime.progress import SILENT, Progress
from .queries import row_lengths, rows_at

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Rows = Union[np.ndarray, "csr_array"]
_PANEL = 256  # rows


@dataclass(frozen=True, eq=False)
class Vicinity:
    """The rows nearest to each row by cosine, nearest first; no row is near to itself.

    Attributes
    ----------
    places : int64 array (n, k)
    cosines : float32 array (n, k)
    """

    places: np.ndarray
    cosines: np.ndarray


def unit_rows(matrix: Rows, places: np.ndarray) -> Rows:
    """Return rows of length 1, float32: dense (n, dim), or CSR with the columns that are used.

    Every row has to have a length.
    """
    rows = rows_at(matrix, places)
    lengths = row_lengths(rows)
    if isinstance(rows, np.ndarray):
        return np.ascontiguousarray(rows / lengths[:, None], np.float32)
    data = rows.data / np.repeat(lengths, np.diff(rows.indptr))
    used, columns = np.unique(rows.indices, return_inverse=True)
    return csr_of(
        rows.indptr, columns.astype(np.int32), data.astype(np.float32), (rows.shape[0], len(used))
    )


def nearest_rows(
    rows: Rows, k: int, threads: int | None = None, progress: Progress = SILENT
) -> Vicinity:
    """Return the `k` nearest rows of each row by cosine, exactly; of equals always the same.

    Parameters
    ----------
    rows : float32 array (n, dim) or csr_array
        Of length 1; see `unit_rows`.
    k : int
        Below n.
    """
    n = rows.shape[0]
    places, cosines = np.empty((n, k), np.int64), np.empty((n, k), np.float32)

    def panel(first: int, last: int) -> None:
        if isinstance(rows, np.ndarray):
            found = rows[first:last] @ rows.T
        else:
            found = _sparse_cosines(rows, first, last)
        found[np.arange(last - first), np.arange(first, last)] = -np.inf
        near = _largest(found, k)
        places[first:last] = near
        cosines[first:last] = np.take_along_axis(found, near, axis=1)
        progress.advance(last - first)

    progress.start("nearest words", n, "words")
    with one_blas_thread():
        run_blocks(panel, even_bounds(n, _PANEL), n_threads(threads))
    progress.finish(f"the {k} nearest of {n:,} words")
    return Vicinity(places, np.clip(cosines, -1, 1))


def _largest(scores: np.ndarray, k: int) -> np.ndarray:
    """Return the columns of the `k` largest scores of each row, largest first."""
    found = np.sort(np.argpartition(scores, scores.shape[1] - k, axis=1)[:, -k:], axis=1)
    order = np.argsort(-np.take_along_axis(scores, found, axis=1), axis=1, kind="stable")
    return np.take_along_axis(found, order, axis=1)


def _sparse_cosines(rows: "csr_array", first: int, last: int) -> np.ndarray:
    """Return the cosines of a panel of rows with all rows, float32 (last - first, n)."""
    from .._kernels.products import multiply_rows

    part = rows[first:last]
    columns = np.ascontiguousarray(part.toarray().T)  # (dim, width)
    out = np.empty((rows.shape[0], last - first), np.float32)
    multiply_rows(rows.indptr, rows.indices, rows.data, columns, 0, len(out), out)
    return np.ascontiguousarray(out.T)


def share_kept(vicinity: Vicinity, positions: np.ndarray, k: int = 10) -> float | None:
    """Return the mean share of a row's `k` nearest rows that are among its `k` nearest in a map.

    Parameters
    ----------
    vicinity : Vicinity
        With at least `k` rows for each.
    positions : float array (n, 2)

    Returns
    -------
    float or None
        None where there are no more than ``k + 1`` rows: then all are near.
    """
    n = len(positions)
    if n <= k + 1:
        return None
    shared = np.empty(n)

    def panel(first: int, last: int) -> None:
        distances = ((positions[first:last, None] - positions[None]) ** 2).sum(axis=2)
        distances[np.arange(last - first), np.arange(first, last)] = np.inf
        for row, near in enumerate(_largest(-distances, k), first):
            shared[row] = len(np.intersect1d(near, vicinity.places[row, :k], assume_unique=True))

    run_blocks(panel, even_bounds(n, _PANEL), n_threads(None))
    return float(shared.mean() / k)
