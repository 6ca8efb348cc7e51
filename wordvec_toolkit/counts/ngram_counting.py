"""Count n-grams of an encoded corpus by sorting positions, in memory or in parts.

Text that is too long for the budget is counted in parts.  `count_ngram_part` makes a sorted run of
each; `merge_runs` of `wordvec_toolkit.counts.ngram_runs` adds the runs by ranges of words.  Each of
these steps depends on its arguments alone, and may run anywhere.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from .._kernels import ngram_counting as kernels
from ..errors import SettingError, expect
from ..runtime.arguments import checks_types
from ..runtime.memory import memory_budget, release
from ..runtime.parallel import map_blocks, map_stream, n_threads, run_blocks, weighted_bounds
from ..runtime.progress import SILENT, Progress, ProgressLike, as_progress
from ..text.corpus import EncodedCorpus
from ..text.vocabulary import EOS
from .ngram_files import LevelFiles, tree_of_files
from .ngram_runs import MOST, Level, NgramRun, grow, joined, merge_runs, tree_of, word_bounds
from .ngrams import HIGHEST_ORDER, NgramCounts
from .runs import SUFFIX, runs_folder

_BLOCK = 1 << 16  # positions sorted at a time: what fits into the cache
_RANGES = 64  # of words, whose n-grams are added at a time
_OPEN_FILES = 256  # at most, of the 1,024 that systems usually allow a process


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
    if not fits_in_memory(len(corpus) + 2 * corpus.n_sentences, order):
        return count_ngrams_in_parts(corpus, order, threads, progress)
    check_order(order)
    progress = as_progress(progress)
    progress.start("counting n-grams", order, "order")
    counts = _count(corpus, order, n_threads(threads), progress)
    progress.finish(f"{len(counts.trie):,} n-grams")
    return counts


def check_order(order: int) -> None:
    """Refuse an order out of range.

    Raises
    ------
    SettingError
    """
    if not 1 <= order <= HIGHEST_ORDER:
        raise SettingError(f"order is {order}; it must be from 1 to {HIGHEST_ORDER}")


def fits_in_memory(n: int, order: int) -> bool:
    """Return whether `n` tokens, including the marks of sentences, are counted in memory."""
    return n <= MOST and bytes_in_memory(n, order) <= memory_budget()


def bytes_in_memory(n: int, order: int) -> int:
    """Return the memory to count `n` tokens at once, if no n-gram occurs twice."""
    return n * (36 + 16 * order)


def part_size(order: int) -> int:
    """Return the number of tokens that half of the budget allows to count at a time."""
    return memory_budget() // (2 * bytes_in_memory(1, order))


def count_ngrams_in_parts(
    corpus: EncodedCorpus, order: int, threads: int | None = None, progress: ProgressLike = None
) -> NgramCounts:
    """Count n-grams in parts of the text that fit the budget, into files; see `count_ngrams`."""
    check_order(order)
    progress, threads = as_progress(progress), n_threads(threads)
    parts = list(sentence_parts(corpus, part_size(order)))
    progress.start("counting n-grams", len(corpus), "token")
    with runs_folder() as folder:
        runs = []
        for first, last in parts:
            path = folder / f"{first}{SUFFIX}"
            runs.append(count_ngram_part(corpus, first, last, order, path, threads))
            progress.advance(int(corpus.sentences[last] - corpus.sentences[first]))
        counts = add_ngram_runs(corpus, parts, runs, folder, threads, progress)
    progress.finish(f"{len(counts.trie):,} n-grams")
    return counts


def add_ngram_runs(
    corpus: EncodedCorpus,
    parts: Sequence[tuple[int, int]],
    runs: Sequence[NgramRun],
    folder: Path,
    threads: int,
    progress: Progress,
) -> NgramCounts:
    """Return the sum of the runs of `parts`, which are all sentences of a corpus in their order.

    The sum is in files without a name; temporary files are in `folder`.
    """
    first_seen, order = np.full(len(corpus.vocabulary), -1, np.int64), runs[0].order
    for (first, _), run in zip(parts, runs):
        later = run.first_seen()
        is_new = (first_seen < 0) & (later >= 0)
        first_seen[is_new] = later[is_new] + int(corpus.sentences[first]) + 2 * first
    threads = min(threads, max(1, _OPEN_FILES // (3 * order)))  # each writes 3 files per order
    most = memory_budget() // (4 * threads * (100 + 20 * order))  # bytes of a leaf

    def merge(words: tuple[int, int]) -> LevelFiles:
        files = LevelFiles(folder, f"{words[0]}", order)
        files.write(grow(merge_runs(runs, *words, most), order, *words))
        return files

    progress.start("adding n-grams", None, "")
    ranges = list(map_stream(merge, pairwise(word_bounds(runs, _RANGES)), threads))
    for run in runs:
        run.path.unlink()  # for the disk that the tree takes
    trie, counts = tree_of_files(ranges)
    return NgramCounts(corpus.vocabulary, trie, counts, first_seen)


def sentence_parts(corpus: EncodedCorpus, size: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of sentences of about `size` tokens, including their marks."""
    first, n = 0, corpus.n_sentences

    def end(sentence: int) -> int:
        return int(corpus.sentences[sentence]) + 2 * sentence

    while first < n:
        found = bisect_right(range(n + 1), end(first) + size, key=end) - 1
        last = max(first + 1, found)
        yield first, last
        first = last


def count_ngram_part(
    corpus: EncodedCorpus, first: int, last: int, order: int, path: Path, threads: int = 1
) -> NgramRun:
    """Count the n-grams of the sentences ``first:last`` into a run."""
    sentences = np.asarray(corpus.sentences[first : last + 1])
    begin, end = int(sentences[0]), int(sentences[-1])
    ids = np.asarray(corpus.ids[begin:end])
    part = EncodedCorpus(corpus.vocabulary, ids, sentences - begin, np.array([0, end - begin]))
    counts = _count(part, order, threads, SILENT)
    release(corpus.ids)
    return NgramRun.write(path, counts.trie, counts.counts, counts.first_seen)


def _count(corpus: EncodedCorpus, order: int, threads: int, progress: Progress) -> NgramCounts:
    n_words = len(corpus.vocabulary)
    stream = _stream(corpus)
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
            stream, length, at, starts, words[-1], place_at, n_words, is_last, threads
        )
        for levels, part in zip((words, counts, links, children), level):
            levels.append(part)
        if not is_last:
            starts = np.concatenate([[0], np.cumsum(counts[-1], dtype=np.int64)])
            _name_positions(at, starts, base, place_at, threads)
        base += len(words[-1])
        if base > MOST:
            raise SettingError(f"there are more than {MOST:,} n-grams; choose a lower order")
        progress.advance(1)
    del stream, at, starts, place_at
    nothing = np.zeros(len(words[-1]), np.int32)
    trie, all_counts = tree_of([list(map(Level, words, counts, [*children, nothing]))])
    del words, children, counts
    return NgramCounts(corpus.vocabulary, trie, all_counts, first_seen, joined(links))


def _stream(corpus: EncodedCorpus) -> np.ndarray:
    """Return all sentences between ``<s>`` and ``</s>``, and one more id, which never counts."""
    n = len(corpus) + 2 * corpus.n_sentences
    if n > MOST:
        raise SettingError(
            f"a sentence of {n:,} tokens is longer than {MOST:,}; see layout (--layout)"
        )
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
        parts.append(joined([array[base : base + n] for base, n in lengths]))
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
