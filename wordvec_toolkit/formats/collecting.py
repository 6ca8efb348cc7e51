"""Bring words and rows from a foreign file together as `WordVectors`.

Foreign files hold no counts.  Their words keep the order of the file, which in most is that of
frequency, with counts of 0.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from ..embeddings.vectors import WordVectors
from ..errors import FormatError, SettingError
from ..text.blocks import Errors
from ..text.reading import ByteReader
from ..text.vocabulary import Vocabulary
from .opening import Reading


def decode_words(
    data: bytes, starts: np.ndarray, ends: np.ndarray, errors: Errors
) -> tuple[list[str], int]:
    """Decode words in `data`, and count those that are not UTF-8.

    Raises
    ------
    UnicodeDecodeError
        With errors "strict".
    """
    places = list(zip(starts.tolist(), ends.tolist()))
    try:
        return [data[start:end].decode() for start, end in places], 0
    except UnicodeDecodeError:
        pass
    words = []
    n_invalid = 0
    for start, end in places:
        word, invalid = decode_word(data[start:end], errors)
        words.append(word)
        n_invalid += invalid
    return words, n_invalid


def decode_word(raw: bytes, errors: Errors) -> tuple[str, bool]:
    """Decode one word, and tell whether it was not UTF-8; see `decode_words`."""
    try:
        return raw.decode(), False
    except UnicodeDecodeError:
        return raw.decode(errors=errors), True


class Collector:
    """Takes blocks of words and rows in order and joins them in the end."""

    def __init__(self, reader: ByteReader, reading: Reading, file_format: str) -> None:
        self.words: list[str] = []
        self._rows: list[np.ndarray] = []
        self._n_invalid = 0
        self._reader = reader
        self._reading = reading
        self._format = file_format
        self._reported = 0
        reading.progress.start("reading vectors", reader.total, "B")

    @property
    def is_full(self) -> bool:
        """Whether as many words as were asked for are there."""
        return self._reading.among is not None and len(self.words) >= self._reading.among

    def add(self, words: list[str], rows: np.ndarray, n_invalid: int = 0) -> None:
        """Take the next words and their rows (len(words), dim)."""
        self.words += words
        self._rows.append(rows)
        self._n_invalid += n_invalid
        consumed = self._reader.consumed
        self._reading.progress.advance(consumed - self._reported)
        self._reported = consumed

    @property
    def path(self) -> Path:
        return self._reader.path

    def join(self) -> np.ndarray:
        """Join the rows, at most as many as were asked for: float32 (n, dim)."""
        if not self.words:
            raise FormatError(self.path, "no vectors", "at least one word and its vector")
        n = min(len(self.words), self._reading.among or len(self.words))
        matrix = np.empty((n, self._rows[0].shape[1]), np.float32)
        first = 0
        self._rows.reverse()
        while self._rows and first < n:
            rows = self._rows.pop()  # gives its memory back
            part = matrix[first : first + len(rows)]
            part[:] = rows[: len(part)]
            first += len(part)
        self._rows.clear()
        self._reading.progress.finish(f"{n:,} words, {matrix.shape[1]:,} dimensions")
        return matrix

    def finish(self) -> WordVectors:
        """Join everything."""
        matrix = self.join()
        if self._n_invalid:
            self._reading.progress.note(
                f"{self._n_invalid} words of {self._reader.path} are not UTF-8; their odd bytes "
                + ("are skipped" if self._reading.errors == "ignore" else "are now U+FFFD")
            )
        facts = {"n_invalid_words": self._n_invalid} if self._n_invalid else {}
        return make_vectors(
            self.words[: len(matrix)],
            matrix,
            None,
            self._reader,
            self._reading,
            self._format,
            facts,
        )


def make_vectors(
    words: Sequence[str],
    matrix: np.ndarray,
    counts: np.ndarray | None,
    reader: ByteReader,
    reading: Reading,
    file_format: str,
    facts: Mapping[str, object] | None = None,
) -> WordVectors:
    """Make `WordVectors` of what a file holds; of a duplicate word the first is kept.

    A vector without a word is skipped.
    """
    path = reader.path
    noted = dict(facts or {})
    if counts is None:
        counts = np.zeros(len(words), np.int64)
    if len(set(words)) < len(words) or "" in words:
        first: dict[str, int] = {}
        for place, word in enumerate(words):
            first.setdefault(word, place)
        n_duplicates = len(words) - len(first)
        if first.pop("", None) is not None:  # nobody can ask for it
            noted["n_empty_words"] = 1
            reading.progress.note(f"{path} holds a vector without a word; it is skipped")
            if not first:
                raise FormatError(path, "no words", "at least one word and its vector")
        if n_duplicates:
            noted["n_duplicate_words"] = n_duplicates
            reading.progress.note(
                f"{n_duplicates:,} word{' occurs' if n_duplicates == 1 else 's occur'} in {path} "
                "again after the first time; the first vector of each is kept"
            )
        kept = np.fromiter(first.values(), np.int64, len(first))
        words, matrix, counts = list(first), matrix[kept], counts[kept]
    settings: dict[str, object] = {"file": path.name, "format": file_format}
    if reading.among is not None:
        settings["among"] = str(reading.among)
    return WordVectors(Vocabulary(words, counts), matrix, settings, noted)


def first_words(vectors: WordVectors, n: int | None) -> WordVectors:
    """Return the vectors of the first `n` words, all if None."""
    if n is None or n >= len(vectors):
        return vectors
    if n < 1:
        raise SettingError(f"among is {n}; it must be at least 1")
    words = vectors.vocabulary
    settings = {**vectors.settings, "among": n}
    return WordVectors(
        Vocabulary(words.words[:n], words.counts[:n]), vectors.matrix[:n], settings, vectors.facts
    )
