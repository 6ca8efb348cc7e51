"""What holds for every method."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sentences import N_WORDS, encoded, random_sentences, some_sentences, stream

from wordvec_toolkit import WordvecError, count_ngrams, train_ngram_model
from wordvec_toolkit.counts import NgramCounts
from wordvec_toolkit.errors import EmptyResultError
from wordvec_toolkit.lm import parse_smoothing, prune_model
from wordvec_toolkit.lm.ngram import sweeps
from wordvec_toolkit.lm.ngram.methods import METHODS

HELD_OUT = stream(random_sentences(20, 20))
#: Each with what makes it work on any text.
SAFE = {
    name: parse_smoothing(
        name, "default" if name in ("kneser-ney", "kneser-ney-1", "absolute") else None
    )
    for name in METHODS
}
NORMALIZED = [name for name in SAFE if name != "stupid-backoff"]


def train(sentences, order, name, n_words=N_WORDS, **options):
    held_out = np.minimum(HELD_OUT, n_words - 1)
    held_out[held_out == 1] = 0
    corpus = encoded(sentences, n_words)
    return train_ngram_model(corpus, order, SAFE[name], held_out=held_out, **options)


@pytest.mark.parametrize("name", NORMALIZED)
@given(
    some_sentences,
    st.lists(st.sampled_from([0, *range(2, N_WORDS)]), max_size=12),
    st.integers(1, 6),
    st.booleans(),
    st.booleans(),
    st.sampled_from([(), (0, 1), (0, 0, 1, 2)]),
)
def test_distributions_sum_to_1(name, sentences, history, order, interpolate, closed, prune):
    if name == "add-k":
        interpolate = True
    model = train(
        sentences, order, name, interpolate_unigrams=interpolate, closed=closed, prune=prune[:order]
    )
    for one in [model, prune_model(model, 1e-3)]:
        for end in range(len(history) + 1):
            logprobs = one.next_logprobs(np.array(history[:end], np.int32))
            assert abs(np.exp(logprobs).sum() - 1) < 1e-9
            assert logprobs[1] == -np.inf
            if end < len(history):
                token = one.token_logprobs(np.array(history, np.int32))[end]
                assert token == pytest.approx(logprobs[history[end]], rel=1e-12, abs=1e-12)


DEGENERATE = {
    "one sentence": [[3, 4, 5]],
    "one word": [[3]],
    "an empty sentence": [[]],
    "one word type": [[3, 3], [3], [3] * 6],
    "all words different": [[3, 4], [5, 6], [7]],
    "only unknown words": [[0, 0], [0]],
    "the same sentence over and over": [[3, 4]] * 8,
}


@pytest.mark.parametrize("text", DEGENERATE)
@pytest.mark.parametrize("name", NORMALIZED)
@pytest.mark.parametrize("order", [1, 2, 4, 10])
def test_texts_with_next_to_nothing(text, name, order):
    for closed in (False, True):
        model = train(DEGENERATE[text], order, name, closed=closed)
        for history in ([], [3], [7, 0, 3], [3, 3, 3, 3], [2], [0]):
            logprobs = model.next_logprobs(np.array(history, np.int32))
            assert not np.isnan(logprobs).any()
            assert abs(np.exp(logprobs).sum() - 1) < 1e-9


@pytest.mark.parametrize("name", NORMALIZED)
def test_a_vocabulary_of_unknown_words_only(name):
    for sentences in ([[0], [0, 0]], [[]]):
        model = train(sentences, 3, name, n_words=3)
        assert abs(np.exp(model.next_logprobs(np.array([0]))).sum() - 1) < 1e-9


@pytest.mark.parametrize("name", SAFE)
def test_a_text_without_sentences_is_refused(name):
    with pytest.raises(EmptyResultError, match="no sentences"):
        train([], 2, name)


@pytest.mark.parametrize("name", SAFE)
def test_any_number_of_threads_gives_the_same_bits(name, monkeypatch):
    sentences = random_sentences(21, 200)
    whole = train(sentences, 4, name, prune=(0, 0, 1))
    monkeypatch.setattr(sweeps, "BLOCK", 64)
    for threads in (1, 3):
        other = train(sentences, 4, name, prune=(0, 0, 1), threads=threads)
        assert other.logprobs.tobytes() == whole.logprobs.tobytes()
        assert other.backoffs.tobytes() == whole.backoffs.tobytes()
        assert other.trie.words.tobytes() == whole.trie.words.tobytes()
        assert other.facts == whole.facts


def test_open_and_closed_vocabularies():
    for name in ("kneser-ney", "witten-bell", "add-k", "absolute", "jelinek-mercer"):
        opened, closed = (train([[3, 4], [4, 5]], 2, name, closed=c) for c in (False, True))
        assert opened.logprobs[0] > -np.inf
        assert closed.logprobs[0] == -np.inf
        counted = train([[3, 0], [4, 5]], 2, name, closed=True)
        assert counted.logprobs[0] > -np.inf  # a text that writes <unk> has it as a word


@pytest.mark.parametrize("name", ["kneser-ney", "witten-bell", "absolute"])
def test_without_interpolated_unigrams_the_rest_goes_to_unknown_words(name):
    mixed, plain = (train([[3, 4], [4]], 2, name, interpolate_unigrams=i) for i in (True, False))
    assert plain.logprobs[0] > mixed.logprobs[0]
    assert plain.logprobs[5] == -np.inf  # in the vocabulary, not in the text


def test_counts_and_corpus_give_the_same_model():
    corpus = encoded(random_sentences(22))
    a = train_ngram_model(corpus, 3, SAFE["witten-bell"])
    b = train_ngram_model(count_ngrams(corpus, 3), 7, SAFE["witten-bell"])
    assert a.logprobs.tobytes() == b.logprobs.tobytes()
    assert a.settings == b.settings and b.order == 3


@pytest.mark.parametrize("name", SAFE)
def test_settings_and_facts_are_json_and_name_the_recipe(name, tmp_path):
    model = train(random_sentences(23), 3, name, prune=(0, 1))
    for what in (model.settings, model.facts):
        assert json.loads(json.dumps(what)) == what
    assert f"smoothing:{name}" in model.signature
    assert "prune:0,1" in model.signature
    assert "closed" not in model.signature  # as usual
    model.save(tmp_path / "model")
    assert type(model).load(tmp_path / "model").signature == model.signature


def test_counts_without_the_ends_of_their_ngrams_are_refused():
    counts = count_ngrams(encoded([[3, 4, 5]]), 3)
    words = counts.trie.words.copy()
    words[-1] = 6
    trie = type(counts.trie)(counts.trie.bases, words, counts.trie.children)
    damaged = NgramCounts(counts.vocabulary, trie, counts.counts, counts.first_seen)
    with pytest.raises(WordvecError, match="lack their ends"):
        train_ngram_model(damaged)
