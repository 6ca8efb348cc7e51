"""Numba kernels: arrays and scalars in, arrays out, nothing of the package imported.

Each kernel is called from one thin function elsewhere that validates, chooses dtypes and
allocates, and has a slow twin in ``tests/reference``.  Kernels release the GIL; callers run
them from a thread pool over blocks of rows, so one compilation serves any number of threads.
"""

import warnings
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Any, TypeVar, cast

import numba
from numba.core.caching import FunctionCache
from numba.core.dispatcher import Dispatcher

_F = TypeVar("_F", bound=Callable[..., object])
_REORDERING = {"fastmath": {"contract", "reassoc", "nsz", "arcp", "afn"}, "error_model": "numpy"}


class KernelCacheWarning(RuntimeWarning):
    """Compiled kernels cannot be kept."""


class _Cache(FunctionCache):
    """Machine code on disk, without which kernels run as well, only later.

    Files that a full disk or a crash has cut short make pickle raise almost anything: they are
    thrown away, and written again.
    """

    def load_overload(self, sig: object, target_context: object) -> object:
        try:
            return super().load_overload(sig, target_context)
        except Exception:
            self._clear()
            return None

    def save_overload(self, sig: object, data: object) -> None:
        try:
            super().save_overload(sig, data)
        except OSError as error:
            _say_uncached(f"{error.strerror} in {self.cache_path}")
        except Exception:
            self._clear()
            with suppress(Exception):
                super().save_overload(sig, data)

    def _clear(self) -> None:
        with suppress(OSError):
            self.flush()


@lru_cache(1)
def _say_uncached(reason: str) -> None:
    warnings.warn(
        f"compiled kernels cannot be kept ({reason}), and are compiled by each command again; set "
        "NUMBA_CACHE_DIR to a folder with room that can be written",
        KernelCacheWarning,
        stacklevel=2,
    )


def _compiled(function: _F, **options: Any) -> _F:
    kernel = numba.njit(nogil=True, **options)(function)
    if isinstance(kernel, Dispatcher):  # not so under NUMBA_DISABLE_JIT
        try:
            cast(Any, kernel)._cache = _Cache(function)
        except RuntimeError:  # Numba has found no folder that it may write to
            _say_uncached("no folder can be written")
    return cast(_F, kernel)


def kernel(function: _F) -> _F:
    """Compile `function` on first use, cache the machine code on disk, release the GIL."""
    return _compiled(function)


def contracting_kernel(function: _F) -> _F:
    """Like `kernel`, with a*b+c allowed as one fused operation.

    Sums stay in their written order, so results do not depend on threads; only the rounding
    between product and sum is skipped.  The sparse product is 1.3 times as fast for it
    (``benchmarks/svd.py``).
    """
    return _compiled(function, fastmath={"contract"})


def reordering_kernel(function: _F) -> _F:
    """Like `kernel`, free to add in any order and to approximate reciprocals and roots.

    For training, where a rounding more or less is no error.  The same machine still gives the same
    bits: what is compiled does not depend on threads.  It pays 3 times and more
    (``benchmarks/glove.py``).

    Results may not depend on where arrays are in memory either.  A loop that writes to one array
    and reads others is compiled twice: for vector registers, and one number at a time for arrays
    that start too soon after one another, which the loop checks when it runs.  The two add in
    different orders, and their quotients, roots and logarithms may round differently.  So

    * an innermost loop either sums or writes, never both;
    * quotients, roots and logarithms of one number each are written in a loop over one array, in
      place: copy the numbers there first.  (The loop of GloVe cannot: it changes four arrays in
      place.  Arrays that are read and written are checked for overlap only, and never overlap.)

    ``tests/test_kernel_placement.py`` moves the arrays of each kernel.
    """
    return _compiled(function, **_REORDERING)


def part_of_kernels(function: _F) -> _F:
    """Write out `function` in each reordering kernel that calls it.

    A function of its own would be compiled by itself, and once more together with each kernel.
    Which of the two runs may differ between the process that compiles them and those that load
    them, and they may add in other orders.
    """
    return _compiled(function, inline="always", **_REORDERING)
