"""Vectors for words of a text that are outside the vocabulary of a model."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..bundles.reading import Bundle, open_bundle
from ..bundles.recognising import is_bundle
from ..counts.cooccurrence import Cooccurrence
from ..counts.counting import count_cooccurrences
from ..counts.settings import CountingSettings
from ..embeddings import ppmi as ppmi_module
from ..embeddings import svd as svd_module
from ..embeddings.folding import fold_in, weigh_rows
from ..embeddings.settings import WeighingSettings
from ..embeddings.vectors import WordVectors
from ..errors import EmptyResultError, WordvecError, expect_path
from ..runtime.progress import ProgressLike, as_progress
from ..text.corpus import EncodedCorpus
from ..text.encoding import encode_corpus
from ..text.settings import TextSettings
from ..text.vocabulary import SPECIALS, Vocabulary
from ..workspace.folder import Workspace


def fold_in_words(
    model: str | Path,
    corpus: Sequence[str | Path] = (),
    *,
    min_count: int = 1,
    threads: int | None = None,
    progress: ProgressLike = None,
) -> WordVectors:
    """Return SVD vectors of a workspace with those of words outside its vocabulary after them.

    Their contexts are counted as those of the vocabulary were, weighed against its totals, and
    placed by `wordvec_toolkit.embeddings.folding.fold_in`.

    Parameters
    ----------
    model : path
        A workspace, or a bundle of SVD vectors in one.
    corpus : sequence of paths
        Text with the words.  Default: the text that the workspace was made from.
    min_count : int
        Occurrences that a word must have in `corpus`.

    Raises
    ------
    EmptyResultError
        If the text has no such word, or none near a context that it is associated with.
    """
    progress = as_progress(progress)
    expect_path("model", model)
    path = Path(model) if is_bundle(model) else Path(model) / svd_module.KIND
    bundle = open_bundle(path, svd_module.KIND)
    if Workspace(path.parent).is_stale(path.name):
        raise WordvecError(f"{path} was made from what has changed since; build it again")
    weighted = _origin(bundle, ppmi_module.KIND)
    counts_bundle = _origin(weighted, "counts")
    read = _origin(counts_bundle, "corpus").settings
    counts = Cooccurrence.from_bundle(counts_bundle)
    texts = [str(item) for item in corpus] or Workspace(path.parent).remembered()
    if not texts:
        raise WordvecError("say which text has the words; the workspace does not know its own")
    asked = {name: read[name] for name in TextSettings.names() if name in read}
    asked.update(keep=(), max_size=None, min_count=1)
    encoded = encode_corpus(texts, threads=threads, progress=progress, **asked)
    extended = _extended(encoded, counts.vocabulary, min_count)
    how = CountingSettings.from_dict({**counts_bundle.settings, "max_contexts": counts.n_contexts})
    found = count_cooccurrences(extended, threads=threads, progress=progress, **how.keywords())
    n_known = len(counts.vocabulary)
    new = Vocabulary(found.vocabulary.words[n_known:], found.vocabulary.counts[n_known:])
    rows = Cooccurrence(new, found.matrix[n_known:], found.divisor, found.settings)
    vectors = WordVectors.from_bundle(bundle)
    weighing = WeighingSettings.from_dict(weighted.settings)
    weighed = weigh_rows(rows, counts, weighing, threads)
    folded = fold_in(vectors, WordVectors.from_bundle(weighted), weighed, threads)
    placed = np.flatnonzero(folded.norms > 0)
    if not len(placed):
        raise EmptyResultError("no new word is near a context that it is associated with")
    known = vectors.vocabulary
    vocabulary = Vocabulary(
        [*known.words, *(new.words[place] for place in placed.tolist())],
        np.concatenate([known.counts, new.counts[placed]]),
        analyser=known.analyser,
    )
    return WordVectors(
        vocabulary,
        np.concatenate([vectors.matrix, folded.matrix[placed]]),
        {**vectors.settings, "folded_in": {"min_count": min_count}},
        {**vectors.facts, "n_folded_in": len(placed), "n_without_vector": len(new) - len(placed)},
    )


def _origin(bundle: Bundle, kind: str) -> Bundle:
    """Return the bundle next to another from which that was made."""
    for name in bundle.manifest["inputs"]:
        place = bundle.path.parent / Path(name).name
        if place.is_dir():
            return open_bundle(place, kind)
    raise WordvecError(
        f"{bundle.path} has no {kind} next to it any more; fold-in needs the workspace with them"
    )


def _extended(corpus: EncodedCorpus, known: Vocabulary, min_count: int) -> EncodedCorpus:
    """Return a corpus over a vocabulary, then the new words that occur often enough."""
    words, counts = corpus.vocabulary.words, corpus.vocabulary.counts
    n_specials = len(SPECIALS)
    ids = known.ids
    new_ids = np.zeros(len(words), np.int32)
    names: list[str] = []
    for place in range(n_specials, len(words)):
        old = ids.get(words[place])
        if old is not None:
            new_ids[place] = n_specials + old
        elif counts[place] >= min_count:
            new_ids[place] = n_specials + len(known) + len(names)
            names.append(words[place])
    if not names:
        raise EmptyResultError(
            f"the text has no new word that occurs {min_count} times; lower min_count (--min-count)"
        )
    totals = np.zeros(n_specials + len(known) + len(names), np.int64)
    np.add.at(totals, new_ids, counts)
    vocabulary = Vocabulary([*SPECIALS, *known.words, *names], totals, n_specials)
    tokens = new_ids[np.asarray(corpus.ids)]
    return EncodedCorpus(vocabulary, tokens, corpus.sentences, corpus.documents)
