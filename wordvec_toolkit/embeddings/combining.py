"""Several models in one: their vectors side by side, or averaged ("meta-embeddings")."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..errors import EmptyResultError, SettingError, expect
from ..runtime.parallel import n_threads, one_blas_thread
from ..runtime.settings import takes
from ..text.vocabulary import Vocabulary
from .lanczos import PanelAlgebra
from .postprocessing import dense_matrix, gram
from .settings import CombiningSettings
from .svd import fix_signs
from .vectors import WordVectors

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import CombineKeywords

# Of the largest singular value; below, a column is rounding of the float32 it was made from.
_RANK_TOLERANCE = 1e-5


@takes(CombiningSettings)
def combine(models: Sequence[WordVectors], **settings: "Unpack[CombineKeywords]") -> WordVectors:
    """Join the vectors that several models have for a word.

    ``concat`` puts them side by side (Yin and Schuetze 2016, method CONC; with `dim`, their SVD);
    the cosine of two words is then the mean of the models' cosines, weighted by the squares of
    `weights`.  ``average`` adds them up, shorter vectors filled with zeros (Coates and
    Bollegala 2018); the models' axes need have nothing in common, though aligned ones
    average better (see `wordvec_toolkit.embeddings.alignment`).

    Parameters
    ----------
    models : sequence of WordVectors
        Two or more, dense.  With ``concat`` and without `dim` all may be sparse.
    words : {"shared", "all"}
        The words that every model has; or those of any, where a model that lacks a word gives zeros
        (``concat``) or no vote (``average``).  A word's count is the largest that a model has.

    Returns
    -------
    WordVectors
        Words by count, highest first, then by code point.

    Raises
    ------
    SettingError
        If the models or settings do not fit together.
    EmptyResultError
        If no word is shared.
    """
    expect("models", models, Sequence, "a list of WordVectors")
    for model in models:
        expect("a model", model, WordVectors)
    chosen = CombiningSettings.among(settings)
    words, normalize, dim, eig = chosen.words, chosen.normalize, chosen.dim, chosen.eig
    weights = list(chosen.weights or [1.0] * len(models))
    _check(models, chosen, weights)
    described = {**chosen.as_dict(), "weights": weights, "eig": eig if dim is not None else None}
    for model in models:
        described |= model.lexicon
    vocabulary, places = _joint_vocabulary(models, words)
    if all(model.is_sparse for model in models) and chosen.method == "concat" and dim is None:
        sparse = _sparse_beside(models, places, weights, normalize)
        return WordVectors(vocabulary, sparse, described)
    parts = [
        _rows(model, where, weight, normalize)
        for model, where, weight in zip(models, places, weights)
    ]
    matrix = np.concatenate(parts, axis=1) if chosen.method == "concat" else _averaged(parts)
    del parts  # as large as the matrix, and the SVD needs that memory
    if dim is None:
        return WordVectors(vocabulary, matrix, described, {"dim": int(matrix.shape[1])})
    reduced, values = reduce_dense(matrix, dim, eig)
    facts = {"dim": dim, "singular_values": [float(f"{value:.7g}") for value in values]}
    return WordVectors(vocabulary, reduced, described, facts)


def reduce_dense(matrix: np.ndarray, dim: int, eig: float) -> tuple[np.ndarray, np.ndarray]:
    """Return U S^eig (n, dim) as float32 and S of the SVD of a tall dense matrix.

    By way of the small matrix X'X = V S^2 V', and U = X V / S.  Each column's largest component is
    positive.

    Raises
    ------
    SettingError
        If `dim` is above the rank.
    """
    usable = np.isfinite(matrix).all(axis=1)
    with one_blas_thread():
        squares, right = np.linalg.eigh(gram(matrix, usable))
        values = np.sqrt(np.maximum(squares[::-1], 0))
        rank = int((values > _RANK_TOLERANCE * values[0]).sum()) if values[0] > 0 else 0
        if dim > rank:
            raise SettingError(
                f"dim is {dim}, but the combined vectors have only {rank} directions that stand "
                "out from rounding; choose fewer"
            )
        values = values[:dim]
        # X V = U S, so U S^eig = X V S^(eig - 1).
        mapping = right[:, ::-1][:, :dim] * values ** (eig - 1)
        result = PanelAlgebra(n_threads(None)).multiply(matrix, mapping)
    return fix_signs(result), values


def _check(models: Sequence[WordVectors], chosen: CombiningSettings, weights: list[float]) -> None:
    if len(models) < 2:
        raise SettingError(f"{len(models)} model was given; combining needs two or more")
    if len(weights) != len(models):
        raise SettingError(f"{len(weights)} weights for {len(models)} models; give one for each")
    if not all(1e-9 <= weight <= 1e9 for weight in weights):
        raise SettingError(f"the weights are {weights}; each must be from 1e-9 to 1e9")
    n_sparse = sum(model.is_sparse for model in models)
    if n_sparse and (n_sparse < len(models) or chosen.method != "concat" or chosen.dim is not None):
        raise SettingError(
            "sparse vectors can only be concatenated with other sparse ones, without dim; make SVD "
            "vectors of them first, or factorise what concat gives, with wvt build-svd"
        )


def _joint_vocabulary(
    models: Sequence[WordVectors], words: str
) -> tuple[Vocabulary, list[np.ndarray]]:
    """Return the words of the result, and for each model their places in it (-1: none)."""
    counts: dict[str, int] = {}
    seen: dict[str, int] = {}
    for model in models:
        for word, count in zip(model.words, model.vocabulary.counts.tolist()):
            counts[word] = max(counts.get(word, 0), count)
            seen[word] = seen.get(word, 0) + 1
    needed = len(models) if words == "shared" else 1
    if not all(len(model) for model in models):
        raise EmptyResultError("one of the models holds no words")
    # Python compares strings by code point.
    chosen = sorted(
        (word for word, n in seen.items() if n >= needed), key=lambda word: (-counts[word], word)
    )
    if not chosen:
        raise EmptyResultError(
            "the models share no word; were their texts tokenised in the same way?"
        )
    vocabulary = Vocabulary(chosen, np.array([counts[word] for word in chosen], np.int64))
    return vocabulary, [places_of(model, chosen) for model in models]


def places_of(model: WordVectors, words: Sequence[str]) -> np.ndarray:
    """Return the rows of `words` in a model, spelled exactly so; -1 where it lacks one."""
    ids = {word: place for place, word in enumerate(model.words)}
    return np.array([ids.get(word, -1) for word in words], np.int64)


def _rows(model: WordVectors, places: np.ndarray, weight: float, normalize: bool) -> np.ndarray:
    """Return the rows at `places`, zeros for -1 and for vectors that are not finite."""
    matrix = dense_matrix(model, "combining")
    usable = (places >= 0) & (model.norms[places] > 0)
    rows = np.zeros((len(places), model.dim), np.float32)
    rows[usable] = matrix[places[usable]]
    if normalize:
        rows[usable] /= model.norms[places[usable], None]
    rows *= np.float32(weight)
    return rows


def _averaged(parts: list[np.ndarray]) -> np.ndarray:
    total = np.zeros((len(parts[0]), max(part.shape[1] for part in parts)), np.float32)
    voters = np.zeros((len(total), 1), np.float32)
    for part in parts:
        total[:, : part.shape[1]] += part
        voters[:, 0] += part.any(axis=1)
    return total / np.maximum(voters, 1)


def _sparse_beside(
    models: Sequence[WordVectors], places: list[np.ndarray], weights: list[float], normalize: bool
) -> object:
    from scipy.sparse import csr_array, diags_array, hstack

    parts = []
    for model, where, weight in zip(models, places, weights):
        matrix = model.sparse_matrix()
        usable = (where >= 0) & (model.norms[where] > 0)
        scale = np.zeros(len(where))
        scale[usable] = weight / model.norms[where[usable]] if normalize else weight
        rows = csr_array(diags_array(scale.astype(np.float32)) @ matrix[np.maximum(where, 0)])
        rows.eliminate_zeros()
        parts.append(rows)
    beside = csr_array(hstack(parts, format="csr"), dtype=np.float32)
    beside.sort_indices()
    return beside
