"""Read sparse vectors written as text: a word, then ``index:value`` for each number but 0.

A first line with the numbers of words and dimensions may come before them.  Indices begin at 0;
where none is 0 and one is the number of dimensions, at 1.
"""

import re
from pathlib import Path

import numpy as np

from ..embeddings.vectors import WordVectors
from ..errors import FormatError
from ..text.reading import ByteReader, line_blocks, shown
from .collecting import decode_word, make_vectors
from .opening import DIM_LIMIT, Reading, open_vector_file
from .text_files import BLANK, BOM, UTF16, is_number, read_header

_CELL = re.compile(rb"(\d{1,9}):([^ \t]+)")


def is_sparse_text(head: bytes) -> bool:
    """Return whether the first rows are a word and cells of ``index:value``."""
    if head[:2] in UTF16:
        return False
    lines = [line for line in head.removeprefix(BOM).split(b"\n")[:20] if line.strip(BLANK)]
    if lines and read_header(lines[0]) is not None:
        lines = lines[1:]
    rows = [line.strip(BLANK).split()[1:] for line in lines[:-1] or lines]
    return any(rows) and all(_is_cell(cell) for row in rows for cell in row)


def _is_cell(token: bytes) -> bool:
    cell = _CELL.fullmatch(token)
    return cell is not None and is_number(cell[2])


def read_sparse_text(path: Path, reading: Reading) -> WordVectors:
    """Read such a file as a sparse matrix of float32.

    Raises
    ------
    FormatError
        If a row has anything else, or an index twice or beyond the dimensions of the header.
    """
    from scipy.sparse import csr_array

    with open_vector_file(path) as reader:
        if reader.peek(3) == BOM:
            reader.skip(3)
        sizes = read_header(reader.peek_line())
        if sizes is not None:
            reader.skip(len(reader.peek_line()))
        reading.progress.start("reading vectors", reader.total, "B")
        words, ends, columns, values = _read_rows(reader, reading, sizes)
        dim = sizes[1] if sizes is not None else max(columns, default=0) + 1
        indices = np.array(columns, np.int64)
        if sizes is not None and len(indices) and indices.max() == dim:
            if indices.min() == 0:
                raise FormatError(path, f"the indices 0 and {dim:,}", f"0 to {dim - 1:,}")
            indices -= 1
        if sizes is not None and reading.among is None and len(words) < sizes[0]:
            raise FormatError(path, f"{len(words):,} vectors", f"{sizes[0]:,} as the header says")
        if not words:
            raise FormatError(path, "no vectors", "at least one word and its vector")
        parts = (np.array(values, np.float32), indices, np.array([0, *ends], np.int64))
        matrix = csr_array(parts, shape=(len(words), dim))
        matrix.sort_indices()
        reading.progress.finish(f"{len(words):,} words, {dim:,} dimensions")
        return make_vectors(words, matrix, None, reader, reading, "sparse")


def _read_rows(
    reader: ByteReader, reading: Reading, sizes: tuple[int, int] | None
) -> tuple[list[str], list[int], list[int], list[float]]:
    words: list[str] = []
    ends: list[int] = []
    columns: list[int] = []
    values: list[float] = []
    limit = sizes[1] if sizes is not None else DIM_LIMIT
    has_zero = False
    for block in line_blocks(reader, 1 if sizes is None else 2):
        for number, line in enumerate(block.data.split(b"\n")[:-1], block.first_line):
            word, *cells = line.strip(BLANK).split() or [b""]
            if not word:
                continue
            row: set[int] = set()
            for cell in cells:
                found = _CELL.fullmatch(cell)
                index = int(found[1]) if found is not None else -1
                value = float(found[2]) if found and is_number(found[2]) else np.nan
                is_finite = bool(np.isfinite(np.float32(value)))
                has_zero = has_zero or index == 0
                if index > limit - has_zero or index in row or index < 0 or not is_finite:
                    expected = f"index:value, each index once and at most {limit - 1:,}"
                    raise FormatError(reader.path, f"{shown(cell)}", expected, line=number)
                row.add(index)
                columns.append(index)
                values.append(value)
            words.append(decode_word(word, reading.errors)[0])
            ends.append(len(columns))
            if reading.among is not None and len(words) >= reading.among:
                return words, ends, columns, values
    return words, ends, columns, values
