"""Open whatever a bundle or a file holds.

What opens one kind is imported when one is there: a language model is open before the vectors'
modules would be read.
"""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Union

from ..bundles.reading import open_bundle
from ..errors import FormatError
from ..lm.arpa.file import is_arpa
from ..lm.opening import KINDS, SENTENCE_KINDS, open_any, open_model
from ..runtime.progress import SILENT, Progress
from ..workspace.folder import (
    LANGUAGE_MODEL_BUNDLES,
    VECTOR_BUNDLES,
    Workspace,
    find_language_model,
    find_vectors,
    is_workspace,
)

if TYPE_CHECKING:
    from ..counts.cooccurrence import Cooccurrence
    from ..counts.ngrams import NgramCounts
    from ..embeddings.vectors import WordVectors
    from ..lm.language_model import LanguageModel
    from ..lm.sentence_model import SentenceModel
    from ..text.corpus import EncodedCorpus

#: Kind of a bundle -> the class that opens it (with `from_bundle`); all others hold vectors.
_CLASSES = {
    "corpus": "text.corpus:EncodedCorpus",
    "counts": "counts.cooccurrence:Cooccurrence",
    "ngram-counts": "counts.ngrams:NgramCounts",
}


def load(
    path: str | Path,
) -> Union[
    "WordVectors", "Cooccurrence", "NgramCounts", "EncodedCorpus", "LanguageModel", "SentenceModel"
]:
    """Open what a bundle or a file holds; of a workspace, its SVD or other vectors.

    Parameters
    ----------
    path : path
        For instance ``corpus.wvt/svd``, ``corpus.wvt/counts``, ``corpus.wvt``, ``glove.txt``
        (see `read_vectors` for what files can be), ``corpus.wvt/ngram`` or ``model.arpa``.

    Returns
    -------
    WordVectors, Cooccurrence, NgramCounts, EncodedCorpus, LanguageModel or SentenceModel
        By the bundle's kind.  Large arrays stay on the disk until they are used.  A workspace
        without vectors gives its language model.

    Raises
    ------
    FormatError
        If it is no such bundle or file, damaged, or of a newer version.
    """
    try:
        found = find_vectors(path)
    except FormatError:
        names, has = LANGUAGE_MODEL_BUNDLES, Workspace(path).has
        if is_workspace(path) and any(map(has, names)) and not any(map(has, VECTOR_BUNDLES)):
            return load_language_model(path)
        raise
    if found.is_file():
        return load_language_model(found) if is_arpa(found) else load_vectors(found)
    bundle = open_bundle(found)
    if bundle.kind in KINDS or bundle.kind in SENTENCE_KINDS:
        return open_any(bundle)
    if bundle.kind in _CLASSES:
        module, _, name = _CLASSES[bundle.kind].partition(":")
        found_class = getattr(importlib.import_module(f"..{module}", __package__), name)
        return found_class.from_bundle(bundle)
    return load_vectors(found)


def load_vectors(path: str | Path, progress: Progress = SILENT) -> "WordVectors":
    """Open word vectors: a bundle of them, a workspace's, or a vector file of any format.

    Raises
    ------
    FormatError
        If there are none, or they are damaged.
    """
    from ..embeddings.vectors import WordVectors
    from .vector_files import read_vectors

    found = find_vectors(path)
    return read_vectors(found, progress=progress) if found.is_file() else WordVectors.load(found)


def load_language_model(path: str | Path, progress: Progress = SILENT) -> "LanguageModel":
    """Open a language model: a bundle of one, a workspace's best, or an ARPA file.

    Raises
    ------
    FormatError
        If there is none, or it is damaged.
    """
    found = find_language_model(path)
    if found.is_file():
        if not is_arpa(found):
            raise FormatError(
                found,
                "a file without \\data\\, which begins an ARPA file",
                "a language model: a bundle, a workspace or an ARPA file",
                advice="make one with wvt build-ngram-lm; text to score goes behind --dataset",
            )
        from ..lm.arpa.reading import read_arpa

        return read_arpa(found, progress=progress)
    return open_model(open_bundle(found))


def load_scorable(
    path: str | Path, progress: Progress = SILENT
) -> Union["LanguageModel", "SentenceModel"]:
    """Open what has a perplexity: a language model, or a model of whole sentences.

    Raises
    ------
    FormatError
        If there is none, or it is damaged.
    """
    found = find_language_model(path)
    if not found.is_file() and (bundle := open_bundle(found)).kind in SENTENCE_KINDS:
        return open_any(bundle)
    return load_language_model(found, progress)
