import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import mixtures as slow
from signing import read_manifest, sign
from texts import random_text

from wordvec_toolkit import load_language_model
from wordvec_toolkit.errors import FormatError, SettingError, WordvecError
from wordvec_toolkit.lm.mixed.adapted import AdaptedModel, training_unigrams
from wordvec_toolkit.lm.mixed.cache import CacheModel
from wordvec_toolkit.lm.mixed.factored import FactoredModel, train_factored_model
from wordvec_toolkit.lm.mixed.mixture import Mixture, fit_mixture
from wordvec_toolkit.lm.mixed.recipes import (
    class_history_model,
    class_target_model,
    keep_out,
    skip_model,
)
from wordvec_toolkit.lm.mixed.soft import SoftModel, soft_neighbors
from wordvec_toolkit.lm.ngram.kneser_ney import (
    FALLBACK,
    DiscountError,
    KneserNey,
    modified_discounts,
)
from wordvec_toolkit.lm.ngram.training import train_ngram_model
from wordvec_toolkit.lm.streams import corpus_stream
from wordvec_toolkit.models import loading
from wordvec_toolkit.text.encoding import encode_corpus, encode_text
from wordvec_toolkit.text.streams import encode_stream


@pytest.fixture(scope="module")
def corpus():
    return encode_text(random_text(0), "whitespace")


@pytest.fixture(scope="module")
def held_out(corpus):
    return corpus_stream(encode_text(random_text(1), "whitespace", vocabulary=corpus.vocabulary))


@pytest.fixture(scope="module")
def ngram(corpus):
    return train_ngram_model(corpus, order=3, smoothing=KneserNey(discount_fallback=FALLBACK))


def tables(corpus, seed=3):
    rng = np.random.default_rng(seed)
    n = len(corpus.vocabulary)
    vectors, contexts = (rng.normal(0, 0.4, (n, 4)).astype(np.float32) for _ in range(2))
    vectors[:3] = 0
    counts = np.bincount(corpus_stream(corpus), minlength=n)
    return training_unigrams(counts), vectors, contexts


def soft_of(ngram, seed=2):
    rng = np.random.default_rng(seed)
    return SoftModel(ngram, *soft_neighbors(rng.normal(size=(len(ngram.vocabulary), 5)), 4, 0.5))


def models(corpus, ngram):
    return {
        "skip": skip_model(corpus),
        "words after classes": class_history_model(corpus, 3),
        "classes": class_target_model(corpus, 4),
        "cache": CacheModel(corpus.vocabulary, 1, 20.0),
        "bigram cache": CacheModel(corpus.vocabulary, 2, 50.0),
        "trigram cache": CacheModel(corpus.vocabulary, 3, 50.0),
        "soft": soft_of(ngram),
        "adapted": AdaptedModel(ngram, *tables(corpus), memory=15.0, topic_memory=6.0),
    }


def test_distributions_sum_to_one_and_give_the_tokens_their_probabilities(corpus, ngram, held_out):
    known = models(corpus, ngram)
    parts = [ngram, *known.values()]
    known["n-grams"] = ngram
    known["mixture"] = fit_mixture(parts, held_out)
    known["adapted mixture"] = AdaptedModel(fit_mixture(parts[:4], held_out), *tables(corpus))
    for name, model in known.items():
        assert model.vocabulary.words == corpus.vocabulary.words
        scores = model.token_logprobs(held_out)
        for at in (0, 1, 2, 7, 50, 211):
            after = model.next_logprobs(held_out[:at])
            assert np.exp(after).sum() == pytest.approx(1, abs=1e-9), name
            assert after[1] == -np.inf, name
            assert after[held_out[at]] == pytest.approx(scores[at], abs=1e-12), name
        rows = np.zeros((5, len(corpus.vocabulary)))
        model.add_distributions(held_out, 40, 45, 0.5, rows)
        for row, at in zip(rows, range(40, 45)):
            np.testing.assert_allclose(row, 0.5 * np.exp(model.next_logprobs(held_out[:at])))


def test_the_same_bits_for_any_number_of_threads(corpus, ngram, held_out, monkeypatch):
    model = AdaptedModel(class_target_model(corpus, 4), *tables(corpus))
    long = np.tile(held_out, 3)
    found = []
    for threads in (1, 4):
        for module in ("adapted", "factored"):
            monkeypatch.setattr(
                f"wordvec_toolkit.lm.mixed.{module}.n_threads", lambda _, number=threads: number
            )
        found.append(model.token_logprobs(long).tobytes())
    assert found[0] == found[1]


