"""The words of a corpus, their counts and their ids."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path

import numpy as np

from ..bundles.reading import Bundle
from ..bundles.writing import BundleWriter
from ..errors import FormatError, UnknownWordError, expect
from .analysers import names_analyser, stem_of
from .wordlines import Utf8Words, WordLines, escape, has_escapes

#: Ids 0, 1 and 2 of an encoded corpus, as in KenLM.
SPECIALS = ("<unk>", "<s>", "</s>")
UNK, BOS, EOS = range(3)

FILE = "vocabulary.tsv"
_SUGGESTIONS_AMONG = 50_000
_INDEXED_AT_ONCE = 200_000  # words; more of them are indexed only if they are looked up often
_LOOKUPS_BY_READING = 128  # of 3 million words, which then takes as long as indexing them


class Vocabulary:
    """Words with their counts; a word's id is its place.

    After the specials, if there are any, words are by count, highest first, and equal counts by
    code point: the order never depends on hashing or on threads.

    Parameters
    ----------
    words : sequence of str
        All different.
    counts : int64 array
        How often each occurs in the corpus.
    n_specials : int
        How many of the first words are `SPECIALS`.
    analyser : str
        Name of the analyser that has made the words, for `find`; "" if none has.
    """

    def __init__(
        self, words: Sequence[str], counts: np.ndarray, n_specials: int = 0, analyser: str = ""
    ) -> None:
        if len(words) != len(counts):
            raise ValueError(f"{len(words)} words with {len(counts)} counts")
        own_counts = np.array(counts, np.int64)
        own_counts.setflags(write=False)
        self.words, self.counts = tuple(words), own_counts
        self.n_specials = n_specials
        self.analyser = analyser

    #: Where the words are while `words` has not been asked for; None: in memory from the start.
    _lines: WordLines | None = None
    _n_lookups = 0

    @classmethod
    def from_lines(cls, lines: WordLines, n_specials: int = 0, analyser: str = "") -> "Vocabulary":
        """Return the vocabulary of these lines, whose words are decoded where they are needed."""
        vocabulary = cls.__new__(cls)
        vocabulary._lines = lines
        vocabulary.n_specials = n_specials
        vocabulary.analyser = analyser
        return vocabulary

    @cached_property
    def words(self) -> tuple[str, ...]:
        """All words; `word` is quicker for a few words of a large vocabulary from a file."""
        assert self._lines is not None
        return tuple(self._lines.words())

    @cached_property
    def counts(self) -> np.ndarray:
        """Frequencies of the words: int64, read-only.

        Raises
        ------
        FormatError
            If one in the file of a large vocabulary is not a number.
        """
        assert self._lines is not None
        return self._lines.counts

    def word(self, place: int) -> str:
        """Return the word whose id is `place`."""
        if self._lines is None or "words" in self.__dict__:
            return self.words[place]
        return self._lines.word(range(len(self))[place])

    def first_words(self, n: int) -> Sequence[str]:
        """Return the first `n` words."""
        if self._lines is None or "words" in self.__dict__:
            return self.words[:n]
        return self._lines.words(0, n)

    def utf8(self) -> Utf8Words:
        """Return all words in UTF-8."""
        if self._lines is not None and (found := self._lines.utf8()) is not None:
            return found
        encoded = [word.encode("utf-8", "replace") for word in self.words]
        ends = np.cumsum([0, *map(len, encoded)])
        return Utf8Words(np.frombuffer(b"".join(encoded), np.uint8), ends[:-1], ends[1:])

    def __len__(self) -> int:
        return len(self.words) if self._lines is None else len(self._lines)

    def __iter__(self) -> Iterator[str]:
        return iter(self.words)

    def __contains__(self, word: object) -> bool:
        return isinstance(word, str) and self.place(word) is not None

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
        """Word -> id.

        Raises
        ------
        FormatError
            If the words come from a file with a duplicate.
        """
        ids = {word: place for place, word in enumerate(self.words)}
        if self._lines is not None and len(ids) != len(self):
            raise FormatError(self._lines.path, "a word twice", "different words")
        return ids

    def place(self, word: str) -> int | None:
        """Return the id of a word as it is, or None; a few of many are not worth an index."""
        if self._lines is not None and "ids" not in self.__dict__:
            self._n_lookups += 1
            if self._n_lookups <= _LOOKUPS_BY_READING:
                return self._lines.find(word)
        return self.ids.get(word)

    def id(self, word: str) -> int:
        """Return the id of `word`.

        Raises
        ------
        UnknownWordError
            With words of similar spelling, if it is not in the vocabulary.
        """
        place = self.place(word)
        if place is None:
            expect("word", word, str, "a str")
            raise UnknownWordError(word, self._near(word))
        return place

    def _near(self, word: str) -> list[str]:
        """Return words that may be meant: in other case, or of similar spelling."""
        from difflib import get_close_matches

        folded: dict[str, list[str]] = {}
        for known in self.first_words(_SUGGESTIONS_AMONG):
            folded.setdefault(known.casefold(), []).append(known)
        own = word.casefold()
        near = [own, *get_close_matches(own, folded.keys() - {own}, n=3, cutoff=0.75)]
        return [known for form in near for known in folded.get(form, ())][:3]

    def find(self, word: str) -> int | None:
        """Return the id of `word`, else of its NFC form, else of its lower-case form, else None.

        The typeset apostrophe stands for the plain one, as in the tokenizer ``words``.  Where an
        analyser has made the words, and is here, its stem of `word` comes last: 있다 finds 있.
        """
        expect("word", word, str, "a str")
        plain = word.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
        lower = unicodedata.normalize("NFC", plain.lower())
        for form in dict.fromkeys((word, plain, unicodedata.normalize("NFC", plain), lower)):
            if (place := self.place(form)) is not None:
                return place
        stem = stem_of(word, self.analyser) if self.analyser else None
        return None if stem is None else self.place(stem)

    def without_specials(self) -> "Vocabulary":
        """Return the words alone."""
        n = self.n_specials
        if self._lines is not None:
            return self.from_lines(self._lines.after(n), analyser=self.analyser)
        return Vocabulary(self.words[n:], self.counts[n:], analyser=self.analyser)

    def write(self, writer: BundleWriter, file: str = FILE) -> None:
        """Write ``vocabulary.tsv``, or another file: word, tab, count."""
        if self._lines is not None:
            writer.data(file, self._lines.data)
        else:
            words: Iterable[str] = self.words
            if has_escapes("".join(self.words)):
                words = map(escape, self.words)
            writer.text(file, map("%s\t%d".__mod__, zip(words, self.counts.tolist())))
        writer.facts["n_specials"] = self.n_specials
        if self.analyser:
            writer.facts["analyser"] = self.analyser

    @classmethod
    def read(cls, bundle: Bundle, file: str = FILE) -> "Vocabulary":
        """Read the ``vocabulary.tsv`` of a bundle, or another file.

        Raises
        ------
        FormatError
            If a line is not word, tab, count, or a word occurs twice (in a very large vocabulary,
            counts are read, and duplicates found, when `counts` and `ids` are first needed).
        """
        lines = WordLines(bundle.file(file), bundle.read(file))
        n_specials = bundle.facts.get("n_specials", 0)
        if (
            type(n_specials) is not int
            or n_specials not in (0, len(SPECIALS))
            or n_specials > len(lines)
        ):
            raise FormatError(lines.path, f"n_specials {n_specials}", "0 or 3")
        analyser = bundle.facts.get("analyser", "")
        known = isinstance(analyser, str) and names_analyser(analyser)
        vocabulary = cls.from_lines(lines, n_specials, analyser if known else "")
        if len(lines) <= _INDEXED_AT_ONCE:
            _ = vocabulary.ids, vocabulary.counts
        return vocabulary


def read_word_list(path: str | Path) -> list[str]:
    """Read a list of words, one per line; blank lines are skipped."""
    text = Path(path).read_text(encoding="utf-8-sig", errors="replace")
    return [line.strip() for line in text.splitlines() if line.strip()]


def rank_words(words: Sequence[bytes], counts: np.ndarray) -> list[int]:
    """Return the places of UTF-8 words by count, highest first, then by code point.

    UTF-8 bytes sort as their code points do.
    """
    by_code_point = np.array(sorted(range(len(words)), key=words.__getitem__), np.int64)
    return by_code_point[np.argsort(-counts[by_code_point], kind="stable")].tolist()
