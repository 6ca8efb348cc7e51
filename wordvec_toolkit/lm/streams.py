"""Text as language models see it: one stream of ids."""

import numpy as np

from ..text.corpus import EncodedCorpus
from .language_model import EOS


def corpus_stream(corpus: EncodedCorpus) -> np.ndarray:
    """Return the ids of a corpus with ``</s>`` after each sentence.

    Returns
    -------
    int32 array (len(corpus) + corpus.n_sentences,)
    """
    ids = np.asarray(corpus.ids, np.int32)
    return np.insert(ids, np.asarray(corpus.sentences)[1:], np.int32(EOS))
