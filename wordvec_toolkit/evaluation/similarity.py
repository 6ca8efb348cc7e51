"""How well cosines agree with the similarity that people see."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..embeddings.vectors import WordVectors
from ..errors import EmptyResultError
from .datasets import SimilaritySet, read_similarity_set
from .statistics import Interval, spearman_interval


@dataclass(frozen=True, eq=False)
class SimilarityResult:
    """Score on one similarity set.

    Attributes
    ----------
    spearman : float
        Rank correlation of cosines and human scores over the pairs in the vocabulary; nan if all
        cosines or all scores are equal.
    interval : (float, float)
        95 %, see `spearman_interval`.
    n : int
        Pairs scored.
    n_oov : int
        Pairs left out because a word has no vector.  They are never scored.
    oov_words : tuple of str
    cosines : float64 array (n_pairs,)
        In the order of the set; nan for the pairs left out.
    signature : str
        How the number was made.
    """

    dataset: str
    spearman: float
    interval: Interval
    n: int
    n_oov: int
    oov_words: tuple[str, ...]
    cosines: np.ndarray
    signature: str


def evaluate_similarity(
    vectors: WordVectors, dataset: str | Path | SimilaritySet = "wordsim353"
) -> SimilarityResult:
    """Correlate the cosines of word pairs with human scores.

    Words are looked up as they are written, then in NFC, then in lower case.

    Parameters
    ----------
    dataset : str, path or SimilaritySet
        See `read_similarity_set`.

    Raises
    ------
    EmptyResultError
        If fewer than two pairs are in the vocabulary.
    """
    from scipy.stats import spearmanr

    test = dataset if isinstance(dataset, SimilaritySet) else read_similarity_set(dataset)
    places = {word: vectors.find(word) for pair in test.pairs for word in pair[:2]}
    oov = tuple(word for word, place in places.items() if place is None)
    cosines = np.full(len(test.pairs), np.nan)
    for i, (first, second, _) in enumerate(test.pairs):
        one, two = places[first], places[second]
        if one is not None and two is not None:
            unit = vectors.unit([one, two]).astype(np.float64)
            cosines[i] = unit[0] @ unit[1]
    known = ~np.isnan(cosines)
    n = int(known.sum())
    if n < 2:
        raise EmptyResultError(
            f"{n} of the {len(test.pairs)} pairs of {test.name} are in the vocabulary; a "
            "correlation needs two: is the set in the language of the corpus?"
        )
    scores = np.array([score for _, _, score in test.pairs])
    rounded = np.round(cosines[known], 7)  # float32 noise is no order
    constant = np.ptp(rounded) == 0 or np.ptp(scores[known]) == 0
    rho = float("nan") if constant else float(spearmanr(rounded, scores[known]).statistic)
    signature = (
        f"spearman|set:{test.name}|sha256:{test.sha256[:8]}|n:{n}|oov:{len(test.pairs) - n}"
        "|oov-pairs:left-out|lookup:exact,nfc,lower|ties:average|ci:bonett-wright"
    )
    return SimilarityResult(
        test.name,
        rho,
        spearman_interval(rho, n),
        n,
        len(test.pairs) - n,
        oov,
        cosines,
        signature,
    )
