"""Arrays in temporary files, for what may be larger than memory.

The files have no name, so that nothing is left of them whatever ends the process.
"""

import errno
import os
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from typing import BinaryIO

import numpy as np
from numpy.typing import DTypeLike

from .memory import release, spool_folder
from .parallel import even_bounds

_AT_ONCE = 1 << 23  # bytes


def new_array(n: int, dtype: DTypeLike, in_file: bool) -> np.ndarray:
    """Return zeros, in memory or mapped from a file.

    Raises
    ------
    OSError
        If the disk is full: all of the file is reserved, since writing to a map of what is not
        there would end the process.
    """
    if not in_file or n == 0:
        return np.zeros(n, dtype)
    with tempfile.TemporaryFile(dir=spool_folder()) as file:
        _reserve(file, n * np.dtype(dtype).itemsize)
        return np.asarray(np.memmap(file, dtype, "r+", shape=(n,)))


def _reserve(file: BinaryIO, n_bytes: int) -> None:
    if hasattr(os, "posix_fallocate"):
        try:
            os.posix_fallocate(file.fileno(), 0, n_bytes)
            return
        except OSError as error:
            if error.errno not in (errno.EINVAL, errno.EOPNOTSUPP):
                raise
    for first in range(0, n_bytes, _AT_ONCE):
        file.write(bytes(min(_AT_ONCE, n_bytes - first)))
    file.flush()


class ArrayFile:
    """Takes an array piece by piece."""

    def __init__(self, dtype: DTypeLike) -> None:
        self._dtype = np.dtype(dtype)
        self._file = tempfile.TemporaryFile(dir=spool_folder())

    def append(self, piece: np.ndarray) -> None:
        """Take the next values."""
        self._file.write(np.ascontiguousarray(piece, self._dtype).view(np.uint8).data)

    def array(self) -> np.ndarray:
        """Return all of it, mapped; call it once."""
        with self._file as file:
            if file.tell() == 0:
                return np.empty(0, self._dtype)
            file.flush()
            return np.asarray(np.memmap(file, self._dtype, "r+"))


def pieces_of(array: np.ndarray) -> Iterator[np.ndarray]:
    """Yield an array piece by piece; the memory of mapped ones is given back."""
    size = max(1, _AT_ONCE * len(array) // max(1, array.nbytes))
    for first in range(0, len(array), size):
        piece = array[first : first + size]
        yield piece
        release(piece)


def selected(array: np.ndarray, kept: np.ndarray, in_file: bool) -> np.ndarray:
    """Return some of the values: those for which the first of `kept` are true."""
    blocks = list(pairwise(even_bounds(len(array), _AT_ONCE // 8)))
    n = sum(int(np.count_nonzero(kept[first:last])) for first, last in blocks)
    out, end = new_array(n, array.dtype, in_file), 0
    for first, last in blocks:
        values = array[first:last][kept[first:last]]
        out[end : end + len(values)] = values
        release(array[first:last], kept[first:last], out[end : end + len(values)])
        end += len(values)
    return out
