"""Dense word vectors: the truncated singular value decomposition of a PPMI matrix."""

from typing import TYPE_CHECKING, Any

import numpy as np

from ..counts.storage import csr_of
from ..errors import EmptyResultError, SettingError
from ..runtime.memory import check_room
from ..runtime.parallel import n_threads, one_blas_thread
from ..runtime.progress import SILENT, Progress
from .lanczos import LOOSE, RANK_TOLERANCE, PanelAlgebra, SingularVectors, dense_left, leading_left
from .vectors import WordVectors

if TYPE_CHECKING:
    from scipy.sparse import csr_array

KIND = "svd"
DEFAULT_DIM = 300
_BASIS_PER_DIM = 4
_NARROWEST_BLOCK = 16
_SMALLEST_BASIS = 256
_BLOCKS_IN_BASIS = 30  # the degree that the Krylov basis reaches
_DENSE_UP_TO = 1024  # shorter side; LAPACK does these at once


def svd_vectors(
    vectors: WordVectors,
    dim: int | None = None,
    eig: float = 0.5,
    add_context: bool = False,
    emphasis: float = 0.0,
    basis: int | None = None,
    restarts: int | None = None,
    seed: int = 0,
    threads: int | None = None,
    progress: Progress = SILENT,
) -> WordVectors:
    """Compress sparse vectors to `dim` dimensions: W = U_d * S_d^eig, where M = U S V'.

    Parameters
    ----------
    vectors : WordVectors
        Sparse rows, as `ppmi` makes them.
    dim : int, optional
        Default: 300, or the rank if that is smaller.
    eig : float
        Exponent p of the singular values; 1 keeps M's inner products, 0 drops the values, 0.5
        treats words and contexts alike (Levy, Goldberg and Dagan 2015, section 3.3).
    add_context : bool
        Add the context vectors V_d * S_d^eig (w + c; there, section 3.3).
    emphasis : float
        Let a word that occurs n times weigh n^emphasis in the choice of directions: they minimise
        the sum over words of n^(2 emphasis) times the squared error of the word's row.  Above 0,
        frequent words, which are known better, are rendered better; 0 treats all words alike.
    basis : int, optional
        Size of the Krylov basis; default 4 times `dim`, at least 256.  Larger is more exact
        and slower.
    restarts : int, optional
        Start again so often from the best part of the basis; more exact and slower.  Default:
        until at most 2 % of the columns have a residual above 1 %, 6 times at the most.
    seed : int
        Of the first block.  Results repeat bit for bit, whatever the number of threads.

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
    matrix = vectors.sparse_matrix()
    shorter = min(matrix.shape)
    settings = {
        "dim": dim,
        "eig": eig,
        "add_context": add_context,
        "emphasis": emphasis,
        "basis": basis,
        "restarts": restarts,
        "seed": seed,
    }
    check_settings(settings)
    if add_context and matrix.shape[0] != matrix.shape[1]:
        raise SettingError("add_context needs one context column a word; split columns have two")
    if dim is not None and dim > shorter:
        raise SettingError(_dim_too_large(dim, shorter, "words"))
    wanted = min(dim or DEFAULT_DIM, shorter)
    size = basis if basis is not None else max(_SMALLEST_BASIS, _BASIS_PER_DIM * wanted)
    block = min(48, max(_NARROWEST_BLOCK, size // _BLOCKS_IN_BASIS // 8 * 8))
    if size < wanted + block:
        raise SettingError(
            f"basis is {size}; for dim {wanted} it must be at least {wanted + block}"
        )
    size = min(-(-size // block), shorter // block - 1) * block
    algebra = PanelAlgebra(n_threads(threads))
    scales = _scales(vectors, emphasis)
    if scales is not None:
        matrix = _scaled(matrix, scales)
    is_dense = shorter <= _DENSE_UP_TO or size < wanted + block
    if not is_dense:
        check_room(
            4 * matrix.shape[0] * (size + block) + 8 * matrix.nnz,
            f"the factorisation of {matrix.shape[0]:,} words",
            "take a smaller dim or basis, or fewer words (min_count, max_size)",
        )
    progress.start("factorising", 1.0, "")
    with one_blas_thread():
        transposed = matrix.T.tocsr()
        if is_dense:
            found = dense_left(matrix, wanted)
            tolerance = max(matrix.shape) * float(np.finfo(np.float32).eps)
        else:
            found = leading_left(
                matrix, transposed, wanted, size, block, restarts, seed, algebra, progress.advance
            )
            tolerance = RANK_TOLERANCE
        rank = int((found.values > tolerance * found.values[0]).sum())
        if rank == 0:
            raise EmptyResultError("the matrix to factorise is zero")
        if dim is not None and rank < dim:
            raise SettingError(_dim_too_large(dim, rank, "directions that stand out from rounding"))
        found = _sign_fixed(found, rank)
        weights = (found.values**eig).astype(np.float32)
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
    return WordVectors(vectors.vocabulary, result, settings, facts)


def check_settings(settings: dict[str, Any]) -> None:
    """Refuse settings of `svd_vectors` that make no sense for any matrix.

    Raises
    ------
    SettingError
        Naming the setting and what it may be.
    """
    dim, eig, basis = settings["dim"], settings["eig"], settings["basis"]
    restarts, seed = settings["restarts"], settings["seed"]
    if dim is not None and dim < 1:
        raise SettingError(
            f"dim is {dim}; it must be at least 1 (build-ppmi --dim 0 leaves SVD out)"
        )
    if not -10 <= eig <= 10:
        raise SettingError(f"eig is {eig}; it must be a number such as 0, 0.5 or 1")
    if not -2 <= settings["emphasis"] <= 2:
        raise SettingError(f"emphasis is {settings['emphasis']}; it must be a number such as 0.1")
    if basis is not None and basis < (dim or 1) + _NARROWEST_BLOCK:
        raise SettingError(f"basis is {basis}; it must be at least {(dim or 1) + _NARROWEST_BLOCK}")
    if restarts is not None and restarts < 0:
        raise SettingError(f"restarts is {restarts}; it must not be negative")
    if not 0 <= seed < 2**63:
        raise SettingError(f"seed is {seed}; it must be from 0 to 2**63 - 1")


def _dim_too_large(dim: int, limit: int, what: str) -> str:
    return (
        f"dim is {dim}, but the matrix has only {limit} {what}; take --dim {limit} or less, or "
        "leave --dim out"
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
