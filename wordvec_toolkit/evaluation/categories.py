"""Agreement of clusters of vectors with categories that people made."""

from pathlib import Path
from typing import Literal

import numpy as np

from ..embeddings.vectors import WordVectors
from ..errors import EmptyResultError, SettingError, expect
from ..runtime.arguments import checks_types
from ..runtime.signatures import Signature
from .category_sets import CategorySet, read_category_set
from .columns import Columns
from .coordinates import unit_coordinates
from .results import CategoryResult
from .statistics.bootstrap import generator

ClusterMethod = Literal["kmeans", "agglomerative"]


@checks_types
def evaluate_categories(
    vectors: WordVectors,
    dataset: str | Path | CategorySet = "everyday",
    method: ClusterMethod = "kmeans",
    n_init: int = 50,
    permutations: int = 1000,
    seed: int = 0,
    columns: Columns = None,
    encoding: str | None = None,
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
    columns : str or sequence of str or int, optional
        Of a file: the columns of the word and the category, by name or by number from 1.
    encoding : str, optional
        Of a file; default: UTF-8, or what its byte order mark says.

    Raises
    ------
    EmptyResultError
        If fewer than two categories have a word with a vector.
    """
    expect("vectors", vectors, WordVectors, "WordVectors, such as load(path) returns")
    for name, value in (("n_init", n_init), ("permutations", permutations)):
        if value < 1:
            raise SettingError(f"{name} is {value}; it must be at least 1")
    if not 0 <= seed < 2**32:
        raise SettingError(f"seed is {seed}; it must be from 0 to {2**32 - 1}")
    test = (
        dataset
        if isinstance(dataset, CategorySet)
        else read_category_set(dataset, columns, encoding)
    )
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
    signature = Signature.of("purity", "average-linkage", "cosine")
    if method == "kmeans":
        signature = Signature.of("purity", "kmeans", "unit-vectors", n_init=n_init)
    return CategoryResult(
        dataset=test.name,
        sha256=test.sha256,
        reading=test.reading,
        method=method,
        purity=purity(labels, clusters),
        chance=float(np.mean(shuffled)),
        chance_range=(float(low), float(high)),
        adjusted_rand=float(adjusted_rand_score(labels, clusters)),
        v_measure=float(v_measure_score(labels, clusters)),
        n=len(words),
        n_oov=n_all - len(words),
        categories=categories,
        words=tuple(words),
        labels=labels,
        clusters=clusters,
        signature=signature.add(
            k=len(categories),
            set=test.name,
            sha256=test.sha256[:8],
            n=len(words),
            oov=n_all - len(words),
            oov_words="left-out",
            lookup="exact,nfc,lower",
            chance=f"{permutations}-permutations",
            seed=seed,
            **vectors.signed,
        ),
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
