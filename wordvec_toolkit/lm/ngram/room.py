"""Memory and disk that an n-gram model takes, predicted from a sample of its text.

Numbers of n-grams grow as powers of the length of a text.  The exponents fall slowly, so
predictions tend to be too high.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from ...counts.ngram_counting import bytes_in_memory, count_ngrams, fits_in_memory, part_size
from ...counts.ngram_runs import MOST
from ...errors import ExhaustedError
from ...runtime.memory import check_disk, check_room, memory_budget
from ...text.corpus import EncodedCorpus
from ...text.growth import extrapolated
from ..settings import NgramSettings
from .sweeps import FLOOR

_SAMPLE = 1 << 22  # tokens
_SLICES = 256  # fewer would cover only a few topics
_BYTES_A_WORD = 100


class _Bytes(NamedTuple):
    """Bytes of an n-gram."""

    lower: float
    highest: float

    def of(self, sizes: Sequence[int]) -> float:
        return self.lower * sum(sizes[:-1]) + self.highest * sizes[-1]


_IN_MEMORY = _Bytes(42, 30)  # word, count, link, children, probability, with what is in between
_COUNTED = _Bytes(12, 8)  # in files: word, count, children
_ESTIMATED = _Bytes(36, 24)  # these with link, adjusted count, probability, back-off
_WRITTEN = _Bytes(24, 12)  # word, children, probability, back-off
_SELECTED = _Bytes(25, 13)  # these, and which stay


class Room(NamedTuple):
    """Memory and disk, in bytes, that a model is predicted to take.

    Attributes
    ----------
    in_memory : bool
        Whether it is counted and estimated in memory, not in files.
    disk : float
        Disk of its bundle.
    temporary : float
        Largest amount of disk in use in addition, at any time.
    """

    in_memory: bool
    memory: float
    disk: float
    temporary: float


def needs_files(sizes: Sequence[int]) -> bool:
    """Return whether n-grams are too many to estimate in memory, given their number per order."""
    return _memory(sizes) > memory_budget()


def room_of(sizes_of: Callable[[int], Sequence[int]], n: int, prunes: bool) -> Room:
    """Return the memory and disk that a model takes.

    Parameters
    ----------
    sizes_of : function
        Returns the approximate number of n-grams of each order in a number of tokens.
    n : int
        Number of tokens, including the marks of sentences.
    prunes : bool
        Whether n-grams are pruned by count.
    """
    sizes = sizes_of(n)
    order, bundle = len(sizes), _WRITTEN.of(sizes)
    memory, counting = _memory(sizes), float(bytes_in_memory(n, order))
    if fits_in_memory(n, order) and memory <= memory_budget():
        return Room(True, max(memory, FLOOR + counting), bundle, 0.0)
    part = max(1, min(part_size(order), n))
    # Leaves are fewer than the n-grams of the highest order and their ends.
    runs = 4.0 * (order + 1) * 1.1 * sizes_of(part)[-1] * n / part
    counts = _COUNTED.of(sizes)
    most = max(runs + counts, counts * 4 / 3, bundle + _WRITTEN.of(sizes))
    if needs_files(sizes):
        estimating = _ESTIMATED.of(sizes) + (_SELECTED.of(sizes) if prunes else 0.0)
        most, memory = max(most, estimating), float(memory_budget())
    return Room(False, max(memory, memory_budget() / 2), bundle, most - bundle)


def check_training(
    corpus: EncodedCorpus, chosen: NgramSettings, threads: int | None = None
) -> bool:
    """Return whether a model is counted and estimated in memory, not in files.

    Raises
    ------
    ExhaustedError
        If it needs more memory or disk than is available; the message says what would fit.
    """
    order, n = chosen.order, len(corpus) + 2 * corpus.n_sentences
    if fits_in_memory(n, order) and _memory([n] * order) <= memory_budget():
        return True
    measured = measured_growth(corpus, order, threads)
    return check_sizes(lambda m: grown_sizes(measured, m), n, chosen)


def check_sizes(
    sizes_of: Callable[[int], Sequence[int]],
    n: int,
    chosen: NgramSettings,
    folder: Path | None = None,
) -> bool:
    """Like `check_training`, for predicted numbers of n-grams; see `room_of`.

    Parameters
    ----------
    folder : Path, optional
        Folder whose disk is checked; by default that of temporary files.
    """
    sizes, prunes = sizes_of(n), any(chosen.prune)
    purpose = f"estimating a model of order {chosen.order} with about {sum(sizes):,} n-grams"

    def check(order: int, advice: str = "") -> bool:
        n_ngrams = sum(sizes[:order])
        if n_ngrams > MOST:
            raise ExhaustedError(f"{purpose} is not possible: the limit is {MOST:,}; {advice}")
        room = room_of(lambda m: sizes_of(m)[:order], n, prunes)
        if room.in_memory:
            return True
        memory, how = FLOOR + _BYTES_A_WORD * sizes[0], ""  # what is not in files
        if chosen.entropy_prune:
            memory, how = _memory(sizes[:order]), ", pruned by entropy,"
        if memory > memory_budget():
            more = f"or more memory (--memory {math.ceil(memory / 2**30)}G)"
            check_room(memory, purpose + how, f"{advice}, {more}")
        check_disk(room.disk + room.temporary, purpose, advice, folder)
        return False

    def fits(order: int) -> bool:
        try:
            check(order)
        except ExhaustedError:
            return False
        return True

    try:
        return check(chosen.order)
    except ExhaustedError:
        fitting = next((order for order in range(chosen.order - 1, 0, -1) if fits(order)), None)
    advice = f"choose order {fitting}, which would fit (--order), " if fitting else "choose "
    return check(chosen.order, advice + "fewer words (min_count, --min-count)")


def measured_growth(
    corpus: EncodedCorpus, order: int, threads: int | None
) -> list[tuple[int, list[int]]]:
    """Return the number of tokens and of n-grams of each order: of half of a sample, and of all."""
    n = min(max(_SAMPLE, len(corpus) >> 6), len(corpus), part_size(order))
    size = max(1, n // _SLICES)
    samples = [corpus.sample(n_slices, size) for n_slices in (_SLICES // 2, _SLICES)]
    return [
        (len(sample) + 2 * sample.n_sentences, count_ngrams(sample, order, threads).trie.sizes)
        for sample in samples
    ]


def grown_sizes(measured: Sequence[tuple[int, list[int]]], n: int) -> list[int]:
    """Return the approximate number of n-grams of each order in `n` tokens."""
    (n_half, half), (n_whole, whole) = measured
    ratio, factor = n_whole / max(1, n_half), n / max(1, n_whole)
    grown = (extrapolated(*sizes, ratio, factor) for sizes in zip(half[1:], whole[1:]))
    return [whole[0], *(min(n, round(size)) for size in grown)]


def _memory(sizes: Sequence[int]) -> float:
    return FLOOR + _IN_MEMORY.of(sizes)
