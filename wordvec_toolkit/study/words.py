"""Pick words whose neighbours tell what a text is about."""

from pathlib import Path

import numpy as np

from ..bundles.reading import open_bundle
from ..bundles.recognising import is_bundle
from ..errors import FormatError
from ..text.corpus import EncodedCorpus
from ..text.function_words import are_function_words, evenness
from ..text.vocabulary import Vocabulary

_FEWEST = 10  # occurrences that vectors can be trained on
_FIRST = 100  # words, or a tenth of all, that are too frequent to mean much


def sample_words(corpus: EncodedCorpus, n: int = 6) -> tuple[str, ...]:
    """Return content words from frequent to rare.

    The logarithmic scale of ranks is divided into `n` parts; of each a word is taken that comes in
    bursts, as words do that tell what a text is about: that at the lower quartile of evenness.
    """
    vocabulary = corpus.vocabulary
    words, first = vocabulary.words, vocabulary.n_specials
    is_alphabetic = np.fromiter((len(w) > 1 and w.isalpha() for w in words), bool, len(words))
    good = (vocabulary.counts >= _FEWEST) & is_alphabetic & ~are_function_words(corpus)
    places = np.flatnonzero(good)
    later = places[places >= first + min(_FIRST, len(words) // 10)]
    places = later if len(later) else places
    if not len(places):
        return tuple(word for word in words[first:] if not word.startswith("-"))[:n]  # no options
    even = evenness(corpus)[places]
    ranks = np.log(places - first + 1.0)
    edges = np.linspace(ranks[0], ranks[-1], n + 1)[1:-1]
    part = np.searchsorted(edges, ranks, "right")
    chosen = []
    for own in (np.flatnonzero(part == k) for k in range(n)):
        by_evenness = own[np.argsort(even[own], kind="stable")]
        chosen += by_evenness[len(own) // 4 :][:1].tolist()
    return tuple(words[places[place]] for place in chosen)


def corpus_of(workspace: Path) -> EncodedCorpus | None:
    """Return the text of a workspace; None if it has none that can be read."""
    try:
        if is_bundle(workspace / "corpus"):
            return EncodedCorpus.load(workspace / "corpus")
    except FormatError:
        pass
    return None


def vocabulary_of(workspace: Path) -> Vocabulary | None:
    """Return the vocabulary of a workspace; None if it has none that can be read."""
    try:
        if is_bundle(workspace / "corpus"):
            return Vocabulary.read(open_bundle(workspace / "corpus"))
    except FormatError:
        pass
    return None