@pytest.mark.kernel
@given(
    st.lists(st.integers(2, 6), max_size=40), st.integers(1, 4), st.sampled_from([1.0, 3.0, 1000.0])
)
def test_caches_agree_with_the_slow_twin(ids, order, memory):
    vocabulary = encode_text("a b c d e", "whitespace").vocabulary
    model = CacheModel(vocabulary, order, memory)
    probs, evidence = slow.cache_probs(ids, order, memory, len(vocabulary))
    stream = np.array(ids, np.int32)
    np.testing.assert_allclose(model.evidence(stream), evidence, rtol=1e-10)
    np.testing.assert_allclose(np.exp(model.token_logprobs(stream)), probs, rtol=1e-9)


def discounts_of(counts):
    numbers = [counts.count(number) for number in (1, 2, 3, 4)]
    try:
        return modified_discounts(numbers, 1)
    except DiscountError:
        return [0.0, *FALLBACK]


@pytest.mark.kernel
@pytest.mark.parametrize("by_class", [False, True])
def test_factored_models_agree_with_the_slow_twin(corpus, held_out, by_class):
    stream = corpus_stream(corpus)
    n = len(corpus.vocabulary)
    history = np.arange(n) % 3
    target = np.arange(n) % 4 if by_class else None
    factors = [(1, history), (1, None), (3, history), (2, None)]
    model = train_factored_model(corpus, factors, target)
    of = (lambda word: int(target[word])) if by_class else int
    n_targets = 4 if by_class else n - 1  # all but <s>
    twin = slow.factored(stream, factors, [of(word) for word in stream], n_targets, discounts_of)
    counts = np.maximum(np.bincount(stream, minlength=n), 1)
    counts[1] = 0
    scores = np.exp(model.token_logprobs(held_out[:40]))
    for at, word in enumerate(held_out[:40]):
        values = []
        for distance, classes in factors:
            before = held_out[at - distance] if at >= distance else 2
            values.append(int(before if classes is None else classes[before]))
        expected = twin(values, of(word))
        if by_class:
            expected *= counts[word] / counts[target == target[word]].sum()
        assert scores[at] == pytest.approx(expected, rel=1e-9)


def test_a_text_begins_as_any_sentence_does(corpus):
    for model in (
        skip_model(corpus),
        class_history_model(corpus, 3),
        class_target_model(corpus, 4),
    ):
        after_others = model.next_logprobs(np.full(9, 2))
        np.testing.assert_array_equal(model.next_logprobs(np.empty(0, np.int32)), after_others)
    # Not as the training text did, if that began with another word than its sentences do.
    model = train_factored_model(encode_text("z q\n" + "a b\n" * 30, "whitespace"), [(1, None)])
    assert model.vocabulary.word(int(model.next_logprobs(np.empty(0)).argmax())) == "a"


def test_a_factored_model_of_words_one_back_is_kneser_ney_by_hand():
    corpus = encode_text("a b\na b\na c\na c", "whitespace")
    model = train_factored_model(corpus, [(1, None)])
    # </s>, with the discounts of KenLM's fall-back: after b twice, so 2 - 1 of 2 is its own.
    a, b = corpus.vocabulary.ids["a"], corpus.vocabulary.ids["b"]
    unigram = model.unigrams[2]
    assert np.exp(model.next_logprobs(np.array([a, b]))[2]) == pytest.approx(
        (2 - FALLBACK[1]) / 2 + FALLBACK[1] / 2 * unigram
    )
    assert model.unigrams[1] == 0 and model.unigrams.sum() == pytest.approx(1)


@pytest.mark.kernel
def test_soft_bigrams_agree_with_the_slow_twin(ngram, held_out):
    model = soft_of(ngram)
    bigram = bigrams(ngram)
    scores = np.exp(model.token_logprobs(held_out[:60]))
    for at, word in enumerate(held_out[:60]):
        before = int(held_out[at - 1]) if at and held_out[at - 1] != 2 else 1
        expected = slow.soft_probability(before, word, model.neighbors, model.shares, bigram)
        assert scores[at] == pytest.approx(expected, rel=1e-12)


def bigrams(ngram):
    """p(word | one word before) by the back-off of the model's tables."""

    def bigram(before, word):
        place = ngram.trie.find([before, word])
        if place >= 0:
            return np.exp(ngram.logprobs[place])
        return np.exp(ngram.backoffs[before] + ngram.logprobs[word])

    return bigram


def test_neighbors_are_the_nearest_and_share_one():
    rng = np.random.default_rng(5)
    vectors = rng.normal(size=(30, 6))
    vectors[4] = 0
    neighbors, shares = soft_neighbors(vectors, 5, 0.1)
    units = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    for word in set(range(30)) - {4}:
        assert set(neighbors[word]) == set(np.argsort(-(units @ units[word]))[:5])
        assert neighbors[word][shares[word].argmax()] == word
    np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert neighbors[4][shares[4].argmax()] == 4 and shares[4].max() == 1


