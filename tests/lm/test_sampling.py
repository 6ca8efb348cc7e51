import math

import numpy as np
import pytest
from language_models import Unigrams, bigrams

from wordvec_toolkit import sample
from wordvec_toolkit.errors import SettingError, WordvecError
from wordvec_toolkit.lm.prompts import joined

FOUR = {"w": 0.4, "x": 0.3, "y": 0.1, "z": 0.1, "</s>": 0.1}


def drawn(model, n=4000, **settings):
    """Share of each word among first draws."""
    samples = sample(model, n, max_tokens=1, **settings)
    counts = np.bincount([int(item.ids[0]) for item in samples], minlength=len(model.vocabulary))
    return dict(zip(model.vocabulary.words, counts / n))


def test_shares_are_the_probabilities():
    shares = drawn(Unigrams(FOUR))
    assert shares["<s>"] == shares["<unk>"] == 0
    for word, probability in FOUR.items():
        assert shares[word] == pytest.approx(probability, abs=4 * math.sqrt(0.25 / 4000))


def test_temperature_sharpens_and_flattens():
    squared = {word: p * p / 0.28 for word, p in FOUR.items()}
    shares = drawn(Unigrams(FOUR), temperature=0.5)
    assert shares["w"] == pytest.approx(squared["w"], abs=0.035)
    assert drawn(Unigrams(FOUR), temperature=1e6)["z"] == pytest.approx(0.2, abs=0.035)
    assert drawn(Unigrams(FOUR), 50, temperature=0)["w"] == 1
    assert drawn(Unigrams(FOUR), 50, temperature=1e-300)["w"] == 1


def test_only_among_the_likeliest():
    assert {word for word, share in drawn(Unigrams(FOUR), 400, top_k=3).items() if share} == {
        "w",
        "x",
        "</s>",
    }
    few = drawn(Unigrams(FOUR), 2000, top_p=0.7)
    assert few["w"] == pytest.approx(4 / 7, abs=0.05)
    assert few["w"] + few["x"] == 1
    assert drawn(Unigrams(FOUR), 400, top_p=0.71)["</s>"] > 0
    assert drawn(Unigrams(FOUR), 50, top_p=1e-9)["w"] == 1
    assert drawn(Unigrams(FOUR), 400, top_k=2, top_p=0.5)["w"] == 1  # of w and x together
    assert drawn(Unigrams(FOUR), 50, top_k=99)["w"] > 0


def test_unknown_words_only_where_asked_for():
    model = Unigrams({"<unk>": 0.9, "x": 0.1, "</s>": 0.0})
    assert drawn(model, 100)["x"] == 1
    assert drawn(model, 400, unk=True)["<unk>"] == pytest.approx(0.9, abs=0.1)
    with pytest.raises(WordvecError, match="--unk"):
        sample(Unigrams({"<unk>": 1.0}))


def test_each_sentence_depends_on_seed_and_place_alone():
    model = bigrams()
    many = sample(model, 20, seed=3)
    assert [item.words for item in sample(model, 5, seed=3)] == [item.words for item in many[:5]]
    assert [item.words for item in sample(model, 20, seed=4)] != [item.words for item in many]
    assert len({item.words for item in many}) > 5


def test_sentences_end_and_are_scored_by_the_model():
    model = bigrams()
    for item in sample(model, 50, max_tokens=4, prompt=[3], temperature=2.0):
        assert 1 not in item.ids
        assert len(item.ids) <= 4
        assert item.is_finished == (item.ids[-1] == 2)
        assert list(item.words) == [model.vocabulary.words[i] for i in item.ids if i != 2]
        scored = model.token_logprobs(np.concatenate([[3], item.ids]))[1:]
        assert item.logprob == pytest.approx(scored.sum())
    assert not sample(model, 1, max_tokens=1, seed=1, top_k=1)[0].is_finished


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"n": 0}, "n is 0"),
        ({"seed": -1}, "seed is -1"),
        ({"temperature": -0.1}, "temperature is -0.1"),
        ({"temperature": math.nan}, "temperature is nan"),
        ({"temperature": math.inf}, "temperature is inf"),
        ({"top_k": 0}, "top_k is 0"),
        ({"top_p": 0.0}, "top_p is 0.0"),
        ({"top_p": 1.01}, "top_p is 1.01"),
        ({"max_tokens": 0}, "max_tokens is 0"),
        ({"prompt": [9]}, "encode the text with it"),
        ({"prompt": [-1]}, "encode the text with it"),
    ],
)
def test_settings_that_make_no_sense(settings, message):
    with pytest.raises(SettingError, match=message):
        sample(bigrams(), **settings)


def test_joining():
    assert joined(["a", "b"], "whitespace") == "a b"
    assert joined(["a", "▁", "b"], "chars") == "a b"
