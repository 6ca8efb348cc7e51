"""The encoded corpus as lists of words, which is what gensim reads; no text is written."""

from collections.abc import Iterator

import numpy as np

from ...text.corpus import EncodedCorpus
from .settings import Within

#: gensim silently drops what a sentence has beyond this (its MAX_WORDS_IN_BATCH).
LONGEST = 10_000
_BLOCK = 1 << 17  # tokens that are turned into words at once


class WordLists:
    """The sentences of a corpus, each a list; what stands for ``<unk>`` in it is None.

    gensim passes over what is not in its vocabulary before it lays windows, but counts it where
    it divides the text into batches, as it does with the rare words of a text file.  Sentences of
    more than `LONGEST` tokens come in pieces.

    Parameters
    ----------
    corpus : EncodedCorpus
    within : {"sentence", "document"}
        What a list is: windows do not cross its ends.

    Attributes
    ----------
    n_pieces : int
        How many lists there are.
    n_cut : int
        How many sentences were too long for one list.
    stopped : bool
        Set it to end an iteration in another thread.
    error : Exception or None
        What broke an iteration: gensim waits for ever if its source of text raises.
    """

    def __init__(self, corpus: EncodedCorpus, within: Within = "sentence") -> None:
        vocabulary = corpus.vocabulary
        self._ids = corpus.ids
        self._words = np.empty(len(vocabulary), object)
        # The very objects that are the keys of gensim's dictionary are found there fastest.
        self._words[:] = vocabulary.words
        self._words[: vocabulary.n_specials] = None
        offsets = corpus.sentences if within == "sentence" else corpus.documents
        self._offsets, self.n_cut = _cut(np.asarray(offsets))
        self.n_pieces = len(self._offsets) - 1
        self.stopped = False
        self.error: Exception | None = None

    def __iter__(self) -> Iterator[list[str | None]]:
        try:
            yield from self._pieces()
        except Exception as error:
            self.error = error

    def _pieces(self) -> Iterator[list[str | None]]:
        offsets, piece = self._offsets, 0
        while piece < self.n_pieces:
            last = int(np.searchsorted(offsets, offsets[piece] + _BLOCK, "right")) - 1
            last = max(last, piece + 1)
            tokens = self._words[self._ids[offsets[piece] : offsets[last]]].tolist()
            ends = (offsets[piece : last + 1] - offsets[piece]).tolist()
            for first, end in zip(ends, ends[1:]):
                if self.stopped:
                    return
                yield tokens[first:end]
            piece = last

    def has_pairs(self) -> bool:
        """Return whether two words of the vocabulary occur in one sentence anywhere."""
        return any(sum(word is not None for word in words) > 1 for words in self._pieces())


def _cut(offsets: np.ndarray) -> tuple[np.ndarray, int]:
    """Return the offsets without empty sentences and with long ones cut; and how many were."""
    lengths = np.diff(offsets)
    pieces = -(-lengths // LONGEST)
    firsts = np.repeat(offsets[:-1], pieces)
    # The number of each piece within its sentence.
    numbers = np.arange(len(firsts)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    return np.append(firsts + numbers * LONGEST, offsets[-1]), int((lengths > LONGEST).sum())
