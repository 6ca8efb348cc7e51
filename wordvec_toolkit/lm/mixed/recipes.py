"""The factored models in mixtures, and the text that weights are fitted to."""

from collections.abc import Callable, Sequence

import numpy as np

from ...errors import SettingError
from ...text.corpus import EncodedCorpus
from .classes import cluster_words
from .factored import FactoredModel, train_factored_model

#: Distances of the words of a history that skips the second last.
SKIP = (1, 3, 4, 5)
_WORDS_BACK = 4  # of histories of classes and words
_CLASSES_BACK = 6  # of histories of classes alone

Maker = Callable[[EncodedCorpus], FactoredModel]


def skip_model(corpus: EncodedCorpus, distances: Sequence[int] = SKIP) -> FactoredModel:
    """Train a model whose history skips words (Goodman 2001, section 4)."""
    return train_factored_model(corpus, [(distance, None) for distance in distances])


def class_history_model(corpus: EncodedCorpus, n_classes: int) -> FactoredModel:
    """Train a model that predicts words, and backs off from a word of the history to its class.

    Words in the last place are classed by the word after them, those farther back by the word two
    places after.
    """
    near = cluster_words(corpus, n_classes).classes
    far = cluster_words(corpus, n_classes, distance=2).classes
    factors: list[tuple[int, np.ndarray | None]] = []
    for distance in range(1, _WORDS_BACK + 1):
        factors += [(distance, near if distance == 1 else far), (distance, None)]
    return train_factored_model(corpus, factors)


def class_target_model(corpus: EncodedCorpus, n_classes: int) -> FactoredModel:
    """Train a model that predicts classes from classes, and words from their class.

    Classes to be predicted put words together that follow the same words (asymmetric
    clusters: Goodman 2001, section 5).
    """
    history = cluster_words(corpus, n_classes).classes
    target = cluster_words(corpus, n_classes, side="before").classes
    return train_factored_model(
        corpus, [(distance, history) for distance in range(1, _CLASSES_BACK + 1)], target
    )


def factored_makers(
    skip: bool, classes: Sequence[int]
) -> dict[str, tuple[dict[str, object], Maker]]:
    """Return name -> settings and maker of the factored models of a mixture."""
    makers: dict[str, tuple[dict[str, object], Maker]] = {}
    if skip:
        makers["skip"] = ({"distances": list(SKIP)}, skip_model)
    for n_classes in classes:
        for name, make, target in (
            ("classes", class_history_model, "words"),
            ("class-targets", class_target_model, "classes"),
        ):
            settings = {"n_classes": n_classes, "target": target}
            makers[f"{name}-{n_classes}"] = (settings, _of_size(make, n_classes))
    return makers


def _of_size(make: Callable[[EncodedCorpus, int], FactoredModel], n_classes: int) -> Maker:
    return lambda corpus: make(corpus, n_classes)


def keep_out(
    corpus: EncodedCorpus, share: float = 0.05, seed: int = 0
) -> tuple[EncodedCorpus, EncodedCorpus]:
    """Cut a run of sentences out of a corpus.

    One run, because caches and topics depend on what is close together; where it begins is drawn.

    Parameters
    ----------
    corpus : EncodedCorpus
    share : float
        Of the sentences.
    seed : int

    Returns
    -------
    rest, held_out : EncodedCorpus

    Raises
    ------
    SettingError
        If the corpus has too few sentences.
    """
    if not 0 < share < 1:
        raise SettingError(f"the share to keep out is {share}; it must be between 0 and 1")
    n = corpus.n_sentences
    n_out = round(n * share)
    if n_out < 1 or n_out == n:
        raise SettingError(
            f"the text has {n:,} sentence{'s' if n != 1 else ''}, too few to keep {share:.0%} of "
            "them out; give a held-out text (held_out, --held-out)"
        )
    first = int(np.random.default_rng(seed).integers(0, n - n_out + 1))
    sentences = np.asarray(corpus.sentences)
    begin, end = int(sentences[first]), int(sentences[first + n_out])
    held = EncodedCorpus(
        corpus.vocabulary,
        np.asarray(corpus.ids[begin:end]),
        sentences[first : first + n_out + 1] - begin,
        np.array([0, end - begin]),
    )
    documents = np.asarray(corpus.documents)
    rest = EncodedCorpus(
        corpus.vocabulary,
        np.concatenate([corpus.ids[:begin], corpus.ids[end:]]),
        np.concatenate([sentences[: first + 1], sentences[first + n_out + 1 :] - (end - begin)]),
        np.where(documents <= begin, documents, np.maximum(documents - (end - begin), begin)),
    )
    return rest, held
