"""The distinct words of one thread's share of the text."""

import numpy as np

from .._kernels import tokens as kernels
from ..runtime.memory import check_growth
from .tokenizers import Tokenizer
from .vocabulary import Vocabulary
from .wordlines import Utf8Words

FIRST_WORDS = 1 << 17  # a power of two
FIRST_BYTES = 1 << 20

#: Ids of a block's tokens, and the positions among them where sentences and documents end.
Numbered = tuple[np.ndarray, np.ndarray, np.ndarray]


class WordTable:
    """Numbers words in order of first sight; see `wordvec_toolkit._kernels.tokens`.

    Parameters
    ----------
    n_tables : int
        How many tables of about this size share the memory.
    """

    def __init__(self, tokenizer: Tokenizer, line_rule: int, n_tables: int = 1) -> None:
        self._n_tables = n_tables
        self._tokenizer = tokenizer
        self._line_rule = line_rule
        self._state = np.zeros(kernels.STATE_SIZE, np.int64)
        self._slots = np.zeros(2 * FIRST_WORDS, np.int32)
        self._arena = np.empty(FIRST_BYTES, np.uint8)
        self._ends = np.empty(FIRST_WORDS, np.int64)
        self._counts = np.zeros(FIRST_WORDS, np.int64)
        self._ids = np.empty(0, np.int32)
        self._marks = np.empty((2, 0), np.int64)
        self.merged: np.ndarray | None = None  # this table's ids in the table it went into

    @property
    def n_words(self) -> int:
        return int(self._state[kernels.N_WORDS])

    @property
    def counts(self) -> np.ndarray:
        return self._counts[: self.n_words]

    def count(self, place: int) -> int:
        """Return how often word `place` occurred."""
        return int(self._counts[place])

    def words_from(self, min_count: int) -> dict[bytes, int]:
        """Return the words that occurred at least `min_count` times, in UTF-8, with their ids."""
        arena = self._arena[: self._state[kernels.ARENA_USED]].tobytes()
        places = np.flatnonzero(self.counts >= min_count)
        lasts = self._ends[places]
        firsts = np.where(places > 0, self._ends[places - 1], 0)
        return {
            arena[first:last]: place
            for first, last, place in zip(firsts.tolist(), lasts.tolist(), places.tolist())
        }

    @property
    def n_bytes(self) -> int:
        """Number of bytes of UTF-8 of all tokens."""
        return int(np.diff(self._ends[: self.n_words], prepend=0) @ self.counts)

    @property
    def n_characters(self) -> int:
        """Number of code points of all tokens."""
        first_bytes = self._arena[: self._state[kernels.ARENA_USED]] & 0xC0 != 0x80
        upto = np.concatenate([[0], np.cumsum(first_bytes)])
        lengths = np.diff(upto[self._ends[: self.n_words]], prepend=0)
        return int(lengths @ self.counts)

    def word(self, place: int) -> str:
        """Return word `place`."""
        first = self._ends[place - 1] if place else 0
        return self._arena[first : self._ends[place]].tobytes().decode()

    def utf8(self) -> Utf8Words:
        """Return all words."""
        lasts = self._ends[: self.n_words]
        text = self._arena[: self._state[kernels.ARENA_USED]]
        return Utf8Words(text, np.concatenate([np.zeros(1, np.int64), lasts])[:-1], lasts)

    def find(self, word: bytes) -> int:
        """Return the place of `word`, or -1."""
        data = np.frombuffer(word, np.uint8)
        return int(kernels.find_word(data, self._slots, self._arena, self._ends))

    def number(self, text: str, in_line: bool) -> Numbered:
        """Number the tokens of a block of text.

        Parameters
        ----------
        in_line : bool
            Whether the block goes on with a line that another block began.
        """
        return self.number_prepared(self._tokenizer.prepare(text, in_line), in_line)

    def number_prepared(self, text: str, in_line: bool) -> Numbered:
        """Number the tokens of a block of text that `Tokenizer.prepare` has returned."""
        raw = text.encode("utf-8", "replace")
        return self._number(np.frombuffer(raw, np.uint8), self._tokenizer.classes, in_line)

    def _number(self, data: np.ndarray, classes: np.ndarray, in_line: bool) -> Numbered:
        if len(self._ids) < len(data):
            self._ids = np.empty(len(data), np.int32)
            self._marks = np.empty((2, len(data)), np.int64)
        self._state[kernels.LINE_HAS_TEXT] = in_line
        position = n_ids = n_sentences = n_documents = 0
        while position < len(data):
            position, ids, sentences, documents = kernels.number_tokens(
                data,
                position,
                classes,
                self._line_rule,
                self._slots,
                self._arena,
                self._ends,
                self._counts,
                self._ids[n_ids:],
                self._marks[0, n_sentences:],
                self._marks[1, n_documents:],
                self._state,
            )
            # Positions of a resumed call count from where it resumed.
            self._marks[0, n_sentences : n_sentences + sentences] += n_ids
            self._marks[1, n_documents : n_documents + documents] += n_ids
            n_ids += ids
            n_sentences += sentences
            n_documents += documents
            if position < len(data):
                self._enlarge(len(data) - position)
        return (
            self._ids[:n_ids].copy(),
            self._marks[0, :n_sentences].copy(),
            self._marks[1, :n_documents].copy(),
        )

    def _enlarge(self, longest_word: int) -> None:
        if self.n_words >= len(self._ends):
            self._check_room(self._ends.nbytes + self._counts.nbytes + self._slots.nbytes)
            self._ends = np.resize(self._ends, 2 * len(self._ends))
            self._counts = np.resize(self._counts, 2 * len(self._counts))
            self._slots = np.zeros(2 * len(self._slots), np.int32)
            kernels.refill_slots(self._slots, self._arena, self._ends, self.n_words)
        else:
            self._check_room(self._arena.nbytes + longest_word)
            self._arena = np.resize(self._arena, 2 * len(self._arena) + longest_word)

    def _check_room(self, more: int) -> None:
        """Refuse to grow by `more` bytes if all tables have no room for that."""
        arrays = self._slots, self._arena, self._ends, self._counts
        check_growth(
            sum(array.nbytes for array in arrays) * self._n_tables,
            more * self._n_tables,
            f"the table of words, with {self.n_words:,} different ones so far,",
            "raise the budget (--memory), have fewer different words (--lowercase, another "
            "--tokenizer), or give less text",
        )

    def ids_among(self, vocabulary: Vocabulary) -> np.ndarray:
        """Return the id of each word of this table in a vocabulary.

        Returns
        -------
        int32 array (n_words,)
            -1 less the word's place for those that are not there.
        """
        ids = -1 - np.arange(self.n_words, dtype=np.int32)
        known = vocabulary.utf8()
        text, firsts, lasts = known.text, known.firsts, known.lasts
        kernels.match_words(text, firsts, lasts, self._slots, self._arena, self._ends, ids)
        return ids

    def merge_into(self, other: "WordTable") -> None:
        """Move this table's words and counts to `other`, and remember their ids there."""
        other._n_tables = 1
        merged = np.empty(self.n_words, np.int32)
        done = 0
        while done < self.n_words:
            done = kernels.merge_words(
                self._arena,
                self._ends,
                self.counts,
                done,
                other._slots,
                other._arena,
                other._ends,
                other._counts,
                other._state,
                merged,
            )
            if done < self.n_words:
                other._enlarge(int(self._ends[done]))
        self.merged = merged
        self._slots, self._arena = np.empty(0, np.int32), np.empty(0, np.uint8)
        self._ends, self._counts = np.empty(0, np.int64), np.empty(0, np.int64)
