from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from language_models import bigrams, trained
from reference.slow_ngrams import Table
from sentences import histories

from wordvec_toolkit.counts.trie import NgramTrie
from wordvec_toolkit.errors import WordvecError
from wordvec_toolkit.lm.ngram import model as ngram_model
from wordvec_toolkit.lm.ngram.model import NgramModel


@pytest.fixture(scope="module")
def model(harbour):
    return trained(harbour, "words", 4)


def check(model, ids):
    ids = np.array(ids, np.int32)
    logprobs, orders = model.score(ids, 2)
    table = Table(model)
    expected = [
        (table.prob(*seen), table.seen_order(*seen)) for seen in zip(ids.tolist(), histories(ids))
    ]
    assert np.allclose(np.exp(logprobs), [prob for prob, _ in expected], rtol=1e-12)
    assert orders.tolist() == [order for _, order in expected]


def test_histories_never_seen_can_have_a_weight(model):
    stupid = replace(model, facts={"unseen_backoff": 0.4, "normalized": False})
    random = np.random.default_rng(3)
    check(stupid, random.choice([0, 2, *range(3, 30)], 300))
    assert not np.allclose(stupid.score(np.array([0, 0]))[0], model.score(np.array([0, 0]))[0])


def test_text_of_the_model_itself(model, harbour):
    ids = model.vocabulary.ids
    text = harbour.read_text(encoding="utf-8").lower().split()
    stream = [ids.get(word.strip(".,;:"), 2) for word in text]
    check(model, stream)
    assert 4 in model.score(np.array(stream))[1]


@pytest.mark.parametrize(("bits", "at_once"), [(14, 64), (1, 1), (63, 1)])
def test_neither_blocks_nor_narrow_keys_matter(model, monkeypatch, bits, at_once):
    random = np.random.default_rng(2)
    ids = random.choice([2, *range(3, 30)], 500)
    logprobs, orders = model.score(ids)
    monkeypatch.setattr(ngram_model, "_KEY_BITS", bits)
    monkeypatch.setattr(ngram_model, "_SCORED_AT_ONCE", at_once)
    for threads in (1, 4):
        again = model.score(ids, threads)
        assert (again[0] == logprobs).all()
        assert (again[1] == orders).all()


@given(st.data())
def test_damaged_tables_do_no_harm(data):
    """Whatever numbers a file holds, they are refused, or harmless."""
    good = bigrams()
    wild = st.integers(-(2**31), 2**31 - 1) | st.integers(0, 7)
    children = np.array([5, *data.draw(st.lists(wild, min_size=4, max_size=4)), 7], np.int32)
    words = np.array([0, 1, 2, 3, 4, *data.draw(st.lists(wild, min_size=2, max_size=2))], np.int32)
    try:
        trie = NgramTrie(good.trie.bases, words, children)
    except WordvecError:
        return
    model = NgramModel(good.vocabulary, trie, good.logprobs, good.backoffs)
    logprobs, orders = model.score(np.array([3, 4, 0, 2, 4, 3]))
    assert len(logprobs) == len(orders) == 6
