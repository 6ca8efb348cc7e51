"""word2vec: skip-gram and CBOW, by gensim."""

from typing import Any, Literal

import numpy as np

from ...embeddings.vectors import WordVectors
from ...errors import SettingError
from ...runtime.progress import SILENT, Progress
from ...text.corpus import EncodedCorpus
from . import gensim_training as training
from .gensim_training import Method, Watched, as_vectors, gensim_settings, train_watched
from .token_lists import Within

KIND = "word2vec"
Layer = Literal["input", "output", "sum"]
LAYERS: tuple[str, ...] = ("input", "output", "sum")


def train_word2vec(
    corpus: EncodedCorpus,
    method: Method = "skip-gram",
    dim: int = 300,
    window: int = 5,
    weighting: Literal["dynamic", "flat"] = "dynamic",
    within: Within = "sentence",
    negative: int = 5,
    ns_exponent: float = 0.75,
    subsample: float = 1e-3,
    epochs: int = 5,
    learning_rate: float = 0.025,
    final_learning_rate: float = 0.0001,
    layer: Layer = "input",
    seed: int = 0,
    workers: int = 1,
    progress: Progress = SILENT,
) -> WordVectors:
    """Train word2vec on an encoded corpus, with its vocabulary and in its order.

    Negative sampling maximises for each pair of word and context
    log sigma(v_w . u_c) + the sum over `negative` noise words n of log sigma(-v_w . u_n)
    (Mikolov et al. 2013, "Distributed Representations of Words and Phrases", equation 4).

    Parameters
    ----------
    corpus : EncodedCorpus
        Words outside its vocabulary are taken out before windows are laid.
    method : {"skip-gram", "cbow"}
        Predict each context word from the word, or the word from the mean of its context.
    dim : int
        Components of a vector.
    window : int
        Largest distance of a context word.
    weighting : {"dynamic", "flat"}
        Draw each word's window from 1 to `window`, or always take the whole.
    within : {"sentence", "document"}
        Where windows stop.  Also after every 10,000 tokens of a longer one; the facts say how
        often.
    negative : int
        Noise words a pair; 0 for hierarchical softmax over a Huffman tree instead.
    ns_exponent : float
        Noise words are drawn in proportion to count^ns_exponent.
    subsample : float
        t: a word of share f is kept with probability sqrt(t/f) + t/f (gensim and word2vec.c; the
        paper has sqrt(t/f)).  0 keeps all.
    epochs : int
        Times over the corpus.  5 is usual; texts of some million tokens gain from 15 and more.
    learning_rate, final_learning_rate : float
        From the one down to the other, linearly.
    layer : {"input", "output", "sum"}
        Take the vectors v of words, u of contexts, or v + u.
    seed : int
        Of the first vectors, windows, subsampling and noise words.
    workers : int
        One gives the same bits in every run.  More are faster and race: no two runs are alike,
        whatever the seed.

    Returns
    -------
    WordVectors
        float32 (n_words, dim).  Words that never occur in the corpus have a zero vector.  Facts:
        ``loss_per_word``, for each epoch the sum of the negative log-likelihoods above over the
        number of words trained on (after subsampling).  gensim leaves out of learning and loss
        what scores beyond -6 or 6.

    Raises
    ------
    SettingError
        If a setting is outside what makes sense; a `layer` other than input needs `negative`
        above 0, since a tree has vectors for its nodes, not for words.
    EmptyResultError
        If there is nothing to train on.
    """
    settings: dict[str, Any] = {
        "method": method,
        "dim": dim,
        "window": window,
        "weighting": weighting,
        "within": within,
        "negative": negative,
        "ns_exponent": ns_exponent,
        "subsample": subsample,
        "epochs": epochs,
        "learning_rate": learning_rate,
        "final_learning_rate": final_learning_rate,
        "layer": layer,
        "seed": seed,
        "workers": workers,
    }
    check_settings(settings)
    from gensim.models import Word2Vec

    class Model(Watched, Word2Vec):  # type: ignore[misc]
        pass

    model = Model(**gensim_settings(settings))
    known = train_watched(model, corpus, settings, method, True, progress)
    return as_vectors(corpus, _taken(model, layer), known, settings, model)


def _taken(model: Any, layer: str) -> np.ndarray:
    if layer == "input":
        return np.asarray(model.wv.vectors)
    contexts = np.asarray(model.syn1neg)
    return contexts if layer == "output" else model.wv.vectors + contexts


def check_settings(settings: dict[str, Any]) -> None:
    """Refuse settings of `train_word2vec` that make no sense for any corpus.

    Raises
    ------
    SettingError
        Naming the setting and what it may be.
    """
    training.check_settings(settings)
    if settings["layer"] not in LAYERS:
        raise SettingError(f"layer is {settings['layer']!r}; expected one of {', '.join(LAYERS)}")
    if settings["layer"] != "input" and settings["negative"] == 0:
        raise SettingError(
            f"layer is {settings['layer']!r}, but hierarchical softmax (negative 0) has no "
            "output vectors of words, only of the nodes of its tree; take input, or negative 5"
        )
