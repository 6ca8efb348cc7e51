"""Count co-occurrences of an encoded corpus: windows, subsampling, threads, memory."""

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from .._kernels import windows as kernels
from ..errors import EmptyResultError, SettingError
from ..runtime.parallel import n_threads, weighted_bounds
from ..runtime.progress import SILENT, Progress
from ..text.corpus import EncodedCorpus
from ..text.vocabulary import Vocabulary
from .cooccurrence import Cooccurrence, narrowest
from .storage import csr_of
from .weights import DIRECTIONS, Direction, Weighting, distance_weights

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Oov = Literal["drop", "keep"]
Subsampling = Literal["dirty", "clean"]
Within = Literal["sentence", "document"]

_PART = 1 << 26  # tokens counted at a time; more are counted in parts and added
_BLOCK_CELLS = 1 << 18  # cells that a thread counts before handing them over


def count_cooccurrences(
    corpus: EncodedCorpus,
    window: int = 5,
    weighting: Weighting = "dynamic",
    direction: Direction = "both",
    within: Within = "sentence",
    oov: Oov = "drop",
    subsample: float | None = None,
    subsampling: Subsampling = "dirty",
    seed: int = 0,
    threads: int | None = None,
    progress: Progress = SILENT,
) -> Cooccurrence:
    """Count how often each word stands in the window of each other, in exact integers.

    Parameters
    ----------
    corpus : EncodedCorpus
    window : int
        Largest distance of a context from its target; 1 = adjacent.
    weighting : {"flat", "dynamic", "harmonic"}
        How distance weakens a context; see `distance_weights`.
    direction : {"both", "left", "right", "split"}
        Which side counts; ``split`` counts both, in separate columns.
    within : {"sentence", "document"}
        Where windows stop.
    oov : {"drop", "keep"}
        Whether words outside the vocabulary are taken out before distances are measured (as
        word2vec and GloVe do) or keep their place.
    subsample : float, optional
        Frequent words are dropped with probability 1 - sqrt(subsample / f), f being the share of
        the corpus that the word makes up (Mikolov et al. 2013, section 2.3).  Usual: 1e-3 to 1e-5.
    subsampling : {"dirty", "clean"}
        Whether dropped words are taken out before distances are measured, which widens windows,
        or keep their place (Levy, Goldberg and Dagan 2015, section 3.1).
    seed : int
        Of the subsampling; each token's fate depends on it and on the token's position alone.
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
    settings = {
        "window": window,
        "weighting": weighting,
        "direction": direction,
        "within": within,
        "oov": oov,
        "subsample": subsample,
        "subsampling": subsampling,
        "seed": seed,
    }
    check_settings(settings)
    if subsample is None:  # nothing is drawn: how and with which seed makes no difference
        settings["subsampling"], settings["seed"] = "dirty", 0
    numerators, divisor = distance_weights(window, weighting)
    threads = n_threads(threads)
    vocabulary = corpus.vocabulary.without_specials()
    breaks = corpus.sentences if within == "sentence" else corpus.documents
    keep = keep_probabilities(vocabulary, subsample, len(corpus))

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
            # Getting fresh memory from the system takes as long as filling the stream.
            positions = helper.submit(np.full, len(stream), 0, np.int32)
            n = kernels.fill_stream(
                np.asarray(corpus.ids[first:last]),
                first,
                inside,
                corpus.vocabulary.n_specials,
                len(vocabulary),
                keep,
                seed,
                oov == "keep",
                subsampling == "clean",
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
            "no two words of the vocabulary stand within one window; widen --window, lower "
            "--min-count, or check what a line is (--layout)"
        )
    progress.finish(f"{matrix.nnz:,} cells")
    return Cooccurrence(vocabulary, matrix, divisor, settings)


def check_settings(settings: dict[str, Any]) -> None:
    """Refuse settings of `count_cooccurrences` that make no sense.

    Raises
    ------
    SettingError
        Naming the setting and what it may be.
    """
    distance_weights(settings["window"], settings["weighting"])
    for name, choices in (
        ("direction", DIRECTIONS),
        ("within", ("sentence", "document")),
        ("oov", ("drop", "keep")),
        ("subsampling", ("dirty", "clean")),
    ):
        if settings[name] not in choices:
            raise SettingError(
                f"{name} is {settings[name]!r}; expected one of {', '.join(choices)}"
            )
    subsample, seed = settings["subsample"], settings["seed"]
    if subsample is not None and not 0 < subsample < 1:
        raise SettingError(f"subsample is {subsample}; it must be between 0 and 1, such as 1e-4")
    if not 0 <= seed < 2**63:
        raise SettingError(f"seed is {seed}; it must be from 0 to 2**63 - 1")


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
    """What one block of rows is counted into."""

    def __init__(self, n_columns: int, room: int) -> None:
        self.scratch = np.zeros(n_columns, np.int64)
        self.marks = np.zeros(n_columns // 64 + 1, np.uint64)
        self.top_marks = np.zeros(n_columns // 4096 + 1, np.uint64)
        self.indices = np.empty(room, np.int32)
        self.values = np.empty(room, np.int64)
