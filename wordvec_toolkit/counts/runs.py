"""Sorted runs: counts on the disk, and their exact sum by ranges of rows.

A run is a matrix in one file: sizes, where each row begins, and the cells by row and column.  A
range of rows is one piece of it.  Files are opened for one piece at a time, so that any number of
runs can be added at once.
"""

import os
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from .._kernels import sums as kernels
from .._kernels.windows import take_cells
from ..bundles.checks import are_offsets, are_within
from ..errors import FormatError, WordvecError
from ..runtime.disk import TEMPORARY, new_folder, temporary_name
from ..runtime.memory import memory_budget, release, spool_folder
from ..runtime.parallel import map_stream, weighted_bounds
from .storage import CellWriter

if TYPE_CHECKING:
    from scipy.sparse import csr_array

SUFFIX = ".run"
_MAGIC = int.from_bytes(b"wvt-run1", "little")
_HEADER = 6  # int64: magic, rows, columns, cells, bytes of a value, largest value
_SUM_BYTES = 32  # of a cell that is being added: as read, as added, as a result
_FEWEST, _MOST = 1 << 16, 1 << 22  # cells added at a time by a thread


class Cells(NamedTuple):
    """Rows of a matrix: how many cells each has, and their columns, which ascend, and values."""

    row_cells: np.ndarray
    indices: np.ndarray
    values: np.ndarray


class Addend(Protocol):
    """Matrix that can be read by ranges of rows."""

    @property
    def largest(self) -> int:
        """No value is further from 0."""

    def offsets(self) -> np.ndarray:
        """Return where each row begins, and the end."""

    def rows(self, first: int, last: int) -> Cells:
        """Return some rows."""


@dataclass(frozen=True)
class Run:
    """Matrix in a file; see `new_run`."""

    path: Path
    shape: tuple[int, int]
    n_cells: int
    cell: np.dtype
    largest: int

    @classmethod
    def open(cls, path: Path) -> "Run":
        """Read the sizes, and compare them with the file.

        Raises
        ------
        FormatError
        """
        header = np.fromfile(path, np.int64, _HEADER).tolist()
        if len(header) == _HEADER and header[0] == _MAGIC and header[4] in (4, 8):
            _, n_rows, n_columns, n_cells, itemsize, largest = header
            cell = _cell(np.dtype(f"i{itemsize}"))
            size = 8 * (_HEADER + n_rows + 1) + cell.itemsize * n_cells
            if min(n_rows, n_columns, n_cells) >= 0 and path.stat().st_size == size:
                return cls(path, (n_rows, n_columns), n_cells, cell, largest)
        raise FormatError(path, "a damaged file", "a run of counts", advice="count again")

    def offsets(self) -> np.ndarray:
        return np.fromfile(self.path, np.int64, self.shape[0] + 1, offset=8 * _HEADER)

    def rows(self, first: int, last: int) -> Cells:
        with open(self.path, "rb") as stream:
            stream.seek(8 * (_HEADER + first))
            offsets = np.fromfile(stream, np.int64, last - first + 1)
            begin, end = int(offsets[0]), int(offsets[-1])
            if not 0 <= begin <= end <= self.n_cells or not are_offsets(
                offsets, last - first, begin, end
            ):
                raise FormatError(self.path, "a damaged file", "a run", advice="count again")
            stream.seek(8 * (_HEADER + self.shape[0] + 1) + self.cell.itemsize * begin)
            cells = np.fromfile(stream, self.cell, end - begin)
        return Cells(np.diff(offsets), cells["column"], cells["value"])


@dataclass(frozen=True)
class MatrixRows:
    """Matrix in memory, to be added or, with a sign of -1, subtracted."""

    matrix: "csr_array"
    sign: int = 1

    @property
    def largest(self) -> int:
        return int(self.matrix.data.max(initial=0))

    def offsets(self) -> np.ndarray:
        return self.matrix.indptr.astype(np.int64)

    def rows(self, first: int, last: int) -> Cells:
        offsets = self.matrix.indptr[first : last + 1]
        cells = slice(int(offsets[0]), int(offsets[-1]))
        values = self.sign * self.matrix.data[cells].astype(np.int64)
        return Cells(np.diff(offsets), self.matrix.indices[cells], values)


@contextmanager
def runs_folder() -> Iterator[Path]:
    """Make a folder for runs in the spool folder, and remove it after the block."""
    with ExitStack() as stack:
        spool = spool_folder()
        if spool is None:
            yield Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="wvt-")))
        else:
            yield stack.enter_context(new_folder(spool / "runs", TEMPORARY))


