"""Sentences of a test text that occur in the training text, too."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from .._kernels import sentences as kernels
from ..bundles.reading import open_bundle
from ..bundles.recognising import is_bundle
from ..errors import SettingError, expect, expect_path
from ..runtime.parallel import even_bounds, n_threads, run_blocks
from ..runtime.progress import Progress, ProgressLike, as_progress
from ..runtime.settings import takes
from ..runtime.signatures import Signature
from .corpus import KIND, EncodedCorpus
from .encoding import encode_corpus
from .settings import FileSettings, SharingSettings
from .split_results import SharedSentences
from .streams import TextStream, encode_stream
from .tokenizers import Tokenizer, make_tokenizer, noted_tokenizer
from .vocabulary import SPECIALS

if TYPE_CHECKING:
    from typing_extensions import Unpack

    from ..runtime.keywords import CheckSplitKeywords

_BLOCK = 1 << 16  # sentences that are hashed at a time
_UNK = 0


def find_shared_sentences(
    corpus: EncodedCorpus,
    stream: TextStream,
    min_length: int = SharingSettings.min_length,
    threads: int | None = None,
) -> SharedSentences:
    """Count the sentences of a test text that occur verbatim in the training text.

    Sentences are found by a hash and then compared, so the counts are exact.

    Parameters
    ----------
    corpus : EncodedCorpus
        The training text.
    stream : TextStream
        The test text, over the vocabulary of `corpus`.

    Raises
    ------
    SettingError
        If the vocabularies differ, or `min_length` is below 1.
    """
    expect("corpus", corpus, EncodedCorpus)
    expect("stream", stream, TextStream, "a TextStream, such as encode_stream returns")
    SharingSettings(min_length)
    if (
        stream.vocabulary is not corpus.vocabulary
        and stream.vocabulary.words != corpus.vocabulary.words
    ):
        raise SettingError("the texts are encoded with two vocabularies; expected one for both")
    threads = n_threads(threads)
    starts, lengths = stream.starts, stream.ends - stream.starts
    others = corpus.sentences[:-1], np.diff(corpus.sentences)
    hashes = _hashes(stream.ids, starts, lengths, threads)
    other_hashes = _hashes(corpus.ids, *others, threads)
    near = _among(other_hashes, np.unique(hashes))
    near = near[np.argsort(other_hashes[near], kind="stable")]
    found = np.empty(len(starts), np.int64)
    kernels.match_sentences(
        stream.ids,
        starts,
        lengths,
        hashes,
        corpus.ids,
        others[0][near],
        others[1][near],
        other_hashes[near],
        found,
    )
    is_shared = found >= 0
    open_words = _in_each(starts, lengths, _open_places(stream)) > 0
    is_long = lengths >= min_length
    undecided = is_shared & open_words & is_long
    is_shared &= ~open_words
    places = np.flatnonzero(is_shared & is_long)
    texts = [str(source["name"]) for source in stream.facts.get("sources", ())]
    return SharedSentences(
        text=", ".join(texts[:3]) + (f" and {len(texts) - 3} more" if len(texts) > 3 else ""),
        min_length=min_length,
        n_sentences=int(is_long.sum()),
        n_shared=len(places),
        n_tokens=int(lengths.sum()),
        n_shared_tokens=int(lengths[places].sum()),
        n_documents=len(stream.documents) - 1,
        n_shared_documents=_n_shared_documents(stream.documents, lengths, is_shared, min_length),
        n_undecided=int(undecided.sum()),
        places=places,
        found_at=near[found[places]],
        signature=Signature.of(
            "shared-sentences",
            "whole",
            min_length=min_length,
            tokenizer=stream.tokenizer,
            training_tokens=len(corpus),
        ),
    )


def _hashes(ids: np.ndarray, starts: np.ndarray, lengths: np.ndarray, threads: int) -> np.ndarray:
    hashes = np.empty(len(starts), np.uint64)

    def block(first: int, last: int) -> None:
        at = slice(first, last)
        kernels.hash_sentences(ids, starts[at], lengths[at], hashes[at])

    run_blocks(block, even_bounds(len(starts), _BLOCK), threads)
    return hashes


def _among(hashes: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """Return the places of those `hashes` that are among `wanted`, which ascend."""
    if len(wanted) == 0:
        return np.empty(0, np.int64)
    at = np.minimum(np.searchsorted(wanted, hashes), len(wanted) - 1)
    return np.flatnonzero(wanted[at] == hashes)


def _open_places(stream: TextStream) -> np.ndarray:
    """Return where words are that are not in the vocabulary: there all of them look alike."""
    written = [word == SPECIALS[_UNK] for word in stream.unknown_words]
    return stream.unknown_places[~np.array(written, bool)[stream.unknown_ids]]


def _in_each(starts: np.ndarray, lengths: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Return how many of `places`, which ascend, lie in each sentence."""
    return np.searchsorted(places, starts + lengths) - np.searchsorted(places, starts)


def _n_shared_documents(
    documents: np.ndarray, lengths: np.ndarray, is_shared: np.ndarray, min_length: int
) -> int:
    if len(documents) < 2:
        return 0
    n_tokens = np.add.reduceat(lengths, documents[:-1])
    all_shared = np.logical_and.reduceat(is_shared, documents[:-1])
    return int(np.count_nonzero(all_shared & (n_tokens >= min_length)))


@takes(SharingSettings)
def check_split(
    train: str,
    texts: Sequence[str],
    *,
    threads: int | None = None,
    progress: ProgressLike = None,
    **settings: "Unpack[CheckSplitKeywords]",
) -> tuple[tuple[TextStream, SharedSentences], ...]:
    """Read training and test texts, and count what they share; see `find_shared_sentences`.

    Parameters
    ----------
    train : str
        A workspace, or its bundle ``corpus``; or text, as `encode_corpus` takes it.
    texts : sequence of str
        Test texts, each counted by itself.

    Raises
    ------
    WordvecError
        If a text cannot be read or is empty, or the tokenizer is a function that only the workspace
        names.
    """
    expect_path("train", train)
    expect("texts", texts, Sequence, "a list of paths")
    progress = as_progress(progress)
    chosen = SharingSettings.among(settings)
    files = FileSettings.among(settings).keywords()
    corpus, how = _training_text(train, chosen, files, threads, progress)
    found = []
    for text in texts:
        stream = encode_stream(
            text, corpus.vocabulary, **how, **files, threads=threads, progress=progress
        )
        found.append((stream, find_shared_sentences(corpus, stream, chosen.min_length, threads)))
    return tuple(found)


def _training_text(
    train: str,
    chosen: SharingSettings,
    files: dict[str, Any],
    threads: int | None,
    progress: Progress,
) -> tuple[EncodedCorpus, dict[str, Any]]:
    """Return the training text, and how to read others: tokenizer and layout."""
    tokenizer, layout = chosen.tokenizer, chosen.layout
    for path in (Path(train), Path(train, KIND)):
        if is_bundle(path):
            bundle = open_bundle(path, KIND)
            with bundle.reading("the settings of a corpus"):
                layout = layout or bundle.settings["layout"]
            cut = noted_tokenizer(bundle.settings, train, tokenizer)
            return EncodedCorpus.from_bundle(bundle), {"tokenizer": cut, "layout": layout}
    made: Tokenizer = make_tokenizer(tokenizer or "words")
    layout = layout or "sentences"
    corpus = encode_corpus(
        train,
        tokenizer=made,
        layout=layout,
        min_count=1,
        **files,
        threads=threads,
        progress=progress,
    )
    return corpus, {"tokenizer": made, "layout": layout}
