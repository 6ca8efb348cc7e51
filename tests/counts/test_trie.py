"""Trees of n-grams."""

import numpy as np
import pytest
from hypothesis import given
from reference import slow_ngrams as slow
from sentences import encoded, some_sentences

from wordvec_toolkit import WordvecError, count_ngrams
from wordvec_toolkit.counts.trie import NgramTrie

pytestmark = pytest.mark.kernel

SENTENCES = [[3, 4, 3, 5], [4, 3], [3, 4, 5, 5]]


def trie_of(sentences, order=3):
    return count_ngrams(encoded(sentences), order).trie


def test_places_by_hand():
    # <s> a b </s>: bigrams in order of their first, then their last words.
    trie = trie_of([[3, 4]])
    assert trie.sizes == [8, 3, 2]
    assert trie.ngrams(2).tolist() == [[1, 3], [3, 4], [4, 2]]
    assert trie.ngrams(3).tolist() == [[1, 3, 4], [3, 4, 2]]
    assert trie.find([3, 4]) == 9
    assert trie.find((1, 3, 4)) == 11
    assert trie.places(2) == slice(8, 11)


@given(some_sentences)
def test_find_agrees_with_a_dictionary(sentences):
    counts = count_ngrams(encoded(sentences), 4)
    expected = slow.count(sentences, 4)
    for ngram, number in expected.items():
        assert counts.counts[counts.trie.find(ngram)] == number
    for ngram in [(3, 3, 3), (4, 2, 1), (7, 6), (5, 5, 5, 5), (2, 3)]:
        assert (counts.trie.find(ngram) >= 0) == (ngram in expected)


def test_what_is_no_ngram_is_not_found():
    trie = trie_of(SENTENCES)
    assert trie.find([]) == -1
    assert trie.find([3, 4, 3, 5]) == -1  # longer than the order
    assert trie.find([-1]) == trie.find([3, 8]) == trie.find([10**6]) == -1


def test_words_at_some_places():
    trie = trie_of(SENTENCES)
    everything = trie.ngrams(3)
    some = np.array([trie.places(3).stop - 1, trie.places(3).start])
    assert trie.words_at(some, 3).tolist() == [everything[-1].tolist(), everything[0].tolist()]


def test_some_of_the_ngrams():
    trie = trie_of(SENTENCES)
    kept = np.ones(len(trie), bool)
    for ngram in [(3, 4, 3), (3, 4, 5), (5, 5, 2), (5, 5)]:
        kept[trie.find(ngram)] = False
    some = trie.selected(kept)
    assert some.is_sorted()
    for order in (1, 2, 3):
        expected = trie.ngrams(order)[kept[trie.places(order)]]
        assert some.ngrams(order).tolist() == expected.tolist()
    for place, ngram in enumerate(some.ngrams(3).tolist(), some.places(3).start):
        assert some.find(ngram) == place


@pytest.mark.parametrize("name", ["bases", "words", "children"])
def test_arrays_that_do_not_fit_are_refused(name):
    trie = trie_of(SENTENCES)
    arrays = {key: getattr(trie, key) for key in ("bases", "words", "children")}
    arrays[name] = arrays[name][:-1]
    with pytest.raises(WordvecError, match="damaged"):
        NgramTrie(**arrays)


def test_order_is_checked_place_by_place():
    trie = trie_of(SENTENCES)
    assert trie.is_sorted()
    for name, place, value in [("words", 0, 1), ("words", 9, 0), ("words", 11, 2)]:
        changed = getattr(trie, name).copy()
        changed[place] = value
        arrays = {"words": trie.words, "children": trie.children, name: changed}
        assert not NgramTrie(trie.bases, **arrays).is_sorted(), (name, place)


@pytest.mark.parametrize("value", [10**9, 2**31 - 1, -(2**31), -5, -1])
@pytest.mark.parametrize("name", ["words", "children", "bases"])
def test_indices_out_of_range_are_refused(name, value):
    trie = trie_of(SENTENCES)
    arrays = {"bases": trie.bases, "words": trie.words, "children": trie.children}
    for place in range(len(arrays[name])):
        changed = arrays[name].copy()
        changed[place] = value
        with pytest.raises(WordvecError, match="damaged"):
            NgramTrie(**{**arrays, name: changed})


@pytest.mark.parametrize("value", [2**62, 2**63 - 1, -(2**62), -(2**63)])
def test_offsets_whose_differences_wrap_are_refused(value):
    trie = trie_of(SENTENCES)
    for place in range(len(trie.bases)):
        bases = trie.bases.copy()
        bases[place] = value
        with pytest.raises(WordvecError, match="damaged"):
            NgramTrie(bases, trie.words, trie.children)
