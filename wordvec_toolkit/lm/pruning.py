"""Leave out n-grams that are rare, or that change little."""

from collections.abc import Sequence

import numpy as np

from ..counts.ngrams import NgramCounts
from ..errors import SettingError


def prune_thresholds(prune: Sequence[int], order: int) -> list[int]:
    """Return a threshold for each order, as lmplz reads ``--prune``.

    Raises
    ------
    SettingError
        If there are too many, they fall, or unigrams would be left out.
    """
    values = [int(value) for value in prune]
    if len(values) > order:
        raise SettingError(f"prune has {len(values)} thresholds for a model of order {order}")
    if values and values[0] != 0:
        raise SettingError(
            f"prune is {values}; the first threshold, of words, must be 0: "
            "leave rare words out of the vocabulary instead (min_count)"
        )
    if any(low > high for low, high in zip(values, values[1:])):
        raise SettingError(f"prune is {values}; thresholds must not fall from order to order")
    return values + [values[-1] if values else 0] * (order - len(values))


def kept_by_count(counts: NgramCounts, thresholds: Sequence[int]) -> np.ndarray:
    """Tell which n-grams occur more often than the threshold of their order.

    As no n-gram occurs more often than its parts and thresholds do not fall, the parts of what
    stays stay too.
    """
    kept = np.ones(len(counts.trie), bool)
    for order, threshold in enumerate(thresholds, 1):
        places = counts.trie.places(order)
        if threshold:
            kept[places] = counts.counts[places] > threshold
    return kept
