"""Pick words whose neighbours show what vectors have learnt."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..bundles.reading import open_bundle
from ..bundles.recognising import is_bundle
from ..errors import FormatError
from ..text.vocabulary import Vocabulary

_FIRST = 100  # the grammar of a language stands before
_FEWEST = 10  # occurrences that vectors can go by


def spread_words(words: Sequence[str], counts: np.ndarray, n: int = 6) -> tuple[str, ...]:
    """Return words that stand evenly on the logarithmic scale of ranks, from frequent to rare.

    Parameters
    ----------
    words : sequence of str
        By falling count.
    counts : int64 array (n_words,)
    """
    good = [
        place
        for place, (word, count) in enumerate(zip(words, counts.tolist()))
        if count >= _FEWEST and word.isalpha() and _says_something(word)
    ]
    later = [place for place in good if place >= min(_FIRST, len(words) // 10)] or good
    if not later:
        return tuple(word for word in words if not word.startswith("-"))[:n]  # no options
    last = len(later) - 1
    # Steps of equal ratio between the first and the last rank.
    ratios = np.geomspace(later[0] + 1, later[-1] + 1, n) - 1
    picked = np.minimum(np.searchsorted(later, np.round(ratios)), last)
    return tuple(words[later[at]] for at in dict.fromkeys(picked.tolist()))


def vocabulary_of(workspace: Path) -> Vocabulary | None:
    """Return the vocabulary of a workspace; None if it has none that can be read."""
    try:
        if is_bundle(workspace / "corpus"):
            return Vocabulary.read(open_bundle(workspace / "corpus"))
    except FormatError:
        pass
    return None


def _says_something(word: str) -> bool:
    """Tell whether a word is long enough to mean something: two letters are, beyond ASCII."""
    return len(word) > 5 or (not word.isascii() and len(word) > 1)
