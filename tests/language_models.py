"""Small language models whose numbers a reader can work out."""

import numpy as np

from wordvec_toolkit import encode_corpus, train_ngram_model
from wordvec_toolkit.counts.trie import NgramTrie
from wordvec_toolkit.lm import KneserNey
from wordvec_toolkit.lm.language_model import LanguageModel
from wordvec_toolkit.lm.ngram.model import NgramModel
from wordvec_toolkit.text.vocabulary import Vocabulary

AS_WRITTEN = {"tokenizer": "whitespace", "lowercase": False, "normalize": "NFC"}


class Unigrams(LanguageModel):
    """Words by themselves, whatever came before."""

    def __init__(self, probabilities, settings=None):
        words = ["<unk>", "<s>", "</s>", *(w for w in probabilities if w not in ("<unk>", "</s>"))]
        self.vocabulary = Vocabulary(words, np.ones(len(words), np.int64), 3)
        with np.errstate(divide="ignore"):
            self.logprobs = np.log([probabilities.get(word, 0.0) for word in words])
        self.settings = settings or {}

    @property
    def signature(self):
        return "unigrams"

    def token_logprobs(self, ids):
        return self.logprobs[ids]

    def next_logprobs(self, history):
        return self.logprobs.copy()


def trained(path, tokenizer, order):
    """A model of a small text, which gives no discounts of its own."""
    corpus = encode_corpus(str(path), tokenizer, min_count=1)
    model = train_ngram_model(corpus, order, KneserNey(discount_fallback=(0.5, 1.0, 1.5)))
    model.settings["text"] = {
        "tokenizer": tokenizer,
        "lowercase": tokenizer == "words",
        "normalize": "NFC",
        "layout": "sentences",
    }
    return model


def bigrams(text=None):
    """The words a and b by hand.

    p(<unk>) .1, p(</s>) .2, p(a) .4, p(b) .3; p(a|<s>) .5, p(b|a) .6; back-off weights of <s> and
    a: what is left, .5/.6 and .4/.7.
    """
    vocabulary = Vocabulary(["<unk>", "<s>", "</s>", "a", "b"], np.array([0, 0, 2, 3, 2]), 3)
    trie = NgramTrie(
        np.array([0, 5, 7]),
        np.array([0, 1, 2, 3, 4, 3, 4], np.int32),
        np.array([5, 5, 6, 6, 7, 7], np.int32),
    )
    with np.errstate(divide="ignore"):
        logprobs = np.log([0.1, 0, 0.2, 0.4, 0.3, 0.5, 0.6])
    backoffs = np.log([1, 0.5 / 0.6, 1, 0.4 / 0.7, 1])
    return NgramModel(vocabulary, trie, logprobs, backoffs, {"text": text or AS_WRITTEN})
