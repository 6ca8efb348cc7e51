import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from language_models import Unigrams, bigrams
from texts import random_text

from wordvec_toolkit import train_ngram_model
from wordvec_toolkit.errors import SettingError, WordvecError
from wordvec_toolkit.evaluation.perplexity import evaluate_perplexity
from wordvec_toolkit.evaluation.perplexity_bands import perplexity_by_frequency, perplexity_by_seen
from wordvec_toolkit.lm import KneserNey
from wordvec_toolkit.lm.mixed.mixture import Mixture
from wordvec_toolkit.lm.ngram.kneser_ney import FALLBACK
from wordvec_toolkit.lm.streams import corpus_stream
from wordvec_toolkit.text.encoding import encode_text


def test_by_hand():
    """a b </s> <unk> a: the bigrams <s> a and a b are there, nothing else longer than a word."""
    model = bigrams()  # counts: <unk> 0, a 3, b 2
    result = evaluate_perplexity(model, np.array([3, 4, 2, 0, 3], np.int32))
    bands = perplexity_by_frequency(result, model.vocabulary.counts, (1, 3))
    assert [(band.band, band.n, band.share) for band in bands] == [
        ("<unk>", 1, 0.2),
        ("</s>", 1, 0.2),
        ("1-2", 1, 0.2),
        ("3 and more", 2, 0.4),
    ]
    # p(</s>|b) is .2, p(<unk>|<s>) .1 x .5/.6, p(a|<unk>) .4
    expected = [0.6 / 0.05, 1 / 0.2, 1 / 0.6, (1 / (0.5 * 0.4)) ** 0.5]
    assert [band.perplexity for band in bands] == pytest.approx(expected)
    seen = perplexity_by_seen(result, model)
    assert [(band.band, band.n) for band in seen] == [("unseen", 1), ("1-gram", 2), ("2-gram", 2)]
    assert seen[2].perplexity == pytest.approx((1 / (0.5 * 0.6)) ** 0.5)
    assert seen[1].logprob == pytest.approx(math.log(0.2 * 0.4))
    # Another model, split by the n-grams of this one.
    other = Unigrams({"<unk>": 0.1, "</s>": 0.2, "a": 0.4, "b": 0.3})
    again = perplexity_by_seen(
        evaluate_perplexity(other, result.ids), Mixture([model], np.ones((1, 1)))
    )
    assert [band.n for band in again] == [1, 2, 2]
    assert again[2].perplexity == pytest.approx((1 / (0.4 * 0.3)) ** 0.5)


CORPUS = encode_text(random_text(0), "whitespace")
MODEL = train_ngram_model(CORPUS, order=3, smoothing=KneserNey(discount_fallback=FALLBACK))


def ngrams_of(stream, order):
    """All n-grams within sentences, and which is the longest of each token's."""
    found = []
    history = ["<s>"]
    for token in stream.tolist():
        history.append(token)
        found.append([tuple(history[-n:]) for n in range(1, min(order, len(history)) + 1)])
        if token == 2:
            history = ["<s>"]
    return found


@given(
    st.lists(st.integers(3, len(CORPUS.vocabulary) - 1) | st.sampled_from([0, 2]), min_size=1),
    st.lists(st.integers(1, 30), min_size=1, max_size=4, unique=True),
)
def test_bands_add_up(words, edges):
    ids = np.array(words, np.int32)
    result = evaluate_perplexity(MODEL, ids, interval="analytic")
    seen = {gram for token in ngrams_of(corpus_stream(CORPUS), 3) for gram in token}
    counts = CORPUS.vocabulary.counts
    by_seen = perplexity_by_seen(result, MODEL)
    for bands in (perplexity_by_frequency(result, counts, sorted(edges)), by_seen):
        assert sum(band.n for band in bands) == len(ids)
        assert sum(band.share for band in bands) == pytest.approx(1)
        assert sum(band.logprob for band in bands) == pytest.approx(result.logprobs.sum())
    longest = [sum(gram in seen for gram in token) for token in ngrams_of(ids, 3)]
    names = {0: "unseen", 1: "1-gram", 2: "2-gram", 3: "3-gram"}
    expected = {names[n]: longest.count(n) for n in sorted(set(longest))}
    assert {band.band: band.n for band in by_seen} == expected


def test_refusals():
    model = bigrams()
    result = evaluate_perplexity(model, np.array([3, 2], np.int32))
    with pytest.raises(WordvecError, match="carries no counts"):
        perplexity_by_frequency(result, np.ones(5, np.int64))
    with pytest.raises(SettingError, match="counts of 4 words; the vocabulary of the model has 5"):
        perplexity_by_frequency(result, np.ones(4, np.int64))
    for edges in ((), (0, 1), (2, 2)):
        with pytest.raises(SettingError, match="rise from 1"):
            perplexity_by_frequency(result, model.vocabulary.counts, edges)
    by_sentence = replace(result, is_by_sentence=True)
    for split in (
        lambda: perplexity_by_frequency(by_sentence, model.vocabulary.counts),
        lambda: perplexity_by_seen(by_sentence, model),
    ):
        with pytest.raises(SettingError, match="no perplexity of single words to split"):
            split()
    with pytest.raises(SettingError, match="that model has no n-grams"):
        perplexity_by_seen(result, Unigrams({"a": 1.0}))
    with pytest.raises(SettingError, match="build both in one workspace"):
        perplexity_by_seen(result, MODEL)
