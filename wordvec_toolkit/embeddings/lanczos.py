"""Leading singular vectors of a large sparse matrix by block Lanczos.

The spectrum of a PPMI matrix falls slowly, so that a few power iterations on a random block
(randomized SVD) mix up neighbouring directions.  A Krylov basis of the same matrix

    span{X, (A A')X, (A A')^2 X, ...}

(of A'A where A has fewer columns than rows: the basis is as long as the shorter side)
keeps every intermediate product and finds them with far fewer passes over A (Musco and Musco
2015; Golub and Van Loan, 4th edition, section 10.3).  Full orthogonalisation, twice, keeps the
basis orthonormal to working precision.

Everything dense is done in panels of fixed height by single-threaded BLAS, and sums over panels
are added in their order, so the bits do not depend on the number of threads.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .._kernels import products
from ..runtime.parallel import even_bounds, map_blocks, map_stream, run_blocks, weighted_bounds

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_LOST = 1e-3  # of a column's length: less than this left of it is too little to build on
LOOSE = 0.01  # a residual above this is worth a word
#: Of the largest singular value: smaller ones are lost in rounding, since Lanczos sees the squares,
#: in float32.
RANK_TOLERANCE = 2e-3
_LOOSE_SHARE = 0.02  # of the columns; then about .97 of the exact nearest neighbours are kept
_MOST_RESTARTS = 6
_PANEL = 4096  # rows
_BLOCK_CELLS = 1 << 18  # cells of the sparse matrix that a thread multiplies at a time
_MOST_PARTS = 32  # of a matrix of which each part has sums of its own


class PanelAlgebra:
    """Products of tall matrices, the same bits on any number of threads."""

    def __init__(self, threads: int) -> None:
        self.threads = threads

    def gram(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        """Return ``left' right`` as float64; panels are summed in order."""
        bounds = even_bounds(len(left), _PANEL)
        total = np.zeros((left.shape[1], right.shape[1]))
        for part in map_blocks(lambda i, j: left[i:j].T @ right[i:j], bounds, self.threads):
            total += part
        return total

    def multiply(
        self, tall: np.ndarray, small: np.ndarray, out: np.ndarray | None = None
    ) -> np.ndarray:
        """Return ``tall @ small``; `out` may be columns of `tall` itself."""
        small = np.ascontiguousarray(small, tall.dtype)
        result = np.empty((len(tall), small.shape[1]), tall.dtype) if out is None else out

        def panel(i: int, j: int) -> None:
            result[i:j] = tall[i:j] @ small

        run_blocks(panel, even_bounds(len(tall), _PANEL), self.threads)
        return result

    def subtract(self, target: np.ndarray, tall: np.ndarray, small: np.ndarray) -> None:
        """Do ``target -= tall @ small`` in place."""
        small = np.ascontiguousarray(small, tall.dtype)

        def panel(i: int, j: int) -> None:
            target[i:j] -= tall[i:j] @ small

        run_blocks(panel, even_bounds(len(tall), _PANEL), self.threads)

    def sparse(self, matrix: "csr_array", dense: np.ndarray) -> np.ndarray:
        """Return ``matrix @ dense``."""
        dense = np.ascontiguousarray(dense)
        out = np.empty((matrix.shape[0], dense.shape[1]), dense.dtype)
        indptr = matrix.indptr.astype(np.int64, copy=False)
        run_blocks(
            lambda i, j: products.multiply_rows(
                indptr, matrix.indices, matrix.data, dense, i, j, out
            ),
            weighted_bounds(indptr, _BLOCK_CELLS),
            self.threads,
        )
        return out

    def normal(self, matrix: "csr_array", dense: np.ndarray) -> np.ndarray:
        """Return ``matrix' (matrix @ dense)`` in one pass; parts of the rows are summed in order.

        How many parts there are depends on the matrix alone.
        """
        dense = np.ascontiguousarray(dense)
        indptr = matrix.indptr.astype(np.int64, copy=False)
        total = np.zeros_like(dense)

        def part(rows: tuple[int, int]) -> np.ndarray:
            out = np.zeros_like(dense)
            products.multiply_normal(indptr, matrix.indices, matrix.data, dense, *rows, out)
            return out

        bounds = normal_bounds(indptr)
        for summed in map_stream(part, zip(bounds[:-1], bounds[1:]), self.threads):
            total += summed
        return total

    def orthonormal(self, block: np.ndarray, basis: np.ndarray, lengths: np.ndarray) -> np.ndarray:
        """Return an orthonormal basis of `block`, orthogonal to `basis`.

        Parameters
        ----------
        block : float32 array (n, width)
            Orthogonal to `basis` up to rounding.
        lengths : float64 array (width,)
            Of the block's columns before they were made so.

        Notes
        -----
        Cholesky QR, twice.  But where little is left of a column, what is left is rounding, and the
        Krylov space is (nearly) exhausted: such columns are replaced by random ones, which also
        finds singular values of higher multiplicity than the block is wide.
        """
        result = block
        left = np.sqrt(np.diag(self.gram(block, block)))
        if (left > _LOST * lengths).all():
            for _ in range(2):
                gram = self.gram(result, result)
                scale = np.sqrt(np.diag(gram))
                factor = _cholesky(gram / np.outer(scale, scale))
                if factor is None:
                    break
                result = self.multiply(result, np.linalg.inv(factor).T / scale[:, None])
            else:
                return result
        lost = ~(left > _LOST * lengths)
        generator = np.random.default_rng(basis.shape[1])
        result = block / np.where(lost, 1, left).astype(block.dtype)
        result[:, lost] = generator.standard_normal((len(block), int(lost.sum())), np.float32)
        for _ in range(3):
            # QR's own fill for columns that depend on others is orthogonal to those alone.
            self.subtract(result, basis, self.gram(basis, result))
            result = np.linalg.qr(result)[0]
        return result


