"""Unit vectors of a few words, in as few dimensions as keep all their distances."""

from collections.abc import Sequence

import numpy as np

from ..embeddings.vectors import WordVectors
from ..runtime.parallel import one_blas_thread


def unit_coordinates(vectors: WordVectors, places: Sequence[int]) -> np.ndarray:
    """Return coordinates of the unit vectors of words whose inner products are their cosines.

    Where the vectors have more dimensions than there are words, as PPMI rows have, the words are
    placed in as many dimensions as there are words: all cosines and distances stay as they are.

    Returns
    -------
    float64 array (n_words, at most n_words or dim)
    """
    ids = np.asarray(places, np.int64)
    if isinstance(vectors.matrix, np.ndarray):
        unit = vectors.unit(ids).astype(np.float64)
        if unit.shape[1] <= len(ids):
            return unit
        with one_blas_thread():
            return _place(unit @ unit.T)
    rows = vectors.matrix[ids].astype(np.float64)
    products = np.asarray((rows @ rows.T).todense())
    lengths = np.sqrt(products.diagonal())
    with one_blas_thread():
        return _place(products / lengths[:, None] / lengths[None, :])


def _place(cosines: np.ndarray) -> np.ndarray:
    """Return coordinates whose inner products are `cosines`, the largest component first."""
    values, directions = np.linalg.eigh((cosines + cosines.T) / 2)
    signs = np.sign(directions[np.abs(directions).argmax(axis=0), np.arange(len(values))])
    return np.ascontiguousarray((directions * signs * np.sqrt(np.maximum(values, 0)))[:, ::-1])
