"""word2vec and fastText on texts of a few words."""

import numpy as np
import pytest

from wordvec_toolkit.neural.word_vectors.fasttext import train_fasttext
from wordvec_toolkit.neural.word_vectors.word2vec import train_word2vec
from wordvec_toolkit.runtime.progress import Silent
from wordvec_toolkit.text.encoding import encode_text

TOY = "you say goodbye and i say hello ."


class Notes(Silent):
    def __init__(self):
        self.said = []

    def note(self, message):
        self.said.append(message)


@pytest.mark.parametrize("train", [train_word2vec, train_fasttext])
def test_a_toy_text_is_learned(train):
    notes = Notes()
    corpus = encode_text(TOY, tokenizer="whitespace")
    vectors = train(corpus, dim=10, window=1, progress=notes)
    assert vectors.facts["trained_words"] == [8] * 625
    assert "625 epochs without subsampling" in notes.said[0]
    assert vectors.settings["epochs"] == 625 and vectors.settings["subsample"] == 0
    if train is train_word2vec:
        losses = vectors.facts["loss_per_word"]
        assert min(losses) > 0 and np.mean(losses[-50:]) < np.mean(losses[:50])


def test_settings_that_are_given_stay_and_empty_epochs_are_said():
    notes = Notes()
    corpus = encode_text(f"{TOY} " * 40, tokenizer="whitespace")
    vectors = train_word2vec(corpus, dim=4, epochs=20, subsample=1e-5, progress=notes)
    assert vectors.settings["epochs"] == 20
    assert "--subsample 0" in notes.said[-1]
