"""Prediction of the next word."""

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..counts.trie import NgramTrie
from ..errors import SettingError, expect
from ..runtime.arguments import checks_types
from ..runtime.results import Column, Result
from ..text.tokenizers import Cutting
from .language_model import LanguageModel
from .ngram.model import NgramModel
from .prompts import PromptLike, read_prompt
from .sentence_model import SentenceModel


@dataclass(frozen=True, repr=False)
class NextWord(Result):
    """A word that may come next.

    Attributes
    ----------
    word : str
    probability : float
    logprob : float
        Natural logarithm of it.
    cumulative : float
        Probability of this word and all likelier ones.
    order : int or None
        Order of the n-gram that it comes from, where the model tells.
    """

    COLUMNS: ClassVar = (
        Column("word", "word", "text"),
        Column("probability", "probability", digits=6),
        Column("log10_prob", "log10 prob", digits=4),
        Column("cumulative", "cumulative", digits=4),
        Column("order", "order", "whole"),
    )

    word: str
    probability: float
    logprob: float
    cumulative: float
    order: int | None

    @property
    def log10_prob(self) -> float:
        return self.logprob / math.log(10)


@dataclass(frozen=True, repr=False)
class NextWords(Result):
    """The likeliest next words, and what is left for all others.

    Attributes
    ----------
    words : tuple of NextWord
        The likeliest first; equals by id.
    n_others : int
        How many other words there are that can come, ``<unk>`` and ``</s>`` among them.
    probability_of_others : float
        Theirs together, added up; with those of `words` it makes 1.
    """

    words: tuple[NextWord, ...]
    n_others: int
    probability_of_others: float

    def rows(self) -> tuple[NextWord, ...]:
        return self.words

    def __repr__(self) -> str:
        likeliest = ", ".join(f"{word.word} {word.probability:.3g}" for word in self.words)
        others = f"{self.n_others:,} others {self.probability_of_others:.3g}"
        return f"NextWords: {likeliest}; {others}"

    @property
    def total(self) -> float:
        """1, unless the model's scores are no probabilities (stupid backoff)."""
        return self.probability_of_others + sum(word.probability for word in self.words)


@checks_types
def next_words(
    model: LanguageModel,
    history: PromptLike = (),
    n: int = 10,
    bos: bool = True,
    tokenizer: Cutting | None = None,
) -> NextWords:
    """Return the words that a model expects after a history.

    Parameters
    ----------
    history : str, sequence of str, sequence of int, or Prompt
        Text, such as ``"the city of"``, tokens, or ids; see `read_prompt`.
    n : int
        How many words.
    bos : bool
        Whether the history starts a sentence.  Without, nothing is known of the words before it;
        only a model of n-grams can tell.
    tokenizer : str, Tokenizer or callable, optional
        For text, in place of that of the model's own text.

    Raises
    ------
    SettingError
        If a setting makes no sense.
    """
    expect("model", model, (LanguageModel, SentenceModel))
    if n < 1:
        raise SettingError(f"n is {n}; it must be at least 1")
    ids = read_prompt(model, history, tokenizer).ids
    if not bos:
        model = without_longer_ngrams(model, len(ids) + 1)
    logprobs = model.next_logprobs(ids)
    best = np.argsort(-logprobs, kind="stable")[:n]
    best = best[np.isfinite(logprobs[best])]
    probabilities = np.exp(logprobs)
    found = []
    cumulative = 0.0
    for word in best.tolist():
        cumulative += float(probabilities[word])
        order = None
        if isinstance(model, NgramModel):
            order = int(model.score(np.append(ids, np.int32(word)))[1][-1])
        found.append(
            NextWord(
                model.vocabulary.word(word),
                float(probabilities[word]),
                float(logprobs[word]),
                cumulative,
                order,
            )
        )
    probabilities[best] = 0
    n_others = int(np.count_nonzero(probabilities))
    return NextWords(tuple(found), n_others, float(probabilities.sum()))


def without_longer_ngrams(model: LanguageModel, order: int) -> NgramModel:
    """Return an n-gram model truncated to an order, over the same arrays.

    After a history of ``order - 1`` words it gives what the whole model gives where nothing is
    known of the words before: its longer n-grams would reach beyond them.

    Raises
    ------
    SettingError
        If it is another kind of model.
    """
    if not isinstance(model, NgramModel):
        raise SettingError(
            f"a {type(model).__name__} always takes a history for the beginning of a sentence; "
            "omit bos=False (--no-bos)"
        )
    if order >= model.order:
        return model
    bases, trie = model.trie.bases, model.trie
    return NgramModel(
        model.vocabulary,
        NgramTrie(
            bases[: order + 1], trie.words[: bases[order]], trie.children[: bases[order - 1] + 1]
        ),
        model.logprobs[: bases[order]],
        model.backoffs[: bases[order - 1]],
        model.settings,
        model.facts,
    )
