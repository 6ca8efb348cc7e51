"""gensim's KeyedVectors, from and to `WordVectors`, in memory.

gensim's own files are pickles and are never loaded; see `wordvec_toolkit.formats.catalogue`.
"""

from typing import TYPE_CHECKING

import numpy as np

from ...embeddings.vectors import WordVectors
from ...errors import SettingError, WordvecError, expect
from ...text.vocabulary import Vocabulary

if TYPE_CHECKING:
    from gensim.models import KeyedVectors


def to_keyed_vectors(vectors: WordVectors) -> "KeyedVectors":
    """Return dense vectors as gensim's KeyedVectors; their counts become its attribute ``count``.

    Raises
    ------
    SettingError
        If the vectors are sparse.
    """
    expect("vectors", vectors, WordVectors)
    from gensim.models import KeyedVectors

    if not isinstance(vectors.matrix, np.ndarray):
        raise SettingError("these vectors are sparse; gensim holds dense ones, such as svd vectors")
    keyed = KeyedVectors(vectors.dim, dtype=np.float32)
    keyed.add_vectors(list(vectors.words), np.asarray(vectors.matrix, np.float32))
    counts = vectors.vocabulary.counts
    if counts.any():
        keyed.expandos["count"] = counts.copy()
    return keyed


def from_keyed_vectors(keyed: "KeyedVectors") -> WordVectors:
    """Return gensim's KeyedVectors as `WordVectors`, in their order.

    The attribute ``count`` gives the counts.  Those that gensim makes up for a file without counts
    (n, n - 1, ... 1) are skipped: the words have counts of 0 then.

    Raises
    ------
    WordvecError
        If there are no vectors, or the keys are not words.
    """
    from gensim.models import KeyedVectors

    expect("keyed", keyed, KeyedVectors, "gensim's KeyedVectors, such as Word2Vec(...).wv")
    words = list(keyed.index_to_key)
    if not words or not all(isinstance(word, str) for word in words):
        raise WordvecError("expected KeyedVectors of words; found none, or other keys than words")
    matrix = np.array(keyed.vectors[: len(words)], np.float32, order="C")
    return WordVectors(Vocabulary(words, _counts(keyed)), matrix, {"format": "gensim"})


def _counts(keyed: "KeyedVectors") -> np.ndarray:
    n = len(keyed.index_to_key)
    counts = np.asarray(keyed.expandos.get("count", ()))
    if counts.shape != (n,) or not np.issubdtype(counts.dtype, np.integer) or counts.min() < 0:
        return np.zeros(n, np.int64)
    made_up = n > 1 and np.array_equal(counts, np.arange(n, 0, -1))
    return np.zeros(n, np.int64) if made_up else counts.astype(np.int64)