@contextmanager
def new_run(
    path: Path, shape: tuple[int, int], dtype: np.dtype
) -> Iterator[Callable[[Cells], None]]:
    """Write a run, which takes its name when the block has succeeded.

    Yields
    ------
    function
        That takes the next rows.
    """
    cell, largest, row_cells = _cell(dtype), 0, []
    temporary = temporary_name(path)
    try:
        with open(temporary, "xb") as stream:
            stream.seek(8 * (_HEADER + shape[0] + 1))

            def append(cells: Cells) -> None:
                nonlocal largest
                records = np.empty(len(cells.indices), cell)
                records["column"], records["value"] = cells.indices, cells.values
                stream.write(records.view(np.uint8).data)
                largest = max(largest, int(cells.values.max(initial=0)))
                row_cells.append(cells.row_cells.copy())

            yield append
            offsets = np.cumsum(np.concatenate([np.zeros(1, np.int64), *row_cells]))
            stream.seek(0)
            header = [_MAGIC, *shape, int(offsets[-1]), dtype.itemsize, largest]
            stream.write(np.array(header, np.int64).tobytes())
            stream.write(offsets.tobytes())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)


def _cell(dtype: np.dtype) -> np.dtype:
    return np.dtype([("column", np.int32), ("value", dtype)])


def add_rows(parts: Sequence[Addend], n_columns: int, first: int, last: int) -> Cells:
    """Return rows ``first:last`` of the sum, without zeros."""
    marks = np.zeros(n_columns // 64 + 1, np.uint64), np.zeros(n_columns // 4096 + 1, np.uint64)
    scratch = np.zeros(n_columns, np.int64), *marks
    if last - first == 1:  # one part after the other: all of a long row may be too much
        room = 0
        for part in parts:
            _, columns, values = _checked(part.rows(first, last), n_columns)
            kernels.add_row(columns, values, *scratch)
            room += len(columns)
        room = min(room, n_columns)
        indices, totals = np.empty(room, np.int32), np.empty(room, np.int64)
        n = take_cells(*scratch, indices, totals, 0)
        return Cells(np.array([n]), indices[:n], totals[:n])
    found = [part.rows(first, last) for part in parts]
    every = Cells(*(np.concatenate(arrays) for arrays in zip(*found)))
    starts = np.cumsum(np.concatenate([np.zeros(1, np.int64), every.row_cells]))
    _, columns, values = _checked(every, n_columns)
    row_cells = np.zeros(last - first, np.int64)
    indices, totals = np.empty(len(columns), np.int32), np.empty(len(columns), np.int64)
    n = kernels.add_rows(starts, len(parts), columns, values, *scratch, row_cells, indices, totals)
    return Cells(row_cells, indices[:n], totals[:n])


def _checked(cells: Cells, n_columns: int) -> Cells:
    """Return the cells as the kernels take them."""
    if not are_within(cells.indices, 0, n_columns):
        raise WordvecError("a run of counts is damaged; count again")
    indices = np.ascontiguousarray(cells.indices, np.int32)
    return Cells(cells.row_cells, indices, np.ascontiguousarray(cells.values, np.int64))


def total_offsets(parts: Sequence[Addend]) -> np.ndarray:
    """Return where each row of the matrices begins, if they are put together row by row."""
    offsets = parts[0].offsets()
    for part in parts[1:]:
        offsets += part.offsets()
    return offsets


def sum_bounds(offsets: np.ndarray, threads: int, most: int = _MOST) -> list[int]:
    """Cut the rows of a sum into ranges of `most` cells that are added at a time, or fewer."""
    room = memory_budget() // 8 // _SUM_BYTES // (threads + 2)
    return weighted_bounds(offsets, min(max(room, _FEWEST), _MOST, most))


def dtype_of_sum(parts: Sequence[Addend]) -> np.dtype:
    """Return the dtype of counts in which no sum of matrices overflows."""
    is_small = sum(part.largest for part in parts) <= np.iinfo(np.int32).max
    return np.dtype(np.int32 if is_small else np.int64)


def add_all(parts: Sequence[Addend], n_columns: int, most: int, threads: int) -> "csr_array":
    """Return the sum of matrices, which have `most` cells together, exactly."""
    cells = CellWriter(dtype_of_sum(parts), most)

    def add(block: tuple[int, int]) -> Cells:
        return add_rows(parts, n_columns, *block)

    for found in map_stream(add, pairwise(sum_bounds(total_offsets(parts), threads)), threads):
        cells.append(*found)
        for part in parts:
            if isinstance(part, MatrixRows):
                release(part.matrix.indices, part.matrix.data)
    return cells.matrix(n_columns)
