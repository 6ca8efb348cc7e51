"""Read and write safetensors: the length of a JSON header, the header, raw arrays.

The format knows arrays only, so the words are one too: ``vectors`` F32 (n, dim), ``words`` U8 (the
words in UTF-8, one after another), ``word_ends`` I64 (n,) (word i ends before byte
``word_ends[i]``), and ``counts`` I64 (n,) where the words have counts.  A program that reads
safetensors reads these.  The header's ``__metadata__`` says ``"format": "wordvec_toolkit"``.
"""

import json
import math
import struct
from pathlib import Path
from typing import IO, TypeGuard

import numpy as np

from ..embeddings.vectors import WordVectors
from ..errors import FormatError
from ..text.reading import ByteReader
from .collecting import decode_words, make_vectors
from .opening import DIM_LIMIT, Content, Reading, open_vector_file

_DTYPES = {"F64": "<f8", "F32": "<f4", "F16": "<f2", "I64": "<i8", "U8": "|u1"}
_HEADER_LIMIT = 100_000_000  # bytes, as the format's own library has it
_ADVICE = "wvt convert writes such files; others hold no words"


def read_safetensors(path: str | Path, reading: Reading) -> WordVectors:
    """Read vectors and words from safetensors; of an uncompressed file as a memory map.

    Raises
    ------
    FormatError
        If the header contradicts the file, or there are no words in it.
    """
    with open_vector_file(path) as reader:
        reading.progress.start("reading vectors", reader.total, "B")
        header, begin = _read_header(reader)
        data = _data(reader, begin)
        vectors = _array(reader.path, header, "vectors", ("F32", "F16", "F64"), 2, data)
        text = _array(reader.path, header, "words", ("U8",), 1, data)
        ends = _array(reader.path, header, "word_ends", ("I64",), 1, data)
        counts = None
        if "counts" in header:
            counts = _array(reader.path, header, "counts", ("I64",), 1, data)
        n, dim = vectors.shape
        starts = np.concatenate((np.zeros(1, np.int64), ends[:-1]))
        if (
            n == 0
            or not 0 < dim <= DIM_LIMIT
            or len(ends) != n
            or (counts is not None and (len(counts) != n or (counts < 0).any()))
            or (ends <= starts).any()
            or ends[0] < 0
            or ends[-1] != len(text)
        ):
            raise FormatError(
                reader.path,
                f"{n:,} vectors of {dim:,} dimensions, {len(ends):,} ends of words",
                "a vector, an end and a count for each word, and no empty word",
                advice=_ADVICE,
            )
        n = min(n, reading.among or n)
        try:
            words, n_invalid = decode_words(text.tobytes(), starts[:n], ends[:n], reading.errors)
        except UnicodeDecodeError as error:
            raise FormatError(
                reader.path,
                f"a word that is not UTF-8: {error.object[:40]!r}",
                "UTF-8",
                advice="read it with errors replace or ignore",
            ) from None
        with np.errstate(over="ignore"):
            matrix = vectors[:n].astype(np.float32, copy=False)
        _check_finite(reader.path, matrix, reading)
        reading.progress.finish(f"{n:,} words, {dim:,} dimensions")
        facts = {"n_invalid_words": n_invalid} if n_invalid else {}
        return make_vectors(
            words,
            matrix,
            None if counts is None else counts[:n],
            reader,
            reading,
            "safetensors",
            facts,
        )


