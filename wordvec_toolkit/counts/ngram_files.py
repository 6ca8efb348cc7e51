"""Trees of n-grams, built in files.

Each range of words grows into files of its own, one for each order and kind of number, so that
threads do not wait for one another.  Then the ranges are joined, and each file is removed as soon
as it is copied.  The highest order has no file of sizes, since no n-grams go on from it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..errors import SettingError
from ..runtime.file_arrays import ArrayFile
from .ngram_runs import MOST, Level
from .runs import SUFFIX
from .trie import NgramTrie

_READ_AT_ONCE = 1 << 20  # numbers


class _Paths(NamedTuple):
    """Files of the numbers of a `Level`."""

    words: Path
    counts: Path
    sizes: Path


class LevelFiles:
    """Levels of a range of words.

    Parameters
    ----------
    folder : Path
    name : str
        Of the range.
    """

    def __init__(self, folder: Path, name: str, order: int) -> None:
        self.paths = [
            _Paths(*(folder / f"{name}-{depth}-{kind}{SUFFIX}" for kind in _Paths._fields))
            for depth in range(1, order + 1)
        ]

    def write(self, pieces: Iterable[Sequence[Level]]) -> None:
        """Write levels as `grow` yields them."""
        with ExitStack() as stack:
            *lower, highest = self.paths
            streams = [
                [stack.enter_context(open(path, "xb")) for path in paths]
                for paths in (*lower, (highest.words, highest.counts))
            ]
            for levels in pieces:
                for depth, level in enumerate(levels):
                    for stream, numbers in zip(streams[depth], level):
                        stream.write(numbers.view(np.uint8).data)


def tree_of_files(ranges: Sequence[LevelFiles]) -> tuple[NgramTrie, np.ndarray]:
    """Return a tree and its counts, mapped from files; the files of the ranges are removed.

    Raises
    ------
    SettingError
        If there are too many n-grams.
    """
    levels = list(zip(*(files.paths for files in ranges)))
    lengths = [sum(level.words.stat().st_size // 4 for level in parts) for parts in levels]
    bases = np.concatenate([[0], np.cumsum(lengths)])
    if bases[-1] > MOST:
        raise SettingError(
            f"there are {bases[-1]:,} n-grams; the limit is {MOST:,}; choose a lower order"
        )
    children = ArrayFile(np.int32)
    last = np.int32(bases[1])
    children.append(np.array([last]))
    for parts in levels[:-1]:
        for sizes in _taken(level.sizes for level in parts):
            ends = last + np.cumsum(sizes, dtype=np.int32)
            children.append(ends)
            last = ends[-1]
    words, counts = ArrayFile(np.int32), ArrayFile(np.int32)
    for parts in levels:
        for array, kind in ((words, "words"), (counts, "counts")):
            for piece in _taken(getattr(level, kind) for level in parts):
                array.append(piece)
    return NgramTrie(bases, words.array(), children.array()), counts.array()


def _taken(paths: Iterable[Path]) -> Iterator[np.ndarray]:
    """Yield the numbers of files, and remove each file after it is read."""
    for path in paths:
        n = path.stat().st_size // 4
        for first in range(0, n, _READ_AT_ONCE):
            yield np.fromfile(path, np.int32, min(_READ_AT_ONCE, n - first), offset=4 * first)
        path.unlink()
