"""The lines of ``vocabulary.tsv``: found in a moment, decoded only where one is needed.

Three million words take a second and half a gigabyte as str and dict, and a query needs to see
ten of them.
"""

import copy
from dataclasses import dataclass
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


@dataclass(frozen=True, eq=False)
class Utf8Words:
    """Words as bytes: word i is ``text[firsts[i]:lasts[i]]``."""

    text: np.ndarray
    firsts: np.ndarray
    lasts: np.ndarray

    def __len__(self) -> int:
        return len(self.firsts)

    def among(self, places: np.ndarray) -> "Utf8Words":
        """Return the words at these places."""
        return Utf8Words(self.text, self.firsts[places], self.lasts[places])

    def followed_by(self, other: "Utf8Words") -> "Utf8Words":
        """Return these words, and others after them."""
        return Utf8Words(
            np.concatenate([self.text, other.text]),
            np.concatenate([self.firsts, other.firsts + len(self.text)]),
            np.concatenate([self.lasts, other.lasts + len(self.text)]),
        )

    def as_bytes(self) -> list[bytes]:
        """Return each word."""
        data = self.text.tobytes()
        return [data[i:j] for i, j in zip(self.firsts.tolist(), self.lasts.tolist())]

    def lines(self, counts: np.ndarray) -> "WordLines":
        """Return the lines of ``vocabulary.tsv`` for these words with their counts."""
        from .._kernels import words as kernels

        # An escape takes two bytes, a count with its tab and line end 20 at most.
        most = 2 * int((self.lasts - self.firsts).sum()) + (_MOST_DIGITS + 2) * len(self)
        out = np.empty(most, np.uint8)
        n = kernels.write_lines(self.text, self.firsts, self.lasts, counts, out)
        return WordLines(Path("vocabulary.tsv"), out[:n].tobytes())


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
    data : bytes

    Raises
    ------
    FormatError
        If a line is anything else.
    """

    def __init__(self, path: Path, data: bytes | None = None) -> None:
        self.path = path
        data = path.read_bytes() if data is None else data
        self.data = data if not data or data.endswith(b"\n") else data + b"\n"
        text = np.frombuffer(self.data, np.uint8)
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
        counts = self._read_counts(np.frombuffer(self.data, np.uint8))
        if not can_be_added(counts):
            raise FormatError(self.path, "counts too large to add", "a sum below 2**62")
        counts.setflags(write=False)
        return counts

    def __len__(self) -> int:
        return len(self._ends)

    def word(self, line: int) -> str:
        """Return the word of a line, from 0."""
        return unescape(self.data[self._start(line) : self._tabs[line]].decode())

    def words(self, first: int = 0, last: int | None = None) -> list[str]:
        """Return the words of lines ``first:last``."""
        first, last, _ = slice(first, last).indices(len(self))
        if last <= first:
            return []
        text = self.data[self._start(first) : self._start(last)].decode()
        words = text.replace("\n", "\t").split("\t")[:-1:2]
        return [unescape(word) for word in words] if "\\" in text else words

    def after(self, n: int) -> "WordLines":
        """Return the lines without the first `n`."""
        rest, start = copy.copy(self), self._start(n)
        rest.data = self.data[start:]
        if "counts" in self.__dict__:
            rest.counts = self.counts[n:]
        rest._ends, rest._tabs = self._ends[n:] - start, self._tabs[n:] - start
        return rest

    def utf8(self) -> Utf8Words | None:
        """Return the words as bytes of the file; None if some word is escaped there."""
        if b"\\" in self.data:
            return None
        starts = np.concatenate([np.zeros(1, np.int64), self._ends[:-1] + 1])[: len(self)]
        return Utf8Words(
            np.frombuffer(self.data, np.uint8), starts, np.ascontiguousarray(self._tabs)
        )

    def find(self, word: str) -> int | None:
        """Return the first line with `word`, or None, by reading through the text."""
        try:
            key = b"\n%s\t" % escape(word).encode()
        except UnicodeEncodeError:  # half a surrogate pair
            return None
        if self.data.startswith(key[1:]):
            return 0
        place = self.data.find(key)
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
        if self.data.isascii():
            return
        bounds, view = self._bounds(), memoryview(self.data)
        try:
            for first, last in zip(bounds[:-1], bounds[1:]):
                str(view[first:last], "utf-8")
        except UnicodeDecodeError:
            raise FormatError(self.path, "bytes that are not UTF-8", "UTF-8") from None

    def _bounds(self) -> list[int]:
        """Cut the text at ends of lines, so that little of it is decoded at a time."""
        targets = range(_DECODED_AT_ONCE, len(self.data), _DECODED_AT_ONCE)
        places = np.unique(np.searchsorted(self._ends, list(targets)))
        return [0, *(self._ends[places] + 1).tolist(), len(self.data)]

    def _refuse(self, line: int) -> None:
        start, end = self._start(line), int(self._ends[line])
        found = self.data[start : min(end, start + 60)].decode(errors="replace")
        raise FormatError(self.path, repr(found), "word, tab, count", line=line + 1)
