"""Models without their rare, or their unimportant, n-grams."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import slow_ngrams as slow
from sentences import N_WORDS, encoded, histories, random_sentences, some_sentences, stream

from wordvec_toolkit import train_ngram_model
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.lm import KneserNey, StupidBackoff, WittenBell, prune_model
from wordvec_toolkit.lm.ngram import sweeps
from wordvec_toolkit.lm.ngram.discounts import FALLBACK

METHOD = KneserNey(discounts=FALLBACK)


@pytest.mark.kernel
@given(
    some_sentences, some_sentences, st.sampled_from([(0, 1, 1), (0, 0, 1), (0, 2), (0, 1, 2, 3)])
)
def test_pruning_by_count_agrees_with_the_equations(sentences, others, prune):
    model = train_ngram_model(encoded(sentences), 4, METHOD, prune=prune)
    thresholds = [*prune, *[prune[-1]] * (4 - len(prune))]
    twin = slow.kneser_ney(sentences, N_WORDS, 4, [FALLBACK] * 4, thresholds)
    ids = stream(others + sentences)
    for logprob, word, history in zip(model.token_logprobs(ids), ids.tolist(), histories(ids)):
        assert math.exp(logprob) == pytest.approx(twin.prob(word, history), rel=1e-10)
    raw = slow.count(sentences, 4)
    for k in (2, 3, 4):
        kept = {ngram for ngram, n in raw.items() if len(ngram) == k and n > thresholds[k - 1]}
        assert set(map(tuple, model.trie.ngrams(k).tolist())) == kept
    assert model.trie.is_sorted()


def test_discounts_are_those_of_all_ngrams():
    corpus = encoded(random_sentences(1, 300, 26), 26)
    whole, pruned = (
        train_ngram_model(corpus, 3, KneserNey(FALLBACK), prune=prune) for prune in ((), (0, 1, 2))
    )
    assert pruned.facts == whole.facts
    assert pruned.trie.sizes < whole.trie.sizes
    assert "prune:0,1,2" in pruned.signature and "prune" not in whole.signature


@pytest.mark.parametrize(
    ("prune", "message"),
    [
        ((0, 2, 1), "must not fall"),
        ((1, 1), "min_count"),
        ((-1,), "must be 0"),
        ((0, 0, 0, 1), "4 thresholds for a model of order 3"),
    ],
)
def test_thresholds_that_make_no_sense_are_refused(prune, message):
    with pytest.raises(SettingError, match=message):
        train_ngram_model(encoded([[3]]), 3, METHOD, prune=prune)


def test_everything_pruned_leaves_the_words():
    model = train_ngram_model(encoded([[3, 4], [4, 5]]), 3, METHOD, prune=(0, 9))
    assert model.trie.sizes == [N_WORDS, 0, 0]
    assert not model.backoffs.any()
    logprobs = model.next_logprobs(np.array([3, 4], np.int32))
    assert logprobs.tolist() == model.logprobs[:N_WORDS].tolist()


def slowly_pruned(model, threshold):
    """The n-grams that stay, each looked at alone."""
    table = slow.Table(model)
    kept = set(table.probs)
    for order in range(model.order, 1, -1):
        for ngram in [ngram for ngram in table.probs if len(ngram) == order]:
            goes_on = any(longer[:-1] == ngram for longer in kept)
            if not goes_on and table.cost(ngram) < threshold:
                kept.discard(ngram)
    return kept


@pytest.mark.kernel
@pytest.mark.parametrize("method", [METHOD, WittenBell()])
@pytest.mark.parametrize("threshold", [1e-4, 1e-3, 1e-2])
def test_entropy_pruning_agrees_with_its_definition(method, threshold):
    for seed in range(3):
        model = train_ngram_model(encoded(random_sentences(seed, 15)), 3, method)
        pruned = prune_model(model, threshold)
        expected = slowly_pruned(model, threshold)
        table = slow.Table(pruned)
        assert set(table.probs) == expected
        before = slow.Table(model)
        for ngram, prob in table.probs.items():
            assert prob == before.probs[ngram]
        for history, backoff in table.backoffs.items():  # equation of back-off models
            explicit = table.explicit(history)
            if explicit:
                rest = 1 - math.fsum(table.prob(word, history) for word in explicit)
                lower = 1 - math.fsum(table.prob(word, history[1:]) for word in explicit)
                assert backoff == pytest.approx(rest / lower, rel=1e-9)
            else:
                assert backoff == 1


def test_one_ngram_by_hand():
    # The model after the history "a" alone: explicit a and b, the rest by back-off.
    model = train_ngram_model(encoded([[3, 4], [3, 3], [4]]), 2, METHOD)
    table = slow.Table(model)
    words = [word for word in range(N_WORDS) if word != 1]
    history = table.probs[(3,)]
    before = [table.prob(word, (3,)) for word in words]
    explicit = [word for word in table.explicit((3,)) if word != 4]
    rest = 1 - sum(table.probs[(3, word)] for word in explicit)
    backoff = rest / (1 - sum(table.probs[(word,)] for word in explicit))
    after = [
        table.probs[(3, word)] if word in explicit else backoff * table.probs[(word,)]
        for word in words
    ]
    divergence = sum(p * math.log(p / q) for p, q in zip(before, after))
    cost = math.exp(history * divergence) - 1
    assert table.cost((3, 4)) == pytest.approx(cost, rel=1e-9)
    assert prune_model(model, cost * 0.999).trie.find([3, 4]) >= 0
    assert prune_model(model, cost * 1.001).trie.find([3, 4]) == -1


@given(some_sentences, st.integers(1, 5), st.floats(1e-6, 0.5))
def test_what_is_left_sums_to_1(sentences, order, threshold):
    model = prune_model(train_ngram_model(encoded(sentences), order, METHOD), threshold)
    again = prune_model(model, threshold)  # its n-grams may lack their ends
    for one in (model, again):
        for history in ([], [3], [3, 4], [4, 4, 4, 4], [7], [0, 3]):
            assert abs(np.exp(one.next_logprobs(np.array(history, np.int32))).sum() - 1) < 1e-9


def test_any_number_of_threads_gives_the_same_bits(monkeypatch):
    model = train_ngram_model(encoded(random_sentences(2, 200)), 4, METHOD)
    whole = prune_model(model, 1e-4)
    monkeypatch.setattr(sweeps, "BLOCK", 32)
    for threads in (1, 3):
        other = prune_model(model, 1e-4, threads)
        assert other.backoffs.tobytes() == whole.backoffs.tobytes()
        assert other.trie.words.tobytes() == whole.trie.words.tobytes()


def test_thresholds_of_entropy(tmp_path):
    model = train_ngram_model(encoded(random_sentences(3)), 3, METHOD)
    sizes = [len(prune_model(model, threshold).trie) for threshold in (0, 1e-5, 1e-3, 1e-1, 1e9)]
    assert sizes == sorted(sizes, reverse=True)
    assert sizes[0] == len(model.trie) and sizes[-1] == N_WORDS
    pruned = prune_model(model, 1e-3)
    assert "entropy_prune:0.001" in pruned.signature
    pruned.save(tmp_path / "pruned")
    ids = stream(random_sentences(4))
    loaded = type(model).load(tmp_path / "pruned")
    assert loaded.token_logprobs(ids).tobytes() == pruned.token_logprobs(ids).tobytes()
    for threshold in (-1, float("nan"), float("inf")):
        with pytest.raises(SettingError, match="threshold"):
            prune_model(model, threshold)
    scores = train_ngram_model(encoded([[3]]), 2, StupidBackoff())
    with pytest.raises(SettingError, match="do not sum to 1"):
        prune_model(scores, 1e-3)
