"""Text as language models see it: one stream of ids."""

import numpy as np

from ..errors import SettingError
from ..text.corpus import EncodedCorpus
from .language_model import BOS, EOS, UNK


def corpus_stream(corpus: EncodedCorpus) -> np.ndarray:
    """Return the ids of a corpus with ``</s>`` after each sentence.

    What the text itself writes as ``<s>`` or ``</s>`` is an unknown word.

    Returns
    -------
    int32 array (len(corpus) + corpus.n_sentences,)
    """
    ids = np.asarray(corpus.ids, np.int32)
    ids = np.where((ids == BOS) | (ids == EOS), np.int32(UNK), ids)
    return np.insert(ids, np.asarray(corpus.sentences)[1:], np.int32(EOS))


def checked_stream(ids: np.ndarray, n_words: int) -> np.ndarray:
    """Return ids as kernels want them: contiguous int32.

    Raises
    ------
    SettingError
        If an id is outside the vocabulary: kernels believe them.
    """
    given = np.asarray(ids)
    if len(given) and (int(given.min()) < 0 or int(given.max()) >= n_words):
        raise SettingError(f"the ids go beyond the vocabulary of {n_words:,} words")
    return np.ascontiguousarray(given, np.int32)
