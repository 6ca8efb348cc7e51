"""fastText: word vectors made of the vectors of character n-grams, by gensim."""

from typing import Any, Literal

import numpy as np

from ...embeddings.vectors import WordVectors
from ...errors import SettingError
from ...runtime.progress import SILENT, Progress
from ...text.corpus import EncodedCorpus
from . import gensim_training as training
from .gensim_training import (
    Method,
    Watched,
    as_vectors,
    check_range,
    gensim_settings,
    train_watched,
)
from .token_lists import Within

KIND = "fasttext"
_ROWS_AT_ONCE = 1 << 14


def train_fasttext(
    corpus: EncodedCorpus,
    method: Method = "skip-gram",
    dim: int = 300,
    window: int = 5,
    weighting: Literal["dynamic", "flat"] = "dynamic",
    within: Within = "sentence",
    min_n: int = 3,
    max_n: int = 6,
    bucket: int = 2_000_000,
    negative: int = 5,
    ns_exponent: float = 0.75,
    subsample: float = 1e-3,
    epochs: int = 5,
    learning_rate: float = 0.025,
    final_learning_rate: float = 0.0001,
    seed: int = 0,
    workers: int = 1,
    progress: Progress = SILENT,
) -> WordVectors:
    """Train fastText on an encoded corpus (Bojanowski et al. 2017).

    While it learns, a word stands for the mean of its own vector and those of the n-grams of
    ``<word>``.  What comes out are these means for the words of the vocabulary; vectors of n-grams,
    from which others could be put together, are not kept.

    Parameters
    ----------
    min_n, max_n : int
        Shortest and longest n-gram, in characters; `max_n` 0 for none.
    bucket : int
        n-grams share so many vectors by their hash.  Only those that a word of the vocabulary
        has take memory.
    corpus, method, dim, window, weighting, within, negative, ns_exponent, subsample, epochs
        See `train_word2vec`.
    learning_rate, final_learning_rate, seed, workers, progress
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
    settings: dict[str, Any] = {
        "method": method,
        "dim": dim,
        "window": window,
        "weighting": weighting,
        "within": within,
        "min_n": min_n,
        "max_n": max_n,
        "bucket": bucket,
        "negative": negative,
        "ns_exponent": ns_exponent,
        "subsample": subsample,
        "epochs": epochs,
        "learning_rate": learning_rate,
        "final_learning_rate": final_learning_rate,
        "seed": seed,
        "workers": workers,
    }
    check_settings(settings)
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

        def estimate_memory(self, *_: Any, **__: Any) -> dict[str, int]:
            """Do nothing: gensim would go through all n-grams once more for its log."""
            return {}

    model = Model(**gensim_settings(settings), min_n=min_n, max_n=max_n, bucket=bucket)
    known = train_watched(model, corpus, settings, "fastText", False, progress)
    return as_vectors(corpus, np.asarray(model.wv.vectors), known, settings, model)


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


def check_settings(settings: dict[str, Any]) -> None:
    """Refuse settings of `train_fasttext` that make no sense for any corpus.

    Raises
    ------
    SettingError
        Naming the setting and what it may be.
    """
    training.check_settings(settings)
    check_range(settings, "min_n", 1, 100)
    check_range(settings, "max_n", 0, 100)
    check_range(settings, "bucket", 1, 2**31)
    if 0 < settings["max_n"] < settings["min_n"]:
        raise SettingError(
            f"max_n is {settings['max_n']}, below min_n, {settings['min_n']}; 0 stands for no "
            "n-grams"
        )
