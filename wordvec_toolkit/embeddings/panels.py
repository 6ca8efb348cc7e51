"""Panels: rows of a sparse matrix in a file, and blocks of dense columns, which tasks exchange."""

import hashlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..bundles.checks import are_offsets, are_within
from ..errors import FormatError
from ..runtime.disk import temporary_name

_MAGIC = int.from_bytes(b"wvt-pan1", "little")
_HEADER = 4  # int64: magic, rows, columns, cells
_BLOCK = int.from_bytes(b"wvt-blk1", "little")


class Panel(NamedTuple):
    """Rows of a matrix in CSR; values are float32, columns int32."""

    indptr: np.ndarray
    indices: np.ndarray
    values: np.ndarray
    n_columns: int


def named_panel(folder: Path, panel: Panel) -> Path:
    """Write rows to a file that is named by them."""
    return _named(folder, ".rows", *_of_panel(panel))


def write_panel(path: Path, panel: Panel) -> None:
    """Write rows, from whatever offset on, to a file that takes its name when it is whole."""
    _write(path, *_of_panel(panel))


def _of_panel(panel: Panel) -> tuple[np.ndarray, ...]:
    indptr = panel.indptr.astype(np.int64)
    indptr -= indptr[0]
    header = np.array([_MAGIC, len(indptr) - 1, panel.n_columns, indptr[-1]], np.int64)
    values = np.ascontiguousarray(panel.values, np.float32)
    return header, indptr, values, np.ascontiguousarray(panel.indices, np.int32)


def open_panel(path: Path) -> Panel:
    """Map a panel, whose columns are checked.

    Raises
    ------
    FormatError
    """
    header = np.fromfile(path, np.int64, _HEADER).tolist()
    size = path.stat().st_size
    if len(header) == _HEADER and header[0] == _MAGIC and min(header[1:]) >= 0:
        _, n_rows, n_columns, n_cells = header
        if 8 * (_HEADER + n_rows + 1 + n_cells) == size:
            words = np.asarray(np.memmap(path, np.int64, "r", 8 * _HEADER))
            indptr, cells = words[: n_rows + 1], words[n_rows + 1 :].view(np.int32)
            values, indices = cells[:n_cells].view(np.float32), cells[n_cells:]
            if are_offsets(indptr, n_rows, 0, n_cells) and are_within(indices, 0, n_columns):
                return Panel(indptr, indices, values, n_columns)
    raise FormatError(path, "a damaged file", "rows of a matrix", advice="run the command again")


def named_block(folder: Path, block: np.ndarray) -> Path:
    """Write dense columns to a file that is named by them."""
    return _named(folder, ".block", *_of_block(block))


def _of_block(block: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return np.array([_BLOCK, *block.shape], np.int64), np.ascontiguousarray(block, np.float32)


def write_block(path: Path, block: np.ndarray) -> None:
    """Write dense columns to a file that takes its name when it is whole."""
    _write(path, *_of_block(block))


def open_block(path: Path, n_rows: int) -> np.ndarray:
    """Map dense columns of a known length.

    Raises
    ------
    FormatError
    """
    header = np.fromfile(path, np.int64, 3).tolist()
    is_block = len(header) == 3 and header[:2] == [_BLOCK, n_rows] and header[2] > 0
    if is_block and 8 * 3 + 4 * n_rows * header[2] == path.stat().st_size:
        return np.asarray(np.memmap(path, np.float32, "r", 8 * 3, (n_rows, header[2])))
    raise FormatError(path, "a damaged file", f"{n_rows:,} rows", advice="run the command again")


def bytes_of_rows(first: int, last: int, width: int) -> tuple[int, int]:
    """Return which bytes of the file of a block hold some rows."""
    return 8 * 3 + 4 * width * first, 8 * 3 + 4 * width * last


def named_terms(folder: Path, *terms: np.ndarray) -> Path:
    """Write vectors of float64, one after the other, to a file that is named by them."""
    return _named(folder, ".terms", *(np.ascontiguousarray(one, np.float64) for one in terms))


def open_terms(path: Path, n: int) -> np.ndarray:
    """Read `n` numbers.

    Raises
    ------
    FormatError
    """
    if path.stat().st_size != 8 * n:
        raise FormatError(path, "a damaged file", f"{n:,} numbers", advice="run the command again")
    return np.fromfile(path, np.float64)


def _named(folder: Path, suffix: str, *arrays: np.ndarray) -> Path:
    digest = hashlib.sha256()
    for array in arrays:
        digest.update(_bytes(array))
    path = folder / (digest.hexdigest() + suffix)
    _write(path, *arrays)
    return path


def _write(path: Path, *arrays: np.ndarray) -> None:
    temporary = temporary_name(path)
    try:
        with open(temporary, "xb") as stream:
            for array in arrays:
                stream.write(_bytes(array))
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _bytes(array: np.ndarray) -> memoryview:
    return array.reshape(-1).view(np.uint8).data
