"""IBM model 1 against the equations written as loops, and the textbook's example."""

from collections import defaultdict

import numpy as np
import pytest
from pairs import additions, encoded

from wordvec_toolkit.errors import FormatError
from wordvec_toolkit.text.pairs import TextPairs
from wordvec_toolkit.text.settings import PairSettings
from wordvec_toolkit.text.sides import Ragged, encode_pairs
from wordvec_toolkit.text.vocabulary import BOS
from wordvec_toolkit.translation.model import translate
from wordvec_toolkit.translation.word_table import WordTable, train_word_table


def by_loops(pairs, iterations):
    """EM of Brown et al. 1993 as Koehn 2010, figure 4.3 prints it, with ``</s>`` as a word."""
    sentences = [
        (["NULL", *one.split()], [*two.split(), "</s>"])
        for one, two in zip(pairs.sources, pairs.targets)
    ]
    seen = defaultdict(set)
    for source, target in sentences:
        for word in source:
            seen[word] |= set(target)
    table = {(e, f): 1 / len(seen[e]) for e in seen for f in seen[e]}
    for _ in range(iterations):
        counts, totals = defaultdict(float), defaultdict(float)
        for source, target in sentences:
            for f in target:
                share = sum(table[e, f] for e in source)
                for e in source:
                    counts[e, f] += table[e, f] / share
                    totals[e] += table[e, f] / share
        table = {(e, f): counts[e, f] / totals[e] for e, f in table}
    return table


HOUSE = TextPairs(("das haus", "das buch", "ein buch"), ("the house", "the book", "a book"))


def test_the_table_is_that_of_the_published_algorithm():
    corpus = encode_pairs(HOUSE, None, PairSettings())
    for iterations in (1, 3, 20):
        table = train_word_table(corpus, iterations=iterations)
        expected = by_loops(HOUSE, iterations)
        n = 0
        for source, place in [*corpus.source.vocabulary.ids.items()]:
            for word, share in zip(*table.row(place)):
                name = "NULL" if place == BOS else source
                assert share == pytest.approx(expected[name, corpus.target.vocabulary.word(word)])
                n += 1
        assert n == len(expected)


def test_words_are_translated_one_by_one():
    table = train_word_table(encode_pairs(HOUSE, HOUSE, PairSettings()), iterations=30)
    texts = [each.text for each in translate(table, ["ein haus", "das buch x"], replace_unk=True)]
    assert texts == ["a house", "the book x"]
    assert table.facts["held_out_perplexity"] < table.facts["epochs"][0]["perplexity"]


def test_probabilities_of_each_token_sum_to_one():
    corpus = encoded(additions(20))
    table = train_word_table(corpus, iterations=2)
    n_words = len(corpus.target.vocabulary)
    targets = [np.array([word], np.int32) for word in range(n_words)]
    source = corpus.train[0].row(0)
    logprobs = table.target_logprobs(Ragged.of([source] * n_words), Ragged.of(targets))
    total = sum(np.exp(own[0]) for word, own in enumerate(logprobs) if word != BOS)
    assert total == pytest.approx(1)
    assert table.settings["uniform"] == 0.01


def test_a_table_is_the_same_after_writing_and_damage_is_refused(tmp_path):
    table = train_word_table(encode_pairs(HOUSE, None, PairSettings()))
    table.save(tmp_path / "ibm1")
    again = WordTable.load(tmp_path / "ibm1")
    for name in ("starts", "words", "shares"):
        assert np.array_equal(getattr(again, name), getattr(table, name))
    broken = WordTable(
        table.source, table.target, table.starts, table.words + 99, table.shares, table.settings
    )
    broken.save(tmp_path / "broken")
    with pytest.raises(FormatError, match="a damaged table"):
        WordTable.load(tmp_path / "broken")
