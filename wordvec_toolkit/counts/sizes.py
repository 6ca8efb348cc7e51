"""Number of cells of counts, predicted from a sample, and the memory and disk that they take."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from ..errors import EmptyResultError, ExhaustedError
from ..runtime.memory import check_disk, memory_budget
from ..text.corpus import EncodedCorpus
from ..text.growth import extrapolated
from .counting import count_cooccurrences, part_size
from .settings import CountingSettings

BYTES_A_CELL = 8
_SAMPLE = 1 << 22  # tokens
_SLICES = 256  # few would meet a few topics only
_LARGEST = 1.25  # predictions are up to a quarter too high


@dataclass(frozen=True)
class Way:
    """Way of counting: in memory or on the disk.

    Attributes
    ----------
    n_parts : int
    is_on_disk : bool
        Whether the counts wait in files.
    memory, disk : float
        Bytes of tokens and cells in memory, and of files that are temporary.
    """

    n_parts: int
    is_on_disk: bool
    memory: float
    disk: float

    def __str__(self) -> str:
        parts = f"in {self.n_parts} parts, " if self.n_parts > 1 else ""
        return parts + ("on disk" if self.is_on_disk else "in memory")


def way_of_counting(
    n_tokens: int, n_words: int, n_most: float, cells: Callable[[int], float]
) -> Way:
    """Return how a number of tokens is counted within the budget.

    Parameters
    ----------
    n_most : float
        Bound of the number of cells.
    cells : function
        Returns about how many cells a number of tokens has.
    """
    size, n_cells = part_size(), cells(n_tokens)
    n_parts = max(1, math.ceil(n_tokens / size))
    runs = 0.0 if n_parts == 1 else BYTES_A_CELL * n_parts * (cells(size) + n_words)
    is_on_disk = max(runs, BYTES_A_CELL * (n_most if n_parts == 1 else 0)) > memory_budget() / 4
    tokens, result = BYTES_A_CELL * float(min(n_tokens, size)), BYTES_A_CELL * n_cells
    if is_on_disk:
        return Way(n_parts, True, tokens, runs + result)
    return Way(n_parts, False, max(tokens, result) if n_parts > 1 else tokens + result, runs)


def most_cells(word_counts: np.ndarray, chosen: CountingSettings, n_columns: int) -> float:
    """Return a bound of the number of cells of words that occur so often."""
    sides = 1 if chosen.direction in ("left", "right") else 2
    return float(np.minimum(word_counts * float(sides * chosen.window), n_columns).sum())


def check_counting(
    corpus: EncodedCorpus,
    chosen: CountingSettings,
    threads: int | None = None,
    following: Callable[[tuple[int, int], int], None] | None = None,
    later: float = 0.0,
) -> None:
    """Refuse counts that do not fit, or what follows from them, before the counting.

    Parameters
    ----------
    following : function, optional
        Refuses a matrix of some shape and number of cells for which there is no memory.
    later : float
        Bytes of disk for a cell that later steps take.

    Raises
    ------
    ExhaustedError
    """
    n_tokens, n_words = len(corpus), len(corpus.vocabulary) - corpus.vocabulary.n_specials
    sides = 2 if chosen.direction == "split" else 1
    shape = (n_words, sides * chosen.n_contexts(n_words))
    word_counts = corpus.vocabulary.counts[corpus.vocabulary.n_specials :]
    n_most = most_cells(word_counts, chosen, shape[1])

    def disk(cells: Callable[[int], float]) -> float:
        way = way_of_counting(n_tokens, n_words, n_most, cells)
        return BYTES_A_CELL * cells(n_tokens) + max(way.disk, later * cells(n_tokens))

    def check(cells: Callable[[int], float], advice: str) -> None:
        check_disk(disk(cells), f"counting {n_tokens:,} tokens", advice)
        if following is not None:
            following(shape, round(cells(n_tokens)))

    try:
        check(lambda n: min(n_most, 2.0 * chosen.window * n), "")
        return
    except ExhaustedError:
        pass  # perhaps it takes less than it can
    predicted, shares = predicted_cells(corpus, chosen, n_most, threads)

    def surely(n: int) -> float:
        return predicted(n) / _LARGEST

    check(surely, _advice(disk, surely, shares, sides))


def _advice(
    disk: Callable[[Callable[[int], float]], float],
    cells: Callable[[int], float],
    shares: np.ndarray,
    sides: int,
) -> str:
    """Return what would fit the disk, given the share of the cells in the first columns."""
    advice = "choose fewer words (min_count, --min-count)"
    for n in range((len(shares) // sides - 1) // 1000 * 1000, 0, -1000):
        share = float(shares[n - 1])

        def fewer(n_tokens: int, share: float = share) -> float:
            return share * cells(n_tokens)

        try:
            check_disk(disk(fewer), "", "")
        except ExhaustedError:
            continue
        return f"{n:,} contexts would fit (max_contexts, --max-contexts {n}); or {advice}"
    return advice


def predicted_cells(
    corpus: EncodedCorpus, chosen: CountingSettings, n_most: float, threads: int | None = None
) -> tuple[Callable[[int], float], np.ndarray]:
    """Predict the number of cells of a number of tokens, from a sample of the text.

    Returns
    -------
    function
    float64 array (n_contexts,)
        Share of the cells in the most frequent contexts: in the first, the first two, and so on.
    """
    size = max(1, max(min(_SAMPLE, len(corpus)), len(corpus) >> 6) // _SLICES)
    found = []
    for n_slices in (_SLICES // 2, _SLICES):
        sample = corpus.sample(n_slices, size)
        own = chosen
        if chosen.subsample is not None:  # of frequencies in the whole text
            share = chosen.subsample * len(corpus) / max(1, len(sample))
            own = replace(chosen, subsample=min(share, 0.999))
        try:
            counts = count_cooccurrences(sample, threads=threads, **own.keywords())
        except EmptyResultError:
            return lambda n: 0.0, np.ones(1)
        found.append((len(sample), counts.n_cells))
    (n_half, half), (n_whole, whole) = found
    n_contexts = counts.n_contexts
    columns = np.bincount(counts.matrix.indices % n_contexts, minlength=n_contexts)

    def cells(n: int) -> float:
        grown = extrapolated(half, whole, n_whole / n_half, n / n_whole)
        return min(grown, n_most, 2.0 * chosen.window * n)

    return cells, np.cumsum(columns) / columns.sum()
