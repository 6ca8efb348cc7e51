"""The words of a corpus, their counts and their ids."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path

import numpy as np

from ..bundle import Bundle
from ..bundle_writing import BundleWriter
from ..errors import FormatError, UnknownWordError

#: Ids 0, 1 and 2 of an encoded corpus, as in KenLM.
SPECIALS = ("<unk>", "<s>", "</s>")

FILE = "vocabulary.tsv"
_ESCAPES = {"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"}
_SUGGESTIONS_AMONG = 50_000


class Vocabulary:
    """Words with their counts; a word's id is its place.

    After the specials, if there are any, words stand by count, highest first, and equal counts by
    code point: the order never depends on hashing or on threads.

    Parameters
    ----------
    words : sequence of str
        All different.
    counts : int64 array
        How often each occurs in the corpus.
    n_specials : int
        How many of the first words are `SPECIALS`.
    """

    def __init__(self, words: Sequence[str], counts: np.ndarray, n_specials: int = 0) -> None:
        if len(words) != len(counts):
            raise ValueError(f"{len(words)} words with {len(counts)} counts")
        self.words = tuple(words)
        self.counts = np.array(counts, np.int64)
        self.counts.setflags(write=False)
        self.n_specials = n_specials

    def __len__(self) -> int:
        return len(self.words)

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __contains__(self, word: object) -> bool:
        return word in self.ids

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Vocabulary)
            and self.words == other.words
            and np.array_equal(self.counts, other.counts)
            and self.n_specials == other.n_specials
        )

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Vocabulary of {len(self)} words"

    @cached_property
    def ids(self) -> dict[str, int]:
        """Word -> id."""
        return {word: place for place, word in enumerate(self.words)}

    def id(self, word: str) -> int:
        """Return the id of `word`.

        Raises
        ------
        UnknownWordError
            With words of similar spelling, if it is not in the vocabulary.
        """
        try:
            return self.ids[word]
        except KeyError:
            raise UnknownWordError(
                word, get_close_matches(word, self.words[:_SUGGESTIONS_AMONG], n=3, cutoff=0.75)
            ) from None

    def find(self, word: str) -> int | None:
        """Return the id of `word`, else of its NFC form, else of its lower-case form, else None.

        The typeset apostrophe stands for the plain one, as in the tokenizer ``words``.
        """
        if word not in self.ids:
            word = word.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        for form in (word, unicodedata.normalize("NFC", word)):
            if (place := self.ids.get(form)) is not None:
                return place
        return self.ids.get(unicodedata.normalize("NFC", word.lower()))

    def without_specials(self) -> "Vocabulary":
        """Return the words alone."""
        return Vocabulary(self.words[self.n_specials :], self.counts[self.n_specials :])

    def write(self, writer: BundleWriter) -> None:
        """Write ``vocabulary.tsv``: word, tab, count."""
        writer.text(
            FILE, (f"{_escape(word)}\t{count}" for word, count in zip(self.words, self.counts))
        )
        writer.facts["n_specials"] = self.n_specials

    @classmethod
    def read(cls, bundle: Bundle) -> "Vocabulary":
        """Read the ``vocabulary.tsv`` of a bundle.

        Raises
        ------
        FormatError
            If a line is not word, tab, count, or a word stands twice.
        """
        path = bundle.file(FILE)
        words, counts = _read_lines(path)
        n_specials = bundle.facts.get("n_specials", 0)
        if n_specials not in (0, len(SPECIALS)) or n_specials > len(words):
            raise FormatError(path, f"n_specials {n_specials}", "0 or 3")
        vocabulary = cls(words, np.array(counts, np.int64), n_specials)
        if len(vocabulary.ids) != len(words):
            raise FormatError(path, "a word twice", "different words")
        return vocabulary


def _escape(word: str) -> str:
    for char, escaped in _ESCAPES.items():
        word = word.replace(char, escaped)
    return word


def _unescape(word: str) -> str:
    if "\\" not in word:
        return word
    result = []
    chars = iter(word)
    back = {escaped[1]: char for char, escaped in _ESCAPES.items()}
    for char in chars:
        result.append(back.get(next(chars, ""), "") if char == "\\" else char)
    return "".join(result)


def _read_lines(path: Path) -> tuple[list[str], list[int]]:
    words: list[str] = []
    counts: list[int] = []
    with open(path, encoding="utf-8", newline="\n") as lines:
        try:
            for number, line in enumerate(lines, 1):
                word, _, count = line.rstrip("\n").rpartition("\t")
                if not word or not count.isdecimal() or len(count) > 18:
                    raise FormatError(path, repr(line[:60]), "word, tab, count", line=number)
                words.append(_unescape(word))
                counts.append(int(count))
        except UnicodeDecodeError:
            raise FormatError(path, "bytes that are not UTF-8", "UTF-8") from None
    return words, counts


def read_word_list(path: str | Path) -> list[str]:
    """Read a list of words, one a line; blank lines are passed over."""
    text = Path(path).read_text(encoding="utf-8-sig", errors="replace")
    return [line.strip() for line in text.splitlines() if line.strip()]


def sort_words(words: Iterable[tuple[bytes, int]]) -> list[tuple[bytes, int]]:
    """Sort (UTF-8 word, count) by count, highest first, then by code point.

    UTF-8 bytes sort as their code points do.
    """
    by_code_point = sorted(words)
    return sorted(by_code_point, key=lambda item: -item[1])  # stable