@pytest.mark.kernel
def test_adaptation_agrees_with_the_slow_twin(corpus, ngram, held_out):
    model = AdaptedModel(ngram, *tables(corpus), memory=3.0, topic_memory=2.0, step=3)
    for at in (0, 1, 5, 6, 31, 90):
        base = np.exp(ngram.next_logprobs(held_out[:at]))
        expected = slow.adapted(base, held_out[:at], model)
        np.testing.assert_allclose(np.exp(model.next_logprobs(held_out[:at])), expected, rtol=1e-5)


def test_the_first_words_of_a_text_do_not_count_for_the_whole_of_it(corpus, ngram):
    unigrams, vectors, contexts = tables(corpus)
    word = int(unigrams[3:].argmin()) + 3
    model = AdaptedModel(ngram, unigrams, vectors, contexts, strength=1.0, topic_strength=0.0)
    adapted, plain = (each.next_logprobs(np.array([word])) for each in (model, ngram))
    odds = np.delete(adapted, 1) - np.delete(plain, 1)  # without <s>
    others = np.delete(odds, word - 1)
    assert np.ptp(others) < 1e-9
    # One token in a memory of many; not all that was said so far.
    count = np.exp(-1 / model.memory)
    factor = model.floor + (1 - model.floor) * count / (model.memory * unigrams[word])
    assert odds[word - 1] - others[0] == pytest.approx(np.log(factor / model.floor))


def test_without_strength_adaptation_changes_nothing(corpus, ngram, held_out):
    model = AdaptedModel(ngram, *tables(corpus), strength=0.0, topic_strength=0.0)
    np.testing.assert_allclose(
        model.token_logprobs(held_out), ngram.token_logprobs(held_out), atol=1e-12
    )


def test_what_cannot_be_mixed_is_refused(corpus, ngram):
    other = CacheModel(encode_text("x y z", "whitespace").vocabulary)
    with pytest.raises(SettingError, match="different vocabularies"):
        fit_mixture([ngram, other], np.array([2], np.int32))
    with pytest.raises(SettingError, match="no held-out text"):
        fit_mixture([ngram], np.empty(0, np.int32))
    with pytest.raises(WordvecError, match="sum to 1"):
        Mixture([ngram, ngram], np.array([[0.5, 0.6]]))
    with pytest.raises(SettingError, match="encode the text with it"):
        skip_model(corpus).token_logprobs(np.array([10**6]))


def test_a_run_of_sentences_is_kept_out(corpus):
    for seed in range(5):
        rest, kept = keep_out(corpus, 0.2, seed)
        assert kept.n_sentences == round(0.2 * corpus.n_sentences)
        assert len(rest) + len(kept) == len(corpus)
        assert rest.n_sentences + kept.n_sentences == corpus.n_sentences
        whole = corpus.words()
        text = kept.words()
        assert any(whole[at : at + len(text)] == text for at in range(len(whole)))
    with pytest.raises(SettingError, match="too few"):
        keep_out(encode_text("a b", "whitespace"))


@pytest.fixture
def saved(corpus, ngram, held_out, tmp_path):
    """A mixture of an adapted mixture and a cache, in bundles."""
    ngram.save(tmp_path / "ngram")
    classes = class_target_model(corpus, 4)
    classes.save(tmp_path / "classes")
    soft_of(ngram).save(tmp_path / "soft", tmp_path / "ngram")
    static = fit_mixture([ngram, classes, soft_of(ngram)], held_out)
    static.save(tmp_path / "static", [tmp_path / name for name in ("ngram", "classes", "soft")])
    adapted = AdaptedModel(static, *tables(corpus))
    adapted.save(tmp_path / "adapted", tmp_path / "static")
    whole = fit_mixture([adapted, CacheModel(corpus.vocabulary, 2, 30.0)], held_out)
    whole.save(tmp_path / "mixture", [tmp_path / "adapted"])
    return whole


def test_mixtures_come_back_from_their_bundles(saved, tmp_path, held_out):
    moved = tmp_path / "moved"
    moved.mkdir()
    for name in ("ngram", "classes", "soft", "static", "adapted", "mixture"):
        (tmp_path / name).rename(moved / name)
    again = load_language_model(moved / "mixture")
    assert again.token_logprobs(held_out).tobytes() == saved.token_logprobs(held_out).tobytes()
    assert again.signature.count("factored") == 1


