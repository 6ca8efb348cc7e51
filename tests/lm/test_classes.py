import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import mixtures as slow
from texts import random_text

from wordvec_toolkit.lm.mixed.classes import cluster_words
from wordvec_toolkit.lm.streams import corpus_stream
from wordvec_toolkit.text.encoding import encode_text


@pytest.mark.kernel
@given(st.integers(0, 10_000), st.integers(2, 4))
def test_exchange_agrees_with_the_slow_twin(seed, n_classes):
    corpus = encode_text(random_text(seed, 60), "whitespace")
    stream = corpus_stream(corpus)
    n = len(corpus.vocabulary)
    pairs = {}
    for word, feature in zip(stream[:-1].tolist(), stream[1:].tolist()):
        pairs[word, feature] = pairs.get((word, feature), 0) + 1
    order = np.argsort(-np.bincount(stream[:-1], minlength=n), kind="stable")
    classes = np.empty(n, int)
    classes[order] = np.arange(n) % n_classes
    expected = slow.exchange_round(pairs, classes.tolist(), order.tolist(), n_classes)
    found = cluster_words(corpus, n_classes, rounds=1)
    assert found.classes.tolist() == expected
    whole = cluster_words(corpus, n_classes).objectives
    assert all(later >= earlier - 1e-12 for earlier, later in zip(whole, whole[1:]))


def test_clusters_find_planted_classes():
    rng = np.random.default_rng(0)
    lines = [f"a{rng.integers(9)} b{rng.integers(9)} c{rng.integers(9)}" for _ in range(900)]
    corpus = encode_text("\n".join(lines), "whitespace")
    for side in ("after", "before"):
        classes = cluster_words(corpus, 4, side).classes
        for letter in "abc":
            ids = [id_ for word, id_ in corpus.vocabulary.ids.items() if word[0] == letter]
            assert len(set(classes[ids])) == 1
