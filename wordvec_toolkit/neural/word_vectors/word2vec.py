"""word2vec: skip-gram and CBOW, by gensim."""

from typing import TYPE_CHECKING

import numpy as np

from ...embeddings.vectors import WordVectors
from ...errors import expect
from ...runtime.progress import ProgressLike, as_progress
from ...runtime.settings import takes
from ...text.corpus import EncodedCorpus
from .gensim_training import Watched, as_vectors, for_size, gensim_settings, train_watched
from .settings import Word2vecSettings

if TYPE_CHECKING:
    from gensim.models import Word2Vec
    from typing_extensions import Unpack

    from ...runtime.keywords import TrainWord2vecKeywords

KIND = "word2vec"


@takes(Word2vecSettings)
def train_word2vec(
    corpus: EncodedCorpus,
    *,
    progress: ProgressLike = None,
    **settings: "Unpack[TrainWord2vecKeywords]",
) -> WordVectors:
    """Train word2vec on an encoded corpus, with its vocabulary and in its order.

    Negative sampling maximises for each pair of word and context
    log sigma(v_w . u_c) + the sum over `negative` noise words n of log sigma(-v_w . u_n)
    (Mikolov et al. 2013, "Distributed Representations of Words and Phrases", equation 4).

    Parameters
    ----------
    corpus : EncodedCorpus
        Words outside its vocabulary are taken out before windows are laid.

    Returns
    -------
    WordVectors
        float32 (n_words, dim).  Words that never occur in the corpus have a zero vector.  Facts:
        ``loss_per_word``, for each epoch the sum of the negative log-likelihoods above over the
        number of words trained on (after subsampling).  gensim excludes from training and loss
        what scores beyond -6 or 6.

    Raises
    ------
    SettingError
        If a setting is outside what makes sense; a `layer` other than input needs `negative`
        above 0, since a tree has vectors for its nodes, not for words.
    EmptyResultError
        If there is nothing to train on.
    """
    expect("corpus", corpus, EncodedCorpus)
    progress = as_progress(progress)
    chosen = for_size(Word2vecSettings.among(settings), len(corpus), progress)
    from gensim.models import Word2Vec

    class Model(Watched, Word2Vec):  # type: ignore[misc]
        pass

    model = Model(**gensim_settings(chosen))
    known = train_watched(model, corpus, chosen, chosen.method, True, progress)
    return as_vectors(corpus, _taken(model, chosen.layer), known, chosen, model)


def _taken(model: "Word2Vec", layer: str) -> np.ndarray:
    if layer == "input":
        return np.asarray(model.wv.vectors)
    contexts = np.asarray(model.syn1neg)
    return contexts if layer == "output" else model.wv.vectors + contexts
