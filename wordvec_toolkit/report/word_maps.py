"""Word vectors as pictures show them: maps of words, and how similar some are to one another."""

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from ..bundles.recognising import is_bundle
from ..embeddings.mapping import LEAST_ROWS, NAMES, Mapping, Method, check_method, map_rows
from ..embeddings.settings import MapSettings
from ..embeddings.vectors import WordVectors
from ..embeddings.vicinity import unit_rows
from ..errors import EmptyResultError, SettingError, expect
from ..runtime.arguments import checks_types
from ..runtime.progress import ProgressLike, as_progress
from ..runtime.signatures import Signature
from ..text.corpus import EncodedCorpus
from ..text.function_words import are_function_words, has_letters
from .data import HeatMap, WordMap

_NEIGHBORS, _FEWER, _MANY = 10, 5, 4000  # of each word; fewer where there are many words
MOST_COMPARED = 400  # words; in a larger heat map words cannot be distinguished


@checks_types
def map_words(
    vectors: WordVectors,
    words: int = 2000,
    method: Method = "tsne",
    only: Sequence[str] | None = None,
    highlight: Sequence[str] = (),
    perplexity: float | None = None,
    seed: int | None = None,
    axes: Sequence[int] | None = None,
    name: str = "",
    corpus: EncodedCorpus | None = None,
    progress: ProgressLike = None,
) -> WordMap:
    """Lay words out in the plane so that what is similar lies together.

    Parameters
    ----------
    vectors : WordVectors
        Dense or sparse.
    words : int
        Number of words, the most frequent ones (of a file without counts, the first).
    method, perplexity, seed
        See `map_rows`; a map of fewer than five words is made by PCA.  ``svd``: two columns of
        dense vectors as they are, those of SVD vectors by falling singular value, with axes and
        words in one place in a stack; words whose vector is zero are there, too.
    axes : pair of int, optional
        The columns of ``svd``, from 1; default: 1 and 2.
    only : sequence of str, optional
        Choose among these words; those that have no vector are skipped.
    highlight : sequence of str
        Words to be on the map in any case.
    name : str
        What to call the model.
    corpus : EncodedCorpus, optional
        The text that the vectors are of, which tells function words from others.

    Raises
    ------
    UnknownWordError
        If a word to highlight has no vector.
    EmptyResultError
        If no word is left.
    SettingError, MissingExtraError
        See `map_rows`.
    """
    expect("vectors", vectors, WordVectors)
    progress = as_progress(progress)
    check_method(method)
    MapSettings(method=method, words=words, axes=None if axes is None else tuple(axes))
    plane = _plane(vectors, axes or (1, 2)) if method == "svd" else None
    places, n_left_out = _chosen(vectors, words, only, highlight, plane)
    if n_left_out:
        progress.note(
            f"skipped, without a vector or with a zero vector: {n_left_out:,} word"
            f"{'s' if n_left_out > 1 else ''}"
        )
    if plane is not None:
        first, second = axes or (1, 2)
        found = Mapping(plane[places], method, None, {})
        title, drawn = f"dimensions {first} and {second}", (first, second)
        signature = Signature.of("map", "columns", words=len(places), axes=f"{first},{second}")
    else:
        found = map_rows(unit_rows(vectors.matrix, places), method, perplexity, seed, progress)
        if found.method != method:
            progress.note(f"fewer than {LEAST_ROWS} words: they are shown by PCA")
        title, drawn, signature = NAMES[found.method], None, _signature(found, len(places))
    shown = tuple(vectors.vocabulary.word(int(place)) for place in places)
    others, near, cosines = _nearest(vectors, shown, vectors.norms[places] > 0)
    return WordMap(
        model=name,
        method=title,
        words=shown,
        x=tuple(found.positions[:, 0].tolist()),
        y=tuple(found.positions[:, 1].tolist()),
        counts=tuple(vectors.vocabulary.counts[places].tolist()),
        signature=signature,
        kept=found.kept,
        others=others,
        near=near,
        cosines=cosines,
        function_words=_function_words(shown, corpus),
        axes=drawn,
    )


def corpus_of(path: str | Path) -> EncodedCorpus | None:
    """Return the text of the workspace that a bundle of vectors is in; None if there is none."""
    corpus = Path(path).parent / "corpus"
    return EncodedCorpus.load(corpus) if is_bundle(corpus) else None


def _function_words(words: Sequence[str], corpus: EncodedCorpus | None) -> tuple[int, ...]:
    """Return the places of function words and of what has no letters; without a text, of these."""
    known = () if corpus is None else are_function_words(corpus).tolist()
    find = (lambda word: None) if corpus is None else corpus.vocabulary.find
    return tuple(
        place
        for place, word in enumerate(words)
        if not has_letters(word) or ((own := find(word)) is not None and known[own])
    )


