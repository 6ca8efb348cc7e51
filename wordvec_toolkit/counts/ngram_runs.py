"""Sorted runs of n-grams on the disk, and their exact sum by ranges of words.

The *leaves* of a tree of n-grams are those from which none goes on: of the highest order, or at the
end of a sentence.  Each n-gram occurs as often as the leaves that begin with it, so that the leaves
hold the whole tree.  A run holds those of a part of a text.
"""

import os
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .._kernels import ngram_counting as kernels
from ..bundles.checks import are_within
from ..errors import FormatError, WordvecError
from ..runtime.disk import temporary_name
from ..runtime.parallel import weighted_bounds
from .trie import NgramTrie

_MAGIC = int.from_bytes(b"wvt-ngr1", "little")
_HEADER = 4  # int64: magic, order, leaves, words
_WRITTEN_AT_ONCE = 1 << 18  # leaves
MOST = 2**31 - 1  # places and counts are int32


class Leaves(NamedTuple):
    """Sorted leaves: their words, int32 (n, order), filled up with ``</s>``; and their counts."""

    words: np.ndarray
    counts: np.ndarray

    def part(self, first: int, last: int | None = None) -> "Leaves":
        return Leaves(self.words[first:last], self.counts[first:last])


class Level(NamedTuple):
    """N-grams of one order: last words, counts, and how many n-grams go on from each."""

    words: np.ndarray
    counts: np.ndarray
    sizes: np.ndarray


def leaves_of(
    trie: NgramTrie, counts: np.ndarray, at_once: int = _WRITTEN_AT_ONCE
) -> Iterator[Leaves]:
    """Yield the leaves of a tree, about `at_once` at a time."""
    ranges = np.arange(trie.n_words + 1, dtype=np.int64)
    n_below = np.ones(trie.n_words, np.int64)  # n-grams that begin with each word, or more
    for _ in range(1, trie.order):
        ranges = trie.children[ranges].astype(np.int64)
        n_below += np.diff(ranges)
    bounds = weighted_bounds(np.concatenate([np.zeros(1, np.int64), np.cumsum(n_below)]), at_once)
    for first, last in pairwise(bounds):
        room = int(n_below[first:last].sum())
        found = Leaves(np.empty((room, trie.order), np.int32), np.empty(room, np.int64))
        n = kernels.write_leaves(trie.words, trie.children, counts, first, last, *found)
        yield found.part(0, n)


@dataclass(frozen=True)
class NgramRun:
    """Leaves in a file, and where in the part each word occurs first."""

    path: Path
    order: int
    n_leaves: int
    n_words: int

    @classmethod
    def open(cls, path: Path) -> "NgramRun":
        """Read the sizes, and compare them with the file.

        Raises
        ------
        FormatError
        """
        header = np.fromfile(path, np.int64, _HEADER).tolist()
        if len(header) == _HEADER and header[0] == _MAGIC and min(header) >= 0:
            run = cls(path, *header[1:])
            if path.stat().st_size == run._begin + 4 * (run.order + 1) * run.n_leaves:
                return run
        raise FormatError(path, "a damaged file", "a run of n-grams", advice="count again")

    @classmethod
    def write(
        cls, path: Path, trie: NgramTrie, counts: np.ndarray, first_seen: np.ndarray
    ) -> "NgramRun":
        """Write a run, which takes its name when it is whole."""
        temporary, n = temporary_name(path), 0
        try:
            with open(temporary, "xb") as stream:
                stream.write(np.zeros(_HEADER, np.int64).tobytes())
                stream.write(first_seen.astype(np.int64).tobytes())
                for words, numbers in leaves_of(trie, counts):
                    rows = np.column_stack([words, numbers.astype(np.int32)])
                    stream.write(rows.tobytes())
                    n += len(rows)
                stream.seek(0)
                stream.write(np.array([_MAGIC, trie.order, n, trie.n_words], np.int64).tobytes())
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        return cls.open(path)

    @property
    def _begin(self) -> int:
        return 8 * (_HEADER + self.n_words)

    def first_seen(self) -> np.ndarray:
        """Return the position of the first occurrence of each word; -1: nowhere."""
        return np.fromfile(self.path, np.int64, self.n_words, offset=8 * _HEADER)

    def place_of(self, word: int) -> int:
        """Return the number of leaves whose first words are before `word`."""
        width = self.order + 1
        if self.n_leaves == 0:
            return 0
        rows = np.memmap(self.path, np.int32, "r", self._begin, (self.n_leaves, width))
        return bisect_left(range(self.n_leaves), word, key=lambda row: int(rows[row, 0]))

    def read(self, first: int, last: int) -> Leaves:
        """Return some of the leaves."""
        width = self.order + 1
        at = self._begin + 4 * width * first
        rows = np.fromfile(self.path, np.int32, width * (last - first), offset=at)
        rows = rows.reshape(-1, width)
        if not are_within(rows[:, :-1], 0, self.n_words):
            raise FormatError(self.path, "a damaged file", "a run of n-grams", advice="count again")
        return Leaves(np.ascontiguousarray(rows[:, :-1]), rows[:, -1].astype(np.int64))


