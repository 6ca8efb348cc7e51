"""Nearest words: one pass over the rows, in panels, on all processors.

A panel's cosines are dropped once its best words are known, so that neither many words nor many
queries need more memory than a panel of each; a matrix that is a memory map is read once.  Panels
do not depend on the number of threads, and equal scores go to the more frequent word.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from threading import Lock
from typing import TYPE_CHECKING, Literal, NamedTuple, Union

import numpy as np

from ..counts.storage import csr_of
from ..errors import EmptyResultError, SettingError
from ..runtime.parallel import even_bounds, n_threads, one_blas_thread, run_blocks

if TYPE_CHECKING:
    from scipy.sparse import csr_array

    from ..text.vocabulary import Vocabulary

AnalogyMethod = Literal["3cosadd", "3cosmul"]
ANALOGY_METHODS: tuple[str, ...] = ("3cosadd", "3cosmul")
#: Keeps the denominator of 3CosMul from zero (Levy and Goldberg 2014, equation 4).
EPSILON = np.float32(0.001)

#: Rows that belong to words.
Matrix = Union[np.ndarray, "csr_array"]
#: Words that neighbours are chosen from: a list, or what tells whether a word is one.
Only = Union[Iterable[str], Callable[[str], bool]]
Combine = Callable[[np.ndarray], np.ndarray]

_PANEL = 4096  # rows
_NARROWEST = 256
_PANEL_SCORES = 1 << 17  # cosines that a thread holds at a time, for up to 512 queries
_DIRECTIONS_CELLS = 1 << 25  # of queries answered together
_NORMS_PANEL = 1024  # rows; these are read twice, so they should stay in the cache
_LEAST = np.finfo(np.float32).min  # above -inf, the score of what cannot be an answer


class Neighbor(NamedTuple):
    """A word and how near it is."""

    word: str
    similarity: float


def row_lengths(rows: Matrix) -> np.ndarray:
    """Return Euclidean lengths, float32; zero where they are not finite."""
    with np.errstate(over="ignore", invalid="ignore"):
        if isinstance(rows, np.ndarray):
            squares = np.einsum("ij,ij->i", rows, rows)
        else:
            squares = np.asarray(rows.power(2).sum(axis=1)).ravel()
        lengths = np.sqrt(squares).astype(np.float32)
    return np.where(np.isfinite(lengths), lengths, np.float32(0))


def all_lengths(matrix: Matrix) -> np.ndarray:
    """Return the lengths of all rows, float32 (n_rows,)."""
    lengths = np.empty(matrix.shape[0], np.float32)

    def panel(first: int, last: int) -> None:
        lengths[first:last] = row_lengths(rows_at(matrix, slice(first, last)))

    run_blocks(panel, even_bounds(len(lengths), _NORMS_PANEL), n_threads(None))
    return lengths


def rows_at(matrix: Matrix, places: slice | np.ndarray) -> Matrix:
    """Return rows; those of a slice are not copied."""
    if isinstance(matrix, np.ndarray):
        return np.asarray(matrix)[places]
    if isinstance(places, np.ndarray):
        return matrix[places]
    first, last, _ = places.indices(matrix.shape[0])
    start, end = matrix.indptr[first], matrix.indptr[last]
    pointers = matrix.indptr[first : last + 1] - start
    shape = (last - first, matrix.shape[1])
    return csr_of(pointers, matrix.indices[start:end], matrix.data[start:end], shape)


class Directions:
    """Unit vectors whose cosines with panels of words are wanted.

    Parameters
    ----------
    matrix : float32 array or csr_array (n_words, dim)
    units : float32 array (n, dim)
    """

    def __init__(self, matrix: Matrix, units: np.ndarray) -> None:
        self._matrix = matrix
        self._units = np.ascontiguousarray(units, np.float32)
        dense = isinstance(matrix, np.ndarray)
        self._columns = self._units if dense else np.ascontiguousarray(units.T)

    def cosines(self, places: slice | np.ndarray, lengths: np.ndarray | None = None) -> np.ndarray:
        """Return their cosines with the words at `places`, float32 (n, n_places).

        A word without a direction, whose length is 0, gets nan.
        """
        rows = rows_at(self._matrix, places)
        lengths = row_lengths(rows) if lengths is None else lengths
        with np.errstate(all="ignore"):
            if isinstance(rows, np.ndarray):
                products = self._units @ rows.T
            else:
                products = np.ascontiguousarray(_sparse_product(rows, self._columns).T)
            products /= np.where(lengths > 0, lengths, np.float32("nan"))
        return products


def _sparse_product(rows: "csr_array", columns: np.ndarray) -> np.ndarray:
    if columns.shape[1] == 1:  # not worth loading a compiler for
        return np.asarray(rows @ columns)
    from .._kernels.products import multiply_rows

    out = np.empty((rows.shape[0], columns.shape[1]), np.float32)
    multiply_rows(rows.indptr, rows.indices, rows.data, columns, 0, len(out), out)
    return out


def all_cosines(matrix: Matrix, norms: np.ndarray, units: np.ndarray) -> np.ndarray:
    """Return the cosines of unit vectors with every row, float32 (n_units, n_words)."""
    directions = Directions(matrix, units)
    cosines = np.empty((len(units), len(norms)), np.float32)

    def panel(first: int, last: int) -> None:
        places = slice(first, last)
        cosines[:, places] = directions.cosines(places, norms[places])

    with one_blas_thread():
        run_blocks(panel, even_bounds(len(norms), _PANEL), n_threads(None))
    return cosines


def nearest_rows(
    matrix: Matrix,
    units: np.ndarray,
    skipped: Sequence[Sequence[int]],
    n: int,
    chosen: range | np.ndarray,
    norms: np.ndarray | None = None,
    threads: int | None = None,
    combine: Combine | None = None,
) -> list[list[tuple[int, float]]]:
    """Return the rows with the largest scores, for each of several queries.

    Parameters
    ----------
    units : float32 array (n_units, dim)
    skipped : sequence of sequences of int
        For each query the rows that are no answers.
    chosen : range from 0 or int64 array
        The rows that may be answers, ascending.
    norms : float32 array (n_words,), optional
        Lengths of all rows, where they are known.
    combine : callable, optional
        From the cosines of the units with a panel of words (n_units, width) to the scores of the
        queries (n_queries, width).  Without it the cosines are the scores.
    """
    if n < 1:
        raise SettingError(f"n is {n}; it must be at least 1")
    directions = Directions(matrix, units)
    best = _Best(len(skipped), n + max((len(rows) for rows in skipped), default=0))

    def panel(first: int, last: int) -> None:
        places = slice(first, last) if isinstance(chosen, range) else chosen[first:last]
        scores = directions.cosines(places, None if norms is None else norms[places])
        with np.errstate(all="ignore"):
            scores = scores if combine is None else combine(scores)
        best.offer(scores, first)

    width = min(_PANEL, max(_NARROWEST, _PANEL_SCORES // max(1, len(units))))
    with one_blas_thread():
        run_blocks(panel, even_bounds(len(chosen), width), n_threads(threads))
    answers = []
    for query, rows in enumerate(skipped):
        places, scores = best.of(query)
        places = places if isinstance(chosen, range) else chosen[places]
        pairs = [pair for pair in zip(places.tolist(), scores.tolist()) if pair[0] not in rows]
        answers.append(pairs[:n])
    return answers


def queries_at_once(dim: int) -> int:
    """Return how many queries of `dim` components to answer in one pass."""
    return max(1, min(1024, _DIRECTIONS_CELLS // max(1, dim)))


def combine_add(cosines: np.ndarray) -> np.ndarray:
    """3CosAdd of cosines with a, b and c (3, width): (1, width)."""
    return (cosines[1:2] - cosines[0:1]) + cosines[2:3]


def combine_mul(cosines: np.ndarray, scale: np.float32, offset: np.float32) -> np.ndarray:
    """3CosMul of cosines with a, b and c (3, width): (1, width)."""
    cosines = scale * cosines + offset
    return (cosines[1:2] / (cosines[0:1] + EPSILON)) * cosines[2:3]


def chosen_words(
    vocabulary: "Vocabulary", among: int | None, only: Only | None, match: str | None
) -> range | np.ndarray:
    """Return the ids that may be answers, ascending; see `WordVectors.nearest`."""
    if among is not None and among < 1:
        raise SettingError(f"among is {among}; it must be at least 1")
    limit = len(vocabulary) if among is None else min(among, len(vocabulary))
    if only is None and match is None:
        return range(limit)
    tests: list[Callable[[str], object]] = []
    if match is not None:
        try:
            tests.append(re.compile(match).search)
        except re.error as error:
            raise SettingError(f"match {match!r} is not a regular expression: {error}") from None
    if callable(only) or only is None:
        tests += [only] if callable(only) else []
        words = vocabulary.first_words(limit)
        ids = [place for place, word in enumerate(words) if all(test(word) for test in tests)]
    else:
        found = {vocabulary.find(word) for word in ([only] if isinstance(only, str) else only)}
        places = sorted(place for place in found if place is not None and place < limit)
        ids = [p for p in places if all(test(vocabulary.word(p)) for test in tests)]
    if not ids:
        named = [
            name
            for name, value in (("only", only), ("match", match), ("among", among))
            if value is not None
        ]
        raise EmptyResultError(f"no word of the vocabulary passes {' and '.join(named)}")
    return np.array(ids, np.int64)


class _Best:
    """The best places so far of each query: the same whatever the order in which panels come.

    `_floors` holds scores that enough places are known to reach; it only rises, so that reading
    an old one lets too much in, never too little.
    """

    def __init__(self, n_queries: int, n: int) -> None:
        self._n = n
        self._floors = np.full(n_queries, _LEAST, np.float32)
        self._found: list[list[tuple[np.ndarray, np.ndarray]]] = [[] for _ in range(n_queries)]
        self._sizes = [0] * n_queries
        self._lock = Lock()

    def offer(self, scores: np.ndarray, first: int) -> None:
        """Take in the scores (n_queries, width) of places from `first` on; nan is no score."""
        hopeful = scores >= self._floors[:, None]
        for query in np.flatnonzero(hopeful.any(axis=1)).tolist():
            columns = np.flatnonzero(hopeful[query])
            with self._lock:
                self._found[query].append((columns + first, scores[query, columns]))
                self._sizes[query] += len(columns)
                if self._sizes[query] >= 2 * self._n + 64:
                    self.of(query)

    def of(self, query: int) -> tuple[np.ndarray, np.ndarray]:
        """Return the best places and their scores, the smaller place first among equals."""
        found = self._found[query]
        if not found:
            return np.empty(0, np.int64), np.empty(0, np.float32)
        places, scores = (np.concatenate(parts) for parts in zip(*found))
        order = np.lexsort((places, -scores))[: self._n]
        places, scores = places[order], scores[order]
        if len(order) == self._n:
            self._floors[query] = scores[-1]
        self._found[query] = [(places, scores)]
        self._sizes[query] = len(order)
        return places, scores


def cosines_to_mean(units: np.ndarray) -> np.ndarray:
    """Return the cosines of unit vectors (n, dim) to their mean, float64 to 7 places.

    The smallest marks the odd one out, of equals the first.  All are 0 if the mean is.
    """
    units = units.astype(np.float64)
    mean = units.mean(axis=0)
    length = np.linalg.norm(mean)
    return np.round(units @ mean / (length if length > 0 else 1), 7)