def normal_bounds(indptr: np.ndarray) -> list[int]:
    """Cut the rows of a matrix into the parts whose sums `PanelAlgebra.normal` adds in order."""
    return weighted_bounds(indptr, max(_BLOCK_CELLS, -(-int(indptr[-1]) // _MOST_PARTS)))


def _cholesky(correlations: np.ndarray) -> np.ndarray | None:
    """Return the Cholesky factor, or None where float32 products cannot vouch for it."""
    try:
        factor = np.linalg.cholesky(correlations)
    except np.linalg.LinAlgError:
        return None
    return factor if np.diag(factor).min() > 1e-2 else None


@dataclass(frozen=True)
class SingularVectors:
    """The leading singular vectors of one side that were found.

    Attributes
    ----------
    vectors : float32 array (n, k)
        Orthonormal.
    values : float64 array (k,)
        Descending.
    residuals : float64 array (k,)
        ``|A A' u - s^2 u| / s^2`` for the left vector u of each.
    n_restarts : int
    """

    vectors: np.ndarray
    values: np.ndarray
    residuals: np.ndarray
    n_restarts: int


def leading_left(
    matrix: "csr_array",
    transposed: "csr_array",
    sizes: "KrylovSizes",
    restarts: int | None,
    seed: int,
    algebra: PanelAlgebra,
    advance: Callable[[float], None],
) -> SingularVectors:
    """Find the largest singular values of `matrix` A with their left vectors.

    Parameters
    ----------
    matrix, transposed : csr_array, float32
        A (n_rows, n_columns) and its transpose.
    restarts : int or None
        How often to begin again from the best part of the basis (thick restart; Wu and Simon
        2000).  None: until enough columns are exact enough, but no more than 6 times.
    advance : callable
        Told the share of the work that is done.
    """

    def operator(vectors: np.ndarray) -> np.ndarray:
        return algebra.sparse(matrix, algebra.sparse(transposed, vectors))

    def residuals(remainder: np.ndarray, squares: np.ndarray, tail: np.ndarray) -> np.ndarray:
        return _residuals(algebra.gram(remainder, remainder), squares, tail)

    n = matrix.shape[0]
    return _leading(operator, residuals, n, sizes, restarts, seed, algebra, advance)


def leading_right(
    matrix: "csr_array",
    sizes: "KrylovSizes",
    restarts: int | None,
    seed: int,
    algebra: PanelAlgebra,
    advance: Callable[[float], None],
) -> SingularVectors:
    """Find the largest singular values of `matrix` A with their right vectors v.

    For the parameters see `leading_left`.  The left vectors are u = A v / s, and with
    r = A'A v - s^2 v, what A A'u - s^2 u is for the residuals is A r / s.
    """

    def operator(vectors: np.ndarray) -> np.ndarray:
        return algebra.normal(matrix, vectors)

    def residuals(remainder: np.ndarray, squares: np.ndarray, tail: np.ndarray) -> np.ndarray:
        images = algebra.gram(remainder, operator(remainder))
        values = np.sqrt(np.maximum(squares, np.finfo(np.float64).tiny))
        return _residuals(images, squares, tail / values)

    n = matrix.shape[1]
    return _leading(operator, residuals, n, sizes, restarts, seed, algebra, advance)


@dataclass(frozen=True)
class KrylovSizes:
    """Numbers of vectors.

    Attributes
    ----------
    wanted : int
        Singular vectors.
    basis : int
        Vectors in the Krylov basis; a multiple of `block`, at least ``wanted + block``, at most
        ``n - block``.
    block : int
        Vectors that are multiplied at a time.  Smaller blocks reach a higher degree of A with the
        same basis, and use each pass over A less well.
    """

    wanted: int
    basis: int
    block: int


def _leading(
    operator: Callable[[np.ndarray], np.ndarray],
    residuals_of: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    n: int,
    sizes: KrylovSizes,
    restarts: int | None,
    seed: int,
    algebra: PanelAlgebra,
    advance: Callable[[float], None],
) -> SingularVectors:
    """Find leading eigenvectors of `operator`, which is symmetric, of length `n`."""
    k, basis_size, block = sizes.wanted, sizes.basis, sizes.block
    generator = np.random.default_rng(seed)
    basis = np.empty((n, basis_size + block), np.float32)
    projected = np.zeros((basis_size + block, basis_size + block))
    # A restart gives up the worst third of the directions besides the wanted ones, in whole blocks.
    n_renewed = max(1, (basis_size - k) // 3 // block)  # blocks
    n_kept = basis_size - n_renewed * block
    n_steps = basis_size // block + (restarts or 0) * n_renewed
    most = _MOST_RESTARTS if restarts is None else restarts

    start = operator(generator.standard_normal((n, block), np.float32))
    basis[:, :block] = algebra.orthonormal(start, basis[:, :0], np.zeros(block))
    size = 0  # basis vectors whose products are in `projected`
    for cycle in range(most + 1):
        while size < basis_size:
            last = size + block
            known = basis[:, :last]
            image = operator(known[:, size:])
            lengths = np.linalg.norm(image, axis=0)
            overlap = algebra.gram(known, image)
            algebra.subtract(image, known, overlap)
            correction = algebra.gram(known, image)
            algebra.subtract(image, known, correction)
            overlap += correction
            projected[:last, size:last] = overlap
            projected[size:last, :last] = overlap.T
            basis[:, last : last + block] = algebra.orthonormal(image, known, lengths)
            size = last
            advance(1 / n_steps if cycle == 0 or restarts else 0)
        squares, rotation = np.linalg.eigh(projected[:size, :size])
        squares, rotation = squares[::-1], rotation[:, ::-1]
        # Only the last block's images stick out of the basis.
        residuals = residuals_of(image, squares[:k], rotation[size - block : size, :k])
        if cycle == most or (restarts is None and _is_enough(squares[:k], residuals)):
            break
        algebra.multiply(basis[:, :size], rotation[:, :n_kept], out=basis[:, :n_kept])
        basis[:, n_kept : n_kept + block] = basis[:, size : size + block]
        projected[:] = 0
        projected[range(n_kept), range(n_kept)] = squares[:n_kept]
        size = n_kept
    vectors = algebra.multiply(basis[:, :size], rotation[:, :k])
    return SingularVectors(vectors, np.sqrt(np.maximum(squares[:k], 0)), residuals, cycle)


def _residuals(remainder: np.ndarray, squares: np.ndarray, tail: np.ndarray) -> np.ndarray:
    """Return ``|A A' u - s^2 u| / s^2`` by the Gram matrix of what sticks out of the basis."""
    lengths = np.sqrt(np.maximum(np.einsum("ij,ik,kj->j", tail, remainder, tail), 0))
    # Products in float32 are known to their last bit, of the largest value, at best.
    rounding = np.finfo(np.float32).eps * squares[0]
    with np.errstate(over="ignore"):
        return np.hypot(lengths, rounding) / np.maximum(squares, np.finfo(np.float64).tiny)


def _is_enough(squares: np.ndarray, residuals: np.ndarray) -> bool:
    """Return whether nearly all columns are exact enough; those lost in rounding do not count."""
    counted = squares > RANK_TOLERANCE**2 * squares[0]
    return bool((residuals[counted] > LOOSE).mean() <= _LOOSE_SHARE) if counted.any() else True


def dense_left(matrix: "csr_array", k: int) -> SingularVectors:
    """Find them by LAPACK's SVD in float64; for matrices with one side short enough."""
    left, values, _ = np.linalg.svd(matrix.toarray().astype(np.float64), full_matrices=False)
    zeros = np.zeros(len(values[:k]))
    return SingularVectors(left[:, :k].astype(np.float32), values[:k], zeros, 0)