def merged(tables: list[Leaves]) -> Leaves:
    """Return all leaves of sorted tables, sorted, the counts of equal ones added."""
    while len(tables) > 1:
        pairs = list(zip_longest(tables[::2], tables[1::2]))
        tables = [one if other is None else _merged_pair(one, other) for one, other in pairs]
    return tables[0]


def _merged_pair(one: Leaves, other: Leaves) -> Leaves:
    room = len(one.counts) + len(other.counts)
    out = Leaves(np.empty((room, one.words.shape[1]), np.int32), np.empty(room, np.int64))
    return out.part(0, kernels.add_leaves(*one, *other, *out))


def merge_runs(
    runs: Sequence[NgramRun], first_word: int, last_word: int, most: int
) -> Iterator[Leaves]:
    """Yield the sum of the leaves that begin with the words ``first_word:last_word``.

    About `most` leaves are in memory at a time.
    """
    size = max(1, most // len(runs))
    places, ends = ([run.place_of(word) for run in runs] for word in (first_word, last_word))
    held = [run.read(0, 0) for run in runs]
    while True:
        for at, run in enumerate(runs):
            if not len(held[at].counts) and places[at] < ends[at]:
                until = min(places[at] + size, ends[at])
                held[at], places[at] = run.read(places[at], until), until
        # What is not after the last leaf of any run that goes on is complete.
        lasts = [held[at].words[-1].tolist() for at in range(len(runs)) if places[at] < ends[at]]
        bound = np.array(min(lasts), np.int32) if lasts else None
        taken = []
        for at, leaves in enumerate(held):
            n = len(leaves.counts)
            if n and bound is not None:
                n = int(kernels.n_rows_up_to(leaves.words, bound))
            taken.append(leaves.part(0, n))
            held[at] = leaves.part(n)
        if taken := [leaves for leaves in taken if len(leaves.counts)]:
            yield merged(taken)
        if bound is None:
            return


def word_bounds(runs: Sequence[NgramRun], n: int) -> list[int]:
    """Cut the words into about `n` ranges with about as many leaves each, by the largest run."""
    run = max(runs, key=lambda run: run.n_leaves)
    places = [run.n_leaves * number // n for number in range(1, n)] if run.n_leaves else []
    firsts = [int(run.read(place, place + 1).words[0, 0]) for place in places]
    return sorted({0, *firsts, run.n_words})


def grow(
    blocks: Iterable[Leaves], order: int, first_word: int, last_word: int
) -> Iterator[list[Level]]:
    """Yield the next n-grams of all orders of a tree, block by block.

    Its leaves begin with ``first_word:last_word``.

    Raises
    ------
    WordvecError
        If a count is too large.
    """
    n_words, path = last_word - first_word, np.full(order, -1, np.int32)
    tables = _tables(order, n_words)
    tables.words[0, :n_words] = np.arange(first_word, last_word)
    ends = np.zeros(order, np.int64)
    ends[0] = n_words
    for leaves in blocks:
        if len(leaves.counts) and not are_within(leaves.words[:, 0], first_word, last_word):
            raise WordvecError("a run of n-grams is damaged; count again")
        if (room := len(leaves.counts) + 1) > tables.words.shape[1]:
            larger = _tables(order, room)
            for new, old in zip(larger, tables):
                new[:, : old.shape[1]] = old
            tables = larger
        kernels.grow_tree(*leaves, first_word, path, ends, *tables)
        # The last n-gram of each level may go on; the unigrams were there from the start.
        whole = np.maximum(ends - 1, 0)
        whole[0] = 0
        yield [_level(tables, depth, int(n)) for depth, n in enumerate(whole)]
        for depth in range(1, order):
            for table in tables:
                table[depth, 0] = table[depth, whole[depth]]
            ends[depth] -= whole[depth]
    yield [_level(tables, depth, int(n)) for depth, n in enumerate(ends)]


def _tables(order: int, room: int) -> Level:
    dtypes = (np.int32, np.int64, np.int32)
    return Level(*(np.zeros((order, room), dtype) for dtype in dtypes))


def _level(tables: Level, depth: int, n: int) -> Level:
    words, counts, sizes = (table[depth, :n] for table in tables)
    if int(counts.max(initial=0)) > MOST:
        raise WordvecError(f"the sum has counts of more than {MOST:,}")
    return Level(words.copy(), counts.astype(np.int32), sizes.copy())


def tree_of(pieces: Iterable[Sequence[Level]]) -> tuple[NgramTrie, np.ndarray]:
    """Return a tree and its counts from the levels of ranges of words, in their order."""
    levels = list(zip(*pieces))
    lengths = [sum(len(level.words) for level in parts) for parts in levels]
    bases = np.concatenate([[0], np.cumsum(lengths)])
    children = np.empty(bases[-2] + 1, np.int32)
    children[0] = bases[1]
    np.cumsum(joined(level.sizes for parts in levels[:-1] for level in parts), out=children[1:])
    children[1:] += children[0]
    trie = NgramTrie(bases, joined(level.words for parts in levels for level in parts), children)
    return trie, joined(level.counts for parts in levels for level in parts)


def joined(parts: Iterable[np.ndarray]) -> np.ndarray:
    """Return arrays of int32 as one."""
    return np.concatenate([np.empty(0, np.int32), *parts])
