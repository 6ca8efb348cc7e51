"""Profile of a corpus in numbers."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..bundles.recognising import is_bundle
from ..errors import EmptyResultError, SettingError, expect
from ..runtime.arguments import checks_types
from ..runtime.progress import SILENT, Progress
from ..text.corpus import EncodedCorpus
from ..text.encoding import encode_corpus
from ..text.frequencies import spread_ranks, zipf_law
from ..text.growth import growth_positions, heaps_law, type_growth
from ..text.settings import TextSettings
from ..text.vocabulary import UNK
from ..workspace.folder import is_workspace
from .data import CorpusProfile

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import EncodeCorpusKeywords


def profile_text(
    corpus: Sequence[str],
    *,
    threads: int | None = None,
    progress: Progress = SILENT,
    **settings: "Unpack[EncodeCorpusKeywords]",
) -> CorpusProfile:
    """Profile text with all its types, or a workspace with those of its vocabulary.

    Parameters
    ----------
    corpus : sequence of str
        Text (see `encode_corpus`), a workspace, or a bundle ``corpus``.
    settings
        Those of `TextSettings`; what chooses words says which of them to call the vocabulary.

    Raises
    ------
    SettingError
        If a workspace is given with other settings.
    """
    names = [Path(path).name or path for path in corpus]
    name = names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    if len(corpus) == 1 and (is_workspace(corpus[0]) or is_bundle(corpus[0])):
        if settings:
            raise SettingError(
                f"{', '.join(sorted(settings))} cannot change without reading the text again; give "
                f"the text in place of {corpus[0]}"
            )
        place = Path(corpus[0]) if is_bundle(corpus[0]) else Path(corpus[0]) / "corpus"
        return profile_corpus(EncodedCorpus.load(place), name)
    chosen = TextSettings.among(settings)
    reading: EncodeCorpusKeywords = {**settings, "min_count": 1, "max_size": None, "keep": ()}
    encoded = encode_corpus(list(corpus), threads=threads, progress=progress, **reading)
    return profile_corpus(encoded, name, chosen.min_count, chosen.max_size, chosen.keep)


@checks_types
def profile_corpus(
    corpus: EncodedCorpus,
    name: str = "",
    min_count: int = 1,
    max_size: int | None = None,
    keep: Sequence[str] = (),
) -> CorpusProfile:
    """Measure a corpus: its size, Zipf's law, and how its types grow with its tokens.

    Only what is encoded with ``min_count=1`` shows all types; of a corpus whose vocabulary is
    smaller, the points and the growth are those of the vocabulary's words among all tokens, which
    the result says (`all_types`), and Heaps' law is not fitted: a vocabulary that is chosen
    afterwards cannot grow beyond its size.

    Parameters
    ----------
    corpus : EncodedCorpus
    name : str
        What to call it.
    min_count, max_size, keep
        As in `encode_corpus`: which of the corpus's words to call its vocabulary in `n_words` and
        `oov_rate`; nothing else depends on them.

    Raises
    ------
    EmptyResultError
        If there are no tokens.
    """
    expect("corpus", corpus, EncodedCorpus)
    if min_count < 1 or (max_size is not None and max_size < 1):
        raise SettingError(f"min_count {min_count}, max_size {max_size}: both must be at least 1")
    n_tokens = len(corpus)
    if n_tokens == 0:
        raise EmptyResultError("the corpus holds no tokens; expected text with words in it")
    vocabulary = corpus.vocabulary
    n_specials = vocabulary.n_specials
    word_counts = vocabulary.counts[n_specials:]
    word_counts = np.where(word_counts > 0, word_counts, 0)
    kept = np.zeros(len(word_counts), bool)
    for word in keep:
        place = vocabulary.find(word)
        if place is not None and place >= n_specials:
            kept[place - n_specials] = True
    chosen = (word_counts >= min_count) | (kept & (word_counts > 0))
    if max_size is not None:
        chosen &= (np.cumsum(chosen) <= max_size) | kept
    n_types, n_once, all_types = _types_of_the_text(corpus)
    falling = -np.sort(-word_counts[word_counts > 0])
    ranks = spread_ranks(len(falling))
    zipf = zipf_law(falling)
    tokens = growth_positions(n_tokens)
    types = type_growth(corpus.ids, len(vocabulary), tokens, n_specials)
    heaps = heaps_law(tokens, types) if all_types else None
    return CorpusProfile(
        name=name,
        n_tokens=n_tokens,
        n_words=int(chosen.sum()),
        n_sentences=corpus.n_sentences,
        n_documents=corpus.n_documents,
        n_types=n_types,
        n_once=n_once,
        oov_rate=(n_tokens - int(word_counts[chosen].sum())) / n_tokens,
        ranks=tuple(ranks.tolist()),
        counts=tuple(falling[ranks - 1].tolist()),
        zipf_exponent=zipf[0] if zipf else None,
        tokens=tuple(tokens.tolist()),
        types=tuple(types.tolist()),
        heaps_exponent=heaps[0] if heaps else None,
        zipf_scale=zipf[1] if zipf else None,
        heaps_scale=heaps[1] if heaps else None,
        all_types=all_types,
    )


def _types_of_the_text(corpus: EncodedCorpus) -> tuple[int | None, int | None, bool]:
    """Return the numbers of types and of those seen once, and whether the vocabulary has all.

    One type may be missing for all that: ``<unk>``, where the text itself writes it.
    """
    counts = corpus.vocabulary.counts
    n_oov = int(counts[UNK])
    known = int((counts[UNK + 1 :] > 0).sum())  # with <s> and </s> that the text writes
    known_once = int((counts[UNK + 1 :] == 1).sum())
    if n_oov == 0:
        return known, known_once, True
    n_types, n_once = corpus.facts.get("n_types"), corpus.facts.get("n_once")
    if not isinstance(n_types, int) or not known < n_types <= known + n_oov:
        return None, None, False
    n_out = n_types - known
    if n_out == 1 or n_out == n_oov:  # one type for all tokens, or a type for each
        n_once = known_once + (n_oov if n_out == n_oov else 0)
    elif not isinstance(n_once, int) or not known_once <= n_once <= n_types:
        n_once = None  # written before this was noted
    return n_types, n_once, n_out == 1
