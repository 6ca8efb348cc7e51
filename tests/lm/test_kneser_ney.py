"""Kneser-Ney: against the equations, against KenLM's files, and by hand."""

import math
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import slow_ngrams as slow
from reference.slow import arpa_levels
from sentences import N_WORDS, encoded, histories, random_sentences, some_sentences, stream

from wordvec_toolkit import count_ngrams, train_ngram_model
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.lm import KneserNey, KneserNeySingle
from wordvec_toolkit.lm.ngram import adjusting
from wordvec_toolkit.lm.ngram.adjusting import adjusted_counts, suffix_links
from wordvec_toolkit.lm.ngram.discounts import (
    FALLBACK,
    DiscountError,
    modified_discounts,
    single_discount,
)
from wordvec_toolkit.lm.ngram.estimation import estimate
from wordvec_toolkit.text import encode_text

GOLDEN = Path(__file__).parent / "golden"
FIXED = KneserNey(discounts=FALLBACK)


def assert_model_is(model, twin, ids):
    logprobs = model.token_logprobs(ids)
    for logprob, word, history in zip(logprobs, ids.tolist(), histories(ids)):
        assert math.exp(logprob) == pytest.approx(twin.prob(word, history), rel=1e-12, abs=1e-15)


@pytest.mark.kernel
@given(some_sentences, some_sentences, st.integers(1, 10))
def test_models_agree_with_the_equations(sentences, others, order):
    model = train_ngram_model(encoded(sentences), order, FIXED)
    twin = slow.kneser_ney(sentences, N_WORDS, order, [FALLBACK] * order)
    assert_model_is(model, twin, stream(sentences + others))


@pytest.mark.parametrize("order", [2, 3, 5])
def test_estimated_discounts_agree_with_the_equations(order):
    sentences = random_sentences(order, 400, 26, 12)
    raw = slow.count(sentences, order)
    adjusted = slow.adjusted(raw, order)
    numbers = [
        [
            sum(1 for n, c in adjusted.items() if len(n) == k and c == i and n != (1,))
            for i in range(1, 5)
        ]
        for k in range(1, order + 1)
    ]
    model = train_ngram_model(encoded(sentences, 26), order, KneserNey(FALLBACK, as_kenlm=False))
    assert model.facts["counts_of_counts"] == numbers
    fell_back = model.facts.get("orders_with_fallback_discounts", [])
    discounts = [
        FALLBACK if k in fell_back else slow.modified_discounts(numbers[k - 1])
        for k in range(1, order + 1)
    ]
    assert len(fell_back) < order  # the text is large enough for some
    for found, expected in zip(model.facts["discounts"], discounts):
        assert found == pytest.approx(expected, rel=1e-12)
    twin = slow.kneser_ney(sentences, 26, order, discounts)
    assert_model_is(model, twin, stream(random_sentences(99, 30, 26)))


@pytest.mark.kernel
@given(some_sentences, st.integers(1, 6))
def test_adjusted_counts_agree_with_the_slow_twin(sentences, order):
    counts = count_ngrams(encoded(sentences), order)
    links = suffix_links(counts.trie, threads=2)
    assert counts.links.tolist() == links.tolist()  # found while counting
    adjusted = adjusted_counts(counts, links)
    expected = slow.adjusted(slow.count(sentences, order), order)
    for k in range(1, order + 1):
        places = range(counts.trie.bases[k - 1], counts.trie.bases[k])
        for place, ngram in zip(places, map(tuple, counts.trie.ngrams(k).tolist())):
            assert adjusted[place] == (0 if ngram == (1,) else expected[ngram])
            if k > 1:
                assert links[place] == counts.trie.find(ngram[1:])


def test_a_bigram_model_by_hand():
    # Two sentences: "a b" and "a a".  Words: <unk> <s> </s> a b.
    corpus = encode_text("a b\na a\n", tokenizer="whitespace", min_count=1)
    model = train_ngram_model(corpus, 2, KneserNey(discounts=(0.5, 1.0, 1.5)))
    a, b, end = (corpus.vocabulary.id(word) for word in ("a", "b", "</s>"))
    # Different words before: a: <s> and a; b: a; </s>: a and b.  Sum 5.
    # Discounts 0.5 for the count 1 and 1.0 for the two counts 2 leave (0.5 + 1 + 1) / 5 = 1/2,
    # which is shared by the 4 words </s>, a, b and <unk>.
    unigram = {a: 1 / 5 + 1 / 8, b: 0.5 / 5 + 1 / 8, end: 1 / 5 + 1 / 8, 0: 1 / 8}
    # After a: a, b and </s> once each, of 3: each keeps 0.5 / 3, and 1.5 / 3 backs off.
    after_a = {word: (0.5 if word else 0) / 3 + unigram[word] / 2 for word in unigram}
    # After <s>: a twice, of 2: keeps 1 / 2, and 1 / 2 backs off.
    after_start = {word: (0.5 if word == a else 0) + unigram[word] / 2 for word in unigram}
    found = np.exp(model.next_logprobs(np.array([a])))
    assert found.sum() == pytest.approx(1, abs=1e-12)
    for word in unigram:
        assert math.exp(model.logprobs[word]) == pytest.approx(unigram[word], rel=1e-14)
        assert found[word] == pytest.approx(after_a[word], rel=1e-14)
    text = np.array([a, b, end])
    expected = [after_start[a], after_a[b], 0.5 / 1 + 0.5 * unigram[end]]  # after b: </s> once
    assert np.exp(model.token_logprobs(text)) == pytest.approx(expected, rel=1e-14)


