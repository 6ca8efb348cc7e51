"""Run one function over blocks of rows on several threads.

Kernels and BLAS release the GIL, so threads are enough.  Blocks never depend on the number of
threads, and results that are added up are added in the order of the blocks: that is what makes
one thread and sixteen give the same bits.
"""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from numbers import Integral
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from ..errors import SettingError

if TYPE_CHECKING:
    from threadpoolctl import threadpool_limits

_MOST_THREADS = 1024
S = TypeVar("S")
T = TypeVar("T")


def n_threads(threads: int | None) -> int:
    """Return `threads`, or the number of processors this process may use if None."""
    if threads is None:
        try:
            return len(os.sched_getaffinity(0))
        except AttributeError:  # not on macOS or Windows
            return os.cpu_count() or 1
    if isinstance(threads, bool) or not isinstance(threads, Integral):
        raise SettingError(f"threads is {threads!r}; expected a whole number")
    threads = int(threads)
    if not 1 <= threads <= _MOST_THREADS:
        raise SettingError(f"threads is {threads}; it must be from 1 to {_MOST_THREADS:,}")
    return threads


def map_blocks(
    function: Callable[[int, int], T], bounds: Sequence[int], threads: int
) -> Iterator[T]:
    """Yield ``function(bounds[i], bounds[i + 1])`` for each block, in order."""
    blocks = list(zip(bounds[:-1], bounds[1:]))
    if threads == 1 or len(blocks) < 2:
        for first, last in blocks:
            yield function(first, last)
        return
    with ThreadPoolExecutor(threads) as pool:
        futures = [pool.submit(function, first, last) for first, last in blocks]
        try:
            for future in futures:
                yield future.result()
        finally:
            for future in futures:
                future.cancel()


def run_blocks(function: Callable[[int, int], object], bounds: Sequence[int], threads: int) -> None:
    """Call `function` for each block and wait for all."""
    for _ in map_blocks(function, bounds, threads):
        pass


def even_bounds(n: int, size: int) -> list[int]:
    """Cut ``range(n)`` into blocks of `size`."""
    return [*range(0, n, size), n] if n else [0]


def weighted_bounds(cumulative: np.ndarray, limit: int) -> list[int]:
    """Cut rows into blocks whose weight stays within `limit` (a heavier row is a block of its own).

    Parameters
    ----------
    cumulative : int64 array (n_rows + 1,)
        Running total of the rows' weights, from 0; the ``indptr`` of a CSR matrix is one.
    """
    n_rows = len(cumulative) - 1
    bounds = [0]
    while bounds[-1] < n_rows:
        first = bounds[-1]
        until = min(int(cumulative[first]) + limit, int(cumulative[-1]))
        # Of the same dtype, or a large array would be copied.
        last = int(np.searchsorted(cumulative, cumulative.dtype.type(until), side="right")) - 1
        bounds.append(min(n_rows, max(first + 1, last)))
    return bounds


def map_stream(function: Callable[[S], T], items: Iterable[S], threads: int) -> Iterator[T]:
    """Yield ``function(item)`` for each item, in order; only a few items are held at a time."""
    if threads == 1:
        yield from map(function, items)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[T]] = deque()
        try:
            for item in items:
                waiting.append(pool.submit(function, item))
                if len(waiting) > threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def one_blas_thread() -> "threadpool_limits":
    """Keep BLAS to one thread within a ``with`` block (the blocks are the parallelism)."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(limits=1, user_api="blas")
