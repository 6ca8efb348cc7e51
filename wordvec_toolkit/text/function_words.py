"""Tell function words from content words by how evenly they are spread over a text.

Content words come in bursts, where a text speaks of their matter; function words are everywhere
(Church and Gale 1995, "Poisson mixtures", Natural Language Engineering 1).  No list of words is
needed, and no knowledge of the language.
"""

import unicodedata

import numpy as np

from .corpus import EncodedCorpus

_PIECE = 250  # tokens
_MOST_TOKENS = 2_000_000  # that are looked at
_FEWEST = 20  # occurrences that tell how evenly a word is spread
_EVEN, _UNEVEN = 0.88, 0.5  # shares of the pieces that chance would give
_SHARE_OF_SHORT = 0.05  # of the vocabulary: so frequent are short words that are function words
#: Scripts whose words of up to three letters are mostly function words; elsewhere of one.
_ALPHABETS = ("LATIN", "CYRILLIC", "GREEK")


def evenness(corpus: EncodedCorpus) -> np.ndarray:
    """Return in how many pieces of a text each word occurs, over how many chance would give.

    With D pieces and f occurrences of a word, chance gives D (1 - (1 - 1/D)^f).  Of long texts,
    the first two million tokens are looked at.

    Returns
    -------
    float64 array (n_words,)
        About 1 for words that are spread evenly, less for those in bursts; nan for words that do
        not occur.
    """
    ids, n_words = np.asarray(corpus.ids[:_MOST_TOKENS]), len(corpus.vocabulary)
    pieces = np.arange(len(ids), dtype=np.int64) // _PIECE
    n_pieces = int(pieces[-1]) + 1 if len(ids) else 0
    found = np.bincount(np.unique(pieces * n_words + ids) % n_words, minlength=n_words)
    counts = np.bincount(ids, minlength=n_words)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = n_pieces * (1 - (1 - 1 / np.float64(n_pieces)) ** counts)
        return np.where(counts > 0, found / expected, np.nan)


def are_function_words(corpus: EncodedCorpus) -> np.ndarray:
    """Return which words of the vocabulary are function words, numbers or signs: bool (n_words,).

    Function words are frequent and spread evenly, or short, among the most frequent and not in
    bursts.
    """
    vocabulary = corpus.vocabulary
    even = evenness(corpus)
    frequent = vocabulary.counts >= _FEWEST
    found = frequent & (even >= _EVEN)
    rank = max(100, int(_SHARE_OF_SHORT * len(vocabulary)))
    for place, word in enumerate(vocabulary.words):
        short = place < rank and frequent[place] and even[place] >= _UNEVEN and is_short(word)
        found[place] |= short or place < vocabulary.n_specials or not has_letters(word)
    return found


def has_letters(word: str) -> bool:
    """Return whether a word is more than digits and signs."""
    return any(letter.isalpha() for letter in word)


def is_short(word: str) -> bool:
    """Return whether a word has as few letters as function words have in its script."""
    is_alphabetic = unicodedata.name(word[:1] or " ", "").startswith(_ALPHABETS)
    return len(word) <= (3 if is_alphabetic else 1)