def test_discounts_by_hand():
    # Y = 10 / (10 + 2 * 4) = 5/9; D1 = 1 - 2 Y 4/10, D2 = 2 - 3 Y 2/4, D3+ = 3 - 4 Y 1/2.
    found = modified_discounts([10, 4, 2, 1], 1)
    assert found == pytest.approx([0, 1 - 4 / 9, 2 - 5 / 6, 3 - 10 / 9], rel=1e-15)
    assert single_discount([10, 4, 2, 1], 1) == 10 / 18
    for numbers in ([0, 1, 1, 1], [1, 0, 1, 1], [1, 1, 0, 1], [1, 1, 10, 1]):
        with pytest.raises(DiscountError) as caught:
            modified_discounts(numbers, 3)
        assert caught.value.order == 3 and caught.value.counts_of_counts == numbers
        assert ", ".join(map(str, numbers)) in str(caught.value)
    with pytest.raises(DiscountError, match="none has count 1"):
        single_discount([0, 3, 1, 1], 2)


SMALL = [[3, 4, 3], [3, 4, 5]]


def test_discounts_that_fail_are_an_error_unless_a_fallback_is_asked_for():
    with pytest.raises(DiscountError, match="order 1.*counts 1, 2, 3 and 4"):
        train_ngram_model(encoded(SMALL), 3)
    model = train_ngram_model(encoded(SMALL), 3, KneserNey(discount_fallback=FALLBACK))
    assert model.facts["orders_with_fallback_discounts"] == [1, 2, 3]
    assert model.facts["discounts"] == [list(FALLBACK)] * 3
    assert "discount_fallback:0.5,1.0,1.5" in model.signature


@pytest.mark.parametrize("method", [KneserNey, KneserNeySingle])
def test_fallback_discounts_from_held_out_text_are_the_most_likely(method):
    sentences = [s for s in random_sentences(5, 30) for _ in range(2)]  # nothing occurs once
    held_out = stream(random_sentences(6, 40))
    with pytest.raises(SettingError, match="held-out text"):
        train_ngram_model(encoded(sentences), 2, method(discount_fallback="held-out"))
    model = train_ngram_model(
        encoded(sentences), 2, method(discount_fallback="held-out"), held_out=held_out
    )
    assert 2 in model.facts["orders_with_fallback_discounts"]
    assert model.facts["fallback_discounts"] == "held-out"
    key = "discounts" if method is KneserNey else "discount"
    found = [np.atleast_1d(values) for values in model.facts[key]]
    found = [list(np.broadcast_to(values, 3)) for values in found]

    def likelihood(highest):
        twin = slow.kneser_ney(sentences, N_WORDS, 2, [found[0], highest])
        pairs = zip(held_out.tolist(), histories(held_out))
        return sum(math.log(twin.prob(word, history)) for word, history in pairs)

    best = likelihood(found[1])
    assert best == pytest.approx(model.token_logprobs(held_out).sum(), rel=1e-9)
    steps = np.eye(3) if method is KneserNey else np.ones((1, 3))
    largest = [1, 2, 3] if method is KneserNey else 1
    for step in [*steps, *-steps]:
        other = np.clip(found[1] + 0.02 * step, 0, largest)
        assert likelihood(other) <= best + 1e-6


def test_held_out_text_that_tells_nothing_is_no_fallback():
    sentences = [[3, 4], [3, 4]]
    with pytest.raises(DiscountError, match="held-out text has none"):
        train_ngram_model(
            encoded(sentences), 3, KneserNey("held-out"), held_out=np.array([7, 2], np.int32)
        )
    for ids in ([], [8], [-1], [1]):
        with pytest.raises(SettingError, match="held-out"):
            train_ngram_model(
                encoded(sentences), 3, KneserNey("held-out"), held_out=np.array(ids, np.int32)
            )


def test_one_discount_agrees_with_the_equations():
    sentences = random_sentences(3, 200, 20)
    model = train_ngram_model(encoded(sentences, 20), 3, KneserNeySingle(discount_fallback=0.5))
    adjusted = slow.adjusted(slow.count(sentences, 3), 3)
    discounts = []
    for k in (1, 2, 3):
        ones, twos = (
            sum(1 for n, c in adjusted.items() if len(n) == k and c == i and n != (1,))
            for i in (1, 2)
        )
        discounts.append(ones / (ones + 2 * twos) if ones else 0.5)
    assert model.facts["discount"] == pytest.approx(discounts, rel=1e-15)
    twin = slow.kneser_ney(sentences, 20, 3, [[d] * 3 for d in discounts])
    assert_model_is(model, twin, stream(random_sentences(4, 20, 20)))


