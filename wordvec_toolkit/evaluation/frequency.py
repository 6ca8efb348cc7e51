"""Scores by how often the rarest word of an item occurs in the corpus."""

from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from ..embeddings.vectors import WordVectors
from ..errors import SettingError, WordvecError
from ..runtime.results import Results
from .datasets import AnalogySet, SimilaritySet
from .results import AnalogyResult, FrequencyBand, SimilarityResult
from .statistics import ranking
from .statistics.jackknife import jackknife_spearman
from .statistics.pair_bootstrap import sections_of
from .statistics.pair_effects import accuracy_interval, add_sums, section_sums

#: Bands begin at these counts; the last has no end.
EDGES = (1, 10, 50, 500, 5000)


def similarity_by_frequency(
    vectors: WordVectors,
    test: SimilaritySet,
    result: SimilarityResult,
    edges: Sequence[int] = EDGES,
) -> Results[FrequencyBand]:
    """Return the Spearman correlation by frequency of the rarer word of a pair.

    Parameters
    ----------
    test, result
        What `vectors` were scored on, and the result.
    edges : sequence of int
        Where bands begin; bands without any pair are not returned.

    Raises
    ------
    WordvecError
        If the vectors carry no counts.
    """
    rarest = _rarest(vectors, (pair[:2] for pair in test.pairs))
    rarest[np.isnan(result.cosines)] = 0
    found = []
    for low, high, held in _bands(rarest, edges):
        scores, ratings = ranking.clean(result.cosines[held]), result.ratings[held]
        n = int(held.sum())
        rho = ranking.spearman(scores, ratings) if n > 1 else float("nan")
        found.append(
            FrequencyBand(
                low=low,
                high=high,
                score=rho,
                interval=jackknife_spearman(scores, ratings),
                n=n,
                signature=result.signature.before("ci").add(
                    rarest_word=_joined(edges), ci="fisher-z-jackknife"
                ),
            )
        )
    return Results(found)


def analogies_by_frequency(
    vectors: WordVectors, test: AnalogySet, result: AnalogyResult, edges: Sequence[int] = EDGES
) -> Results[FrequencyBand]:
    """Return the accuracy by frequency of the rarest of a question's four words.

    The intervals allow for word pairs that are harder than others, as those of
    `evaluate_analogies` do.  See `similarity_by_frequency`.
    """
    questions = (question for _, section in test.sections for question in section)
    rarest = _rarest(vectors, questions)
    rarest[result.answers < 0] = 0
    designs = sections_of(test)
    found = []
    for low, high, held in _bands(rarest, edges):
        bounds = accuracy_interval(add_sums(section_sums(designs, result.correct, held)))
        n, right = int(held.sum()), int(result.correct[held].sum())
        found.append(
            FrequencyBand(
                low=low,
                high=high,
                score=right / n,
                interval=bounds,
                n=n,
                signature=result.signature.before("ci").add(
                    rarest_word=_joined(edges), ci="wilson-t", of="word-pairs"
                ),
            )
        )
    return Results(found)


def _rarest(vectors: WordVectors, items: Iterable[Sequence[str]]) -> np.ndarray:
    counts = vectors.vocabulary.counts
    if len(counts) > 1 and (counts == counts[0]).all():
        raise WordvecError(
            "these vectors carry no word counts; a breakdown by frequency needs vectors that were "
            "built from a corpus"
        )
    seen: dict[str, int] = {}

    def count(word: str) -> int:
        if word not in seen:
            place = vectors.find(word)
            seen[word] = 0 if place is None else int(counts[place])
        return seen[word]

    return np.array([min(count(word) for word in item) for item in items], np.int64)


def _bands(
    rarest: np.ndarray, edges: Sequence[int]
) -> Iterator[tuple[int, int | None, np.ndarray]]:
    if not edges or edges[0] < 1 or any(b <= a for a, b in zip(edges, edges[1:])):
        raise SettingError(f"edges are {tuple(edges)}; expected counts from 1 upwards")
    for low, high in zip(edges, (*edges[1:], None)):
        held = rarest >= low
        if high is not None:
            held &= rarest < high
        if held.any():
            yield low, high, held


def _joined(edges: Sequence[int]) -> str:
    return ",".join(map(str, edges))
