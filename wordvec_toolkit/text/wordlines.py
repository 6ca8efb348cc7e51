"""The lines of ``vocabulary.tsv``: found in a moment, decoded only where one is needed.

Three million words take a second and half a gigabyte as str and dict, and a query needs to see
ten of them.
"""

from functools import cached_property
from pathlib import Path

import numpy as np

from ..bundles.checks import can_be_added
from ..errors import FormatError

_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_MOST_DIGITS = 18  # of a count: what an int64 surely holds
_DECODED_AT_ONCE = 1 << 24  # bytes
_TAB, _LINE_END, _ZERO = b"\t\n0"


def has_escapes(text: str) -> bool:
    """Return whether `escape` would change `text`."""
    return any(char in text for char in _ESCAPES)


def escape(word: str) -> str:
    """Return `word` as the file holds it: without tabs and line ends."""
    for char, escaped in _ESCAPES.items():
        word = word.replace(char, escaped)
    return word


def unescape(word: str) -> str:
    """Undo `escape`."""
    if "\\" not in word:
        return word
    result = []
    chars = iter(word)
    back = {escaped[1]: char for char, escaped in _ESCAPES.items()}
    for char in chars:
        result.append(back.get(next(chars, ""), "") if char == "\\" else char)
    return "".join(result)


class WordLines:
    """Lines ``word, tab, count`` in UTF-8; the form of each is checked, and counts once asked for.

    Parameters
    ----------
    path : path
    data : bytes, optional
        What the file holds, if it has been read.

    Attributes
    ----------
    path : Path

    Raises
    ------
    FormatError
        If a line is anything else.
    """

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        self.path = path
        data = path.read_bytes() if data is None else data
        self._data = data if not data or data.endswith(b"\n") else data + b"\n"
        text = np.frombuffer(self._data, np.uint8)
        places = np.flatnonzero((text == _TAB) | (text == _LINE_END))
        self._tabs, self._ends = places[::2], places[1::2]
        self._check_form(text, places)
        self._check_text()

    @cached_property
    def counts(self) -> np.ndarray:
        """Counts of all lines: int64 (n_lines,), read-only.

        Raises
        ------
        FormatError
            If one is not a number, or their sum is too large.
        """
        counts = self._read_counts(np.frombuffer(self._data, np.uint8))
        if not can_be_added(counts):
            raise FormatError(self.path, "counts too large to add", "a sum below 2**62")
        counts.setflags(write=False)
        return counts

    def __len__(self) -> int:
        return len(self._ends)

    def word(self, line: int) -> str:
        """Return the word of a line, from 0."""
        return unescape(self._data[self._start(line) : self._tabs[line]].decode())

    def words(self, first: int = 0, last: int | None = None) -> list[str]:
        """Return the words of lines ``first:last``."""
        first, last, _ = slice(first, last).indices(len(self))
        if last <= first:
            return []
        text = self._data[self._start(first) : self._start(last)].decode()
        words = text.replace("\n", "\t").split("\t")[:-1:2]
        return [unescape(word) for word in words] if "\\" in text else words

    def utf8(self) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
        """Return the bytes of the file, and where each word begins and ends.

        None if some word is escaped there.
        """
        if b"\\" in self._data:
            return None
        starts = np.concatenate([np.zeros(1, np.int64), self._ends[:-1] + 1])[: len(self)]
        return np.frombuffer(self._data, np.uint8), starts, self._tabs

    def find(self, word: str) -> int | None:
        """Return the first line with `word`, or None, by reading through the text."""
        try:
            key = b"\n%s\t" % escape(word).encode()
        except UnicodeEncodeError:  # half a surrogate pair
            return None
        if self._data.startswith(key[1:]):
            return 0
        place = self._data.find(key)
        return None if place < 0 else int(np.searchsorted(self._ends, place)) + 1

    def _start(self, line: int) -> int:
        return int(self._ends[line - 1]) + 1 if line else 0

    def _check_form(self, text: np.ndarray, places: np.ndarray) -> None:
        """A word, a tab and a line end, again and again."""
        bad = np.full(-(-len(places) // 2), len(places) % 2 == 1)
        n = len(self._ends)
        bad[:n] = (text[self._tabs[:n]] != _TAB) | (text[self._ends] != _LINE_END)
        bad[:n] |= self._tabs[:n] == np.concatenate([[0], self._ends[:-1] + 1])[:n]
        if bad.any():
            self._ends = np.flatnonzero(text == _LINE_END)  # for the message
            self._refuse(int(bad.argmax()))

    def _read_counts(self, text: np.ndarray) -> np.ndarray:
        """Read all counts at once, digit by digit from the right."""
        widths = self._ends - self._tabs - 1
        bad = (widths < 1) | (widths > _MOST_DIGITS)
        if bad.any():
            self._refuse(int(bad.argmax()))
        counts = np.zeros(len(widths), np.int64)
        longer = np.arange(len(widths))
        for i in range(int(widths.max(initial=0))):
            longer = longer[widths[longer] > i]
            digits = text[self._ends[longer] - 1 - i] - np.uint8(_ZERO)  # wraps below "0"
            if (digits > 9).any():
                self._refuse(int(longer[digits > 9][0]))
            counts[longer] += digits.astype(np.int64) * 10**i
        return counts

    def _check_text(self) -> None:
        if self._data.isascii():
            return
        bounds, view = self._bounds(), memoryview(self._data)
        try:
            for first, last in zip(bounds[:-1], bounds[1:]):
                str(view[first:last], "utf-8")
        except UnicodeDecodeError:
            raise FormatError(self.path, "bytes that are not UTF-8", "UTF-8") from None

    def _bounds(self) -> list[int]:
        """Cut the text at ends of lines, so that little of it is decoded at a time."""
        targets = range(_DECODED_AT_ONCE, len(self._data), _DECODED_AT_ONCE)
        places = np.unique(np.searchsorted(self._ends, list(targets)))
        return [0, *(self._ends[places] + 1).tolist(), len(self._data)]

    def _refuse(self, line: int) -> None:
        start, end = self._start(line), int(self._ends[line])
        found = self._data[start : min(end, start + 60)].decode(errors="replace")
        raise FormatError(self.path, repr(found), "word, tab, count", line=line + 1)
