"""The other methods: against their equations, nltk, and by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import slow_ngrams as slow
from sentences import N_WORDS, encoded, histories, random_sentences, some_sentences, stream

from wordvec_toolkit import evaluate_perplexity, train_ngram_model
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.lm import (
    AbsoluteDiscounting,
    AddK,
    JelinekMercer,
    KneserNey,
    KneserNeySingle,
    MaximumLikelihood,
    StupidBackoff,
    WittenBell,
    parse_smoothing,
    write_arpa,
)
from wordvec_toolkit.lm.ngram.discounts import FALLBACK, DiscountError
from wordvec_toolkit.lm.ngram.jelinek_mercer import bucket
from wordvec_toolkit.lm.ngram.methods import METHODS
from wordvec_toolkit.text import encode_text

WEIGHTS = (0.9, 0.5, 0.25, 0.75)
SIMPLE = {
    "mle": (MaximumLikelihood(), {}),
    "add-k": (AddK(0.1), {"k": 0.1}),
    "witten-bell": (WittenBell(), {}),
    "absolute": (AbsoluteDiscounting(0.6), {"discount": 0.6}),
    "jelinek-mercer": (JelinekMercer(WEIGHTS), {"weights": WEIGHTS}),
}


@pytest.mark.parametrize("name", SIMPLE)
@pytest.mark.parametrize("closed", [False, True])
@given(some_sentences, some_sentences, st.sampled_from([(), (0, 1), (0, 0, 1, 2)]))
def test_methods_agree_with_their_equations(name, closed, sentences, others, prune):
    smoothing, parameters = SIMPLE[name]
    model = train_ngram_model(encoded(sentences), 4, smoothing, closed=closed, prune=prune)
    thresholds = [*prune, *[prune[-1] if prune else 0] * (4 - len(prune))]
    twin = slow.simple(name, sentences, N_WORDS, 4, thresholds, closed, **parameters)
    ids = stream(others + sentences)
    logprobs = model.token_logprobs(ids)
    for logprob, word, history in zip(logprobs, ids.tolist(), histories(ids)):
        assert math.exp(logprob) == pytest.approx(twin.prob(word, history), rel=1e-10, abs=1e-14)


@pytest.mark.kernel
@given(some_sentences, some_sentences, st.integers(1, 5))
def test_stupid_backoff_agrees_with_its_equation(sentences, others, order):
    model = train_ngram_model(encoded(sentences), order, StupidBackoff(0.3))
    raw = slow.count(sentences, order)
    ids = stream(others + sentences)
    logprobs = model.token_logprobs(ids)
    for at, (word, history) in enumerate(zip(ids.tolist(), histories(ids))):
        expected = slow.stupid_backoff(raw, order, 0.3, word, history)
        assert math.exp(logprobs[at]) == pytest.approx(expected, rel=1e-12)
        assert math.exp(model.next_logprobs(ids[:at])[word]) == pytest.approx(expected, rel=1e-12)


def test_scores_that_do_not_sum_to_1_say_so(tmp_path):
    model = train_ngram_model(encoded([[3, 4], [4, 5]]), 3, StupidBackoff())
    assert not model.is_normalized
    assert "scores-do-not-sum-to-1" in model.signature
    model.save(tmp_path / "stupid")
    loaded = type(model).load(tmp_path / "stupid")
    assert not loaded.is_normalized
    assert loaded.signature == model.signature
    ids = np.array([7, 3, 5, 2], np.int32)
    assert loaded.token_logprobs(ids).tolist() == model.token_logprobs(ids).tolist()
    assert train_ngram_model(encoded([[3, 4]]), 2, WittenBell()).is_normalized
    assert not evaluate_perplexity(model, ids).is_normalized
    with pytest.raises(SettingError, match="ARPA"):
        write_arpa(model, tmp_path / "stupid.arpa")


def test_methods_by_hand():
    # After a: a, b and </s> once each.  Unigrams: a 3, b 1, </s> 2; 4 words are possible.
    corpus = encode_text("a b\na a\n", tokenizer="whitespace", min_count=1)
    a, b, end, unk = (corpus.vocabulary.id(word) for word in ("a", "b", "</s>", "<unk>"))

    def after_a(smoothing, word):
        model = train_ngram_model(corpus, 2, smoothing)
        return math.exp(model.next_logprobs(np.array([a]))[word])

    assert after_a(MaximumLikelihood(), b) == pytest.approx(1 / 3)
    assert after_a(MaximumLikelihood(), unk) == 0
    assert after_a(AddK(0.5), b) == pytest.approx(1.5 / (3 + 4 * 0.5))
    assert after_a(AddK(0.5), unk) == pytest.approx(0.5 / (3 + 4 * 0.5))
    unigram = (1 + 3 / 4) / (6 + 3)  # b: once, 3 types share among 4 words, of 6 tokens
    assert after_a(WittenBell(), b) == pytest.approx((1 + 3 * unigram) / (3 + 3))
    unigram = (1 - 0.5) / 6 + 3 * 0.5 / 6 / 4
    assert after_a(AbsoluteDiscounting(0.5), b) == pytest.approx(0.5 / 3 + 0.5 * unigram)
    unigram = 0.8 * 1 / 6 + 0.2 / 4
    assert after_a(JelinekMercer((0.8, 0.3)), b) == pytest.approx(0.3 / 3 + 0.7 * unigram)
    assert after_a(StupidBackoff(0.4), b) == pytest.approx(1 / 3)
    assert after_a(StupidBackoff(0.4), end) == pytest.approx(1 / 3)
    model = train_ngram_model(corpus, 2, StupidBackoff(0.4))
    assert math.exp(model.next_logprobs(np.array([b]))[a]) == pytest.approx(0.4 * 3 / 6)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_nltk_agrees(order):
    models = pytest.importorskip("nltk.lm")
    from nltk.util import ngrams

    sentences = random_sentences(8, 40)
    names = [str(word) for word in range(N_WORDS)]
    vocabulary = models.Vocabulary([name for name in names if name not in "01"], unk_label="0")
    text = []
    for sentence in sentences:
        # <s> is only looked back on; here nltk does not count it as a word to come.
        padded = ["1"] * (order - 1) + [str(word) for word in sentence] + ["2"]
        text.append([n for k in range(1, order + 1) for n in ngrams(padded, k) if n[-1] != "1"])
    probes = stream(random_sentences(9, 15))
    for peer, smoothing in [
        (models.MLE, MaximumLikelihood()),
        (lambda n, vocabulary: models.Lidstone(0.2, n, vocabulary=vocabulary), AddK(0.2)),
        (models.WittenBellInterpolated, WittenBell()),
        (
            lambda n, vocabulary: models.AbsoluteDiscountingInterpolated(
                n, 0.6, vocabulary=vocabulary
            ),
            AbsoluteDiscounting(0.6),
        ),
        (
            lambda n, vocabulary: models.StupidBackoff(0.3, n, vocabulary=vocabulary),
            StupidBackoff(0.3),
        ),
    ]:
        theirs = peer(order, vocabulary=vocabulary)
        for sentence in text:
            theirs.counts.update([sentence])  # as it is, <s> kept apart from unknown words
        ours = train_ngram_model(encoded(sentences), order, smoothing)
        logprobs = ours.token_logprobs(probes)
        compared = 0
        for logprob, word, history in zip(logprobs, probes.tolist(), histories(probes)):
            context = tuple(map(str, ((1,) * order + history)[len(history) + 1 :]))
            seen = theirs.context_counts(context).N() > 0
            if isinstance(smoothing, MaximumLikelihood) and not seen:
                continue  # nltk: 0 for all words; here, a shorter history
            if context.count("1") > 1 and not isinstance(smoothing, (MaximumLikelihood, AddK)):
                continue  # nltk backs off from <s> <s> to <s>
            expected = theirs.unmasked_score(str(word), context)
            if isinstance(smoothing, (WittenBell, AbsoluteDiscounting)):
                # nltk leaves unigrams unsmoothed; here they mix with the uniform distribution.
                expected += theirs_of_unigrams(theirs, ours, word, context)
            assert math.exp(logprob) == pytest.approx(expected, rel=1e-9, abs=1e-12)
            compared += 1
        assert compared > 20


def theirs_of_unigrams(theirs, ours, word, context):
    """What our unigram adds to nltk's, by the weights that nltk gives it after a context."""
    weight = 1.0
    while context:
        if theirs.counts[context]:
            weight *= theirs.estimator.alpha_gamma(str(word), context)[1]
        context = context[1:]
    return weight * (math.exp(ours.logprobs[word]) - theirs.estimator.unigram_score(str(word)))