@pytest.mark.parametrize(
    "make",
    [
        lambda: KneserNey(discounts=(1, 2)),
        lambda: KneserNey(discounts=(1.1, 1, 1)),
        lambda: KneserNey(discounts="held-out"),
        lambda: KneserNey(discount_fallback=(0.5, 2.5, 1)),
        lambda: KneserNey(discount_fallback="something"),
        lambda: KneserNeySingle(1.5),
        lambda: KneserNeySingle(discount_fallback="something"),
    ],
)
def test_settings_out_of_range_are_refused(make):
    with pytest.raises(SettingError, match="expected"):
        make()


def harbour_corpus(harbour):
    lines = [line for line in harbour.read_text(encoding="utf-8").splitlines() if line]
    return encode_text("\n".join(lines).lower(), tokenizer="whitespace", min_count=1)


def assert_agrees_with_arpa(model, path, tolerance=1e-5):
    words, theirs = model.vocabulary.words, arpa_levels(path.read_text("utf-8"))
    assert model.trie.sizes == [len(level) for level in theirs]
    for order, level in enumerate(theirs, 1):
        ngrams = model.trie.ngrams(order).tolist()
        expected = np.array([level[tuple(words[word] for word in ngram)] for ngram in ngrams])
        places = model.trie.places(order)
        off = np.abs(model.logprobs[places] / math.log(10) - expected[:, 0])
        if order == 1:
            off[1] = 0  # KenLM writes 0 for <s>
        assert off.max(initial=0) <= tolerance
        if order < model.order:
            off = np.abs(model.backoffs[places] / math.log(10) - expected[:, 1])
            assert off.max() <= tolerance


@pytest.mark.parametrize(
    ("name", "order", "prune"), [("harbour-4.arpa", 4, ()), ("harbour-3-pruned.arpa", 3, (0, 1, 1))]
)
def test_a_model_of_lmplz_comes_out_the_same(name, order, prune, harbour):
    model = train_ngram_model(harbour_corpus(harbour), order, KneserNey(FALLBACK), prune=prune)
    assert_agrees_with_arpa(model, GOLDEN / name)


def ptb(real_data, part):
    return (real_data / "lm" / "ptb" / f"ptb.{part}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize(("order", "perplexity"), [(3, 148.28), (5, 141.19)])
def test_the_published_perplexities_of_ptb(real_data, order, perplexity):
    corpus = encode_text(ptb(real_data, "train"), tokenizer="whitespace", min_count=1)
    model = train_ngram_model(corpus, order)
    ids = corpus.vocabulary.ids
    test = [[ids[word] for word in line.split()] for line in ptb(real_data, "test").splitlines()]
    found = math.exp(-model.token_logprobs(stream(test)).mean())
    assert found == pytest.approx(perplexity, abs=0.005)


@pytest.mark.parametrize(
    ("order", "prune"),
    [(2, ()), (3, ()), (4, ()), (5, ()), (6, ()), (3, (0, 1, 1)), (5, (0, 0, 2))],
)
def test_ptb_agrees_with_lmplz(real_data, tmp_path, order, prune):
    lmplz = shutil.which("lmplz")
    if lmplz is None:
        pytest.skip("lmplz of KenLM is not on the path")
    text = ptb(real_data, "train").replace("<unk>", "UNK")  # which lmplz would not count
    command = [lmplz, "-o", str(order), "-S", "1G", "-T", str(tmp_path)]
    if prune:
        command += ["--prune", *map(str, prune)]
    (tmp_path / "train.txt").write_text(text, encoding="utf-8")
    with open(tmp_path / "train.txt", "rb") as source, open(tmp_path / "arpa", "wb") as target:
        subprocess.run(command, stdin=source, stdout=target, stderr=subprocess.DEVNULL, check=True)
    corpus = encode_text(text, tokenizer="whitespace", min_count=1)
    assert_agrees_with_arpa(train_ngram_model(corpus, order, prune=prune), tmp_path / "arpa")


@pytest.mark.parametrize("smoothing", [KneserNey((0.5, 1, 1.5)), KneserNeySingle(0.5)])
def test_counts_are_adjusted_on_as_many_threads_as_asked(smoothing, monkeypatch):
    counts = count_ngrams(encoded(random_sentences(1, 60)), 3)
    found, kept = set(), adjusting.run_blocks
    monkeypatch.setattr(
        adjusting, "run_blocks", lambda *call: found.add((len(call[1]) - 1, call[2])) or kept(*call)
    )
    for threads in (1, 3):
        estimate(counts, smoothing, threads=threads)
    assert found == {(1, 1), (3, 3)}
