"""Words in the plane, by what lies near them: PCA, t-SNE and UMAP."""

import warnings
from dataclasses import dataclass
from types import ModuleType
from typing import TYPE_CHECKING

import numpy as np

from ..errors import MissingExtraError, SettingError, WordvecError
from ..runtime.extras import require
from ..runtime.parallel import one_blas_thread
from ..runtime.progress import SILENT, Progress
from .settings import MapSettings
from .settings import Method as Method
from .svd import fix_signs
from .vicinity import Rows, nearest_rows, share_kept

if TYPE_CHECKING:
    from scipy.sparse import csr_array

NAMES = {"tsne": "t-SNE", "pca": "PCA", "umap": "UMAP"}
#: Fewer rows have no neighbourhoods to speak of: for them it is PCA.
LEAST_ROWS = 5
_PERPLEXITY = 30.0
_UMAP_NEIGHBORS = 15
_KEPT = 10  # neighbours of which `Mapping.kept` is a share
_START = 1e-4  # width of the first positions of t-SNE, as scikit-learn has it


@dataclass(frozen=True, eq=False)
class Mapping:
    """Positions of rows in the plane.

    Attributes
    ----------
    positions : float64 array (n, 2)
    method : {"tsne", "pca", "umap"}
    kept : float or None
        See `share_kept`.
    settings : dict
        What the positions depend on besides the rows.
    """

    positions: np.ndarray
    method: Method
    kept: float | None
    settings: dict[str, object]


def check_method(method: str) -> None:
    """Refuse, before the long work, a method that there is not, or that is not installed.

    Raises
    ------
    SettingError
    MissingExtraError
        If UMAP is asked for and umap-learn is not installed.
    """
    MapSettings.from_dict({"method": method})
    if method == "umap":
        _umap()


def map_rows(
    rows: Rows,
    method: Method = MapSettings.method,
    perplexity: float | None = None,
    seed: int | None = None,
    progress: Progress = SILENT,
) -> Mapping:
    """Bring rows of length 1 into the plane.

    Parameters
    ----------
    rows : float32 array (n, dim) or csr_array
        Of length 1 (`wordvec_toolkit.embeddings.vicinity.unit_rows`), so that Euclidean distance
        is in the order of the cosine.
    method : {"tsne", "pca", "umap"}
        ``pca``: the two directions in which they differ most.  ``tsne``: van der Maaten 2014,
        "Accelerating t-SNE using tree-based algorithms", JMLR 15, by scikit-learn, on the exact
        nearest rows.  ``umap``: McInnes, Healy and Melville 2018, arXiv:1802.03426, by umap-learn.
        Fewer than `LEAST_ROWS` rows are shown by PCA in any case.
    perplexity : float, optional
        Of t-SNE: about how many rows count as near; default: 30, or a third of the others.
    seed : int, optional
        t-SNE starts from the PCA; with a seed it starts anywhere, which shows what of the picture
        is chance.  UMAP draws: its seed is 0 by default.

    Returns
    -------
    Mapping
        The same bits each time on one machine, whatever the number of processors.

    Raises
    ------
    SettingError
        If a setting makes no sense.
    MissingExtraError
        If UMAP is asked for and umap-learn is not installed.
    WordvecError
        If the method finds no places, as with rows that are all the same.
    """
    check_method(method)
    n = rows.shape[0]
    if n < LEAST_ROWS:
        return Mapping(principal_positions(rows), "pca", None, {})
    if perplexity is not None and not 1 <= perplexity <= (n - 1) / 3:
        raise SettingError(
            f"perplexity is {perplexity:g}; with {n} words it must be from 1 to {(n - 1) / 3:g}"
        )
    perplexity = perplexity or max(1.0, min(_PERPLEXITY, (n - 1) / 3))
    wanted = {"tsne": int(3 * perplexity + 1), "umap": _UMAP_NEIGHBORS - 1, "pca": _KEPT}[method]
    vicinity = nearest_rows(rows, min(n - 1, max(wanted, _KEPT)), progress=progress)
    near = _with_itself(vicinity.places[:, :wanted], np.arange(n))
    distances = np.maximum(0, 1 - vicinity.cosines[:, :wanted].astype(np.float64))
    distances = _with_itself(distances, np.zeros(n))
    settings: dict[str, object] = {}
    progress.start(NAMES[method], None, "")
    positions = principal_positions(rows)
    if method == "tsne":
        settings = {"perplexity": round(perplexity, 3), "start": "pca" if seed is None else "seed"}
        euclidean = np.sqrt(2 * distances)  # of rows of length 1
        positions = _tsne(near, euclidean, positions, perplexity, seed)
    elif method == "umap":
        settings = {"neighbors": near.shape[1], "min_dist": 0.1}
        seed = seed or 0
        positions = _by_umap(near, distances, positions, settings, seed)
    if seed is not None and method != "pca":
        settings["seed"] = seed
    if not np.isfinite(positions).all():
        raise WordvecError(
            f"{NAMES[method]} cannot map these {n:,} words, whose vectors are too similar; try "
            "another method, such as pca"
        )
    kept = share_kept(vicinity, positions, _KEPT)
    progress.finish(f"{n:,} words")
    return Mapping(positions, method, kept, settings)