def _check_finite(path: Path, matrix: np.ndarray, reading: Reading) -> None:
    if reading.nonfinite == "keep":
        return
    rows = max(1, (1 << 22) // matrix.shape[1])
    for first in range(0, len(matrix), rows):
        finite = np.isfinite(matrix[first : first + rows])
        if not finite.all():
            place = first + int(np.argmin(finite.all(axis=1)))
            raise FormatError(
                path,
                f"a component that is NaN or infinite, in vector {place + 1:,}",
                "finite float32 numbers",
                advice="nonfinite keep reads such vectors unchanged",
            )


def _read_header(reader: ByteReader) -> tuple[dict[str, object], int]:
    raw = reader.peek(8)
    size = struct.unpack("<Q", raw)[0] if len(raw) == 8 else 0
    if not 2 <= size <= _HEADER_LIMIT:
        raise FormatError(
            reader.path, f"a header of {size:,} bytes", f"2 to {_HEADER_LIMIT:,} bytes"
        )
    text = reader.peek(8 + size)[8:]
    if len(text) < size:
        raise FormatError(
            reader.path, f"its end at byte {8 + len(text):,}", f"a header of {size:,} bytes"
        )
    try:
        header = json.loads(text)
    except (ValueError, RecursionError):
        header = None
    if not isinstance(header, dict):
        raise FormatError(reader.path, "a header that is not a JSON object", "safetensors")
    return header, 8 + size


def _data(reader: ByteReader, begin: int) -> np.ndarray:
    """Return the bytes after the header."""
    if reader.size is not None:
        if reader.size == begin:
            return np.empty(0, np.uint8)
        return np.memmap(reader.path, np.uint8, "r", offset=begin)
    reader.skip(begin)
    return np.frombuffer(b"".join(iter(reader.block, b"")), np.uint8)


def _array(
    path: Path,
    header: dict[str, object],
    name: str,
    dtypes: tuple[str, ...],
    ndim: int,
    data: np.ndarray,
) -> np.ndarray:
    """Return an array that the header describes, once the description has been checked."""
    entry = header.get(name)
    if not isinstance(entry, dict):
        names = ", ".join(repr(key[:40]) for key in list(header)[:6])
        raise FormatError(
            path, f"no array {name} (but {names})", "vectors, words and word_ends", advice=_ADVICE
        )
    dtype, shape, offsets = (entry.get(key) for key in ("dtype", "shape", "data_offsets"))
    if not (_are_sizes(shape, ndim) and _are_sizes(offsets, 2)) or dtype not in dtypes:
        raise FormatError(
            path,
            f"{name} as {str(dtype)[:20]} {str(shape)[:60]} at {str(offsets)[:60]}",
            f"{' or '.join(dtypes)} in {ndim} dimensions at two offsets",
        )
    first, last = offsets
    size = math.prod(shape) * np.dtype(_DTYPES[dtype]).itemsize
    if last - first != size or last > len(data):
        raise FormatError(
            path,
            f"{name} {shape} at bytes {first:,} to {last:,} of {len(data):,}",
            f"{size:,} bytes within the file",
            advice="the file is cut off, or its header wrong",
        )
    raw = data[first:last]
    if raw.ctypes.data % 8:
        raw = raw.copy()  # such an array could not be used in place
    array: np.ndarray = raw.view(_DTYPES[dtype]).reshape(shape)
    return array


def _are_sizes(value: object, n: int) -> TypeGuard[list[int]]:
    return (
        isinstance(value, list)
        and len(value) == n
        and all(type(item) is int and 0 <= item < 1 << 62 for item in value)
    )


def write_safetensors(stream: IO[bytes], content: Content) -> None:
    """Write vectors and words; see the module for the layout."""
    counts, dim = content.counts, content.dim
    encoded = [word.encode() for word in content.words]
    ends = np.cumsum([len(word) for word in encoded], dtype="<i8")
    n = len(encoded)
    sizes: dict[str, tuple[str, list[int], int]] = {
        "vectors": ("F32", [n, dim], 4 * n * dim),
        "word_ends": ("I64", [n], 8 * n),
        **({} if counts is None else {"counts": ("I64", [n], 8 * n)}),
        "words": ("U8", [int(ends[-1])], int(ends[-1])),
    }
    # The format's own library starts every array at a multiple of its item's size: those of
    # eight bytes come first where the vectors' size is an odd multiple of four.
    order = sorted(sizes, key=lambda name: {"I64": 0, "F32": 1, "U8": 2}[sizes[name][0]])
    header: dict[str, object] = {"__metadata__": {"format": "wordvec_toolkit"}}
    offset = 0
    for name in order:
        dtype, shape, size = sizes[name]
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    stream.write(struct.pack("<Q", len(text)) + text)
    for name in order:
        if name == "vectors":
            for block in content.blocks:
                stream.write(np.ascontiguousarray(block, "<f4").data)
        elif name == "words":
            stream.write(b"".join(encoded))
        else:
            array = ends if name == "word_ends" else np.asarray(counts)
            stream.write(np.ascontiguousarray(array, "<i8").data)
