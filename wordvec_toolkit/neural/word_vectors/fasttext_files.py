"""Read the vectors of fastText's own models (``.bin``) through gensim.

Before gensim sees a file, everything that its header claims is checked against its size.
Layout: fastText, src/fasttext.cc (saveModel), args.cc, dictionary.cc and densematrix.cc.
"""

import mmap
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ...embeddings.vectors import WordVectors
from ...errors import FormatError, WordvecError
from ...runtime.progress import SILENT, Progress
from ...text.vocabulary import Vocabulary
from .keyed_vectors import from_keyed_vectors

_MAGIC = 793712314
_VERSIONS = (11, 12)
_SUPERVISED = 3
_WORD_LIMIT = 1 << 16  # bytes
_NGRAM_LIMIT = 1000  # the longest n-gram, in characters, that is believed


@dataclass(frozen=True)
class _Sizes:
    """Content of a header."""

    dim: int
    bucket: int
    min_n: int
    max_n: int
    n_words: int


class _Cursor:
    """Takes fields off a file one after another, never beyond its end."""

    def __init__(self, path: Path, data: mmap.mmap) -> None:
        self.path = path
        self.data = data
        self.at = 0

    def take(self, fields: str) -> tuple[int, ...]:
        layout = struct.Struct("<" + fields)
        if self.at + layout.size > len(self.data):
            raise self.error("the end of the file", "a whole model")
        values = layout.unpack_from(self.data, self.at)
        self.at += layout.size
        return values

    def error(self, found: str, expected: str, advice: str = "") -> FormatError:
        return FormatError(self.path, f"{found} at byte {self.at:,}", expected, advice=advice)


def begins_as_fasttext(head: bytes) -> bool:
    """Return whether a file begins as fastText's models do, of this version or the first."""
    if len(head) < 64:
        return False
    if struct.unpack("<i", head[:4])[0] == _MAGIC:
        return True
    # The first version had no magic number; its settings come at once.
    dim, ws, epoch, min_count, neg, ngrams, loss, model, bucket, minn, maxn = struct.unpack(
        "<11i", head[:44]
    )
    return (
        0 < dim < 1 << 16
        and 0 < ws < 1 << 16
        and 0 <= epoch < 1 << 16
        and min_count >= 0
        and neg >= 0
        and 0 <= ngrams < 1 << 16
        and loss in (1, 2, 3)
        and model in (1, 2, 3)
        and bucket >= 0
        and 0 <= minn < 1 << 16
        and 0 <= maxn < 1 << 16
    )


def read_fasttext_vectors(
    path: str | Path, nonfinite: str = "refuse", progress: Progress = SILENT
) -> WordVectors:
    """Read the words of a fastText model with their vectors and counts.

    A word's vector is the mean of its own and those of its character n-grams, as fastText writes
    it to its ``.vec`` file.

    Raises
    ------
    FormatError
        If the file is cut off, its header contradicts it, or it is a classifier or quantized.
    """
    path = Path(path)
    try:
        with (
            open(path, "rb") as stream,
            mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as data,
        ):
            _check(_Cursor(path, data))
    except (OSError, ValueError) as error:  # ValueError: an empty file cannot be mapped
        raise WordvecError(f"cannot read {path}: {error}") from None
    progress.start("reading vectors", None, "")
    from gensim.models.fasttext import load_facebook_vectors

    try:
        with np.errstate(all="ignore"):  # what is not finite is refused below
            keyed = load_facebook_vectors(str(path.resolve()))
    except Exception as error:  # our checks let nothing costly pass, but not all is known here
        raise FormatError(
            path,
            f"a model that gensim cannot read ({type(error).__name__}: {str(error)[:80]})",
            "a fastText model",
        ) from None
    vectors = from_keyed_vectors(keyed)
    vocabulary, matrix, facts = vectors.vocabulary, np.asarray(vectors.matrix), vectors.facts
    if "" in vocabulary:  # fastText trained with given vectors can have one; nobody can ask for it
        kept = [place for place, word in enumerate(vocabulary) if word]
        words = [vocabulary.words[place] for place in kept]
        vocabulary, matrix = Vocabulary(words, vocabulary.counts[kept]), matrix[kept]
        facts = {"n_empty_words": 1}
        progress.note(f"{path} holds a vector without a word; it is skipped")
    if nonfinite == "refuse" and not np.isfinite(matrix).all():
        place = int(np.argmin(np.isfinite(matrix).all(axis=1)))
        raise FormatError(
            path,
            f"a component that is NaN or infinite, of {vocabulary.words[place][:24]!r}",
            "finite float32 numbers",
            advice="nonfinite keep reads such vectors unchanged",
        )
    progress.finish(f"{len(matrix):,} words, {matrix.shape[1]:,} dimensions")
    return WordVectors(vocabulary, matrix, {"file": path.name, "format": "fasttext"}, facts)


