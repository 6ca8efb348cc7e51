"""Count co-occurrences of an encoded corpus: windows, subsampling, threads, memory.

Text that is too long for the budget is counted in parts.  `count_part` makes a sorted run of each;
`add_rows` of `wordvec_toolkit.counts.runs` adds the runs by ranges of rows.  Each of these steps
depends on its arguments alone, and may run anywhere.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from .._kernels import windows as kernels
from ..errors import EmptyResultError, expect
from ..runtime.memory import memory_budget, release
from ..runtime.parallel import n_threads, weighted_bounds
from ..runtime.progress import SILENT, Progress, ProgressLike, as_progress
from ..runtime.settings import takes
from ..text.corpus import EncodedCorpus
from ..text.vocabulary import Vocabulary
from .cooccurrence import Cooccurrence
from .runs import SUFFIX, Cells, Run, add_all, new_run, runs_folder
from .settings import CountingSettings
from .storage import CellWriter
from .weights import distance_weights

if TYPE_CHECKING:
    from scipy.sparse import csr_array
    from typing_extensions import Unpack

    from ..runtime.keywords import CountCooccurrencesKeywords

_PART = 1 << 29  # tokens of a part, at most
_BYTES_A_TOKEN = 8
_FILLED_AT_ONCE = 1 << 24  # tokens
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
    counting = Counting(corpus, CountingSettings.among(settings))
    threads = n_threads(threads)
    parts = counting.parts()
    progress.start("counting co-occurrences", len(corpus), "token")
    if len(parts) <= 1:
        part = Part(counting, 0, len(corpus))
        cells = CellWriter(part.dtype, part.n_most)
        for found in part.cells(threads, progress):
            cells.append(*found)
        matrix = cells.matrix(counting.shape[1])
    else:
        with runs_folder() as folder:
            runs = [
                count_part(counting, *part, folder / f"{part[0]}{SUFFIX}", threads, progress)
                for part in parts
            ]
            n_cells = sum(run.n_cells for run in runs)
            progress.start("adding counts", None, "")
            matrix = add_all(runs, counting.shape[1], n_cells, threads)
    return counting.finished(matrix, progress)


def part_size() -> int:
    """Return how many tokens are counted at a time: as many as half of the budget holds."""
    return min(_PART, memory_budget() // (2 * _BYTES_A_TOKEN))


def count_part(
    counting: "Counting",
    first: int,
    last: int,
    path: Path,
    threads: int = 1,
    progress: Progress = SILENT,
) -> Run:
    """Count the tokens ``first:last`` as targets into a run."""
    part = Part(counting, first, last)
    with new_run(path, counting.shape, part.dtype) as append:
        for cells in part.cells(threads, progress):
            append(cells)
    return Run.open(path)


class Counting:
    """A corpus, and how it is counted.

    Attributes
    ----------
    vocabulary : Vocabulary
        Without specials.
    chosen : CountingSettings
        As the counts hold them.
    shape : tuple
        Of the matrix of counts.
    numerators, divisor
        See `distance_weights`.
    """

    def __init__(self, corpus: EncodedCorpus, chosen: CountingSettings) -> None:
        self.corpus = corpus
        self.vocabulary = corpus.vocabulary.without_specials()
        n_words = len(self.vocabulary)
        self.chosen = chosen = chosen.for_vocabulary(n_words)
        self.numerators, self.divisor = distance_weights(chosen.window, chosen.weighting)
        self.n_contexts = chosen.n_contexts(n_words)
        self.is_split = chosen.direction == "split"
        self.shape = (n_words, self.n_contexts * (2 if self.is_split else 1))
        self._breaks = corpus.sentences if chosen.within == "sentence" else corpus.documents
        self._keep = keep_probabilities(self.vocabulary, chosen.subsample, len(corpus))
        is_narrow = n_words + kernels.BREAK <= np.iinfo(np.uint16).max
        self.dtype = np.dtype(np.uint16 if is_narrow else np.int32)

    def parts(self, most: int | None = None) -> list[tuple[int, int]]:
        """Return the tokens, first and end, of parts that fit half of the budget."""
        n, size = len(self.corpus), min(most or _PART, part_size())
        return [(first, min(first + size, n)) for first in range(0, n, size)]

    def finished(self, matrix: "csr_array", progress: Progress) -> Cooccurrence:
        """Return what was counted.

        Raises
        ------
        EmptyResultError
        """
        if matrix.nnz == 0:
            raise EmptyResultError(
                "no two words of the vocabulary occur within one window; raise window (--window), "
                "lower min_count (--min-count), or check what a line is (layout, --layout)"
            )
        progress.finish(f"{matrix.nnz:,} cells")
        return Cooccurrence(self.vocabulary, matrix, self.divisor, self.chosen.as_dict())

    def n_most_places(self, first: int, last: int) -> int:
        """Return how long the stream of some tokens can be."""
        return last - first + int(np.diff(np.searchsorted(self._breaks, (first, last)))[0])

    def fill(self, first: int, last: int, stream: np.ndarray) -> int:
        """Write the stream of some tokens and return its length; see the kernel.

        The streams of tokens that follow one another are the stream of all of them.
        """
        n = 0
        for start in range(first, last, _FILLED_AT_ONCE):
            end = min(start + _FILLED_AT_ONCE, last)
            breaks = self._breaks[slice(*np.searchsorted(self._breaks, (start, end)))]
            n += kernels.fill_stream(
                np.asarray(self.corpus.ids[start:end]),
                start,
                np.asarray(breaks) - start,
                self.corpus.vocabulary.n_specials,
                len(self.vocabulary),
                self._keep,
                self.chosen.seed,
                self.chosen.oov == "keep",
                self.chosen.subsampling == "clean",
                stream[n:],
            )
            release(self.corpus.ids, self._breaks)
        return n

    def reach(self, first: int, last: int) -> tuple[int, int]:
        """Return which tokens are read to count some as targets."""
        return self._before(first)[0], self._after(last)[0]

    def before(self, first: int) -> np.ndarray:
        """Return the stream before a token as far as a window sees it."""
        return self._before(first)[1]

    def _before(self, first: int) -> tuple[int, np.ndarray]:
        window, found, step = self.chosen.window, np.empty(0, self.dtype), self.chosen.window
        while len(found) < window and first > 0:
            last, first, step = first, max(0, first - step), 2 * step
            found = np.concatenate([self._places(first, last), found])
        return first, found[max(0, len(found) - window) :]

    def after(self, last: int) -> np.ndarray:
        """Return the stream from a token on as far as a window sees it."""
        return self._after(last)[1]

    def _after(self, last: int) -> tuple[int, np.ndarray]:
        window, found, step = self.chosen.window, np.empty(0, self.dtype), self.chosen.window
        while len(found) < window and last < len(self.corpus):
            first, last, step = last, min(last + step, len(self.corpus)), 2 * step
            found = np.concatenate([found, self._places(first, last)])
        return last, found[:window]

    def _places(self, first: int, last: int) -> np.ndarray:
        stream = np.empty(self.n_most_places(first, last), self.dtype)
        return stream[: self.fill(first, last, stream)]


class Part:
    """Tokens of a corpus that are counted as targets, in memory.

    Attributes
    ----------
    n_most : int
        No more cells can come.
    dtype : dtype
        Of the values.
    """

    def __init__(self, counting: Counting, first: int, last: int) -> None:
        self._counting, self._n_tokens = counting, last - first
        before, after = counting.before(first), counting.after(last)
        room = counting.n_most_places(first, last)
        self._stream = np.empty(len(before) + room + len(after), counting.dtype)
        with ThreadPoolExecutor(1) as helper:
            # Getting new memory from the system takes as long as filling the stream.
            positions = helper.submit(np.full, last - first, 0, np.int32)
            self._stream[: len(before)] = before
            end = len(before) + counting.fill(first, last, self._stream[len(before) :])
        self._stream[end : end + len(after)] = after
        self._stream = self._stream[: end + len(after)]
        self._positions = positions.result()
        n_words, n_columns = counting.shape
        self._starts = np.empty(n_words + 1, np.int64)
        kernels.sort_positions(self._stream, len(before), end, self._starts, self._positions)
        sides = 1 if counting.chosen.direction in ("left", "right") else 2
        word_counts = np.diff(self._starts)
        self._row_limits = np.minimum(word_counts * sides * counting.chosen.window, n_columns)
        self.n_most = int(self._row_limits.sum())
        # No cell can be larger than all the weight around the most frequent word.
        largest = int(word_counts.max(initial=0)) * sides * int(counting.numerators.sum())
        is_small = largest <= np.iinfo(np.int32).max
        self.dtype = np.dtype(np.int32 if is_small else np.int64)

    def cells(self, threads: int, progress: Progress = SILENT) -> Iterator[Cells]:
        """Yield the counts, some rows at a time; their arrays are used again."""
        counting, starts = self._counting, self._starts
        direction, n_columns = counting.chosen.direction, counting.shape[1]
        row_cells = np.zeros(counting.shape[0], np.int64)

        def count(first: int, last: int, buffer: _Buffer) -> int:
            return int(
                kernels.count_rows(
                    self._stream,
                    starts,
                    self._positions,
                    first,
                    last,
                    counting.numerators,
                    counting.n_contexts,
                    direction != "right",
                    direction != "left",
                    counting.n_contexts if counting.is_split else 0,
                    buffer.scratch,
                    buffer.marks,
                    buffer.top_marks,
                    row_cells,
                    buffer.indices,
                    buffer.values,
                )
            )

        bounds = weighted_bounds(
            np.concatenate([np.zeros(1, np.int64), np.cumsum(self._row_limits)]), _BLOCK_CELLS
        )
        room = max(_BLOCK_CELLS, int(self._row_limits.max(initial=0)))
        free = [_Buffer(n_columns, room) for _ in range(threads + 1)]
        waiting: deque[tuple[int, int, _Buffer, Future[int]]] = deque()

        def take() -> Iterator[Cells]:
            first, last, buffer, counted = waiting.popleft()
            n = counted.result()
            yield Cells(row_cells[first:last], buffer.indices[:n], buffer.values[:n])
            free.append(buffer)
            n_positions = int(starts[last] - starts[first])
            progress.advance(n_positions * self._n_tokens / max(1, int(starts[-1])))

        with ThreadPoolExecutor(threads) as pool:
            for first, last in pairwise(bounds):
                if not free:
                    yield from take()
                buffer = free.pop()
                waiting.append((first, last, buffer, pool.submit(count, first, last, buffer)))
            while waiting:
                yield from take()


def keep_probabilities(
    vocabulary: Vocabulary, subsample: float | None, n_tokens: int
) -> np.ndarray:
    """Return for each word min(1, sqrt(subsample / f)), or nothing without subsampling."""
    if subsample is None:
        return np.empty(0)
    shares = np.maximum(vocabulary.counts, 1) / n_tokens
    return np.minimum(1.0, np.sqrt(subsample / shares))


class _Buffer:
    """Counts of one block of rows."""

    def __init__(self, n_columns: int, room: int) -> None:
        self.scratch = np.zeros(n_columns, np.int64)
        self.marks = np.zeros(n_columns // 64 + 1, np.uint64)
        self.top_marks = np.zeros(n_columns // 4096 + 1, np.uint64)
        self.indices = np.empty(room, np.int32)
        self.values = np.empty(room, np.int64)
