"""fastText: word vectors made of the vectors of character n-grams, by gensim."""

from typing import TYPE_CHECKING

import numpy as np

from ...embeddings.vectors import WordVectors
from ...runtime.progress import ProgressLike, as_progress
from ...runtime.settings import takes
from ...text.corpus import EncodedCorpus
from .gensim_training import Watched, as_vectors, for_size, gensim_settings, train_watched
from .settings import FasttextSettings

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ...runtime.keywords import TrainFasttextKeywords

KIND = "fasttext"
_ROWS_AT_ONCE = 1 << 14


@takes(FasttextSettings)
def train_fasttext(
    corpus: EncodedCorpus,
    *,
    progress: ProgressLike = None,
    **settings: "Unpack[TrainFasttextKeywords]",
) -> WordVectors:
    """Train fastText on an encoded corpus (Bojanowski et al. 2017).

    While it learns, a word stands for the mean of its own vector and those of the n-grams of
    ``<word>``.  What comes out are these means for the words of the vocabulary; vectors of n-grams,
    from which others could be put together, are not kept.

    Parameters
    ----------
    corpus : EncodedCorpus
        See `train_word2vec`.

    Returns
    -------
    WordVectors
        float32 (n_words, dim).  Facts have no loss: gensim's fastText does not reckon it.

    Raises
    ------
    SettingError
        If a setting is outside what makes sense.
    EmptyResultError
        If there is nothing to train on.
    """
    progress = as_progress(progress)
    chosen = for_size(FasttextSettings.among(settings), len(corpus), progress)
    from gensim.models import FastText

    class Model(Watched, FastText):  # type: ignore[misc]
        def init_weights(self) -> None:
            """Make the vectors that gensim would make, without those that no word needs."""
            vectors = self.wv
            shape = (len(vectors.index_to_key), self.vector_size)
            vectors.recalc_char_ngram_buckets()
            buckets, vectors.buckets_word = _renumbered(vectors.buckets_word)
            vectors.vectors_vocab = _first_vectors(np.arange(shape[0]), shape[1], self.seed)
            vectors.vectors_ngrams = _first_vectors(buckets, shape[1], self.seed + 1)
            vectors.vectors = vectors.vectors_vocab  # composed when training is over
            vectors.allocate_vecattrs()
            if self.hs:
                self.syn1 = np.zeros(shape, np.float32)
            else:
                self.syn1neg = np.zeros(shape, np.float32)

        def estimate_memory(self, *_: object, **__: object) -> dict[str, int]:
            """Do nothing: gensim would go through all n-grams once more for its log."""
            return {}

    model = Model(
        **gensim_settings(chosen), min_n=chosen.min_n, max_n=chosen.max_n, bucket=chosen.bucket
    )
    known = train_watched(model, corpus, chosen, "fastText", False, progress)
    return as_vectors(corpus, np.asarray(model.wv.vectors), known, chosen, model)


def _renumbered(buckets_word: list[np.ndarray]) -> tuple[np.ndarray, list[np.ndarray]]:
    """Return the buckets that are used, sorted, and the buckets of each word as places there."""
    lengths = [len(buckets) for buckets in buckets_word]
    used, places = np.unique(np.concatenate(buckets_word), return_inverse=True)
    return used, np.split(places.astype(np.uint32), np.cumsum(lengths)[:-1])


def _first_vectors(rows: np.ndarray, dim: int, seed: int) -> np.ndarray:
    """Return `rows` (sorted) of gensim's matrix of first vectors, uniform in ±1/dim."""
    generator = np.random.default_rng(seed)
    result = np.empty((len(rows), dim), np.float32)
    done = 0
    for first in range(0, int(rows[-1]) + 1 if len(rows) else 0, _ROWS_AT_ONCE):
        block = generator.random((_ROWS_AT_ONCE, dim), np.float32)
        last = int(np.searchsorted(rows, first + _ROWS_AT_ONCE))
        result[done:last] = block[rows[done:last] - first]
        done = last
    result *= 2
    result -= 1
    result /= dim
    return result
