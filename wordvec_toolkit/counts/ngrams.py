"""Counts of n-grams."""

from dataclasses import dataclass

import numpy as np

from .._kernels import ngram_counting as kernels
from ..errors import SettingError
from ..parallel import map_blocks, n_threads, run_blocks, weighted_bounds
from ..progress import SILENT, Progress
from ..text.corpus import EncodedCorpus
from ..text.vocabulary import Vocabulary
from .trie import NgramTrie

BOS, EOS = 1, 2
HIGHEST_ORDER = 10
_BLOCK = 1 << 16  # positions sorted at a time: what fits into the cache
_MOST = 2**31 - 1  # places and positions are int32


@dataclass(frozen=True, eq=False)
class NgramCounts:
    """How often each n-gram of orders 1 to `order` occurs.

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
        What `wordvec_toolkit.lm.adjusting.suffix_links` would find, where it is known already.
    """

    vocabulary: Vocabulary
    trie: NgramTrie
    counts: np.ndarray
    first_seen: np.ndarray
    links: np.ndarray | None = None

    @property
    def order(self) -> int:
        return self.trie.order


def count_ngrams(
    corpus: EncodedCorpus,
    order: int = 5,
    threads: int | None = None,
    progress: Progress = SILENT,
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
            raise SettingError(f"there are more than {_MOST:,} n-grams; take a lower order")
        progress.advance(1)
    del stream, at, starts, place_at
    bases = np.concatenate([[0], np.cumsum([len(level) for level in words])])
    trie = NgramTrie(bases, _joined(words), _children(children, bases))
    progress.finish(f"{len(trie):,} n-grams")
    return NgramCounts(corpus.vocabulary, trie, _joined(counts), first_seen, _joined(links))


def _stream(corpus: EncodedCorpus) -> np.ndarray:
    """Return all sentences between ``<s>`` and ``</s>``, and one id more, which is never counted."""
    n = len(corpus) + 2 * corpus.n_sentences
    if n > _MOST:
        raise SettingError(f"{n:,} tokens are more than {_MOST:,}; count them in shards")
    stream = np.full(n + 1, EOS, np.int32)
    kernels.fill_stream(corpus.ids, corpus.sentences, BOS, EOS, stream)
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

    def sort(first: int, last: int) -> tuple[np.ndarray, ...]:
        base, size = int(starts[first]), int(starts[last] - starts[first])
        place_bits = max(1, (size - 1).bit_length())
        keys = np.empty(size, np.int64)
        n = kernels.pack_keys(
            stream, length, at, starts, words, first, last, word_bits, place_bits, keys
        )
        keys = keys[:n]
        keys.sort()  # NumPy sorts integers by vector instructions
        new_at = np.empty(0 if is_last else n, np.int32)
        new_words, counts, links = (np.empty(n, np.int32) for _ in range(3))
        sizes = np.zeros(last - first, np.int32)
        n = kernels.unpack_keys(
            keys, at, base, word_bits, place_bits, place_at,
            new_at, new_words, counts, links, sizes,
        )  # fmt: skip
        return new_at, new_words[:n].copy(), counts[:n].copy(), links[:n].copy(), sizes

    blocks = list(map_blocks(sort, weighted_bounds(starts, _BLOCK), threads))
    return tuple(_joined(list(parts)) for parts in zip(*blocks))


def _name_positions(
    at: np.ndarray, starts: np.ndarray, base: int, place_at: np.ndarray, threads: int
) -> None:
    run_blocks(
        lambda first, last: kernels.name_positions(at, starts, first, last, base, place_at),
        weighted_bounds(starts, _BLOCK),
        threads,
    )


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts) if len(parts) > 1 else parts[0]


def _children(sizes: list[np.ndarray], bases: np.ndarray) -> np.ndarray:
    children = np.empty(bases[-2] + 1, np.int32)
    children[0] = bases[1]
    for base, level in zip(bases, sizes):
        np.cumsum(level, out=children[base + 1 : base + 1 + len(level)])
        children[base + 1 : base + 1 + len(level)] += children[base]
    return children
