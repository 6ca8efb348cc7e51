"""Counts of n-grams."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from ..bundles.checks import MOST_COUNTED, are_within
from ..bundles.reading import Bundle
from ..bundles.stored import Readable
from ..bundles.writing import new_bundle
from ..errors import SettingError, WordvecError
from ..text.vocabulary import BOS, EOS, SPECIALS, Vocabulary
from .ngram_runs import MOST, grow, leaves_of, merged, tree_of
from .trie import NgramTrie

KIND = "ngram-counts"
HIGHEST_ORDER = 10


@dataclass(frozen=True, eq=False)
class NgramCounts(Readable):
    """Counts of the n-grams of orders 1 to `order`.

    Each sentence is counted between one ``<s>`` and one ``</s>``; no n-gram reaches over its ends.

    Attributes
    ----------
    vocabulary : Vocabulary
        With specials.
    trie : NgramTrie
    counts : int32 array (len(trie),)
    first_seen : int64 array (len(vocabulary),)
        Where in the text each word occurs first; -1: nowhere.  KenLM numbers words by it.
    links : int32 array (len(trie),), optional
        What `suffix_links` of `wordvec_toolkit.lm.ngram.adjusting` would find, where it is known.
    """

    KIND: ClassVar[str] = KIND

    vocabulary: Vocabulary
    trie: NgramTrie
    counts: np.ndarray
    first_seen: np.ndarray
    links: np.ndarray | None = None

    def __post_init__(self) -> None:
        if (
            self.trie.n_words != len(self.vocabulary)
            or len(self.counts) != len(self.trie)
            or len(self.first_seen) != len(self.vocabulary)
        ):
            raise WordvecError("the tables of the n-gram counts do not fit together")

    @property
    def order(self) -> int:
        return self.trie.order

    @property
    def n_tokens(self) -> int:
        """Number of tokens counted, including ``<s>`` and ``</s>``."""
        return int(self.counts[: self.trie.n_words].sum(dtype=np.int64))

    def __repr__(self) -> str:
        return f"NgramCounts of order {self.order}, {len(self.trie):,} n-grams"

    def count(self, words: str | Sequence[str]) -> int:
        """Return how often an n-gram occurs; its words as a sequence, or between spaces."""
        names = words.split() if isinstance(words, str) else words
        if not 1 <= len(names) <= self.order:
            raise SettingError(
                f"{len(names)} words were given; an n-gram of these counts has 1 to {self.order}"
            )
        place = self.trie.find([self.vocabulary.id(name) for name in names])
        return int(self.counts[place]) if place >= 0 else 0

    def most_common(self, order: int, n: int | None = 10) -> list[tuple[tuple[str, ...], int]]:
        """Return the most frequent n-grams of one order with their counts.

        Parameters
        ----------
        order : int
        n : int, optional
            How many; None: all.  Equal counts are ordered by their words' ids.
        """
        if not 1 <= order <= self.order:
            raise SettingError(f"order is {order}; these counts have 1 to {self.order}")
        places = self.trie.places(order)
        counts = self.counts[places]
        best = np.argsort(-counts, kind="stable")[:n]
        best = best[counts[best] > 0]
        words = self.trie.words_at(best + places.start, order)
        names = self.vocabulary.word
        return [
            (tuple(names(word) for word in row), int(count))
            for row, count in zip(words.tolist(), counts[best])
        ]

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, NgramCounts)
            and self.vocabulary.words == other.vocabulary.words
            and all(
                np.array_equal(mine, theirs)
                for mine, theirs in zip(self._arrays().values(), other._arrays().values())
            )
        )

    __hash__ = None  # type: ignore[assignment]

    def __add__(self, other: "NgramCounts") -> "NgramCounts":
        """Add the counts of the text that follows: the same as counting both at once.

        Raises
        ------
        WordvecError
            If they are over other words or of another order, or too many to add.
        """
        if self.vocabulary.words != other.vocabulary.words:
            raise WordvecError(
                "counts over different words cannot be added; encode both texts with one vocabulary"
            )
        if self.order != other.order:
            raise WordvecError(
                f"counts of orders {self.order} and {other.order} cannot be added; count both "
                "with one order"
            )
        tables = [next(leaves_of(each.trie, each.counts, MOST)) for each in (self, other)]
        trie, counts = tree_of(grow([merged(tables)], self.order, 0, self.trie.n_words))
        if len(trie) > MOST:
            raise WordvecError(f"the sum has more than {MOST:,} n-grams")
        later = np.where(other.first_seen < 0, -1, other.first_seen + self.n_tokens)
        first_seen = np.where(self.first_seen < 0, later, self.first_seen)
        return NgramCounts(self.vocabulary, trie, counts, first_seen)

    def _arrays(self) -> dict[str, np.ndarray]:
        trie = self.trie
        return {
            "bases": trie.bases,
            "words": trie.words,
            "children": trie.children,
            "counts": self.counts,
            "first_seen": self.first_seen,
        }

    def save(self, path: str | Path) -> None:
        """Write a bundle of kind ngram-counts."""
        with new_bundle(path, KIND, {"order": self.order}) as writer:
            self.vocabulary.write(writer)
            for name, array in self._arrays().items():
                writer.array(name, array)
            writer.facts["n_ngrams"] = self.trie.sizes

    @classmethod
    def from_bundle(cls, bundle: Bundle) -> "NgramCounts":
        """Read an opened bundle, and check it all, as estimating believes it; see `load`."""
        vocabulary = Vocabulary.read(bundle)
        arrays = {name: bundle.array(name, "i4") for name in ("words", "children", "counts")}
        bases, first_seen = (np.array(bundle.array(name, "i8")) for name in ("bases", "first_seen"))
        with bundle.reading("counts of n-grams", advice="count again"):
            trie = NgramTrie(bases, arrays["words"], arrays["children"])
            counts = cls(vocabulary, trie, arrays["counts"], first_seen)
            if vocabulary.n_specials != len(SPECIALS) or not counts._add_up():
                raise WordvecError("its numbers contradict one another")
        return counts

    def _add_up(self) -> bool:
        """Return whether n-grams are in order and occur as often as their continuations."""
        trie, counts, n_words = self.trie, self.counts, self.trie.n_words
        seen = self.first_seen >= 0
        if not (
            1 <= self.order <= HIGHEST_ORDER
            and trie.is_sorted()
            and bool((counts[n_words:] > 0).all())
            and bool((counts[:n_words] >= 0).all())
            and counts[BOS] == counts[EOS]
            and bool((seen == (counts[:n_words] > 0)).all())
            and are_within(self.first_seen, -1, MOST_COUNTED)
        ):
            return False
        running = np.concatenate([[0], np.cumsum(counts, dtype=np.int64)])
        after = running[trie.children[1:]] - running[trie.children[:-1]]
        goes_on = trie.words[: len(after)] != EOS
        return bool((after == np.where(goes_on, counts[: len(after)], 0)).all())
