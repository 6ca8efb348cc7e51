"""The words of an ARPA file and their ids."""

import numpy as np

from ..._kernels import arpa as kernels
from ..._kernels.tokens import find_word
from ...text.reading import shown
from ...text.vocabulary import SPECIALS, Vocabulary
from .lines import LineError
from .marks import OTHERS

_SPECIALS = [special.encode() for special in SPECIALS]
_OTHER_UNKS = [name.encode() for name in OTHERS["<unk>"]]


class ArpaWords:
    """Numbers the words of the unigrams: specials first, then in the order of the file.

    Parameters
    ----------
    unigrams : list of bytes

    Attributes
    ----------
    ids : int64 array (len(unigrams),)
        The id of each unigram.
    unk : bytes
        How the file spells ``<unk>``, which is read for it.
    there : set of bytes
        The unigrams.
    twice : int
        The place of a unigram whose word another one has already, or -1.
    slots, arena, ends
        See `wordvec_toolkit._kernels.tokens`.
    """

    def __init__(self, unigrams: list[bytes]) -> None:
        self.ids = np.full(len(unigrams), -1, np.int64)
        there = set(unigrams)
        names = list(_SPECIALS)
        if names[0] not in there:
            names[0] = next((name for name in _OTHER_UNKS if name in there), names[0])
        self.unk = names[0]
        self.there = there
        for place, name in enumerate(names):
            if name in there:
                self.ids[unigrams.index(name)] = place
        others = np.flatnonzero(self.ids < 0)
        self.ids[others] = np.arange(len(_SPECIALS), len(_SPECIALS) + len(others))
        self._others = [unigrams[place] for place in others.tolist()]
        words = [*names, *self._others]
        self.arena = np.frombuffer(b"".join(words), np.uint8)
        self.ends = np.cumsum([len(word) for word in words], dtype=np.int64)
        self.slots = np.zeros(1 << (2 * len(words)).bit_length(), np.int32)
        given = np.zeros(len(words), np.bool_)
        given[self.ids] = True
        again = kernels.enter_words(self.slots, self.arena, self.ends, given)
        self.twice = int(others[again - len(_SPECIALS)]) if again >= 0 else -1

    def __len__(self) -> int:
        return len(self.ends)

    def vocabulary(self) -> Vocabulary:
        """Return the words.

        Raises
        ------
        UnicodeDecodeError
            If one is not UTF-8.
        """
        words = [*SPECIALS, *(word.decode() for word in self._others)]
        return Vocabulary(words, np.zeros(len(words), np.int64), len(SPECIALS))

    def check(self, ngram: list[bytes]) -> None:
        """Refuse a word that is no unigram."""
        for word in ngram:
            text = np.frombuffer(word, np.uint8)
            if find_word(text, self.slots, self.arena, self.ends) < 0:
                raise LineError(f"the word {shown(word)}", "words that the 1-grams give")

    def text(self, ids: list[int]) -> str:
        """Return an n-gram as an error quotes it."""
        bounds = [0, *self.ends.tolist()]
        return shown(b" ".join(self.arena[bounds[i] : bounds[i + 1]].tobytes() for i in ids), 60)
