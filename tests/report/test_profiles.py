"""Profiles of texts, by hand and against plain Python."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reference import slow
from texts import random_text

import wordvec_toolkit as wvt
from wordvec_toolkit.errors import EmptyResultError, SettingError


def encoded(text, **settings):
    return wvt.text.encode_text(text, "whitespace", **settings)


def test_a_profile_by_hand():
    found = wvt.plot.profile_corpus(encoded("a b a\nc a b\n\nd e\n"), "ours", min_count=2)
    assert (found.name, found.n_tokens, found.n_types, found.n_once) == ("ours", 8, 5, 3)
    assert (found.n_sentences, found.n_documents, found.n_words) == (3, 2, 2)
    assert found.oov_rate == 3 / 8
    assert (found.ranks, found.counts) == ((1, 2, 3, 4, 5), (3, 2, 1, 1, 1))
    assert found.tokens == (1, 2, 3, 4, 5, 6, 7, 8)
    assert found.types == (1, 2, 2, 3, 3, 3, 4, 5)
    assert found.zipf_exponent is None
    assert found.heaps_exponent is None
    assert found.all_types


@given(st.integers(0, 99), st.integers(1, 12), st.integers(1, 9) | st.none())
def test_the_vocabulary_is_the_one_that_would_be_chosen(seed, min_count, max_size):
    text = random_text(seed, 200)
    keep = ["w03", "w08", "zebra"]
    chosen = {"min_count": min_count, "max_size": max_size, "keep": keep}
    found = wvt.plot.profile_corpus(encoded(text), **chosen)
    real = encoded(text, **chosen)
    assert found.n_words == len(real.vocabulary) - 3
    assert found.oov_rate == pytest.approx(real.facts["n_oov_tokens"] / len(real))
    # What is known of the text is the same from there, too.
    again = wvt.plot.profile_corpus(real)
    counts = Counter(text.split())
    for each in (found, again):
        assert each.n_types == len(counts)
        assert each.n_once == sum(count == 1 for count in counts.values())
        assert each.n_tokens == sum(counts.values())
    missing = len(counts) - (len(real.vocabulary) - 3)
    assert again.all_types == (missing <= 1)
    words = [word if word in real.vocabulary else 0 for word in text.split()]
    ids = [real.vocabulary.id(word) if word else 0 for word in words]
    assert list(again.types) == slow.type_growth(ids, list(again.tokens), 3)
    if not again.all_types:
        assert again.heaps_exponent is None


def test_a_corpus_from_before_does_not_know_what_was_seen_once():
    corpus = encoded("a a a b b b c c d d e f\n", min_count=3)
    assert wvt.plot.profile_corpus(corpus).n_once == 2
    facts = {key: value for key, value in corpus.facts.items() if key != "n_once"}
    old = wvt.plot.profile_corpus(replace(corpus, facts=facts))
    assert (old.n_types, old.n_once) == (6, None)
    for bad in ({"n_types": "many"}, {"n_types": 2}, {"n_types": 10**9}, {}):
        found = wvt.plot.profile_corpus(replace(corpus, facts=bad))
        assert (found.n_types, found.n_once, found.all_types) == (None, None, False)
    # One type for each token outside: all were seen once.
    hapaxes = encoded("a a b b c d\n", min_count=2)
    without = {key: value for key, value in hapaxes.facts.items() if key != "n_once"}
    assert wvt.plot.profile_corpus(replace(hapaxes, facts=without)).n_once == 2


def test_marks_that_the_text_writes_are_types_of_the_text_and_no_words():
    corpus = encoded("the <unk> sat <unk> the\n")
    found = wvt.plot.profile_corpus(corpus)
    assert (found.n_types, found.n_words, found.n_once, found.all_types) == (3, 2, 1, True)
    assert found.oov_rate == 2 / 5
    assert found.types[-1] == 2


def test_what_makes_no_sense_is_refused():
    corpus = encoded("a b")
    with pytest.raises(SettingError, match="must be at least 1"):
        wvt.plot.profile_corpus(corpus, min_count=0)
    with pytest.raises(SettingError, match="must be at least 1"):
        wvt.plot.profile_corpus(corpus, max_size=0)
    empty = wvt.EncodedCorpus(
        corpus.vocabulary, corpus.ids[:0], corpus.sentences[:1], corpus.documents[:1]
    )
    with pytest.raises(EmptyResultError, match="no tokens"):
        wvt.plot.profile_corpus(empty)
