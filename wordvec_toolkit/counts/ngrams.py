"""Counts of n-grams."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

import numpy as np

from .._kernels import ngram_counting as kernels
from ..bundles.checks import MOST_COUNTED, are_within
from ..bundles.reading import Bundle
from ..bundles.stored import Readable
from ..bundles.writing import new_bundle
from ..errors import SettingError, WordvecError, expect
from ..runtime.arguments import checks_types
from ..runtime.parallel import map_blocks, n_threads, run_blocks, weighted_bounds
from ..runtime.progress import ProgressLike, as_progress
from ..text.corpus import EncodedCorpus
from ..text.vocabulary import BOS, EOS, SPECIALS, Vocabulary
from .ngram_sums import union
from .trie import NgramTrie

KIND = "ngram-counts"
HIGHEST_ORDER = 10
_BLOCK = 1 << 16  # positions sorted at a time: what fits into the cache
_MOST = 2**31 - 1  # places and positions are int32


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
        trie, mine, theirs = union(self.trie, other.trie)
        counts = np.zeros(len(trie), np.int64)
        counts[mine] = self.counts
        counts[theirs] += other.counts
        if len(trie) > _MOST or int(counts.max(initial=0)) > _MOST:
            raise WordvecError(f"the sum has counts, or n-grams, of more than {_MOST:,}")
        later = np.where(other.first_seen < 0, -1, other.first_seen + self.n_tokens)
        first_seen = np.where(self.first_seen < 0, later, self.first_seen)
        return NgramCounts(self.vocabulary, trie, counts.astype(np.int32), first_seen)

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


@checks_types
def count_ngrams(
    corpus: EncodedCorpus, order: int = 5, threads: int | None = None, progress: ProgressLike = None
) -> NgramCounts:
    """Count n-grams of orders 1 to `order`.

    Parameters
    ----------
    corpus : EncodedCorpus
    order : int
        From 1 to 10.
    threads : int, optional
        Default: all processors.  The result does not depend on it.

    Raises
    ------
    SettingError
        If the order is out of range.
    """
    expect("corpus", corpus, EncodedCorpus)
    progress = as_progress(progress)
    if not 1 <= order <= HIGHEST_ORDER:
        raise SettingError(f"order is {order}; it must be from 1 to {HIGHEST_ORDER}")
    n_words = len(corpus.vocabulary)
    stream = _stream(corpus)
    progress.start("counting n-grams", order, "order")
    first = np.zeros(n_words, np.int32)
    kernels.count_words(stream[:-1], first)
    starts = np.concatenate([[0], np.cumsum(first, dtype=np.int64)])
    at = np.empty(len(stream) - 1, np.int32)
    kernels.group_by_word(stream[:-1], starts, at)
    first_seen = np.full(n_words, -1, np.int64)
    first_seen[first > 0] = at[starts[:-1][first > 0]]
    words, counts = [np.arange(n_words, dtype=np.int32)], [first]
    children: list[np.ndarray] = []
    links = [np.zeros(n_words, np.int32)]
    place_at = stream.copy()  # of the longest n-gram so far that starts at each position
    base = n_words
    progress.advance(1)
    for length in range(1, order):
        is_last = length == order - 1
        at, *level = _longer(
            stream, length, at, starts, words[-1], place_at, n_words, is_last, n_threads(threads)
        )
        for levels, part in zip((words, counts, links, children), level):
            levels.append(part)
        if not is_last:
            starts = np.concatenate([[0], np.cumsum(counts[-1], dtype=np.int64)])
            _name_positions(at, starts, base, place_at, n_threads(threads))
        base += len(words[-1])
        if base > _MOST:
            raise SettingError(f"there are more than {_MOST:,} n-grams; choose a lower order")
        progress.advance(1)
    del stream, at, starts, place_at
    bases = np.concatenate([[0], np.cumsum([len(level) for level in words])])
    trie = NgramTrie(bases, _joined(words), _children(children, bases))
    del words, children
    progress.finish(f"{len(trie):,} n-grams")
    return NgramCounts(corpus.vocabulary, trie, _joined(counts), first_seen, _joined(links))


def _stream(corpus: EncodedCorpus) -> np.ndarray:
    """Return all sentences between ``<s>`` and ``</s>``, and one more id, which never counts."""
    n = len(corpus) + 2 * corpus.n_sentences
    if n > _MOST:
        raise SettingError(f"{n:,} tokens are more than {_MOST:,}; count them in shards")
    stream = np.full(n + 1, EOS, np.int32)
    kernels.fill_stream(corpus.ids, corpus.sentences, stream)
    return stream


def _longer(
    stream: np.ndarray,
    length: int,
    at: np.ndarray,
    starts: np.ndarray,
    words: np.ndarray,
    place_at: np.ndarray,
    n_words: int,
    is_last: bool,
    threads: int,
) -> tuple[np.ndarray, ...]:
    """Sort each group of positions by the word after its n-gram of `length` words.

    Returns the positions; last words, counts and links of the n-grams one longer; and how many of
    these go on from each group.
    """
    word_bits = int(n_words - 1).bit_length()
    # Each block writes where its positions are, and what it leaves empty is cut out after.
    found = [np.empty(0 if is_last else len(at), np.int32)]
    found += [np.empty(len(at), np.int32) for _ in range(3)]
    sizes = np.zeros(len(starts) - 1, np.int32)

    def sort(first: int, last: int) -> tuple[int, int, int]:
        base, end = int(starts[first]), int(starts[last])
        place_bits = max(1, (end - base - 1).bit_length())
        keys = np.empty(end - base, np.int64)
        n = kernels.pack_keys(
            stream, length, at, starts, words, first, last, word_bits, place_bits, keys
        )
        keys = keys[:n]
        keys.sort()  # NumPy sorts integers by vector instructions
        new_at, new_words, counts, links = (array[base:end] for array in found)
        n_ngrams = kernels.unpack_keys(
            keys,
            at,
            base,
            word_bits,
            place_bits,
            place_at,
            new_at,
            new_words,
            counts,
            links,
            sizes[first:last],
        )
        return base, n, n_ngrams

    blocks = list(map_blocks(sort, weighted_bounds(starts, _BLOCK), threads))
    parts = []
    for kind, array in enumerate(found):
        lengths = [(base, n if kind == 0 else n_ngrams) for base, n, n_ngrams in blocks]
        parts.append(_joined([array[base : base + n] for base, n in lengths]))
        found[kind] = parts[-1]
    return *parts, sizes


def _name_positions(
    at: np.ndarray, starts: np.ndarray, base: int, place_at: np.ndarray, threads: int
) -> None:
    run_blocks(
        lambda first, last: kernels.name_positions(at, starts, first, last, base, place_at),
        weighted_bounds(starts, _BLOCK),
        threads,
    )


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if parts else np.empty(0, np.int32)


def _children(sizes: list[np.ndarray], bases: np.ndarray) -> np.ndarray:
    children = np.empty(bases[-2] + 1, np.int32)
    children[0] = bases[1]
    for base, level in zip(bases, sizes):
        np.cumsum(level, out=children[base + 1 : base + 1 + len(level)])
        children[base + 1 : base + 1 + len(level)] += children[base]
    return children
