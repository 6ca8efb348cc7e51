"""Write vector files all or nothing, whatever their format and compression."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any

import numpy as np

from ..embeddings.vectors import WordVectors
from ..errors import SettingError, WordvecError
from ..runtime.progress import SILENT, Progress
from ..text.file_writing import write_files
from ..text.files import unpacked_name
from .projector import metadata_path, write_metadata
from .safetensors_files import write_safetensors
from .text_writing import write_numbers, write_text_vectors
from .word2vec_binary import write_binary_vectors

#: Suffix -> the format that is written where none is named.
SUFFIXES = {
    ".txt": "glove",
    ".vec": "word2vec",
    ".w2v": "word2vec",
    ".bin": "word2vec-binary",
    ".safetensors": "safetensors",
    ".tsv": "projector",
}
WRITTEN = ("word2vec", "glove", "word2vec-binary", "safetensors", "projector")
_BLOCK_CELLS = 1 << 20
#: Cells up to which sparse vectors are written as dense ones without being asked for.
SMALL = 1 << 22


def format_of_name(path: str | Path) -> str | None:
    """Return the format that goes with the suffix of a file, None if there is none."""
    return SUFFIXES.get(Path(unpacked_name(Path(path).name)).suffix.lower())


def write_vector_file(
    vectors: WordVectors,
    path: str | Path,
    file_format: str,
    precision: int | None = None,
    dense: bool = False,
    overwrite: bool = False,
    threads: int | None = None,
    progress: Progress = SILENT,
) -> list[Path]:
    """Write one of the formats `WRITTEN`; a name that ends in .gz and the like is compressed.

    Returns
    -------
    list of Path
        The file, and the one with the words for the projector.

    Raises
    ------
    SettingError
        If the format cannot be written, the precision is none, or the vectors are sparse and
        large and `dense` was not asked for.
    WordvecError
        If there is such a file already and `overwrite` was not asked for, a word does not go into
        the format, or the disk is full.  Nothing is left behind then.
    """
    path = Path(path)
    if file_format not in WRITTEN:
        raise SettingError(
            f"the format is {file_format!r}; what can be written are {', '.join(WRITTEN)}, and "
            "bundles"
        )
    if precision is not None and not 1 <= precision <= 9:
        raise SettingError(f"precision is {precision}; expected 1 to 9 significant digits")
    if precision is not None and file_format not in ("word2vec", "glove", "projector"):
        raise SettingError(f"precision is for text; {file_format} holds float32 as it is")
    if vectors.is_sparse and len(vectors) * vectors.dim > SMALL and not dense:
        raise SettingError(
            f"the vectors are sparse, {len(vectors):,} x {vectors.dim:,}; written out with all "
            f"their zeros they take {4 * len(vectors) * vectors.dim / 1e9:,.1f} GB and more: take "
            "svd vectors, fewer words (among), a bundle, or ask for it (dense)"
        )
    if len(vectors) == 0:
        raise WordvecError("there are no vectors to write")
    words = vectors.words
    for word in words:
        if not word or not _is_unicode(word):
            raise WordvecError(f"the word {word!r} is empty or no Unicode text; leave it out")
    counts = vectors.vocabulary.counts if vectors.vocabulary.counts.any() else None
    blocks = _dense_blocks(vectors, progress)

    def fill(stream: IO[bytes]) -> None:
        if file_format in ("word2vec", "glove"):
            header = file_format == "word2vec"
            write_text_vectors(stream, words, blocks, vectors.dim, header, precision, threads)
        elif file_format == "word2vec-binary":
            write_binary_vectors(stream, words, len(words), blocks, vectors.dim)
        elif file_format == "safetensors":
            write_safetensors(stream, words, counts, blocks, vectors.dim)
        else:
            write_numbers(stream, blocks, precision, threads)

    progress.start("writing vectors", len(vectors), "words")
    files: dict[Path, Callable[[IO[bytes]], None]] = {path: fill}
    if file_format == "projector":
        files[metadata_path(path)] = lambda stream: write_metadata(stream, words, counts)
    write_files(files, overwrite, threads)
    progress.finish(f"{len(vectors):,} words, {vectors.dim:,} dimensions")
    return list(files)


def _is_unicode(word: str) -> bool:
    try:
        word.encode()
    except UnicodeEncodeError:
        return False
    return True


def _dense_blocks(vectors: WordVectors, progress: Progress) -> Iterator[np.ndarray]:
    rows = max(1, _BLOCK_CELLS // max(1, vectors.dim))
    for first in range(0, len(vectors), rows):
        block: Any = vectors.matrix[first : first + rows]
        yield block if isinstance(block, np.ndarray) else block.toarray().astype(np.float32)
        progress.advance(min(rows, len(vectors) - first))
