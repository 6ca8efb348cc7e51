"""Accuracy of vectors in finding the word that does not belong."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..embeddings.queries import cosines_to_mean
from ..embeddings.vectors import WordVectors
from ..errors import EmptyResultError, expect
from ..runtime.arguments import checks_types
from ..runtime.signatures import Signature
from .category_sets import CategorySet, OddOneOutSet, odd_one_out_of, read_odd_one_out_set
from .results import OddOneOutResult
from .statistics.chance import odd_one_out_chance
from .statistics.intervals import share_interval


@checks_types
def evaluate_odd_one_out(
    vectors: WordVectors, dataset: str | Path | OddOneOutSet | CategorySet
) -> OddOneOutResult:
    """Find the odd word of each group: the one farthest, by cosine, from the mean of the group.

    The mean is that of the vectors at length 1, the odd word's own included, as in gensim's
    ``doesnt_match``.

    Parameters
    ----------
    dataset : str, path, OddOneOutSet or CategorySet
        See `read_odd_one_out_set`; from the words of a CategorySet that have vectors, groups are
        drawn by `odd_one_out_of`.

    Raises
    ------
    EmptyResultError
        If no group has all its words in the vocabulary.
    """
    expect("vectors", vectors, WordVectors, "WordVectors, such as load(path) returns")
    if isinstance(dataset, CategorySet):
        test = odd_one_out_of(words_known(dataset, [vectors]))
    else:
        test = dataset if isinstance(dataset, OddOneOutSet) else read_odd_one_out_set(dataset)
    distinct = {word: vectors.find(word) for group in test.groups for word in group}
    answers = np.full(len(test.groups), -1, np.int64)
    sizes = []
    for number, group in enumerate(test.groups):
        places = [distinct[word] for word in group]
        known = [place for place in places if place is not None]
        if len(set(known)) < len(group):
            continue
        sizes.append(len(group))
        answers[number] = int(np.argmin(cosines_to_mean(vectors.unit(known))))
    if not sizes:
        raise EmptyResultError(
            f"none of the {len(test.groups)} groups of {test.name} has all its words in the "
            "vocabulary; is the set in the language of the corpus?"
        )
    last = np.array([len(group) - 1 for group in test.groups])
    n, right = len(sizes), int((answers == last).sum())
    return OddOneOutResult(
        dataset=test.name,
        sha256=test.sha256,
        reading=test.reading,
        accuracy=right / n,
        interval=share_interval(right, n),
        chance=odd_one_out_chance(sizes),
        n_correct=right,
        n=n,
        n_oov=len(last) - n,
        answers=answers,
        signature=Signature.of(
            "accuracy",
            "odd-one-out",
            "farthest-from-mean-of-unit-vectors",
            set=test.name,
            sha256=test.sha256[:8],
            n=n,
            oov=len(last) - n,
            oov_groups="left-out",
            lookup="exact,nfc,lower",
            ci="wilson",
            **vectors.signed,
        ),
    )


def words_known(categories: CategorySet, models: Sequence[WordVectors]) -> CategorySet:
    """Return a category set without the words that one of the models has no vector for.

    Groups drawn from it are all covered, and are the same for all these models.
    """
    kept = tuple(
        (title, tuple(w for w in own if all(model.find(w) is not None for model in models)))
        for title, own in categories.categories
    )
    return CategorySet(f"{categories.name},known", categories.sha256, kept)
