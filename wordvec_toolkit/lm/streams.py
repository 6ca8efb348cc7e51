"""Text as language models see it: one stream of ids."""

from hashlib import sha256

import numpy as np

from ..errors import SettingError
from ..text.corpus import EncodedCorpus
from ..text.streams import with_ends
from ..text.vocabulary import BOS, EOS, UNK


def corpus_stream(corpus: EncodedCorpus) -> np.ndarray:
    """Return the ids of a corpus with ``</s>`` after each sentence.

    What the text itself writes as ``<s>`` or ``</s>`` is an unknown word.

    Returns
    -------
    int32 array (len(corpus) + corpus.n_sentences,)
    """
    ids = np.asarray(corpus.ids, np.int32)
    ids = np.where((ids == BOS) | (ids == EOS), np.int32(UNK), ids)
    return with_ends(ids, np.asarray(corpus.sentences))


def checked_stream(ids: np.ndarray, n_words: int) -> np.ndarray:
    """Return ids as kernels need them: contiguous int32.

    Raises
    ------
    SettingError
        If an id is outside the vocabulary: kernels believe them.
    """
    given = np.asarray(ids)
    if given.ndim != 1 or (len(given) and given.dtype.kind not in "iu"):
        raise SettingError(
            f"the text is an array of {given.dtype} in {given.ndim} dimensions; expected ids, "
            "whole numbers in one"
        )
    if len(given) and (int(given.min()) < 0 or int(given.max()) >= n_words):
        raise SettingError(
            f"ids go from {given.min():,} to {given.max():,}; the vocabulary of the model has 0 to "
            f"{n_words - 1:,}: encode the text with it"
        )
    return np.ascontiguousarray(given, np.int32)


def sentence_starts(ids: np.ndarray) -> np.ndarray:
    """Return where each sentence of a stream begins, and where the last one ends: int64 (n + 1,).

    The last one may lack its ``</s>``.
    """
    after = np.flatnonzero(np.asarray(ids) == EOS) + 1
    if len(ids) and (len(after) == 0 or after[-1] != len(ids)):
        after = np.append(after, len(ids))
    return np.concatenate([np.zeros(1, np.int64), after])


def stream_digest(ids: np.ndarray) -> str:
    """Return the sha256 of a stream, whatever machine it is on."""
    return sha256(np.ascontiguousarray(ids, "<i4").tobytes()).hexdigest()