def test_a_deep_nest_of_mixtures_is_refused(tmp_path, ngram):
    ngram.save(tmp_path / "0")
    model = ngram
    for depth in range(1, 300):
        Mixture([model], np.ones((1, 1))).save(tmp_path / str(depth), [tmp_path / str(depth - 1)])
    with pytest.raises(FormatError, match="nested in one another too deeply"):
        load_language_model(tmp_path / "299")
    assert load_language_model(tmp_path / "9").signature


def test_a_mixture_of_a_mixture_twice_and_so_on_is_refused(tmp_path, ngram, monkeypatch):
    """Thirty of them are of 2^30 models, and would open for days."""
    monkeypatch.setattr(loading, "_MOST_OPENED", 50)
    ngram.save(tmp_path / "0")
    for depth in range(1, 9):
        parts = [tmp_path / str(depth - 1)] * 2
        Mixture([ngram, ngram], np.full((1, 2), 0.5)).save(tmp_path / str(depth), parts)
    for _ in range(2):  # the count begins again
        assert load_language_model(tmp_path / "4").signature
        with pytest.raises(FormatError, match="nested in one another too deeply"):
            load_language_model(tmp_path / "8")


def test_missing_and_changed_components_are_refused(saved, corpus, tmp_path):
    class_target_model(corpus, 3).save(tmp_path / "classes")
    with pytest.raises(FormatError, match="classes built again since"):
        load_language_model(tmp_path / "mixture")
    (tmp_path / "classes").rename(tmp_path / "elsewhere")
    with pytest.raises(FormatError, match="no bundle classes next to it"):
        load_language_model(tmp_path / "mixture")
    with pytest.raises(SettingError, match="is not in"):
        saved.save(tmp_path / "sub" / "mixture", [tmp_path / "adapted"])


def test_damage_is_refused(corpus, tmp_path):
    model = skip_model(corpus)
    model.save(tmp_path / "skip")
    again = load_language_model(tmp_path / "skip")
    assert isinstance(again, FactoredModel) and "w1,w3,w4,w5" in again.signature
    for name, change in (("targets", 10**6), ("children", -5), ("rows", 10**6), ("distances", 0)):
        array = np.load(tmp_path / "skip" / f"{name}.npy")
        damaged = array.copy()
        damaged[-1] = change
        np.save(tmp_path / "skip" / f"{name}.npy", damaged)
        with pytest.raises(FormatError, match="damage"):
            load_language_model(tmp_path / "skip")
        np.save(tmp_path / "skip" / f"{name}.npy", array)


def test_components_outside_of_the_folder_are_refused(saved, tmp_path):
    manifest = json.dumps(read_manifest(tmp_path / "mixture"))
    sign(tmp_path / "mixture", json.loads(manifest.replace('"adapted"', '"../adapted"')))
    with pytest.raises(FormatError, match="no name"):
        load_language_model(tmp_path / "mixture")


@pytest.mark.slow
def test_the_penn_treebank(real_data):
    texts = [real_data / "lm" / "ptb" / f"ptb.{part}.txt" for part in ("train", "valid", "test")]
    if not all(text.exists() for text in texts):
        pytest.skip("the Penn Treebank is not among the real data")
    train = encode_corpus(str(texts[0]), "whitespace", min_count=1)
    valid, test = (
        encode_stream(str(text), train.vocabulary, "whitespace").ids for text in texts[1:]
    )
    ngram = train_ngram_model(train)
    for orders, at_most in (((1,), 125.7), ((1, 2, 3), 118.5)):
        caches = [CacheModel(train.vocabulary, order, 100 * 5.0 ** (order - 1)) for order in orders]
        mixture = fit_mixture([ngram, *caches], valid)
        assert len(test) == 82_430
        assert np.exp(-mixture.token_logprobs(test).mean()) < at_most


@pytest.mark.parametrize("value", [np.nan, np.inf, -0.5, 7.0])
def test_shares_that_are_none_are_refused(corpus, value):
    model = skip_model(corpus)
    unigrams = model.unigrams.copy()
    unigrams[-1] = value
    with pytest.raises(WordvecError, match="no probabilities"):
        replace(model, unigrams=unigrams)
    classy = class_target_model(corpus, 5)
    within = classy.within.copy()
    within[-1] = value
    with pytest.raises(WordvecError, match="no probabilities"):
        replace(classy, within=within)


@pytest.mark.parametrize("name", ["vectors", "contexts", "unigrams"])
def test_an_adapted_model_takes_no_infinite_numbers(corpus, ngram, name):
    given = dict(zip(("unigrams", "vectors", "contexts"), tables(corpus)))
    AdaptedModel(ngram, **given)
    given[name][-1] = np.inf
    with pytest.raises(WordvecError, match="NaN or infinity"):
        AdaptedModel(ngram, **given)
