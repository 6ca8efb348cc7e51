"""Turn one model into the space of another, and see which words have moved."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ..errors import EmptyResultError, SettingError, expect
from ..runtime.parallel import even_bounds, map_blocks, n_threads, one_blas_thread, run_blocks
from ..runtime.rows import Rows
from ..runtime.settings import takes
from .combining import places_of
from .postprocessing import dense_matrix
from .settings import AligningSettings
from .vectors import WordVectors

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import AlignKeywords

_BLOCK_ROWS = 1 << 14


class Change(NamedTuple):
    """A word, the cosine of its vectors in two aligned models, and how often it is in each."""

    word: str
    cosine: float
    occurrences: int
    occurrences_onto: int


@dataclass(frozen=True, eq=False)
class Alignment:
    """A model turned into the space of another.

    Attributes
    ----------
    vectors : WordVectors
        The first model's vectors in the other's space; cosines between the two now mean something.
    rotation : float64 array (dim, dim)
        The orthogonal Q.
    words : tuple of str
        Words with a vector in both models, those frequent in both first.
    cosines : float32 array (n_words,)
        Of each word's two vectors.
    counts : int64 array (n_words, 2)
        Of each word in the two models.
    n_anchors : int
        How many words Q was found from.
    fit : float
        Mean cosine of the anchors.
    """

    vectors: WordVectors
    rotation: np.ndarray = field(repr=False)
    words: tuple[str, ...] = field(repr=False)
    cosines: np.ndarray = field(repr=False)
    counts: np.ndarray = field(repr=False)
    n_anchors: int
    fit: float

    def changed(self, n: int = 10, among: int | None = None) -> Rows[Change]:
        """Return the words that have moved most, smallest cosine first.

        The vectors of rare words are noise and seem to move; look `among` the frequent ones, and
        compare with two models of one and the same text, or of its halves, before believing in a
        change (Dubossarsky, Weinshall and Grossman 2017).

        Parameters
        ----------
        among : int, optional
            Use only this number of words, the most frequent in both.
        """
        for name, value in (("n", n), ("among", among)):
            if value is not None and value < 1:
                raise SettingError(f"{name} is {value}; it must be at least 1")
        order = np.argsort(self.cosines[:among], kind="stable")[:n]
        return Rows(
            Change(self.words[i], float(self.cosines[i]), *(int(x) for x in self.counts[i]))
            for i in order
        )


@takes(AligningSettings)
def align(
    vectors: WordVectors, onto: WordVectors, **settings: "Unpack[AlignKeywords]"
) -> Alignment:
    """Find the rotation (or reflection) of one model that brings it closest to another.

    With A and B the anchors' rows in `vectors` and in `onto`, the orthogonal Q that makes
    ``|A Q - B|`` smallest is U V' where A'B = U S V' (Schoenemann 1966).  Distances within a model
    stay as they were.  For models of two periods this is how semantic change is measured
    (Hamilton, Leskovec and Jurafsky 2016).

    Parameters
    ----------
    vectors, onto : WordVectors
        Dense, with the same number of dimensions.

    Returns
    -------
    Alignment
        Its vectors are the prepared ones, turned: at length 1 if `normalize` (and not `center`).
        Its cosines are of the prepared vectors.

    Raises
    ------
    SettingError
        If the models cannot be aligned.
    EmptyResultError
        If they share no word, or no anchor.
    """
    expect("vectors", vectors, WordVectors)
    expect("onto", onto, WordVectors)
    if vectors.dim != onto.dim and not (vectors.is_sparse or onto.is_sparse):
        raise SettingError(
            f"the models have {vectors.dim} and {onto.dim} dimensions; expected the same number "
            "(build-svd --dim)"
        )
    chosen = AligningSettings.among(settings)
    anchors, normalize, center = chosen.anchors, chosen.normalize, chosen.center
    rows_of, rows_onto = _Rows(vectors, normalize), _Rows(onto, normalize)
    words, places, counts = _shared(vectors, onto)
    among = _anchor_places(words, anchors)
    anchor_places = places[among]
    if center:
        rows_of.mean = _sum_over(len(among), lambda part: rows_of(anchor_places[part, 0]).sum(0))
        rows_onto.mean = _sum_over(
            len(among), lambda part: rows_onto(anchor_places[part, 1]).sum(0)
        )
        rows_of.mean, rows_onto.mean = rows_of.mean / len(among), rows_onto.mean / len(among)
    with one_blas_thread():
        left, _, right = np.linalg.svd(
            _sum_over(
                len(among),
                lambda part: rows_of(anchor_places[part, 0]).T @ rows_onto(anchor_places[part, 1]),
            )
        )
        rotation = left @ right
        cosines = np.empty(len(words), np.float32)
        result = np.zeros((len(vectors), vectors.dim), np.float32)

        def compare(first: int, last: int) -> None:
            part = places[first:last]
            cosines[first:last] = _cosines(rows_of(part[:, 0]) @ rotation, rows_onto(part[:, 1]))

        def turn(first: int, last: int) -> None:
            result[first:last] = rows_of(np.arange(first, last)) @ rotation + rows_onto.mean

        threads = n_threads(None)
        run_blocks(compare, even_bounds(len(words), _BLOCK_ROWS), threads)
        run_blocks(turn, even_bounds(len(vectors), _BLOCK_ROWS), threads)
    result[vectors.norms == 0] = 0
    fit = float(cosines[among].mean(dtype=np.float64))
    described: dict[str, object] = {
        **vectors.settings,
        "aligned": {
            "normalize": normalize,
            "center": center,
            "anchors": "all" if anchors is None else sorted(set(anchors)),
        },
    }
    facts = {**vectors.facts, "n_shared": len(words), "n_anchors": len(among), "fit": fit}
    facts.pop("singular_values", None)  # the columns are no longer theirs
    return Alignment(
        WordVectors(vectors.vocabulary, result, described, facts),
        rotation,
        words,
        cosines,
        counts,
        len(among),
        fit,
    )


class _Rows:
    """Rows of a model by their places, as float64: at length 1 if asked, minus `mean`."""

    def __init__(self, vectors: WordVectors, normalize: bool) -> None:
        self._matrix = dense_matrix(vectors, "alignment")
        self._norms = vectors.norms
        self._normalize = normalize
        self.mean = np.zeros(vectors.dim)

    def __call__(self, places: np.ndarray) -> np.ndarray:
        norms = self._norms[places].astype(np.float64)
        rows = self._matrix[places].astype(np.float64)
        rows[norms == 0] = 0  # also what is not finite
        if self._normalize:
            rows /= np.where(norms > 0, norms, 1)[:, None]
        return np.asarray(rows - self.mean)


def _sum_over(n: int, function: Callable[[slice], np.ndarray]) -> np.ndarray:
    """Return the sum of `function` over blocks of ``range(n)``."""
    bounds = even_bounds(n, _BLOCK_ROWS)
    blocks = map_blocks(lambda first, last: function(slice(first, last)), bounds, n_threads(None))
    return np.asarray(sum(blocks))


def _shared(
    vectors: WordVectors, onto: WordVectors
) -> tuple[tuple[str, ...], np.ndarray, np.ndarray]:
    """Return words with a vector in both, their rows (n, 2) and counts (n, 2)."""
    there = places_of(onto, vectors.words)
    onto_norms = np.append(onto.norms, np.float32(0))  # the last one for place -1
    here = np.flatnonzero((vectors.norms > 0) & (onto_norms[there] > 0))
    places = np.stack([here, there[here]], axis=1)
    if not len(places):
        raise EmptyResultError(
            "the models share no word with a vector; were their texts tokenised in the same way?"
        )
    counts = np.stack(
        [vectors.vocabulary.counts[places[:, 0]], onto.vocabulary.counts[places[:, 1]]], axis=1
    )
    order = np.argsort(-counts.min(axis=1), kind="stable")
    places, counts = places[order], counts[order]
    return tuple(vectors.words[place] for place in places[:, 0]), places, counts


def _anchor_places(words: tuple[str, ...], anchors: Sequence[str] | None) -> np.ndarray:
    if anchors is None:
        return np.arange(len(words))
    wanted = set(anchors)
    chosen = np.array([i for i, word in enumerate(words) if word in wanted], np.int64)
    if not len(chosen):
        raise EmptyResultError(
            f"none of the {len(wanted)} anchors has a vector in both models; expected words with "
            "the spelling of the models"
        )
    return chosen


def _cosines(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    products = np.einsum("ij,ij->i", one, other)
    return np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)
