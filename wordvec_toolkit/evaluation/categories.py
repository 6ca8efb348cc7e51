"""How well clusters of vectors agree with categories that people made."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

import numpy as np

from ..embeddings.vectors import WordVectors
from ..errors import EmptyResultError, SettingError
from .category_sets import CategorySet, read_category_set
from .coordinates import unit_coordinates
from .statistics.bootstrap import generator
from .statistics.intervals import Interval

ClusterMethod = Literal["kmeans", "agglomerative"]


@dataclass(frozen=True, eq=False)
class CategoryResult:
    """Score on one categorisation set.

    Attributes
    ----------
    dataset, sha256, method : str
    purity : float
        Share of the words that are in the category which is the most frequent of their cluster.
    chance : float
        Mean purity of the same clusters with the words' categories shuffled.
    chance_range : (float, float)
        Where 95 of 100 such purities lie.
    adjusted_rand, v_measure : float
        Hubert and Arabie 1985, 0 by chance; Rosenberg and Hirschberg 2007.
    n : int
        Words clustered.
    n_oov : int
        Words left out: without a vector, or with the vector of a word of another category.
    categories : tuple of str
        Those with a word left, as many as there are clusters.
    words : tuple of str
        The words clustered.
    labels, clusters : int64 arrays (n,)
        Place of each word's category in `categories`; its cluster.
    signature : str
    """

    dataset: str
    sha256: str
    method: str
    purity: float
    chance: float
    chance_range: Interval
    adjusted_rand: float
    v_measure: float
    n: int
    n_oov: int
    categories: tuple[str, ...]
    words: tuple[str, ...]
    labels: np.ndarray
    clusters: np.ndarray
    signature: str


def evaluate_categories(
    vectors: WordVectors,
    dataset: str | Path | CategorySet = "everyday",
    method: ClusterMethod = "kmeans",
    n_init: int = 50,
    permutations: int = 1000,
    seed: int = 0,
) -> CategoryResult:
    """Cluster the words of a set and measure how pure the clusters are.

    There are as many clusters as categories.  No interval is given: purity is that of one
    clustering of this list, and resampled words would be clustered more easily than other words.

    Parameters
    ----------
    dataset : str, path or CategorySet
        See `read_category_set`.
    method : {"kmeans", "agglomerative"}
        k-means on vectors of length 1, the tightest of `n_init` starts; or average linkage by
        cosine.  Both scikit-learn's.
    n_init : int
        Starts of k-means.
    permutations : int
        Shuffles of the categories, for `chance`.
    seed : int

    Raises
    ------
    EmptyResultError
        If fewer than two categories have a word with a vector.
    """
    if method not in get_args(ClusterMethod):
        raise SettingError(f"method is {method!r}; expected {' or '.join(get_args(ClusterMethod))}")
    for name, value in (("n_init", n_init), ("permutations", permutations)):
        if value < 1:
            raise SettingError(f"{name} is {value}; it must be at least 1")
    if not 0 <= seed < 2**32:
        raise SettingError(f"seed is {seed}; it must be from 0 to {2**32 - 1}")
    test = dataset if isinstance(dataset, CategorySet) else read_category_set(dataset)
    words, places, titles = _known(vectors, test)
    categories = tuple(dict.fromkeys(titles))
    n_all = sum(len(own) for _, own in test.categories)
    if len(categories) < 2:
        raise EmptyResultError(
            f"{len(words)} of the {n_all} words of {test.name} have vectors, in {len(categories)} "
            "categories, and clusters need two; is the set in the language of the corpus?"
        )
    labels = np.array([categories.index(title) for title in titles], np.int64)
    clusters = _cluster(unit_coordinates(vectors, places), len(categories), method, n_init, seed)
    from sklearn.metrics import adjusted_rand_score, v_measure_score

    random = generator(seed)
    shuffled = [purity(random.permutation(labels), clusters) for _ in range(permutations)]
    low, high = np.quantile(shuffled, [0.025, 0.975])
    how = f"kmeans|unit-vectors|n-init:{n_init}" if method == "kmeans" else "average-linkage|cosine"
    signature = (
        f"purity|{how}|k:{len(categories)}|set:{test.name}|sha256:{test.sha256[:8]}|n:{len(words)}"
        f"|oov:{n_all - len(words)}|oov-words:left-out|lookup:exact,nfc,lower"
        f"|chance:{permutations}-permutations|seed:{seed}"
    )
    return CategoryResult(
        test.name,
        test.sha256,
        method,
        purity(labels, clusters),
        float(np.mean(shuffled)),
        (float(low), float(high)),
        float(adjusted_rand_score(labels, clusters)),
        float(v_measure_score(labels, clusters)),
        len(words),
        n_all - len(words),
        categories,
        tuple(words),
        labels,
        clusters,
        signature,
    )


def purity(labels: np.ndarray, clusters: np.ndarray) -> float:
    """Return the share of items with the most frequent label of their cluster.

    Parameters
    ----------
    labels, clusters : arrays (n,)
        Whole numbers from 0.
    """
    width = int(labels.max()) + 1
    held = np.bincount(clusters * width + labels, minlength=(int(clusters.max()) + 1) * width)
    return float(held.reshape(-1, width).max(axis=1).sum() / len(labels))


def _known(vectors: WordVectors, test: CategorySet) -> tuple[list[str], list[int], list[str]]:
    """Return words with a vector of their own, their places and their categories."""
    found: dict[int, dict[str, str]] = {}  # place -> category -> word
    for title, own in test.categories:
        for word in own:
            place = vectors.find(word)
            if place is not None:
                found.setdefault(place, {}).setdefault(title, word)
    kept = [(next(iter(by.items())), place) for place, by in found.items() if len(by) == 1]
    return (
        [word for (_, word), _ in kept],
        [place for _, place in kept],
        [title for (title, _), _ in kept],
    )


def _cluster(points: np.ndarray, k: int, method: str, n_init: int, seed: int) -> np.ndarray:
    from sklearn.cluster import AgglomerativeClustering, KMeans
    from threadpoolctl import threadpool_limits

    if method == "agglomerative":
        model = AgglomerativeClustering(k, metric="cosine", linkage="average")
    else:
        model = KMeans(k, n_init=n_init, random_state=seed, algorithm="lloyd")
    with threadpool_limits(1):  # sums of several threads differ from run to run
        return np.asarray(model.fit_predict(points), np.int64)
