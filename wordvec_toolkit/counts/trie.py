"""N-grams of all orders as one sorted tree."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .._kernels import tries as kernels
from ..bundles.checks import are_offsets, are_within
from ..errors import WordvecError
from ..runtime.file_arrays import new_array, selected
from ..runtime.memory import release
from ..runtime.parallel import weighted_bounds

_AT_ONCE = 1 << 22  # n-grams


@dataclass(frozen=True, eq=False)
class NgramTrie:
    """All n-grams of orders 1 to `order`, sorted by their words from the first on.

    An n-gram is a place.  Unigrams come first, a word's place being its id; then all bigrams, and
    so on.  The n-grams that continue a given one are adjacent, sorted by their last word.

    Attributes
    ----------
    bases : int64 array (order + 1,)
        k-grams are the places ``bases[k - 1]`` to ``bases[k]``.
    words : int32 array (n,)
        Last word of each n-gram.
    children : int32 array (bases[order - 1] + 1,)
        The n-grams that go on from place i are ``children[i]`` to ``children[i + 1]``.
    """

    bases: np.ndarray
    words: np.ndarray
    children: np.ndarray

    def __post_init__(self) -> None:
        # Kernels believe these numbers, so they are checked whoever made them.
        bases, children = self.bases, self.children
        if not (
            len(bases) >= 2
            and are_offsets(bases, len(bases) - 1, 0, len(self.words))
            and are_offsets(children, int(bases[-2]), int(bases[1]), int(bases[-1]))
            and bool((children[bases[:-1]] == bases[1:]).all())
            and are_within(self.words, 0, int(bases[1]))
        ):
            raise WordvecError("the tree of n-grams is damaged")

    def __len__(self) -> int:
        return len(self.words)

    @property
    def order(self) -> int:
        return len(self.bases) - 1

    @property
    def n_words(self) -> int:
        return int(self.bases[1])

    @property
    def sizes(self) -> list[int]:
        """Number of n-grams of each order."""
        return [int(size) for size in np.diff(self.bases)]

    def places(self, order: int) -> slice:
        """Return where the n-grams of one order are."""
        return slice(int(self.bases[order - 1]), int(self.bases[order]))

    def is_sorted(self) -> bool:
        """Return whether unigrams are ordered by id, and all others in order."""
        n_words = self.n_words
        bounds = [0, *weighted_bounds(self.children, _AT_ONCE)]  # unigrams are looked at, too
        for first, last in pairwise(bounds):
            if not kernels.words_ascend(self.words, self.children[first : last + 1], n_words):
                return False
            release(self.words, self.children)
        return True

    def find(self, ngram: list[int] | tuple[int, ...] | np.ndarray) -> int:
        """Return the place of an n-gram given as ids, -1 if it is not there."""
        if not 1 <= len(ngram) <= self.order:
            return -1
        ids = np.asarray(ngram, np.int32)
        if int(ids.min()) < 0 or int(ids.max()) >= self.n_words:
            return -1
        return int(kernels.find(self.words, self.children, ids))

    def ngrams(self, order: int) -> np.ndarray:
        """Return the words of all n-grams of one order: int32 (n, order)."""
        return self.words_at(np.arange(self.bases[order - 1], self.bases[order]), order)

    def words_at(self, places: np.ndarray, order: int) -> np.ndarray:
        """Return the words of the n-grams at some places of one order: int32 (n, order)."""
        columns = []
        for _ in range(order - 1):
            columns.append(self.words[places])
            keys = places.astype(np.int32)  # as `children`, which is copied else
            places = np.searchsorted(self.children, keys, side="right") - 1
        columns.append(self.words[places])
        return np.stack(columns[::-1], axis=1)

    def selected(self, kept: np.ndarray, in_file: bool = False) -> "NgramTrie":
        """Return a tree of some of the n-grams.

        Parameters
        ----------
        kept : bool array (len(self),)
            All words, and with each n-gram what it goes on from.
        in_file : bool
            Whether the arrays of the tree are mapped from files.
        """
        orders = range(1, self.order + 1)
        sizes = [int(np.count_nonzero(kept[self.places(order)])) for order in orders]
        bases = np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes)])
        children = new_array(int(bases[-2]) + 1, np.int32, in_file)
        at, end = 0, sizes[0]
        for first, last in pairwise(weighted_bounds(self.children, _AT_ONCE)):
            low, high = int(self.children[first]), int(self.children[last])
            before = np.zeros(high - low + 1, np.int64)  # how many are kept before each of them
            np.cumsum(kept[low:high], out=before[1:])
            starts = before[self.children[first:last] - low][kept[first:last]]
            children[at : at + len(starts)] = end + starts
            at, end = at + len(starts), end + int(before[-1])
            release(self.children[first:last], kept[first:last], kept[low:high], children[:at])
        children[at] = end
        return NgramTrie(bases, selected(self.words, kept, in_file), children)
