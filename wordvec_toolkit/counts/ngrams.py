"""Counts of n-grams."""

from dataclasses import dataclass

import numpy as np

from ..errors import SettingError
from ..progress import SILENT, Progress
from ..text.corpus import EncodedCorpus
from ..text.vocabulary import Vocabulary
from .trie import NgramTrie

BOS, EOS = 1, 2


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
    """

    vocabulary: Vocabulary
    trie: NgramTrie
    counts: np.ndarray

    @property
    def order(self) -> int:
        return self.trie.order


def count_ngrams(
    corpus: EncodedCorpus,
    order: int = 5,
    threads: int | None = None,
    progress: Progress = SILENT,
) -> NgramCounts:
    """Count n-grams of orders 1 to `order`."""
    if not 1 <= order <= 10:
        raise SettingError(f"order is {order}; it must be from 1 to 10")
    n_words = len(corpus.vocabulary)
    sentences = np.asarray(corpus.sentences)
    n = len(corpus) + 2 * (len(sentences) - 1)
    starts = sentences[:-1] + 2 * np.arange(len(sentences) - 1)
    ends = sentences[1:] + 2 * np.arange(len(sentences) - 1) + 1
    stream = np.full(n, -1, np.int64)
    stream[starts] = BOS
    stream[ends] = EOS
    stream[stream < 0] = corpus.ids
    counts = [np.bincount(stream, minlength=n_words)]
    words = [np.arange(n_words)]
    children = []
    at = np.arange(n)
    node = stream
    for k in range(1, order):
        alive = stream[at + k - 1] != EOS
        at, node = at[alive], node[alive]
        keys, node, count = np.unique(
            node * n_words + stream[at + k], return_inverse=True, return_counts=True
        )
        children.append(np.searchsorted(keys, np.arange(len(words[-1])) * n_words))
        words.append(keys % n_words)
        counts.append(count)
    bases = np.concatenate([[0], np.cumsum([len(level) for level in words])])
    flat_children = [level + base for level, base in zip(children, bases[1:])]
    trie = NgramTrie(
        bases,
        np.concatenate(words).astype(np.int32),
        np.concatenate([*flat_children, bases[-1:]]).astype(np.int32),
    )
    return NgramCounts(corpus.vocabulary, trie, np.concatenate(counts).astype(np.int32))
