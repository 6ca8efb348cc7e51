"""Resampling of analogy questions by the word pairs they consist of.

A section of n word pairs (Athens-Greece, Oslo-Norway, ...) asks for every pair with every other.
Its n (n - 1) questions are not independent: all that use a hard pair are hard.  So the pairs are
drawn with replacement, and a question counts as often as both of its pairs were drawn together
(Owen 2007, "The pigeonhole bootstrap", Annals of Applied Statistics 1).  That allows for what
questions share through a pair, and is too wide rather than too narrow where they share nothing.
Sections are taken as given: they are kinds of relation somebody chose, not a sample of kinds.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..datasets import AnalogySet
from .bootstrap import bounds_of, draw_counts, resample
from .intervals import Interval

if TYPE_CHECKING:
    from scipy.sparse import csr_array


@dataclass(frozen=True, eq=False)
class Section:
    """The two word pairs of each question of a section.

    Attributes
    ----------
    first, second : int64 arrays (n_questions,)
        Numbers of the pairs a : b and c : d, from 0 in each section.
    n_pairs : int
    """

    first: np.ndarray
    second: np.ndarray
    n_pairs: int


def pairs_of(test: AnalogySet) -> np.ndarray:
    """Return the numbers of each question's two pairs in its section: int64 (n_questions, 2)."""
    found = [np.empty((0, 2), np.int64)]
    for _, questions in test.sections:
        numbers: dict[tuple[str, str], int] = {}
        places = [
            (
                numbers.setdefault((a.lower(), b.lower()), len(numbers)),
                numbers.setdefault((c.lower(), d.lower()), len(numbers)),
            )
            for a, b, c, d in questions
        ]
        found.append(np.array(places, np.int64).reshape(-1, 2))
    return np.concatenate(found)


def sections_from(pairs: np.ndarray, sizes: Sequence[int]) -> list[Section]:
    """Return the design of every section from `pairs_of` and how many questions each has."""
    parts = np.split(pairs, np.cumsum(sizes)[:-1])
    return [Section(own[:, 0], own[:, 1], int(own.max(initial=-1)) + 1) for own in parts]


def sections_of(test: AnalogySet) -> list[Section]:
    """Return the design of every section of a test set."""
    return sections_from(pairs_of(test), [len(questions) for _, questions in test.sections])


def resampled_sums(
    designs: Sequence[Section],
    values: np.ndarray,
    resamples: int,
    seed: int,
    threads: int | None = None,
) -> np.ndarray:
    """Return the sum of each row of `values` over the questions of each section, by resample.

    Parameters
    ----------
    designs : sequence of Section
    values : array (n_rows, n_questions)
        Whole numbers, in the order of the set: 1 for asked, 1 for right, ...

    Returns
    -------
    float64 array (n_rows, n_sections, resamples)
        The same for any number of threads.
    """
    ends = np.cumsum([len(design.first) for design in designs])[:-1]
    parts = np.split(np.asarray(values, np.float64), ends, axis=1)
    # Only pairs that occur in a question asked are drawn: the others say nothing about the model.
    tables = [_tables(design, part) for design, part in zip(designs, parts)]

    def statistic(random: np.random.Generator, size: int) -> np.ndarray:
        sums = np.zeros((len(values), len(designs), size))
        for place, (n_pairs, rows) in enumerate(tables):
            if n_pairs == 0:
                continue
            drawn = draw_counts(random, n_pairs, size).astype(np.float64)
            for number, table in enumerate(rows):
                sums[number, place] = (drawn * (table @ drawn)).sum(axis=0)
        return sums

    largest = max(len(design.first) for design in designs)
    return resample(statistic, largest, resamples, seed, threads)


def _tables(design: Section, values: np.ndarray) -> tuple[int, list["csr_array"]]:
    """Return the number of pairs in use, and for each row a matrix of pairs by pairs."""
    from scipy.sparse import coo_array

    used = values.any(axis=0)
    pairs = np.unique(np.concatenate([design.first[used], design.second[used]]))
    first, second = (np.searchsorted(pairs, side[used]) for side in (design.first, design.second))
    shape = (len(pairs), len(pairs))
    return len(pairs), [
        coo_array((row[used], (first, second)), shape=shape).tocsr() for row in values
    ]


def accuracy_intervals(
    test: AnalogySet,
    asked: np.ndarray,
    correct: np.ndarray,
    parts: Sequence[Sequence[int]],
    resamples: int,
    seed: int,
    threads: int | None = None,
) -> list[Interval | None]:
    """Return the 95 % percentile interval of the accuracy on each part of a test set.

    Parameters
    ----------
    asked, correct : bool arrays (n_questions,)
    parts : sequence of sequences of int
        Places of the sections that make each part.

    Returns
    -------
    list of (float, float) or None
        None where resampling cannot say: nothing asked, all answers right, or none.
    """
    designs = sections_of(test)
    n_asked, n_correct = resampled_sums(
        designs, np.stack([asked, correct]), resamples, seed, threads
    )
    intervals: list[Interval | None] = []
    ends = np.cumsum([0, *(len(design.first) for design in designs)])
    for part in parts:
        places = [slice(ends[section], ends[section + 1]) for section in part]
        n = sum(int(asked[place].sum()) for place in places)
        right = sum(int(correct[place].sum()) for place in places)
        with np.errstate(invalid="ignore"):
            shares = n_correct[list(part)].sum(axis=0) / n_asked[list(part)].sum(axis=0)
        low, high = bounds_of(shares, right / n if n else float("nan"))
        intervals.append(None if right in (0, n) or np.isnan(low) else (low, high))
    return intervals
