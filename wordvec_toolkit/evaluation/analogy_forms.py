"""Inflected forms of the words of analogy questions, which can be excluded from the candidates."""

from collections.abc import Callable, Iterable
from typing import TypeAlias

import numpy as np

from ..embeddings.vectors import WordVectors
from .datasets import AnalogySet

#: Word -> its base forms.
BaseForms: TypeAlias = Callable[[str], Iterable[str]]


def with_forms(
    vectors: WordVectors,
    test: AnalogySet,
    asked: np.ndarray,
    among: int | None,
    base_forms: BaseForms,
) -> np.ndarray:
    """Return words that cannot be the answer of questions, int64 (n_questions, 3 + m), -1 for none.

    a, b and c, and the words of the vocabulary that share a base form with one of them; not these
    in sections in which most pairs a, b share one.

    Parameters
    ----------
    asked : int64 array (n_questions, 4)
        Ids of a, b, c and d, -1 for those skipped.
    """
    words = vectors.vocabulary.first_words(len(vectors) if among is None else among)
    ids: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        for base in set(base_forms(word)):
            ids.setdefault(base, []).append(place)
    relatives = {
        int(place): {other for base in base_forms(words[place]) for other in ids.get(base, ())}
        for place in np.unique(asked[asked >= 0])
    }
    more: list[set[int]] = []
    first = 0
    for _, section in test.sections:
        own = asked[first : first + len(section)]
        first += len(section)
        known = own[(own >= 0).all(axis=1)]
        pairs = np.unique(known[:, :2], axis=0).tolist()
        of_forms = sum(b in relatives[a] for a, b in pairs)
        if 2 * of_forms > len(pairs):
            more += [set()] * len(section)
            continue
        for a, b, c, _ in own.tolist():
            found = [relatives[place] for place in (a, b, c) if place >= 0]
            more.append(set().union(*found) - {a, b, c})
    left_out = np.full((len(asked), 3 + max(map(len, more), default=0)), -1, np.int64)
    left_out[:, :3] = asked[:, :3]
    for row, forms in zip(left_out, more):
        row[3 : 3 + len(forms)] = sorted(forms)
    return left_out
