"""Random texts for tests of n-grams."""

import numpy as np
from hypothesis import strategies as st

from wordvec_toolkit import EncodedCorpus
from wordvec_toolkit.text import Vocabulary

N_WORDS = 8


def vocabulary(n_words=N_WORDS):
    words = ["<unk>", "<s>", "</s>", *"abcdefghijklmnopqrstuvwxyz"[: n_words - 3]]
    return Vocabulary(words, np.zeros(n_words, np.int64), n_specials=3)


def encoded(sentences, n_words=N_WORDS):
    """A corpus of sentences, lists of ids."""
    ids = np.array([word for sentence in sentences for word in sentence], np.int32)
    ends = np.cumsum([0, *map(len, sentences)]).astype(np.int64)
    documents = np.array([0, len(ids)], np.int64)
    return EncodedCorpus(vocabulary(n_words), ids, ends, documents)


def stream(sentences):
    """The sentences as language models take them."""
    return np.array([word for sentence in sentences for word in (*sentence, 2)], np.int32)


def histories(ids):
    """The token before each token of a stream, ``<s>`` first."""
    result, current = [], (1,)
    for word in ids.tolist():
        result.append(current)
        current = (1,) if word == 2 else (*current, word)
    return result


words = st.sampled_from([0, *range(3, N_WORDS)])
some_sentences = st.lists(st.lists(words, max_size=7), min_size=1, max_size=10)


def random_sentences(seed, n=60, n_words=N_WORDS, longest=9):
    """Sentences of words of very different frequencies."""
    rng = np.random.default_rng(seed)
    weights = 1 / np.arange(1, n_words - 2)
    weights = np.append(weights, 0.1)
    ids = np.append(np.arange(3, n_words), 0)
    return [
        rng.choice(ids, rng.integers(0, longest), p=weights / weights.sum()).tolist()
        for _ in range(n)
    ]