def test_weights_fitted_on_held_out_text_are_the_most_likely():
    sentences, held_out = random_sentences(10, 150), stream(random_sentences(11, 100))
    with pytest.raises(SettingError, match="held-out text"):
        train_ngram_model(encoded(sentences), 3, JelinekMercer())
    model = train_ngram_model(encoded(sentences), 3, JelinekMercer(), held_out=held_out)
    facts = model.facts
    assert facts["held_out_tokens"] == len(held_out)
    found = math.exp(-model.token_logprobs(held_out).mean())
    assert found == pytest.approx(facts["held_out_perplexity"], rel=1e-4)
    fixed = [
        train_ngram_model(encoded(sentences), 3, JelinekMercer(weights)).token_logprobs(held_out)
        for weights in [(0.9, 0.5, 0.3), (0.9, 0.7, 0.5), (0.99, 0.9, 0.7), (0.9, 0.5, 0.1)]
    ]
    assert model.token_logprobs(held_out).mean() > max(logprobs.mean() for logprobs in fixed)
    assert [len(weights) for weights in facts["weights"]] > [0, 1, 1]
    assert all(0 < w < 1 for weights in facts["weights"] for w in weights.values())
    again = train_ngram_model(encoded(sentences), 3, JelinekMercer(), held_out=held_out, threads=1)
    assert again.logprobs.tobytes() == model.logprobs.tobytes()


