import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from language_models import Unigrams, bigrams, trained

from wordvec_toolkit import next_words
from wordvec_toolkit.errors import SettingError
from wordvec_toolkit.lm.prediction import without_longer_ngrams


@pytest.fixture(scope="module")
def model(harbour):
    return trained(harbour, "words", 4)


def test_by_hand():
    found = next_words(bigrams(), [3], 2)
    likeliest, second = found.words
    assert (likeliest.word, likeliest.order, second.word, second.order) == ("b", 2, "a", 1)
    assert likeliest.probability == pytest.approx(0.6)
    assert second.probability == pytest.approx(0.4 / 0.7 * 0.4)
    assert second.log10_prob == pytest.approx(math.log10(0.16 / 0.7))
    assert second.cumulative == pytest.approx(0.6 + 0.16 / 0.7)
    assert found.n_others == 2  # <unk> and </s>; <s> cannot come
    assert found.probability_of_others == pytest.approx(0.3 * 0.4 / 0.7)
    assert repr(found) == "NextWords: b 0.6, a 0.229; 2 others 0.171"


def test_words_that_cannot_come_are_not_shown():
    found = next_words(Unigrams({"x": 0.5, "y": 0.0, "</s>": 0.5}), n=99)
    assert [word.word for word in found.words] == ["</s>", "x"]
    assert (found.n_others, found.probability_of_others) == (0, 0.0)
    assert found.words[0].order is None


@given(data=st.data())
def test_the_table_adds_up_and_names_the_order_that_scoring_uses(model, data):
    ids = st.integers(0, len(model.vocabulary) - 1).filter(lambda word: word != 1)
    history = data.draw(st.lists(ids, max_size=6))
    found = next_words(model, history, data.draw(st.integers(1, 30)))
    total = sum(word.probability for word in found.words) + found.probability_of_others
    assert total == pytest.approx(1, abs=1e-9)
    for word in found.words:
        stream = np.array([*history, model.vocabulary.id(word.word)])
        logprobs, orders = model.score(stream)
        assert word.logprob == pytest.approx(logprobs[-1], abs=1e-12)
        assert word.order == orders[-1]


def test_the_middle_of_a_sentence(model):
    sea = model.vocabulary.id("sea")
    begun = next_words(model, [sea], 5)
    cut = next_words(model, [sea], 5, bos=False)
    assert begun != cut
    # Behind words that the model has never seen, the same is left.
    unseen = model.vocabulary.ids["<unk>"]
    assert model.trie.find([unseen, sea]) < 0
    after_unseen = next_words(model, [unseen, unseen, sea], 5)
    assert [word.word for word in after_unseen.words] == [word.word for word in cut.words]
    unigrams = next_words(model, (), 3, bos=False).words
    assert {word.order for word in unigrams} == {1}
    assert unigrams[0].logprob == model.logprobs[: len(model.vocabulary)].max()
    assert without_longer_ngrams(model, 4) is model
    with pytest.raises(SettingError, match="--no-bos"):
        next_words(Unigrams({"x": 1.0}), bos=False)


def test_settings_that_make_no_sense():
    with pytest.raises(SettingError, match="n is 0"):
        next_words(bigrams(), n=0)
    with pytest.raises(SettingError, match="encode the text with it"):
        next_words(bigrams(), [5])
