"""Opening of vector files in any format, for reading and writing."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from ..errors import SettingError
from ..runtime.progress import SILENT, Progress
from ..text.blocks import ERRORS, Errors
from ..text.reading import ByteReader, open_reader

Nonfinite = Literal["refuse", "keep"]
NONFINITE: tuple[str, ...] = ("refuse", "keep")

#: Most dimensions of a vector: more than any real ones, and a row still fits in memory.
DIM_LIMIT = 1 << 24


@dataclass(frozen=True)
class Reading:
    """Settings of reading vector files.

    Attributes
    ----------
    errors : {"replace", "strict", "ignore"}
        What to do with words that are not UTF-8.
    nonfinite : {"refuse", "keep"}
        What to do with vectors that hold NaN or infinity; kept ones count as vectors of length 0.
    among : int, optional
        Read only this number of words from the start, the most frequent ones in most files.
    threads : int, optional
        All processors if None; any number gives the same result.
    """

    errors: Errors = "replace"
    nonfinite: Nonfinite = "refuse"
    among: int | None = None
    threads: int | None = None
    progress: Progress = SILENT

    def __post_init__(self) -> None:
        if self.errors not in ERRORS:
            raise SettingError(f"errors is {self.errors!r}; expected one of {', '.join(ERRORS)}")
        if self.nonfinite not in NONFINITE:
            raise SettingError(f"nonfinite is {self.nonfinite!r}; expected refuse or keep")
        if self.among is not None and self.among < 1:
            raise SettingError(f"among is {self.among}; it must be at least 1")


@dataclass(frozen=True)
class Content:
    """Content of a vector file to be written.

    Attributes
    ----------
    words : sequence of str
    counts : int64 array (n_words,), optional
    blocks : iterator of float32 arrays (n, dim)
        The rows of the words, one after another; to be taken once.
    dim : int
    precision : int, optional
        Significant digits in text; None: as many as it takes to read the same bits again.
    threads : int, optional
    """

    words: Sequence[str]
    counts: np.ndarray | None
    blocks: Iterator[np.ndarray]
    dim: int
    precision: int | None = None
    threads: int | None = None


def open_vector_file(path: str | Path) -> AbstractContextManager[ByteReader]:
    """Open a file of vectors; see `open_reader`."""
    return open_reader(path, "a file of word vectors")
