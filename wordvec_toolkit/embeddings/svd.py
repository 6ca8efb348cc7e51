"""Dense word vectors: the truncated singular value decomposition of a PPMI matrix."""

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from .._kernels import products
from ..counts.storage import csr_of
from ..errors import EmptyResultError, SettingError, expect
from ..runtime.memory import check_room, memory_budget
from ..runtime.parallel import n_threads, one_blas_thread, weighted_bounds
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from .lanczos import LOOSE, RANK_TOLERANCE, KrylovSizes, dense_left, leading_left, leading_right
from .settings import NARROWEST_BLOCK, NOT_SQUARE, FactorisingSettings
from .tasks import algebra_for
from .vectors import WordVectors

if TYPE_CHECKING:
    from scipy.sparse import csr_array
    from typing_extensions import Unpack

    from ..runtime.keywords import SvdVectorsKeywords

KIND = "svd"
DEFAULT_DIM = 300
_BASIS_PER_DIM = 4
SMALLEST_BASIS = 256
_BLOCKS_IN_BASIS = 30  # the degree that the Krylov basis reaches
_DENSE_UP_TO = 1024  # shorter side; LAPACK does these at once
_SCALED_AT_ONCE = 1 << 22  # cells
_SIGNED_AT_ONCE = 1 << 14  # rows


@takes(FactorisingSettings)
def svd_vectors(
    vectors: WordVectors,
    *,
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[SvdVectorsKeywords]",
) -> WordVectors:
    """Compress sparse vectors to `dim` dimensions: W = U_d * S_d^eig, where M = U S V'.

    Parameters
    ----------
    vectors : WordVectors
        Sparse rows, as `ppmi` makes them.

    Returns
    -------
    WordVectors
        Dense float32, each column's largest component positive.  Its facts hold the residuals
        ``|M M' u - s^2 u| / s^2``: the largest, the median, and for how many columns it is above
        1 %.

    Raises
    ------
    SettingError
        If `dim` is larger than the rank of the matrix, or a setting is not usable.
    """
    expect("vectors", vectors, WordVectors)
    progress = as_progress(progress)
    matrix = vectors.sparse_matrix()
    shorter = min(matrix.shape)
    chosen = FactorisingSettings.among(settings)
    dim, add_context = chosen.dim, chosen.add_context
    is_square = matrix.shape[0] == matrix.shape[1] and "n_contexts" not in vectors.facts
    if add_context and not is_square:
        raise SettingError(NOT_SQUARE.format("add_context"))
    sizes = krylov_sizes(shorter, chosen)
    wanted = sizes.wanted
    scales = row_scales(vectors, chosen.emphasis)
    if scales is not None:
        matrix = _scaled(matrix, scales)
    is_dense = shorter <= _DENSE_UP_TO or sizes.basis < wanted + sizes.block
    is_tall = matrix.shape[1] < matrix.shape[0]
    check_factorising(matrix.shape, chosen, matrix.nnz)
    progress.start("factorising", 1.0, "")
    tolerance = RANK_TOLERANCE
    transposed = matrix
    with one_blas_thread(), algebra_for(matrix.nnz, n_threads(threads)) as algebra:
        if (add_context or not (is_dense or is_tall)) and not _is_symmetric(matrix):
            transposed = matrix.T.tocsr()
        if is_dense:
            found = dense_left(matrix, wanted)
            tolerance = max(matrix.shape) * float(np.finfo(np.float32).eps)
        else:
            how = (sizes, chosen.restarts, chosen.seed, algebra, progress.advance)
            if is_tall:
                found = leading_right(matrix, *how)
            else:
                found = leading_left(matrix, transposed, *how)
        rank = int((found.values > tolerance * found.values[0]).sum())
        if rank == 0:
            raise EmptyResultError("the matrix to factorise is zero")
        if dim is not None and rank < dim:
            raise SettingError(_dim_too_large(dim, rank, "directions that stand out from rounding"))
        values = found.values[:rank]
        result = np.ascontiguousarray(found.vectors[:, :rank])
        if is_tall and not is_dense:  # u = A v / s
            result = algebra.sparse(matrix, result / values.astype(np.float32))
        fix_signs(result)
        weights = (values**chosen.eig).astype(np.float32)
        context = None
        if add_context:
            context = algebra.sparse(transposed, result) / values.astype(np.float32)
        result *= weights
        if scales is not None:
            result /= scales[:, None]
        if context is not None:
            result += context * weights
    residuals = found.residuals[:rank]
    worst, middle = float(residuals.max()), float(np.median(residuals))
    loose = int((residuals > LOOSE).sum())
    progress.finish(f"{rank} dimensions, {loose} with a residual above 1 %")
    facts = {
        "dim": rank,
        "largest_residual": worst,
        "median_residual": middle,
        "columns_above_1_percent": loose,
        "n_restarts": found.n_restarts,
        "singular_values": [float(f"{value:.7g}") for value in values],
    }
    described = {**chosen.as_dict(), **vectors.lexicon}
    return WordVectors(vectors.vocabulary, result, described, facts)


