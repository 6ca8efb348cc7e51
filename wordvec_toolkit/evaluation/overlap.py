"""Test sets that hold the same items, found by their contents."""

import unicodedata
from collections.abc import Sequence

from .comparison_results import Overlap
from .datasets import AnalogySet, SimilaritySet

Items = frozenset[tuple[str, ...]]


def items_of(test: SimilaritySet | AnalogySet) -> Items:
    """Return the different items of a test set, spelled alike."""
    if isinstance(test, SimilaritySet):
        return frozenset(tuple(sorted((_form(a), _form(b)))) for a, b, _ in test.pairs)
    return frozenset(
        tuple(_form(word) for word in question)
        for _, questions in test.sections
        for question in questions
    )


def _form(word: str) -> str:
    return unicodedata.normalize("NFC", word).casefold()


def find_overlaps(tests: Sequence[SimilaritySet | AnalogySet]) -> tuple[Overlap, ...]:
    """Return every two test sets that share items; none if no two do.

    An average over sets that share items counts those more than once: WordSim-353 holds all
    pairs of its similarity and relatedness parts, and these share pairs with each other.

    Raises
    ------
    ValueError
        If similarity sets are mixed with analogy sets.
    """
    if len({type(test) for test in tests}) > 1:
        raise ValueError("similarity sets and analogy sets have no items in common")
    items = [items_of(test) for test in tests]
    found = []
    for i, one in enumerate(items):
        for j in range(i + 1, len(items)):
            shared = len(one & items[j])
            if not shared:
                continue
            small, large = (i, j) if len(one) <= len(items[j]) else (j, i)
            unit = "pairs" if isinstance(tests[i], SimilaritySet) else "questions"
            found.append(
                Overlap(
                    tests[small].name,
                    tests[large].name,
                    shared,
                    len(items[small]),
                    len(items[large]),
                    unit,
                )
            )
    return tuple(found)
