"""Write vector files all or nothing, whatever their format and compression."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ..embeddings.queries import Matrix
from ..embeddings.vectors import WordVectors
from ..errors import SettingError, WordvecError
from ..runtime.progress import SILENT, Progress
from ..text.file_writing import write_files
from .catalogue import FORMATS, written
from .opening import Content

_BLOCK_CELLS = 1 << 20
#: Cells up to which sparse vectors are written as dense ones without being asked for.
SMALL = 1 << 22


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
    """Write one of the `FORMATS`; a name that ends in .gz and the like is compressed.

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
    if file_format not in written():
        raise SettingError(
            f"the format is {file_format!r}; what can be written are {', '.join(written())}, and "
            "bundles"
        )
    if precision is not None and not 1 <= precision <= 9:
        raise SettingError(f"precision is {precision}; expected 1 to 9 significant digits")
    if precision is not None and not FORMATS[file_format].is_text:
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
            raise WordvecError(f"the word {word!r} is empty or not Unicode text; remove it")
    counts = vectors.vocabulary.counts if vectors.vocabulary.counts.any() else None
    blocks = _dense_blocks(vectors, progress)
    content = Content(words, counts, blocks, vectors.dim, precision, threads)
    files = FORMATS[file_format].files(path, content)
    progress.start("writing vectors", len(vectors), "words")
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
        block: Matrix = vectors.matrix[first : first + rows]
        yield block if isinstance(block, np.ndarray) else block.toarray().astype(np.float32)
        progress.advance(min(rows, len(vectors) - first))