def principal_positions(rows: Rows) -> np.ndarray:
    """Return the coordinates of rows along their two first principal directions, float64 (n, 2).

    Along each, the row that is farthest from the middle is on the positive side.  Where the rows
    span less than two directions the rest is 0.
    """
    n, dim = rows.shape
    positions = np.zeros((n, 2))
    if n < 2:
        return positions
    with one_blas_thread():
        if isinstance(rows, np.ndarray) or n * dim <= 1 << 20:
            dense = rows if isinstance(rows, np.ndarray) else rows.toarray()
            centered = dense.astype(np.float64)
            centered -= centered.mean(axis=0)
            left, values, _ = np.linalg.svd(centered, full_matrices=False)
        else:
            left, values = _sparse_principal(rows)
    usable = values[:2] > 1e-6 * np.sqrt(n)  # rounding of float32 is below
    width = int(usable.sum())
    positions[:, :width] = fix_signs(left[:, :width] * values[:width])
    return positions


def _sparse_principal(rows: "csr_array") -> tuple[np.ndarray, np.ndarray]:
    """Return the two first left singular vectors and values of sparse rows less their mean."""
    from scipy.sparse.linalg import LinearOperator, svds

    matrix = rows.astype(np.float64)
    n, dim = matrix.shape
    mean = np.asarray(matrix.sum(axis=0)).ravel() / n
    transposed = matrix.T.tocsr()
    centered = LinearOperator(
        (n, dim),
        matvec=lambda v: matrix @ v.ravel() - mean @ v.ravel(),
        rmatvec=lambda u: transposed @ u.ravel() - mean * u.sum(),
        dtype=np.float64,
    )
    start = np.random.default_rng(0).standard_normal(min(n, dim))
    left, values, _ = svds(centered, k=2, v0=start)
    return left[:, ::-1], values[::-1]


def _with_itself(columns: np.ndarray, first: np.ndarray) -> np.ndarray:
    return np.column_stack([first, columns])


def _tsne(
    near: np.ndarray, distances: np.ndarray, start: np.ndarray, perplexity: float, seed: int | None
) -> np.ndarray:
    from scipy.sparse import csr_matrix
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    n, k = near.shape
    graph = csr_matrix((distances.ravel(), near.ravel(), np.arange(0, n * k + 1, k)), (n, n))
    init: object = "random"
    if seed is None:
        width = start[:, 0].std()
        init = (start * (_START / width if width > 0 else 1)).astype(np.float32)
    # Threads of OpenMP add up their forces in the order in which they end.
    with threadpool_limits(limits=1), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = TSNE(
            perplexity=perplexity, init=init, metric="precomputed", random_state=seed or 0
        ).fit(graph)
    return np.asarray(fitted.embedding_, np.float64)


def _umap() -> ModuleType:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return require("umap", "UMAP", "umap")
    except MissingExtraError:
        raise MissingExtraError("umap-learn", "UMAP", "umap") from None


def _by_umap(
    near: np.ndarray,
    distances: np.ndarray,
    start: np.ndarray,
    settings: dict[str, object],
    seed: int,
) -> np.ndarray:
    width = np.abs(start).max() or 1.0
    start = (start * (10 / width)).astype(np.float32)
    knn = (near.astype(np.int32), distances.astype(np.float32), None)
    with one_blas_thread(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        fitted = _umap().UMAP(
            n_neighbors=settings["neighbors"],
            min_dist=settings["min_dist"],
            metric="cosine",
            precomputed_knn=knn,
            force_approximation_algorithm=True,
            init=start,
            random_state=seed,
            n_jobs=1,
        )
        fitted.fit(start)  # only its length counts: the nearest rows are known
    return np.asarray(fitted.embedding_, np.float64)