def _check(cursor: _Cursor) -> None:
    """Refuse a file whose claims its size does not bear out."""
    first, second = cursor.take("2i")
    is_new = first == _MAGIC
    if is_new and second not in _VERSIONS:
        raise cursor.error(f"version {second}", "version 11 or 12")
    sizes = _read_settings(cursor, None if is_new else first)
    if is_new:
        (n_pruned,) = cursor.take("q")
    else:
        n_pruned = 0
    n_ngrams = _pass_words(cursor, sizes)
    if n_ngrams > 64 * len(cursor.data) + (1 << 20):
        raise cursor.error(
            f"words with {n_ngrams:,} n-grams of {sizes.min_n} to {sizes.max_n} characters",
            "fewer in a file of this size",
        )
    if n_pruned > 0:
        raise cursor.error("a pruned model", "one with all its n-grams")
    if is_new and cursor.take("B")[0]:
        raise cursor.error("a quantized model", "the .bin that it was made from")
    n_rows, dim = cursor.take("2q")
    if dim != sizes.dim or n_rows != sizes.n_words + sizes.bucket:
        raise cursor.error(
            f"a matrix {n_rows:,} x {dim:,}",
            f"{sizes.n_words:,} words and {sizes.bucket:,} n-grams x {sizes.dim:,} as the header "
            "says",
        )
    left = len(cursor.data) - cursor.at
    if 4 * n_rows * dim > left:
        raise cursor.error(
            f"{left:,} bytes",
            f"{4 * n_rows * dim:,} for the matrix {n_rows:,} x {dim:,}",
            "the file is cut off, or its header wrong",
        )


def _read_settings(cursor: _Cursor, old_dim: int | None) -> _Sizes:
    dim = old_dim
    if dim is None:
        dim, _window = cursor.take("2i")
    fields = cursor.take("10i")
    model, bucket, min_n, max_n = fields[5:9]
    cursor.take("d")
    n_entries, n_words, n_labels = cursor.take("3i")
    cursor.take("q")
    if model == _SUPERVISED or n_labels != 0:
        raise cursor.error("a classifier", "a model trained without labels")
    if (
        not 0 < dim < 1 << 24
        or n_words < 1
        or n_entries != n_words
        or bucket < 0
        or not 0 <= min_n <= _NGRAM_LIMIT
        or not 0 <= max_n <= _NGRAM_LIMIT
        or n_words * 10 > len(cursor.data)
    ):
        raise cursor.error(
            f"a header of {n_words:,} words in {n_entries:,} entries, {dim:,} dimensions, "
            f"{bucket:,} buckets, n-grams of {min_n} to {max_n}",
            f"sizes that fit a file of {len(cursor.data):,} bytes",
        )
    return _Sizes(dim, bucket, min_n, max_n, n_words)


def _pass_words(cursor: _Cursor, sizes: _Sizes) -> int:
    """Walk over the dictionary; return how many n-grams its words have, at most."""
    n_ngrams = 0
    seen: set[bytes] = set()
    for _ in range(sizes.n_words):
        end = cursor.data.find(b"\0", cursor.at, cursor.at + _WORD_LIMIT)
        if end < 0:
            raise cursor.error("no end of a word", f"one within {_WORD_LIMIT:,} bytes")
        word = cursor.data[cursor.at : end]
        cursor.at = end + 1
        count, kind = cursor.take("qb")
        if word in seen or count < 0 or kind != 0:
            raise cursor.error(
                f"{word[:24]!r} with count {count}, kind {kind}", "different words with counts"
            )
        seen.add(word)
        lengths = max(0, sizes.max_n - sizes.min_n + 1)
        n_ngrams += (len(word) + 2) * min(lengths, len(word) + 2)
    return n_ngrams
