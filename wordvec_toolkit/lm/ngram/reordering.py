"""N-gram models over the same words in another order."""

from collections.abc import Sequence

import numpy as np

from ...counts.trie import NgramTrie
from ...text.vocabulary import Vocabulary
from ..language_model import LanguageModel
from .model import NgramModel


def aligned(models: Sequence[LanguageModel]) -> list[LanguageModel]:
    """Return models with those n-gram models that have the first one's words in its order."""
    if not models:
        return []
    vocabulary = models[0].vocabulary
    return [
        reordered(model, vocabulary)
        if isinstance(model, NgramModel)
        and model.vocabulary.words != vocabulary.words
        and len(model.vocabulary) == len(vocabulary)
        and set(model.vocabulary.words) == set(vocabulary.words)
        else model
        for model in models
    ]


def reordered(model: NgramModel, vocabulary: Vocabulary) -> NgramModel:
    """Return a model with the ids of a vocabulary of the same words."""
    trie = model.trie
    ids = np.array([vocabulary.ids[word] for word in model.vocabulary.words], np.int64)
    place = np.empty(len(trie), np.int64)  # old place -> new one
    place[: len(ids)] = ids
    n_children = np.diff(trie.children)
    for order in range(2, trie.order + 1):
        above, here = trie.places(order - 1), trie.places(order)
        parents = np.repeat(place[above], n_children[above])
        keys = (parents << 32) | ids[trie.words[here]]
        by_key = np.argsort(keys, kind="stable")
        place[here.start + by_key] = np.arange(here.start, here.stop)
    old = np.empty_like(place)
    old[place] = np.arange(len(place))
    children = np.zeros(len(trie.children), np.int64)
    np.cumsum(n_children[old[: len(n_children)]], out=children[1:])
    children += trie.n_words
    words = ids[trie.words[old]].astype(np.int32)
    return NgramModel(
        vocabulary,
        NgramTrie(trie.bases, words, children.astype(np.int32)),
        model.logprobs[old],
        model.backoffs[old[: len(model.backoffs)]],
        model.settings,
        model.facts,
    )
