"""Tab-separated vectors for the Embedding Projector, with the words in a second file.

``NAME.tsv`` holds the numbers, ``NAME.metadata.tsv`` next to it the words: one a line, or with a
header line ``word``, ``count`` where there are counts (of two columns the projector expects one).
"""

from pathlib import Path
from typing import IO

import numpy as np

from ..embeddings.vectors import WordVectors
from ..errors import FormatError, WordvecError
from ..text.files import unpacked_name
from .collecting import decode_words, make_vectors
from .opening import Content, Reading, open_vector_file
from .text_files import read_matrix

_NAMES = ("metadata.tsv",)


def metadata_path(path: str | Path) -> Path:
    """Return the path of the words that go with a file of vectors."""
    path = Path(path)
    return path.with_name(f"{Path(unpacked_name(path.name)).stem}.metadata.tsv")


def read_projector(path: str | Path, reading: Reading) -> WordVectors:
    """Read vectors and the words next to them, from NAME.metadata.tsv or metadata.tsv.

    Raises
    ------
    FormatError
        If the words are missing, or are not as many as the vectors.
    """
    path = Path(path)
    beside = metadata_path(path)
    if not beside.is_file():
        beside = next((path.with_name(n) for n in _NAMES if path.with_name(n).is_file()), beside)
    if not beside.is_file() or beside == path:
        raise FormatError(path, f"no {beside.name} next to it", "the words that go with its rows")
    words, counts, n_invalid = _read_metadata(beside, reading)
    with open_vector_file(path) as reader:
        matrix = read_matrix(reader, reading)
        n = reading.among or max(len(words), len(matrix))
        if len(words[:n]) != len(matrix[:n]):
            raise FormatError(
                beside, f"{len(words):,} words", f"{len(matrix):,}, one for each vector of {path}"
            )
        return make_vectors(
            words[:n],
            matrix[:n],
            None if counts is None else counts[:n],
            reader,
            reading,
            "projector",
            {"n_invalid_words": n_invalid} if n_invalid else {},
        )


def _read_metadata(path: Path, reading: Reading) -> tuple[list[str], np.ndarray | None, int]:
    with open_vector_file(path) as reader:
        data = b"".join(iter(reader.block, b"")).removeprefix(b"\xef\xbb\xbf")
    lines = data.replace(b"\r\n", b"\n").removesuffix(b"\n").split(b"\n")
    fields = [line.split(b"\t") for line in lines]
    counts = None
    if len(fields[0]) > 1:
        names, *fields = fields
        if any(len(row) != len(names) for row in fields):
            line = next(i for i, row in enumerate(fields, 2) if len(row) != len(names))
            raise FormatError(path, f"{len(fields[line - 2])} columns", f"{len(names)}", line=line)
        if b"count" in names:
            column = names.index(b"count")
            raw = [row[column] for row in fields]
            if all(field.isdigit() and len(field) <= 18 for field in raw):
                counts = np.array([int(field) for field in raw], np.int64)
        column = names.index(b"word") if b"word" in names else 0
        raw = [row[column] for row in fields]
    else:
        raw = [row[0] for row in fields]
    ends = np.cumsum([len(word) for word in raw], dtype=np.int64)
    starts = np.concatenate((np.zeros(1, np.int64), ends[:-1]))
    try:
        words, n_invalid = decode_words(b"".join(raw), starts, ends, reading.errors)
    except UnicodeDecodeError:
        raise FormatError(path, "a word that is not UTF-8", "UTF-8") from None
    return words, counts, n_invalid


def write_metadata(stream: IO[bytes], content: Content) -> None:
    """Write the words, and their counts if there are any.

    Raises
    ------
    WordvecError
        If a word holds a tab or a line end.
    """
    lines, counts = [], content.counts
    for place, word in enumerate(content.words):
        if "\t" in word or "\n" in word or "\r" in word:
            raise WordvecError(
                f"the word {word!r} holds a tab or a line end, which this format cannot; write a "
                "bundle or .safetensors instead"
            )
        lines.append(word if counts is None else f"{word}\t{counts[place]}")
    head = "" if counts is None else "word\tcount\n"
    stream.write((head + "\n".join(lines) + "\n").encode())
