"""Count co-occurrences of an encoded corpus: windows, subsampling, threads, memory."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from .._kernels import windows as kernels
from ..errors import EmptyResultError, expect
from ..runtime.parallel import n_threads, weighted_bounds
from ..runtime.progress import Progress, ProgressLike, as_progress
from ..runtime.settings import takes
from ..text.corpus import EncodedCorpus
from ..text.vocabulary import Vocabulary
from .cooccurrence import Cooccurrence, narrowest
from .settings import CountingSettings, Direction
from .storage import csr_of
from .weights import distance_weights

if TYPE_CHECKING:
    from scipy.sparse import csr_array
    from typing_extensions import Unpack

    from ..runtime.keywords import CountCooccurrencesKeywords

_PART = 1 << 26  # tokens counted at a time; more are counted in parts and added
_BLOCK_CELLS = 1 << 18  # cells that a thread counts before handing them over


@takes(CountingSettings)
def count_cooccurrences(
    corpus: EncodedCorpus,
    *,
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[CountCooccurrencesKeywords]",
) -> Cooccurrence:
    """Count how often each word occurs in the window of each other, in exact integers.

    Parameters
    ----------
    corpus : EncodedCorpus
    threads : int, optional
        Default: all processors.  The result does not depend on it.

    Returns
    -------
    Cooccurrence

    Raises
    ------
    SettingError
        If a setting is not usable.
    EmptyResultError
        If no pair of words is within any window.
    """
    expect("corpus", corpus, EncodedCorpus)
    progress = as_progress(progress)
    chosen = CountingSettings.among(settings)
    window, direction = chosen.window, chosen.direction
    numerators, divisor = distance_weights(window, chosen.weighting)
    threads = n_threads(threads)
    vocabulary = corpus.vocabulary.without_specials()
    breaks = corpus.sentences if chosen.within == "sentence" else corpus.documents
    keep = keep_probabilities(vocabulary, chosen.subsample, len(corpus))

    def count(stream: np.ndarray, positions: np.ndarray, n_tokens: int) -> "csr_array":
        return _count_stream(
            stream, positions, len(vocabulary), numerators, direction, threads, progress, n_tokens
        )

    def count_few(stream: np.ndarray) -> "csr_array":
        return count(stream, np.empty(len(stream), np.int32), 0).astype(np.int64)

    narrow = len(vocabulary) + kernels.BREAK <= np.iinfo(np.uint16).max
    dtype = np.uint16 if narrow else np.int32
    progress.start("counting co-occurrences", len(corpus), "token")
    matrix = None
    tail = np.empty(0, dtype)
    for first in range(0, len(corpus), _PART):
        last = min(first + _PART, len(corpus))
        inside = breaks[np.searchsorted(breaks, first) : np.searchsorted(breaks, last)] - first
        stream = np.empty(last - first + len(inside), dtype)
        with ThreadPoolExecutor(1) as helper:
            # Getting new memory from the system takes as long as filling the stream.
            positions = helper.submit(np.full, len(stream), 0, np.int32)
            n = kernels.fill_stream(
                np.asarray(corpus.ids[first:last]),
                first,
                inside,
                corpus.vocabulary.n_specials,
                len(vocabulary),
                keep,
                chosen.seed,
                chosen.oov == "keep",
                chosen.subsampling == "clean",
                stream,
            )
        stream = stream[:n]
        part = count(stream, positions.result()[:n], last - first)
        if matrix is None:
            matrix = part
        else:
            # Pairs across the cut: those of both sides together, less those within each.
            head = stream[:window]
            across = count_few(np.concatenate([tail, head])) - count_few(tail) - count_few(head)
            matrix = matrix.astype(np.int64) + part + across
            matrix.eliminate_zeros()
            matrix = narrowest(matrix)
        tail = np.concatenate([tail, stream[-window:]])[-window:]
    if matrix is None or matrix.nnz == 0:
        raise EmptyResultError(
            "no two words of the vocabulary occur within one window; raise window (--window), "
            "lower min_count (--min-count), or check what a line is (layout, --layout)"
        )
    progress.finish(f"{matrix.nnz:,} cells")
    return Cooccurrence(vocabulary, matrix, divisor, chosen.as_dict())


def keep_probabilities(
    vocabulary: Vocabulary, subsample: float | None, n_tokens: int
) -> np.ndarray:
    """Return for each word min(1, sqrt(subsample / f)), or nothing without subsampling."""
    if subsample is None:
        return np.empty(0)
    shares = np.maximum(vocabulary.counts, 1) / n_tokens
    return np.minimum(1.0, np.sqrt(subsample / shares))


def _count_stream(
    stream: np.ndarray,
    positions: np.ndarray,
    n_words: int,
    numerators: np.ndarray,
    direction: Direction,
    threads: int,
    progress: Progress,
    n_tokens: int,
) -> "csr_array":
    starts = np.empty(n_words + 1, np.int64)
    kernels.sort_positions(stream, starts, positions)
    split = direction == "split"
    n_columns = 2 * n_words if split else n_words
    sides = 1 if direction in ("left", "right") else 2
    word_counts = np.diff(starts)
    row_limits = np.minimum(word_counts * sides * (len(numerators) - 1), n_columns)
    bounds = weighted_bounds(np.concatenate([[0], np.cumsum(row_limits)]), _BLOCK_CELLS)
    row_cells = np.zeros(n_words, np.int64)

    def count(first: int, last: int, buffer: _Buffer) -> int:
        return int(
            kernels.count_rows(
                stream,
                starts,
                positions,
                first,
                last,
                numerators,
                direction != "right",
                direction != "left",
                n_words if split else 0,
                buffer.scratch,
                buffer.marks,
                buffer.top_marks,
                row_cells,
                buffer.indices,
                buffer.values,
            )
        )

    # No cell can be larger than all the weight around the most frequent word.
    largest = int(word_counts.max(initial=0)) * sides * int(numerators.sum())
    dtype = np.int32 if largest <= np.iinfo(np.int32).max else np.int64
    # Room for the most cells there can be; the system gives memory only to what is written.
    indices = np.empty(int(row_limits.sum()), np.int32)
    values = np.empty(len(indices), dtype)
    n_cells = 0
    room = max(_BLOCK_CELLS, int(row_limits.max(initial=0)))
    free = [_Buffer(n_columns, room) for _ in range(threads + 1)]
    waiting: deque[tuple[int, _Buffer, Future[int]]] = deque()

    def take() -> None:
        nonlocal n_cells
        n_tokens_done, buffer, counted = waiting.popleft()
        n = counted.result()
        indices[n_cells : n_cells + n] = buffer.indices[:n]
        values[n_cells : n_cells + n] = buffer.values[:n]
        n_cells += n
        free.append(buffer)
        progress.advance(n_tokens_done * n_tokens / max(1, int(starts[-1])))

    with ThreadPoolExecutor(threads) as pool:
        for first, last in zip(bounds[:-1], bounds[1:]):
            if not free:
                take()
            buffer = free.pop()
            counted = pool.submit(count, first, last, buffer)
            waiting.append((int(starts[last] - starts[first]), buffer, counted))
        while waiting:
            take()
    indices.resize(n_cells, refcheck=False)
    values.resize(n_cells, refcheck=False)
    indptr = np.concatenate([np.zeros(1, np.int64), np.cumsum(row_cells)])
    return narrowest(csr_of(indptr, indices, values, (n_words, n_columns)))


class _Buffer:
    """Counts of one block of rows."""

    def __init__(self, n_columns: int, room: int) -> None:
        self.scratch = np.zeros(n_columns, np.int64)
        self.marks = np.zeros(n_columns // 64 + 1, np.uint64)
        self.top_marks = np.zeros(n_columns // 4096 + 1, np.uint64)
        self.indices = np.empty(room, np.int32)
        self.values = np.empty(room, np.int64)
