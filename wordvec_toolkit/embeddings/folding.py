"""Vectors for words that a factorisation has not seen, from their counts.

With M = U S V' the vectors are W = U S^p.  A row a over the same contexts gets ::

    w = a V S^(p-1) = a M' W S^-2

(Deerwester et al. 1990, p. 399), so that a row of M gets its own vector back, as exactly as the
factorisation is one.  Where rows were scaled by D for the choice of directions, W in M' W is D^2 W.
"""

import numpy as np

from ..counts.cooccurrence import Cooccurrence
from ..errors import SettingError
from ..runtime.parallel import n_threads, one_blas_thread
from .lanczos import PanelAlgebra
from .ppmi import pmi_cells, pmi_terms
from .settings import WeighingSettings
from .svd import row_scales
from .vectors import WordVectors
from .weighing import TRANSFORMS


def weigh_rows(
    rows: Cooccurrence, counts: Cooccurrence, chosen: WeighingSettings, threads: int | None = None
) -> WordVectors:
    """Weigh rows by PMI with the contexts of other counts: those of the vectors' own text.

    Raises
    ------
    SettingError
        If the measure is another one, or the contexts are others.
    """
    if chosen.measure not in ("ppmi", "pmi"):
        raise SettingError(f"fold-in knows the measures ppmi and pmi, not {chosen.measure}")
    if rows.matrix.shape[1] != counts.matrix.shape[1] or rows.divisor != counts.divisor:
        raise SettingError("the rows were not counted as the vectors' counts were")
    column_terms, numerator, added = pmi_terms(counts, chosen)
    row_terms = (rows.row_totals + added * rows.matrix.shape[1]) * chosen.shift
    negative = chosen.negative or chosen.measure == "pmi"
    matrix = pmi_cells(
        rows.matrix, row_terms, column_terms, numerator, added, negative, n_threads(threads)
    )
    TRANSFORMS[chosen.transform](matrix.data)
    return WordVectors(rows.vocabulary, matrix, chosen.as_dict())


def fold_in(
    vectors: WordVectors, weighted: WordVectors, rows: WordVectors, threads: int | None = None
) -> WordVectors:
    """Return vectors of rows in the space of SVD vectors.

    Parameters
    ----------
    vectors : WordVectors
        What `svd_vectors` made of `weighted`.
    weighted : WordVectors
        Sparse.
    rows : WordVectors
        Sparse, over the same contexts.

    Raises
    ------
    SettingError
        If they do not belong together, or the vectors hold those of the contexts, too.
    """
    values = np.array(vectors.facts.get("singular_values", ()), np.float64)
    if vectors.is_sparse or len(values) != vectors.dim:
        raise SettingError("fold-in needs SVD vectors as they were made; build them (build_svd)")
    if vectors.settings.get("add_context"):
        raise SettingError(
            "vectors with add_context hold those of the contexts, too, which a new word has not; "
            "build them without (build_svd)"
        )
    matrix, new = weighted.sparse_matrix(), rows.sparse_matrix()
    if matrix.shape != (len(vectors), new.shape[1]):
        raise SettingError("the vectors, the matrix and the rows have other words or contexts")
    emphasis = vectors.settings.get("emphasis", 0.0)
    scales = row_scales(vectors, emphasis if isinstance(emphasis, float) else 0.0)
    scaled = np.asarray(vectors.matrix)
    if scales is not None:
        scaled = scaled * (scales * scales)[:, None]
    algebra = PanelAlgebra(n_threads(threads))
    with one_blas_thread():
        contexts = algebra.sparse(matrix.T.tocsr(), scaled) / (values * values).astype(np.float32)
        folded = algebra.sparse(new, contexts)
    return WordVectors(rows.vocabulary, folded, dict(vectors.settings), dict(vectors.facts))
