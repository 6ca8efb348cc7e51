"""Open whatever a bundle or a file holds.

What opens one kind is imported when one is there: a language model is open before the vectors'
modules would be read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING, Union, cast

from ..bundles.reading import Bundle, open_bundle
from ..errors import FormatError, SettingError, expect, expect_path
from ..lm.arpa.file import check_arpa, is_arpa
from ..runtime.progress import ProgressLike
from ..workspace.folder import is_workspace
from .catalogue import BUNDLES, BundleKind
from .finding import find_language_model, find_vectors, has_model

if TYPE_CHECKING:
    from ..counts.cooccurrence import Cooccurrence
    from ..counts.ngrams import NgramCounts
    from ..embeddings.vectors import WordVectors
    from ..lexicon.measures import ThesaurusMeasure
    from ..lexicon.thesaurus import Thesaurus
    from ..lm.language_model import LanguageModel
    from ..lm.sentence_model import SentenceModel
    from ..text.corpus import EncodedCorpus
    from ..text.sides import PairCorpus
    from ..translation.model import TranslationModel


_MOST_OPENED = 2000
#: How many models have been opened for the sake of one.
_OPENED: ContextVar[list[int] | None] = ContextVar("_OPENED", default=None)


def load(
    path: str | Path,
) -> Union[
    "WordVectors",
    "Thesaurus",
    "Cooccurrence",
    "NgramCounts",
    "EncodedCorpus",
    "LanguageModel",
    "SentenceModel",
    "PairCorpus",
    "TranslationModel",
]:
    """Open what a bundle or a file holds; of a workspace, its SVD or other vectors.

    Parameters
    ----------
    path : path
        For instance ``corpus.wvt/svd``, ``corpus.wvt/counts``, ``corpus.wvt``, ``glove.txt``
        (see `read_vectors` for what files can be), ``corpus.wvt/ngram`` or ``model.arpa``.

    Returns
    -------
    WordVectors, Thesaurus, Cooccurrence, NgramCounts, EncodedCorpus, LanguageModel, SentenceModel,
    PairCorpus or TranslationModel
        By the bundle's kind.  Large arrays stay on the disk until they are used.  A workspace
        without vectors gives its language model.

    Raises
    ------
    FormatError
        If it is no such bundle or file, damaged, or of a newer version.
    """
    expect("path", path, (str, Path), "the path of a bundle, a workspace or a file")
    try:
        found = find_vectors(path)
    except FormatError:
        is_of_text = has_model(path, "language model") and not has_model(path, "vectors")
        if is_workspace(path) and is_of_text:
            return load_language_model(path)
        raise
    if found.is_file():
        return load_language_model(found) if is_arpa(found) else load_vectors(found)
    bundle = open_bundle(found)
    with _not_too_deep(bundle):
        return _record(bundle).open(bundle)


def load_vectors(path: str | Path, progress: ProgressLike = None) -> "WordVectors":
    """Open word vectors: a bundle of them, a workspace's, or a vector file of any format.

    Raises
    ------
    FormatError
        If there are none, or they are damaged.
    """
    expect_path("path", path)
    found = find_vectors(path)
    if found.is_file():
        from .vector_files import read_vectors

        return read_vectors(found, progress=progress)
    bundle = open_bundle(found)
    if bundle.kind not in BUNDLES or BUNDLES[bundle.kind].holds != "vectors":
        raise FormatError(found, f"a bundle of {bundle.kind}", "one of word vectors")
    return cast("WordVectors", BUNDLES[bundle.kind].open(bundle))


def load_pair_model(
    spec: str | Path, progress: ProgressLike = None
) -> Union["WordVectors", "ThesaurusMeasure"]:
    """Open what scores pairs of words: vectors as `load_vectors` does, or a thesaurus.

    Parameters
    ----------
    spec : str or path
        Of a thesaurus, with or without a measure and parts of speech: ``wordnet:lin:n``.

    Raises
    ------
    FormatError
        If there is none, or it is damaged.
    """
    from .thesaurus import load_measure

    return load_measure(spec) or load_vectors(spec, progress)


def load_language_model(path: str | Path, progress: ProgressLike = None) -> "LanguageModel":
    """Open a language model: a bundle of one, a workspace's best, or an ARPA file.

    Raises
    ------
    FormatError
        If there is none, or it is damaged.
    """
    expect_path("path", path)
    found = find_language_model(path)
    if found.is_file():
        check_arpa(found, "make one with wvt build-ngram-lm; text to score goes behind --dataset")
        from ..lm.arpa.reading import read_arpa

        return read_arpa(found, progress=progress)
    return open_model(open_bundle(found))


def load_scorable(
    path: str | Path, progress: ProgressLike = None
) -> Union["LanguageModel", "SentenceModel"]:
    """Open what has a perplexity: a language model, or a model of whole sentences.

    Raises
    ------
    FormatError
        If there is none, or it is damaged.
    """
    found = find_language_model(path)
    return load_language_model(found, progress) if found.is_file() else open_any(open_bundle(found))


def open_model(bundle: Bundle) -> "LanguageModel":
    """Read an opened bundle of a language model, and those of the models that it is made from.

    Raises
    ------
    FormatError
        If it holds something else, or is damaged; or if a model that it is made from is missing or
        has been built again since.
    SettingError
        If it holds a model of whole sentences.
    """
    check_model(bundle)
    with _not_too_deep(bundle):
        return cast("LanguageModel", BUNDLES[bundle.kind].open(bundle))


def open_any(bundle: Bundle) -> Union["LanguageModel", "SentenceModel"]:
    """Read an opened bundle of a language model or of one of whole sentences; see `open_model`."""
    record = _record(bundle)
    if record.holds != "sentence model":
        check_model(bundle)
    with _not_too_deep(bundle):
        return cast("LanguageModel | SentenceModel", record.open(bundle))


@contextmanager
def _not_too_deep(bundle: Bundle) -> Iterator[None]:
    """Refuse models nested in one another beyond what Python's stack takes, or anybody waits for.

    Thirty mixtures, each of the one before and that again, are of 2^30 models.
    """
    count = _OPENED.get() or [0]
    count[0] += 1
    token = _OPENED.set(count)
    try:
        if count[0] > _MOST_OPENED:
            raise RecursionError
        yield
    except RecursionError:
        raise FormatError(
            bundle.path,
            "models nested in one another too deeply",
            "a mixture of models, which may be mixtures",
        ) from None
    finally:
        _OPENED.reset(token)


def check_model(bundle: Bundle) -> None:
    """Refuse a bundle that does not hold a language model; see `open_model`."""
    holds = _record(bundle).holds
    if holds == "sentence model":
        from ..lm.sentence_model import whole_sentences_only

        raise SettingError(whole_sentences_only(f"{bundle.path} ({bundle.kind})"))
    if holds != "language model":
        raise FormatError(
            bundle.path,
            f"a bundle of {bundle.kind}",
            "one of a language model",
            advice="make one with wvt build-ngram-lm",
        )


def _record(bundle: Bundle) -> BundleKind:
    """Return the record of what a bundle holds.

    Raises
    ------
    FormatError
        If there is none.
    """
    if bundle.kind not in BUNDLES:
        raise FormatError(
            bundle.path,
            f"a bundle of {bundle.kind}",
            f"one of {', '.join(BUNDLES)}",
            advice="if another package made it, install that",
        )
    return BUNDLES[bundle.kind]