@pytest.mark.kernel
def test_em_agrees_with_the_slow_twin():
    # One order: lambda of EM, with half a token on either side, against a loop over tokens.
    sentences, held_out = [[3, 3, 4], [3, 5]], np.array([3, 6, 4, 2, 3, 2], np.int32)
    model = train_ngram_model(encoded(sentences), 1, JelinekMercer(), held_out=held_out)
    shares = {3: 3 / 7, 4: 1 / 7, 5: 1 / 7, 2: 2 / 7}
    weight = 0.5
    for _ in range(1000):
        taken = sum(
            weight * shares.get(word, 0) / (weight * shares.get(word, 0) + (1 - weight) / 7)
            for word in held_out.tolist()
        )
        weight = (taken + 0.5) / (len(held_out) + 1)
    assert model.facts["weights"][0]["4"] == pytest.approx(weight, abs=1e-3)


def test_ranges_of_totals():
    totals = np.array([1.0, 2, 3, 4, 7, 8, 2**31, 2**40])
    assert bucket(totals).tolist() == [0, 1, 1, 2, 2, 3, 31, 31]


def test_absolute_discounts_come_from_the_counts():
    sentences = random_sentences(12, 100, 20)
    model = train_ngram_model(encoded(sentences, 20), 3, AbsoluteDiscounting(discount_fallback=0.5))
    raw = slow.count(sentences, 3)
    for k, found in enumerate(model.facts["discount"], 1):
        ones, twos = (
            sum(1 for n, c in raw.items() if len(n) == k and c == i and n != (1,)) for i in (1, 2)
        )
        assert found == pytest.approx(ones / (ones + 2 * twos) if ones else 0.5)
    with pytest.raises(DiscountError, match="none has count 1"):
        train_ngram_model(encoded([[3], [3]]), 1, AbsoluteDiscounting())
    model = train_ngram_model(
        encoded([[3], [3]]), 1, AbsoluteDiscounting(None, "held-out"), held_out=np.array([3, 4, 2])
    )
    assert model.facts["orders_with_fallback_discounts"] == [1]


def test_names_of_methods():
    assert parse_smoothing("kneser-ney") == KneserNey()
    assert parse_smoothing("kneser-ney:0.5,1,1.5") == KneserNey(discounts=FALLBACK)
    assert parse_smoothing("kneser-ney-1:0.7") == KneserNeySingle(0.7)
    assert parse_smoothing(" witten-bell ") == WittenBell()
    assert parse_smoothing("add-k:0.1") == parse_smoothing("lidstone:0.1") == AddK(0.1)
    assert parse_smoothing("add-k") == AddK(1.0)
    assert parse_smoothing("absolute:0.75") == AbsoluteDiscounting(0.75)
    assert parse_smoothing("jelinek-mercer") == JelinekMercer()
    assert parse_smoothing("jelinek-mercer:0.4,0.5") == JelinekMercer((0.4, 0.5))
    assert parse_smoothing("mle") == MaximumLikelihood()
    assert parse_smoothing("stupid-backoff:0.3") == StupidBackoff(0.3)
    for name, method in METHODS.items():
        assert isinstance(parse_smoothing(name), method.load())
        assert method.load().name == name
    assert parse_smoothing("kneser-ney", "default") == KneserNey(FALLBACK)
    assert parse_smoothing("kneser-ney", "held-out") == KneserNey("held-out")
    assert parse_smoothing("kneser-ney", "0.4,0.8,1") == KneserNey((0.4, 0.8, 1.0))
    assert parse_smoothing("absolute", "default") == AbsoluteDiscounting(None, 0.5)
    assert parse_smoothing("kneser-ney-1", "0.6") == KneserNeySingle(None, 0.6)


@pytest.mark.parametrize(
    ("text", "fallback", "message"),
    [
        ("good-turing", None, "expected one of kneser-ney, "),
        ("", None, "expected one of"),
        ("add-k:", None, "without numbers"),
        ("add-k:x", None, "between commas"),
        ("add-k:0", None, "above 0"),
        ("add-k:nan", None, "above 0"),
        ("add-k:1,2", None, "takes one number"),
        ("witten-bell:2", None, "takes no numbers"),
        ("mle:1", None, "takes no numbers"),
        ("absolute:1.5", None, "from 0 to 1"),
        ("kneser-ney:0.5", None, "three numbers"),
        ("jelinek-mercer:0.5,2", None, "from 0 to 1"),
        ("jelinek-mercer:nan", None, "from 0 to 1"),
        ("stupid-backoff:0", None, "above 0"),
        ("witten-bell", "default", "no discounts that could fail"),
        ("absolute", "0.5,1", "takes one number"),
        ("kneser-ney", "0.5", "three numbers"),
        ("kneser-ney", "a,b,c", "between commas"),
    ],
)
def test_what_cannot_be_meant_is_refused(text, fallback, message):
    with pytest.raises(SettingError, match=message):
        parse_smoothing(text, fallback)


def test_weights_must_fit_the_order():
    with pytest.raises(SettingError, match="2 weights for a model of order 3"):
        train_ngram_model(encoded([[3]]), 3, JelinekMercer((0.5, 0.5)))
    with pytest.raises(SettingError, match="interpolate_unigrams"):
        train_ngram_model(encoded([[3]]), 3, AddK(), interpolate_unigrams=False)
