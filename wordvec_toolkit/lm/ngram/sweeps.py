"""Sweeps over the n-grams of one order, within the memory budget where arrays are in files.

N-grams of an order are stored in the same sequence as the longer n-grams that continue them.  Their
arrays are read and written from front to back, one window at a time, and the memory of a window is
given back after it.  Only the arrays of n-grams without their first word (the next lower order,
through links) are read out of sequence.  Such *far* arrays must stay in memory; where the budget is
too small for one of them, there are several sweeps, each for the links into one range of it.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from functools import partial
from itertools import pairwise

import numpy as np

from ...counts.trie import NgramTrie
from ...runtime.memory import memory_budget, release
from ...runtime.parallel import n_threads, run_blocks, weighted_bounds

BLOCK = 1 << 15  # n-grams: few enough that their arrays stay in the cache
FLOOR = 200e6  # bytes of a process
_LEAST = 64 << 20  # bytes: about what the smallest budget leaves for n-grams
_BYTES = 64  # of an n-gram in a window, at most


def work_memory() -> int:
    """Return how many bytes of the budget are left for n-grams.

    It is 64 MiB at least, even where the machine has less: smaller windows and ranges would save
    little memory and take far longer.
    """
    return max(_LEAST, int(memory_budget() - FLOOR))


def windows(places: slice) -> Iterator[slice]:
    """Cut places into windows that take an eighth of the budget, or less."""
    size = max(BLOCK, work_memory() // 8 // _BYTES)
    for first in range(places.start, places.stop, size):
        yield slice(first, min(first + size, places.stop))


def over_parents(
    trie: NgramTrie,
    order: int,
    function: Callable[[int, int], object],
    threads: int | None,
    *arrays: np.ndarray,
) -> None:
    """Call `function` for blocks of the places of one order with about as many children each.

    Parameters
    ----------
    arrays : arrays
        Indexed by the places of n-grams; their memory is given back after each window.
    """
    places, children = trie.places(order), trie.children
    size = max(BLOCK, work_memory() // 8 // _BYTES)
    ends = children[places.start : places.stop + 1]
    bounds = weighted_bounds(ends, size)
    release(ends)  # which was searched all over
    for first, last in pairwise(bounds):
        blocks = weighted_bounds(ends[first : last + 1], BLOCK)
        run_blocks(partial(_call_from, function, places.start + first), blocks, n_threads(threads))
        below = slice(int(ends[first]), int(ends[last]))
        for array in arrays:
            release(array[places.start + first : places.start + last], array[below])
        release(ends[first : last + 1])


def _call_from(function: Callable[[int, int], object], start: int, first: int, last: int) -> None:
    function(start + first, start + last)


def far_ranges(places: slice, n_bytes: Callable[[int], int], in_file: bool) -> list[int]:
    """Cut places of a lower order into ranges whose far arrays fit half of the budget.

    Parameters
    ----------
    n_bytes : function
        Bytes of all places before a given one.
    in_file : bool
        Whether the far arrays are in files; those in memory need only one range.
    """
    bounds, room = [places.start], work_memory() // 2
    if not in_file and places.start < places.stop:
        return [places.start, places.stop]
    while bounds[-1] < places.stop:
        first = bounds[-1]
        most = n_bytes(first) + room
        last = bisect_right(range(first, places.stop + 1), most, key=n_bytes) - 1 + first
        bounds.append(max(first + 1, last))
    return bounds


def copy_places(source: np.ndarray, target: np.ndarray, places: slice) -> None:
    """Copy the values at some places from one array to another."""
    for window in windows(places):
        target[window] = source[window]
        release(source[window], target[window])
