"""Dense word vectors: the truncated singular value decomposition of a PPMI matrix."""

from typing import TYPE_CHECKING

import numpy as np

from ..counts.storage import csr_of
from ..errors import EmptyResultError, SettingError, expect
from ..runtime.memory import check_room
from ..runtime.parallel import n_threads, one_blas_thread
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import takes
from .lanczos import LOOSE, RANK_TOLERANCE, PanelAlgebra, SingularVectors, dense_left, leading_left
from .settings import NARROWEST_BLOCK, FactorisingSettings
from .vectors import WordVectors

if TYPE_CHECKING:
    from scipy.sparse import csr_array
    from typing_extensions import Unpack

    from ..runtime.keywords import SvdVectorsKeywords

KIND = "svd"
DEFAULT_DIM = 300
_BASIS_PER_DIM = 4
_SMALLEST_BASIS = 256
_BLOCKS_IN_BASIS = 30  # the degree that the Krylov basis reaches
_DENSE_UP_TO = 1024  # shorter side; LAPACK does these at once


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
    dim, basis, add_context = chosen.dim, chosen.basis, chosen.add_context
    if add_context and matrix.shape[0] != matrix.shape[1]:
        raise SettingError("add_context needs one context column a word; split columns have two")
    if dim is not None and dim > shorter:
        raise SettingError(_dim_too_large(dim, shorter, "words"))
    wanted = min(dim or DEFAULT_DIM, shorter)
    size = basis if basis is not None else max(_SMALLEST_BASIS, _BASIS_PER_DIM * wanted)
    block = min(48, max(NARROWEST_BLOCK, size // _BLOCKS_IN_BASIS // 8 * 8))
    if size < wanted + block:
        raise SettingError(
            f"basis is {size}; for dim {wanted} it must be at least {wanted + block}"
        )
    size = min(-(-size // block), shorter // block - 1) * block
    algebra = PanelAlgebra(n_threads(threads))
    scales = _scales(vectors, chosen.emphasis)
    if scales is not None:
        matrix = _scaled(matrix, scales)
    is_dense = shorter <= _DENSE_UP_TO or size < wanted + block
    if not is_dense:
        check_room(
            4 * matrix.shape[0] * (size + block) + 8 * matrix.nnz,
            f"the factorisation of {matrix.shape[0]:,} words",
            "choose a smaller dim or basis, or fewer words (min_count, max_size)",
        )
    progress.start("factorising", 1.0, "")
    with one_blas_thread():
        transposed = matrix.T.tocsr()
        if is_dense:
            found = dense_left(matrix, wanted)
            tolerance = max(matrix.shape) * float(np.finfo(np.float32).eps)
        else:
            found = leading_left(
                matrix,
                transposed,
                wanted,
                size,
                block,
                chosen.restarts,
                chosen.seed,
                algebra,
                progress.advance,
            )
            tolerance = RANK_TOLERANCE
        rank = int((found.values > tolerance * found.values[0]).sum())
        if rank == 0:
            raise EmptyResultError("the matrix to factorise is zero")
        if dim is not None and rank < dim:
            raise SettingError(_dim_too_large(dim, rank, "directions that stand out from rounding"))
        found = _sign_fixed(found, rank)
        weights = (found.values**chosen.eig).astype(np.float32)
        result = found.left * weights
        if scales is not None:
            result /= scales[:, None]
        if add_context:
            right = algebra.sparse(transposed, found.left) / found.values.astype(np.float32)
            result += right * weights
    worst, middle = float(found.residuals.max()), float(np.median(found.residuals))
    loose = int((found.residuals > LOOSE).sum())
    progress.finish(f"{rank} dimensions, {loose} with a residual above 1 %")
    facts = {
        "dim": rank,
        "largest_residual": worst,
        "median_residual": middle,
        "columns_above_1_percent": loose,
        "n_restarts": found.n_restarts,
        "singular_values": [float(f"{value:.7g}") for value in found.values],
    }
    described = {**chosen.as_dict(), **vectors.lexicon}
    return WordVectors(vectors.vocabulary, result, described, facts)


def _dim_too_large(dim: int, limit: int, what: str) -> str:
    return (
        f"dim is {dim}, but the matrix has only {limit} {what}; "
        f"set dim to {limit} or less, or omit it (--dim)"
    )


def _scales(vectors: WordVectors, emphasis: float) -> np.ndarray | None:
    """Return what each row is multiplied by, float32 with median 1; None if by nothing."""
    counts = np.maximum(np.asarray(vectors.vocabulary.counts, np.float64), 1)
    if emphasis == 0:
        return None
    return ((counts / np.median(counts)) ** emphasis).astype(np.float32)


def _scaled(matrix: "csr_array", scales: np.ndarray) -> "csr_array":
    return csr_of(
        matrix.indptr,
        matrix.indices,
        matrix.data * np.repeat(scales, np.diff(matrix.indptr)),
        matrix.shape,
    )


def fix_signs(columns: np.ndarray) -> np.ndarray:
    """Return `columns` with each one's largest component positive."""
    peaks = columns[np.abs(columns).argmax(axis=0), np.arange(columns.shape[1])]
    return columns * np.where(peaks < 0, -1, 1).astype(columns.dtype)


def _sign_fixed(found: SingularVectors, rank: int) -> SingularVectors:
    """Keep the first `rank` columns, their signs fixed."""
    return SingularVectors(
        fix_signs(found.left[:, :rank]),
        found.values[:rank],
        found.residuals[:rank],
        found.n_restarts,
    )
