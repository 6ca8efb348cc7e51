"""Count co-occurrences of an encoded corpus: windows, subsampling, threads, memory."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

import numpy as np

from .._kernels import windows as kernels
from ..errors import EmptyResultError, expect
from ..runtime.memory import memory_budget
from ..runtime.parallel import n_threads, weighted_bounds
from ..runtime.progress import Progress, ProgressLike, as_progress
from ..runtime.settings import takes
from ..text.corpus import EncodedCorpus
from ..text.vocabulary import Vocabulary
from .cooccurrence import Cooccurrence, add_counts, narrowest
from .settings import CountingSettings, Direction
from .storage import CellWriter
from .weights import distance_weights

if TYPE_CHECKING:
    from scipy.sparse import csr_array
    from typing_extensions import Unpack

    from ..runtime.keywords import CountCooccurrencesKeywords

_PART = 1 << 29  # tokens counted at a time, at most; more are counted in parts and added
_BYTES_A_TOKEN = 8
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
    chosen = chosen.for_vocabulary(len(vocabulary))
    n_contexts = chosen.n_contexts(len(vocabulary))
    breaks = corpus.sentences if chosen.within == "sentence" else corpus.documents
    keep = keep_probabilities(vocabulary, chosen.subsample, len(corpus))
    narrow = len(vocabulary) + kernels.BREAK <= np.iinfo(np.uint16).max
    dtype = np.uint16 if narrow else np.int32

    def fill(first: int, last: int, before: np.ndarray, room: int) -> tuple[np.ndarray, int]:
        """Return `before` and the stream of the tokens, with room behind; and how long it is."""
        inside = breaks[np.searchsorted(breaks, first) : np.searchsorted(breaks, last)] - first
        stream = np.empty(len(before) + last - first + len(inside) + room, dtype)
        stream[: len(before)] = before
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
            stream[len(before) :],
        )
        return stream, len(before) + n

    progress.start("counting co-occurrences", len(corpus), "token")
    matrix = None
    before = np.empty(0, dtype)  # the last places of the part before
    part = _part()
    for first in range(0, len(corpus), part):
        last = min(first + part, len(corpus))
        with ThreadPoolExecutor(1) as helper:
            # Getting new memory from the system takes as long as filling the stream.
            n_most = last - first
            positions = helper.submit(np.full, n_most, 0, np.int32)
            stream, end = fill(first, last, before, window)
        targets = (len(before), end)
        before = stream[max(0, end - window) : end].copy()
        ahead = np.empty(0, dtype)  # what the windows of the last targets still see
        next_token = last
        while len(ahead) < window and next_token < len(corpus):
            until = min(next_token + 4 * window, len(corpus))
            ahead, n = fill(next_token, until, ahead, 0)
            ahead, next_token = ahead[:n], until
        ahead = ahead[:window]
        stream[end : end + len(ahead)] = ahead
        counted = _count_stream(
            stream[: end + len(ahead)],
            targets,
            positions.result(),
            len(vocabulary),
            n_contexts,
            numerators,
            direction,
            threads,
            progress,
            last - first,
        )
        del stream, positions
        matrix = counted if matrix is None else add_counts(matrix, counted, 1, threads)
    if matrix is None or matrix.nnz == 0:
        raise EmptyResultError(
            "no two words of the vocabulary occur within one window; raise window (--window), "
            "lower min_count (--min-count), or check what a line is (layout, --layout)"
        )
    progress.finish(f"{matrix.nnz:,} cells")
    return Cooccurrence(vocabulary, matrix, divisor, chosen.as_dict())


def _part() -> int:
    """Return how many tokens are counted at a time: two numbers each, in a part of the memory."""
    return max(1, min(_PART, memory_budget() // (4 * _BYTES_A_TOKEN)))


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
    targets: tuple[int, int],
    positions: np.ndarray,
    n_words: int,
    n_contexts: int,
    numerators: np.ndarray,
    direction: Direction,
    threads: int,
    progress: Progress,
    n_tokens: int,
) -> "csr_array":
    starts = np.empty(n_words + 1, np.int64)
    kernels.sort_positions(stream, *targets, starts, positions)
    split = direction == "split"
    n_columns = 2 * n_contexts if split else n_contexts
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
                n_contexts,
                direction != "right",
                direction != "left",
                n_contexts if split else 0,
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
    cells = CellWriter(dtype, int(row_limits.sum()))
    room = max(_BLOCK_CELLS, int(row_limits.max(initial=0)))
    free = [_Buffer(n_columns, room) for _ in range(threads + 1)]
    waiting: deque[tuple[int, _Buffer, Future[int]]] = deque()

    def take() -> None:
        n_tokens_done, buffer, counted = waiting.popleft()
        n = counted.result()
        cells.append(buffer.indices[:n], buffer.values[:n])
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
    return narrowest(cells.matrix(row_cells, (n_words, n_columns)))


class _Buffer:
    """Counts of one block of rows."""

    def __init__(self, n_columns: int, room: int) -> None:
        self.scratch = np.zeros(n_columns, np.int64)
        self.marks = np.zeros(n_columns // 64 + 1, np.uint64)
        self.top_marks = np.zeros(n_columns // 4096 + 1, np.uint64)
        self.indices = np.empty(room, np.int32)
        self.values = np.empty(room, np.int64)
