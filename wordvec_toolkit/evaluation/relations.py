"""Agreement of vectors with people about how well word pairs show a relation."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..embeddings.vectors import WordVectors
from ..errors import EmptyResultError, expect
from ..runtime.arguments import checks_types
from ..runtime.signatures import Signature
from .coordinates import unit_coordinates
from .perplexity_comparison import Paired
from .relation_results import RelationScore, RelationsResult
from .relation_sets import Pair, Question, Relation, RelationSet, read_relation_set
from .statistics import ranking
from .statistics.intervals import Interval, t_p_value, t_quantile

_FEWEST = 4  # pairs of a relation; relations of a test
_NAN = float("nan")


@checks_types
def evaluate_relations(vectors: WordVectors, dataset: str | Path | RelationSet) -> RelationsResult:
    """Rank word pairs by how well they show a relation (Jurgens et al. 2012, SemEval task 2).

    The score of a pair a:b is the mean over the example pairs c:d of the relation of the cosine of
    b - a and d - c, with vectors of length 1 (Zhila et al. 2013; PairDirection of Levy and Goldberg
    2014).  Its Spearman correlation with people's ratings is averaged over relations, and so is
    MaxDiff accuracy: the share of questions whose least and whose most illustrative pair by the
    score is one that most people chose.

    Parameters
    ----------
    dataset : str, path or RelationSet
        See `read_relation_set`.

    Raises
    ------
    EmptyResultError
        If no relation has an example and four pairs in the vocabulary.
    """
    expect("vectors", vectors, WordVectors, "WordVectors, such as load(path) returns")
    test = dataset if isinstance(dataset, RelationSet) else read_relation_set(dataset)
    found = [_score(vectors, relation) for relation in test.relations]
    scores = tuple(score for score, _ in found)
    known = [score for score in scores if not math.isnan(score.spearman)]
    if not known:
        raise EmptyResultError(
            f"none of the {len(scores)} relations of {test.name} has an example and {_FEWEST} "
            "pairs in the vocabulary; is the set in the language of the corpus?"
        )
    rhos = np.array([score.spearman for score in known])
    answered = [(score.maxdiff, chance) for score, chance in found if not math.isnan(chance)]
    shares, chances = np.array(answered).T if answered else (np.array([_NAN]), np.array([_NAN]))
    n = sum(score.n for score in known)
    n_all = sum(len(relation.ratings) for relation in test.relations)
    return RelationsResult(
        dataset=test.name,
        sha256=test.sha256,
        reading=test.reading,
        spearman=float(rhos.mean()),
        interval=_mean_interval(rhos),
        maxdiff=float(shares.mean()),
        maxdiff_interval=_mean_interval(shares),
        maxdiff_chance=float(chances.mean()),
        n_relations=len(known),
        n_left_out=len(scores) - len(known),
        n=n,
        n_oov=n_all - n,
        relations=scores,
        signature=Signature.of(
            "spearman",
            "relations",
            "mean-cosine-of-offsets",
            "unit-vectors",
            set=test.name,
            sha256=test.sha256[:8],
            relations=len(known),
            n=n,
            oov=n_all - n,
            oov_pairs="left-out",
            lookup="exact,nfc,lower",
            ci="t,relations",
            **vectors.signed,
        ),
    )


def _score(vectors: WordVectors, relation: Relation) -> tuple[RelationScore, float]:
    """Return the scores on a relation, and the MaxDiff accuracy of a random choice."""
    pairs = (*relation.paradigms, *relation.ratings)
    places = {word: vectors.find(word) for pair in pairs for word in pair}
    known = [place for place in dict.fromkeys(places.values()) if place is not None]
    rated = [p for p in relation.ratings if None not in (places[p[0]], places[p[1]])]
    examples = [p for p in relation.paradigms if None not in (places[p[0]], places[p[1]])]
    n = len(rated)
    if not examples or n < _FEWEST:
        return _relation_score(relation, _NAN, _NAN, n), _NAN
    rows = unit_coordinates(vectors, known)
    row_at = dict(zip(known, rows))
    row_of = {word: row_at[place] for word, place in places.items() if place is not None}
    offsets, directions = (_directions(own, row_of) for own in (rated, examples))
    by_pair = dict(zip(rated, ranking.clean((offsets @ directions.T).mean(axis=1)).tolist()))
    ratings = np.array([relation.ratings[pair] for pair in rated])
    rho = ranking.spearman(np.array(list(by_pair.values())), ratings)
    asked = [each for each in relation.questions if all(pair in by_pair for pair in each.pairs)]
    right = [_answers(each, by_pair) for each in asked]
    chance = [_chance(each) for each in asked]
    maxdiff = float(np.mean(right)) if asked else _NAN
    score = _relation_score(relation, rho, maxdiff, n)
    return score, float(np.mean(chance)) if asked else _NAN


def _relation_score(relation: Relation, rho: float, maxdiff: float, n: int) -> RelationScore:
    n_oov = len(relation.ratings) - n
    return RelationScore(name=relation.name, spearman=rho, maxdiff=maxdiff, n=n, n_oov=n_oov)


def _directions(pairs: Sequence[Pair], row_of: dict[str, np.ndarray]) -> np.ndarray:
    """Return b - a of each pair at length 1, zero where both are one word."""
    offsets = np.stack([row_of[b] - row_of[a] for a, b in pairs])
    lengths = np.sqrt(np.einsum("ij,ij->i", offsets, offsets))[:, None]
    return np.divide(offsets, lengths, out=np.zeros_like(offsets), where=lengths > 0)


def _answers(question: Question, scores: dict[Pair, float]) -> float:
    """Return the share of the two answers that are those of most people; ties are right."""
    own = [scores[pair] for pair in question.pairs]
    least, most = own.index(min(own)), own.index(max(own))
    is_least = question.least[least] == max(question.least)
    return (is_least + (question.most[most] == max(question.most))) / 2


def _chance(question: Question) -> float:
    votes = (question.least, question.most)
    return sum(each.count(max(each)) / len(each) for each in votes) / 2


def _mean_interval(values: np.ndarray) -> Interval:
    """Return the 95 % interval of a mean, by Student's t."""
    if len(values) < 2:
        return _NAN, _NAN
    half = t_quantile(len(values) - 1) * float(values.std(ddof=1)) / math.sqrt(len(values))
    return float(values.mean()) - half, float(values.mean()) + half


def compare_relations(together: Sequence[RelationsResult], method: str, drawing: object) -> Paired:
    """Compare models by their correlations on the relations that all know; see `paired_test`."""
    rhos = np.array([[each.spearman for each in result.relations] for result in together])
    shared = ~np.isnan(rhos).any(axis=0)
    n, n_left_out = int(shared.sum()), int((~shared).sum())
    signature = Signature.of(
        "difference:spearman",
        "relations",
        set=together[0].dataset,
        sha256=together[0].sha256[:8],
        shared=n,
        left_out=n_left_out,
        models=len(together),
        ci="t,relations",
        p="t,two-sided",
    )

    def test(one: int, two: int) -> tuple[Interval, float]:
        if n < _FEWEST:
            return (_NAN, _NAN), _NAN
        apart = rhos[one, shared] - rhos[two, shared]
        error = float(apart.std(ddof=1)) / math.sqrt(n)
        return _mean_interval(apart), t_p_value(float(apart.mean()), error, n - 1)

    means = [float(own[shared].mean()) if n else _NAN for own in rhos]
    return Paired("spearman", means, n, n_left_out, signature, test)
