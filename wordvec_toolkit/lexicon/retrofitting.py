"""Vectors that a lexicon improves: related words nearer, antonyms farther.

What is made so says it in its settings, and every score of it in its signature.
"""

from typing import TYPE_CHECKING

import numpy as np

from .._kernels import retrofitting as kernels
from ..embeddings.postprocessing import dense_matrix, normalize_rows
from ..embeddings.vectors import WordVectors
from ..errors import SettingError, expect
from ..runtime.parallel import even_bounds, n_threads, one_blas_thread, run_blocks
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.settings import Settings, takes
from .relations import Lexicon, antonym_pairs, related_pairs
from .settings import CounterFitSettings, RetrofitSettings, SprinkleSettings
from .thesaurus import Thesaurus

if TYPE_CHECKING:
    from scipy.sparse import csr_array
    from typing_extensions import Unpack

    from ..runtime.keywords import CounterFitKeywords, RetrofitKeywords, SprinkleKeywords

_COLUMNS_AT_ONCE = 16
_ROWS_AT_ONCE = 1 << 10


@takes(RetrofitSettings)
def retrofit(
    vectors: WordVectors,
    lexicon: Lexicon,
    *,
    threads: int | None = None,
    **settings: "Unpack[RetrofitKeywords]",
) -> WordVectors:
    """Bring the vectors of related words together (Faruqui et al. 2015, section 2).

    Vectors are brought to length 1.  Then each word that has related words moves, word by word and
    sweep by sweep, to the mean m of their vectors and its own original v: (m + alpha v) /
    (1 + alpha), which is the paper's update with weights 1/degree.  Words without related words
    stay.

    Parameters
    ----------
    vectors : WordVectors
        Dense.
    lexicon : Thesaurus, or iterable of sequences of str
        See `wordvec_toolkit.lexicon.relations.related_pairs`.

    Raises
    ------
    EmptyResultError
        If the lexicon relates no words of the vocabulary.
    """
    expect("vectors", vectors, WordVectors)
    chosen = RetrofitSettings.among(settings)
    original = dense_matrix(normalize_rows(vectors), "retrofitting")
    pairs = _usable(related_pairs(lexicon, vectors.vocabulary, chosen.relations), vectors)
    first = np.searchsorted(pairs[:, 0], np.arange(len(vectors) + 1))
    neighbors = np.ascontiguousarray(pairs[:, 1])
    result = np.empty_like(original)

    def fill(begin: int, end: int) -> None:
        own = original[:, begin:end].astype(np.float64)
        rows = own.copy()
        for _ in range(chosen.iterations):
            kernels.sweep(rows, own, first, neighbors, chosen.alpha)
        result[:, begin:end] = rows

    run_blocks(fill, even_bounds(vectors.dim, _COLUMNS_AT_ONCE), n_threads(threads))
    return _made(vectors, result, "retrofit", chosen, lexicon, related=len(pairs) // 2)


@takes(CounterFitSettings)
def counter_fit(
    vectors: WordVectors,
    lexicon: Lexicon,
    antonyms: Lexicon | None = None,
    *,
    progress: ProgressLike = None,
    **settings: "Unpack[CounterFitKeywords]",
) -> WordVectors:
    """Bring synonyms together and antonyms apart (Mrkšić et al. 2016, section 2).

    With distance 1 - cosine, gradient steps on the sum of three terms: antonyms nearer than
    `margin` are pushed apart, synonyms pulled together, and pairs of words of the lexicon that were
    within `radius` are kept at most as far apart as they were.  A word moves by the mean of the
    gradients of its pairs, and has length 1 after each step.  Words in no pair of the lexicon stay.

    Parameters
    ----------
    vectors : WordVectors
        Dense.
    lexicon : Thesaurus, or iterable of sequences of str
        Of the synonyms.
    antonyms : Thesaurus, or iterable of sequences of str, optional
        By default those of the thesaurus.

    Raises
    ------
    SettingError
        If there are no antonyms because the lexicon is a list and no other is given.
    """
    from scipy.sparse import csr_array

    expect("vectors", vectors, WordVectors)
    chosen = CounterFitSettings.among(settings)
    if antonyms is None:
        if not isinstance(lexicon, Thesaurus):
            raise SettingError(
                "a list of synonyms has no antonyms; give them, too (antonyms, --antonyms)"
            )
        antonyms = lexicon
    progress = as_progress(progress)
    unit = dense_matrix(normalize_rows(vectors), "counter-fitting")
    apart = _usable(antonym_pairs(antonyms, vectors.vocabulary), vectors)
    together = _usable(related_pairs(lexicon, vectors.vocabulary, chosen.relations), vectors)
    n = len(vectors)
    # What is both is an antonym: hot and cold are hyponyms of one word.
    together = _without(together, apart, n)
    moved = np.unique(np.concatenate([apart, together]))
    rows = unit[moved].astype(np.float64)
    places = np.full(n, -1)
    places[moved] = np.arange(len(moved))
    apart, together = places[apart], places[together]
    near = _without(_near_pairs(rows, 1 - chosen.radius), apart, len(rows))
    near_cosines = _cosines(rows, near)
    progress.start("counter-fitting", chosen.epochs, "epochs")
    with one_blas_thread():
        for _ in range(chosen.epochs):
            cosines = [_cosines(rows, pairs) for pairs in (apart, together, near)]
            active = [cosines[0] > 1 - chosen.margin, cosines[1] < 1, cosines[2] <= near_cosines]
            signs = np.concatenate(
                [np.full(int(each.sum()), sign) for each, sign in zip(active, (1.0, -1.0, -1.0))]
            )
            pairs = np.concatenate([p[each] for p, each in zip((apart, together, near), active)])
            cosine = np.concatenate([c[each] for c, each in zip(cosines, active)])
            n_pairs = np.bincount(pairs[:, 0], minlength=len(rows))
            pulls = csr_array((signs, (pairs[:, 0], pairs[:, 1])), shape=(len(rows),) * 2)
            own = np.bincount(pairs[:, 0], signs * cosine, len(rows))
            step = own[:, None] * rows - pulls @ rows
            rows += chosen.rate * step / np.maximum(n_pairs, 1)[:, None]
            rows /= np.linalg.norm(rows, axis=1, keepdims=True)
            progress.advance(1)
    progress.finish("")
    result = unit.copy()
    result[moved] = rows
    sizes = {"related": len(together) // 2, "antonyms": len(apart) // 2}
    return _made(vectors, result, "counter-fit", chosen, lexicon, **sizes)


@takes(SprinkleSettings)
def sprinkle(
    vectors: WordVectors, lexicon: Lexicon, **settings: "Unpack[SprinkleKeywords]"
) -> WordVectors:
    """Add columns to a matrix of weighed counts in which related words agree.

    Each word that has related words gets a column, in which it and they have the same value; rows
    of these columns have one length, and all together `weight` times the Frobenius norm of the
    matrix.  The SVD of the result is the counterpart of retrofitting for counts: after
    "sprinkling" of labels into latent semantic indexing (Chakraborti et al. 2006).

    Parameters
    ----------
    vectors : WordVectors
        Sparse, such as a bundle ``ppmi`` holds.
    lexicon : Thesaurus, or iterable of sequences of str

    Returns
    -------
    WordVectors
        Sparse; for `svd_vectors`.
    """
    from scipy.sparse import csr_array, diags_array, eye_array, hstack

    expect("vectors", vectors, WordVectors)
    chosen = SprinkleSettings.among(settings)
    matrix = vectors.sparse_matrix()
    pairs = related_pairs(lexicon, vectors.vocabulary, chosen.relations)
    n = len(vectors)
    ones = np.ones(len(pairs), np.float32)
    related: csr_array = csr_array((ones, (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    degrees = np.bincount(pairs[:, 0], minlength=n)
    columns = (eye_array(n, format="csr", dtype=np.float32) + related)[:, degrees > 0]
    lengths = np.sqrt(degrees + 1.0) * (degrees > 0)
    norm = float(np.sqrt(np.einsum("i,i->", matrix.data, matrix.data, dtype=np.float64)))
    # The norm of rows of length 1 is the root of their number.
    scale = chosen.weight * norm / np.sqrt((degrees > 0).sum())
    scales = np.divide(scale, lengths, out=np.zeros(n), where=lengths > 0)
    added = diags_array(scales.astype(np.float32)) @ columns
    both = csr_array(hstack([matrix, added], format="csr"), dtype=np.float32)
    both.sort_indices()
    return _made(vectors, both, "sprinkle", chosen, lexicon, related=len(pairs) // 2)


def _usable(pairs: np.ndarray, vectors: WordVectors) -> np.ndarray:
    """Return the pairs of words both of which have a vector."""
    return pairs[(vectors.norms[pairs] > 0).all(axis=1)]


def _without(pairs: np.ndarray, others: np.ndarray, n: int) -> np.ndarray:
    """Return the pairs of `n` words that are not among the others."""
    return pairs[~np.isin(pairs @ (n, 1), others @ (n, 1))]


def _cosines(rows: np.ndarray, pairs: np.ndarray) -> np.ndarray:
    """Return the cosines of pairs of unit rows, never all of their rows at once."""
    parts = [
        np.einsum("ij,ij->i", rows[part[:, 0]], rows[part[:, 1]])
        for part in np.split(pairs, range(1 << 14, len(pairs), 1 << 14))
    ]
    return np.concatenate(parts)


def _near_pairs(rows: np.ndarray, least: float) -> np.ndarray:
    """Return the pairs of different unit rows whose cosine is `least` or more."""
    single = rows.astype(np.float32)
    pairs = []
    with one_blas_thread():
        for begin in range(0, len(rows), _ROWS_AT_ONCE):
            one, two = np.nonzero(single[begin : begin + _ROWS_AT_ONCE] @ single.T >= least)
            pairs.append(np.stack([one + begin, two], axis=1)[one + begin != two])
    return np.concatenate(pairs)


def _made(
    vectors: WordVectors,
    matrix: "np.ndarray | csr_array",
    method: str,
    chosen: Settings,
    lexicon: Lexicon,
    **sizes: int,
) -> WordVectors:
    """Return vectors whose settings say what a lexicon has done."""
    source = "thesaurus" if isinstance(lexicon, Thesaurus) else "list of words"
    how = {"method": method, "source": source, **chosen.as_dict(), **sizes}
    settings = {**vectors.settings, "lexicon": how}
    facts = {**vectors.facts, "dim": int(matrix.shape[1])}
    facts.pop("singular_values", None)
    return WordVectors(vectors.vocabulary, matrix, settings, facts)