def _dim_too_large(dim: int, limit: int, what: str) -> str:
    return (
        f"dim is {dim}, but the matrix has only {limit} {what}; "
        f"set dim to {limit} or less, or omit it (--dim)"
    )


def row_scales(vectors: WordVectors, emphasis: float) -> np.ndarray | None:
    """Return what each row is multiplied by, float32 with median 1; None if by nothing."""
    counts = np.maximum(np.asarray(vectors.vocabulary.counts, np.float64), 1)
    if emphasis == 0:
        return None
    return ((counts / np.median(counts)) ** emphasis).astype(np.float32)


def _scaled(matrix: "csr_array", scales: np.ndarray) -> "csr_array":
    data = np.empty_like(matrix.data)
    indptr = matrix.indptr.astype(np.int64)
    for first, last in pairwise(weighted_bounds(indptr, _SCALED_AT_ONCE)):
        cells = slice(indptr[first], indptr[last])
        lengths = np.diff(indptr[first : last + 1])
        np.multiply(matrix.data[cells], np.repeat(scales[first:last], lengths), out=data[cells])
    return csr_of(indptr, matrix.indices, data, matrix.shape)


def _is_symmetric(matrix: "csr_array") -> bool:
    if matrix.shape[0] != matrix.shape[1]:
        return False
    indptr = matrix.indptr.astype(np.int64)
    return bool(products.is_symmetric(indptr, matrix.indices, matrix.data, indptr[:-1].copy()))


def krylov_sizes(shorter: int, chosen: FactorisingSettings) -> KrylovSizes:
    """Return the sizes of the iteration on the shorter side of a matrix.

    Raises
    ------
    SettingError
        If they do not fit that side.
    """
    dim, basis = chosen.dim, chosen.basis
    if dim is not None and dim > shorter:
        raise SettingError(_dim_too_large(dim, shorter, "words"))
    wanted = min(dim or DEFAULT_DIM, shorter)
    size = basis if basis is not None else max(SMALLEST_BASIS, _BASIS_PER_DIM * wanted)
    block = min(48, max(NARROWEST_BLOCK, size // _BLOCKS_IN_BASIS // 8 * 8))
    if size < wanted + block:
        raise SettingError(
            f"basis is {size}; for dim {wanted} it must be at least {wanted + block}"
        )
    return KrylovSizes(wanted, min(-(-size // block), shorter // block - 1) * block, block)


def check_factorising(
    shape: tuple[int, int], chosen: FactorisingSettings, n_cells: int = 0
) -> None:
    """Refuse a factorisation that needs more memory than there is, and say what would fit.

    Raises
    ------
    ExhaustedError
    SettingError
        If the settings do not fit the matrix.
    """
    sizes = krylov_sizes(min(shape), chosen)
    column = 4.0 * (sizes.basis + 3 * sizes.block)
    basis, result, cells = column * min(shape), 4.0 * shape[0] * sizes.wanted, 8.0 * n_cells
    if min(shape) <= _DENSE_UP_TO:
        basis = 16.0 * shape[0] * shape[1]
    room = memory_budget() - cells
    fitting = int(room / column) // 1000 * 1000
    advice = "choose a smaller dim or basis, or fewer words (min_count, max_size)"
    if room <= 0:
        advice = (
            "choose fewer contexts (max_contexts, --max-contexts) or words (min_count, "
            "--min-count), or build PPMI alone (build_ppmi with svd=False, build-ppmi --dim 0)"
        )
    if fitting > _DENSE_UP_TO and result < room:
        advice = (
            f"{fitting:,} contexts would fit (max_contexts, --max-contexts {fitting}); or {advice}"
        )
    # On the side of the contexts, the basis has gone before the result comes.
    most = max(basis, result) if shape[1] < shape[0] else basis + result
    check_room(most + cells, f"the factorisation of {shape[0]:,} words", advice)


def fix_signs(columns: np.ndarray) -> np.ndarray:
    """Make each column's largest component positive, in place, and return them."""
    peaks = np.zeros(columns.shape[1], columns.dtype)
    for first in range(0, len(columns), _SIGNED_AT_ONCE):
        part = columns[first : first + _SIGNED_AT_ONCE]
        found = part[np.abs(part).argmax(axis=0), np.arange(columns.shape[1])]
        peaks = np.where(np.abs(found) > np.abs(peaks), found, peaks)
    columns *= np.where(peaks < 0, -1, 1).astype(columns.dtype)
    return columns