def _nearest(
    vectors: WordVectors, words: Sequence[str], has_length: np.ndarray
) -> tuple[tuple[str, ...], tuple[tuple[int, ...], ...], tuple[tuple[float, ...], ...]]:
    """Return the neighbours of words among all that have vectors; see `WordMap`."""
    n = _NEIGHBORS if len(words) <= _MANY else _FEWER
    answers = iter(vectors.nearest_each([w for w, has in zip(words, has_length) if has], n))
    found = [next(answers) if has else [] for has in has_length]
    places = {word: place for place, word in enumerate(words)}
    near = tuple(tuple(places.setdefault(one.word, len(places)) for one in each) for each in found)
    cosines = tuple(tuple(round(one.similarity, 3) for one in each) for each in found)
    return tuple(places)[len(words) :], near, cosines


def _plane(vectors: WordVectors, axes: Sequence[int]) -> np.ndarray:
    """Return two columns of dense vectors, float64 (n_words, 2)."""
    if not isinstance(vectors.matrix, np.ndarray):
        raise SettingError(
            "method svd draws columns of dense vectors, and these are sparse; give the bundle svd, "
            "or another method"
        )
    if max(axes) > vectors.dim:
        raise SettingError(f"axes is {tuple(axes)}; these vectors have {vectors.dim} dimensions")
    return np.asarray(vectors.matrix[:, [axis - 1 for axis in axes]], np.float64)


def _chosen(
    vectors: WordVectors,
    n: int,
    only: Sequence[str] | None,
    highlight: Sequence[str],
    plane: np.ndarray | None = None,
) -> tuple[np.ndarray, int]:
    """Return the ids to show, ascending, and how many were skipped because they have no vector.

    With a `plane`, its numbers have to be finite, and vectors need no length.
    """
    has_length = vectors.norms > 0 if plane is None else np.isfinite(plane).all(axis=1)
    if only is None:
        usable = np.flatnonzero(has_length)
        among = np.arange(len(vectors))
    else:
        asked = {vectors.vocabulary.find(word) for word in only}
        among = np.array(sorted(place for place in asked if place is not None), np.int64)
        usable = among[has_length[among]]
    chosen = usable[:n]
    if not len(chosen):
        raise EmptyResultError(
            f"none of the {len(only) if only is not None else len(vectors):,} words has a vector; "
            "check their spelling, or give other words or vectors"
        )
    passed = int((~has_length[among[among <= chosen[-1]]]).sum())
    if only is not None:
        passed += sum(vectors.vocabulary.find(word) is None for word in dict.fromkeys(only))
    vocabulary = vectors.vocabulary
    found = map(vocabulary.find, highlight)
    extra = [
        vectors.id(word) if plane is None or place is None else place
        for word, place in zip(highlight, found)
    ]
    return np.unique(np.concatenate([chosen, np.array(extra, np.int64)])), passed


def _signature(found: Mapping, n: int) -> Signature:
    import sklearn

    signature = Signature.of("map", found.method, words=n, rows="unit")
    signature = signature.add(*(f"{name}:{value}" for name, value in found.settings.items()))
    return signature.add(sklearn=sklearn.__version__) if found.method == "tsne" else signature


@checks_types
def similarity_matrix(vectors: WordVectors, words: Sequence[str], name: str = "") -> HeatMap:
    """Return the cosines of words with one another, ordered by hierarchical clustering.

    The order is that of the leaves of a tree by average linkage on 1 - cosine, turned so that
    neighbours are as similar as the tree allows (Bar-Joseph, Gifford and Jaakkola 2001, "Fast
    optimal leaf ordering for hierarchical clustering", Bioinformatics 17); of its two ends, the
    one whose word is named first comes first.

    Raises
    ------
    UnknownWordError
        If a word is not in the vocabulary.
    SettingError
        If there are fewer than two words, or more than can be distinguished.
    """
    expect("words", words, Iterable, "a list of words")
    expect("vectors", vectors, WordVectors)
    if isinstance(words, str):
        raise SettingError("expected words in a list")
    places = list(dict.fromkeys(vectors.id(word) for word in words))
    if not 2 <= len(places) <= MOST_COMPARED:
        raise SettingError(f"{len(places)} different words; a heat map needs 2 to {MOST_COMPARED}")
    units = vectors.unit(places).astype(np.float64)
    cosines = np.clip(units @ units.T, -1, 1)
    order = _like_beside_like(cosines)
    cosines = cosines[np.ix_(order, order)]
    return HeatMap(
        model=name,
        words=tuple(vectors.vocabulary.word(places[item]) for item in order),
        cosines=tuple(tuple(row) for row in cosines.tolist()),
        signature=Signature.of(
            "heat-map", "cosine", words=len(places), order="average-linkage,optimal-leaves"
        ),
    )


def _like_beside_like(cosines: np.ndarray) -> list[int]:
    from scipy.cluster.hierarchy import leaves_list, linkage
    from scipy.spatial.distance import squareform

    distances = squareform(np.maximum(0, 1 - cosines), checks=False)
    order = leaves_list(linkage(distances, "average", optimal_ordering=True)).tolist()
    return order if order[0] < order[-1] else order[::-1]
